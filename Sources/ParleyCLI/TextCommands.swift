import ArgumentParser
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

struct TextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "Texts that several sign: their versions, and publication.",
        discussion: """
            Example:
              parley text show STATEMENT
              parley text publish STATEMENT
            """,
        subcommands: [TextShowCommand.self, TextPublishCommand.self, TextCheckCommand.self])
}

struct TextShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a statement's words in all their languages.",
        discussion: "Example:\n  parley text show STATEMENT")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The statement's id.") var statement: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let id = try statementArgument(statement)
            let (header, body) = try await Home(options: home).opened(id)
            let text = BoundText(of: body)
            var object: JSONObject = [
                "statement": .string(id.text), "act": .string(header.act.rawValue),
                "texts": .array(
                    body.texts.map {
                        .object([
                            "language": .string($0.language.text), "text": .string($0.text),
                            "authentic": .bool($0.isAuthentic), "machine": .bool($0.isMachine),
                        ])
                    }),
            ]
            if let text { object = object.adding(["text": .string(text.digest.text)]) }
            let bound = text.map { text in
                "bound together in \(text.texts.map(\.language.text).joined(separator: ", ")): "
                    + text.digest.text
            }
            emit(
                object, json: flag.json,
                lines: body.texts.flatMap { text in
                    let mark = text.isAuthentic ? "authentic" : text.isMachine ? "machine" : ""
                    let rank = mark.isEmpty ? "translation" : mark
                    return ["[\(text.language.text), \(rank)]", text.text, ""]
                } + (bound.map { [$0] } ?? []))
        }
    }
}

struct TextPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Open a text to anybody: one's own, or one both signed.",
        discussion: """
            Publication is an act on the record. Whoever has the text can check it against the \
            digest in the header.

            Example:
              parley text publish STATEMENT
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The statement that proposed the text.") var statement: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let id = try statementArgument(statement)
            let writer = try await StatementWriter(home: try Home(options: saying.home))
            let (header, body) = try await writer.home.opened(id)
            guard let text = BoundText(of: body) else {
                throw CommandFailure.refused(
                    "text-missing", "\(header.act.rawValue) binds no text",
                    hint: "name the statement that proposed the text, not one that agreed")
            }
            let thread = try await writer.record.thread(header.thread)
            guard let opening = thread.opening else {
                throw CommandFailure.refused("thread-not-open", "its thread is not open yet")
            }
            let party = writer.home.seat.party
            try await saying.say(
                .textPublish, in: header.thread, to: opening.others(than: party),
                answers: Set(thread.heads(for: party) + [id]).sorted(), through: writer,
                document: try await writer.document(text.canonicalBytes, .text))
        }
    }
}

struct TextCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read a published text, and tell its digest.",
        discussion: """
            It is the text that a header names as sha256:… when the two digests are the same.

            Example:
              parley text check minutes.json --digest sha256:5d1f…
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The published text.") var file: String
    @Option(help: "The digest that the header names.") var digest: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let bytes = try PrivateFile.read(file, limitBytes: BoundText.sizeLimitBytes)
            let text: BoundText
            do throws(BodyRefusal) {
                text = try BoundText(parsing: bytes)
            } catch {
                throw CommandFailure.refused(error.reason, error.explanation)
            }
            if let digest, digest != text.digest.text {
                throw CommandFailure.notProven(
                    "text-differs", "its digest is \(text.digest), not \(digest)")
            }
            emit(
                [
                    "digest": .string(text.digest.text),
                    "languages": .array(text.texts.map { .string($0.language.text) }),
                ], json: flag.json,
                lines: text.texts.flatMap { ["[\($0.language.text)]", $0.text, ""] }
                    + [text.digest.text])
        }
    }
}

struct NoticeDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what changed from version to version.",
        discussion: "Example:\n  parley notice diff THREAD --language zh-Hans")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "The language compared.") var language = "en"

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let language = try languageArgument(language)
            let (id, thread) = try await openThread(thread, in: try await home.record())
            var versions: [(id: StatementID, lines: [String])] = []
            for entry in thread.entries
            where entry.effect == .applied && entry.statement.act.proposesText {
                let body = try await home.opened(entry.id).body
                guard let text = body.texts.first(where: { $0.language == language }) else {
                    throw CommandFailure.refused(
                        "language-missing", "\(entry.id) has no text in \(language.text)",
                        hint: "it has "
                            + body.texts.map(\.language.text).joined(separator: ", "))
                }
                versions.append((entry.id, text.text.split(separator: "\n").map(String.init)))
            }
            guard thread.kind == .notice, let first = versions.first else {
                throw CommandFailure.refused(
                    "thread-of-another-kind", "\(id) is no notice", hint: "parley notice list")
            }
            let steps = zip(versions, versions.dropFirst()).map { old, new in
                (id: new.id, lines: Self.changes(from: old.lines, to: new.lines))
            }
            emit(
                [
                    "first": .string(first.id.text),
                    "versions": .array(
                        steps.map {
                            .object([
                                "statement": .string($0.id.text),
                                "changes": .array($0.lines.map { .string($0) }),
                            ])
                        }),
                ], json: flag.json,
                lines: ["version 1: \(first.id)"]
                    + steps.enumerated().flatMap { place, step in
                        ["version \(place + 2): \(step.id)"] + step.lines.map { "  " + $0 }
                    })
        }
    }

    /// Every line, with `-` before one that is gone and `+` before one that is new.
    private static func changes(from old: [String], to new: [String]) -> [String] {
        let difference = new.difference(from: old)
        var (gone, came): (Set<Int>, Set<Int>) = ([], [])
        for change in difference {
            switch change {
            case .remove(let offset, _, _): gone.insert(offset)
            case .insert(let offset, _, _): came.insert(offset)
            }
        }
        var lines: [String] = []
        var (before, after) = (0, 0)
        while before < old.count || after < new.count {
            if gone.contains(before), before < old.count {
                lines.append("- " + old[before])
                before += 1
            } else if came.contains(after), after < new.count {
                lines.append("+ " + new[after])
                after += 1
            } else {
                lines.append("  " + new[after])
                before += 1
                after += 1
            }
        }
        return lines
    }
}
