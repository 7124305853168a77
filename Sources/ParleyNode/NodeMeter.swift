package import ParleyLog
package import ParleyStatements

/// Hears what a node does, for whoever counts it.
package protocol NodeMeter: Sendable {
    /// Of a clock that only goes forward, from any beginning.
    var nanoseconds: UInt64 { get }
    /// One commit of the log was made durable: so many statements, in that time.
    func committed(statements: Int, nanoseconds: UInt64)
    /// A peer was not reached, or did not answer as it should.
    func deliveryFailed(to party: PartyID)
}

/// How much a party is still to be handed over.
package struct OutboxSize: Hashable, Sendable {
    package let party: PartyID
    package let statements: Int
    /// When the oldest of them was taken into the log.
    package let oldestAt: Timestamp
    /// Of them, those whose silence is on record, and the records of it.
    package let inSilence: Int

    package init(party: PartyID, statements: Int, oldestAt: Timestamp, inSilence: Int) {
        self.party = party
        self.statements = statements
        self.oldestAt = oldestAt
        self.inSilence = inSilence
    }
}

/// What can be asked of a ledger about itself, beside what is in it.
package protocol LedgerHealth: Sendable {
    /// Writes to the ledger's file what stands there already, durably.
    ///
    /// - Throws: where it cannot be written.
    func checkWritable() async throws
    /// By parties that are owed something, sorted; the waiting statements and the oldest of them.
    func outboxSizes() async throws -> [OutboxSize]
}
