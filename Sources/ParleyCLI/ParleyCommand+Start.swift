import ArgumentParser
import Foundation
import ParleyService
import ParleyWeb

extension ParleyCommand {
    /// Runs the command that the arguments name, and ends the process with its exit code.
    ///
    /// A command line that is itself wrong is reported as the other failures are: as JSON to a
    /// machine that asked for it.
    package static func start(_ arguments: [String]) async {
        do {
            if let folder = Surroundings.here.environment[CommandOrder.variable] {
                try await obey(URL(filePath: folder, directoryHint: .isDirectory))
            } else {
                try await startTyped(arguments)
            }
            exit()
        } catch let code as ExitCode {
            // What is to be said was said.
            exit(withError: code)
        } catch  where exitCode(for: error) == .validationFailure && arguments.contains("--json") {
            let failure = CommandFailure.usage(message(for: error))
            Surroundings.here.errorOutput(failure.printed(asJSON: true))
            exit(withError: ExitCode(failure.kind.rawValue))
        } catch {
            exit(withError: error)
        }
    }

    private static func run(_ command: sending any ParsableCommand) async throws {
        var command = command
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    // MARK: Typed on this machine

    private static func startTyped(_ arguments: [String]) async throws {
        var words = arguments
        let json = arguments.contains("--json")
        var options = NodeElsewhere.Options()
        try await reporting(json: json) { options = try .taking(from: &words) }
        guard options.node != nil, let leaf = CommandTree.leaf(of: words),
            !words.contains(where: { ["--help", "-h", "--version"].contains($0) })
        else { return try await run(parseAsRoot(words)) }
        let given = words
        switch RemoteCommand.all[leaf.name] {
        case .typed?: try await run(parseAsRoot(given))
        case .api?:
            try await elsewhere(options, json) { node in
                try await NodeElsewhere.$current.withValue(node) {
                    try await run(parseAsRoot(given))
                }
            }
        case .node?:
            // What is wrong with the words is told here, before anything is sent.
            let notes = FileNotes()
            try Surroundings.$current.withValue(
                Surroundings.here.with(.noted(notes), behalf: nil)
            ) {
                _ = try parseAsRoot(given)
            }
            try await elsewhere(options, json) { try await $0.run(given, notes) }
        case .machine(let why)?:
            try await reporting(json: json) {
                throw CommandFailure.refused(
                    "command-on-machine",
                    "parley \(leaf.name) is given on the node's own machine: \(why)",
                    hint: "leave out --node, and unset PARLEY_NODE")
            }
        case nil: preconditionFailure("every command has its place")
        }
    }

    private static func elsewhere(
        _ options: NodeElsewhere.Options, _ json: Bool,
        _ work: (NodeElsewhere) async throws -> Void
    ) async throws {
        try await reporting(json: json) {
            try await work(try NodeElsewhere(options, json: json))
        }
    }

    // MARK: Given from elsewhere

    /// Does what the node that started this process has been asked to do.
    private static func obey(_ folder: URL) async throws {
        let order = try CommandOrder(readingFrom: folder)
        let here = Surroundings.here.with(
            .brought(folder: folder, inputs: order.inputs), behalf: order.behalf)
        try await Surroundings.$current.withValue(here) {
            let command = try parseAsRoot(order.words)
            // The parser has the last word on what the words name: it must be what was allowed.
            guard let leaf = CommandTree.leaf(of: order.words), leaf.name == order.name,
                leaf.type == type(of: command)
            else {
                return try await reporting(json: true) {
                    throw CommandFailure.refused(
                        "command-unknown", "the words name another command than was allowed")
                }
            }
            try await run(command)
        }
    }
}
