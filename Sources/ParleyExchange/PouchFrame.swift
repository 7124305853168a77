package import ParleyLog
package import ParleyStatements

/// The frames that a part of a pouch holds under its seal: a kind byte, a big-endian 32-bit length,
/// that many bytes.
///
/// - SeeAlso: `Spec/pouch.md` §4.
package enum PouchFrame {
    package enum Kind: UInt8, Hashable, Sendable {
        case growth = 0x4c  // L
        case leafHashes = 0x48  // H
        case answered = 0x41  // A
        case receiptText = 0x54  // T
        case authorProof = 0x50  // P
        case refusal = 0x58  // X
        case guide = 0x47  // G
        case piece = 0x4f  // O
        case data = 0x44  // D
        case delivery = 0x59  // Y

        /// The most bytes a frame of this kind may hold.
        package var limitBytes: Int {
            switch self {
            case .growth: 16 + 63 * Digest.byteCount
            case .leafHashes, .receiptText, .authorProof, .refusal, .guide: 64 * 1024
            case .answered: Digest.byteCount
            case .piece: Digest.byteCount + 24
            case .data: 256 * 1024
            case .delivery: DeliveryLimits.requestBytes
            }
        }
    }

    package static let headBytes = 5

    package static func bytes(_ kind: Kind, _ content: [UInt8]) -> [UInt8] {
        precondition(content.count <= kind.limitBytes, "our own frames keep the limits we state")
        return [kind.rawValue] + bigEndian(UInt64(content.count), byteCount: 4) + content
    }
}

/// How a sender's log has grown: the sizes, and the edge of the smaller tree.
package struct PouchGrowth: Hashable, Sendable {
    /// What the receiver is known to have cosigned.
    package let base: TreeSize
    package let size: TreeSize
    /// The roots of the complete subtrees at `base`, from left to right.
    package let edge: [Digest]

    package init(base: TreeSize, size: TreeSize, edge: [Digest]) {
        self.base = base
        self.size = size
        self.edge = edge
    }

    package var frame: [UInt8] {
        PouchFrame.bytes(
            .growth,
            bigEndian(base.entryCount, byteCount: 8) + bigEndian(size.entryCount, byteCount: 8)
                + edge.flatMap(\.bytes))
    }

    init?(content: ArraySlice<UInt8>) {
        guard content.count >= 16, let edge = digests(content.dropFirst(16)) else { return nil }
        base = TreeSize(number(bigEndian: content.prefix(8)))
        size = TreeSize(number(bigEndian: content.dropFirst(8).prefix(8)))
        guard base <= size, size.entryCount < 1 << 63,
            edge.count == base.entryCount.nonzeroBitCount
        else { return nil }
        self.edge = edge
    }
}

/// Where a run of a blob's bytes belongs.
package struct PouchPiece: Hashable, Sendable {
    package let blob: BlobID
    /// Size of the whole blob.
    package let sizeBytes: UInt64
    package let offset: UInt64
    package let length: UInt64

    package init(blob: BlobID, sizeBytes: UInt64, offset: UInt64, length: UInt64) {
        self.blob = blob
        self.sizeBytes = sizeBytes
        self.offset = offset
        self.length = length
    }

    package var end: UInt64 { offset + length }

    package var frame: [UInt8] {
        PouchFrame.bytes(
            .piece,
            blob.digest.bytes + bigEndian(sizeBytes, byteCount: 8)
                + bigEndian(offset, byteCount: 8) + bigEndian(length, byteCount: 8))
    }

    init(content: ArraySlice<UInt8>) throws(PouchRefusal) {
        guard content.count == PouchFrame.Kind.piece.limitBytes,
            let digest = Digest(bytes: content.prefix(Digest.byteCount))
        else { throw .contentMalformed(kind: .piece) }
        let numbers = content.dropFirst(Digest.byteCount)
        blob = BlobID(digest)
        sizeBytes = number(bigEndian: numbers.prefix(8))
        offset = number(bigEndian: numbers.dropFirst(8).prefix(8))
        length = number(bigEndian: numbers.dropFirst(16))
        // SPEC pouch §4: A piece MUST hold at least one byte and end within its blob.
        guard length > 0, offset <= sizeBytes, length <= sizeBytes - offset else {
            throw .pieceOutsideBlob(blob)
        }
    }
}

/// What a receiver says of one statement that came in an earlier pouch.
package struct PouchAnswer: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// The receipt and the author's proof, as the receiver stored them.
        case receipted(receipt: [UInt8], authorProof: [UInt8])
        /// The DSSE envelope of a refusal.
        case refused([UInt8])
    }

    package let statement: StatementID
    package let outcome: Outcome

    package init(statement: StatementID, outcome: Outcome) {
        self.statement = statement
        self.outcome = outcome
    }

    package var frames: [UInt8] {
        let head = PouchFrame.bytes(.answered, statement.digest.bytes)
        switch outcome {
        case .receipted(let receipt, let authorProof):
            return head + PouchFrame.bytes(.receiptText, receipt)
                + PouchFrame.bytes(.authorProof, authorProof)
        case .refused(let envelope):
            return head + PouchFrame.bytes(.refusal, envelope)
        }
    }
}
