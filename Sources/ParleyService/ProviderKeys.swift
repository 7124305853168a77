import Crypto
import CryptoExtras
import Foundation
import ParleyLog
import ParleyStatements

/// The keys with which an identity provider signs (RFC 7517): those that sign and that we know how
/// to check. A shared secret is none of them, so that nobody can have a public key taken for one.
struct ProviderKeys: Sendable {
    static let keyLimit = 64
    private static let modulusBytes = 256...1024

    enum Algorithm: String, Sendable {
        case rs256 = "RS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    private struct Key: Sendable {
        enum Verifier: Sendable {
            case rsa(_RSA.Signing.PublicKey)
            case p256(P256.Signing.PublicKey)
            case ed25519(Curve25519.Signing.PublicKey)
        }

        let id: String?
        let verifier: Verifier

        var algorithm: Algorithm {
            switch verifier {
            case .rsa: .rs256
            case .p256: .es256
            case .ed25519: .edDSA
            }
        }
    }

    private let keys: [Key]

    /// - Throws: ``SignInRefusal/documentMalformed(_:)``; keys of kinds that are not ours are left
    ///   out.
    init(parsing document: [UInt8]) throws(SignInRefusal) {
        let json = try ProviderDocument.object(document, named: "jwks")
        guard case .array(let values)? = json["keys"], values.count <= Self.keyLimit else {
            throw .documentMalformed("jwks")
        }
        keys = values.compactMap(Self.key)
    }

    private static func key(_ value: JSONValue) -> Key? {
        guard case .object(let json) = value else { return nil }
        func text(_ name: String) -> String? {
            guard case .string(let text)? = json[name] else { return nil }
            return text
        }
        func bytes(_ name: String) -> [UInt8]? { text(name).flatMap { Base64URL.decode($0) } }
        guard json["use"] == nil || text("use") == "sig", let verifier = verifier(text, bytes)
        else { return nil }
        let key = Key(id: text("kid"), verifier: verifier)
        // A key that says what it is for is for nothing else.
        guard json["alg"] == nil || text("alg") == key.algorithm.rawValue else { return nil }
        return key
    }

    private static func verifier(
        _ text: (String) -> String?, _ bytes: (String) -> [UInt8]?
    ) -> Key.Verifier? {
        switch (text("kty"), text("crv")) {
        case ("RSA", _):
            guard let modulus = bytes("n"), let exponent = bytes("e"), modulus.first != 0,
                modulusBytes.contains(modulus.count), exponent == [1, 0, 1],
                let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
            else { return nil }
            return .rsa(key)
        case ("EC", "P-256"):
            guard let x = bytes("x"), let y = bytes("y"), x.count == 32, y.count == 32,
                let key = try? P256.Signing.PublicKey(x963Representation: [4] + x + y)
            else { return nil }
            return .p256(key)
        case ("OKP", "Ed25519"):
            guard let x = bytes("x"), x.count == 32,
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
            else { return nil }
            return .ed25519(key)
        default: return nil
        }
    }

    /// - Parameter id: as the token's header names it; nil where it names none, and there is but
    ///   one key of that kind.
    /// - Throws: ``SignInRefusal/keyUnknown`` or ``SignInRefusal/signatureWrong``.
    func verify(
        _ signature: [UInt8], over message: [UInt8], by algorithm: Algorithm, id: String?
    ) throws(SignInRefusal) {
        let fitting = keys.filter {
            $0.algorithm == algorithm && (id == nil || $0.id == id)
        }
        guard fitting.count == 1, let key = fitting.first else { throw .keyUnknown }
        let isValid =
            switch key.verifier {
            case .rsa(let key):
                key.isValidSignature(
                    _RSA.Signing.RSASignature(rawRepresentation: signature),
                    for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
            case .p256(let key):
                (try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { key.isValidSignature($0, for: message) } ?? false
            case .ed25519(let key): key.isValidSignature(signature, for: message)
            }
        guard isValid else { throw .signatureWrong }
    }
}

/// A JSON document of a provider's, as strict as all JSON is here.
enum ProviderDocument {
    static let limitBytes = 64 * 1024

    static func object(
        _ bytes: [UInt8], named name: String
    ) throws(SignInRefusal) -> JSONObject {
        guard bytes.count <= limitBytes else { throw .documentTooLong(name) }
        guard let value = try? JSONValue(parsing: bytes, limitBytes: limitBytes),
            case .object(let object) = value
        else { throw .documentMalformed(name) }
        return object
    }
}
