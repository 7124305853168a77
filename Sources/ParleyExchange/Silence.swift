package import ParleyLog
package import ParleyStatements

/// A statement that waits for one party's receipt.
package struct Undelivered: Hashable, Sendable {
    package let statement: StatementID
    package let thread: ThreadID
    package let party: PartyID
    /// When the sender's own log took it.
    package let since: Timestamp

    package init(statement: StatementID, thread: ThreadID, party: PartyID, since: Timestamp) {
        self.statement = statement
        self.thread = thread
        self.party = party
        self.since = since
    }
}

/// When a missing receipt becomes a recorded silence.
package struct SilenceRule: Hashable, Sendable {
    private let afterSeconds: Int64

    package init(_ agreement: Agreement) { afterSeconds = agreement.silenceAfterSeconds }

    /// Those whose agreed time has passed, in the order given.
    package func due(among waiting: [Undelivered], now: Timestamp) -> [Undelivered] {
        // SPEC exchange §7: The sender's node MUST record silence once the agreed time has passed
        // without a receipt.
        waiting.filter { now >= $0.since.adding(seconds: afterSeconds) }
    }

    /// The next instant at which one of them falls silent; nil when none waits.
    package func next(among waiting: [Undelivered]) -> Timestamp? {
        waiting.map { $0.since.adding(seconds: afterSeconds) }.min()
    }

    /// The statement that records one silence: it answers what was not receipted.
    package func statement(
        for undelivered: Undelivered, under agreement: AgreementID, by seat: Seat, now: Timestamp
    ) -> Statement {
        Statement(
            agreement: agreement, thread: undelivered.thread, act: .deliverySilence, from: seat,
            to: [undelivered.party], answers: [undelivered.statement], at: now,
            terms: Terms(silentParty: undelivered.party), body: nil, exhibits: [])
    }
}
