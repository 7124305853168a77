import Crypto
import Foundation
import ParleyLog

package enum SignatureAlgorithm: String, Hashable, Sendable, CaseIterable {
    case ed25519
    case mlDSA65 = "ml-dsa-65"

    package var publicKeySizeBytes: Int {
        switch self {
        case .ed25519: 32
        case .mlDSA65: 1952
        }
    }

    package var signatureSizeBytes: Int {
        switch self {
        case .ed25519: 64
        case .mlDSA65: 3309
        }
    }
}

/// One signer's public keys, one per algorithm. Made only from keys that can be trusted to have
/// one spelling and to bind a signature to one message.
package struct PublicKeySet: Hashable, Sendable {
    /// 32 bytes (RFC 8032 §5.1.5).
    package let ed25519: [UInt8]
    /// 1952 bytes (FIPS 204), present when the agreement asks for ML-DSA-65.
    package let mlDSA65: [UInt8]?

    package init(ed25519: [UInt8], mlDSA65: [UInt8]? = nil) throws(KeyRefusal) {
        try Self.check(ed25519: ed25519)
        if let mlDSA65 { _ = try Self.parse(mlDSA65: mlDSA65) }
        self.ed25519 = ed25519
        self.mlDSA65 = mlDSA65
    }

    package func bytes(_ algorithm: SignatureAlgorithm) -> [UInt8]? {
        switch algorithm {
        case .ed25519: ed25519
        case .mlDSA65: mlDSA65
        }
    }

    package var algorithms: [SignatureAlgorithm] {
        SignatureAlgorithm.allCases.filter { bytes($0) != nil }
    }

    package var keyIDs: [KeyID] {
        algorithms.compactMap { algorithm in
            bytes(algorithm).map { KeyID(algorithm: algorithm, publicKey: $0) }
        }
    }

    /// Refuses what other verifiers would judge differently: see ``KeyRefusal``.
    package static func check(ed25519 bytes: [UInt8]) throws(KeyRefusal) {
        guard bytes.count == 32 else {
            throw .sizeWrong(algorithm: .ed25519, sizeBytes: bytes.count)
        }
        // SPEC statement §4: An Ed25519 public key MUST be the canonical encoding of a point
        // whose order is not small.
        if smallOrderEncodings.contains(bytes) { throw .smallOrder }
        var y = bytes
        y[31] &= 0x7F
        // y is at or above the field's prime 2^255 - 19 just when its upper 31 bytes are all ones
        // and its lowest is 0xED or more.
        if y[0] >= 0xED, y[31] == 0x7F, y[1..<31].allSatisfy({ $0 == 0xFF }) {
            throw .notCanonical
        }
    }

    static func parse(mlDSA65 bytes: [UInt8]) throws(KeyRefusal) -> MLDSA65.PublicKey {
        guard bytes.count == SignatureAlgorithm.mlDSA65.publicKeySizeBytes else {
            throw .sizeWrong(algorithm: .mlDSA65, sizeBytes: bytes.count)
        }
        do {
            return try MLDSA65.PublicKey(rawRepresentation: bytes)
        } catch {
            throw .malformed(algorithm: .mlDSA65)
        }
    }

    /// The points of order 1, 2, 4 and 8 in their canonical encodings, and the two with x = 0 and
    /// a wrong sign bit. (Encodings with y beyond the prime are caught by the size of y.)
    private static let smallOrderEncodings: Set<[UInt8]> = {
        let zeros = String(repeating: "00", count: 30)
        let ones = String(repeating: "ff", count: 30)
        let orderEight = [
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc",
        ]
        let texts =
            ["01\(zeros)00", "01\(zeros)80", "ec\(ones)7f", "ec\(ones)ff"]
            + ["00\(zeros)00", "00\(zeros)80"]
            + [orderEight[0] + "7a", orderEight[0] + "fa"]
            + [orderEight[1] + "05", orderEight[1] + "85"]
        return Set(texts.compactMap { Hex.decode($0) })
    }()
}

/// Why bytes are not a key that Parley takes.
package enum KeyRefusal: Error, Hashable, Sendable {
    case sizeWrong(algorithm: SignatureAlgorithm, sizeBytes: Int)
    /// With such a key a signature says nothing about the message.
    case smallOrder
    /// The same point has another spelling, so one key could count as two.
    case notCanonical
    case malformed(algorithm: SignatureAlgorithm)

    package var reason: String {
        switch self {
        case .sizeWrong: "key-size-wrong"
        case .smallOrder: "key-small-order"
        case .notCanonical: "key-not-canonical"
        case .malformed: "key-malformed"
        }
    }

    package var explanation: String {
        switch self {
        case .sizeWrong(let algorithm, let sizeBytes):
            "An \(algorithm.rawValue) key of \(sizeBytes) bytes was given."
        case .smallOrder: "The Ed25519 public key is a point of small order."
        case .notCanonical: "The Ed25519 public key is not in its canonical encoding."
        case .malformed(let algorithm): "The \(algorithm.rawValue) key cannot be read."
        }
    }
}

/// A signer's public keys, ready to verify with. Reading a key costs time, so keep these.
struct SignerKeys: Sendable {
    let keyIDs: [KeyID]
    private let ed25519: Curve25519.Signing.PublicKey
    private let mlDSA65: MLDSA65.PublicKey?

    init(_ keys: PublicKeySet) throws(KeyRefusal) {
        do {
            ed25519 = try Curve25519.Signing.PublicKey(rawRepresentation: keys.ed25519)
        } catch {
            throw .malformed(algorithm: .ed25519)
        }
        if let bytes = keys.mlDSA65 {
            mlDSA65 = try PublicKeySet.parse(mlDSA65: bytes)
        } else {
            mlDSA65 = nil
        }
        keyIDs = keys.keyIDs
    }

    /// Verifies by RFC 8032 without the cofactor, or by FIPS 204 with an empty context.
    func isValid(_ signature: [UInt8], by algorithm: SignatureAlgorithm, over message: [UInt8])
        -> Bool
    {
        switch algorithm {
        case .ed25519: ed25519.isValidSignature(signature, for: message)
        case .mlDSA65: mlDSA65?.isValidSignature(signature, for: message) ?? false
        }
    }
}
