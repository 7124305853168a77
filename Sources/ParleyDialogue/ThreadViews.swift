package import ParleyLog
package import ParleyStatements

/// What parties have said of a thread's matter, read off its applied statements.
extension DialogueThread {
    package struct SaidVerdict: Hashable, Sendable {
        package let id: StatementID
        package let verdict: Verdict
        package let time: Timestamp
    }

    private var appliedEntries: [ThreadEntry] { entries.filter { $0.effect == .applied } }

    /// Each party's own last verdict: side by side, neither above the other.
    package var verdicts: [PartyID: SaidVerdict] {
        var verdicts: [PartyID: SaidVerdict] = [:]
        for entry in appliedEntries {
            guard let verdict = entry.statement.terms.verdict, let time = entry.settledTime
            else { continue }
            verdicts[entry.statement.from.party] = SaidVerdict(
                id: entry.id, verdict: verdict, time: time)
        }
        return verdicts
    }

    /// Of a campaign: the threads counted to it, each with the parties that count it.
    package var members: [ThreadID: Set<PartyID>] {
        var members: [ThreadID: Set<PartyID>] = [:]
        for entry in appliedEntries {
            let statement = entry.statement
            let party = statement.from.party
            switch statement.act {
            case .campaignOpen, .campaignJoin:
                for thread in statement.terms.threads { members[thread, default: []].insert(party) }
            case .campaignSplit:
                for thread in statement.terms.threads { members[thread]?.remove(party) }
            default: break
            }
        }
        return members.filter { !$0.value.isEmpty }
    }

    /// Of an allegation: every claim with the statement that made it, in fold order.
    package var claims: [(id: StatementID, claim: Claim)] {
        appliedEntries.flatMap { entry in entry.statement.terms.claims.map { (entry.id, $0) } }
    }

    /// The texts that were proposed and not superseded or declined, by kind, the last of each that
    /// both have signed, else the last.
    package func text(of kind: PointKind) -> ThreadPoint? {
        let alive = points.filter {
            $0.kind == kind && ![.superseded, .declined].contains($0.standing)
        }
        return alive.last { [.agreed, .adReferendum].contains($0.standing) } ?? alive.last
    }

    /// Of a session: the date that both agreed, else the one proposed last.
    package var date: Timestamp? {
        let agreed = text(of: .date)?.id
        return entries.first { $0.id == agreed }?.statement.terms.date
    }
}
