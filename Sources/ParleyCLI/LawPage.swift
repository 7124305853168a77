import ParleyLaw
import ParleyLog
import ParleyStatements

/// One answer, as lines for people: the answer first, then what is not known, then how far to
/// trust it.
struct LawPage {
    let answer: LawAnswer
    let words: LawWords
    /// Whether every row used is listed, or the doubtful ones are counted.
    var listsRows = false

    var question: LawQuestion { answer.question }
    var data: LawData { answer.question.data }

    /// `Budapest Convention on Cybercrime [ets185]`.
    func name(_ instrument: RowID) -> String {
        guard let row = data.instrument(instrument) else {
            guard let agreement = data.bilateral(instrument) else { return "[\(instrument)]" }
            let parties = agreement.parties.map(\.text).joined(separator: words("and"))
            let parts = [
                "kind": words(.agreement, agreement.kind), "parties": parties,
                "date": agreement.signed?.text ?? "",
            ]
            return words("agreement-of", parts) + " [\(instrument)]"
        }
        return "\(words.title(row.short, row.marks.zh)) [\(instrument)]"
    }

    /// `, medium confidence`; nothing where the rows are sure.
    func doubt(_ confidence: Confidence) -> String {
        confidence == .high ? "" : words("comma") + words(.confidence, confidence.rawValue)
    }

    // MARK: What stands below every answer

    var closing: [String] {
        var lines: [String] = []
        let gaps = self.gaps
        if !gaps.isEmpty { lines += ["", words("gaps")] + gaps.map { "  " + $0 } }
        let care = self.care
        if !care.isEmpty { lines += ["", words("care")] + care.map { "  " + $0 } }
        if listsRows {
            lines += ["", words("rows-head")] + answer.uses.map { "  " + row($0) }
        }
        let parts = ["count": "\(answer.uses.count)", "digest": data.digest.text]
        return lines + ["", words("rows", parts), words("not-advice")]
    }

    var care: [String] {
        var lines: [String] = []
        let stale = answer.uses.filter(\.isStale)
        if let oldest = stale.map(\.asOf).min(by: { $0.latest < $1.latest }) {
            lines.append(
                words(
                    "care-stale",
                    [
                        "stale": "\(stale.count)", "all": "\(answer.uses.count)",
                        "months": "\(answer.staleAfterMonths)", "oldest": oldest.text,
                    ]))
        }
        let low = answer.uses.filter { $0.confidence == .low }.map(\.reference.description)
        if !low.isEmpty {
            let shown = listsRows ? low : Array(low.prefix(3)) + (low.count > 3 ? ["…"] : [])
            lines.append(words("care-low", ["count": "\(low.count)", "rows": words.list(shown)]))
        }
        return lines
    }

    private func row(_ use: RowUse) -> String {
        let parts = [
            "row": use.reference.description,
            "confidence": words(.confidence, use.confidence.rawValue), "date": use.asOf.text,
        ]
        return words("care-row", parts) + (use.isStale ? ", \(words("stale"))" : "")
    }

    /// The gaps in words, those of one sort in one line.
    var gaps: [String] {
        var standing: [RowID: [RowID]] = [:]
        var dates: [RowID: [RowID]] = [:]
        var unread: [RowID: [RowID]] = [:]
        var content: [RowID] = []
        var homeless: [RowID] = []
        var others: [String] = []
        for gap in answer.gaps {
            switch gap {
            case .standingUnknown(let party, let row): standing[party, default: []].append(row)
            case .standingUncertain(let party, let row): dates[party, default: []].append(row)
            case .reservationsUnread(let party, let row): unread[party, default: []].append(row)
            case .contentMissing(let row): content.append(row)
            case .homeLawMissing(let party): homeless.append(party)
            case .territoriesMissing: others.append(words("gap-territories"))
            case .noAct: others.append(words("gap-no-act"))
            }
        }
        var lines = grouped(standing) { $0 == 1 ? "gap-standing" : "gap-standing-both" }
        lines += grouped(dates) { _ in "gap-dates" }
        lines += homeless.map { words("gap-home", ["parties": $0.text]) }
        lines += grouped(unread) { _ in "gap-reservations" }
        if !content.isEmpty {
            lines.append(words("gap-content", ["instruments": words.list(content.map(\.text))]))
        }
        return lines + others
    }

    /// Parties with the same instruments share a line.
    private func grouped(
        _ rows: [RowID: [RowID]], _ key: (_ partyCount: Int) -> String
    ) -> [String] {
        Dictionary(grouping: rows.keys.sorted()) { rows[$0] ?? [] }
            .sorted { ($0.value.first?.text ?? "") < ($1.value.first?.text ?? "") }
            .map { instruments, parties in
                let both = parties.map(\.text).joined(separator: words("and"))
                return words(
                    key(parties.count),
                    ["parties": both, "instruments": words.list(instruments.map(\.text))])
            }
    }

    // MARK: Conditions

    /// `met if … or if …`, a line each.
    func ways(_ alternatives: [[Condition]]) -> [String] {
        alternatives.enumerated().map { index, conditions in
            let all = conditions.map(text).joined(separator: words("and"))
            return words(index == 0 ? "met-if" : "or-if", ["conditions": all])
        }
    }

    func text(_ condition: Condition) -> String {
        switch condition {
        case .fact(let any):
            inBrackets(
                any.count > 1,
                any.map { id in
                    guard let fact = data.fact(id) else { return "[\(id)]" }
                    return "\(words.title(fact.label, fact.labelZh)) [\(id)]"
                }.joined(separator: words("or")))
        case .coveredPart(let row): words("condition-part", ["row": short(row)]) + note(row)
        case .homeLawFollows(let row): words("condition-home", ["row": short(row)])
        case .aggravated(let row): words("condition-aggravated", ["row": short(row)]) + note(row)
        case .seriousCrimeOn(let party): words("condition-serious", ["party": party.text])
        case .reservation(let row): words("condition-reservation", ["row": row.id.text])
        }
    }

    private func inBrackets(_ isGroup: Bool, _ text: String) -> String {
        isGroup ? words("brackets", ["text": text]) : text
    }

    private func note(_ row: RowReference) -> String {
        data.marks[row]?.note.map { " (\($0))" } ?? ""
    }

    /// `ets185 2` for the row of a provision.
    private func short(_ row: RowReference) -> String {
        guard case .string(let instrument)? = data.standing[row]?.row["instrument"],
            case .string(let article)? = data.standing[row]?.row["article"]
        else { return row.id.text }
        return instrument + " " + article
    }
}
