import ParleyLaw
import ParleyLog
import ParleyStatements

/// One answer, as lines for people.
struct LawPage {
    let answer: LawAnswer
    let words: LawWords

    var question: LawQuestion { answer.question }
    var data: LawData { answer.question.data }

    var status: [String] {
        ["\(question.first) → \(question.second), \(question.day.text)"]
            + question.standings.map { standing in
                let sides = zip(
                    [question.first, question.second], [standing.first, standing.second])
                let positions = sides.compactMap { party, position in
                    position.map { "\(party) \($0.standing.rawValue)\(since($0))" }
                }
                let detail = positions.isEmpty ? "" : " (" + positions.joined(separator: ", ") + ")"
                let name = standing.instrument.text
                return "  \(name): \(words(standing.verdict.rawValue))\(detail)"
                    + " [\(standing.confidence.rawValue)]"
            }
    }

    private func since(_ position: PartyPosition) -> String {
        position.since.map { " " + $0.text } ?? ""
    }

    var offences: [String] {
        guard let dual = question.dual else { return [] }
        var lines = [
            "\(words("dual")): \(words(dual.outcome.rawValue))"
                + (dual.isLowConfidence ? words("low-confidence") : "")
        ]
        lines += dual.conditions.map { "  \(words("if")): \(text($0))" }
        for pair in dual.pairs {
            let title = data.offences.first { $0.id == pair.offence }?.title ?? ""
            lines.append("")
            lines.append(
                "\(words.term(pair.offence, title, in: data)) [\(pair.offence)]: "
                    + words(pair.outcome.rawValue))
            lines += side(pair.first) + side(pair.second)
        }
        return lines
    }

    private func side(_ side: SideFinding) -> [String] {
        guard !side.provisions.isEmpty else {
            return ["  \(side.party): \(words("unknown")), \(words("not-in-data"))"]
        }
        return side.provisions.map { found in
            var line = "  \(side.party) \(found.instrument?.text ?? "") \(found.article ?? ""): "
            line += words(found.outcome.rawValue)
            if !found.conditions.isEmpty {
                line += " " + found.conditions.map(text).joined(separator: "; ")
            }
            return line + penalty(found.penalty) + " [\(found.confidence.rawValue)]"
        }
    }

    private func penalty(_ penalty: Penalty) -> String {
        guard let years = penalty.sureYears else {
            return penalty.isLifePossible ? "; \(words("up-to")) \(words("life"))" : ""
        }
        var text = "; \(words("maximum")) "
        text +=
            penalty.isLifeSure
            ? words("life") : years == 0 ? words("fine") : "\(years) \(words("years"))"
        if penalty.isLifePossible {
            text += ", \(words("up-to")) \(words("life"))"
        } else if let possible = penalty.possibleYears {
            text += ", \(words("up-to")) \(possible) \(words("years"))"
        }
        return text
    }

    var bases: [String] {
        var lines: [String] = []
        for basis in answer.open {
            let title = data.kinds.first { $0.id == basis.kind }?.title ?? ""
            lines.append(
                "\(words.term(basis.kind, title, in: data)) [\(basis.kind):\(basis.instrument)]: "
                    + words(basis.verdict.rawValue) + " [\(basis.confidence.rawValue)]")
            lines.append(
                "  \(words("dual")): \(words(basis.dualCriminality.rawValue))"
                    + (basis.confidence == .low ? words("low-confidence") : ""))
            lines += basis.dualCriminalityConditions.map { "    \(words("if")): \(text($0))" }
            if case .coveredIf(let conditions) = basis.coverage {
                lines += conditions.map { "  \(words("if")): \(text($0))" }
            }
            lines += basis.mandatoryFields.map {
                "  \(words("fields")): \($0.key), \($0.label) (\($0.article))"
            }
            lines += (basis.row?.timeLimits ?? []).map { "  \(words("limit")): \(Self.limit($0))" }
            lines += grounds("grounds", basis.grounds)
            lines += grounds("no-grounds", basis.forbiddenGrounds)
            lines += basis.rules.map { "  \($0.about): \($0.rule) (\($0.article))" }
            if !basis.languages.isEmpty {
                lines.append("  \(words("languages")): \(basis.languages.joined(separator: ", "))")
            }
            lines.append("  \(words("channel")): \(basis.channel)")
        }
        if answer.open.isEmpty { lines.append(words("none")) }
        return lines
            + answer.closed.map {
                "\(words("closed")): \($0.kind):\($0.instrument), \($0.why.rawValue)"
            }
    }

    private func grounds(_ key: String, _ grounds: [LegalBasis.Ground]) -> [String] {
        grounds.map { ground in
            let article = ground.article.map { " (\($0))" } ?? ""
            return "  \(words(key)): \(ground.id), \(ground.title)\(article)"
        }
    }

    static func limit(_ limit: RequestBasisRow.TimeLimit) -> String {
        let amount = limit.value.map { "\($0) \(limit.unit ?? "") " } ?? ""
        return "\(limit.what): \(amount)\(limit.sense), from \(limit.clock) (\(limit.article))"
    }

    /// What stands below every answer.
    var closing: [String] {
        var lines = [""]
        lines += answer.gaps.map { "\(words("gaps")): \($0.key)" }
        lines += answer.doubtful.map { use in
            let stale = use.isStale ? ", \(words("stale"))" : ""
            return "\(words("doubt")): \(use.reference) "
                + "[\(use.confidence.rawValue), \(use.asOf)\(stale)]"
        }
        lines.append("\(words("rows")): \(answer.uses.count); \(words("data")) \(data.digest)")
        return lines + [words("not-advice")]
    }

    func text(_ condition: Condition) -> String {
        switch condition {
        case .fact(let any):
            any.map { id in
                let fact = data.facts.first { $0.id == id }
                let label = words.language == "en" ? fact?.label : fact?.labelZh
                return "\(label ?? "") [\(id)]"
            }.joined(separator: " / ")
        case .coveredPart(let row), .reservation(let row), .homeLawFollows(let row),
            .aggravated(let row):
            condition.key + (data.marks[row]?.note.map { " (\($0))" } ?? "")
        case .seriousCrimeOn: condition.key
        }
    }
}
