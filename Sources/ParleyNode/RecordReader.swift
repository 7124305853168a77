package import ParleyDialogue
package import ParleyExchange
package import ParleyLog
package import ParleyStatements

/// Reads threads out of the ledger and gives each statement the time that its proofs support.
package struct RecordReader: Sendable {
    private let live: LiveDirectory
    private let ledger: any Ledger

    package init(directory: LiveDirectory, ledger: any Ledger) {
        live = directory
        self.ledger = ledger
    }

    /// Reads the directory as the ledger now has it.
    ///
    /// - Parameter known: the versions known apart from the record, the first at least.
    package init(
        known: AgreementVersions, ledger: any Ledger, blobs: any BlobStore
    ) async throws {
        self.init(
            directory: try LiveDirectory(
                try await ledger.directory(knowing: known, blobs: blobs)), ledger: ledger)
    }

    package var directory: Directory { live.current }
    package var versions: AgreementVersions { live.versions }

    package func threads() async throws -> [ThreadID] { try await ledger.threads() }

    /// The thread with its proofs, and the changes made by everybody heard in it, as far as the
    /// agreement's quorum has seen them: what has not been is in effect for nobody else.
    package func export(_ id: ThreadID) async throws -> ThreadExport {
        let keys = live.keys
        let versions = live.versions
        let entries = try await ledger.entries(in: id)
        let headers = try entries.map { try UnverifiedStatement(parsing: $0.envelope).header }
        let authors = Set(headers.map(\.from.party))
        var named = Set(headers.map(\.agreement))
        var changes: [ThreadExport.Item] = []
        for entry in try await ledger.changes() {
            let header = try UnverifiedStatement(parsing: entry.envelope).header
            let quorum = versions.version(header.agreement)?.receiptQuorum ?? 0
            guard authors.contains(header.from.party),
                keys.outsideCount(in: entry.proofs) >= quorum
            else { continue }
            named.insert(header.agreement)
            changes.append(entry.exported)
        }
        let amendments = Set(named.flatMap { versions.amendments(upTo: $0).map(\.id) })
        return ThreadExport(
            agreement: versions.id, thread: id, items: entries.map(\.exported), changes: changes,
            amendments: versions.all.map(\.id).filter(amendments.contains)
                .compactMap { versions.documents[$0]?.envelopeBytes })
    }

    /// Every change of the directory held, in log order, with the time and receipts its proofs give
    /// it.
    package func changes() async throws -> [RecordedStatement] {
        let keys = live.keys
        return try await ledger.changes().map { try recorded($0, keys: keys) }
    }

    /// The overlays on the tables of law that are on record.
    package func overlays() async throws -> SharedOverlays {
        var threads: [DialogueThread] = []
        for id in try await ledger.overlayThreads() { threads.append(try await thread(id)) }
        return SharedOverlays(threads)
    }

    /// What was said in a thread, in log order, with the time and receipts its proofs give it.
    package func records(in id: ThreadID) async throws -> [RecordedStatement] {
        let keys = live.keys
        return try await ledger.entries(in: id).map { try recorded($0, keys: keys) }
    }

    /// - Parameter opening: the version under which a thread that holds nothing yet is to be
    ///   opened;
    ///   nil for the first.
    package func thread(
        _ id: ThreadID, opening: AgreementID? = nil
    ) async throws -> DialogueThread {
        let versions = live.versions
        let records = try await records(in: id)
        if records.isEmpty, let version = opening.flatMap(versions.version) {
            return DialogueThread(folding: records, under: version)
        }
        return DialogueThread(folding: records, under: versions)
    }

    /// What reports take from a thread, as the record stood at an instant.
    package func reading(of id: ThreadID, asOf: Timestamp) async throws -> ThreadReading {
        ThreadReading(of: try await records(in: id), under: live.versions, asOf: asOf)
    }

    /// The same of every thread. Each is folded and let go, in about half a millisecond where it
    /// has eight statements.
    package func reported(asOf: Timestamp) async throws -> [ReportedThread] {
        var reported: [ReportedThread] = []
        for id in try await threads() {
            if let one = try await reading(of: id, asOf: asOf).thread { reported.append(one) }
        }
        return reported
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
