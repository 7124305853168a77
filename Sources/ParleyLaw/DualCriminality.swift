package import ParleyLog

/// Whether a conduct is an offence on both sides.
package struct DualCriminality: Hashable, Sendable {
    package struct OffencePair: Hashable, Sendable {
        package let offence: RowID
        package let first: SideFinding
        package let second: SideFinding
        package let outcome: CriminalityOutcome
        package let confidence: Confidence
        package let conditions: [Condition]
    }

    package let outcome: CriminalityOutcome
    /// Of the rows that the outcome rests on, the least sure.
    package let confidence: Confidence
    package let conditions: [Condition]
    /// The offence that the outcome rests on; nil when no act was said.
    package let offence: RowID?
    package let pairs: [OffencePair]

    /// Whether the outcome must be read with a warning.
    package var isLowConfidence: Bool { confidence == .low }

    package var rows: [RowReference] {
        pairs.flatMap { ($0.first.provisions + $0.second.provisions).flatMap(\.rows) }
    }
}

extension LawData {
    /// The offences whose acts the conduct has.
    package func offences(touchedBy conduct: Conduct) -> [Offence] {
        offences.filter { $0.acts.contains { conduct.facts[$0] == true } }
    }

    /// Compares the conduct, not the offence's name (rules D1 and D8).
    package func dualCriminality(
        _ first: RowID, _ second: RowID, _ conduct: Conduct, on day: CivilDate
    ) -> DualCriminality {
        let pairs = offences(touchedBy: conduct).map {
            pair($0.id, first, second, conduct, on: day)
        }
        // SPEC law §6: The outcome MUST be that of the offence that lets most pass, since each
        // offence is a part of one conduct.
        let best = pairs.max {
            ($0.outcome.rank, $0.confidence, -$0.conditions.count, $1.offence)
                < ($1.outcome.rank, $1.confidence, -$1.conditions.count, $0.offence)
        }
        return DualCriminality(
            outcome: best?.outcome ?? .unknown, confidence: best?.confidence ?? .design,
            conditions: best?.conditions ?? [], offence: best?.offence, pairs: pairs)
    }

    private func pair(
        _ offence: RowID, _ first: RowID, _ second: RowID, _ conduct: Conduct, on day: CivilDate
    ) -> DualCriminality.OffencePair {
        let one = finding(offence, for: first, conduct, on: day)
        let other = finding(offence, for: second, conduct, on: day)
        let outcomes = [one.outcome, other.outcome]
        let outcome: CriminalityOutcome
        var sides = [one, other]
        if outcomes.contains(.notMet) {
            outcome = .notMet
            sides = sides.filter { $0.outcome == .notMet }
        } else if outcomes.contains(.unknown) {
            outcome = .unknown
            sides = sides.filter { $0.outcome == .unknown }
        } else {
            outcome = outcomes == [.met, .met] ? .met : .metIf
        }
        // SPEC law §6: The answer MUST carry the confidence of the least sure row that it rests on.
        return DualCriminality.OffencePair(
            offence: offence, first: one, second: other, outcome: outcome,
            confidence: sides.map(\.confidence).min() ?? .low,
            conditions: outcome == .metIf
                ? Set(one.conditions + other.conditions).sorted() : [])
    }
}
