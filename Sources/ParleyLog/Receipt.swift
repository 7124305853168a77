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
        // SPEC receipt §2: A node MUST NOT write an `extra` line.
        let lines =
            [Self.header, "index \(index.position)"] + proof.map { Base64.encode($0.bytes) }
        return ProofText.bytes(lines: lines, note: checkpointNote)
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
        // SPEC receipt §2: A reader MUST refuse a receipt of more than 131072 bytes.
        guard bytes.count <= Self.sizeLimitBytes else {
            throw .tooLong(sizeBytes: bytes.count, limitBytes: Self.sizeLimitBytes)
        }
        // SPEC receipt §2: A receipt MUST be lines of UTF-8, an empty line, and a checkpoint note.
        guard let text = ProofText(bytes) else { throw .malformed }
        var lines = text.lines[...]
        // SPEC receipt §2: The first line of a receipt MUST be `c2sp.org/tlog-proof@v1`.
        guard let first = lines.popFirst(), first.isSpelled(Receipt.header) else {
            throw .headerWrong
        }
        if let text = lines.first?.text(after: "extra") {
            lines.removeFirst()
            // SPEC receipt §2: What follows `extra` in a second line MUST be base 64.
            guard let extra = Base64.decode(text) else { throw .extraMalformed }
            self.extra = extra
        } else {
            extra = nil
        }
        do throws(ProofTextRefusal) {
            // SPEC receipt §2: The next line MUST be `index` and the index of the entry, counted
            // from 0.
            index = EntryIndex(try ProofText.number(in: lines.popFirst(), after: "index"))
            // SPEC receipt §2: Every further line before the empty line MUST be one hash of the
            // inclusion proof, from the leaf's sibling upward.
            proof = try ProofText.hashes(lines)
        } catch {
            throw .text(error)
        }
        checkpointNote = text.note
    }

    /// Checks everything: the log's signature, known cosigners' lines, and the entry's place.
    ///
    /// How many cosigners are enough, and whose, is for the caller to say.
    package func verify(
        entry: Digest, logKey: NoteKey, cosigners: [NoteKey]
    ) throws(ReceiptRefusal) -> VerifiedReceipt {
        try verify(leafHash: Merkle.leafHash(of: entry), logKey: logKey, cosigners: cosigners)
    }

    /// The same for a log whose entries are not statement ids.
    package func verify(
        leafHash: Digest, logKey: NoteKey, cosigners: [NoteKey]
    ) throws(ReceiptRefusal) -> VerifiedReceipt {
        let cosigned: CosignedCheckpoint
        do throws(CheckpointRefusal) {
            // SPEC receipt §3: A verifier MUST check the receipt's note as a checkpoint of the
            // expected log, and its lines by known cosigners.
            cosigned = try UnverifiedCheckpoint(note: checkpointNote).verify(logKey: logKey)
                .cosigned(by: cosigners)
        } catch {
            throw .checkpoint(error)
        }
        return try verify(leafHash: leafHash, under: cosigned)
    }

    /// Checks the entry's place alone, under a checkpoint whose signatures were verified before:
    /// for many receipts with one note.
    package func verify(
        entry: Digest, under cosigned: CosignedCheckpoint
    ) throws(ReceiptRefusal) -> VerifiedReceipt {
        try verify(leafHash: Merkle.leafHash(of: entry), under: cosigned)
    }

    private func verify(
        leafHash: Digest, under cosigned: CosignedCheckpoint
    ) throws(ReceiptRefusal) -> VerifiedReceipt {
        let checkpoint = cosigned.checkpoint
        // SPEC receipt §3: A verifier that has verified one note for several receipts MUST refuse a
        // receipt whose note is not byte for byte that one.
        guard checkpointNote == checkpoint.note else { throw .noteDiffers }
        do throws(ProofRefusal) {
            // SPEC receipt §3: A verifier MUST check the inclusion proof of the entry it asks
            // about, at the receipt's index, against the checkpoint's size and root.
            try Merkle.checkInclusion(
                of: leafHash, at: index, in: checkpoint.size, root: checkpoint.root, proof: proof)
        } catch {
            throw .proof(error)
        }
        return VerifiedReceipt(
            index: index, checkpoint: checkpoint, cosignatures: cosigned.cosignatures)
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

/// Why a receipt does not show what it claims.
package enum ReceiptRefusal: Error, Hashable, Sendable {
    case tooLong(sizeBytes: Int, limitBytes: Int)
    case malformed
    case headerWrong
    case extraMalformed
    case text(ProofTextRefusal)
    case checkpoint(CheckpointRefusal)
    case noteDiffers
    case proof(ProofRefusal)

    package var reason: String {
        switch self {
        case .tooLong: "receipt-too-long"
        case .malformed: "receipt-malformed"
        case .headerWrong: "receipt-header-wrong"
        case .extraMalformed: "receipt-extra-malformed"
        case .text(let refusal): refusal.reason
        case .checkpoint(let refusal): refusal.reason
        case .noteDiffers: "receipt-note-differs"
        case .proof(let refusal): refusal.reason
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong(let size, let limit): "the receipt is \(size) bytes; it may have \(limit)"
        case .malformed: "the receipt is not lines of text, an empty line and a checkpoint"
        case .headerWrong: "a receipt begins with the line \(Receipt.header)"
        case .extraMalformed: "what the receipt has after the word extra is not base 64"
        case .text(let refusal): refusal.explanation
        case .checkpoint(let refusal): refusal.explanation
        case .noteDiffers: "the receipt's checkpoint note is not the one it is checked under"
        case .proof(let refusal): refusal.explanation
        }
    }
}
