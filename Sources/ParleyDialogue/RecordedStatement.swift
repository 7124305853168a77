package import ParleyLog
package import ParleyStatements

/// A verified statement with the times that the record gives it (design §2.5).
package struct RecordedStatement: Hashable, Sendable {
    package let id: StatementID
    package let statement: Statement
    /// The earliest time by a cosigner outside the author's party; nil while none is held.
    package let time: Timestamp?
    /// When each addressee's receipt was made.
    package let receipts: [PartyID: Timestamp]

    package init(
        id: StatementID, statement: Statement, time: Timestamp?, receipts: [PartyID: Timestamp]
    ) {
        self.id = id
        self.statement = statement
        self.time = time
        self.receipts = receipts
    }

    /// One record that knows what either knew: each time the earliest. Equal ids are equal
    /// statements, because an id is the digest of the whole envelope.
    func joined(with other: RecordedStatement) -> RecordedStatement {
        // SPEC request §2: Of two records of one statement a node MUST keep the earliest time, and
        // for each addressee the earliest receipt.
        RecordedStatement(
            id: id, statement: statement, time: [time, other.time].compactMap { $0 }.min(),
            receipts: receipts.merging(other.receipts) { min($0, $1) })
    }
}

/// A statement in its thread, in fold order, with what it did there.
package struct ThreadEntry: Hashable, Sendable {
    package let record: RecordedStatement
    /// The latest of the statement's own time and those of the statements it answers, which is
    /// what orders a thread and moves its clocks; nil for waiting and untimed ones.
    package let settledTime: Timestamp?
    package let effect: EntryEffect

    package var id: StatementID { record.id }
    package var statement: Statement { record.statement }
}

package enum EntryEffect: Hashable, Sendable {
    /// It did what the protocol's table says.
    case applied
    /// Not allowed here; kept and shown, changed nothing.
    case irregular(ActRefusal)
    /// It answers these, which are not here yet or have no settled time themselves.
    case waiting(for: [StatementID])
    /// No cosigner outside its author's party has given it a time yet.
    case untimed

    /// A stable short code: `applied`, `waiting`, `untimed` or `irregular:` and the reason.
    package var code: String {
        switch self {
        case .applied: "applied"
        case .irregular(let refusal): "irregular:" + refusal.reason
        case .waiting: "waiting"
        case .untimed: "untimed"
        }
    }
}
