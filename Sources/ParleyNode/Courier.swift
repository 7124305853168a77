package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Makes deliveries from the outbox and takes in what the peer answers.
package struct Courier: Sendable {
    private let identity: NodeIdentity
    private let keys: AgreementKeys
    private let checks: AnswerChecks
    private let writer: LogWriter
    private let ledger: any Ledger
    private let blobs: any BlobStore
    private let outside: OutsideWitnesses?
    private let onQueued: @Sendable (Set<PartyID>) -> Void
    private let transport: any PeerTransport
    private let clock: any WallClock

    /// - Parameter onQueued: called with the parties to whom something is to be delivered once
    ///   more.
    package init(
        identity: NodeIdentity, keys: AgreementKeys, directory: LiveDirectory, writer: LogWriter,
        ledger: any Ledger, blobs: any BlobStore, transport: any PeerTransport,
        clock: any WallClock, outside: OutsideWitnesses? = nil,
        onQueued: @escaping @Sendable (Set<PartyID>) -> Void = { _ in }
    ) {
        self.onQueued = onQueued
        self.outside = outside
        self.identity = identity
        self.keys = keys
        checks = AnswerChecks(identity: identity, keys: keys, directory: directory)
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
        try await writer.settle()
        // Told of before anything else: the other side may want to know before it says more.
        for fork in try await ledger.forksToTell(party) {
            try await transport.tell(fork.proof, to: party)
            _ = try await writer.perform(.forkTold(party, fork.proof.digest))
        }
        if let outside {
            let waiting = try await ledger.outbox(for: party, limit: DeliveryLimits.statementCount)
            try await outside.cover(waiting.map(\.id))
        }
        return try await deliver(to: party, from: nil)
    }

    /// - Parameter cosigned: what the peer says it has cosigned of our log, once it has said so.
    private func deliver(to party: PartyID, from cosigned: TreeSize?) async throws -> PeerEvent {
        // SPEC audience §2: A node MUST deliver a statement, its body and its exhibits to the
        // parties in to alone.
        // One more than a delivery holds, to know whether there is more.
        let waiting = try await ledger.outbox(
            for: party, limit: DeliveryLimits.statementCount + 1)
        guard !waiting.isEmpty,
            var growth = try await writer.growth(for: party, from: cosigned)
        else {
            return .delivered(settledCount: 0, blobsWanted: [], hasMore: false)
        }
        if let outside { growth = growth.adding(await outside.lines(over: growth)) }
        let (request, entries) = try await request(waiting, growth: growth, to: party)
        switch try await transport.deliver(request, to: party) {
        case .cosignedSizeIs(let size):
            // The peer's word only tells where our proof should begin.
            guard size <= growth.size else {
                throw LogFailure.peerIsAhead(party: party, theirs: size, ours: growth.size)
            }
            // Once is how two nodes find together; a peer that goes on so is waited for.
            guard cosigned == nil else {
                throw CourierFailure.answerWrong("it has cosigned another size each time")
            }
            return try await deliver(to: party, from: size)
        case .refused(let reason, let explanation):
            throw CourierFailure.peerRefused(reason: reason, explanation: explanation)
        case .answered(let response):
            let stored = try await store(
                response, to: request, entries: entries, growth: growth, from: party)
            // An overtaken answer settles less, and is asked for again at once: the peer has got
            // further meanwhile, so this does not go on for ever.
            let progress = stored.isOvertaken ? 1 : 0
            return .delivered(
                settledCount: max(progress, stored.settledCount),
                blobsWanted: stored.blobsWanted, hasMore: waiting.count > stored.settledCount)
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
            let item = try await entry.deliveryItem(
                at: try await writer.place(of: entry.index, in: growth.size),
                by: identity, blobs: blobs)
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

    // MARK: The answer

    private struct Stored {
        let settledCount: Int
        let blobsWanted: [BlobID]
        let isOvertaken: Bool
    }

    private func store(
        _ response: DeliveryResponse, to request: DeliveryRequest, entries: [LedgerEntry],
        growth: Growth, from party: PartyID
    ) async throws -> Stored {
        guard response.outcomes.count == entries.count else {
            throw CourierFailure.answerWrong("it has another number of outcomes")
        }
        guard let theirLog = keys.log(of: party), let theirWitness = keys.witness(of: party),
            let ourLog = keys.log(of: identity.party.id)
        else { throw CourierFailure.answerWrong("the party has no keys") }
        let cosigned = try UnverifiedCheckpoint(note: growth.note + response.cosignature)
            .verify(logKey: ourLog)
        try checkTime(of: theirWitness, in: cosigned)
        // Of the answer's lines only these are kept: nobody's stray line is handed on.
        let ourWitness = identity.witnessSigner.key
        let cosigners = [ourWitness, theirWitness] + keys.outsideWitnesses
        let authorNote = cosigned.note(keeping: [ourLog] + cosigners)
        let authorTimes = try times(in: cosigned, by: cosigners)
        let answered =
            try response.checkpoint.isEmpty
            ? nil : AddCheckpointRequest(parsing: response.checkpoint, logKey: theirLog)
        guard (answered?.oldSize ?? request.knownSize) == request.knownSize else {
            throw CourierFailure.answerWrong("its log's growth begins at another size than asked")
        }
        var theirTimes: [String: Timestamp] = [:]
        if response.hasNewReceipt, let checkpoint = answered?.checkpoint {
            // A log that has not grown for long has an old note; one with a new receipt has not.
            try checkTime(of: theirWitness, in: checkpoint)
            theirTimes = try times(in: checkpoint, by: [theirWitness])
        }
        var wanted: [BlobID] = []
        var settlements: [LogJob.Settlement] = []
        var addressees: [StatementID: [PartyID]] = [:]
        for (place, outcome) in response.outcomes.enumerated() {
            let authorProof = HeldProof(
                log: identity.party.id, place: request.items[place].place, note: authorNote,
                times: authorTimes)
            if case .blobsMissing(let missing) = outcome {
                wanted.append(contentsOf: try named(missing, by: entries[place]))
            } else {
                settlements += try settlement(
                    outcome, of: entries[place].id, by: party, under: answered?.checkpoint,
                    authorProof: authorProof)
                addressees[entries[place].id] = try entries[place].addressees(receiptedBy: party)
            }
        }
        let outcome = try await writer.perform(
            .answered(
                .init(
                    party: party, cosigned: growth.size, growth: answered, times: theirTimes,
                    settlements: settlements, addressees: addressees)))
        onQueued(Set(addressees.values.joined()))
        guard case .answerStored(let settledCount, let isOvertaken) = outcome else {
            throw CourierFailure.answerWrong("its checkpoint cannot be cosigned: \(outcome)")
        }
        return Stored(
            settledCount: settledCount, blobsWanted: wanted, isOvertaken: isOvertaken)
    }

    /// What the peer said of one statement, checked; nothing while it wants blobs.
    private func settlement(
        _ outcome: DeliveryResponse.Outcome, of id: StatementID, by party: PartyID,
        under checkpoint: VerifiedCheckpoint?, authorProof: HeldProof
    ) throws -> [LogJob.Settlement] {
        switch outcome {
        case .blobsMissing:
            return []
        case .refused(let envelope):
            return [try checks.refused(envelope, id, by: party, at: clock.now())]
        case .receipted(let receipt):
            guard let checkpoint else { throw CourierFailure.answerWrong("no checkpoint") }
            try Merkle.checkInclusion(
                of: Merkle.leafHash(of: id.digest), at: receipt.index, in: checkpoint.size,
                root: checkpoint.root, proof: receipt.proof)
            return [.receipted(id, receipt, authorProof: authorProof)]
        case .known(let receipt, let earlierProof):
            let known = try checks.known(receipt, earlierProof, of: id, from: party)
            let outside = Set(keys.outsideWitnesses.map(\.name))
            let isCosigned = !outside.isDisjoint(with: authorProof.times.keys)
            return [
                .known(
                    id, receipt: known.receipt, authorProof: known.authorProof,
                    later: isCosigned ? authorProof : nil)
            ]
        }
    }

    /// Checks that the peer has cosigned just now, by our own clock.
    private func checkTime(of witness: NoteKey, in checkpoint: VerifiedCheckpoint) throws {
        guard let cosignature = try checkpoint.cosignatures(by: [witness]).first else {
            throw CourierFailure.answerWrong("the peer has not cosigned")
        }
        // SPEC exchange §6: A node MUST NOT accept a cosignature whose time is further from its own
        // clock than the agreement's tolerance.
        let apart = abs(cosignature.time.seconds(since: clock.now()))
        guard apart <= identity.agreement.clockToleranceSeconds else {
            throw CourierFailure.clockTooFar(secondsApart: apart)
        }
    }

    private func times(
        in checkpoint: VerifiedCheckpoint, by cosigners: [NoteKey]
    ) throws -> [String: Timestamp] {
        try checkpoint.cosignatures(by: cosigners)
            .reduce(into: [:]) { $0[$1.key.name] = $1.time }
    }

    private func named(_ missing: [BlobID], by entry: LedgerEntry) throws -> [BlobID] {
        let references = try UnverifiedStatement(parsing: entry.envelope).header.references
        return missing.filter { blob in references.contains { $0.blob == blob } }
    }
}
