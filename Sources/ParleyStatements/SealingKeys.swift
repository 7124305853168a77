import Crypto
import Foundation

package import struct ParleyLog.Digest

/// The X-Wing public key that an organ's bodies and exhibits are sealed to: 1216 bytes.
///
/// Layout: an ML-KEM-768 encapsulation key (1184 bytes, FIPS 203), an X25519 public key (32 bytes,
/// RFC 7748).
///
/// - SeeAlso: `Spec/sealing.md` §2; draft-connolly-cfrg-xwing-kem-06.
package struct SealingPublicKey: Hashable, Sendable {
    package static let sizeBytes = 1216

    package let bytes: [UInt8]
    /// SHA-256 of ``bytes``; what a sealed file calls its recipient.
    package let digest: Digest

    /// Refuses a key that nobody could have made, that has another spelling, or that would give
    /// everybody the same secret.
    package init(bytes: [UInt8]) throws(SealRefusal) {
        // SPEC sealing §2: A sealing public key MUST be 1216 bytes.
        guard bytes.count == Self.sizeBytes else {
            throw .publicKeySizeWrong(sizeBytes: bytes.count)
        }
        // SPEC sealing §2: Each of the 768 coefficients of its ML-KEM part MUST be below 3329, and
        // its X25519 part below 2^255 - 19 with the highest bit clear.
        let latticePart = bytes.prefix(Self.coefficientsSizeBytes)
        let curvePart = Array(bytes.suffix(Self.curvePartSizeBytes))
        guard Self.coefficientsAreReduced(latticePart), Self.isReduced(curvePart) else {
            throw .publicKeyNotCanonical
        }
        // SPEC sealing §2: The X25519 part MUST NOT be a point of small order.
        guard Self.givesSecrets(curvePart) else { throw .publicKeySmallOrder }
        self.bytes = bytes
        digest = Digest(hashing: bytes)
    }

    /// 768 coefficients of 12 bits; the 32 bytes after them are a seed of any value.
    private static let coefficientsSizeBytes = 1152
    private static let curvePartSizeBytes = 32

    private static func coefficientsAreReduced(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let first = rest.popFirst(), let second = rest.popFirst(), let third = rest.popFirst()
        {
            let low = UInt16(first) | UInt16(second & 15) << 8
            let high = UInt16(second >> 4) | UInt16(third) << 4
            if low >= 3329 || high >= 3329 { return false }
        }
        return true
    }

    /// Little-endian; at or above 2^255 - 19 just when the upper 31 bytes are 0x7FFF…FF and the
    /// lowest is 0xED or more.
    private static func isReduced(_ coordinate: [UInt8]) -> Bool {
        guard let lowest = coordinate.first, let highest = coordinate.last, highest < 128 else {
            return false
        }
        return lowest < 0xED || highest != 127
            || !coordinate.dropFirst().dropLast().allSatisfy { $0 == 0xFF }
    }

    /// Whatever the scalar, a point of small order gives zero; the library does not refuse that.
    private static func givesSecrets(_ coordinate: [UInt8]) -> Bool {
        let anyScalar = [UInt8](repeating: 1, count: curvePartSizeBytes)
        guard let scalar = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: anyScalar),
            let point = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: coordinate),
            let secret = try? scalar.sharedSecretFromKeyAgreement(with: point)
        else { return false }
        return secret.withUnsafeBytes { $0.contains { $0 != 0 } }
    }
}

/// The X-Wing private key that opens what is sealed to an organ; made from a seed of 32 bytes.
///
/// Neither its description nor a dump of it shows a secret.
package struct SealingPrivateKey: Sendable {
    package static let seedSizeBytes = 32

    package let publicKey: SealingPublicKey
    let xWing: XWingMLKEM768X25519.PrivateKey

    /// The same seed gives the same key (draft-connolly-cfrg-xwing-kem-06 §5.2).
    package init(seed: [UInt8]) throws(SealRefusal) {
        guard
            let key = try? XWingMLKEM768X25519.PrivateKey(seedRepresentation: seed, publicKey: nil)
        else { throw .privateKeySizeWrong(sizeBytes: seed.count) }
        xWing = key
        publicKey = try SealingPublicKey(bytes: Array(key.publicKey.rawRepresentation))
    }
}

extension SealingPrivateKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "the private key of \(publicKey.digest)" }
    package var customMirror: Mirror {
        Mirror(self, children: ["publicKey": publicKey.digest.text])
    }
}
