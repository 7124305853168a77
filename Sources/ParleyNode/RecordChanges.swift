package import ParleyStatements

/// What was added to a node's record, in the order in which it was: statements by their place in
/// its log, proofs by a number that only grows.
package protocol RecordChanges: Sendable {
    func mark() async throws -> LedgerMark
    /// Statements from a place on (``LedgerMark/entries``).
    func statements(from position: Int64, limit: Int) async throws -> [AddedStatement]
    /// Proofs after a number (``LedgerMark/proofs``).
    func proofs(after number: Int64, limit: Int) async throws -> [AddedProof]
}

package struct AddedStatement: Sendable {
    package let position: Int64
    package let id: StatementID
    package let envelope: [UInt8]

    package init(position: Int64, id: StatementID, envelope: [UInt8]) {
        self.position = position
        self.id = id
        self.envelope = envelope
    }
}

package struct AddedProof: Sendable {
    package let number: Int64
    package let statement: AddedStatement
    /// In whose log the statement stands by it.
    package let log: PartyID

    package init(number: Int64, statement: AddedStatement, log: PartyID) {
        self.number = number
        self.statement = statement
        self.log = log
    }
}
