import ParleyLaw
import ParleyLog
import ParleyStatements

/// The data as Markdown pages: one for each instrument, one for each pair that has an agreement or
/// a promise of its own, and an index.
struct LawPages {
    struct Page: Equatable {
        let name: String
        let lines: [String]

        var text: String { lines.joined(separator: "\n") + "\n" }
    }

    /// Pages name pairs of these alone: all pairs of all parties would be nine thousand.
    static let group = [
        "AR", "AU", "BR", "CA", "CN", "DE", "EU", "FR", "GB", "ID", "IN", "IT", "JP", "KR", "MX",
        "RU", "SA", "TR", "US", "ZA",
    ].map { RowID($0) }

    let data: LawData
    let day: CivilDate
    let words: LawWords

    /// Nil where the program has no English.
    init?(data: LawData, on day: CivilDate) {
        guard let words = LawWords(language: "en") else { return nil }
        self.data = data
        self.day = day
        self.words = words
    }

    /// The newest day that a row was checked on: pages of one data set are always the same.
    static func newestDay(of data: LawData) -> CivilDate? {
        data.marks.values.map(\.asOf.earliest).max()
    }

    func pages() throws(LawRefusal) -> [Page] {
        var pages = data.instruments.map { instrument($0) }
        var pairs: [(first: RowID, second: RowID)] = []
        let members = Self.group.filter { data.party($0) != nil }
        for (number, one) in members.enumerated() {
            for other in members[(number + 1)...] where hasOwn(one, other) {
                pairs.append(sorted(one, other))
            }
        }
        for (first, second) in pairs { pages.append(try pair(first, second)) }
        return [index(pairs)] + pages
    }

    /// The party that has more agreements here stands first, as in the command's examples.
    private func sorted(_ one: RowID, _ other: RowID) -> (first: RowID, second: RowID) {
        func count(_ party: RowID) -> Int {
            data.bilateral.filter { $0.parties.contains(party) }.count
        }
        return count(one) >= count(other) ? (one, other) : (other, one)
    }

    /// Whether an agreement or promise of the two themselves is in force.
    private func hasOwn(_ one: RowID, _ other: RowID) -> Bool {
        data.standings(one, other, on: day).contains {
            $0.rank == .bilateral && $0.verdict == .inForce || $0.verdict == .political
        }
    }

    private var notice: [String] {
        [
            "", words("not-advice"),
            "Written by `parley law pages` for \(day.text); [all pages](README.md).",
        ]
    }

    private func index(_ pairs: [(first: RowID, second: RowID)]) -> Page {
        var lines = ["# Law: instruments and pairs", "", "Tables: \(data.digest)."]
        lines += ["", "## Pairs", ""]
        lines += pairs.map { "- [\(title($0.first, $0.second))](\(name($0.first, $0.second)))" }
        lines += [
            "",
            "These have an agreement or a promise of their own. `parley law status A B` answers "
                + "for any other pair.",
            "", "## Instruments", "",
        ]
        lines += data.instruments.map {
            "- [\($0.short)](\($0.id).md), \(words(.instrument, $0.kind.rawValue))"
        }
        return Page(name: "README.md", lines: lines + ["", words("not-advice")])
    }

    // MARK: A pair

    private func name(_ one: RowID, _ other: RowID) -> String {
        "pair-\(one)-\(other).md".lowercased()
    }

    private func title(_ one: RowID, _ other: RowID) -> String {
        [one, other].map { data.party($0)?.name ?? $0.text }.joined(separator: " and ")
    }

    private func pair(_ one: RowID, _ other: RowID) throws(LawRefusal) -> Page {
        let question = try LawQuestion(one, other, on: day, conduct: nil, in: data)
        let answer = try LawAnswer(question, about: .status, askedOn: day)
        let page = LawPage(answer: answer, words: words)
        var lines = ["# \(title(one, other))"]
        for line in page.status.dropFirst() {
            if line.hasPrefix("  ") {
                lines.append("- " + line.dropFirst(2))
            } else if !line.isEmpty {
                lines += ["", "## " + line, ""]
            }
        }
        for (asking, asked) in [(one, other), (other, one)] {
            lines += ["", "## What \(asking) may ask of \(asked)", ""]
            lines += try requests(asking, asked)
        }
        lines += ["", "## Offences on both sides", "", "The act alone, nothing more said.", ""]
        lines += ["| offence | on both sides |", "| --- | --- |"]
        lines += try offences(page, one, other)
        lines += ["", "## \(words("gaps"))", ""] + page.gaps.map { "- " + $0 }
        let care = page.care
        if !care.isEmpty { lines += ["", "## \(words("care"))", ""] + care.map { "- " + $0 } }
        return Page(name: name(one, other), lines: lines + notice)
    }

    private func requests(_ one: RowID, _ other: RowID) throws(LawRefusal) -> [String] {
        let question = try LawQuestion(one, other, on: day, conduct: nil, in: data)
        let open = question.bases(for: nil).open
        var lines = ["| request | on | article | dual criminality |", "| --- | --- | --- | --- |"]
        for kind in data.kinds {
            for basis in open where basis.kind == kind.id {
                let need = (basis.row?.dualCriminality).map { words(.need, $0.rawValue) }
                lines.append(
                    "| \(kind.title) | \(link(basis.instrument)) | \(basis.row?.article ?? "") "
                        + "| \(need ?? words("not-in-data")) |")
            }
        }
        return open.isEmpty ? [words("none")] : lines
    }

    private func offences(
        _ page: LawPage, _ one: RowID, _ other: RowID
    ) throws(LawRefusal) -> [String] {
        var lines: [String] = []
        for offence in data.offences {
            var acts: [RowID: Bool] = [:]
            for act in offence.acts { acts[act] = true }
            let conduct = try Conduct(acts, in: data)
            let found = data.dualCriminality(one, other, conduct, on: day)
            guard let pair = found.pairs.first(where: { $0.offence == offence.id }) else {
                continue
            }
            let ways = page.ways(pair.ways.map(\.conditions)).joined(separator: ", ")
            let outcome = ways.isEmpty ? words(.outcome, pair.outcome.rawValue) : ways
            lines.append("| \(offence.title) | \(outcome)\(page.doubt(pair.confidence)) |")
        }
        return lines
    }

    private func link(_ instrument: RowID) -> String {
        guard let row = data.instrument(instrument) else { return instrument.text }
        return "[\(row.short)](\(row.id).md)"
    }
}

extension LawPages {
    fileprivate func instrument(_ row: Instrument) -> Page {
        var lines = ["# \(row.short)", ""]
        if let chinese = row.marks.zh { lines += [chinese, ""] }
        lines.append("- \(row.citation), \(words(.instrument, row.kind.rawValue)) [\(row.id)]")
        for (name, date) in [
            ("adopted", row.adopted), ("in force since", row.inForce),
            ("applied from", row.appliesFrom),
        ] {
            if let date { lines.append("- \(name) \(date)") }
        }
        if row.inForce == nil, let rule = row.inForceRule { lines.append("- in force: \(rule)") }
        if !row.languages.isEmpty {
            let languages = row.languages.map { words(.language, $0) }
            lines.append("- \(words("languages")): \(words.list(languages))")
        }
        let source = data.sources[row.marks.source] ?? row.marks.source.text
        lines.append(
            "- source: \(source); as of \(row.marks.asOf), "
                + words(.confidence, row.marks.confidence.rawValue))
        for note in [row.marks.note, row.marks.check].compactMap({ $0 }) {
            lines.append("- note: \(note)")
        }
        lines += standing(row) + requests(on: row) + offences(of: row)
        let rules = data.rulesForEveryKind.filter { $0.instrument == row.id }
        if !rules.isEmpty {
            lines += ["", "## Rules for every request", ""]
            lines += rules.map { "- \(words(.about, $0.about)): \($0.rule) (\($0.article))" }
        }
        return Page(name: "\(row.id).md", lines: lines + notice)
    }

    private func standing(_ row: Instrument) -> [String] {
        guard row.kind != .domesticLaw else { return [] }
        if !row.parties.isEmpty { return ["- between \(words.list(row.parties.map(\.text)))"] }
        var lines = ["", "## Parties on \(day.text)", ""]
        let positions = data.parties.map { party in
            (party.id, data.position(of: party.id, in: row, on: day))
        }
        for standing in PartyStanding.allCases where standing != .none && standing != .unknown {
            let parties = positions.filter { $0.1.standing == standing }.map(\.0.text)
            guard !parties.isEmpty else { continue }
            lines.append(
                "- \(words(.group, standing.rawValue)) (\(parties.count)): \(words.list(parties))")
        }
        let unknown = positions.filter { $0.1.standing == .unknown }.count
        if unknown > 0 { lines.append("- \(words(.group, "unknown")): \(unknown)") }
        return lines
    }

    private func requests(on row: Instrument) -> [String] {
        let bases = data.bases.filter { $0.instrument == row.id }
        guard !bases.isEmpty else { return [] }
        return [
            "", "## Requests", "", "| request | article | must say | dual criminality |",
            "| --- | --- | --- | --- |",
        ]
            + bases.map { basis in
                let fields = basis.fields.filter(\.isRequired).map(\.label)
                return "| \(data.kind(basis.kind)?.title ?? basis.kind.text) | \(basis.article) "
                    + "| \(fields.joined(separator: "; ")) "
                    + "| \(words(.need, basis.dualCriminality.rawValue)) |"
            }
    }

    private func offences(of row: Instrument) -> [String] {
        let provisions = data.provisions(of: row.id)
        guard !provisions.isEmpty else { return [] }
        return [
            "", "## Offences", "", "| offence | article | maximum | confidence |",
            "| --- | --- | --- | --- |",
        ]
            + provisions.map { found in
                let years = found.maxYearsAggravated ?? found.maxYears
                let most =
                    found.isLifePossible
                    ? words("life")
                    : years.map { $0 == 0 ? words("fine") : words.count($0, "year") } ?? ""
                return "| \(data.offence(found.offence)?.title ?? found.offence.text) "
                    + "| \(found.article ?? "none") | \(most) "
                    + "| \(words(.confidence, found.marks.confidence.rawValue)) |"
            }
    }
}
