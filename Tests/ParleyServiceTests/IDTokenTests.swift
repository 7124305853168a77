import Crypto
import CryptoExtras
import Foundation
import ParleyLog
import ParleyService
import ParleyStatements
import Testing

struct IDTokenTests {
    private let hand: ProviderHand
    private let now = Timestamp(text: "2026-11-24T03:00:00Z")!
    private let check = IDTokenCheck(
        issuer: "https://id.example.org", clientID: "parley", claim: "sub")

    init() throws { hand = try ProviderHand() }

    private var claims: JSONObject {
        [
            "iss": .string("https://id.example.org"), "aud": .string("parley"),
            "sub": .string("24400320"), "nonce": .string("n"),
            "iat": .integer(now.secondsSinceEpoch), "exp": .integer(now.secondsSinceEpoch + 300),
        ]
    }

    private func claims(_ name: String, _ value: JSONValue?) -> JSONObject {
        let rest = JSONObject(claims.members.filter { $0.name != name })
        guard let value else { return rest }
        return JSONObject(rest.members + [.init(name: name, value: value)])
    }

    private func ed(_ claims: JSONObject) throws -> String {
        try hand.token(hand.header("EdDSA", "ed"), claims, sign: hand.signEd25519)
    }

    private func outcome(
        _ token: String, keys: [UInt8]? = nil, by other: IDTokenCheck? = nil, nonce: String = "n"
    ) throws -> Result<String, SignInRefusal> {
        let keys = try keys ?? hand.document
        return Result { () throws(SignInRefusal) in
            try (other ?? check).subject(of: token, signedBy: keys, nonce: nonce, at: now)
        }
    }

    @Test func `each of the three algorithms proves who it is, named by its key or not`() throws {
        for id in ["rsa", nil] {
            let token = try hand.token(hand.header("RS256", id), claims, sign: hand.signRSA)
            #expect(try outcome(token) == .success("24400320"))
        }
        for id in ["ec", nil] {
            let token = try hand.token(hand.header("ES256", id), claims, sign: hand.signP256)
            #expect(try outcome(token) == .success("24400320"))
        }
        for id in ["ed", nil] {
            let token = try hand.token(hand.header("EdDSA", id), claims, sign: hand.signEd25519)
            #expect(try outcome(token) == .success("24400320"))
        }
    }

    @Test func `a token that nobody signed, or a shared secret would, is refused`() throws {
        let rsa = try ProviderHand.rsa.publicKey.pemRepresentation
        for (algorithm, secret) in [
            ("none", ""), ("None", ""), ("HS256", rsa), ("HS256", ""), ("RS512", ""), ("PS256", ""),
            ("ES384", ""), ("rs256", ""),
        ] {
            let token = hand.token(hand.header(algorithm, "rsa"), claims) { message in
                guard algorithm == "HS256" else { return [] }
                // The public key as the secret: who mixes the two up believes it.
                let key = SymmetricKey(data: Data(secret.utf8))
                return [UInt8](HMAC<SHA256>.authenticationCode(for: message, using: key))
            }
            #expect(try outcome(token) == .failure(.algorithmRefused), "\(algorithm)")
        }
        let critical = hand.header("EdDSA", "ed").adding(["crit": .array([.string("b64")])])
        #expect(
            try outcome(hand.token(critical, claims, sign: hand.signEd25519))
                == .failure(.algorithmRefused))
        let bare = try hand.token(["kid": .string("ed")], claims, sign: hand.signEd25519)
        #expect(try outcome(bare) == .failure(.algorithmRefused))
    }

    @Test func `a signature by another key, of another kind, or of other words is refused`() throws
    {
        let token = try ed(claims)
        let parts = token.split(separator: ".").map(String.init)
        let others = try ed(claims("sub", .string("another"))).split(separator: ".")
        #expect(
            try outcome("\(parts[0]).\(others[1]).\(parts[2])") == .failure(.signatureWrong))
        #expect(
            try outcome("\(parts[0]).\(parts[1]).\(others[2])") == .failure(.signatureWrong))
        #expect(try outcome("\(parts[0]).\(parts[1]).") == .failure(.signatureWrong))
        let posing = try hand.token(hand.header("RS256", "rsa"), claims, sign: hand.signEd25519)
        #expect(try outcome(posing) == .failure(.signatureWrong))
        let curve = try hand.token(hand.header("ES256", "ec"), claims, sign: hand.signEd25519)
        #expect(try outcome(curve) == .failure(.signatureWrong))
    }

    @Test func `a key that is not listed, or is listed for something else, proves nothing`() throws
    {
        for (algorithm, id) in [
            ("EdDSA", "unknown"), ("EdDSA", "rsa"), ("EdDSA", "enc"), ("RS256", "ed"),
        ] {
            let token = try hand.token(
                hand.header(algorithm, id), claims, sign: hand.signEd25519)
            #expect(try outcome(token) == .failure(.keyUnknown), "\(algorithm) \(id)")
        }
        // Two that fit and no name to tell them apart.
        let twice = hand.document(try hand.keys + hand.keys)
        let token = try hand.token(hand.header("EdDSA", nil), claims, sign: hand.signEd25519)
        #expect(try outcome(token, keys: twice) == .failure(.keyUnknown))
        #expect(try outcome(try ed(claims), keys: twice) == .failure(.keyUnknown))
        // A key for another algorithm, by its own word.
        guard case .object(let key) = try hand.keys[2] else { return }
        let other = hand.document([.object(key.adding(["alg": .string("ES256")]))])
        #expect(try outcome(try ed(claims), keys: other) == .failure(.keyUnknown))
        #expect(try outcome(try ed(claims), keys: hand.document([])) == .failure(.keyUnknown))
    }

    @Test func `keys that are too weak or malformed are none`() throws {
        let short = ProviderHand.base64URL(Array(repeating: 0xff, count: 128) as [UInt8])
        for fields: JSONObject in [
            ["kty": .string("RSA"), "n": .string(short), "e": .string("AQAB")],
            ["kty": .string("RSA"), "n": .string("!"), "e": .string("AQAB")],
            ["kty": .string("oct"), "k": .string(short)],
            ["kty": .string("OKP"), "crv": .string("Ed25519"), "x": .string("AAAA")],
            ["kty": .string("EC"), "crv": .string("P-256"), "x": .string("AAAA")],
            ["kty": .integer(7)],
        ] {
            let keys = hand.document([.object(fields)])
            for algorithm in ["RS256", "ES256", "EdDSA"] {
                let token = try hand.token(
                    hand.header(algorithm, nil), claims, sign: hand.signEd25519)
                #expect(try outcome(token, keys: keys) == .failure(.keyUnknown))
            }
        }
    }

    @Test func `a token of another issuer, for somebody else or for another sign-in is refused`()
        throws
    {
        for wrong: JSONValue? in [nil, .string("https://id.example.org/"), .integer(1)] {
            #expect(try outcome(try ed(claims("iss", wrong))) == .failure(.issuerWrong))
        }
        for wrong: JSONValue? in [
            nil, .string("other"), .array([]), .array([.string("other")]), .integer(1),
            // For several, and nobody says for whom it was made.
            .array([.string("parley"), .string("other")]),
        ] {
            #expect(try outcome(try ed(claims("aud", wrong))) == .failure(.audienceWrong))
        }
        let both = claims("aud", .array([.string("parley"), .string("other")]))
        #expect(
            try outcome(try ed(both.adding(["azp": .string("parley")]))) == .success("24400320"))
        #expect(
            try outcome(try ed(both.adding(["azp": .string("other")]))) == .failure(.audienceWrong))
        #expect(
            try outcome(try ed(claims.adding(["azp": .string("other")])))
                == .failure(.audienceWrong))
        for wrong: JSONValue? in [nil, .string("m"), .string("")] {
            #expect(try outcome(try ed(claims("nonce", wrong))) == .failure(.nonceWrong))
        }
    }

    @Test func `a token is good at its time, give or take a minute`() throws {
        let second = now.secondsSinceEpoch
        func outcome(_ name: String, _ value: Int64) throws -> Result<String, SignInRefusal> {
            try self.outcome(try ed(claims(name, .integer(value))))
        }
        #expect(try outcome("exp", second - 59) == .success("24400320"))
        #expect(try outcome("exp", second - 60) == .failure(.expired))
        #expect(try outcome("iat", second + 60) == .success("24400320"))
        #expect(try outcome("iat", second + 61) == .failure(.timesWrong))
        #expect(try outcome("iat", second - 600) == .success("24400320"))
        #expect(try outcome("iat", second - 601) == .failure(.timesWrong))
        #expect(try outcome("nbf", second + 60) == .success("24400320"))
        #expect(try outcome("nbf", second + 61) == .failure(.timesWrong))
        for name in ["exp", "iat"] {
            for wrong: JSONValue? in [nil, .string("1")] {
                #expect(try self.outcome(try ed(claims(name, wrong))) == .failure(.timesWrong))
            }
        }
    }

    @Test func `the claim that names the account is there, short enough, and verified if an email`()
        throws
    {
        for wrong: JSONValue? in [nil, .string(""), .integer(1), .string(text(256))] {
            #expect(try outcome(try ed(claims("sub", wrong))) == .failure(.claimMissing("sub")))
        }
        #expect(try outcome(try ed(claims("sub", .string(text(255))))) == .success(text(255)))
        let email = IDTokenCheck(
            issuer: "https://id.example.org", clientID: "parley", claim: "email")
        let given = claims.adding(["email": .string("ann@example.org")])
        for (verified, isGood) in [
            (JSONValue.bool(true), true), (.bool(false), false), (.string("true"), false),
        ] {
            let token = try ed(given.adding(["email_verified": verified]))
            #expect(
                try outcome(token, by: email)
                    == (isGood ? .success("ann@example.org") : .failure(.claimMissing("email"))))
        }
        #expect(try outcome(try ed(given), by: email) == .failure(.claimMissing("email")))
    }

    private func text(_ count: Int) -> String { String(repeating: "a", count: count) }

    @Test func `what is too long or no token at all is refused before it is looked into`() throws {
        let long = try ed(claims.adding(["x": .string(text(IDTokenCheck.tokenLimitBytes))]))
        #expect(try outcome(long) == .failure(.documentTooLong("id_token")))
        let token = try ed(claims)
        for wrong in ["", "a", "a.b", token + ".x", token + "=", "." + token, "!.\(token)"] {
            #expect(
                try outcome(wrong) == .failure(.documentMalformed("id_token")), "\(wrong.prefix(9))"
            )
        }
        let keys = try hand.document
        for (document, refusal) in [
            (Array(repeating: 0x20, count: 64 * 1024 + 1), SignInRefusal.documentTooLong("jwks")),
            (Array("{}".utf8), .documentMalformed("jwks")),
            (Array("[]".utf8), .documentMalformed("jwks")),
            (keys + keys, .documentMalformed("jwks")),
            (
                hand.document(Array(repeating: .object([:]), count: 65)),
                .documentMalformed("jwks")
            ),
        ] {
            #expect(try outcome(token, keys: document) == .failure(refusal))
        }
    }
}
