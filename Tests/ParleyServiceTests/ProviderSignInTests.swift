import Crypto
import Foundation
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Synchronization
import Testing

/// A provider in memory, which answers as it is told to.
private final class HeldProvider: ProviderConnection {
    struct State {
        var configuration: JSONObject
        var keys: [UInt8]
        var token: String?
        var form = ""
        var authorization = ""
        var keyReadings = 0
    }

    let state: Mutex<State>

    init(_ state: State) { self.state = Mutex(state) }

    func get(_ url: ProviderURL, limitBytes: Int) async throws -> [UInt8] {
        try state.withLock { state in
            switch url.target {
            case "/.well-known/openid-configuration":
                return JSONValue.object(state.configuration).canonicalBytes
            case "/keys":
                state.keyReadings += 1
                return state.keys
            default: throw SignInRefusal.answered(404)
            }
        }
    }

    func post(
        _ form: [UInt8], to url: ProviderURL, authorization: String, limitBytes: Int
    ) async throws -> [UInt8] {
        try state.withLock { state in
            guard url.target == "/token" else { throw SignInRefusal.answered(404) }
            state.form = String(decoding: form, as: UTF8.self)
            state.authorization = authorization
            guard let token = state.token else { throw SignInRefusal.answered(400) }
            return JSONValue.object(["id_token": .string(token)]).canonicalBytes
        }
    }
}

struct ProviderSignInTests {
    private let hand: ProviderHand
    private let provider: HeldProvider
    private let signIn: ProviderSignIn
    private let clock = ManualClock(Timestamp(text: "2026-11-24T03:00:00Z")!)
    private static let issuer = "https://id.example.org"

    private static let configuration: JSONObject = [
        "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize"),
        "token_endpoint": .string(issuer + "/token"), "jwks_uri": .string(issuer + "/keys"),
    ]

    init() throws {
        hand = try ProviderHand()
        provider = HeldProvider(.init(configuration: Self.configuration, keys: try hand.document))
        let issuer = try #require(ProviderURL(Self.issuer))
        let settings = try #require(
            ProviderSettings(
                issuer: issuer, clientID: "par/ley", clientSecret: "a secret:", claim: "sub",
                origin: "https://us.example.org:8443"))
        signIn = ProviderSignIn(
            settings, connection: provider, clock: clock, randomness: SeededRandomness(seed: 5))
    }

    /// The address of a beginning, taken apart.
    private func begun() async throws -> (query: [String: String], secret: Secret) {
        let (address, secret) = try await signIn.begin()
        #expect(address.hasPrefix(Self.issuer + "/authorize?"))
        let components = try #require(URLComponents(string: address))
        let pairs = (components.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        return (Dictionary(pairs) { $1 }, secret)
    }

    private func claims(nonce: String?) -> JSONObject {
        let second = clock.now().secondsSinceEpoch
        return [
            "iss": .string(Self.issuer), "aud": .string("par/ley"), "sub": .string("24400320"),
            "nonce": .string(nonce ?? ""), "iat": .integer(second),
            "exp": .integer(second + 300),
        ]
    }

    private func grant(nonce: String?, key: String = "ed") throws {
        let token = try hand.token(
            hand.header("EdDSA", key), claims(nonce: nonce), sign: hand.signEd25519)
        provider.state.withLock { $0.token = token }
    }

    private func refusal(_ work: () async throws -> Void) async throws -> SignInRefusal? {
        do {
            try await work()
            return nil
        } catch let refusal as SignInRefusal {
            return refusal
        }
    }

    @Test func `who comes back with the code of a sign-in begun here is whom the token names`()
        async throws
    {
        let (query, secret) = try await begun()
        #expect(query["response_type"] == "code" && query["client_id"] == "par/ley")
        #expect(query["scope"] == "openid" && query["code_challenge_method"] == "S256")
        #expect(
            query["redirect_uri"] == "https://us.example.org:8443/api/v1/session/oidc/callback")
        try grant(nonce: query["nonce"])
        let subject = try await signIn.end(
            code: "c", state: query["state"], issuer: Self.issuer, secret: secret)
        #expect(subject == "24400320")
        let (form, authorization) = provider.state.withLock { ($0.form, $0.authorization) }
        // RFC 6749 §2.3.1 has the credentials encoded before they are joined.
        let pair = "Basic " + Base64.encode(Array("par%2Fley:a%20secret%3A".utf8))
        #expect(authorization == pair)
        let sent = try #require(URLComponents(string: "?" + form)?.queryItems)
        let verifier = try #require(sent.first { $0.name == "code_verifier" }?.value)
        // The provider can tell that whoever began it ends it (RFC 7636 §4.6).
        #expect(
            query["code_challenge"]
                == ProviderHand.base64URL(SHA256.hash(data: Data(verifier.utf8))))
        #expect(sent.first { $0.name == "code" }?.value == "c")
    }

    @Test func `an answer counts once, in the browser that began, within ten minutes`() async throws
    {
        let (query, secret) = try await begun()
        try grant(nonce: query["nonce"])
        func end(_ secret: Secret?, _ state: String?) async throws -> SignInRefusal? {
            try await refusal {
                _ = try await signIn.end(code: "c", state: state, issuer: nil, secret: secret)
            }
        }
        #expect(try await end(nil, query["state"]) == .notBegun)
        let strange = Secret(.signIn, bytes: Array(repeating: 1, count: 32))
        #expect(try await end(strange, query["state"]) == .notBegun)
        #expect(try await end(secret, query["state"]) == nil)
        #expect(try await end(secret, query["state"]) == .notBegun)
        // Another's answer, put before somebody who has begun: it uses up what was begun.
        let (mine, own) = try await begun()
        #expect(try await end(own, query["state"]) == .stateWrong)
        #expect(try await end(own, mine["state"]) == .notBegun)
        let (again, third) = try await begun()
        #expect(try await end(third, nil) == .stateWrong)
        let (late, fourth) = try await begun()
        clock.advance(seconds: ProviderSignIn.goodSeconds + 1)
        #expect(try await end(fourth, late["state"]) == .notBegun)
        #expect(again["state"] != late["state"] && again["nonce"] != late["nonce"])
    }

    @Test func `a token for another sign-in, a no and another provider's answer let nobody in`()
        async throws
    {
        func end(code: String? = "c", issuer: String? = nil, nonce: String?) async throws
            -> SignInRefusal?
        {
            let (query, secret) = try await begun()
            try grant(nonce: nonce ?? query["nonce"])
            return try await refusal {
                _ = try await signIn.end(
                    code: code, state: query["state"], issuer: issuer, secret: secret)
            }
        }
        #expect(try await end(nonce: nil) == nil)
        #expect(try await end(nonce: "another") == .nonceWrong)
        #expect(try await end(code: nil, nonce: nil) == .providerRefused)
        #expect(try await end(issuer: "https://evil.example.org", nonce: nil) == .issuerWrong)
        let (query, secret) = try await begun()
        provider.state.withLock { $0.token = nil }
        #expect(
            try await refusal {
                _ = try await signIn.end(
                    code: "c", state: query["state"], issuer: nil, secret: secret)
            } == .answered(400))
    }

    @Test func `a new key of the provider's is found, and an unknown one asks again once a minute`()
        async throws
    {
        func end(key: String) async throws -> SignInRefusal? {
            let (query, secret) = try await begun()
            try grant(nonce: query["nonce"], key: key)
            return try await refusal {
                _ = try await signIn.end(
                    code: "c", state: query["state"], issuer: nil, secret: secret)
            }
        }
        #expect(try await end(key: "ed") == nil)
        for _ in 0..<5 { #expect(try await end(key: "new") == .keyUnknown) }
        #expect(provider.state.withLock { $0.keyReadings } == 1)
        guard case .object(let key) = try hand.keys[2] else { return }
        let renamed = JSONObject(
            key.members.map { $0.name == "kid" ? .init(name: "kid", value: .string("new")) : $0 })
        let document = hand.document([.object(renamed)])
        provider.state.withLock { $0.keys = document }
        clock.advance(seconds: 60)
        #expect(try await end(key: "new") == nil)
        #expect(provider.state.withLock { $0.keyReadings } == 2)
    }

    @Test(arguments: [
        ("issuer", "https://id.example.com", SignInRefusal.issuerWrong),
        ("issuer", "https://id.example.org/", .issuerWrong),
        ("token_endpoint", "http://id.example.org/token", .addressRefused("token_endpoint")),
        ("jwks_uri", "file:///etc/passwd", .addressRefused("jwks_uri")),
        ("jwks_uri", "https://user@id.example.org/keys", .addressRefused("jwks_uri")),
        (
            "authorization_endpoint", "javascript:alert(1)",
            .addressRefused("authorization_endpoint")
        ),
    ])
    func `a configuration that names another issuer, or what is no place to ask, is not believed`(
        name: String, value: String, expected: SignInRefusal
    ) async throws {
        provider.state.withLock { state in
            state.configuration = JSONObject(
                Self.configuration.members.map {
                    $0.name == name ? .init(name: name, value: .string(value)) : $0
                })
        }
        #expect(try await refusal { _ = try await signIn.begin() } == expected)
    }

    @Test func `of too many begun at once the oldest is forgotten`() async throws {
        let (query, first) = try await begun()
        clock.advance(seconds: 1)
        for _ in 0..<ProviderSignIn.begunLimit { _ = try await signIn.begin() }
        try grant(nonce: query["nonce"])
        #expect(
            try await refusal {
                _ = try await signIn.end(
                    code: "c", state: query["state"], issuer: nil, secret: first)
            } == .notBegun)
    }

    @Test(arguments: [
        ("https://a.example", "a.example", 443, "/"),
        ("https://A.example:8443/x?y=1", "a.example", 8443, "/x?y=1"),
        ("http://127.0.0.1:9400/", "127.0.0.1", 9400, "/"),
        ("https://[2001:db8::1]/k", "2001:db8::1", 443, "/k"),
        ("http://[::1]:80?q", "::1", 80, "/?q"),
    ])
    func `an address of a provider is taken apart`(
        text: String, host: String, port: Int, target: String
    ) throws {
        let url = try #require(ProviderURL(text))
        #expect(url.host == host && url.port == port && url.target == target)
    }

    @Test(arguments: [
        "", "https://", "https:///x", "ftp://a", "http://a.example", "http://10.0.0.1/",
        "https://a@b", "https://a#b", "https://a:0", "https://a:65536", "https://a:x",
        "https://a b",
        "https://[::1", "https://::1", "https://[a]", "https://a\\b", "https://é.example",
        "https://a/" + String(repeating: "x", count: 2048), "http://127.0.0.1.evil.example/",
    ])
    func `what is no address of a provider is refused`(text: String) {
        #expect(ProviderURL(text) == nil)
    }
}

struct LinkedAccountTests {
    private let folder: TemporaryFolder
    private let accounts: Accounts
    private let clock = ManualClock(Timestamp(text: "2026-11-24T03:00:00Z")!)
    private let ann = AccountName("ann")!
    private static let password = "correct horse battery"

    init() async throws {
        folder = try TemporaryFolder()
        accounts = Accounts(
            of: PartyID("us")!, store: try SQLiteDesk(path: folder.path("desk.sqlite")),
            clock: clock, randomness: SeededRandomness(seed: 7), passwordCost: 10)
        for name in ["ann", "bob"] {
            try await accounts.add(
                AccountName(name)!, organ: OrganID("poc")!, roles: [.officer],
                password: Self.password)
        }
    }

    @Test func `the provider's word opens the account that is linked, and makes none`() async throws
    {
        await #expect(throws: SignInRefusal.notLinked) {
            try await accounts.signIn(linkedTo: "24400320")
        }
        try await accounts.change(ann, AccountChange(subject: "24400320"))
        let (_, account) = try await accounts.signIn(linkedTo: "24400320")
        #expect(account.name == ann)
        #expect(try await accounts.store.accounts().count == 2)
        try await accounts.change(ann, AccountChange(isDisabled: true))
        await #expect(throws: SignInRefusal.notLinked) {
            try await accounts.signIn(linkedTo: "24400320")
        }
    }

    @Test func `one subject is one account's, and leaves with its sessions`() async throws {
        try await accounts.change(ann, AccountChange(subject: "s"))
        await #expect(throws: AccountRefusal.subjectTaken) {
            try await accounts.change(AccountName("bob")!, AccountChange(subject: "s"))
        }
        for wrong in ["", String(repeating: "s", count: 256)] {
            await #expect(throws: AccountRefusal.subjectMalformed) {
                try await accounts.change(ann, AccountChange(subject: wrong))
            }
        }
        let (secret, _) = try await accounts.signIn(linkedTo: "s")
        try await accounts.change(ann, AccountChange(forgetsSubject: true))
        let agreement = AgreementID(Digest(hashing: [1]))
        #expect(try await accounts.caller(with: secret.text, under: agreement) == nil)
        try await accounts.change(AccountName("bob")!, AccountChange(subject: "s"))
    }

    @Test func `an account that signs in at the provider alone has no password to try`()
        async throws
    {
        await #expect(throws: AccountRefusal.subjectMissing(ann)) {
            try await accounts.change(ann, AccountChange(forgetsPassword: true))
        }
        try await accounts.change(ann, AccountChange(subject: "s", forgetsPassword: true))
        await #expect(throws: AccountRefusal.signInRefused) {
            try await accounts.signIn("ann", password: Self.password, code: nil, from: "x")
        }
        await #expect(throws: AccountRefusal.subjectMissing(ann)) {
            try await accounts.change(ann, AccountChange(forgetsSubject: true))
        }
        _ = try await accounts.signIn(linkedTo: "s")
    }
}
