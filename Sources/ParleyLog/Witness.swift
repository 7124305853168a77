/// A request to cosign a checkpoint (C2SP tlog-witness `add-checkpoint`), its note verified.
package struct AddCheckpointRequest: Hashable, Sendable {
    package static let sizeLimitBytes = 128 * 1024

    /// The size that the log believes the witness to have cosigned last.
    package let oldSize: TreeSize
    package let proof: [Digest]
    package let checkpoint: VerifiedCheckpoint

    /// The request's body: `old`, the consistency proof, an empty line, the note.
    package static func body(oldSize: TreeSize, proof: [Digest], note: [UInt8]) -> [UInt8] {
        let lines = ["old \(oldSize.entryCount)"] + proof.map { Base64.encode($0.bytes) }
        return ProofText.bytes(lines: lines, note: note)
    }

    /// The same checkpoint as the growth from another size.
    ///
    /// - Throws: ``WitnessRefusal/malformed`` when `bytes` are not a request's body.
    package static func body(
        _ bytes: [UInt8], beginningAt oldSize: TreeSize, proof: [Digest]
    ) throws(WitnessRefusal) -> [UInt8] {
        guard let text = ProofText(bytes) else { throw .malformed }
        return body(oldSize: oldSize, proof: proof, note: text.note)
    }

    /// - Throws: ``WitnessRefusal`` with the status that tlog-witness gives each reason.
    package init(parsing bytes: [UInt8], logKey: NoteKey) throws(WitnessRefusal) {
        // SPEC log §7: A witness MUST answer 400 to a body of more than 131072 bytes.
        guard bytes.count <= Self.sizeLimitBytes else {
            throw .tooLong(sizeBytes: bytes.count, limitBytes: Self.sizeLimitBytes)
        }
        // SPEC log §7: A witness MUST answer 400 to a body that is not `old` and a size, the hashes
        // of a proof, an empty line, and a checkpoint note.
        guard let text = ProofText(bytes) else { throw .malformed }
        do throws(ProofTextRefusal) {
            oldSize = TreeSize(try ProofText.number(in: text.lines.first, after: "old"))
            proof = try ProofText.hashes(text.lines.dropFirst())
        } catch {
            throw .text(error)
        }
        do throws(CheckpointRefusal) {
            checkpoint = try UnverifiedCheckpoint(note: text.note).verify(logKey: logKey)
        } catch {
            throw WitnessRefusal(error)
        }
        // SPEC log §7: A witness MUST answer 400 to an old size above the size of the checkpoint.
        guard oldSize <= checkpoint.size else {
            throw .oldSizeAboveNew(old: oldSize, new: checkpoint.size)
        }
    }
}

/// What a witness does with a request, given what it has cosigned before: a decision, no deed.
package enum WitnessDecision: Hashable, Sendable {
    case cosign(VerifiedCheckpoint)
    /// The log is to try again from the size that the witness last cosigned.
    case conflict(known: TreeSize)
    case refused(WitnessRefusal)

    /// The HTTP status of tlog-witness for it.
    package var status: Int {
        switch self {
        case .cosign: 200
        case .conflict: 409
        case .refused(let refusal): refusal.status
        }
    }

    /// The caller compares and persists in one step, before the cosignature leaves.
    package static func decide(
        stored: VerifiedCheckpoint?, request: AddCheckpointRequest
    ) -> WitnessDecision {
        let checkpoint = request.checkpoint
        precondition(
            stored.map { $0.origin.isSpelled(checkpoint.origin) } ?? true,
            "what a witness remembers is kept by origin")
        let known = stored?.size ?? TreeSize(0)
        // SPEC log §7: A witness MUST answer 409 with the size it has cosigned last, 0 before the
        // first, when the old size is another.
        guard request.oldSize == known else { return .conflict(known: known) }
        // SPEC log §7: A witness MUST answer 422 to another root at the size it has cosigned last.
        if let stored, stored.size == checkpoint.size, stored.root != checkpoint.root {
            return .refused(.rootContradicts(size: checkpoint.size))
        }
        do throws(ProofRefusal) {
            // SPEC log §7: A witness MUST answer 422 to a consistency proof that does not hold, and
            // to a checkpoint of size 0 with another root than that of the empty tree.
            try Merkle.checkConsistency(
                from: known, root: stored?.root ?? Merkle.emptyRoot, to: checkpoint.size,
                root: checkpoint.root, proof: request.proof)
        } catch {
            return .refused(.proofWrong(error))
        }
        return .cosign(checkpoint)
    }
}

/// Why a witness does not cosign.
package enum WitnessRefusal: Error, Hashable, Sendable {
    case tooLong(sizeBytes: Int, limitBytes: Int)
    case malformed
    case text(ProofTextRefusal)
    case checkpointMalformed(CheckpointRefusal)
    case oldSizeAboveNew(old: TreeSize, new: TreeSize)
    case originUnknown(String)
    case notSigned(CheckpointRefusal)
    case rootContradicts(size: TreeSize)
    case proofWrong(ProofRefusal)

    fileprivate init(_ refusal: CheckpointRefusal) {
        switch refusal {
        // SPEC log §7: A witness MUST answer 404 to a checkpoint of a log it does not know.
        case .originDiffers(let stated, _): self = .originUnknown(stated)
        // SPEC log §7: A witness MUST answer 403 to a checkpoint without a line by the log's key,
        // or with such a line that does not verify.
        case .note(.signatureWrong), .note(.notSignedByKnownKey): self = .notSigned(refusal)
        default: self = .checkpointMalformed(refusal)
        }
    }

    /// The HTTP status of tlog-witness for it.
    package var status: Int {
        switch self {
        case .tooLong, .malformed, .text, .checkpointMalformed, .oldSizeAboveNew: 400
        case .originUnknown: 404
        case .notSigned: 403
        case .rootContradicts, .proofWrong: 422
        }
    }

    package var reason: String {
        switch self {
        case .tooLong: "add-checkpoint-too-long"
        case .malformed: "add-checkpoint-malformed"
        case .text(let refusal): refusal.reason
        case .checkpointMalformed(let refusal): refusal.reason
        case .oldSizeAboveNew: "old-size-above-new"
        case .originUnknown: "origin-unknown"
        case .notSigned(let refusal): refusal.reason
        case .rootContradicts: "root-contradicts"
        case .proofWrong(let refusal): refusal.reason
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong(let size, let limit): "the body is \(size) bytes; it may have \(limit)"
        case .malformed: "the body is not an old size, a proof, an empty line and a checkpoint"
        case .text(let refusal): refusal.explanation
        case .checkpointMalformed(let refusal): refusal.explanation
        case .oldSizeAboveNew(let old, let new):
            "the old size \(old.entryCount) is above the checkpoint's size \(new.entryCount)"
        case .originUnknown(let origin): "no log named \(origin) is known here"
        case .notSigned(let refusal): refusal.explanation
        case .rootContradicts(let size):
            "another root at \(size.entryCount) entries was cosigned before"
        case .proofWrong(let refusal): refusal.explanation
        }
    }
}
