import ArgumentParser
import Foundation
import ParleyLaw
import ParleyLog
import ParleyStatements

struct LawExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all layers of the data to one file.",
        discussion: "Example:\n  parley law export --overlay ours.json --out law-2026-11.json")

    @OptionGroup var options: LawOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "The file to write.") var out: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let export = LawExport(of: try await options.data())
            try PrivateFile.write(export.bytes, to: URL(filePath: out), mode: 0o644)
            emit(
                [
                    "file": .string(out), "digest": .string(export.digest.text),
                    "layers": .array(
                        export.layers.map {
                            .object([
                                "origin": .string($0.origin.text),
                                "digest": .string($0.digest.text),
                                "rows": .integer(Int64($0.entries.count)),
                            ])
                        }),
                ], json: flag.json,
                lines: export.layers.map {
                    "\($0.origin.text): \($0.entries.count) rows, \($0.digest)"
                } + ["\(out): \(export.digest)"])
        }
    }
}

struct LawDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what one data set has otherwise than another.",
        discussion: """
            Each is a file that parley law export wrote, or the word shipped.

            Example:
              parley law diff law-2026-05.json shipped
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The older data set.") var old: String
    @Argument(help: "The newer data set.") var new: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let (before, after) = (try Self.export(old), try Self.export(new))
            let difference = LawDifference(from: before, to: after)
            let counts = LawDifference.Row.Change.allCases.map { change in
                (change, difference.rows.filter { $0.change == change }.count)
            }
            emit(
                [
                    "old": .string(before.digest.text), "new": .string(after.digest.text),
                    "rows": .array(difference.rows.map { .object($0.json) }),
                ], json: flag.json,
                lines: difference.rows.flatMap(\.lines)
                    + [counts.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")])
        }
    }

    private static func export(_ name: String) throws -> LawExport {
        try lawful {
            if name == "shipped" { return LawExport(of: try ShippedLaw.data()) }
            return try LawExport(
                parsing: PrivateFile.read(name, limitBytes: LawExport.limitBytes))
        }
    }
}

extension LawDifference.Row {
    var lines: [String] {
        let head = "\(change.rawValue): \(reference)"
        return [head] + fields.map { "  " + $0.line(isNewRow: change != .superseded) }
    }

    var json: JSONObject {
        [
            "row": .string(reference.description), "change": .string(change.rawValue),
            "fields": .array(
                fields.map { field in
                    var object: JSONObject = ["name": .string(field.name)]
                    if let old = field.old { object = object.adding(["old": old]) }
                    if let new = field.new { object = object.adding(["new": new]) }
                    return .object(object)
                }),
        ]
    }
}

extension LawDifference.Field {
    /// `status: signatory → party`.
    func line(isNewRow: Bool) -> String {
        let (old, new) = (old.map(\.shown), new.map(\.shown))
        if isNewRow { return "\(name): \(old ?? new ?? "")" }
        return "\(name): \(old ?? "(nothing)") → \(new ?? "(nothing)")"
    }
}

extension JSONValue {
    /// A string bare, anything else as JSON.
    var shown: String {
        if case .string(let text) = self { return text }
        return String(decoding: canonicalBytes, as: UTF8.self)
    }
}

struct LawStaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stale", abstract: "List the rows that want checking, by table.",
        discussion: "Example:\n  parley law stale --months 12")

    @OptionGroup var options: LawOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "How many months make a row old.") var months = LawAnswer.staleAfterMonths
    @Flag(help: "Name every row, not only how many.") var rows = false

    func run() async throws {
        try await reporting(json: flag.json) {
            guard (0...1200).contains(months) else {
                throw CommandFailure.refused(
                    "months-malformed", "\(months) is no number of months here",
                    hint: "write 0 to 1200")
            }
            let found = StaleRows(
                in: try await options.data(), askedOn: options.today, months: months)
            emit(
                [
                    "months": .integer(Int64(months)),
                    "tables": .array(found.tables.map { .object($0.json) }),
                ], json: flag.json,
                lines: found.tables.flatMap { $0.lines(months: months, named: rows) }
                    + [Self.total(found)])
        }
    }

    private static func total(_ found: StaleRows) -> String {
        func sum(_ count: (StaleRows.Table) -> Int) -> Int {
            found.tables.map(count).reduce(0, +)
        }
        return "all: \(sum(\.rowCount)) rows, \(sum(\.old.count)) old, "
            + "\(sum(\.onGeneralKnowledge.count)) on general knowledge, "
            + "\(sum(\.ofLowConfidence.count)) of low confidence"
    }
}

extension StaleRows.Table {
    private var parts: [(name: String, key: String, rows: [RowUse])] {
        [
            ("old", "old", old), ("on general knowledge", "generalKnowledge", onGeneralKnowledge),
            ("of low confidence", "lowConfidence", ofLowConfidence),
        ]
    }

    func lines(months: Int, named: Bool) -> [String] {
        let parts = parts.filter { !$0.rows.isEmpty }
        guard !parts.isEmpty else { return [] }
        let counts = parts.map { "\($0.rows.count) \($0.name)" }.joined(separator: ", ")
        let head = "\(table.rawValue): of \(rowCount) rows \(counts)"
        guard named else { return [head] }
        return [head]
            + parts.flatMap { part in
                ["  \(part.name):"]
                    + part.rows.map { "    \($0.reference.id), as of \($0.asOf), \($0.source)" }
            }
    }

    var json: JSONObject {
        var object: JSONObject = [
            "table": .string(table.rawValue), "rows": .integer(Int64(rowCount)),
        ]
        for part in parts {
            let names = part.rows.map { JSONValue.string($0.reference.description) }
            object = object.adding(JSONObject([.init(name: part.key, value: .array(names))]))
        }
        return object
    }
}

struct LawPagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages", abstract: "Write the data as Markdown pages.",
        discussion: """
            One for each instrument and each pair with an agreement or promise of its own, for \
            the newest day that a row was checked on. Other files in the folder stay.

            Example:
              parley law pages --out Docs/law
            """)

    @OptionGroup var options: LawOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "The folder to write into.") var out: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let data = try await options.data()
            let newest = LawPages.newestDay(of: data) ?? options.today
            let day = try options.on == nil ? newest : options.day()
            guard let pages = LawPages(data: data, on: day) else {
                throw CommandFailure.failed("language-unknown", "there are no English texts")
            }
            let folder = URL(filePath: out)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let written = try lawful { try pages.pages() }
            for page in written {
                try PrivateFile.write(
                    Array(page.text.utf8), to: folder.appending(path: page.name), mode: 0o644)
            }
            emit(
                [
                    "folder": .string(out), "on": .string(day.text),
                    "files": .array(written.map { .string($0.name) }),
                ], json: flag.json, lines: ["\(out): \(written.count) pages for \(day.text)"])
        }
    }
}
