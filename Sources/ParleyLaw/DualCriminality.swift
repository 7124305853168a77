package import ParleyLog

/// Whether a conduct is an offence on both sides.
package struct DualCriminality: Hashable, Sendable {
    package struct OffencePair: Hashable, Sendable {
        package let offence: RowID
        package let first: SideFinding
        package let second: SideFinding
        package let outcome: CriminalityOutcome
        package let confidence: Confidence
        /// Of a conditional outcome: the ways in which it comes true, best first.
        package let ways: [CriminalityWay]

        package var conditions: [Condition] { ways.first?.conditions ?? [] }
    }

    package let outcome: CriminalityOutcome
    /// Of the rows that the outcome rests on, the least sure.
    package let confidence: Confidence
    /// Of a conditional outcome: the ways in which it comes true, best first.
    package let ways: [CriminalityWay]
    /// The offence that the outcome rests on; nil when no act was said.
    package let offence: RowID?
    package let pairs: [OffencePair]

    /// Each a set that must hold as a whole; any one of them is enough.
    package var alternatives: [[Condition]] { ways.map(\.conditions) }

    /// The first of ``alternatives``.
    package var conditions: [Condition] { ways.first?.conditions ?? [] }

    /// Whether the outcome must be read with a warning.
    package var isLowConfidence: Bool { confidence == .low }

    package var rows: [RowReference] {
        pairs.flatMap { ($0.first.provisions + $0.second.provisions).flatMap(\.rows) }
    }
}

/// What every party makes of one conduct on one day, each worked out when first asked for, and
/// then compared with any other.
package struct CriminalityTable: Sendable {
    private struct Side: Sendable {
        let finding: SideFinding
        let ways: [CriminalityWay]
    }

    private let data: LawData
    private let conduct: Conduct
    private let day: CivilDate
    private let offences: [RowID]
    private var sides: [RowID: [Side]] = [:]

    package init(of conduct: Conduct, on day: CivilDate, in data: LawData) {
        self.data = data
        self.conduct = conduct
        self.day = day
        offences = data.offences(touchedBy: conduct).map(\.id)
    }

    /// Compares the conduct, not the offence's name (rules D1 and D8).
    package mutating func between(_ first: RowID, _ second: RowID) -> DualCriminality {
        let (there, here) = (sides(of: first), sides(of: second))
        let pairs = zip(offences, zip(there, here)).map { Self.pair($0, $1.0, $1.1) }
        // SPEC law §6: The outcome MUST be that of the offence that lets most pass, since each
        // offence is a part of one conduct.
        let best = pairs.max {
            ($0.outcome.rank, $0.confidence, $1.offence)
                < ($1.outcome.rank, $1.confidence, $0.offence)
        }
        guard let best, best.outcome == .metIf else {
            return DualCriminality(
                outcome: best?.outcome ?? .unknown, confidence: best?.confidence ?? .design,
                ways: [], offence: best?.offence, pairs: pairs)
        }
        let ways =
            pairs.count == 1 ? best.ways : CriminalityWay.leanest(pairs.flatMap(\.ways))
        return DualCriminality(
            outcome: .metIf, confidence: ways.first?.confidence ?? best.confidence, ways: ways,
            offence: ways.first?.offence ?? best.offence, pairs: pairs)
    }

    private mutating func sides(of party: RowID) -> [Side] {
        if let known = sides[party] { return known }
        let made = offences.map { offence in
            let finding = data.finding(offence, for: party, conduct, on: day)
            return Side(finding: finding, ways: finding.ways(offence))
        }
        sides[party] = made
        return made
    }

    private static func pair(
        _ offence: RowID, _ one: Side, _ other: Side
    ) -> DualCriminality.OffencePair {
        let outcomes = [one.finding.outcome, other.finding.outcome]
        var restsOn = [one.finding, other.finding]
        let outcome: CriminalityOutcome
        var ways: [CriminalityWay] = []
        if outcomes.contains(.notMet) {
            outcome = .notMet
            restsOn = restsOn.filter { $0.outcome == .notMet }
        } else if outcomes.contains(.unknown) {
            outcome = .unknown
            restsOn = restsOn.filter { $0.outcome == .unknown }
        } else if outcomes == [.met, .met] {
            outcome = .met
        } else {
            outcome = .metIf
            ways = CriminalityWay.joining(one.ways, other.ways)
        }
        // SPEC law §6: The answer MUST carry the confidence of the least sure row that it rests on.
        return DualCriminality.OffencePair(
            offence: offence, first: one.finding, second: other.finding, outcome: outcome,
            confidence: ways.first?.confidence ?? restsOn.map(\.confidence).min() ?? .low,
            ways: ways)
    }
}

extension LawData {
    /// The offences whose acts the conduct has.
    package func offences(touchedBy conduct: Conduct) -> [Offence] {
        offences.filter { $0.acts.contains { conduct.facts[$0] == true } }
    }

    package func dualCriminality(
        _ first: RowID, _ second: RowID, _ conduct: Conduct, on day: CivilDate
    ) -> DualCriminality {
        var table = CriminalityTable(of: conduct, on: day, in: self)
        return table.between(first, second)
    }
}
