package import ParleyLog
import ParleyStatements

/// Two checkpoints that one log has signed and that cannot both be true: what a third person needs
/// to see that it has shown two histories, and nothing besides the log's key.
///
/// Canonical JSON: `parley`; `log`, the verifier key; `first` and `second`, two notes in base 64,
/// the first of no more entries than the second; `root`, the root that the second tree has at the
/// size of the first; `proof`, the consistency proof from that root to the second.
///
/// - SeeAlso: `Spec/log.md` §7.
package struct ForkProof: Hashable, Sendable {
    package static let version = "fork/1"
    package static let sizeLimitBytes = 256 * 1024

    /// The verifier key that both notes are signed with.
    package let log: NoteKey
    package let first: [UInt8]
    package let second: [UInt8]
    package let root: Digest
    package let proof: [Digest]

    /// Names it: the SHA-256 of its file.
    package var digest: Digest { Digest(hashing: fileBytes) }

    package var fileBytes: [UInt8] {
        JSONValue.object([
            "parley": .string(Self.version),
            "log": .string(log.text),
            "first": .string(Base64.encode(first)),
            "second": .string(Base64.encode(second)),
            "root": .string(Base64.encode(root.bytes)),
            "proof": .array(proof.map { .string(Base64.encode($0.bytes)) }),
        ]).canonicalBytes
    }

    /// What a witness can show for its refusal: the request against what it has cosigned before.
    ///
    /// - Returns: nil where the request proves nothing: a wrong consistency proof alone may come
    ///   from anybody, and one from a size that is a power of two does not name the first root.
    package init?(
        log: NoteKey, cosigned: VerifiedCheckpoint, contradictedBy request: AddCheckpointRequest
    ) {
        let checkpoint = request.checkpoint
        guard request.oldSize == cosigned.size else { return nil }
        var root = checkpoint.root
        if cosigned.size != checkpoint.size {
            do throws(ProofRefusal) {
                try Merkle.checkConsistency(
                    from: cosigned.size, root: cosigned.root, to: checkpoint.size,
                    root: checkpoint.root, proof: request.proof)
                return nil
            } catch {
                guard case .rootDiffers(let computed, cosigned.root) = error else { return nil }
                root = computed
            }
        }
        self.init(
            log: log, first: cosigned.note(keeping: [log]),
            second: checkpoint.note(keeping: [log]), root: root, proof: request.proof)
        guard (try? check()) != nil else { return nil }
    }

    private init(
        log: NoteKey, first: [UInt8], second: [UInt8], root: Digest, proof: [Digest]
    ) {
        self.log = log
        self.first = first
        self.second = second
        self.root = root
        self.proof = proof
    }

    /// Reads a proof and checks it, under the key that it names itself: whose key that is, the
    /// caller asks.
    package init(checking bytes: [UInt8]) throws(ForkProofRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            // SPEC log §7: A reader MUST refuse a proof of a fork that is not canonical JSON of at
            // most 262144 bytes.
            value = try JSONValue(parsingCanonical: bytes, limitBytes: Self.sizeLimitBytes)
        } catch {
            throw .malformed(reason: error.reason, explanation: error.explanation)
        }
        do throws(FieldRefusal) {
            self = try JSONFields.reading(value, Self.read)
        } catch {
            throw .malformed(reason: error.reason, explanation: error.explanation)
        }
        try check()
    }

    private static func read(_ reader: inout JSONFields) throws(FieldRefusal) -> ForkProof {
        _ = try reader.parsed("parley", version) { $0 == version ? true : nil }
        return ForkProof(
            log: try reader.parsed("log", "a log's verifier key") { text in
                (try? NoteKey(text: text)).flatMap { $0.algorithm == .ed25519 ? $0 : nil }
            },
            first: try reader.parsed("first", "base 64", Base64.decode),
            second: try reader.parsed("second", "base 64", Base64.decode),
            root: try reader.parsed("root", "a hash", Self.hash),
            proof: try reader.array("proof") { value throws(FieldRefusal) in
                guard case .string(let text) = value, let hash = Self.hash(text) else {
                    throw FieldRefusal(.wrongValue("a hash"))
                }
                return hash
            })
    }

    private static func hash(_ text: String) -> Digest? {
        Base64.decode(text).flatMap { Digest(bytes: $0) }
    }

    /// Both notes, verified; they contradict one another.
    @discardableResult
    private func check() throws(ForkProofRefusal) -> (VerifiedCheckpoint, VerifiedCheckpoint) {
        let (one, other): (VerifiedCheckpoint, VerifiedCheckpoint)
        do throws(CheckpointRefusal) {
            // SPEC log §7: Both notes of a proof of a fork MUST be checkpoints that the key in log
            // has signed.
            one = try UnverifiedCheckpoint(note: first).verify(logKey: log)
            other = try UnverifiedCheckpoint(note: second).verify(logKey: log)
        } catch {
            throw .noteNotSigned(reason: error.reason, explanation: error.explanation)
        }
        // SPEC log §7: The root in a proof of a fork MUST be another than the first checkpoint's.
        guard root != one.root else { throw .rootsAgree(size: one.size) }
        do throws(ProofRefusal) {
            // SPEC log §7: The proof in a proof of a fork MUST lead from root, at the first
            // checkpoint's size, to the second checkpoint.
            try Merkle.checkConsistency(
                from: one.size, root: root, to: other.size, root: other.root, proof: proof)
        } catch {
            throw .proofWrong(error)
        }
        return (one, other)
    }

    /// The sizes and roots that the log has signed: (smaller or equal, larger).
    package func checkpoints() throws(ForkProofRefusal) -> (
        first: VerifiedCheckpoint, second: VerifiedCheckpoint
    ) {
        let pair = try check()
        return (pair.0, pair.1)
    }
}

/// Why something does not prove a fork.
package enum ForkProofRefusal: Error, Hashable, Sendable {
    case malformed(reason: String, explanation: String)
    case noteNotSigned(reason: String, explanation: String)
    case rootsAgree(size: TreeSize)
    case proofWrong(ProofRefusal)

    package var reason: String {
        switch self {
        case .malformed(let reason, _), .noteNotSigned(let reason, _): reason
        case .rootsAgree: "roots-agree"
        case .proofWrong(let refusal): refusal.reason
        }
    }

    package var explanation: String {
        switch self {
        case .malformed(_, let explanation), .noteNotSigned(_, let explanation): explanation
        case .rootsAgree(let size):
            "both histories have the same root at \(size.entryCount) entries"
        case .proofWrong(let refusal): refusal.explanation
        }
    }
}
