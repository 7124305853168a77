import ParleyLaw
import ParleyLog
import ParleyStatements

extension LawPage {
    var offences: [String] {
        guard let dual = question.dual else { return [] }
        var lines = [
            words(
                "offence-head",
                [
                    "first": question.first.text, "second": question.second.text,
                    "day": question.day.text,
                    "outcome": words(.outcome, dual.outcome.rawValue),
                ]) + lowConfidence(dual.isLowConfidence)
        ]
        lines += ways(dual.alternatives).map { "  " + $0 }
        for pair in dual.pairs {
            let row = data.offence(pair.offence)
            let title = words.title(row?.title ?? "", row?.marks.zh)
            lines.append("")
            lines.append(
                "\(title) [\(pair.offence)]: \(words(.outcome, pair.outcome.rawValue))")
            lines += side(pair.first) + side(pair.second)
        }
        return lines
    }

    func lowConfidence(_ isLow: Bool) -> String {
        isLow ? " " + words("brackets", ["text": words("low-confidence")]) : ""
    }

    private func side(_ side: SideFinding) -> [String] {
        func party(_ text: String) -> String {
            "  " + words("state-law", ["party": side.party.text, "article": text])
        }
        guard !side.provisions.isEmpty else { return [party(words("not-in-data"))] }
        let head = side.isTreatyDuty ? [party(words("duty-only"))] : []
        return head
            + side.provisions.map { found in
                let article = [found.instrument?.text, found.article].compactMap { $0 }
                var line = party(article.joined(separator: " ")) + words("comma")
                line +=
                    found.conditions.isEmpty
                    ? words(.outcome, found.outcome.rawValue)
                    : ways([found.conditions]).joined()
                return line + penalty(found.penalty) + doubt(found.confidence)
            }
    }

    private func penalty(_ penalty: Penalty) -> String {
        let life = words("life")
        guard let years = penalty.sureYears else {
            return penalty.isLifePossible ? "; " + words("up-to", ["amount": life]) : ""
        }
        let sure =
            penalty.isLifeSure
            ? life : years == 0 ? words("fine") : words.count(years, "year")
        var text = "; " + words("maximum", ["amount": sure])
        if penalty.isLifePossible {
            text += ", " + words("up-to", ["amount": life])
        } else if let possible = penalty.possibleYears {
            text += ", " + words("up-to", ["amount": words.count(possible, "year")])
        }
        return text
    }
}
