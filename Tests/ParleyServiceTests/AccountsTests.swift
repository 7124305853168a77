import Foundation
import ParleyLog
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

@testable import ParleyService

struct AccountsTests {
    private let folder: TemporaryFolder
    private let clock = ManualClock(Timestamp(text: "2026-11-24T03:00:00Z")!)
    private let store: SQLiteDesk
    private let accounts: Accounts
    private let ann = AccountName("ann")!
    private let agreement = AgreementID(Digest(hashing: [1]))
    private static let password = "correct horse battery"

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteDesk(path: folder.path("desk.sqlite"))
        accounts = Accounts(
            of: PartyID("us")!, store: store, clock: clock, randomness: SeededRandomness(seed: 7),
            passwordCost: 10)
        try await add("ann", [.officer, .administrator])
    }

    private func add(_ name: String, _ roles: Set<Role>) async throws {
        try await accounts.add(
            AccountName(name)!, organ: OrganID("poc")!, roles: roles, password: Self.password)
    }

    private func signIn(
        _ name: String = "ann", password: String = password, code: String? = nil,
        from place: String = "192.0.2.1"
    ) async throws -> Secret {
        try await accounts.signIn(name, password: password, code: code, from: place).0
    }

    private func refusal(_ work: () async throws -> Void) async throws -> AccountRefusal? {
        do {
            try await work()
            return nil
        } catch let refusal as AccountRefusal {
            return refusal
        }
    }

    // MARK: Signing in

    @Test func `who signs in is the caller until the session is over`() async throws {
        let secret = try await signIn()
        let caller = try await accounts.caller(with: secret.text, under: agreement)
        #expect(caller?.account == ann && caller?.roles == [.officer, .administrator])
        #expect(caller?.means == .session)
        try await accounts.signOut(secret)
        #expect(try await accounts.caller(with: secret.text, under: agreement) == nil)
    }

    @Test func `signing in and setting a password hash one, and nothing else does`() async throws {
        let hashing = CountedHashing()
        let counted = Accounts(
            of: PartyID("us")!, store: store, clock: clock, randomness: SeededRandomness(seed: 9),
            passwordCost: 10, hashing: hashing)
        func count(_ work: () async throws -> Void) async throws -> Int {
            let before = await hashing.count
            try await work()
            return await hashing.count - before
        }
        var secret: Secret?
        var token: Secret?
        #expect(
            try await count {
                secret = try await counted.signIn(
                    "ann", password: Self.password, code: nil, from: "192.0.2.1"
                ).0
            } == 1)
        #expect(
            try await count { try await counted.setPassword("a new horse battery", of: ann) } == 1)
        secret = try await counted.signIn(
            "ann", password: "a new horse battery", code: nil, from: "192.0.2.1"
        ).0
        let session = try #require(secret)
        let others = try await count {
            for _ in 0..<3 {
                #expect(try await counted.caller(with: session.text, under: agreement) != nil)
            }
            token = try await counted.addToken(
                "feed", of: ann, roles: [.officer], agreement: nil, days: 1)
            let program = try #require(token)
            for text in [program.text, program.text + "x", "parley_", ""] {
                _ = try await counted.caller(with: text, under: agreement)
            }
            try await counted.revokeToken("feed", of: ann)
            _ = try await counted.beginFactor(of: ann)
            try await counted.change(ann, AccountChange(roles: [.administrator, .auditor]))
            try await counted.add(
                AccountName("bob")!, organ: OrganID("poc")!, roles: [.officer], password: nil)
            try await counted.signOut(session)
        }
        #expect(others == 0)
        // A name that there is not costs a guesser as much.
        #expect(
            try await count {
                _ = try await refusal {
                    _ = try await counted.signIn(
                        "nobody", password: "x", code: nil, from: "192.0.2.9")
                }
            } == 1)
    }

    @Test func `an idle session ends, one in use lasts a shift and no longer`() async throws {
        let secret = try await signIn()
        clock.advance(seconds: Session.idleSeconds)
        #expect(try await accounts.caller(with: secret.text, under: agreement) != nil)
        clock.advance(seconds: Session.idleSeconds + 1)
        #expect(try await accounts.caller(with: secret.text, under: agreement) == nil)
        let other = try await signIn()
        for _ in 0..<(Session.longestSeconds / 1200) {
            #expect(try await accounts.caller(with: other.text, under: agreement) != nil)
            clock.advance(seconds: 1200)
        }
        #expect(try await accounts.caller(with: other.text, under: agreement) != nil)
        clock.advance(seconds: 1)
        #expect(try await accounts.caller(with: other.text, under: agreement) == nil)
    }

    @Test func `whoever signs out everywhere ends each session, and nobody else's`() async throws {
        try await add("bob", [.officer])
        var mine: [Secret] = []
        for _ in 0..<3 { mine.append(try await signIn()) }
        let other = try await signIn("bob")
        clock.advance(seconds: Session.idleSeconds + 1)
        let newest = try await signIn()
        // Those that are over are listed no more.
        #expect(try await accounts.sessions(of: ann).map(\.digest) == [newest.digest])
        let bobs = try await signIn("bob")
        try await accounts.change(ann, AccountChange(signsOut: true))
        #expect(try await accounts.sessions(of: ann).isEmpty)
        for secret in mine + [newest, other] {
            #expect(try await accounts.caller(with: secret.text, under: agreement) == nil)
        }
        #expect(try await accounts.caller(with: bobs.text, under: agreement) != nil)
    }

    @Test func `a wrong name or password and a disabled account hear the same`() async throws {
        try await add("bob", [.officer])
        try await accounts.change(AccountName("bob")!, AccountChange(isDisabled: true))
        for (name, password) in [
            ("nobody", Self.password), ("ann", "wrong horse battery"), ("bob", Self.password),
            ("Not A Name", Self.password), ("ann", String(repeating: "x", count: 10_000)),
        ] {
            let heard = try await refusal { _ = try await signIn(name, password: password) }
            #expect(heard == .signInRefused, "\(name)")
        }
    }

    @Test func `after five wrong tries a name waits, whether there is such an account or not`()
        async throws
    {
        for name in ["ann", "nobody"] {
            for _ in 0..<Attempts.free {
                let heard = try await refusal {
                    _ = try await signIn(name, password: "wrong horse battery", from: name)
                }
                #expect(heard == .signInRefused)
            }
            let until = clock.now().adding(seconds: 30)
            let heard = try await refusal { _ = try await signIn(name, from: name) }
            #expect(heard == .waits(until: until))
        }
        clock.advance(seconds: 30)
        _ = try await signIn()
        // The right password has wiped the name's tries.
        let heard = try await refusal { _ = try await signIn(password: "wrong horse battery") }
        #expect(heard == .signInRefused)
    }

    @Test func `one place that tries many names waits too`() async throws {
        for number in 0..<Attempts.free {
            _ = try await refusal { _ = try await signIn("name\(number)", from: "192.0.2.9") }
        }
        let heard = try await refusal { _ = try await signIn(from: "192.0.2.9") }
        #expect(heard == .waits(until: clock.now().adding(seconds: 30)))
        _ = try await signIn(from: "192.0.2.10")
    }

    @Test func `tries at the same time all count`() async throws {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    _ = try? await signIn(
                        password: "wrong horse battery", from: "192.0.2.\(number)")
                }
            }
        }
        let heard = try await refusal { _ = try await signIn() }
        guard case .waits = heard else {
            Issue.record("\(String(describing: heard))")
            return
        }
    }

    // MARK: The second factor

    private func factor() async throws -> OneTimeSecret {
        let address = try await accounts.beginFactor(of: ann)
        let text = try #require(address.firstMatch(of: /secret=([A-Z2-7]+)/)?.1.lowercased())
        return OneTimeSecret(bytes: try #require(Base32.decode(text)))
    }

    private func code(_ secret: OneTimeSecret) -> String {
        secret.code(at: clock.now().secondsSinceEpoch / OneTimeSecret.secondsPerStep)
    }

    @Test func `a second factor is asked for once it was confirmed, and each code is good once`()
        async throws
    {
        let secret = try await factor()
        _ = try await signIn()
        let wrong = try await refusal { _ = try await accounts.confirmFactor("000000", of: ann) }
        #expect(wrong == .codeWrong)
        _ = try await accounts.confirmFactor(code(secret), of: ann)
        let missing = try await refusal { _ = try await signIn() }
        #expect(missing == .codeNeeded)
        // The code that confirmed it is used up.
        let again = try await refusal { _ = try await signIn(code: code(secret)) }
        #expect(again == .signInRefused)
        clock.advance(seconds: 30)
        _ = try await signIn(code: code(secret))
        let twice = try await refusal { _ = try await signIn(code: code(secret)) }
        #expect(twice == .signInRefused)
    }

    @Test func `a recovery code stands in for the factor once`() async throws {
        let codes = try await accounts.confirmFactor(code(try await factor()), of: ann)
        _ = try await signIn(code: codes[3].uppercased())
        let twice = try await refusal { _ = try await signIn(code: codes[3]) }
        #expect(twice == .signInRefused)
        _ = try await signIn(code: codes[4])
        #expect(try await store.account(ann)?.recoveryCodes.count == 8)
    }

    @Test func `who is asked for a second factor and has none sets one up and does nothing else`()
        async throws
    {
        let asking = Accounts(
            of: PartyID("us")!, store: store, clock: clock, randomness: SeededRandomness(seed: 8),
            factorRoles: [.administrator, .approver], passwordCost: 10)
        try await add("bob", [.officer])
        func lacks(_ secret: Secret) async throws -> Bool? {
            let caller = try await asking.caller(with: secret.text, under: agreement)
            let means = try #require(caller?.means)
            let standing = try await asking.standing(
                of: secret.digest, by: means, under: agreement, at: clock.now())
            #expect(standing?.caller == caller)
            return caller?.lacksFactor
        }
        let secret = try await signIn()
        #expect(try await lacks(secret) == true)
        #expect(try await lacks(try await signIn("bob")) == false, "no such role")
        let unasked = try await accounts.caller(with: secret.text, under: agreement)
        #expect(unasked?.lacksFactor == false, "no such policy")
        #expect(try await lacks(try await token()) == false, "a program has none")
        try await asking.change(ann, AccountChange(subject: "s"))
        let (provided, _) = try await asking.signIn(linkedTo: "s")
        #expect(try await lacks(provided) == false, "the provider's own counts")
        let again = try await signIn()
        #expect(try await lacks(again) == true)
        _ = try await asking.confirmFactor(code(try await factor()), of: ann)
        #expect(try await lacks(again) == false)
        // One that is taken away is asked for anew.
        try await asking.removeFactor(of: ann)
        #expect(try await lacks(try await signIn()) == true)
    }

    @Test func `a right password alone does not tell whether a code was asked for by a wrong one`()
        async throws
    {
        _ = try await accounts.confirmFactor(code(try await factor()), of: ann)
        let heard = try await refusal {
            _ = try await signIn(password: "wrong horse battery", code: "123456")
        }
        #expect(heard == .signInRefused)
    }

    // MARK: Changes

    @Test func `another password, and being disabled, end an account's sessions`() async throws {
        let first = try await signIn()
        try await accounts.setPassword("another horse battery", of: ann)
        #expect(try await accounts.caller(with: first.text, under: agreement) == nil)
        try await add("bob", [.officer])
        let second = try await signIn("bob")
        try await accounts.change(AccountName("bob")!, AccountChange(isDisabled: true))
        #expect(try await accounts.caller(with: second.text, under: agreement) == nil)
    }

    @Test func `roles hold from the next question on`() async throws {
        let secret = try await signIn()
        try await accounts.change(ann, AccountChange(roles: [.administrator]))
        let caller = try await accounts.caller(with: secret.text, under: agreement)
        #expect(caller?.roles == [.administrator])
    }

    @Test func `the last administrator stays one`() async throws {
        let roles = try await refusal {
            try await accounts.change(ann, AccountChange(roles: [.officer]))
        }
        #expect(roles == .lastAdministrator(ann))
        let disabled = try await refusal {
            try await accounts.change(ann, AccountChange(isDisabled: true))
        }
        #expect(disabled == .lastAdministrator(ann))
        try await add("bob", [.administrator])
        try await accounts.change(ann, AccountChange(isDisabled: true))
        #expect(
            try await refusal {
                try await accounts.change(AccountName("bob")!, AccountChange(roles: [.officer]))
            }
                == .lastAdministrator(AccountName("bob")!))
    }

    @Test func `a name is taken once, and the first account is made once`() async throws {
        #expect(try await refusal { try await add("ann", [.officer]) } == .nameTaken(ann))
        let first = try await refusal {
            try await accounts.add(
                AccountName("eve")!, organ: OrganID("poc")!, roles: [.administrator],
                password: Self.password, isFirst: true)
        }
        #expect(first == .firstLinkWrong)
        #expect(try await refusal { try await add("bob", []) } == .rolesMissing)
    }

    // MARK: Tokens

    private func token(
        _ roles: Set<Role> = [.officer], agreement: AgreementID? = nil, days: Int = 1
    ) async throws -> Secret {
        try await accounts.addToken(
            "feed", of: ann, roles: roles, agreement: agreement, days: days)
    }

    @Test func `a token has its roles, for its agreement, for its time`() async throws {
        let other = AgreementID(Digest(hashing: [2]))
        let secret = try await token(agreement: agreement)
        let caller = try await accounts.caller(with: secret.text, under: agreement)
        #expect(caller?.roles == [.officer] && caller?.means == .token(label: "feed"))
        #expect(try await accounts.caller(with: secret.text, under: other) == nil)
        clock.advance(seconds: 86_399)
        #expect(try await accounts.caller(with: secret.text, under: agreement) != nil)
        clock.advance(seconds: 1)
        #expect(try await accounts.caller(with: secret.text, under: agreement) == nil)
    }

    @Test func `a token loses what its holder loses, and all when it is revoked`() async throws {
        try await add("bob", [.administrator])
        let secret = try await token([.officer, .administrator])
        try await accounts.change(ann, AccountChange(roles: [.administrator]))
        let caller = try await accounts.caller(with: secret.text, under: agreement)
        #expect(caller?.roles == [.administrator])
        try await accounts.revokeToken("feed", of: ann)
        #expect(try await accounts.caller(with: secret.text, under: agreement) == nil)
        let twice = try await refusal { try await accounts.revokeToken("feed", of: ann) }
        #expect(twice == .tokenUnknown("feed"))
    }

    @Test func `a token that its holder could not use is not made`() async throws {
        _ = try await token()
        #expect(try await refusal { _ = try await token() } == .tokenLabelTaken("feed"))
        #expect(
            try await refusal { _ = try await token([.auditor]) } == .tokenRoleNotHeld(.auditor))
        #expect(
            try await refusal { _ = try await token(days: 367) }
                == .tokenDaysMalformed(367, limit: 366))
        #expect(
            try await refusal {
                _ = try await accounts.addToken(
                    "a b", of: ann, roles: [.officer], agreement: nil, days: 1)
            } == .tokenLabelMalformed("a b"))
    }

    @Test func `what is kept holds no secret and no password`() async throws {
        let secrets = [try await signIn().text, try await token().text, Self.password]
        let codes = try await accounts.confirmFactor(code(try await factor()), of: ann)
        var kept = ""
        for end in ["", "-wal"] {
            let bytes = try Data(contentsOf: URL(filePath: folder.path("desk.sqlite") + end))
            kept += String(decoding: bytes, as: Unicode.ASCII.self)
        }
        #expect(kept.contains("administrator"))
        for secret in secrets + codes {
            #expect(!kept.contains(secret))
            #expect(!kept.contains(secret.filter { $0 != "-" }))
        }
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("desk.sqlite"))
        #expect(mode[.posixPermissions] as? Int == 0o600)
    }
}

/// Says how often passwords were hashed.
private actor CountedHashing: PasswordHashing {
    private(set) var count = 0

    func hash(_ password: String, cost: Int, salt: [UInt8]) -> PasswordHash {
        count += 1
        return PasswordHash(cost: cost, salt: salt, of: password)
    }

    func isMatch(_ hash: PasswordHash, _ password: String) -> Bool {
        count += 1
        return hash.matches(password)
    }
}
