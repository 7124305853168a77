import Foundation
import ParleyLog
package import ParleyNode
import ParleyStatements

import struct Crypto.SHA256

/// How a node asks its identity provider.
package protocol ProviderConnection: Sendable {
    /// - Returns: the body of a 200.
    /// - Throws: ``SignInRefusal`` for another answer, a redirect, one that is too long or late,
    ///   and for an address that is not asked.
    func get(_ url: ProviderURL, limitBytes: Int) async throws -> [UInt8]
    /// The same with a form, and credentials for the header of that name.
    func post(
        _ form: [UInt8], to url: ProviderURL, authorization: String, limitBytes: Int
    ) async throws -> [UInt8]
}

/// Which provider is believed, and as whom it knows this node.
package struct ProviderSettings: Sendable {
    package let issuer: ProviderURL
    package let clientID: String
    let clientSecret: String
    /// The claim that names the account; `sub` where nothing else is wished for.
    package let claim: String
    /// Where browsers reach this node: `https://host:port`, no path.
    package let origin: String

    package static let callbackPath = Operation.root + "/session/oidc/callback"

    package var redirectURI: String { origin + Self.callbackPath }

    /// Nil for an origin that is none.
    package init?(
        issuer: ProviderURL, clientID: String, clientSecret: String, claim: String, origin: String
    ) {
        guard let url = ProviderURL(origin), url.isTLS, url.target == "/",
            !origin.hasSuffix("/")
        else { return nil }
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.claim = claim
        self.origin = origin
    }
}

/// Signing in at an identity provider: OpenID Connect's authorization code flow with PKCE.
///
/// What was begun is kept in memory alone, bound to the browser by a cookie, and used up by the
/// first answer to it, right or wrong. A node that is started anew has people begin again.
package actor ProviderSignIn {
    package static let goodSeconds: Int64 = 600
    /// Of sign-ins begun and not ended; then the oldest is forgotten.
    package static let begunLimit = 10_000
    private static let documentSeconds: Int64 = 3600
    /// A token by an unknown key has the keys read anew, this often at most.
    private static let keysAgainSeconds: Int64 = 60

    private struct Begun {
        let state: String
        let nonce: String
        let verifier: String
        let at: Timestamp
    }

    private struct Provider {
        let authorization: ProviderURL
        let token: ProviderURL
        let keysAt: ProviderURL
        let readAt: Timestamp
    }

    private let settings: ProviderSettings
    private let connection: any ProviderConnection
    private let clock: any WallClock
    private let randomness: any Randomness
    private let check: IDTokenCheck
    private var begun: [Digest: Begun] = [:]
    private var provider: Provider?
    private var keys: (held: ProviderKeys, readAt: Timestamp)?

    package init(
        _ settings: ProviderSettings, connection: any ProviderConnection, clock: any WallClock,
        randomness: any Randomness
    ) {
        self.settings = settings
        self.connection = connection
        self.clock = clock
        self.randomness = randomness
        check = IDTokenCheck(
            issuer: settings.issuer.text, clientID: settings.clientID, claim: settings.claim)
    }

    // MARK: Beginning

    /// - Returns: the provider's address to send the browser to, and the secret for its cookie.
    package func begin() async throws -> (address: String, secret: Secret) {
        let provider = try await currentProvider()
        let secret = Secret(.signIn, bytes: randomness.bytes(count: 32))
        let one = Begun(
            state: random(), nonce: random(), verifier: random(), at: clock.now())
        remember(one, for: secret)
        let challenge = Array(SHA256.hash(data: Array(one.verifier.utf8)))
        let query = Self.form([
            ("response_type", "code"), ("client_id", settings.clientID),
            ("redirect_uri", settings.redirectURI), ("scope", scope), ("state", one.state),
            ("nonce", one.nonce), ("code_challenge", Base64URL.encode(challenge)),
            ("code_challenge_method", "S256"),
        ])
        let joint = provider.authorization.target.contains("?") ? "&" : "?"
        return (provider.authorization.text + joint + query, secret)
    }

    private var scope: String {
        switch settings.claim {
        case "sub": "openid"
        case "email": "openid email"
        default: "openid profile"
        }
    }

    private func random() -> String { Base64URL.encode(randomness.bytes(count: 32)) }

    private func remember(_ one: Begun, for secret: Secret) {
        if begun.count >= Self.begunLimit {
            begun = begun.filter { isGood($0.value) }
            if begun.count >= Self.begunLimit,
                let oldest = begun.min(by: { $0.value.at < $1.value.at })
            {
                begun[oldest.key] = nil
            }
        }
        begun[secret.digest] = one
    }

    private func isGood(_ one: Begun) -> Bool {
        clock.now().seconds(since: one.at) <= Self.goodSeconds
    }

    // MARK: Ending

    /// - Parameters:
    ///   - secret: out of the browser's cookie; nil where there was none.
    ///   - issuer: as the answer names it (RFC 9207), if it does.
    /// - Returns: whom the provider names.
    /// - Throws: ``SignInRefusal``.
    package func end(
        code: String?, state: String?, issuer: String?, secret: Secret?
    ) async throws -> String {
        // Taken before anything is awaited: of two answers at once, one finds it.
        guard let secret, let one = begun.removeValue(forKey: secret.digest), isGood(one) else {
            throw SignInRefusal.notBegun
        }
        guard let state,
            Digest(hashing: Array(state.utf8)) == Digest(hashing: Array(one.state.utf8))
        else { throw SignInRefusal.stateWrong }
        guard issuer == nil || issuer == settings.issuer.text else {
            throw SignInRefusal.issuerWrong
        }
        guard let code else { throw SignInRefusal.providerRefused }
        let token = try await token(for: code, one)
        return try await subject(of: token, nonce: one.nonce)
    }

    private func subject(of token: String, nonce: String) async throws -> String {
        let held = try await currentKeys(notBefore: nil)
        do throws(SignInRefusal) {
            return try check.subject(of: token, signedBy: held, nonce: nonce, at: clock.now())
        } catch .keyUnknown {
            // The provider may have a new one.
            let now = clock.now()
            let fresh = try await currentKeys(
                notBefore: now.adding(seconds: -Self.keysAgainSeconds))
            return try check.subject(of: token, signedBy: fresh, nonce: nonce, at: now)
        }
    }

    private func token(for code: String, _ one: Begun) async throws -> String {
        let form = Self.form([
            ("grant_type", "authorization_code"), ("code", code),
            ("redirect_uri", settings.redirectURI), ("code_verifier", one.verifier),
        ])
        // RFC 6749 §2.3.1: both are encoded as a form's are, before base 64.
        let pair = [settings.clientID, settings.clientSecret].map(Self.encoded)
            .joined(separator: ":")
        let answer = try await connection.post(
            Array(form.utf8), to: try await currentProvider().token,
            authorization: "Basic " + Base64.encode(Array(pair.utf8)),
            limitBytes: ProviderDocument.limitBytes)
        let json = try ProviderDocument.object(answer, named: "token")
        guard case .string(let token)? = json["id_token"] else {
            throw SignInRefusal.documentMalformed("token")
        }
        return token
    }

    // MARK: What the provider says of itself

    private func currentProvider() async throws -> Provider {
        let now = clock.now()
        if let provider, now.seconds(since: provider.readAt) < Self.documentSeconds {
            return provider
        }
        let base = settings.issuer.text
        let path = "/.well-known/openid-configuration"
        guard let url = ProviderURL(base.hasSuffix("/") ? base.dropLast() + path : base + path)
        else { throw SignInRefusal.addressRefused("issuer") }
        let json = try ProviderDocument.object(
            try await connection.get(url, limitBytes: ProviderDocument.limitBytes),
            named: "configuration")
        // Else one provider could speak for another (OpenID Connect Discovery 1.0 §4.3).
        guard json["issuer"] == .string(base) else { throw SignInRefusal.issuerWrong }
        func address(_ name: String) throws(SignInRefusal) -> ProviderURL {
            guard case .string(let text)? = json[name] else {
                throw .documentMalformed("configuration")
            }
            guard let url = ProviderURL(text) else { throw .addressRefused(name) }
            return url
        }
        let fresh = Provider(
            authorization: try address("authorization_endpoint"),
            token: try address("token_endpoint"), keysAt: try address("jwks_uri"), readAt: now)
        provider = fresh
        return fresh
    }

    /// - Parameter instant: before which they are to be read anew; nil for an hour ago.
    private func currentKeys(notBefore instant: Timestamp?) async throws -> ProviderKeys {
        let now = clock.now()
        let oldest = instant ?? now.adding(seconds: -Self.documentSeconds)
        if let keys, keys.readAt > oldest { return keys.held }
        let bytes = try await connection.get(
            try await currentProvider().keysAt, limitBytes: ProviderDocument.limitBytes)
        let fresh = try ProviderKeys(parsing: bytes)
        keys = (fresh, now)
        return fresh
    }

    // MARK: Forms

    private static func form(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0)=\(encoded($1))" }.joined(separator: "&")
    }

    /// Everything but what RFC 3986 §2.3 leaves alone.
    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x61...0x7a).contains(byte) || "-._~".utf8.contains(byte)
            encoded += isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }
        return encoded
    }
}
