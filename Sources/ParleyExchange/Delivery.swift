package import ParleyLog
package import ParleyStatements

/// Sizes that one delivery keeps (`Spec/exchange.md` §3).
package enum DeliveryLimits {
    package static let requestBytes = 8 * 1024 * 1024
    package static let statementCount = 512
    /// Blobs up to this size travel inside the delivery; larger ones are put on their own first.
    package static let inlineBlobBytes = 64 * 1024
    package static let blobsPerStatement = 65
}

/// What one node hands to another in one request: its log's growth and the statements in it.
package struct DeliveryRequest: Hashable, Sendable {
    /// A C2SP `add-checkpoint` body for the sender's log: old size, consistency proof, note.
    package let checkpoint: [UInt8]
    /// The size of the receiver's log that the sender has cosigned last.
    package let knownSize: TreeSize
    package let items: [Item]

    package struct Item: Hashable, Sendable {
        package let envelope: [UInt8]
        /// Where the statement stands in the sender's log, proven against the checkpoint above.
        package let place: LogPlace
        /// tlog-proofs of the sender's log with cosignatures gathered before.
        package let cosignedProofs: [[UInt8]]
        package let blobs: [[UInt8]]

        package init(
            envelope: [UInt8], place: LogPlace, cosignedProofs: [[UInt8]], blobs: [[UInt8]]
        ) {
            self.envelope = envelope
            self.place = place
            self.cosignedProofs = cosignedProofs
            self.blobs = blobs
        }

        /// About how many bytes the item takes on the wire.
        package var sizeBytes: Int {
            envelope.count + 8 + place.proof.count * Digest.byteCount + 20
                + cosignedProofs.reduce(0) { $0 + $1.count + 5 }
                + blobs.reduce(0) { $0 + $1.count + 5 }
        }
    }

    package init(checkpoint: [UInt8], knownSize: TreeSize, items: [Item]) {
        self.checkpoint = checkpoint
        self.knownSize = knownSize
        self.items = items
    }

    /// Frames in order: C, K, then for each statement B*, S, I, P*.
    package var wireBytes: [UInt8] {
        var writer = FrameWriter()
        writer.add(.checkpoint, checkpoint)
        writer.add(.knownSize, Array(String(knownSize.entryCount).utf8))
        for item in items {
            for blob in item.blobs { writer.add(.blob, blob) }
            writer.add(.statement, item.envelope)
            writer.add(.inclusion, item.place.wireBytes)
            for proof in item.cosignedProofs { writer.add(.cosignedProof, proof) }
        }
        return writer.bytes
    }

    package init(parsing bytes: [UInt8]) throws(FrameRefusal) {
        // SPEC exchange §3: A node MUST refuse a delivery of more than 8 MiB or 512 statements.
        guard bytes.count <= DeliveryLimits.requestBytes else {
            throw .deliveryTooLong(limitBytes: DeliveryLimits.requestBytes)
        }
        var reader = FrameReader(bytes)
        checkpoint = Array(try reader.next(.checkpoint))
        guard let size = decimal(try reader.next(.knownSize)) else {
            throw .contentMalformed(kind: .knownSize)
        }
        knownSize = TreeSize(size)
        var items: [Item] = []
        while !reader.isAtEnd {
            guard items.count < DeliveryLimits.statementCount else {
                throw .tooManyStatements(limit: DeliveryLimits.statementCount)
            }
            items.append(try Self.item(from: &reader))
        }
        self.items = items
    }

    private static func item(from reader: inout FrameReader) throws(FrameRefusal) -> Item {
        var blobs: [[UInt8]] = []
        while reader.nextKind == .blob {
            guard blobs.count < DeliveryLimits.blobsPerStatement else {
                throw .orderWrong(kind: .blob)
            }
            blobs.append(Array(try reader.next(.blob)))
        }
        let envelope = Array(try reader.next(.statement))
        guard let place = LogPlace(wireBytes: try reader.next(.inclusion)) else {
            throw .contentMalformed(kind: .inclusion)
        }
        var proofs: [[UInt8]] = []
        while reader.nextKind == .cosignedProof {
            guard proofs.count < 16 else { throw .orderWrong(kind: .cosignedProof) }
            proofs.append(Array(try reader.next(.cosignedProof)))
        }
        return Item(envelope: envelope, place: place, cosignedProofs: proofs, blobs: blobs)
    }
}

/// A statement's index in a log and the hashes that prove it against some checkpoint.
package struct LogPlace: Hashable, Sendable {
    package let index: EntryIndex
    package let proof: [Digest]

    package init(index: EntryIndex, proof: [Digest]) {
        self.index = index
        self.proof = proof
    }

    /// The index as 8 big-endian bytes, then the hashes.
    var wireBytes: [UInt8] {
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: index.position >> (56 - 8 * $0)) }
        for hash in proof { bytes.append(contentsOf: hash.bytes) }
        return bytes
    }

    init?(wireBytes: ArraySlice<UInt8>) {
        guard wireBytes.count >= 8, (wireBytes.count - 8) % Digest.byteCount == 0 else {
            return nil
        }
        index = EntryIndex(wireBytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        guard let proof = digests(wireBytes.dropFirst(8)) else { return nil }
        self.proof = proof
    }
}

/// What the receiver answers to a delivery.
package struct DeliveryResponse: Hashable, Sendable {
    /// The receiver's cosignature line over the delivered checkpoint.
    package let cosignature: [UInt8]
    /// An `add-checkpoint` body for the receiver's log, from the size the sender said it knew.
    package let checkpoint: [UInt8]
    /// One for each statement, in the order delivered.
    package let outcomes: [Outcome]

    package enum Outcome: Hashable, Sendable {
        /// Newly in the receiver's log at this place, proven against the response's checkpoint.
        case receipted(LogPlace)
        /// Received before: the receipt and the author's proof that were stored then.
        case known(receipt: [UInt8], authorProof: [UInt8])
        /// Not receipted: these blobs are to be put first.
        case blobsMissing([BlobID])
        /// A DSSE envelope over a refusal document; the statement is not in the log.
        case refused([UInt8])
    }

    package init(cosignature: [UInt8], checkpoint: [UInt8], outcomes: [Outcome]) {
        self.cosignature = cosignature
        self.checkpoint = checkpoint
        self.outcomes = outcomes
    }

    package var hasNewReceipt: Bool {
        outcomes.contains { if case .receipted = $0 { true } else { false } }
    }

    /// Frames in order: W, C, then for each statement R, or T P, or M, or X.
    package var wireBytes: [UInt8] {
        var writer = FrameWriter()
        writer.add(.cosignature, cosignature)
        writer.add(.checkpoint, checkpoint)
        for outcome in outcomes {
            switch outcome {
            case .receipted(let place): writer.add(.receipt, place.wireBytes)
            case .known(let receipt, let authorProof):
                writer.add(.receiptText, receipt)
                writer.add(.cosignedProof, authorProof)
            case .blobsMissing(let blobs):
                writer.add(.blobsMissing, blobs.flatMap { $0.digest.bytes })
            case .refused(let envelope): writer.add(.refusal, envelope)
            }
        }
        return writer.bytes
    }

    package init(parsing bytes: [UInt8]) throws(FrameRefusal) {
        guard bytes.count <= DeliveryLimits.requestBytes else {
            throw .deliveryTooLong(limitBytes: DeliveryLimits.requestBytes)
        }
        var reader = FrameReader(bytes)
        cosignature = Array(try reader.next(.cosignature))
        checkpoint = Array(try reader.next(.checkpoint))
        var outcomes: [Outcome] = []
        while !reader.isAtEnd {
            guard outcomes.count < DeliveryLimits.statementCount else {
                throw .tooManyStatements(limit: DeliveryLimits.statementCount)
            }
            outcomes.append(try Self.outcome(from: &reader))
        }
        self.outcomes = outcomes
    }

    private static func outcome(from reader: inout FrameReader) throws(FrameRefusal) -> Outcome {
        let frame = try reader.next()
        switch frame.kind {
        case .receipt:
            guard let place = LogPlace(wireBytes: frame.bytes) else {
                throw .contentMalformed(kind: .receipt)
            }
            return .receipted(place)
        case .receiptText:
            return .known(
                receipt: Array(frame.bytes), authorProof: Array(try reader.next(.cosignedProof)))
        case .blobsMissing:
            guard let blobs = digests(frame.bytes), !blobs.isEmpty else {
                throw .contentMalformed(kind: .blobsMissing)
            }
            return .blobsMissing(blobs.map(BlobID.init))
        case .refusal:
            return .refused(Array(frame.bytes))
        default:
            throw .orderWrong(kind: frame.kind)
        }
    }
}

func digests(_ bytes: ArraySlice<UInt8>) -> [Digest]? {
    guard bytes.count % Digest.byteCount == 0 else { return nil }
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: Digest.byteCount)
        .compactMap { Digest(bytes: bytes[$0..<($0 + Digest.byteCount)]) }
}

private func decimal(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    guard let first = bytes.first, bytes.count == 1 || first != UInt8(ascii: "0"),
        bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return UInt64(String(decoding: bytes, as: UTF8.self))
}
