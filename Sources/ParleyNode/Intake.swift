package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Takes in what a peer delivers: everything is checked here before the log writer sees it.
package struct Intake: Sendable {
    private let identity: NodeIdentity
    private let keys: AgreementKeys
    private let directory: LiveDirectory
    private let writer: LogWriter
    private let ledger: any Ledger
    private let blobs: any BlobStore
    private let clock: any WallClock
    /// Blobs that deliveries named and this node asked for; no others are taken.
    package let wanted = WantedBlobs()

    package init(
        identity: NodeIdentity, keys: AgreementKeys, directory: LiveDirectory, writer: LogWriter,
        ledger: any Ledger, blobs: any BlobStore, clock: any WallClock
    ) {
        self.identity = identity
        self.keys = keys
        self.directory = directory
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
            for (change, place) in checked.compactMap(\.change) {
                directory.took(change, at: place, seen: clock.now())
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
        /// With its document, where it puts one on record.
        case loggable(LoggableStatement, AdoptedAgreement?)
        case blobsMissing([BlobID], ofDocument: Bool)
        case refused(StatementID, Fault)

        var loggable: LoggableStatement? {
            if case .loggable(let statement, _) = self { statement } else { nil }
        }

        var change: (change: DirectoryChange, place: EntryIndex)? {
            guard case .loggable(let statement, let document) = self,
                statement.verified.statement.act.changesDirectory,
                let place = statement.authorPlace
            else { return nil }
            return (DirectoryChange(verified: statement.verified, document: document), place.index)
        }

        /// The blob of a document that has yet to come.
        var awaitedDocument: [BlobID] {
            if case .blobsMissing(let blobs, ofDocument: true) = self { blobs } else { [] }
        }
    }

    private struct Fault: Error {
        let reason: String
        let explanation: String
        /// It may stand under a version of the agreement that has yet to come.
        var isOfVersion = false

        init(_ reason: String, _ explanation: String) {
            self.reason = reason
            self.explanation = explanation
        }

        init(_ refusal: StatementRefusal) {
            self.init(refusal.reason, refusal.explanation)
            switch refusal {
            case .agreementOther, .versionOther: isOfVersion = true
            default: break
            }
        }
    }

    private func check(
        _ items: [DeliveryRequest.Item], from party: PartyID, under checkpoint: VerifiedCheckpoint
    ) async throws -> [Checked] {
        let now = clock.now()
        var verifier = StatementVerifier(directory: directory.current)
        let checked = try await check(
            items, from: party, under: checkpoint, by: verifier, now: now)
        guard checked.contains(where: { $0.change != nil || !$0.awaitedDocument.isEmpty }) else {
            return checked
        }
        // What follows a change in one delivery is judged by it: once more, one by one.
        var inOrder: [Checked] = []
        var awaited: [BlobID] = []
        for item in items {
            var one = try await check(item, from: party, under: checkpoint, by: verifier, now: now)
            if case .refused(_, let fault) = one, fault.isOfVersion, !awaited.isEmpty {
                // Not yet: whether it is to be refused shows when the document is here.
                one = .blobsMissing(awaited, ofDocument: false)
            }
            inOrder.append(one)
            awaited += one.awaitedDocument
            if let (change, place) = one.change {
                try? verifier.directory.apply(change, at: place, seen: now)
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
        do {
            let claim = try parse(item.envelope)
            var verifier = verifier
            var document: AdoptedAgreement?
            if claim.header.act == .agreementAmend, claim.header.from.party == party {
                // By its document alone it can be verified.
                try await take(item.blobs, for: claim.header)
                let missing = try await missingBlobs(of: claim.header)
                guard missing.isEmpty else { return .blobsMissing(missing, ofDocument: true) }
                document = try await learn(from: claim.header, &verifier)
            }
            let verified = try verify(claim, by: verifier, now: now, at: item.place.index)
            try checkParties(of: verified.statement, from: party)
            do {
                try Merkle.checkInclusion(
                    of: Merkle.leafHash(of: id.digest), at: item.place.index, in: checkpoint.size,
                    root: checkpoint.root, proof: item.place.proof)
            } catch {
                throw Fault(error.reason, error.explanation)
            }
            if document == nil { try await take(item.blobs, for: verified.statement) }
            let missing = try await missingBlobs(of: verified.statement)
            guard missing.isEmpty else { return .blobsMissing(missing, ofDocument: false) }
            return .loggable(
                LoggableStatement(
                    verified: verified, payload: verified.payloadDigest, authorPlace: item.place,
                    earlierProofs: earlierProofs(item.cosignedProofs, of: id, by: party)), document)
        } catch let fault as Fault {
            return .refused(id, fault)
        }
    }

    private func parse(_ envelope: [UInt8]) throws -> UnverifiedStatement {
        do throws(StatementRefusal) {
            return try UnverifiedStatement(parsing: envelope)
        } catch {
            throw Fault(error)
        }
    }

    private func verify(
        _ claim: UnverifiedStatement, by verifier: StatementVerifier, now: Timestamp,
        at place: EntryIndex
    ) throws -> VerifiedStatement {
        do throws(StatementRefusal) {
            return try verifier.verify(claim, at: now, place: place)
        } catch {
            throw Fault(error)
        }
    }

    private func learn(
        from header: Statement, _ verifier: inout StatementVerifier
    ) async throws -> AdoptedAgreement {
        do {
            let document = try await blobs.document(of: header)
            try verifier.directory.learn(document)
            return document
        } catch let fault as DocumentFault {
            throw Fault(fault.reason, fault.explanation)
        } catch let refusal as AmendmentRefusal {
            throw Fault(refusal.reason, refusal.explanation)
        }
    }

    private func checkParties(of statement: Statement, from party: PartyID) throws {
        // SPEC exchange §4: A node MUST refuse a statement whose author is not the party that
        // delivers it.
        guard statement.from.party == party else {
            throw Fault(
                "author-not-the-peer",
                "\(party) delivered a statement of \(statement.from.party)")
        }
        // SPEC exchange §4: A node MUST refuse a statement that is not addressed to its party, but
        // for a change of keys or versions.
        guard statement.to.contains(identity.party.id) || statement.act.changesDirectory else {
            throw Fault(
                "not-addressed-here", "the statement is not addressed to \(identity.party.id)")
        }
    }

    private func take(_ inline: [[UInt8]], for statement: Statement) async throws {
        for bytes in inline {
            let blob = BlobID(Digest(hashing: bytes))
            guard statement.references.contains(where: { $0.blob == blob }) else {
                throw Fault("blob-not-named", "the statement does not name the blob \(blob)")
            }
            try await blobs.put(bytes, as: blob)
        }
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
            case .blobsMissing(let blobs, _):
                outcomes.append(.blobsMissing(blobs))
            case .refused(let id, let fault):
                outcomes.append(.refused(try refusal(of: id, fault)))
            case .loggable(let statement, _):
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
                    of: id,
                    Fault("payload-known", "the same payload is in the log as \(other)")))
        }
    }

    private func refusal(of id: StatementID, _ fault: Fault) throws -> [UInt8] {
        try Refusal(
            agreement: identity.versions.id, statement: id, reason: fault.reason,
            explanation: fault.explanation, by: identity.seat, at: clock.now()
        ).signed(with: try identity.signingKey(in: directory.current, at: clock.now()))
    }
}
