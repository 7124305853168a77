import ArgumentParser
import ParleyLaw
import ParleyStatements

struct LawCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a request's fields, or a ground, against a basis.",
        discussion: """
            Example:
              parley law check preservation:ets185 --field authority="Central authority" \\
                  --field data="access log of mail.example.org"
            """)

    @OptionGroup var options: LawOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The basis, as parley law basis prints it.") var basis: String
    @Option(help: "A field of the request: key=text.") var field: [String] = []
    @Option(help: "A ground for refusing: may it be given under this basis?") var ground: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let data = try await options.data()
            guard let row = data.bases.first(where: { $0.id.text == basis }) else {
                throw CommandFailure.refused(
                    "basis-unknown", "there is no basis \(basis)",
                    hint: "parley law basis A B lists them by kind and instrument")
            }
            var (object, lines) = (["basis": .string(basis)] as JSONObject, [String]())
            var isRefused = false
            // A ground alone asks nothing about fields.
            if ground == nil || !field.isEmpty {
                let check = RequestCheck(fields: try fields(), under: row)
                object = object.adding([
                    "complete": .bool(check.missing.isEmpty),
                    "missing": .array(check.missing.map { .object($0.json) }),
                    "unknown": .array(check.unknown.map(JSONValue.string)),
                ])
                lines += check.missing.map {
                    "missing: \($0.key) (\($0.label), \($0.article)), such as: \($0.example)"
                }
                lines += check.unknown.map { "not a field of this basis: \($0)" }
                lines.append(check.missing.isEmpty ? "complete" : "not complete")
                isRefused = !check.missing.isEmpty
            }
            if let ground {
                let verdict = data.verdict(on: RowID(ground), under: row)
                object = object.adding([
                    "ground": .string(ground), "verdict": .string(verdict.rawValue),
                ])
                lines.append("\(ground): \(verdict.rawValue)")
                isRefused = isRefused || (verdict != .allowed && verdict != .postponement)
            }
            emit(object, json: flag.json, lines: lines)
            if isRefused { throw ExitCode(CommandFailure.Kind.refused.rawValue) }
        }
    }

    private func fields() throws -> [String: String] {
        var fields: [String: String] = [:]
        for text in field {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                throw CommandFailure.refused(
                    "field-malformed", "\(text) is not key=text", hint: "such as authority=…")
            }
            fields[String(parts[0])] = String(parts[1])
        }
        return fields
    }
}

struct LawExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show a row: what it says, from where, how sure.",
        discussion: "Example:\n  parley law explain treaty-status/HU:cets224")

    @OptionGroup var options: LawOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The row, as answers name it.") var row: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let data = try await options.data()
            let found = data.references(to: row)
            guard !found.isEmpty else {
                throw CommandFailure.refused(
                    "row-unknown", "there is no row \(row)",
                    hint: "write it as an answer names it, such as treaty-status/HU:cets224")
            }
            var lines: [String] = []
            var rows: [JSONValue] = []
            for reference in found {
                guard let standing = data.standing[reference] else { continue }
                var fields: JSONObject = [
                    "reference": .string(reference.description),
                    "layer": .string(standing.origin.text), "row": .object(standing.row),
                    "superseded": .array(
                        standing.earlier.map {
                            .object(["layer": .string($0.origin.text), "row": .object($0.row)])
                        }),
                ]
                lines.append("\(reference)  (\(standing.origin.text))")
                lines += standing.row.members.map { "  \($0.name): \(Self.text($0.value))" }
                if let source = data.marks[reference].flatMap({ data.sources[$0.source] }) {
                    lines.append("  source is: \(source)")
                    fields = fields.adding(["sourceTitle": .string(source)])
                }
                rows.append(.object(fields))
            }
            emit(["rows": .array(rows)], json: flag.json, lines: lines)
        }
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { return text }
        return String(decoding: value.canonicalBytes, as: UTF8.self)
    }
}

struct LawKindsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kinds", abstract: "List the kinds of request, or the facts of a conduct.",
        discussion: "Example:\n  parley law kinds --facts")

    @OptionGroup var options: LawOptions
    @OptionGroup var flag: JSONFlag
    @Flag(help: "List the facts that can be said of a conduct.") var facts = false

    func run() async throws {
        try await reporting(json: flag.json) {
            let (data, words) = (try await options.data(), try options.words())
            let rows =
                facts
                ? data.facts.map { ($0.id.text, words.title($0.label, $0.labelZh), $0.group) }
                : data.kinds.map { ($0.id.text, words.title($0.title, $0.marks.zh), $0.channel) }
            emit(
                [
                    "rows": .array(
                        rows.map {
                            .object([
                                "id": .string($0.0), "title": .string($0.1),
                                facts ? "group" : "channel": .string($0.2),
                            ])
                        })
                ], json: flag.json,
                lines: rows.map { "\($0.0)  \($0.1)  [\($0.2)]" })
        }
    }
}
