import Crypto
import ParleyLog

/// A public key that the auditor judges signature lines by (C2SP signed-note).
///
/// Text form: `name+<8 hexadecimal digits of the key id>+<base 64 of the type byte and the key>`.
package struct VerifierKey: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `0x01`, Ed25519 over the text: a log's own signature.
        case log
        /// `0x04`, Ed25519 over the text with a time: a cosigner's.
        case cosigner
        /// Another type; its lines are neither good nor bad here.
        case notVerifiable
    }

    package static let textLimitBytes = 4096
    static let nameLimitBytes = 255

    /// As it came.
    package let text: String
    package let kind: Kind
    /// Compared byte for byte; strings would hold different spellings equal.
    let nameBytes: [UInt8]
    let keyID: [UInt8]
    private let publicKey: [UInt8]

    package var name: String { String(decoding: nameBytes, as: UTF8.self) }

    package init(_ text: String) throws(VerifierKeyRefusal) {
        guard text.utf8.count <= Self.textLimitBytes else { throw .malformed }
        let parts = Array(text.utf8)
            .split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, Self.isName(parts[0]), parts[0].count <= Self.nameLimitBytes,
            let typed = StrictBase64.decode(parts[2]), let type = typed.first
        else { throw .malformed }
        let id = Digest(hashing: parts[0] + [0x0a] + typed)
        switch (type, typed.count) {
        case (0x01, 33): kind = .log
        case (0x04, 33): kind = .cosigner
        case (0x01, _), (0x04, _): throw .malformed
        // Types unknown here may have their ids made by another rule, so that nothing but the
        // text's own word can be taken.
        default: kind = .notVerifiable
        }
        let stated = parts[1]
        guard stated.count == 8 else { throw .malformed }
        if kind != .notVerifiable || type == 0x06 {
            guard id.hex.utf8.prefix(8).elementsEqual(stated) else { throw .keyIDDiffers }
        }
        guard let keyID = Self.fourBytes(stated) else { throw .malformed }
        self.text = text
        self.keyID = keyID
        nameBytes = Array(parts[0])
        publicKey = Array(typed.dropFirst())
    }

    /// Whether the signature over the message is this key's.
    func hasSigned(_ message: [UInt8], _ signature: some Collection<UInt8>) -> Bool {
        guard kind != .notVerifiable, signature.count == 64,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
        else { return false }
        return key.isValidSignature(Array(signature), for: message)
    }

    /// What signed-note asks of a name.
    static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard !bytes.isEmpty, let name = String(validating: bytes, as: UTF8.self) else {
            return false
        }
        return name.unicodeScalars.allSatisfy {
            $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace
        }
    }

    private static func fourBytes(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        var number: UInt32 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt32(digit - 48)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt32(digit - 87)
            default: return nil
            }
        }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }
}

/// Why a text is no key to audit by.
package enum VerifierKeyRefusal: Error, Hashable, Sendable {
    case malformed
    case keyIDDiffers

    package var reason: String {
        switch self {
        case .malformed: "key-text-malformed"
        case .keyIDDiffers: "key-id-differs"
        }
    }

    package var explanation: String {
        switch self {
        case .malformed: "a verifier key is name+key id+base 64 of type and key"
        case .keyIDDiffers: "the key id does not fit the name and key"
        }
    }
}
