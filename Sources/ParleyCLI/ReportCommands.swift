import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements

/// What every report between two parties asks for: a home and the other party, or a file of headers
/// and both.
struct ReportOptions: ParsableArguments {
    @OptionGroup var home: HomeOptions
    @Option(help: "The other party.") var with: String?
    @Option(help: "Instead of a home: headers that parley scorecard headers wrote.")
    var headers: InputFile?
    @Option(help: "With --headers, the two parties: us,cn.") var between: String?
    @Option(help: "The record as it stood then (default: now), as 2026-12-01T09:00:00Z.")
    var at: String?

    func validate() throws {
        guard (with != nil) != (headers != nil), (headers != nil) == (between != nil) else {
            throw ValidationError("give --with PARTY, or --headers FILE and --between ONE,OTHER")
        }
    }

    func read() async throws -> Reported {
        let asOf = try at.map(timeArgument) ?? Surroundings.here.clock.now()
        if let headers { return try read(headers, asOf: asOf) }
        let home = try Home(options: home)
        let record = try await home.record()
        let other = try party(with ?? "", among: record.versions, at: asOf)
        guard other != home.seat.party else { throw Self.same(other) }
        return Reported(
            home: home, party: home.seat.party, agreement: home.agreement(in: record),
            other: other, asOf: asOf, threads: try await record.reported(asOf: asOf))
    }

    private func read(_ file: InputFile, asOf: Timestamp) throws -> Reported {
        let bytes = try file.read(limitBytes: RecordHeaders.sizeLimitBytes)
        let headers: RecordHeaders
        do {
            headers = try RecordHeaders(parsing: bytes)
        } catch {
            throw CommandFailure.refused(
                error.reason, "\(file), \(error.explanation)",
                hint: "write it with: parley scorecard headers --out FILE")
        }
        let parties = try (between ?? "").split(separator: ",").map {
            try party(String($0), among: headers.versions, at: asOf)
        }
        guard parties.count == 2, let agreement = headers.versions.version(headers.current) else {
            throw CommandFailure.refused(
                "between-malformed", "--between names \(parties.count) parties",
                hint: "name two: --between us,cn")
        }
        guard parties[0] != parties[1] else { throw Self.same(parties[0]) }
        return Reported(
            home: nil, party: parties[0], agreement: agreement, other: parties[1], asOf: asOf,
            threads: headers.threads(settledBy: asOf).compactMap {
                ReportedThread($0, asOf: asOf)
            })
    }

    private func party(
        _ text: String, among versions: AgreementVersions, at time: Timestamp
    ) throws -> PartyID {
        let party = try partyArgument(text)
        guard versions.party(party, at: time) != nil else {
            throw CommandFailure.refused(
                "party-unknown", "\(party) is no party of the agreement",
                hint: "its parties are "
                    + versions.parties(at: time).map(\.id.text).joined(separator: ", "))
        }
        return party
    }

    private static func same(_ party: PartyID) -> CommandFailure {
        .refused("party-unknown", "\(party) is no other party", hint: "a report is between two")
    }
}

/// The threads of a record as they stood at an instant.
struct Reported {
    /// Nil where there are headers alone.
    let home: Home?
    let party: PartyID
    let agreement: Agreement
    let other: PartyID
    let asOf: Timestamp
    let threads: [ReportedThread]
    private let openings: [ThreadID: StatementID]

    init(
        home: Home?, party: PartyID, agreement: Agreement, other: PartyID, asOf: Timestamp,
        threads: [ReportedThread]
    ) {
        self.home = home
        self.party = party
        self.agreement = agreement
        self.other = other
        self.asOf = asOf
        self.threads = threads
        openings = Dictionary(
            threads.compactMap { one in one.sealedOpening.map { (one.thread, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The first line of the opening's words, in that language where it has one; empty
    /// where nobody is here to open them.
    func title(of id: ThreadID?, in language: LanguageTag) async throws -> String {
        guard let home, let opening = id.flatMap({ openings[$0] }) else { return "" }
        let texts = try await home.opened(opening).body.texts
        let text = texts.first { $0.language == language } ?? texts.first { $0.isAuthentic }
        return clipped(text?.text.split(separator: "\n").first.map(String.init) ?? "", to: 72)
    }
}

/// At most so many characters, never a part of one.
func clipped(_ text: String, to count: Int) -> String {
    text.count <= count ? text : text.prefix(count - 1) + "…"
}

enum ReportFormat { case text, html, json }

/// In which form and language a report is printed.
struct ReportForm: ParsableArguments {
    @OptionGroup var flag: JSONFlag
    @Flag(help: "A page for printing, instead of text.") var html = false
    @Option(help: "Language of the headings: en or zh-Hans.") var language = "en"

    var format: ReportFormat { flag.json ? .json : html ? .html : .text }

    func words() throws -> ReportWords { try ReportWords(language: language) }
}

struct AgendaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agenda", abstract: "Propose an agenda from the record.",
        discussion: """
            What is overdue, urgent or disputed, commitments not seen as kept, action \
            items not kept, sessions missed. Both nodes print the same bytes for one instant.

            Example:
              parley agenda --with cn --html > agenda.html
            """)

    @OptionGroup var options: ReportOptions
    @OptionGroup var form: ReportForm

    func run() async throws {
        try await reporting(json: form.flag.json) {
            let words = try form.words()
            let reported = try await options.read()
            let agenda = Agenda(
                of: reported.threads, between: reported.party, and: reported.other,
                under: reported.agreement, asOf: reported.asOf)
            var sections: [ReportPage.Section] = []
            for section in Agenda.Section.allCases {
                var rows: [[String]] = []
                for item in agenda.items where item.section == section {
                    rows.append([
                        words(item.subject), words(item.matter), item.party?.text ?? "",
                        item.due?.text ?? "",
                        try await reported.title(of: item.thread, in: words.language),
                        item.thread?.text ?? "",
                    ])
                }
                sections.append(
                    .init(
                        key: section.rawValue, title: words("section-" + section.rawValue),
                        columns: ["kind", "matter", "party", "due", "title", "thread"], words,
                        rows))
            }
            ReportPage(
                title: words("proposed-agenda"), agreement: reported.agreement,
                parties: agenda.parties,
                asOf: agenda.asOf, none: words("none"), sections: sections,
                language: words.language.text
            ).print(as: form.format)
        }
    }
}

struct CaseReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Report how every case with a party stands.",
        discussion: """
            Those that are not over come first. Both nodes print the same bytes for the same \
            instant.

            Example:
              parley report --with cn --at 2026-12-01T00:00:00Z
            """)

    @OptionGroup var options: ReportOptions
    @OptionGroup var form: ReportForm

    func run() async throws {
        try await reporting(json: form.flag.json) {
            let words = try form.words()
            let reported = try await options.read()
            let report = CaseReport(
                of: reported.threads, between: reported.party, and: reported.other,
                asOf: reported.asOf)
            var rows: [Bool: [[String]]] = [:]
            for one in report.cases {
                let kind = [
                    words(one.subject), one.kind ?? "",
                    one.urgency.map { words($0.rawValue) } ?? "",
                ]
                let clocks = one.promises.filter { $0.verdict != "ended" }.map {
                    "\(words($0.kind.promise)): \(words($0.verdict))"
                }
                rows[one.isOver, default: []].append([
                    kind.filter { !$0.isEmpty }.joined(separator: " · "),
                    one.opener.text + " → " + one.addressed.map(\.text).joined(separator: ", "),
                    words(one.state.rawValue)
                        + (one.outcome.map { ", " + words($0.rawValue) } ?? ""),
                    one.openedAt.text, one.lastSaidAt.text,
                    one.turn.map(\.text).joined(separator: ", "),
                    clocks.joined(separator: "; "),
                    (one.isExercise ? words("exercise") + " · " : "")
                        + (try await reported.title(of: one.thread, in: words.language)),
                    one.thread.text,
                ])
            }
            let columns = [
                "kind", "sides", "state", "opened", "last", "turn", "clocks", "title", "thread",
            ]
            ReportPage(
                title: words("report"), agreement: reported.agreement, parties: report.parties,
                asOf: report.asOf, none: words("none"),
                sections: [false, true].map { isOver in
                    .init(
                        key: isOver ? "over" : "going-on",
                        title: words(isOver ? "over" : "going-on"), columns: columns, words,
                        rows[isOver] ?? [])
                }, language: words.language.text
            ).print(as: form.format)
        }
    }
}
