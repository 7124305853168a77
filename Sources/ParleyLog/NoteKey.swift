import Crypto
import Foundation

/// A public key that signs notes (C2SP signed-note): a name, an algorithm, the key itself.
///
/// Text form, the "vkey": `name+<8 hexadecimal digits of the key id>+<base 64 of type and key>`.
package struct NoteKey: Hashable, Sendable {
    /// The algorithms of signed-note §"Signature types".
    package enum Algorithm: Hashable, Sendable {
        /// `0x01`: over the note's text.
        case ed25519
        /// `0x04`: timestamped cosignature of a checkpoint (tlog-cosignature).
        case ed25519Cosignature
        /// `0x06`: named so that it is recognised; not verified here, and so never counts.
        case mlDSA44Cosignature
        case unknown(UInt8)

        init(type: UInt8) {
            switch type {
            case 0x01: self = .ed25519
            case 0x04: self = .ed25519Cosignature
            case 0x06: self = .mlDSA44Cosignature
            default: self = .unknown(type)
            }
        }

        var type: UInt8 {
            switch self {
            case .ed25519: 0x01
            case .ed25519Cosignature: 0x04
            case .mlDSA44Cosignature: 0x06
            case .unknown(let type): type
            }
        }
    }

    package static let nameLimitBytes = 255
    package static let textLimitBytes = 4096

    package let name: String
    package let algorithm: Algorithm
    package let publicKey: [UInt8]
    /// The first four bytes of SHA-256(name ‖ LF ‖ type ‖ key): a hint which key signed, no identity.
    package let keyID: UInt32

    /// - Throws: ``NoteKeyRefusal`` for a name or key of the wrong form.
    package init(
        name: String, algorithm: Algorithm, publicKey: [UInt8]
    ) throws(NoteKeyRefusal) {
        guard Self.isName(name) else { throw .nameUnfit }
        switch algorithm {
        case .ed25519, .ed25519Cosignature:
            guard publicKey.count == 32 else { throw .keyLengthWrong(publicKey.count) }
        case .mlDSA44Cosignature:
            guard publicKey.count == 1312 else { throw .keyLengthWrong(publicKey.count) }
        case .unknown:
            break
        }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        let digest = Digest(
            hashing: Array(name.utf8) + [0x0a, algorithm.type] + publicKey)
        keyID = digest.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Parses a vkey, recomputing its key id.
    package init(text: String) throws(NoteKeyRefusal) {
        guard text.utf8.count <= Self.textLimitBytes else { throw .textMalformed }
        // The base 64 may hold plus signs of its own: cut at the first two only.
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].utf8.count == 8,
            let idBytes = Hex.decode(parts[1]), let key = Base64.decode(String(parts[2])),
            let type = key.first
        else { throw .textMalformed }
        try self.init(
            name: String(parts[0]), algorithm: Algorithm(type: type),
            publicKey: Array(key.dropFirst()))
        // SPEC log §2: A reader MUST recompute the key id of a verifier key and refuse one that differs.
        guard keyID == idBytes.reduce(0, { $0 << 8 | UInt32($1) }) else { throw .keyIDDiffers }
    }

    package var text: String {
        name + "+" + Hex.encode(keyIDBytes) + "+" + Base64.encode([algorithm.type] + publicKey)
    }

    var keyIDBytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: keyID >> UInt32($0)) }
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= nameLimitBytes
            && !name.unicodeScalars.contains {
                $0 == "+" || $0.properties.isWhitespace || $0.value < 0x20 || $0.value == 0x7f
            }
    }

    /// Whether the signature is this key's over the message; false for algorithms not known here.
    func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch algorithm {
        case .ed25519, .ed25519Cosignature:
            guard
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
            else { return false }
            return key.isValidSignature(Data(signature), for: Data(message))
        case .mlDSA44Cosignature, .unknown:
            return false
        }
    }
}

package enum NoteKeyRefusal: Error, Hashable, Sendable {
    case nameUnfit
    case textMalformed
    case keyLengthWrong(Int)
    case keyIDDiffers

    package var reason: String {
        switch self {
        case .nameUnfit: "key-name-unfit"
        case .textMalformed: "key-text-malformed"
        case .keyLengthWrong: "key-length-wrong"
        case .keyIDDiffers: "key-id-differs"
        }
    }

    package var explanation: String {
        switch self {
        case .nameUnfit:
            "a key's name has 1 to 255 bytes, no space, no plus sign, no control character"
        case .textMalformed: "a verifier key is name+key id+base 64 of type and key"
        case .keyLengthWrong(let count): "\(count) bytes is no length of that kind of key"
        case .keyIDDiffers: "the key id does not fit the name and key"
        }
    }
}

/// A private key that signs notes, with the name it signs under.
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
    package init(name: String, seed: [UInt8], type: Role) throws {
        privateKey = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        key = try NoteKey(
            name: name, algorithm: type == .log ? .ed25519 : .ed25519Cosignature,
            publicKey: Array(privateKey.publicKey.rawRepresentation))
    }

    /// The note of a checkpoint, signed by its log.
    package func note(over checkpoint: Checkpoint) throws -> [UInt8] {
        precondition(key.algorithm == .ed25519, "a log signs with its log key")
        let signature = try privateKey.signature(for: Data(checkpoint.text))
        return checkpoint.text + [0x0a] + Array(line(Array(signature)).utf8)
    }

    /// One cosignature line (tlog-cosignature, `cosignature/v1`).
    package func cosignatureLine(
        over checkpoint: Checkpoint, at time: Timestamp
    ) throws -> String {
        precondition(key.algorithm == .ed25519Cosignature, "a witness signs with its witness key")
        let signature = try privateKey.signature(
            for: Data(Cosignature.message(over: checkpoint.text, at: time)))
        let seconds = UInt64(time.secondsSinceEpoch)
        let timeBytes = (0..<8).map { UInt8(truncatingIfNeeded: seconds >> (56 - 8 * $0)) }
        return line(timeBytes + Array(signature))
    }

    private func line(_ signature: [UInt8]) -> String {
        "\u{2014} \(key.name) \(Base64.encode(key.keyIDBytes + signature))\n"
    }
}
