import ParleyExchange
import ParleyLog
import ParleyStatements

/// One part being taken, from its first frame to its last.
struct PartOpening {
    /// This node has cosigned more of the sender's log since the part was begun.
    struct LogMoved: Error {}

    private static let answersAtOnce = 32

    private let opener: PouchOpener
    private var verifier: StatementVerifier
    private let manifest: PouchManifest
    private let number: Int
    private var sender: PartyID { manifest.from.party }
    private(set) var tally: PouchReport.Tally
    /// False once something in the part has to wait.
    private var isWhole = true
    private var fold: GrowthFold?
    private var answers: [PouchAnswer] = []
    private var guided: [BlobID: UInt64] = [:]
    private var arriving: Arriving?
    private var deliveryCount = 0

    /// The piece that is being written.
    private struct Arriving {
        let piece: PouchPiece
        let incoming: any IncomingBlob
        /// Where in the blob the next bytes of the piece belong.
        var position: UInt64
        /// How much of the blob was here before.
        let held: UInt64
    }

    init(
        opener: PouchOpener, manifest: PouchManifest, number: Int, tally: PouchReport.Tally
    ) {
        self.opener = opener
        verifier = opener.verifier
        self.manifest = manifest
        self.number = number
        self.tally = tally
    }

    /// - Returns: whether everything in the part has been taken.
    mutating func run(_ part: any PouchPart) async throws -> Bool {
        do {
            try await read(part)
        } catch {
            // What came of a blob is kept, so that the next opening goes on from there.
            try? await arriving?.incoming.suspend()
            throw error
        }
        return isWhole
    }

    private mutating func read(_ part: any PouchPart) async throws {
        var seal = SealReader(agreement: opener.known.id, key: opener.sealingKey)
        var reader = PouchReader()
        var offset = UInt64(PouchLabel.sizeBytes)
        while case let sealed = try await part.read(from: offset, count: PouchOpener.pieceBytes),
            !sealed.isEmpty
        {
            offset += UInt64(sealed.count)
            let plain: [UInt8]
            do throws(SealRefusal) { plain = try seal.open(sealed) } catch {
                throw PouchRefusal.seal(error)
            }
            for event in try reader.take(plain) { try await handle(event) }
        }
        do throws(SealRefusal) { _ = try seal.finish() } catch { throw PouchRefusal.seal(error) }
        try reader.finish()
        try await storeAnswers()
    }

    private mutating func handle(_ event: PouchEvent) async throws {
        switch event {
        case .growth(let growth):
            try await begin(growth)
        case .leafHashes(let hashes):
            for hash in hashes { fold?.append(hash) }
        case .answer(let answer):
            answers.append(answer)
            if answers.count == Self.answersAtOnce { try await storeAnswers() }
        case .guide(let envelope):
            guided = try await references(in: envelope)
        case .piece(let piece):
            try await begin(piece)
        case .data(let bytes, let isLast):
            try await take(bytes, isLast: isLast)
        case .delivery(let bytes):
            try await storeAnswers()
            try await deliver(bytes)
        }
    }

    // MARK: The log's growth

    private mutating func begin(_ growth: PouchGrowth) async throws {
        let cosigned = try await opener.desk.witnessed(sender)
        // A ledger restored from an old copy would look so.
        guard growth.base <= cosigned else {
            throw PouchRefusal.growthBeginsBeyond(base: growth.base, cosigned: cosigned)
        }
        fold = GrowthFold(
            base: growth.base, edge: growth.edge, from: cosigned, to: growth.size)
    }

    /// The delivery's checkpoint as a growth from what this node has cosigned; nil where that takes
    /// the hashes of part 1.
    private func growth(
        of request: DeliveryRequest, from oldSize: TreeSize, to size: TreeSize,
        beyond cosigned: TreeSize
    ) throws -> [UInt8]? {
        // SPEC pouch §5: A node MUST begin the growth in a delivery at the size that it has
        // cosigned last, with the proof that follows from the hashes in the pouch.
        if cosigned == size {
            return try AddCheckpointRequest.body(
                request.checkpoint, beginningAt: cosigned, proof: [])
        }
        // Where nothing has happened meanwhile the sender's own proof will do, in any part.
        if cosigned == oldSize { return request.checkpoint }
        guard let fold else { return nil }
        guard fold.from == cosigned else { throw LogMoved() }
        // A part that names one size and brings the hashes of another proves nothing.
        guard fold.to == size, let proof = fold.proof else {
            throw PouchRefusal.contentMalformed(kind: .growth)
        }
        return try AddCheckpointRequest.body(
            request.checkpoint, beginningAt: cosigned, proof: proof)
    }

    // MARK: Deliveries

    private mutating func deliver(_ bytes: [UInt8]) async throws {
        deliveryCount += 1
        let request: DeliveryRequest
        do throws(FrameRefusal) { request = try DeliveryRequest(parsing: bytes) } catch {
            throw PouchRefusal.delivery(error)
        }
        guard let logKey = opener.keys.log(of: sender) else { return }
        let stated: AddCheckpointRequest
        do throws(WitnessRefusal) {
            stated = try AddCheckpointRequest(parsing: request.checkpoint, logKey: logKey)
        } catch {
            throw PouchRefusal.checkpoint(error)
        }
        let size = stated.checkpoint.size
        let ids = request.items.map { StatementID(Digest(hashing: $0.envelope)) }
        let known = try await opener.ledger.known(ids: ids, payloads: []).entries
        let cosigned = try await opener.desk.witnessed(sender)
        if cosigned >= size, cosigned > size || known.count == Set(ids).count {
            // Nothing in it is new, or what is cannot be fitted in any more.
            let held = ids.filter(known.contains)
            tally.note(held, known: true)
            try await owe(held.map { OwedAnswer(statement: $0, refusal: nil) })
            wait(for: ids.filter { !known.contains($0) }, .newerPouch)
            return
        }
        guard
            let growth = try growth(
                of: request, from: stated.oldSize, to: size, beyond: cosigned)
        else { return wait(for: ids, .growth, always: true) }
        // SPEC pouch §5: A node MUST do with a delivery out of a pouch what it does with one that
        // comes over the network.
        let delivery = DeliveryRequest(
            checkpoint: growth, knownSize: request.knownSize, items: request.items)
        switch try await opener.desk.receive(delivery.wireBytes, from: sender) {
        case .answered(let response): try await note(response, to: ids)
        case .cosignedSizeIs: throw LogMoved()
        case .refused(let reason, let explanation):
            throw PouchRefusal.deliveryRefused(reason: reason, explanation: explanation)
        }
    }

    private mutating func note(
        _ response: DeliveryResponse, to ids: [StatementID]
    ) async throws {
        var owed: [OwedAnswer] = []
        for (id, outcome) in zip(ids, response.outcomes) {
            switch outcome {
            case .receipted, .known:
                var isKnown = false
                if case .known = outcome { isKnown = true }
                tally.note([id], known: isKnown)
                owed.append(OwedAnswer(statement: id, refusal: nil))
            case .blobsMissing:
                wait(for: [id], .blobs)
            case .refused(let envelope):
                let refusal = try? Refusal(recorded: envelope)
                tally.waiting[id] = nil
                tally.refused[id] = .init(
                    reason: refusal?.reason ?? "unknown",
                    explanation: refusal?.explanation ?? "the refusal cannot be read")
                owed.append(OwedAnswer(statement: id, refusal: envelope))
            }
        }
        try await owe(owed)
    }

    private func owe(_ owed: [OwedAnswer]) async throws {
        guard !owed.isEmpty else { return }
        try await opener.shelf.owe(
            owed, of: manifest.id, part: number, delivery: deliveryCount)
    }

    private mutating func wait(
        for ids: [StatementID], _ wait: PouchReport.Wait, always: Bool = false
    ) {
        if always || !ids.isEmpty { isWhole = false }
        for id in ids { tally.waiting[id] = wait }
    }

    // MARK: Answers

    private mutating func storeAnswers() async throws {
        guard !answers.isEmpty else { return }
        let stored = try await opener.desk.store(answers, from: sender)
        answers = []
        tally.answers.settledCount += stored.settledCount
        tally.answers.knownCount += stored.knownCount
        tally.answers.faults += stored.faults
    }

    // MARK: Blobs

    /// The blobs that a statement of the sender's to this party names, with their sizes; none when
    /// it does not verify: its delivery will say why.
    private mutating func references(in envelope: [UInt8]) async throws -> [BlobID: UInt64] {
        guard let claim = try? UnverifiedStatement(parsing: envelope),
            claim.header.from.party == sender, claim.header.to.contains(opener.party)
        else { return [:] }
        let references = claim.header.references.reduce(into: [:]) { $0[$1.blob] = $1.sizeBytes }
        // By its document alone it can be verified; the pouch's own signature must do until then.
        if claim.header.act == .agreementAmend { return references }
        let now = opener.clock.now()
        if (try? verifier.verify(claim, at: now, place: nil)) == nil {
            // What came before it in this pouch may have changed the directory.
            verifier.directory = try await opener.ledger.directory(
                knowing: opener.known, blobs: opener.blobs)
            guard (try? verifier.verify(claim, at: now, place: nil)) != nil else { return [:] }
        }
        return references
    }

    private mutating func begin(_ piece: PouchPiece) async throws {
        let blobs = opener.blobs
        // SPEC pouch §5: A node MUST NOT keep a blob out of a pouch that the verified statement
        // before it does not name, in that size.
        guard guided[piece.blob] == piece.sizeBytes,
            piece.sizeBytes <= verifier.versions.exhibitLimitBytes,
            try await blobs.size(of: piece.blob) != piece.sizeBytes
        else { return }
        let held = try await blobs.receivedCount(piece.blob)
        if held < piece.offset {
            // The bytes before it are in a part that is not here.
            isWhole = false
            return
        }
        // Here already; the last piece is taken up all the same, to be finished.
        if held >= piece.end, piece.end < piece.sizeBytes { return }
        guard let incoming = try await blobs.resume(piece.blob, at: held) else {
            // It is arriving over the network just now.
            isWhole = false
            return
        }
        arriving = Arriving(
            piece: piece, incoming: incoming, position: piece.offset, held: held)
    }

    private mutating func take(_ bytes: [UInt8], isLast: Bool) async throws {
        guard var arriving else { return }
        let heldCount = arriving.held - min(arriving.held, arriving.position)
        if heldCount < UInt64(bytes.count) {
            try await arriving.incoming.append(Array(bytes.dropFirst(Int(heldCount))))
        }
        arriving.position += UInt64(bytes.count)
        self.arriving = arriving
        guard isLast else { return }
        self.arriving = nil
        let piece = arriving.piece
        guard piece.end == piece.sizeBytes else { return try await arriving.incoming.suspend() }
        if try await arriving.incoming.finish() {
            tally.blobsTaken.insert(piece.blob)
        } else {
            tally.blobsSpoiled.insert(piece.blob)
            isWhole = false
        }
    }
}
