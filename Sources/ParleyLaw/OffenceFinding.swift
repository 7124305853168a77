package import ParleyLog

/// The five answers.
package enum CriminalityOutcome: String, Hashable, Sendable, CaseIterable {
    case met
    case metIf = "met-if"
    case unknown
    case notMet = "not-met"
    case notRequired = "not-required"

    /// The more it lets pass, the higher.
    var rank: Int {
        switch self {
        case .notRequired: 4
        case .met: 3
        case .metIf: 2
        case .unknown: 1
        case .notMet: 0
        }
    }
}

/// What has to be so for a conditional answer to hold.
package enum Condition: Hashable, Comparable, Sendable {
    /// One of these facts holds.
    case fact([RowID])
    /// The conduct falls under the part that the row covers; its note says which.
    case coveredPart(RowReference)
    /// The party's home law, which is not in the data, does what the provision obliges it to.
    case homeLawFollows(RowReference)
    /// Circumstances that the row does not name raise the maximum.
    case aggravated(RowReference)
    /// Which side's law measures a serious crime is not said; on one side it is one.
    case seriousCrimeOn(party: RowID)
    /// A reservation or declaration, not read, does not say otherwise.
    case reservation(RowReference)

    package static func < (one: Condition, other: Condition) -> Bool { one.key < other.key }

    package var key: String {
        switch self {
        case .fact(let any): "fact:" + any.map(\.text).joined(separator: "|")
        case .coveredPart(let row): "covered-part:\(row)"
        case .homeLawFollows(let row): "home-law-follows:\(row)"
        case .aggravated(let row): "aggravated:\(row)"
        case .seriousCrimeOn(let party): "serious-crime-on:\(party)"
        case .reservation(let row): "reservation:\(row)"
        }
    }
}

/// The highest penalty: what is sure with the facts said, and what more could come.
package struct Penalty: Hashable, Sendable {
    /// Nil: the data does not say. 0: a fine only.
    package var sureYears: Int?
    package var isLifeSure = false
    package var possibleYears: Int?
    package var isLifePossible = false
    /// What the possible maximum hangs on.
    package var conditions: [Condition] = []

    package struct Reach: Hashable, Sendable {
        package let outcome: CriminalityOutcome
        package let conditions: [Condition]
    }

    /// Whether the maximum reaches `years`.
    package func reaches(_ years: Int) -> Reach {
        if isLifeSure || (sureYears ?? -1) >= years { return Reach(outcome: .met, conditions: []) }
        if isLifePossible || (possibleYears ?? -1) >= years {
            return Reach(outcome: .metIf, conditions: conditions)
        }
        return Reach(outcome: sureYears == nil ? .unknown : .notMet, conditions: [])
    }
}

/// One provision, tried on the conduct.
package struct ProvisionFinding: Hashable, Sendable {
    package let row: RowReference
    package let instrument: RowID?
    package let article: String?
    package let outcome: CriminalityOutcome
    package let met: [[RowID]]
    package let unmet: [[RowID]]
    package let failed: [[RowID]]
    package let conditions: [Condition]
    package let penalty: Penalty
    package let confidence: Confidence
    /// The provision and the reading of its thresholds.
    package let rows: [RowReference]
}

/// One offence on one side.
package struct SideFinding: Hashable, Sendable {
    package let party: RowID
    package let outcome: CriminalityOutcome
    package let confidence: Confidence
    package let conditions: [Condition]
    package let provisions: [ProvisionFinding]
    /// The home law is not in the data: the answer rests on what treaties oblige the party to.
    package let isTreatyDuty: Bool

    /// The provision that the outcome rests on.
    package var best: ProvisionFinding? {
        provisions.max { SideFinding.isWeaker($0, $1) }
    }

    static func isWeaker(_ one: ProvisionFinding, _ other: ProvisionFinding) -> Bool {
        (one.outcome.rank, one.confidence, -one.conditions.count, other.row)
            < (other.outcome.rank, other.confidence, -other.conditions.count, one.row)
    }
}

extension LawData {
    /// What `party` makes of the conduct as `offence`.
    package func finding(
        _ offence: RowID, for party: RowID, _ conduct: Conduct, on day: CivilDate
    ) -> SideFinding {
        let home = provisionsBySystem[party]?[offence] ?? []
        let isTreatyDuty = home.isEmpty
        let provisions =
            isTreatyDuty
            ? duties(offence, of: party, conduct, on: day)
            : home.map { tried($0, conduct, on: day) }
        guard let best = provisions.max(by: SideFinding.isWeaker) else {
            // SPEC law §6: Where the data has neither a home provision nor a duty, the answer for
            // that side MUST be unknown.
            return SideFinding(
                party: party, outcome: .unknown, confidence: .design, conditions: [],
                provisions: [], isTreatyDuty: true)
        }
        return SideFinding(
            party: party, outcome: best.outcome, confidence: best.confidence,
            conditions: best.conditions, provisions: provisions, isTreatyDuty: isTreatyDuty)
    }

    private func duties(
        _ offence: RowID, of party: RowID, _ conduct: Conduct, on day: CivilDate
    ) -> [ProvisionFinding] {
        multilateral.flatMap { instrument -> [ProvisionFinding] in
            guard let rows = provisionsByInstrument[instrument.id]?[offence],
                position(of: party, in: instrument, on: day).standing == .inForce
            else { return [] }
            return rows.filter { $0.fit == .full || $0.fit == .partial }.map { row in
                let found = tried(row, conduct, on: day)
                // SPEC law §6: A duty to punish MUST NOT be taken for the punishment: the answer is
                // at most met if the home law follows it.
                return ProvisionFinding(
                    row: found.row, instrument: found.instrument, article: found.article,
                    outcome: found.outcome == .met ? .metIf : found.outcome, met: found.met,
                    unmet: found.unmet, failed: found.failed,
                    conditions: found.conditions + [.homeLawFollows(row.reference)],
                    penalty: found.penalty, confidence: found.confidence, rows: found.rows)
            }
        }
    }

    private func tried(
        _ row: OffenceProvision, _ conduct: Conduct, on day: CivilDate
    ) -> ProvisionFinding {
        let read = conditions[row.id]
        var met: [[RowID]] = []
        var unmet: [[RowID]] = []
        var failed: [[RowID]] = []
        for need in read?.needs ?? [] {
            switch conduct.holds(anyOf: need) {
            case true?: met.append(need)
            case false?: failed.append(need)
            case nil: unmet.append(need)
            }
        }
        var open = unmet.map(Condition.fact)
        if row.fit == .partial, read == nil { open.append(.coveredPart(row.reference)) }
        let outcome: CriminalityOutcome
        if row.fit == .none || row.fit == .civilOnly || !failed.isEmpty {
            outcome = .notMet
        } else if let from = row.marks.validFrom, day < from.latest {
            outcome = .unknown
        } else if let to = row.marks.validTo, day > to.earliest {
            outcome = .unknown
        } else {
            // SPEC law §6: A threshold that the conduct does not settle MUST make the answer
            // conditional, with the missing fact named.
            outcome = open.isEmpty ? .met : .metIf
        }
        return ProvisionFinding(
            row: row.reference, instrument: row.instrument, article: row.article,
            outcome: outcome, met: met, unmet: unmet, failed: failed,
            conditions: outcome == .metIf ? open : [], penalty: penalty(row, read, conduct),
            confidence: row.marks.confidence,
            rows: [row.reference] + (read.map { [$0.reference] } ?? []))
    }

    private func penalty(
        _ row: OffenceProvision, _ read: OffenceConditions?, _ conduct: Conduct
    ) -> Penalty {
        var penalty = Penalty(sureYears: row.maxYears ?? row.requiredMaximumYears)
        var named: [Int] = []
        var isLifeNamed = false
        for step in read?.steps ?? [] {
            if let years = step.years { named.append(years) } else { isLifeNamed = true }
            let answers = step.when.map { conduct.holds(anyOf: $0) }
            if answers.contains(false) { continue }
            if answers.allSatisfy({ $0 == true }) {
                penalty.isLifeSure = penalty.isLifeSure || step.years == nil
                penalty.sureYears = max(penalty.sureYears ?? 0, step.years ?? 0)
            } else {
                penalty.isLifePossible = penalty.isLifePossible || step.years == nil
                penalty.possibleYears = max(penalty.possibleYears ?? 0, step.years ?? 0)
                penalty.conditions += zip(step.when, answers).filter { $0.1 == nil }
                    .map { .fact($0.0) }
            }
        }
        let isAggravatedNamed = row.maxYearsAggravated.map { named.contains($0) } ?? true
        if !isAggravatedNamed {
            penalty.possibleYears = max(penalty.possibleYears ?? 0, row.maxYearsAggravated ?? 0)
        }
        if row.isLifePossible, !isLifeNamed { penalty.isLifePossible = true }
        if !isAggravatedNamed || row.isLifePossible && !isLifeNamed {
            penalty.conditions.append(.aggravated(row.reference))
        }
        if let possible = penalty.possibleYears, let sure = penalty.sureYears, possible <= sure {
            penalty.possibleYears = nil
        }
        return penalty
    }
}
