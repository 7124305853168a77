package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Packs everything that waits for one party: statements, their blobs, and the answers it is owed.
///
/// Crash story. Packing changes nothing: it reads the ledger as it stood when it began, beside a
/// node that goes on. What it packed stays in the outbox until an answer comes, by pouch or by
/// network, so a pouch that is lost, or was never finished, costs nothing but the next one.
package struct PouchPacker: Sendable {
    private let identity: NodeIdentity
    private let ledger: any Ledger
    private let blobs: any BlobStore
    private let shelf: any PouchShelf
    private let clock: any WallClock
    private let randomness: any Randomness

    package init(
        identity: NodeIdentity, ledger: any Ledger, blobs: any BlobStore, shelf: any PouchShelf,
        clock: any WallClock, randomness: any Randomness
    ) {
        self.identity = identity
        self.ledger = ledger
        self.blobs = blobs
        self.shelf = shelf
        self.clock = clock
        self.randomness = randomness
    }

    /// The newest key that speaks as far as the receiver knows: a pouch is judged by what was there
    /// before it.
    private func signingKey(for party: PartyID) async throws -> SigningKeyPair {
        let directory = try await ledger.directory(
            knowing: identity.versions, blobs: blobs)
        for entry in (directory.entries(of: identity.seat) ?? []).reversed() {
            guard let key = identity.signingKey(entry, at: clock.now()) else { continue }
            var isKnown = true
            if let addition = entry.addition {
                isKnown = try await isReceipted(addition, by: party)
            }
            for end in [entry.retirement, entry.revocation].compactMap({ $0 }) where isKnown {
                isKnown = try await !isReceipted(end, by: party)
            }
            if isKnown { return key }
        }
        return try identity.signingKey(in: directory, at: clock.now())
    }

    private func isReceipted(
        _ change: Directory.Change, by party: PartyID
    ) async throws -> Bool {
        try await ledger.entry(change.statement)?.proofs.contains { $0.log == party } ?? false
    }

    /// - Parameter partLimitBytes: the most that a part may take, its label included.
    /// - Returns: what was packed; nil, and nothing written, when nothing waits for the party.
    package func pack(
        for party: PartyID, partLimitBytes: UInt64?, box: any PouchBox
    ) async throws -> PackedPouch? {
        guard party != identity.party.id,
            let receiver = identity.versions.party(party, at: clock.now()),
            let id = PouchID(bytes: randomness.bytes(count: PouchID.byteCount))
        else { throw PouchFailure.partyUnknown(party) }
        // Before the outbox is read: what it then holds beyond this is left for the next pouch.
        let tail = try await ledger.tail()
        let packedAt = clock.now()
        let answers = try await answers(to: party)
        let isOwed = try await !ledger.outbox(for: party, limit: 1).isEmpty
        guard isOwed || !answers.isEmpty else { return nil }
        let writer = PouchWriter(
            agreement: identity.versions.id,
            recipients: try receiver.organs.map { try SealingPublicKey(bytes: $0.sealingKey) },
            partLimitBytes: partLimitBytes, randomness: randomness, box: box)
        do {
            var filling = Filling(
                party: party, identity: identity, ledger: ledger, blobs: blobs,
                state: try LogState(tail: tail, ledger: ledger, identity: identity),
                writer: writer)
            try await filling.fill(answers: answers)
            let manifest = PouchManifest(
                agreement: identity.versions.id, id: id, from: identity.seat, to: party,
                packedAt: packedAt, parts: filling.writer.parts)
            let envelope = try manifest.signed(with: try await signingKey(for: party))
            try await box.close(
                labels: manifest.parts.indices.map {
                    PouchLabel(number: $0 + 1, envelope: envelope)
                })
            return PackedPouch(
                manifest: manifest, statementCount: filling.statementCount,
                answerCount: answers.count, blobCount: filling.blobCount)
        } catch {
            await box.discard()
            throw error
        }
    }

    /// Every answer that pouches opened here still owe the party, each statement once.
    private func answers(to party: PartyID) async throws -> [PouchAnswer] {
        // SPEC pouch §6: A pouch MUST carry an answer for each statement that came in a pouch of
        // its addressee and was taken or refused, unless a newer pouch of the addressee has been
        // opened whole.
        var answers: [PouchAnswer] = []
        var seen: Set<StatementID> = []
        for pouch in try await shelf.pouches() {
            guard try PouchManifest(recorded: pouch.manifest).from.party == party else { continue }
            for owed in try await shelf.owed(of: pouch.id)
            where seen.insert(owed.statement).inserted {
                if let held = try await ledger.entry(owed.statement)?.answer(by: identity) {
                    answers.append(
                        PouchAnswer(
                            statement: owed.statement,
                            outcome: .receipted(
                                receipt: held.receipt.text, authorProof: held.authorProof.text)))
                } else if let refusal = owed.refusal {
                    answers.append(
                        PouchAnswer(statement: owed.statement, outcome: .refused(refusal)))
                }
            }
        }
        return answers
    }
}

package struct PackedPouch: Sendable {
    package let manifest: PouchManifest
    package let statementCount: Int
    package let answerCount: Int
    /// Blobs that travel by themselves; small ones travel with their statements.
    package let blobCount: Int
}

/// One pouch on its way into its parts.
private struct Filling {
    /// Leaf hashes to a frame.
    private static let hashesPerFrame: UInt64 = 2048
    private static let pageCount = 256

    let party: PartyID
    let identity: NodeIdentity
    let ledger: any Ledger
    let blobs: any BlobStore
    var state: LogState
    var writer: PouchWriter
    var statementCount = 0
    var blobCount = 0
    private var items: [DeliveryRequest.Item] = []
    private var itemBytes = 0

    init(
        party: PartyID, identity: NodeIdentity, ledger: any Ledger, blobs: any BlobStore,
        state: LogState, writer: PouchWriter
    ) {
        self.party = party
        self.identity = identity
        self.ledger = ledger
        self.blobs = blobs
        self.state = state
        self.writer = writer
    }

    mutating func fill(answers: [PouchAnswer]) async throws {
        let growth = try state.growth(for: party, from: nil)
        if let growth { try await writer.add(try growthFrames(to: growth.size)) }
        for answer in answers { try await writer.add(answer.frames) }
        guard let growth else { return try await writer.endPart() }
        // One without statements first: from then on the receiver stands where the other
        // deliveries begin, whichever part they are in.
        try await deliver(growth)
        var next = EntryIndex(0)
        while true {
            let page = try await ledger.outbox(for: party, from: next, limit: Self.pageCount)
            for entry in page where entry.index.position < growth.size.entryCount {
                try await add(entry, growth: growth)
            }
            guard let last = page.last, page.count == Self.pageCount else { break }
            next = EntryIndex(last.index.position + 1)
        }
        if !items.isEmpty { try await deliver(growth) }
        try await writer.endPart()
    }

    private mutating func growthFrames(to size: TreeSize) throws -> [UInt8] {
        let base = min(state.cosignedSizes[party] ?? TreeSize(0), size)
        var frames = PouchGrowth(
            base: base, size: size, edge: try Merkle.edge(of: base, reading: &state.tree)
        ).frame
        var next = base.entryCount
        while next < size.entryCount {
            let end = min(next + Self.hashesPerFrame, size.entryCount)
            let hashes = try state.tree.hashes(
                at: (next..<end).map { HashPosition(level: 0, index: $0) })
            frames += PouchFrame.bytes(.leafHashes, hashes.flatMap(\.bytes))
            next = end
        }
        return frames
    }

    private mutating func add(_ entry: LedgerEntry, growth: Growth) async throws {
        let apart = try entry.references().apart
        if !apart.isEmpty {
            // Blobs stand before the statement that names them; what waits goes before the blobs.
            if !items.isEmpty { try await deliver(growth) }
            for reference in apart { try await add(reference, namedBy: entry.envelope) }
        }
        let item = try await entry.deliveryItem(
            at: try state.place(of: entry.index, in: growth.size), by: identity, blobs: blobs)
        let limit = min(
            UInt64(DeliveryLimits.requestBytes),
            writer.plainLimitBytes - min(writer.plainLimitBytes, UInt64(PouchFrame.headBytes)))
        let headBytes = growth.addCheckpointBody.count + 64
        if !items.isEmpty,
            UInt64(headBytes + itemBytes + item.sizeBytes) > limit
                || items.count == DeliveryLimits.statementCount
        {
            try await deliver(growth)
        }
        items.append(item)
        itemBytes += item.sizeBytes
        statementCount += 1
    }

    private mutating func deliver(_ growth: Growth) async throws {
        let known = state.witnessed[party]?.size ?? TreeSize(0)
        let request = DeliveryRequest(
            checkpoint: growth.addCheckpointBody, knownSize: known, items: items)
        try await writer.add(PouchFrame.bytes(.delivery, request.wireBytes))
        items = []
        itemBytes = 0
    }

    /// Writes a blob as pieces, as many as it crosses parts.
    private mutating func add(
        _ reference: BlobReference, namedBy envelope: [UInt8]
    ) async throws {
        guard try await blobs.size(of: reference.blob) == reference.sizeBytes else {
            throw PouchFailure.blobAbsent(reference.blob)
        }
        let guide = PouchFrame.bytes(.guide, envelope)
        let headBytes = UInt64(
            guide.count + PouchFrame.headBytes + PouchFrame.Kind.piece.limitBytes)
        var offset: UInt64 = 0
        while offset < reference.sizeBytes {
            // A piece of a few bytes at the end of a part is not worth its head.
            let least = min(reference.sizeBytes - offset, 4096) + UInt64(PouchFrame.headBytes)
            if writer.roomBytes < headBytes + least { try await writer.endPart() }
            guard writer.roomBytes >= headBytes + least else {
                throw PouchFailure.partLimitTooSmall(neededBytes: Int(headBytes + least))
            }
            let piece = PouchPiece(
                blob: reference.blob, sizeBytes: reference.sizeBytes, offset: offset,
                length: min(
                    reference.sizeBytes - offset,
                    Self.dataBytes(fittingInto: writer.roomBytes - headBytes)))
            try await writer.add(guide + piece.frame)
            while offset < piece.end {
                let count = min(UInt64(PouchFrame.Kind.data.limitBytes), piece.end - offset)
                let bytes = try await blobs.read(
                    reference.blob, from: offset, count: Int(count))
                guard bytes.count == count else {
                    throw PouchFailure.blobAbsent(reference.blob)
                }
                try await writer.add(PouchFrame.bytes(.data, bytes))
                offset += count
            }
        }
        blobCount += 1
    }

    /// How many bytes of data fit into so much room, with the heads of their frames.
    private static func dataBytes(fittingInto roomBytes: UInt64) -> UInt64 {
        let frame = UInt64(PouchFrame.Kind.data.limitBytes)
        let (full, rest) = roomBytes.quotientAndRemainder(
            dividingBy: frame + UInt64(PouchFrame.headBytes))
        return full * frame + rest - min(rest, UInt64(PouchFrame.headBytes))
    }
}
