import ParleyExchange
package import ParleyLog
package import ParleyStatements
import Synchronization

/// The organs' keys as this node's record has changed them: the ledger's changes, kept in memory.
///
/// Crash story: a change counts here once the ledger holds it, and never before; a node that starts
/// reads them all from there. After a commit that failed the ledger is asked.
package final class LiveKeys: Sendable {
    private let directory: Mutex<KeyDirectory>
    /// Changes whose commit failed: it may have been done all the same.
    private let unsure = Mutex<[VerifiedStatement]>([])

    package init(_ agreement: Agreement, ledger: any Ledger) async throws {
        directory = Mutex(try await ledger.keyDirectory(under: agreement))
    }

    package var current: KeyDirectory { directory.withLock { $0 } }

    func mayHaveTaken(_ change: VerifiedStatement) {
        unsure.withLock { $0.append(change) }
    }

    /// Finds out about changes whose commit failed.
    func settle(_ ledger: any Ledger) async throws {
        for change in unsure.withLock({ $0 }) {
            if let entry = try await ledger.entry(change.id) { took(change, at: entry.index) }
            unsure.withLock { $0.removeAll { $0.id == change.id } }
        }
    }

    /// Takes a change that the ledger now holds, at its place in its author's log.
    func took(_ change: VerifiedStatement, at place: EntryIndex) {
        // One that is overtaken by another of its own party is told of by every peer's refusal.
        directory.withLock { try? $0.apply(change, at: place) }
    }
}

extension Ledger {
    /// Works out the directory from the agreement and every key change held.
    package func keyDirectory(under agreement: Agreement) async throws -> KeyDirectory {
        var verifier = StatementVerifier(agreement: agreement)
        let changes = try await keyChanges().map { entry in
            let claim = try UnverifiedStatement(parsing: entry.envelope)
            return (entry, claim, entry.authorPlace(of: claim.header.from.party))
        }
        for (entry, claim, place) in changes.sorted(by: { $0.2 < $1.2 }) {
            guard
                let change = try? verifier.verify(claim, at: entry.takenAt, place: place)
            else { continue }
            try? verifier.directory.apply(change, at: place)
        }
        return verifier.directory
    }
}

extension LedgerEntry {
    /// The statement's index in its author's log. Only what another node said came with a proof of
    /// the author's; this node's own stands where the ledger has it.
    package func authorPlace(of author: PartyID) -> EntryIndex {
        proofs.first { $0.log == author }?.place.index ?? index
    }
}
