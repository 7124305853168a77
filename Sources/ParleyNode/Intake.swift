package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Takes in what a peer delivers: everything is checked here before the log writer sees it.
package struct Intake: Sendable {
    private let identity: NodeIdentity
    private let keys: AgreementKeys
    private let liveKeys: LiveKeys
    private let writer: LogWriter
    private let ledger: any Ledger
    private let blobs: any BlobStore
    private let clock: any WallClock
    /// Blobs that deliveries named and this node asked for; no others are taken.
    package let wanted = WantedBlobs()

    package init(
        identity: NodeIdentity, keys: AgreementKeys, liveKeys: LiveKeys, writer: LogWriter,
        ledger: any Ledger, blobs: any BlobStore, clock: any WallClock
    ) {
        self.identity = identity
        self.keys = keys
        self.liveKeys = liveKeys
        self.writer = writer
        self.ledger = ledger
        self.blobs = blobs
        self.clock = clock
    }

    /// Answers one delivery of the party whose pinned key the connection showed.
    ///
    /// - Returns: outcomes in the order delivered, or why nothing at all was taken.
    package func receive(
        _ bytes: [UInt8], from party: PartyID
    ) async throws -> DeliveryAnswer {
        let request: DeliveryRequest
        let growth: AddCheckpointRequest
        do {
            request = try DeliveryRequest(parsing: bytes)
        } catch {
            return .refused(reason: error.reason, explanation: error.explanation)
        }
        guard let logKey = keys.log(of: party) else {
            return .refused(reason: "party-unknown", explanation: "\(party) has no log here")
        }
        do {
            growth = try AddCheckpointRequest(parsing: request.checkpoint, logKey: logKey)
        } catch {
            return .refused(reason: error.reason, explanation: error.explanation)
        }
        let checked = try await check(request.items, from: party, under: growth.checkpoint)
        let statements = checked.compactMap(\.loggable)
        let outcome = try await writer.perform(
            .delivered(
                .init(
                    party: party, growth: growth, knownSize: request.knownSize,
                    statements: statements)))
        switch outcome {
        case .notCosigned(.conflict(known: let size)):
            return .cosignedSizeIs(size)
        case .notCosigned(.refused(let refusal)):
            return .refused(reason: refusal.reason, explanation: refusal.explanation)
        case .received(let received):
            for statement in statements where statement.verified.statement.act.changesKeys {
                guard let place = statement.authorPlace else { continue }
                liveKeys.took(statement.verified, at: place.index)
            }
            return .answered(try await response(received, to: checked))
        case .peerIsAhead(let theirs, let ours):
            return .refused(
                reason: "known-size-ahead",
                explanation: "you have cosigned \(theirs.entryCount) entries of a log that has "
                    + "\(ours.entryCount)")
        case .notCosigned(.cosign), .logged, .answerStored, .cosigned, .noted:
            preconditionFailure("a delivery is received or its checkpoint is not cosigned")
        }
    }

    // MARK: Checking

    private enum Checked: Sendable {
        case loggable(LoggableStatement)
        case blobsMissing([BlobID])
        case refused(StatementID, reason: String, explanation: String)

        var loggable: LoggableStatement? {
            if case .loggable(let statement) = self { statement } else { nil }
        }

        var changesKeys: Bool { loggable?.verified.statement.act.changesKeys ?? false }
    }

    private func check(
        _ items: [DeliveryRequest.Item], from party: PartyID, under checkpoint: VerifiedCheckpoint
    ) async throws -> [Checked] {
        let now = clock.now()
        var verifier = StatementVerifier(
            agreement: identity.agreement, directory: liveKeys.current)
        let checked = try await check(
            items, from: party, under: checkpoint, by: verifier, now: now)
        guard checked.contains(where: \.changesKeys) else { return checked }
        // What follows a change of keys in one delivery is judged by it: once more, one by one.
        var inOrder: [Checked] = []
        for item in items {
            let one = try await check(item, from: party, under: checkpoint, by: verifier, now: now)
            inOrder.append(one)
            if let loggable = one.loggable, one.changesKeys {
                try? verifier.directory.apply(loggable.verified, at: item.place.index)
            }
        }
        return inOrder
    }

    private func check(
        _ items: [DeliveryRequest.Item], from party: PartyID, under checkpoint: VerifiedCheckpoint,
        by verifier: StatementVerifier, now: Timestamp
    ) async throws -> [Checked] {
        // Signatures are what intake costs: a few slices keep every core at work.
        let slice = max(16, (items.count + 3) / 4)
        return try await withThrowingTaskGroup(of: (Int, [Checked]).self) { group in
            for start in stride(from: 0, to: items.count, by: slice) {
                let part = items[start..<min(start + slice, items.count)]
                group.addTask {
                    var checked: [Checked] = []
                    for item in part {
                        checked.append(
                            try await check(
                                item, from: party, under: checkpoint, by: verifier, now: now))
                    }
                    return (start, checked)
                }
            }
            var parts: [(Int, [Checked])] = []
            for try await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private func check(
        _ item: DeliveryRequest.Item, from party: PartyID, under checkpoint: VerifiedCheckpoint,
        by verifier: StatementVerifier, now: Timestamp
    ) async throws -> Checked {
        let id = StatementID(Digest(hashing: item.envelope))
        let verified: VerifiedStatement
        do {
            verified = try verifier.verify(
                UnverifiedStatement(parsing: item.envelope), at: now, place: item.place.index)
        } catch {
            return .refused(id, reason: error.reason, explanation: error.explanation)
        }
        // SPEC exchange §4: A node MUST refuse a statement whose author is not the party that
        // delivers it.
        guard verified.statement.from.party == party else {
            return .refused(
                id, reason: "author-not-the-peer",
                explanation: "\(party) delivered a statement of \(verified.statement.from.party)")
        }
        guard verified.statement.to.contains(identity.party.id) else {
            return .refused(
                id, reason: "not-addressed-here",
                explanation: "the statement is not addressed to \(identity.party.id)")
        }
        do {
            try Merkle.checkInclusion(
                of: Merkle.leafHash(of: id.digest), at: item.place.index, in: checkpoint.size,
                root: checkpoint.root, proof: item.place.proof)
        } catch {
            return .refused(id, reason: error.reason, explanation: error.explanation)
        }
        if let refusal = try await take(item.blobs, for: verified) {
            return .refused(id, reason: refusal.reason, explanation: refusal.explanation)
        }
        let missing = try await missingBlobs(of: verified.statement)
        guard missing.isEmpty else { return .blobsMissing(missing) }
        return .loggable(
            LoggableStatement(
                verified: verified, payload: verified.payloadDigest, authorPlace: item.place,
                earlierProofs: earlierProofs(item.cosignedProofs, of: id, by: party)))
    }

    private func take(
        _ inline: [[UInt8]], for verified: VerifiedStatement
    ) async throws -> (reason: String, explanation: String)? {
        let references = verified.statement.references
        for bytes in inline {
            let blob = BlobID(Digest(hashing: bytes))
            guard references.contains(where: { $0.blob == blob }) else {
                return ("blob-not-named", "the statement does not name the blob \(blob)")
            }
            try await blobs.put(bytes, as: blob)
        }
        return nil
    }

    private func missingBlobs(of statement: Statement) async throws -> [BlobID] {
        var missing: [BlobID] = []
        for reference in statement.references {
            // SPEC exchange §5: A node MUST NOT give a receipt before it holds every blob that the
            // statement names, in the size stated.
            if try await blobs.size(of: reference.blob) != reference.sizeBytes {
                missing.append(reference.blob)
                await wanted.ask(for: reference.blob, sizeBytes: reference.sizeBytes)
            }
        }
        return missing
    }

    /// Proofs with cosignatures gathered elsewhere; one that does not verify is left out, since it
    /// could only have made the statement's time earlier.
    private func earlierProofs(
        _ texts: [[UInt8]], of id: StatementID, by party: PartyID
    ) -> [HeldProof] {
        guard let logKey = keys.log(of: party) else { return [] }
        return texts.compactMap { text in
            try? HeldProof(
                checking: text, entry: id, log: party, logKey: logKey, cosigners: keys.cosigners)
        }
    }

    // MARK: Answering

    private func response(
        _ received: LogOutcome.Received, to checked: [Checked]
    ) async throws -> DeliveryResponse {
        var taken = received.statements.makeIterator()
        var outcomes: [DeliveryResponse.Outcome] = []
        for item in checked {
            switch item {
            case .blobsMissing(let blobs):
                outcomes.append(.blobsMissing(blobs))
            case .refused(let id, let reason, let explanation):
                outcomes.append(
                    .refused(try refusal(of: id, reason: reason, explanation: explanation)))
            case .loggable(let statement):
                guard let place = taken.next() else { break }
                outcomes.append(try await outcome(place, of: statement))
            }
        }
        return DeliveryResponse(
            cosignature: received.cosignature, checkpoint: received.growth, outcomes: outcomes)
    }

    private func outcome(
        _ taken: LogOutcome.Taken, of statement: LoggableStatement
    ) async throws -> DeliveryResponse.Outcome {
        let id = statement.verified.id
        switch taken {
        case .new(let place):
            return .receipted(place)
        case .known:
            // SPEC exchange §4: For a statement that it holds already a node MUST answer with the
            // receipt and the author's proof that it stored then.
            guard let entry = try await ledger.entry(id),
                let held = try entry.answer(by: identity)
            else {
                throw LogFailure.ledgerNotOurs("it holds \(id) without its proofs")
            }
            return .known(receipt: held.receipt.text, authorProof: held.authorProof.text)
        case .payloadKnown(let other):
            return .refused(
                try refusal(
                    of: id, reason: "payload-known",
                    explanation: "the same payload is in the log as \(other)"))
        }
    }

    private func refusal(
        of id: StatementID, reason: String, explanation: String
    ) throws -> [UInt8] {
        try Refusal(
            agreement: identity.agreement.id, statement: id, reason: reason,
            explanation: explanation, by: identity.seat, at: clock.now()
        ).signed(with: try identity.signingKey(in: liveKeys.current, at: clock.now()))
    }
}
