package import ParleyDialogue
package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Reads threads out of the ledger and gives each statement the time that its proofs support.
package struct RecordReader: Sendable {
    private let agreement: Agreement
    private let keys: AgreementKeys
    private let ledger: any Ledger

    package init(agreement: Agreement, keys: AgreementKeys, ledger: any Ledger) {
        self.agreement = agreement
        self.keys = keys
        self.ledger = ledger
    }

    package func threads() async throws -> [ThreadID] { try await ledger.threads() }

    /// The thread with its proofs, and the key changes of everybody heard in it, as far as the
    /// agreement's quorum has seen them: what has not been is in effect for nobody else.
    package func export(_ id: ThreadID) async throws -> ThreadExport {
        let entries = try await ledger.entries(in: id)
        let authors = try Set(
            entries.map { try UnverifiedStatement(parsing: $0.envelope).header.from.party })
        let changes = try await ledger.keyChanges().filter {
            let author = try UnverifiedStatement(parsing: $0.envelope).header.from.party
            return authors.contains(author)
                && keys.outsideCount(in: $0.proofs) >= agreement.receiptQuorum
        }
        return ThreadExport(
            agreement: agreement.id, thread: id, items: entries.map(\.exported),
            keyChanges: changes.map(\.exported))
    }

    package func keyDirectory() async throws -> KeyDirectory {
        try await ledger.keyDirectory(under: agreement)
    }

    /// Every change of keys held, in log order, with the time and receipts its proofs give it.
    package func keyChanges() async throws -> [RecordedStatement] {
        try await ledger.keyChanges().map { try recorded($0, keys: keys) }
    }

    package func thread(_ id: ThreadID) async throws -> RequestThread {
        RequestThread(
            folding: try await ledger.entries(in: id).map {
                try recorded($0, keys: keys)
            }, under: agreement)
    }
}

extension LedgerEntry {
    fileprivate var exported: ThreadExport.Item {
        .init(
            envelope: envelope, proofs: proofs.map { .init(log: $0.log, text: $0.text) })
    }
}

/// Gives a held statement its time and receipts from the proofs beside it.
package func recorded(_ entry: LedgerEntry, keys: AgreementKeys) throws -> RecordedStatement {
    let statement = try UnverifiedStatement(parsing: entry.envelope).header
    return recorded(entry.id, statement, proofs: entry.proofs, keys: keys)
}
