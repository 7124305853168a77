import ArgumentParser
import ParleyService
import ParleyStatements
import ParleyWeb

struct FilingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filing",
        abstract: "What a company without a node of its own wants its state to say.",
        discussion: """
            For accounts with the role company, at their state's node: every command says at which \
            with --node, before the word filing. What is handed in, an officer takes up \
            (parley intake) or returns.

            Example:
              parley --node https://192.0.2.7:8443 --token-file token filing write \
            --act concern.raise --text @concern.txt --hand-in
            """,
        subcommands: [
            FilingListCommand.self, FilingShowCommand.self, FilingWriteCommand.self,
            FilingHandInCommand.self, FilingWithdrawCommand.self,
        ])
}

struct IntakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake", abstract: "What companies have handed in to one's organ.",
        discussion: """
            Taken up, it is a draft with the company's words as they stand (parley draft).

            Example:
              parley --node https://192.0.2.7:8443 --token-file token intake list
            """,
        subcommands: [
            IntakeListCommand.self, IntakeShowCommand.self, IntakeTakeCommand.self,
            IntakeReturnCommand.self,
        ])
}

/// A filing at a node elsewhere, and how to answer.
struct FilingOptions: ParsableArguments {
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The filing's id.") var filing: String

    /// Does one thing with it at the node.
    func at(
        _ method: Operation.Method, _ place: String, _ tail: String = "",
        _ body: JSONObject? = nil
    ) async throws -> JSONObject {
        guard FilingID(text: filing) != nil else {
            throw CommandFailure.refused(
                "filing-malformed", "\(filing) is no filing's id",
                hint: "parley --node … filing list shows them")
        }
        let path = "\(place)/\(filing)\(tail)"
        return try await nodeElsewhere().client.call(method, path, body) ?? [:]
    }
}

/// Filings in lines.
private enum FilingWords {
    static func text(_ json: JSONObject, _ name: String) -> String {
        if case .string(let text)? = json[name] { return text }
        return "-"
    }

    static func object(_ json: JSONObject, _ name: String) -> JSONObject {
        if case .object(let object)? = json[name] { return object }
        return [:]
    }

    static func objects(_ json: JSONObject, _ name: String) -> [JSONObject] {
        guard case .array(let values)? = json[name] else { return [] }
        return values.compactMap { value in
            guard case .object(let object) = value else { return nil }
            return object
        }
    }

    static func line(_ filing: JSONObject) -> String {
        [
            text(filing, "filing"), text(object(filing, "content"), "act"), text(filing, "state"),
            "of " + text(filing, "company"), "by " + text(filing, "editor"),
            text(filing, "saved"),
        ].joined(separator: "  ")
    }

    static func list(_ answer: JSONObject) -> [String] {
        let lines = objects(answer, "filings").map(line)
        return lines.isEmpty ? ["nothing here"] : lines
    }

    static func whole(_ filing: JSONObject) -> [String] {
        var lines = [line(filing)]
        if filing["note"] != nil { lines.append("  returned: " + text(filing, "note")) }
        for one in objects(object(filing, "content"), "texts") {
            lines.append("  \(text(one, "language"))  \(text(one, "text"))")
        }
        guard case .object(let thread)? = filing["thread"] else { return lines }
        lines.append("  now " + text(thread, "state"))
        for said in objects(thread, "statements") {
            var words = "  \(text(said, "at"))  \(text(said, "by"))  \(text(said, "act"))"
            if said["verdict"] != nil { words += "  " + text(said, "verdict") }
            lines.append(words)
            for one in objects(object(said, "body"), "texts") {
                lines.append("    \(text(one, "language"))  \(text(one, "text"))")
            }
        }
        return lines
    }
}

struct FilingListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what one's company has filed.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 filing list")

    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let answer = try await nodeElsewhere().client.call(.get, "/company/filings") ?? [:]
            emit(answer, json: flag.json, lines: FilingWords.list(answer))
        }
    }
}

struct FilingShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a filing, and what came of it.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 filing show FILING")

    @OptionGroup var options: FilingOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let answer = try await options.at(.get, "/company/filings")
            emit(answer, json: options.flag.json, lines: FilingWords.whole(answer))
        }
    }
}

struct FilingWriteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write", abstract: "Write a concern, an incident, a comment, or what follows.",
        discussion: """
            --act is concern.raise or incident.report; notice.comment with --notice and the digest \
            of a published text; or, with --follows and a filing that was said, concern.explain, \
            concern.judge (with --verdict), concern.reopen, concern.withdraw, incident.update, \
            incident.answer.

            Example:
              parley --node https://192.0.2.7:8443 filing write --act concern.judge \
            --follows FILING --verdict partly --text "One of three." --hand-in
            """)

    @OptionGroup var flag: JSONFlag
    @Option(help: "What it is for.") var act: String
    @Option(help: "The words; - reads standard input, @FILE a file.") var text: GivenText
    @Option(help: "Language of the text, a BCP 47 tag.") var language = "en"
    @Option(help: "The same in a further language: zh-Hans=TEXT or =@FILE.")
    var also: [GivenVersion] = []
    @Option(help: "The filing that it goes on from.") var follows: String?
    @Option(help: "A published text of the measure that it is about.") var notice: String?
    @Option(help: "Whether the answer satisfies: yes, partly, no or unclear.")
    var verdict: String?
    @Flag(help: "The other side may know which company it is.") var named = false
    @Flag(help: "Hand it in at once.") var handIn = false

    func run() async throws {
        try await reporting(json: flag.json) {
            let client = try nodeElsewhere().client
            let made = try await client.call(.post, "/company/filings", try content()) ?? [:]
            var answer = made
            if handIn {
                let place = "/company/filings/" + FilingWords.text(made, "filing")
                answer = try await client.call(.post, place + "/hand-in", [:]) ?? [:]
            }
            emit(answer, json: flag.json, lines: [FilingWords.line(answer)])
        }
    }

    private func content() throws -> JSONObject {
        var texts = [try authentic(text.read(), in: language)]
        texts += try also.map { try $0.read(isAuthentic: true) }
        var content: JSONObject = [
            "act": .string(act),
            "texts": .array(
                texts.map {
                    .object([
                        "language": .string($0.language.text), "text": .string($0.text),
                        "authentic": .bool(true),
                    ])
                }),
        ]
        for (name, value) in [("follows", follows), ("notice", notice), ("verdict", verdict)] {
            if let value { content = content.adding([name: .string(value)]) }
        }
        return named ? content.adding(["named": .bool(true)]) : content
    }
}

struct FilingHandInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hand-in", abstract: "Hand a filing in.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 filing hand-in FILING")

    @OptionGroup var options: FilingOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let answer = try await options.at(.post, "/company/filings", "/hand-in", [:])
            emit(answer, json: options.flag.json, lines: [FilingWords.line(answer)])
        }
    }
}

struct FilingWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Withdraw a filing that nobody has taken up.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 filing withdraw FILING")

    @OptionGroup var options: FilingOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            _ = try await options.at(.delete, "/company/filings")
            emit(
                ["filing": .string(options.filing)], json: options.flag.json,
                lines: ["\(options.filing) withdrawn"])
        }
    }
}

// MARK: The organ's

struct IntakeListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what waits, the oldest first.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 intake list")

    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let answer = try await nodeElsewhere().client.call(.get, "/intake") ?? [:]
            emit(answer, json: flag.json, lines: FilingWords.list(answer))
        }
    }
}

struct IntakeShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a company has handed in.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 intake show FILING")

    @OptionGroup var options: FilingOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let answer = try await options.at(.get, "/intake")
            emit(answer, json: options.flag.json, lines: FilingWords.whole(answer))
        }
    }
}

struct IntakeTakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "take", abstract: "Take it up: makes a draft with the company's words.",
        discussion: """
            The words leave as they stand; parley draft send shows what would leave first.

            Example:
              parley --node https://192.0.2.7:8443 intake take FILING --to cn
            """)

    @OptionGroup var options: FilingOptions
    @Option(help: "Who is told, where it opens a thread; several times.") var to: [String] = []

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let parties = try to.map { JSONValue.string(try partyArgument($0).text) }
            let body: JSONObject = parties.isEmpty ? [:] : ["to": .array(parties)]
            let answer = try await options.at(.post, "/intake", "/draft", body)
            emit(
                answer, json: options.flag.json,
                lines: ["draft \(FilingWords.text(answer, "draft"))"])
        }
    }
}

struct IntakeReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return", abstract: "Return it to the company, and say why.",
        discussion: """
            Example:
              parley --node https://192.0.2.7:8443 intake return FILING --note "Since when?"
            """)

    @OptionGroup var options: FilingOptions
    @Option(help: "Why.") var note: String

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let answer = try await options.at(
                .post, "/intake", "/return", ["note": .string(note)])
            emit(answer, json: options.flag.json, lines: [FilingWords.line(answer)])
        }
    }
}
