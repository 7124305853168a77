import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements

struct ScorecardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scorecard", abstract: "How two parties kept what they agreed.",
        discussion: """
            Worked out from headers alone, so that an auditor can do it again; the other party's \
            node prints the same for the same instant.

            Example:
              parley scorecard --with cn --from 2026-01-01T00:00:00Z --until 2026-07-01T00:00:00Z
              parley scorecard compare ours.json theirs.json
              parley scorecard publish theirs.json
              parley scorecard headers --out record.headers
              parley scorecard --headers record.headers --between us,cn
            """,
        subcommands: [
            ScorecardShowCommand.self, ScorecardCompareCommand.self, ScorecardHeadersCommand.self,
            ScorecardPublishCommand.self,
        ],
        defaultSubcommand: ScorecardShowCommand.self)
}

struct ScorecardShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Work it out (the word show may be left out).",
        discussion: "Example:\n  parley scorecard --with cn --json > ours.json")

    @OptionGroup var options: ReportOptions
    @Option(help: "The beginning of the period (default: that of the agreement).")
    var from: String?
    @Option(help: "The end of the period, outside it (default: the instant of --at).")
    var until: String?
    @OptionGroup var form: ReportForm

    func run() async throws {
        try await reporting(json: form.flag.json) {
            let words = try form.words()
            let reported = try await options.read()
            let from = try from.map(timeArgument) ?? reported.agreement.effectiveFrom
            let until = try until.map(timeArgument) ?? reported.asOf
            guard from < until else {
                throw CommandFailure.refused(
                    "period-empty", "\(from) is not before \(until)", hint: "swap the two")
            }
            let scorecard = Scorecard(
                of: reported.threads, between: reported.party, and: reported.other,
                under: reported.agreement, period: from..<until, asOf: reported.asOf)
            if form.flag.json {
                emit(scorecard.json(under: reported.agreement), json: true, lines: [])
            } else {
                ReportPage(
                    title: words("scorecard") + " · \(from) – \(until)",
                    agreement: reported.agreement, parties: scorecard.parties,
                    asOf: scorecard.asOf, none: words("none"),
                    sections: scorecard.sections(in: words), language: words.language.text
                ).print(as: form.format)
            }
        }
    }
}

struct ScorecardHeadersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "headers",
        abstract: "Write every header of the record with its times, for an auditor.",
        discussion: """
            Lines of JSON: what scorecard, agenda and report are worked out from. There is no body \
            and no proof in it; parley export writes a thread with its proofs.

            Example:
              parley scorecard headers --out record.headers
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "File to write.") var out: OutputPlace

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let file = try DraftFile(of: out.file, mode: 0o644)
            try file.write(
                RecordHeaders.firstLine(
                    record.versions, current: home.agreement(in: record).id))
            var count = 0
            for id in try await record.threads() {
                for one in try await record.records(in: id)
                where !one.statement.act.changesDirectory {
                    try file.write(RecordHeaders.line(one))
                    count += 1
                }
            }
            try await home.trail.record("scorecard.headers", [""])
            try file.finish()
            emit(
                ["file": .string(out.text), "headers": .integer(Int64(count))], json: flag.json,
                lines: ["wrote \(count) headers to \(out)"])
        }
    }
}

struct ScorecardCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show where two scorecards differ, and why.",
        discussion: """
            Each is a file that parley scorecard --json wrote, of one period and instant. \
            Ends with exit code 3 when they differ.

            Example:
              parley scorecard compare ours.json theirs.json
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "Our scorecard.") var ours: String
    @Argument(help: "Theirs.") var theirs: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let (one, other) = (try Self.read(ours), try Self.read(theirs))
            guard one.isComparable(with: other) else {
                throw CommandFailure.refused(
                    "scorecards-apart", "the two are not of the same parties, period and instant",
                    hint: "work both out with the same --from, --until and --at")
            }
            let differences = ScorecardComparison(one.promises, other.promises).differences
            emit(
                [
                    "same": .bool(differences.isEmpty),
                    "differences": .array(differences.map { .object($0.json) }),
                ], json: flag.json,
                lines: differences.isEmpty
                    ? ["the same"] : differences.flatMap(\.lines) + ["\(differences.count) differ"])
            if !differences.isEmpty {
                throw ExitCode(CommandFailure.Kind.notProven.rawValue)
            }
        }
    }

    static func read(_ file: String) throws -> ScorecardFile {
        let bytes = try PrivateFile.read(file, limitBytes: ScorecardFile.sizeLimitBytes)
        do {
            return try ScorecardFile(parsing: bytes)
        } catch {
            throw CommandFailure.refused(error.reason, "\(file): \(error.explanation)")
        }
    }
}

struct ScorecardPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Put the other party's scorecard beside ours on the public pages.",
        discussion: """
            The file is what parley scorecard --json wrote at the other party's node, as it was \
            published there. The node shows those figures beside its own for the same period \
            and instant, and how many promises stand otherwise.

            Example:
              parley scorecard publish theirs.json
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "Their scorecard.") var theirs: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let file = try ScorecardCompareCommand.read(theirs)
            guard file.parties.contains(home.seat.party),
                let other = file.parties.first(where: { $0 != home.seat.party })
            else {
                throw CommandFailure.refused(
                    "scorecards-apart", "it is of \(file.parties.map(\.text)), not of this party",
                    hint: "ask for one between that party and yours")
            }
            let bytes = try PrivateFile.read(theirs, limitBytes: ScorecardFile.sizeLimitBytes)
            try FileManager.default.createDirectory(
                at: ServedHome.figuresFolder(of: home), withIntermediateDirectories: true)
            try PrivateFile.write(bytes, to: ServedHome.figuresFile(of: other, in: home))
            emit(
                ["with": .string(other.text), "asOf": .string(file.asOf.text)], json: flag.json,
                lines: ["the public pages show figures of \(other) as of \(file.asOf)"])
        }
    }
}

extension ScorecardComparison.Difference {
    fileprivate var lines: [String] {
        func words(_ promise: ScoredPromise?) -> String {
            guard let promise else { return "not there" }
            return promise.verdict + (promise.stop.map { " at \($0)" } ?? "")
        }
        return [
            "\(thread)  \(kind.subject) \(kind.promise) of \(kind.party), begun \(start)",
            "  ours: \(words(ours)); theirs: \(words(theirs))",
        ] + statements.map { "  \($0)" }
    }

    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "thread": .string(thread.text), "party": .string(kind.party.text),
            "subject": .string(kind.subject), "promise": .string(kind.promise),
            "start": .string(start.text),
            "statements": .array(statements.map { .string($0.text) }),
        ]
        if let ours { object = object.adding(["ours": .object(ours.json)]) }
        if let theirs { object = object.adding(["theirs": .object(theirs.json)]) }
        return object
    }
}
