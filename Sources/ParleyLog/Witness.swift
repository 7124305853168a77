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
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + note
    }

    /// - Throws: ``WitnessRefusal`` with the status that tlog-witness gives each reason.
    package init(parsing bytes: [UInt8], logKey: NoteKey) throws(WitnessRefusal) {
        guard bytes.count <= Self.sizeLimitBytes else { throw .malformed }
        let parts = Self.split(bytes)
        guard let (head, note) = parts else { throw .malformed }
        var lines = head.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard let first = lines.popFirst(), first.hasPrefix("old "),
            let size = decimal(first.dropFirst(4)), lines.count <= Merkle.proofLimit
        else { throw .malformed }
        var proof: [Digest] = []
        for line in lines {
            guard let bytes = Base64.decode(String(line)), let hash = Digest(bytes: bytes) else {
                throw .malformed
            }
            proof.append(hash)
        }
        let checkpoint: VerifiedCheckpoint
        do throws(CheckpointRefusal) {
            checkpoint = try UnverifiedCheckpoint(note: note).verify(logKey: logKey)
        } catch {
            switch error {
            case .originDiffers(let stated, _): throw .originUnknown(stated)
            case .note(.signatureWrong), .note(.notSignedByKnownKey): throw .notSigned(error)
            default: throw .malformed
            }
        }
        oldSize = TreeSize(size)
        self.proof = proof
        self.checkpoint = checkpoint
        // SPEC log §7: A witness MUST answer 400 to an old size above the size of the checkpoint.
        guard oldSize <= checkpoint.size else { throw .malformed }
    }

    private static func split(_ bytes: [UInt8]) -> (head: String, note: [UInt8])? {
        var place = 0
        while place + 1 < bytes.count {
            if bytes[place] == 0x0a, bytes[place + 1] == 0x0a {
                guard let head = String(validating: bytes[..<place], as: UTF8.self) else {
                    return nil
                }
                return (head, Array(bytes[(place + 2)...]))
            }
            place += 1
        }
        return nil
    }
}

/// What a witness does with a request, given what it has cosigned before: a decision, no deed.
package enum WitnessDecision: Hashable, Sendable {
    case cosign(VerifiedCheckpoint)
    /// The log is to try again from the size that the witness last cosigned.
    case conflict(known: TreeSize)
    case refused(WitnessRefusal)

    /// The caller compares and persists in one step, before the cosignature leaves.
    package static func decide(
        stored: VerifiedCheckpoint?, request: AddCheckpointRequest
    ) -> WitnessDecision {
        let known = stored?.size ?? TreeSize(0)
        // SPEC log §7: A witness MUST answer 409 with its own size when the old size is not the one it has cosigned last.
        guard request.oldSize == known else { return .conflict(known: known) }
        let checkpoint = request.checkpoint
        if let stored, stored.size == checkpoint.size {
            // SPEC log §7: A witness MUST NOT cosign two roots at one size.
            guard stored.root == checkpoint.root else {
                return .refused(.rootContradicts(size: checkpoint.size))
            }
        }
        do throws(ProofRefusal) {
            try Merkle.checkConsistency(
                from: known, root: stored?.root ?? Merkle.emptyRoot, to: checkpoint.size,
                root: checkpoint.root, proof: request.proof)
        } catch {
            return .refused(.proofWrong(error))
        }
        return .cosign(checkpoint)
    }
}

package enum WitnessRefusal: Error, Hashable, Sendable {
    case malformed
    case originUnknown(String)
    case notSigned(CheckpointRefusal)
    case rootContradicts(size: TreeSize)
    case proofWrong(ProofRefusal)

    /// The HTTP status of tlog-witness for it.
    package var status: Int {
        switch self {
        case .malformed: 400
        case .originUnknown: 404
        case .notSigned: 403
        case .rootContradicts, .proofWrong: 422
        }
    }

    package var reason: String {
        switch self {
        case .malformed: "add-checkpoint-malformed"
        case .originUnknown: "origin-unknown"
        case .notSigned(let refusal): refusal.reason
        case .rootContradicts: "root-contradicts"
        case .proofWrong(let refusal): refusal.reason
        }
    }

    package var explanation: String {
        switch self {
        case .malformed: "the body is not an old size, a proof, an empty line and a checkpoint"
        case .originUnknown(let origin): "no log named \(origin) is known here"
        case .notSigned(let refusal): refusal.explanation
        case .rootContradicts(let size):
            "another root at \(size.entryCount) entries was cosigned before"
        case .proofWrong(let refusal): refusal.explanation
        }
    }
}
