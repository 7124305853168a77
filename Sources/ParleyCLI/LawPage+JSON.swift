import ParleyLaw
import ParleyLog
import ParleyStatements

extension RequestBasisRow.Field {
    var json: JSONObject {
        [
            "key": .string(key), "label": .string(label), "article": .string(article),
            "required": .bool(isRequired), "example": .string(example),
        ]
    }
}

extension LawPage {
    var statusJSON: JSONObject { common.adding(["instruments": .array(instruments)]) }

    var offenceJSON: JSONObject { common.adding(["dualCriminality": dual]) }

    var basisJSON: JSONObject {
        common.adding([
            "dualCriminality": dual, "instruments": .array(instruments),
            "bases": .array(answer.open.map { .object(json($0)) }),
            "closed": .array(
                answer.closed.map {
                    .object([
                        "kind": .string($0.kind.text), "instrument": .string($0.instrument.text),
                        "why": .string($0.why.rawValue),
                    ])
                }),
        ])
    }

    private var common: JSONObject {
        [
            "first": .string(question.first.text), "second": .string(question.second.text),
            "on": .string(question.day.text), "notice": .string(words("not-advice")),
            "data": .string(data.digest.text),
            "gaps": strings(answer.gaps.map(\.key)),
            "rows": .array(
                answer.uses.map {
                    .object([
                        "row": .string($0.reference.description),
                        "layer": .string($0.origin.text), "source": .string($0.source.text),
                        "asOf": .string($0.asOf.text),
                        "confidence": .string($0.confidence.rawValue), "stale": .bool($0.isStale),
                    ])
                }),
        ]
    }

    /// Those that the answer shows: all, or of bases those on which there is one, open or closed.
    private var instruments: [JSONValue] {
        let named = Set(answer.open.map(\.instrument) + answer.closed.map(\.instrument))
        return question.standings.filter {
            answer.topic == .status || named.contains($0.instrument)
        }.map { standing in
            .object([
                "instrument": .string(standing.instrument.text),
                "verdict": .string(standing.verdict.rawValue),
                "first": .string(standing.first?.standing.rawValue ?? "bilateral"),
                "second": .string(standing.second?.standing.rawValue ?? "bilateral"),
                "confidence": .string(standing.confidence.rawValue),
                "reservations": strings(standing.reservations.map(\.description)),
                "rows": strings(standing.rows.map(\.description)),
            ])
        }
    }

    private var dual: JSONValue {
        guard let dual = question.dual else { return .object(["outcome": .string("not-asked")]) }
        return .object([
            "outcome": .string(dual.outcome.rawValue),
            "confidence": .string(dual.confidence.rawValue),
            "conditions": strings(dual.conditions.map(\.key)),
            "alternatives": sets(dual.alternatives),
            "offences": .array(
                dual.pairs.map { pair in
                    .object([
                        "offence": .string(pair.offence.text),
                        "outcome": .string(pair.outcome.rawValue),
                        "confidence": .string(pair.confidence.rawValue),
                        "conditions": strings(pair.conditions.map(\.key)),
                        "alternatives": sets(pair.ways.map(\.conditions)),
                        "first": json(pair.first), "second": json(pair.second),
                    ])
                }),
        ])
    }

    private func json(_ side: SideFinding) -> JSONValue {
        .object([
            "party": .string(side.party.text), "outcome": .string(side.outcome.rawValue),
            "treatyDutyOnly": .bool(side.isTreatyDuty),
            "provisions": .array(
                side.provisions.map { found in
                    var penalty: JSONObject = [
                        "lifeSure": .bool(found.penalty.isLifeSure),
                        "lifePossible": .bool(found.penalty.isLifePossible),
                    ]
                    if let years = found.penalty.sureYears {
                        penalty = penalty.adding(["years": .integer(Int64(years))])
                    }
                    if let years = found.penalty.possibleYears {
                        penalty = penalty.adding(["possibleYears": .integer(Int64(years))])
                    }
                    return .object([
                        "row": .string(found.row.description),
                        "outcome": .string(found.outcome.rawValue),
                        "confidence": .string(found.confidence.rawValue),
                        "thresholdsMet": thresholds(found.met),
                        "thresholdsUnmet": thresholds(found.unmet + found.failed),
                        "conditions": strings(found.conditions.map(\.key)),
                        "penalty": .object(penalty),
                    ])
                }),
        ])
    }

    private func json(_ basis: LegalBasis) -> JSONObject {
        var conditions: [Condition] = []
        if case .coveredIf(let open) = basis.coverage { conditions = open }
        return [
            "basis": .string("\(basis.kind):\(basis.instrument)"),
            "kind": .string(basis.kind.text), "instrument": .string(basis.instrument.text),
            "rank": .integer(Int64(basis.rank.rawValue)),
            "verdict": .string(basis.verdict.rawValue),
            "confidence": .string(basis.confidence.rawValue),
            "coverage": .string(basis.coverage.code),
            "coverageConditions": strings(conditions.map(\.key)),
            "dualCriminality": .string(basis.dualCriminality.rawValue),
            "dualCriminalityConditions": strings(basis.dualCriminalityConditions.map(\.key)),
            "dualCriminalityAlternatives": sets(basis.dualCriminalityAlternatives),
            "contentInData": .bool(basis.row != nil),
            "fields": .array((basis.row?.fields ?? []).map { .object($0.json) }),
            "timeLimits": strings((basis.row?.timeLimits ?? []).map(Self.plain)),
            "grounds": strings(basis.grounds.map(\.id.text)),
            "notGrounds": strings(basis.forbiddenGrounds.map(\.id.text)),
            "rules": strings(basis.rules.map { "\($0.about): \($0.rule) (\($0.article))" }),
            "languages": strings(basis.languages), "channel": .string(basis.channel),
        ]
    }

    private func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    private func sets(_ alternatives: [[Condition]]) -> JSONValue {
        .array(alternatives.map { strings($0.map(\.key)) })
    }

    private func thresholds(_ needs: [[RowID]]) -> JSONValue {
        strings(needs.map { $0.map(\.text).joined(separator: "|") })
    }
}
