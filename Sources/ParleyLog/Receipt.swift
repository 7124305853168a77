/// A C2SP tlog-proof: a place in a log, the hashes that prove it, and the signed checkpoint.
package struct Receipt: Hashable, Sendable {
    package static let header = "c2sp.org/tlog-proof@v1"

    package let index: EntryIndex
    package let proof: [Digest]
    package let checkpointNote: [UInt8]

    package init(index: EntryIndex, proof: [Digest], checkpointNote: [UInt8]) {
        self.index = index
        self.proof = proof
        self.checkpointNote = checkpointNote
    }

    package var text: [UInt8] {
        var lines = [Self.header, "index \(index.position)"]
        lines += proof.map { Base64.encode($0.bytes) }
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + checkpointNote
    }
}

/// A tlog-proof as it came from somebody.
package struct UnverifiedReceipt: Hashable, Sendable {
    package static let sizeLimitBytes = 128 * 1024

    package let index: EntryIndex
    package let proof: [Digest]
    package let checkpointNote: [UInt8]
    /// Not covered by any signature; kept because the format has it.
    package let extra: [UInt8]?

    package init(parsing bytes: [UInt8]) throws(ReceiptRefusal) {
        // SPEC receipt §2: A reader MUST refuse a receipt of more than 128 KiB.
        guard bytes.count <= Self.sizeLimitBytes else {
            throw .tooLong(sizeBytes: bytes.count, limitBytes: Self.sizeLimitBytes)
        }
        guard let cut = Self.firstEmptyLine(bytes),
            let head = String(validating: bytes[..<cut], as: UTF8.self)
        else { throw .malformed }
        var lines = head.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }[...]
        guard lines.popFirst() == Receipt.header else { throw .headerWrong }
        if let line = lines.first, line.hasPrefix("extra ") {
            lines.removeFirst()
            guard let extra = Base64.decode(String(line.dropFirst(6))) else { throw .malformed }
            self.extra = extra
        } else {
            extra = nil
        }
        guard let line = lines.popFirst(), line.hasPrefix("index "),
            let position = decimal(line.dropFirst(6))
        else { throw .indexMalformed }
        index = EntryIndex(position)
        guard lines.count <= Merkle.proofLimit else {
            throw .proof(.proofTooLong(count: lines.count))
        }
        var proof: [Digest] = []
        for line in lines {
            guard let bytes = Base64.decode(line), let hash = Digest(bytes: bytes) else {
                throw .hashMalformed
            }
            proof.append(hash)
        }
        self.proof = proof
        checkpointNote = Array(bytes[(cut + 2)...])
    }

    /// The place of the line feed before the first empty line.
    private static func firstEmptyLine(_ bytes: [UInt8]) -> Int? {
        var place = 0
        while place + 1 < bytes.count {
            if bytes[place] == 0x0a, bytes[place + 1] == 0x0a { return place }
            place += 1
        }
        return nil
    }

    /// Checks everything: the log's signature, known cosigners' lines, and the entry's place.
    ///
    /// How many cosigners are enough, and whose, is for the caller to say.
    package func verify(
        entry: Digest, logKey: NoteKey, cosigners: [NoteKey]
    ) throws(ReceiptRefusal) -> VerifiedReceipt {
        let checkpoint: VerifiedCheckpoint
        let cosignatures: [Cosignature]
        do throws(CheckpointRefusal) {
            checkpoint = try UnverifiedCheckpoint(note: checkpointNote).verify(logKey: logKey)
            cosignatures = try checkpoint.cosignatures(by: cosigners)
        } catch {
            throw .checkpoint(error)
        }
        do throws(ProofRefusal) {
            try Merkle.checkInclusion(
                of: Merkle.leafHash(of: entry), at: index, in: checkpoint.size,
                root: checkpoint.root, proof: proof)
        } catch {
            throw .proof(error)
        }
        return VerifiedReceipt(
            index: index, checkpoint: checkpoint, cosignatures: cosignatures)
    }
}

/// A receipt whose signatures and proof hold.
package struct VerifiedReceipt: Hashable, Sendable {
    package let index: EntryIndex
    package let checkpoint: VerifiedCheckpoint
    package let cosignatures: [Cosignature]

    fileprivate init(
        index: EntryIndex, checkpoint: VerifiedCheckpoint, cosignatures: [Cosignature]
    ) {
        self.index = index
        self.checkpoint = checkpoint
        self.cosignatures = cosignatures
    }
}

package enum ReceiptRefusal: Error, Hashable, Sendable {
    case tooLong(sizeBytes: Int, limitBytes: Int)
    case malformed
    case headerWrong
    case indexMalformed
    case hashMalformed
    case checkpoint(CheckpointRefusal)
    case proof(ProofRefusal)

    package var reason: String {
        switch self {
        case .tooLong: "receipt-too-long"
        case .malformed: "receipt-malformed"
        case .headerWrong: "receipt-header-wrong"
        case .indexMalformed: "receipt-index-malformed"
        case .hashMalformed: "receipt-hash-malformed"
        case .checkpoint(let refusal): refusal.reason
        case .proof(let refusal): refusal.reason
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong(let size, let limit): "the receipt is \(size) bytes; it may have \(limit)"
        case .malformed: "the receipt is not a proof, an empty line and a checkpoint"
        case .headerWrong: "a receipt begins with the line \(Receipt.header)"
        case .indexMalformed: "the line index is missing or no decimal number"
        case .hashMalformed: "a line of the proof is not the base 64 of 32 bytes"
        case .checkpoint(let refusal): refusal.explanation
        case .proof(let refusal): refusal.explanation
        }
    }
}
