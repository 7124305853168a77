import Crypto
import Foundation

/// One signer's private keys: Ed25519, and ML-DSA-65 where the agreement asks for both.
package struct SigningKeyPair: Sendable {
    package static let seedSizeBytes = 32

    package let publicKeys: PublicKeySet
    private let ed25519: Curve25519.Signing.PrivateKey
    private let mlDSA65: MLDSA65.PrivateKey?

    /// Takes seeds of 32 bytes each (RFC 8032 §5.1.5, FIPS 204's ξ); the same seeds give the same
    /// keys.
    package init(ed25519Seed: [UInt8], mlDSA65Seed: [UInt8]? = nil) throws(KeyRefusal) {
        guard ed25519Seed.count == Self.seedSizeBytes else {
            throw .sizeWrong(algorithm: .ed25519, sizeBytes: ed25519Seed.count)
        }
        do {
            ed25519 = try Curve25519.Signing.PrivateKey(rawRepresentation: ed25519Seed)
        } catch {
            throw .malformed(algorithm: .ed25519)
        }
        mlDSA65 = try mlDSA65Seed.map(Self.mlDSA65Key)
        publicKeys = try PublicKeySet(
            ed25519: Array(ed25519.publicKey.rawRepresentation),
            mlDSA65: mlDSA65.map { Array($0.publicKey.rawRepresentation) })
    }

    /// Signs with every key of this pair.
    ///
    /// - Throws: ``EnvelopeRefusal`` when the payload or its type is beyond what an envelope holds.
    package func sign(payloadType: String, payload: [UInt8]) throws(EnvelopeRefusal) -> Envelope {
        let message = Envelope.preAuthentication(payloadType: payloadType, payload: payload)
        return try Envelope(
            payloadType: payloadType, payload: payload, signatures: try signatures(over: message))
    }

    func signatures(over message: [UInt8]) throws(EnvelopeRefusal) -> [Envelope.Signature] {
        var signatures: [Envelope.Signature] = []
        for keyID in publicKeys.keyIDs {
            let bytes: Data?
            switch keyID.algorithm {
            case .ed25519: bytes = try? ed25519.signature(for: message)
            case .mlDSA65: bytes = try? mlDSA65?.signature(for: message)
            }
            guard let bytes else { throw .signingFailed(keyID) }
            signatures.append(Envelope.Signature(keyID: keyID, bytes: Array(bytes)))
        }
        return signatures
    }

    private static func mlDSA65Key(seed: [UInt8]) throws(KeyRefusal) -> MLDSA65.PrivateKey {
        guard seed.count == seedSizeBytes else {
            throw .sizeWrong(algorithm: .mlDSA65, sizeBytes: seed.count)
        }
        do {
            return try MLDSA65.PrivateKey(seedRepresentation: seed, publicKey: nil)
        } catch {
            throw .malformed(algorithm: .mlDSA65)
        }
    }
}
