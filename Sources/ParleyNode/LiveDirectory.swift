package import ParleyExchange
package import ParleyLog
package import ParleyStatements
import Synchronization

/// Who speaks, as this node's record has it: the ledger's changes, kept in memory.
///
/// Crash story: a change counts here once the ledger holds it, and never before; a node that starts
/// reads them all from there. After a commit that failed the ledger is asked.
package final class LiveDirectory: Sendable {
    private struct Held {
        var directory: Directory
        var keys: AgreementKeys
    }

    private let held: Mutex<Held>
    /// Changes whose commit failed: it may have been done all the same.
    private let unsure = Mutex<[DirectoryChange]>([])
    /// Tells when the node is to be made anew: a version was put on record, by whomever, or this
    /// party has added a key.
    package let renewals: AsyncStream<Void>
    private let sink: AsyncStream<Void>.Continuation

    package init(_ directory: Directory) throws {
        held = Mutex(
            Held(directory: directory, keys: try AgreementKeys(directory.versions.all)))
        (renewals, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package var current: Directory { held.withLock { $0.directory } }
    package var versions: AgreementVersions { current.versions }
    /// The logs and witnesses of every version.
    package var keys: AgreementKeys { held.withLock { $0.keys } }

    func mayHaveTaken(_ change: DirectoryChange) { unsure.withLock { $0.append(change) } }

    /// Finds out about changes whose commit failed.
    func settle(_ ledger: any Ledger) async throws {
        for change in unsure.withLock({ $0 }) {
            if let entry = try await ledger.entry(change.verified.id) {
                took(change, at: entry.index, seen: entry.takenAt)
                // What has the keys must read them anew to sign with one that was added.
                if change.verified.statement.act == .keysAdd { sink.yield() }
            }
            unsure.withLock { $0.removeAll { $0.verified.id == change.verified.id } }
        }
    }

    /// Takes a change that the ledger now holds, at its place in its author's log.
    func took(_ change: DirectoryChange, at place: EntryIndex, seen: Timestamp) {
        held.withLock { held in
            // One that is overtaken by another of its own party is told of by every peer's refusal.
            try? held.directory.apply(change, at: place, seen: seen)
            if let keys = try? AgreementKeys(held.directory.versions.all) { held.keys = keys }
        }
        if change.document != nil { sink.yield() }
    }
}

/// A verified change, with the document that it puts on record.
struct DirectoryChange: Sendable {
    let verified: VerifiedStatement
    /// Of an `agreement.amend`.
    let document: AdoptedAgreement?
}

extension Directory {
    mutating func apply(
        _ change: DirectoryChange, at place: EntryIndex, seen: Timestamp
    ) throws {
        if let document = change.document { try learn(document) }
        try apply(change.verified, at: place, seen: seen)
    }
}

extension Ledger {
    /// Works out who speaks from every change held.
    ///
    /// - Parameter known: the versions known apart from the record, the first at least; a party
    ///   that
    ///   joined later knows those that were put on record before it.
    /// - Throws: ``DocumentFault`` when the blob of an amendment is gone or spoiled.
    package func directory(
        knowing known: AgreementVersions, blobs: any BlobStore
    ) async throws -> Directory {
        let changes = try await changes().map { entry in
            let claim = try UnverifiedStatement(parsing: entry.envelope)
            return (entry, claim, entry.authorPlace(of: claim.header.from.party))
        }
        var verifier = StatementVerifier(directory: Directory(knowing: known))
        var documents: [AdoptedAgreement] = []
        for (_, claim, _) in changes where claim.header.act == .agreementAmend {
            documents.append(try await blobs.document(of: claim.header))
        }
        // Each was judged when it came; one that was refused then is not here.
        _ = verifier.directory.learn(documents)
        for (entry, claim, place) in changes.sorted(by: { $0.2 < $1.2 }) {
            guard
                let change = try? verifier.verify(claim, at: entry.takenAt, place: place)
            else { continue }
            try? verifier.directory.apply(change, at: place, seen: entry.takenAt)
        }
        return verifier.directory
    }
}

extension BlobStore {
    /// Reads the signed agreement that an `agreement.amend` puts on record.
    func document(of header: Statement) async throws -> AdoptedAgreement {
        guard let reference = header.exhibits.first,
            try await size(of: reference.blob) == reference.sizeBytes
        else {
            throw DocumentFault(
                reason: "document-missing",
                explanation: "the agreement that \(header.agreement) names is not in the blobs")
        }
        let bytes = try await read(reference.blob, from: 0, count: Int(reference.sizeBytes))
        let adopted: AdoptedAgreement
        do throws(AdoptionRefusal) {
            adopted = try AdoptedAgreement(parsing: bytes)
        } catch {
            throw DocumentFault(reason: error.reason, explanation: error.explanation)
        }
        // SPEC agreement §12: The exhibit of an agreement.amend MUST be the signed envelope of the
        // version that the statement names.
        guard adopted.agreement.id == header.agreement else {
            throw DocumentFault(
                reason: "document-other",
                explanation: "the document is the version \(adopted.agreement.id), the statement "
                    + "names \(header.agreement)")
        }
        return adopted
    }
}

/// Why the document of an amendment cannot be used.
package struct DocumentFault: Error, Hashable, Sendable {
    package let reason: String
    package let explanation: String
}

extension LedgerEntry {
    /// The statement's index in its author's log. Only what another node said came with a proof of
    /// the author's; this node's own stands where the ledger has it.
    package func authorPlace(of author: PartyID) -> EntryIndex {
        proofs.first { $0.log == author }?.place.index ?? index
    }
}
