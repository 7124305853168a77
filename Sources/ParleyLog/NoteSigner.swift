import Crypto

/// A private key that signs checkpoints, with the name it signs under.
package struct NoteSigner: Sendable {
    package enum Role: Sendable {
        /// A log's own signature over its checkpoints (type 0x01).
        case log
        /// Timestamped cosignatures over checkpoints (type 0x04).
        case cosigner
    }

    package let key: NoteKey
    private let privateKey: Curve25519.Signing.PrivateKey

    /// - Parameter seed: 32 bytes, an Ed25519 private key (RFC 8032 §5.1.5).
    package init(name: String, seed: [UInt8], type: Role) throws(NoteKeyRefusal) {
        do {
            privateKey = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw .seedLengthWrong(seed.count)
        }
        key = try NoteKey(
            name: name, algorithm: type == .log ? .ed25519 : .ed25519Cosignature,
            publicKey: Array(privateKey.publicKey.rawRepresentation))
    }

    /// The note of a checkpoint, signed by its log.
    package func note(over checkpoint: Checkpoint) throws -> [UInt8] {
        precondition(key.algorithm == .ed25519, "a log signs with its log key")
        precondition(checkpoint.origin.isSpelled(key.name), "a log signs its own checkpoints")
        // SPEC log §5: A log MUST write no extension lines.
        precondition(checkpoint.extensions.isEmpty, "a log writes no extension lines")
        let signature = try privateKey.signature(for: checkpoint.text)
        return checkpoint.text + [0x0a] + Array(line(Array(signature)).utf8)
    }

    /// One cosignature line (tlog-cosignature, `cosignature/v1`).
    package func cosignatureLine(
        over checkpoint: Checkpoint, at time: Timestamp
    ) throws -> String {
        precondition(key.algorithm == .ed25519Cosignature, "a witness signs with its witness key")
        let signature = try privateKey.signature(
            for: Cosignature.message(over: checkpoint.text, at: time))
        let seconds = UInt64(time.secondsSinceEpoch)
        let timeBytes = (0..<8).map { UInt8(truncatingIfNeeded: seconds >> UInt64(56 - 8 * $0)) }
        return line(timeBytes + Array(signature))
    }

    private func line(_ signature: [UInt8]) -> String {
        SignedNote.Signature(keyName: key.name, keyID: key.keyID, bytes: signature).line
    }
}
