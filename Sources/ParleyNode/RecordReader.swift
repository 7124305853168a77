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

    package func thread(_ id: ThreadID) async throws -> RequestThread {
        RequestThread(
            folding: try await ledger.entries(in: id).map {
                try recorded($0, keys: keys)
            }, under: agreement)
    }
}

/// Gives a held statement its time and receipts from the proofs beside it.
package func recorded(_ entry: LedgerEntry, keys: AgreementKeys) throws -> RecordedStatement {
    let statement = try UnverifiedStatement(parsing: entry.envelope).header
    return recorded(entry.id, statement, proofs: entry.proofs, keys: keys)
}
