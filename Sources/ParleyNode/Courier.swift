package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Makes deliveries from the outbox and takes in what the peer answers.
package struct Courier: Sendable {
    private let identity: NodeIdentity
    private let keys: AgreementKeys
    private let verifier: StatementVerifier
    private let writer: LogWriter
    private let ledger: any Ledger
    private let blobs: any BlobStore
    private let transport: any PeerTransport
    private let clock: any WallClock

    package init(
        identity: NodeIdentity, keys: AgreementKeys, writer: LogWriter, ledger: any Ledger,
        blobs: any BlobStore, transport: any PeerTransport, clock: any WallClock
    ) {
        self.identity = identity
        self.keys = keys
        verifier = StatementVerifier(agreement: identity.agreement)
        self.writer = writer
        self.ledger = ledger
        self.blobs = blobs
        self.transport = transport
        self.clock = clock
    }

    /// Delivers what waits for the party, at most one request's worth, and stores the answer.
    ///
    /// - Throws: ``CourierFailure`` and errors of the transport; nothing is settled then, and the
    ///   same statements are delivered again later.
    package func deliver(to party: PartyID) async throws -> PeerEvent {
        // One more than a delivery holds, to know whether there is more.
        let waiting = try await ledger.outbox(
            for: party, limit: DeliveryLimits.statementCount + 1)
        guard !waiting.isEmpty, let growth = try await writer.growth(for: party) else {
            return .delivered(settledCount: 0, blobsWanted: [], hasMore: false)
        }
        let (request, entries) = try await request(waiting, growth: growth, to: party)
        switch try await transport.deliver(request, to: party) {
        case .cosignedSizeIs(let size):
            // The peer's word only tells where our proof should begin.
            guard size <= growth.size else {
                throw LogFailure.peerIsAhead(party: party, theirs: size, ours: growth.size)
            }
            await writer.peerCosigned(size, by: party)
            return .delivered(settledCount: 1, blobsWanted: [], hasMore: true)
        case .refused(let reason, let explanation):
            throw CourierFailure.peerRefused(reason: reason, explanation: explanation)
        case .answered(let response):
            let (settled, wanted) = try await store(
                response, to: request, entries: entries, growth: growth, from: party)
            return .delivered(
                settledCount: settled, blobsWanted: wanted,
                hasMore: waiting.count > settled)
        }
    }

    private func request(
        _ waiting: [LedgerEntry], growth: Growth, to party: PartyID
    ) async throws -> (DeliveryRequest, [LedgerEntry]) {
        var items: [DeliveryRequest.Item] = []
        var entries: [LedgerEntry] = []
        var sizeBytes = growth.addCheckpointBody.count + 64
        for entry in waiting.prefix(DeliveryLimits.statementCount)
        where entry.index.position < growth.size.entryCount {
            let item = DeliveryRequest.Item(
                envelope: entry.envelope,
                place: try await writer.place(of: entry.index, in: growth.size),
                cosignedProofs: entry.proofs.filter { $0.log == identity.party.id }
                    .prefix(4).map(\.text),
                blobs: try await inlineBlobs(of: entry))
            sizeBytes += item.sizeBytes
            if sizeBytes > DeliveryLimits.requestBytes, !items.isEmpty { break }
            items.append(item)
            entries.append(entry)
        }
        let known = await writer.witnessed(party)?.size ?? TreeSize(0)
        return (
            DeliveryRequest(
                checkpoint: growth.addCheckpointBody, knownSize: known, items: items), entries
        )
    }

    private func inlineBlobs(of entry: LedgerEntry) async throws -> [[UInt8]] {
        let statement = try UnverifiedStatement(parsing: entry.envelope).header
        var inline: [[UInt8]] = []
        for reference in statement.references.prefix(8)
        where reference.sizeBytes <= UInt64(DeliveryLimits.inlineBlobBytes) {
            inline.append(
                try await blobs.read(reference.blob, from: 0, count: Int(reference.sizeBytes)))
        }
        return inline
    }

    // MARK: The answer

    private func store(
        _ response: DeliveryResponse, to request: DeliveryRequest, entries: [LedgerEntry],
        growth: Growth, from party: PartyID
    ) async throws -> (settledCount: Int, blobsWanted: [BlobID]) {
        guard response.outcomes.count == entries.count else {
            throw CourierFailure.answerWrong("it has another number of outcomes")
        }
        guard let theirLog = keys.log(of: party), let theirWitness = keys.witness(of: party),
            let ourLog = keys.log(of: identity.party.id)
        else { throw CourierFailure.answerWrong("the party has no keys") }
        let cosigned = try UnverifiedCheckpoint(note: growth.note + response.cosignature)
            .verify(logKey: ourLog)
        let times = try times(of: cosigned, mustHold: theirWitness)
        let answered =
            try response.checkpoint.isEmpty
            ? nil : AddCheckpointRequest(parsing: response.checkpoint, logKey: theirLog)
        var wanted: [BlobID] = []
        var settlements: [LogJob.Settlement] = []
        for (place, outcome) in response.outcomes.enumerated() {
            let entry = entries[place]
            let authorProof = HeldProof(
                log: identity.party.id, place: request.items[place].place,
                note: cosigned.note, times: times)
            switch outcome {
            case .blobsMissing(let missing):
                wanted.append(contentsOf: try named(missing, by: entry))
            case .refused(let envelope):
                // Only a signed word takes a statement out of the outbox.
                _ = try Refusal(
                    checking: envelope, about: entry.id, by: party, verifier: verifier,
                    at: clock.now())
                settlements.append(.refused(entry.id, envelope: envelope))
            case .receipted(let receipt):
                guard let answered else { throw CourierFailure.answerWrong("no checkpoint") }
                try Merkle.checkInclusion(
                    of: Merkle.leafHash(of: entry.id.digest), at: receipt.index,
                    in: answered.checkpoint.size, root: answered.checkpoint.root,
                    proof: receipt.proof)
                settlements.append(.receipted(entry.id, receipt, authorProof: authorProof))
            case .known(let receipt, let author):
                settlements.append(
                    .known(
                        entry.id,
                        receipt: try HeldProof(
                            checking: receipt, entry: entry.id, log: party, logKey: theirLog,
                            cosigners: keys.cosigners),
                        authorProof: try HeldProof(
                            checking: author, entry: entry.id, log: identity.party.id,
                            logKey: ourLog, cosigners: keys.cosigners)))
            }
        }
        let theirTimes = try answered.map {
            try self.times(of: $0.checkpoint, mustHold: theirWitness)
        }
        let outcome = try await writer.perform(
            .answered(
                .init(
                    party: party, cosigned: growth.size, growth: answered,
                    times: theirTimes ?? [:], settlements: settlements)))
        guard case .answerStored = outcome else {
            throw CourierFailure.answerWrong("its checkpoint cannot be cosigned: \(outcome)")
        }
        return (settlements.count, wanted)
    }

    /// The cosignature times in a note, all within the agreed tolerance of our own clock.
    private func times(
        of checkpoint: VerifiedCheckpoint, mustHold witness: NoteKey
    ) throws -> [String: Timestamp] {
        let cosignatures = try checkpoint.cosignatures(by: keys.cosigners)
        guard cosignatures.contains(where: { $0.key == witness }) else {
            throw CourierFailure.answerWrong("the peer has not cosigned")
        }
        var times: [String: Timestamp] = [:]
        for cosignature in cosignatures {
            // SPEC exchange §6: A node MUST NOT accept a cosignature whose time is further from its
            // own clock than the agreement's tolerance.
            let apart = abs(cosignature.time.seconds(since: clock.now()))
            guard apart <= identity.agreement.clockToleranceSeconds else {
                throw CourierFailure.clockTooFar(secondsApart: apart)
            }
            times[cosignature.key.name] = cosignature.time
        }
        return times
    }

    private func named(_ missing: [BlobID], by entry: LedgerEntry) throws -> [BlobID] {
        let references = try UnverifiedStatement(parsing: entry.envelope).header.references
        return missing.filter { blob in references.contains { $0.blob == blob } }
    }
}
