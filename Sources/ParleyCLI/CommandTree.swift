import ArgumentParser

/// The commands there are, by the words that name them.
enum CommandTree {
    struct Leaf {
        /// As `request new`; a word that may be left out stands there all the same.
        let name: String
        let type: any ParsableCommand.Type
    }

    /// Nil where the words name no command, but perhaps a group of them.
    static func leaf(of words: [String]) -> Leaf? {
        var type: any ParsableCommand.Type = ParleyCommand.self
        var names: [String] = []
        var rest = words[...]
        while !type.configuration.subcommands.isEmpty {
            let next = rest.first.flatMap { word in
                type.configuration.subcommands.first { $0.configuration.commandName == word }
            }
            if next != nil { rest.removeFirst() }
            guard let chosen = next ?? type.configuration.defaultSubcommand else { return nil }
            names.append(chosen.configuration.commandName ?? "")
            type = chosen
        }
        return Leaf(name: names.joined(separator: " "), type: type)
    }

    static var leaves: [Leaf] { leaves(below: ParleyCommand.self, []) }

    private static func leaves(
        below type: any ParsableCommand.Type, _ names: [String]
    ) -> [Leaf] {
        let subcommands = type.configuration.subcommands
        if subcommands.isEmpty { return [Leaf(name: names.joined(separator: " "), type: type)] }
        return subcommands.flatMap {
            leaves(below: $0, names + [$0.configuration.commandName ?? ""])
        }
    }
}
