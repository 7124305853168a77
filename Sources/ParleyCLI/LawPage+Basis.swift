import ParleyLaw
import ParleyLog
import ParleyStatements

extension LawPage {
    /// What is open at a glance, then each basis, then in one block what is closed.
    var bases: [String] {
        let parts = [
            "first": question.first.text, "second": question.second.text,
            "day": question.day.text, "count": words.count(answer.open.count, "basis"),
        ]
        var lines = [words("basis-head", parts)]
        for kind in data.kinds {
            let ways = answer.open.filter { $0.kind == kind.id }.map { name($0.instrument) }
            guard !ways.isEmpty else { continue }
            lines.append("  \(title(kind.id)): \(words.list(ways))")
        }
        for basis in answer.open { lines += [""] + section(basis) }
        if answer.open.isEmpty { lines.append("  " + words("none")) }
        return lines + closedBlock
    }

    private func title(_ kind: RowID) -> String {
        let row = data.kind(kind)
        return words.title(row?.title ?? kind.text, row?.marks.zh)
    }

    private func section(_ basis: LegalBasis) -> [String] {
        var lines = [
            "\(title(basis.kind)) [\(basis.kind):\(basis.instrument)]: \(name(basis.instrument))"
                + words("comma") + words(.verdict, basis.verdict.rawValue).lowercasedFirst
                + doubt(basis.confidence)
        ]
        let isConditional = !basis.dualCriminalityAlternatives.isEmpty
        lines.append(
            "  \(words("dual")): \(words(.outcome, basis.dualCriminality.rawValue))"
                + lowConfidence(basis.confidence == .low && basis.dualCriminality != .notRequired))
        if isConditional { lines += ways(basis.dualCriminalityAlternatives).map { "    " + $0 } }
        if case .coveredIf(let conditions) = basis.coverage {
            lines += block("open-if", conditions.map(text))
        }
        let fields = basis.row?.fields ?? []
        lines += block("fields", fields.filter(\.isRequired).map(field))
        lines += block("more-fields", fields.filter { !$0.isRequired }.map(field))
        lines += block("limit", (basis.row?.timeLimits ?? []).map(limit))
        lines += block("grounds", basis.grounds.map(ground))
        lines += block("no-grounds", basis.forbiddenGrounds.map(ground))
        lines += basis.rules.map {
            let rule = words.title($0.rule, $0.marks.zh)
            return "  \(words(.about, $0.about)): \(rule) (\($0.article))"
        }
        if !basis.languages.isEmpty {
            let languages = basis.languages.map { words(.language, $0) }
            lines.append("  \(words("languages")): \(words.list(languages))")
        }
        return lines + ["  \(words("channel")): \(words(.channel, basis.channel))"]
    }

    private func block(_ key: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["  \(words(key)):"] + lines.map { "    - " + $0 }
    }

    private func field(_ field: RequestBasisRow.Field) -> String {
        let label = words.title(field.label, field.labelZh)
        let key = label == field.key ? "" : " [\(field.key)]"
        return "\(label)\(key) (\(field.article))"
    }

    private func ground(_ ground: LegalBasis.Ground) -> String {
        let row = data.ground(ground.id)
        let title = words.title(ground.title, row?.marks.zh)
        return "\(title) [\(ground.id)]" + (ground.article.map { " (\($0))" } ?? "")
    }

    func limit(_ limit: RequestBasisRow.TimeLimit) -> String {
        let number = limit.value.map { words.count($0, limit.unit ?? "") } ?? ""
        let amount = words.filled(words(.sense, limit.sense), ["amount": number])
        return words(
            "limit-from",
            [
                "what": words.title(limit.what, limit.whatZh), "amount": amount,
                "clock": words(.clock, limit.clock), "article": limit.article,
            ])
    }

    /// A limit as JSON has it, in the words of the data.
    static func plain(_ limit: RequestBasisRow.TimeLimit) -> String {
        let amount = limit.value.map { "\($0) \(limit.unit ?? "") " } ?? ""
        return "\(limit.what): \(amount)\(limit.sense), from \(limit.clock) (\(limit.article))"
    }

    private var closedBlock: [String] {
        guard !answer.closed.isEmpty else { return [] }
        var lines = ["", words("closed")]
        for why in ClosedBasis.Why.allCases {
            let closed = answer.closed.filter { $0.why == why }
            let kinds = Dictionary(grouping: closed, by: \.instrument)
            guard !kinds.isEmpty else { continue }
            let isOneKind: Bool = if case .basis(.some) = answer.topic { true } else { false }
            let names = kinds.sorted { $0.key < $1.key }.map { instrument, rows in
                let number = words("kinds-count", ["count": "\(rows.count)"])
                let only = rows.count == 1 ? title(rows[0].kind) : number
                return name(instrument) + (isOneKind ? "" : " (\(only))")
            }
            lines.append("  \(words(.why, why.rawValue)): \(words.list(names))")
        }
        return lines
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
