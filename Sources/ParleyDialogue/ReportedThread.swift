package import ParleyLog
package import ParleyStatements

/// What scorecard, agenda and the report of cases take from one thread, as it stood at an instant.
///
/// A thread holds every header; of the hundred thousand that a report is about, this is what fits
/// into memory. So they are folded one after the other, and each is let go.
///
/// One object: reports sort and filter all of them, and would carry copies.
package final class ReportedThread: Sendable {
    package let thread: ThreadID
    /// The kind of thread.
    package let subject: String
    /// Of a request: its kind in the agreement.
    package let kind: String?
    package let urgency: Urgency?
    package let opener: PartyID
    package let addressed: [PartyID]
    package let state: ThreadState
    package let openedAt: Timestamp
    package let lastSaidAt: Timestamp
    package let turn: [PartyID]
    package let isExercise: Bool
    /// In fold order.
    package let promises: [ScoredPromise]
    /// Of a proceeding.
    package let outcome: ProceedingOutcome?
    /// What opened it, where that has a body.
    package let sealedOpening: StatementID?
    let agendaItems: [Agenda.Item]
    /// Of those heard in it, each of whom there is anything to count.
    let quality: [Scorecard.Quality]
    let commitment: Scorecard.Commitment?
    /// Of a session that was held.
    let heldAt: Timestamp?

    /// - Parameters:
    ///   - thread: folded from what was settled by `asOf`.
    ///   - asOf: what is due is judged then.
    /// - Returns: nil for what nobody has opened by then, and for what is no dialogue.
    package init?(_ thread: DialogueThread, asOf: Timestamp) {
        guard thread.isDialogue, let id = thread.id, let opening = thread.opening,
            let opened = thread.entries.first(where: { $0.id == opening.statement }),
            let openedAt = opened.settledTime
        else { return nil }
        self.thread = id
        subject = thread.kind.name
        kind = thread.requestKind
        urgency = thread.urgency
        opener = opening.opener
        addressed = opening.addressed
        state = thread.state
        self.openedAt = openedAt
        let applied = thread.entries.filter { $0.effect == .applied }
        lastSaidAt = applied.compactMap(\.settledTime).max() ?? openedAt
        turn = thread.whoseTurn
        isExercise = opening.isExercise
        promises = thread.promises(at: asOf)
        outcome = thread.proceeding.outcome
        sealedOpening = opened.statement.body == nil ? nil : opened.id
        agendaItems = opening.isExercise ? [] : thread.agendaItems(at: asOf)
        quality = ([opener] + addressed).compactMap { party in
            var quality = Scorecard.Quality(party: party)
            quality.count(thread)
            return quality == Scorecard.Quality(party: party) ? nil : quality
        }
        commitment = opening.isExercise ? nil : Scorecard.Commitment(thread)
        heldAt =
            thread.kind == .session && !opening.isExercise
            ? applied.first { $0.statement.act == .sessionHold }?.settledTime : nil
    }

    /// Whether the party is on a side of the thread.
    package func isHeard(_ party: PartyID) -> Bool {
        opener == party || addressed.contains(party)
    }

    /// Nothing can follow any more.
    package var isOver: Bool {
        ThreadProtocol.all.first { $0.name == subject }?.successors(of: state).isEmpty ?? false
    }
}
