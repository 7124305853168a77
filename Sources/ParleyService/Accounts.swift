import ParleyLog
package import ParleyNode
package import ParleyStatements

/// Who may use the node: accounts, signing in, sessions and tokens.
///
/// Every wrong try costs as much as a right one and is counted whether the name exists or not, so
/// that no answer tells who has an account here.
package struct Accounts: Sendable {
    package let store: any DeskStore
    let clock: any WallClock
    private let randomness: any Randomness
    private let party: PartyID
    private let passwordCost: Int
    private let slow: any PasswordHashing
    private let factorRoles: Set<Role>

    /// - Parameters:
    ///   - factorRoles: whoever has one of them and signs in by password needs a second factor.
    ///   - passwordCost: less than usual in tests alone.
    ///   - hashing: another than usual in tests alone.
    package init(
        of party: PartyID, store: any DeskStore, clock: any WallClock,
        randomness: any Randomness, factorRoles: Set<Role> = [],
        passwordCost: Int = PasswordHash.usualCost,
        hashing: any PasswordHashing = SlowHashing()
    ) {
        slow = hashing
        self.factorRoles = factorRoles
        self.party = party
        self.store = store
        self.clock = clock
        self.randomness = randomness
        self.passwordCost = passwordCost
    }

    // MARK: Accounts

    /// - Parameter isFirst: the node's first account, which is to administer it.
    package func add(
        _ name: AccountName, organ: OrganID, roles: Set<Role>, password: String?,
        company: CompanyName? = nil, isFirst: Bool = false
    ) async throws {
        guard !roles.isEmpty else { throw AccountRefusal.rolesMissing }
        var account = Account(name: name, organ: organ, roles: roles, madeAt: clock.now())
        account.company = company
        if let password { account.password = try await hash(password, of: name) }
        guard try await store.add(account, isFirst: isFirst) else {
            throw isFirst ? AccountRefusal.firstLinkWrong : .nameTaken(name)
        }
    }

    private func hash(_ password: String, of name: AccountName) async throws -> PasswordHash {
        try PasswordRule.check(password, of: name)
        return await slow.hash(
            password, cost: passwordCost, salt: randomness.bytes(count: 16))
    }

    package func setPassword(_ password: String, of name: AccountName) async throws {
        try await change(name, AccountChange(password: password))
    }

    /// All of it or nothing.
    package func change(_ name: AccountName, _ wish: AccountChange) async throws {
        let roles = wish.roles
        guard roles?.isEmpty != true else { throw AccountRefusal.rolesMissing }
        if let subject = wish.subject {
            guard AccountChange.subjectCharacters.contains(subject.unicodeScalars.count) else {
                throw AccountRefusal.subjectMalformed
            }
            // Two at once are kept apart by the store; this is for the words.
            let holder = try await store.account(linkedTo: subject)
            guard holder == nil || holder?.name == name else { throw AccountRefusal.subjectTaken }
        }
        var hash: PasswordHash?
        if let password = wish.password { hash = try await self.hash(password, of: name) }
        let passwordHash = hash
        try await change(name, endingSessions: wish.endsSessions) { account, administrators in
            let before = account
            account.roles = roles ?? account.roles
            account.isDisabled = wish.isDisabled ?? account.isDisabled
            account.company = wish.company ?? account.company
            account.password = passwordHash ?? account.password
            account.subject = wish.forgetsSubject ? nil : wish.subject ?? account.subject
            if wish.forgetsPassword { account.password = nil }
            let takesAway = wish.forgetsPassword || wish.forgetsSubject
            guard !takesAway || account.password != nil || account.subject != nil else {
                throw AccountRefusal.subjectMissing(name)
            }
            if wish.forgetsFactor { try Self.forgetFactor(of: &account) }
            try Self.keepAdministrator(before, account, administrators)
        }
        // Whoever was shut out by wrong tries is let in with the new one.
        if hash != nil { try await store.forgive(Self.key(ofName: name.text)) }
    }

    /// A node that nobody can administer could only be mended by hand.
    private static func keepAdministrator(
        _ before: Account, _ after: Account, _ administrators: Int
    ) throws {
        guard !before.isAdministrator || after.isAdministrator || administrators > 1 else {
            throw AccountRefusal.lastAdministrator(before.name)
        }
    }

    @discardableResult
    private func change(
        _ name: AccountName, endingSessions: Bool,
        _ change: @escaping @Sendable (inout Account, Int) throws -> Void
    ) async throws -> Account {
        let changed = try await store.change(name, endingSessions: endingSessions, change)
        guard let changed else { throw AccountRefusal.accountUnknown(name) }
        return changed
    }

    // MARK: The second factor

    /// A new secret for the holder's authenticator; nothing asks for it before ``confirmFactor``.
    ///
    /// - Returns: its `otpauth` address.
    package func beginFactor(of name: AccountName) async throws -> String {
        let secret = OneTimeSecret(randomness: randomness)
        try await change(name, endingSessions: false) { account, _ in
            account.pendingFactor = secret
        }
        return secret.address(account: name, party: party.text)
    }

    /// From now on signing in needs a code.
    ///
    /// - Returns: recovery codes, shown this once.
    package func confirmFactor(_ code: String, of name: AccountName) async throws -> [String] {
        let now = clock.now()
        let codes = RecoveryCode.make(randomness)
        try await change(name, endingSessions: false) { account, _ in
            guard let pending = account.pendingFactor,
                let step = pending.step(of: code, at: now, after: nil)
            else { throw AccountRefusal.codeWrong }
            account.secondFactor = pending
            account.pendingFactor = nil
            account.usedStep = step
            account.recoveryCodes = Set(codes.map { RecoveryCode.digest(of: $0) })
        }
        return codes
    }

    package func removeFactor(of name: AccountName) async throws {
        try await change(name, AccountChange(forgetsFactor: true))
    }

    private static func forgetFactor(of account: inout Account) throws {
        guard account.secondFactor != nil || account.pendingFactor != nil else {
            throw AccountRefusal.secondFactorMissing
        }
        account.secondFactor = nil
        account.pendingFactor = nil
        account.usedStep = nil
        account.recoveryCodes = []
    }

    // MARK: Signing in

    /// - Parameters:
    ///   - code: of the second factor, or a recovery code.
    ///   - place: where the try comes from, such as an address of the network.
    /// - Returns: the secret of a new session.
    /// - Throws: ``AccountRefusal/signInRefused``, ``AccountRefusal/codeNeeded`` or
    ///   ``AccountRefusal/waits(until:)``.
    package func signIn(
        _ name: String, password: String, code: String?, from place: String
    ) async throws -> (Secret, Account) {
        let keys = [Self.key(ofName: name), Self.key(ofPlace: place)]
        let account = try await account(name, with: password, keys)
        if account.secondFactor != nil {
            guard let code else { throw AccountRefusal.codeNeeded }
            guard try await use(code, of: account.name) else { try await refuse(keys) }
        }
        // Of the name alone: another's right password does not excuse a place's wrong ones.
        try await store.forgive(keys[0])
        return (try await begin(account.name, isByProvider: false), account)
    }

    /// Whoever is signed in shows the password again.
    ///
    /// - Throws: as ``signIn(_:password:code:from:)`` does; wrong tries count there and here alike.
    package func prove(
        _ name: AccountName, password: String, from place: String
    ) async throws {
        let keys = [Self.key(ofName: name.text), Self.key(ofPlace: place)]
        _ = try await account(name.text, with: password, keys)
        try await store.forgive(keys[0])
    }

    private func account(
        _ name: String, with password: String, _ keys: [Digest]
    ) async throws -> Account {
        try await waitIsOver(keys)
        var account: Account?
        if let name = AccountName(name) { account = try await store.account(name) }
        guard await isRight(password, for: account), let account, !account.isDisabled else {
            try await refuse(keys)
        }
        return account
    }

    func waitIsOver(_ keys: [Digest]) async throws {
        let now = clock.now()
        for key in keys {
            guard let attempts = try await store.attempts(of: key),
                !attempts.isForgotten(at: now), attempts.waitsUntil > now
            else { continue }
            throw AccountRefusal.waits(until: attempts.waitsUntil)
        }
    }

    private func refuse(_ keys: [Digest]) async throws -> Never {
        for key in keys { try await store.failed(key, at: clock.now()) }
        throw AccountRefusal.signInRefused
    }

    private func isRight(_ password: String, for account: Account?) async -> Bool {
        guard password.utf8.count <= PasswordRule.limitBytes else { return false }
        guard let hash = account?.password else {
            // As long as for somebody who is there.
            let salt: [UInt8] = Array(repeating: 0, count: 16)
            _ = await slow.hash(password, cost: passwordCost, salt: salt)
            return false
        }
        return await slow.isMatch(hash, password)
    }

    /// Uses up a code; in one step, so that none is good twice.
    private func use(_ code: String, of name: AccountName) async throws -> Bool {
        let now = clock.now()
        do {
            _ = try await store.change(name, endingSessions: false) { account, _ in
                if let step = account.secondFactor?.step(
                    of: code, at: now, after: account.usedStep)
                {
                    account.usedStep = step
                } else if account.recoveryCodes.remove(RecoveryCode.digest(of: code)) == nil {
                    throw AccountRefusal.codeWrong
                }
            }
            return true
        } catch AccountRefusal.codeWrong {
            return false
        }
    }

    func begin(_ name: AccountName, isByProvider: Bool) async throws -> Secret {
        let now = clock.now()
        let secret = Secret(.session, bytes: randomness.bytes(count: 32))
        try await store.sweep(at: now)
        try await store.begin(
            Session(
                digest: secret.digest, account: name, began: now, seen: now,
                isByProvider: isByProvider))
        return secret
    }

    package func signOut(_ secret: Secret) async throws { try await store.end(secret.digest) }

    /// Those that are not over, the newest first.
    package func sessions(of name: AccountName) async throws -> [Session] {
        let now = clock.now()
        return try await store.sessions(of: name).filter { !$0.isOver(at: now) }
    }

    private static func key(ofName name: String) -> Digest {
        Digest(hashing: Array("parley/try/name\u{0}\(name)".utf8))
    }

    static func key(ofPlace place: String) -> Digest {
        Digest(hashing: Array("parley/try/place\u{0}\(place)".utf8))
    }

    // MARK: Who asks

    /// Whose secret it is; nil for one that is not, or not any more, good.
    package func caller(
        with text: String, under agreement: AgreementID
    ) async throws -> Caller? {
        let now = clock.now()
        if let secret = Secret(.session, text: text) {
            guard let (session, account) = try await store.session(secret.digest),
                !session.isOver(at: now), !account.isDisabled
            else { return nil }
            // Once a minute is enough to tell who is idle, and spares a write for each request.
            if now.seconds(since: session.seen) >= 60 {
                try await store.saw(secret.digest, at: now)
            }
            return caller(in: session, of: account)
        }
        guard let secret = Secret(.token, text: text),
            let (token, account) = try await store.token(secret.digest), token.isGood(at: now),
            !account.isDisabled, token.agreement == nil || token.agreement == agreement
        else { return nil }
        if now.seconds(since: token.usedAt ?? token.madeAt) >= 60 {
            try await store.used(secret.digest, at: now)
        }
        return Caller(
            account: account.name, organ: account.organ,
            // What was taken from the holder is taken from the token.
            roles: token.roles.intersection(account.roles), means: .token(label: token.label))
    }

    func caller(in session: Session, of account: Account) -> Caller {
        Caller(
            account: account.name, organ: account.organ, roles: account.roles, means: .session,
            lacksFactor: account.secondFactor == nil && !session.isByProvider
                && !factorRoles.isDisjoint(with: account.roles))
    }

    // MARK: Tokens

    /// - Returns: its secret, shown this once.
    package func addToken(
        _ label: String, of name: AccountName, roles: Set<Role>, agreement: AgreementID?,
        days: Int
    ) async throws -> Secret {
        guard APIToken.isLabel(label) else { throw AccountRefusal.tokenLabelMalformed(label) }
        guard (1...APIToken.limitDays).contains(days) else {
            throw AccountRefusal.tokenDaysMalformed(days, limit: APIToken.limitDays)
        }
        guard let account = try await store.account(name) else {
            throw AccountRefusal.accountUnknown(name)
        }
        guard !roles.isEmpty else { throw AccountRefusal.rolesMissing }
        for role in roles.sorted() where !account.roles.contains(role) {
            throw AccountRefusal.tokenRoleNotHeld(role)
        }
        let now = clock.now()
        let secret = Secret(.token, bytes: randomness.bytes(count: 32))
        let token = APIToken(
            digest: secret.digest, account: name, label: label, roles: roles,
            agreement: agreement, madeAt: now,
            until: now.adding(seconds: Int64(days) * 86_400))
        guard try await store.add(token) else { throw AccountRefusal.tokenLabelTaken(label) }
        return secret
    }

    package func revokeToken(_ label: String, of name: AccountName) async throws {
        guard try await store.revoke(label, of: name, at: clock.now()) else {
            throw AccountRefusal.tokenUnknown(label)
        }
    }
}

/// Where passwords are hashed, which is slow: signing in and setting one, and nothing else.
package protocol PasswordHashing: Sendable {
    func hash(_ password: String, cost: Int, salt: [UInt8]) async -> PasswordHash
    func isMatch(_ hash: PasswordHash, _ password: String) async -> Bool
}

/// One password at a time: each takes 32 MB and holds a thread, and a crowd that signs in at once
/// must hold up nobody who has.
package actor SlowHashing: PasswordHashing {
    package init() {}

    package func hash(_ password: String, cost: Int, salt: [UInt8]) -> PasswordHash {
        PasswordHash(cost: cost, salt: salt, of: password)
    }

    package func isMatch(_ hash: PasswordHash, _ password: String) -> Bool {
        hash.matches(password)
    }
}
