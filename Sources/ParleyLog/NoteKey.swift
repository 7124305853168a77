import Crypto

/// A public key that signs notes (C2SP signed-note): a name, an algorithm, the key itself.
///
/// Text form, the "vkey": `name+<8 hexadecimal digits of the key id>+<base 64 of type and key>`.
package struct NoteKey: Hashable, Sendable {
    /// The signature types of signed-note. Another cosignature algorithm is added here, in
    /// ``isValid(_:over:)`` and in ``Cosignature``, and nowhere else.
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

        package var type: UInt8 {
            switch self {
            case .ed25519: 0x01
            case .ed25519Cosignature: 0x04
            case .mlDSA44Cosignature: 0x06
            case .unknown(let type): type
            }
        }

        /// False where a signature can be neither believed nor refused here.
        package var isVerifiedHere: Bool { self == .ed25519 || self == .ed25519Cosignature }

        fileprivate var publicKeySizeBytes: Int? {
            switch self {
            case .ed25519, .ed25519Cosignature: 32
            case .mlDSA44Cosignature: 1312
            case .unknown: nil
            }
        }
    }

    package static let nameLimitBytes = 255
    package static let textLimitBytes = 4096

    package let name: String
    package let algorithm: Algorithm
    package let publicKey: [UInt8]
    /// The first four bytes of SHA-256(name ‖ LF ‖ type ‖ key): a hint which key signed, no
    /// identity.
    package let keyID: UInt32

    /// - Throws: ``NoteKeyRefusal`` for a name or key of the wrong form.
    package init(
        name: String, algorithm: Algorithm, publicKey: [UInt8]
    ) throws(NoteKeyRefusal) {
        let digest = Digest(hashing: Array(name.utf8) + [0x0a, algorithm.type] + publicKey)
        try self.init(
            name: name, algorithm: algorithm, publicKey: publicKey, id: digest.bytes.prefix(4))
    }

    private init(
        name: String, algorithm: Algorithm, publicKey: [UInt8], id: some Sequence<UInt8>
    ) throws(NoteKeyRefusal) {
        // SPEC log §2: The name of a log's or cosigner's key MUST be 1 to 255 bytes of UTF-8
        // without white space, control characters below U+0020 and plus signs.
        guard Self.isName(name), name.utf8.count <= Self.nameLimitBytes else { throw .nameUnfit }
        if let size = algorithm.publicKeySizeBytes, publicKey.count != size {
            throw .keyLengthWrong(publicKey.count)
        }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        keyID = id.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Parses a vkey, recomputing its key id.
    package init(text: String) throws(NoteKeyRefusal) {
        guard text.utf8.count <= Self.textLimitBytes else {
            throw .textTooLong(sizeBytes: text.utf8.count, limitBytes: Self.textLimitBytes)
        }
        // The base 64 may hold plus signs of its own: cut at the first two only.
        let parts = text.utf8
            .split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 3, let id = Hex.decode(parts[1]), id.count == 4,
            let key = Base64.decode(parts[2]), let type = key.first
        else { throw .textMalformed }
        let algorithm = Algorithm(type: type)
        let publicKey = Array(key.dropFirst())
        // A type that is unknown here may have its key ids made by another rule, as 0x02 has.
        if case .unknown = algorithm {
            try self.init(name: parts[0], algorithm: algorithm, publicKey: publicKey, id: id)
        } else {
            try self.init(name: parts[0], algorithm: algorithm, publicKey: publicKey)
        }
        // SPEC log §2: A reader MUST recompute the key id of a verifier key of type 0x01, 0x04 or
        // 0x06, and refuse one that differs.
        guard Self.bytes(ofID: keyID) == id else { throw .keyIDDiffers }
    }

    package var text: String {
        let id = Hex.encode(Self.bytes(ofID: keyID))
        return "\(name)+\(id)+\(Base64.encode([algorithm.type] + publicKey))"
    }

    static func bytes(ofID id: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: id >> UInt32($0)) }
    }

    /// What signed-note asks of a name, which sets no limit.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && !name.unicodeScalars.contains {
                $0 == "+" || $0.properties.isWhitespace || $0.value < 0x20
            }
    }

    /// Whether the signature is this key's over the message; false for algorithms not known here.
    func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch algorithm {
        case .ed25519, .ed25519Cosignature:
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
                return false
            }
            return key.isValidSignature(signature, for: message)
        case .mlDSA44Cosignature, .unknown:
            return false
        }
    }
}

/// Why something is not a key for notes.
package enum NoteKeyRefusal: Error, Hashable, Sendable {
    case nameUnfit
    case textTooLong(sizeBytes: Int, limitBytes: Int)
    case textMalformed
    case keyLengthWrong(Int)
    case keyIDDiffers
    case seedLengthWrong(Int)

    package var reason: String {
        switch self {
        case .nameUnfit: "key-name-unfit"
        case .textTooLong: "key-text-too-long"
        case .textMalformed: "key-text-malformed"
        case .keyLengthWrong: "key-length-wrong"
        case .keyIDDiffers: "key-id-differs"
        case .seedLengthWrong: "seed-length-wrong"
        }
    }

    package var explanation: String {
        switch self {
        case .nameUnfit:
            "a key's name has 1 to 255 bytes, no space, no plus sign, no control character"
        case .textTooLong(let size, let limit):
            "the verifier key is \(size) bytes; it may have \(limit)"
        case .textMalformed: "a verifier key is name+key id+base 64 of type and key"
        case .keyLengthWrong(let count): "\(count) bytes is no length of that kind of key"
        case .keyIDDiffers: "the key id does not fit the name and key"
        case .seedLengthWrong(let count): "a private key is 32 bytes, not \(count)"
        }
    }
}
