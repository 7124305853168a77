import Crypto
import CryptoExtras
import Foundation
import ParleyLog
import ParleyService
import ParleyStatements

/// An identity provider's hand: makes keys and tokens, right ones and any others.
struct ProviderHand: Sendable {
    let ed25519: Curve25519.Signing.PrivateKey
    let p256: P256.Signing.PrivateKey
    /// Made once for all tests; none looks at its value.
    private static let made = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
    static var rsa: _RSA.Signing.PrivateKey { get throws { try made.get() } }

    init() throws {
        ed25519 = try Curve25519.Signing.PrivateKey(
            rawRepresentation: Array(repeating: 7, count: 32))
        p256 = try P256.Signing.PrivateKey(rawRepresentation: Array(repeating: 9, count: 32))
    }

    static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Base64.encode(Array(bytes)).replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    private func jwk(_ id: String, _ fields: JSONObject) -> JSONValue {
        .object(fields.adding(["kid": .string(id), "use": .string("sig")]))
    }

    /// One key of each kind, and one that only encrypts.
    var keys: [JSONValue] {
        get throws {
            let rsa = try Self.rsa.publicKey.getKeyPrimitives()
            let point = p256.publicKey.rawRepresentation
            let edwards = ed25519.publicKey.rawRepresentation
            return [
                jwk(
                    "rsa",
                    [
                        "kty": .string("RSA"), "n": .string(Self.base64URL(rsa.modulus)),
                        "e": .string(Self.base64URL(rsa.publicExponent)),
                    ]),
                jwk(
                    "ec",
                    [
                        "kty": .string("EC"), "crv": .string("P-256"),
                        "x": .string(Self.base64URL(point.prefix(32))),
                        "y": .string(Self.base64URL(point.suffix(32))),
                    ]),
                jwk(
                    "ed",
                    [
                        "kty": .string("OKP"), "crv": .string("Ed25519"),
                        "x": .string(Self.base64URL(edwards)),
                    ]),
                .object([
                    "kty": .string("OKP"), "crv": .string("Ed25519"), "use": .string("enc"),
                    "kid": .string("enc"), "x": .string(Self.base64URL(edwards)),
                ]),
            ]
        }
    }

    var document: [UInt8] { get throws { document(try keys) } }

    func document(_ keys: [JSONValue]) -> [UInt8] {
        JSONValue.object(["keys": .array(keys)]).canonicalBytes
    }

    func header(_ algorithm: String, _ id: String?) -> JSONObject {
        let header: JSONObject = ["alg": .string(algorithm)]
        guard let id else { return header }
        return header.adding(["kid": .string(id)])
    }

    func token(_ header: JSONObject, _ claims: JSONObject, sign: ([UInt8]) throws -> [UInt8])
        rethrows -> String
    {
        let parts = [header, claims].map { Self.base64URL(JSONValue.object($0).canonicalBytes) }
        let message = parts.joined(separator: ".")
        return message + "." + Self.base64URL(try sign(Array(message.utf8)))
    }

    func signRSA(_ message: [UInt8]) throws -> [UInt8] {
        [UInt8](
            try Self.rsa.signature(
                for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5
            ).rawRepresentation)
    }

    func signP256(_ message: [UInt8]) throws -> [UInt8] {
        [UInt8](try p256.signature(for: message).rawRepresentation)
    }

    func signEd25519(_ message: [UInt8]) throws -> [UInt8] {
        [UInt8](try ed25519.signature(for: message))
    }
}
