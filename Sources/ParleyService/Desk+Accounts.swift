import ParleyLog
import ParleyNode
import ParleyStatements

extension Desk {
    /// Whose session it is; ``Operation/Access/person`` has made sure that there is one.
    private func own(_ ask: Ask) throws(Problem) -> AccountName {
        guard let name = ask.caller.account else { throw .signInNeeded }
        return name
    }

    private func named(_ ask: Ask) throws(Problem) -> AccountName {
        guard let name = AccountName(ask.parameter("name")) else { throw .notFound }
        return name
    }

    private func json(of name: AccountName) async throws -> JSONObject {
        guard let account = try await accounts.store.account(name) else {
            throw AccountRefusal.accountUnknown(name)
        }
        return account.json
    }

    // MARK: One's own

    func signIn(_ ask: Ask) async throws -> Answer {
        let (secret, account) = try await accounts.signIn(
            ask.given.text("name") ?? "", password: ask.given.text("password") ?? "",
            code: ask.given.text("code"), from: ask.place)
        // Whoever signs in again has one session of it, the new one.
        if let before = ask.secret, before.kind == .session {
            try await accounts.signOut(before)
        }
        return Answer(account.json, session: secret)
    }

    func showSession(_ ask: Ask) async throws -> Answer {
        Answer(try await json(of: try own(ask)))
    }

    func signOut(_ ask: Ask) async throws -> Answer {
        if let secret = ask.secret { try await accounts.signOut(secret) }
        return Answer(nil, endsSession: true)
    }

    func sessions(_ ask: Ask) async throws -> Answer {
        let sessions = try await accounts.sessions(of: try own(ask))
        return Answer([
            "sessions": .array(
                sessions.map { one in
                    .object([
                        "began": .string(one.began.text), "seen": .string(one.seen.text),
                        "current": .bool(one.digest == ask.secret?.digest),
                    ])
                })
        ])
    }

    func signOutEverywhere(_ ask: Ask) async throws -> Answer {
        try await accounts.change(try own(ask), AccountChange(signsOut: true))
        return Answer(nil, endsSession: true)
    }

    /// Asked for again: an unattended session must not be enough to take the account over.
    private func prove(_ name: AccountName, by field: String, _ ask: Ask) async throws {
        try await accounts.prove(
            name, password: ask.given.text(field) ?? "", from: ask.place)
    }

    func setPassword(_ ask: Ask) async throws -> Answer {
        let name = try own(ask)
        try await prove(name, by: "old", ask)
        try await accounts.setPassword(ask.given.text("password") ?? "", of: name)
        return Answer(nil, endsSession: true)
    }

    func beginFactor(_ ask: Ask) async throws -> Answer {
        let name = try own(ask)
        try await prove(name, by: "password", ask)
        return Answer(["address": .string(try await accounts.beginFactor(of: name))])
    }

    func confirmFactor(_ ask: Ask) async throws -> Answer {
        let codes = try await accounts.confirmFactor(
            ask.given.text("code") ?? "", of: try own(ask))
        return Answer(["recoveryCodes": .array(codes.map(JSONValue.string))])
    }

    func removeFactor(_ ask: Ask) async throws -> Answer {
        let name = try own(ask)
        try await prove(name, by: "password", ask)
        try await accounts.removeFactor(of: name)
        return Answer(nil, endsSession: true)
    }

    func tokens(_ ask: Ask) async throws -> Answer {
        let tokens = try await accounts.store.tokens(of: try own(ask))
        return Answer(["tokens": .array(tokens.map { .object($0.json) })])
    }

    func addToken(_ ask: Ask) async throws -> Answer {
        let label = ask.given.text("label") ?? ""
        let secret = try await accounts.addToken(
            label, of: try own(ask), roles: ask.given.roles("roles") ?? [],
            agreement: ask.given.flag("anyAgreement") == true ? nil : agreement,
            days: Int(ask.given.number("days") ?? 90))
        return Answer(["label": .string(label), "token": .string(secret.text)])
    }

    func revokeToken(_ ask: Ask) async throws -> Answer {
        try await accounts.revokeToken(ask.parameter("label"), of: try own(ask))
        return .nothing
    }

    // MARK: Everybody's

    func listAccounts() async throws -> Answer {
        let all = try await accounts.store.accounts()
        return Answer(["accounts": .array(all.map { .object($0.json) })])
    }

    func addAccount(_ ask: Ask) async throws -> Answer {
        let text = ask.given.text("name") ?? ""
        guard let name = AccountName(text) else { throw AccountRefusal.nameMalformed(text) }
        let wanted = ask.given.text("organ") ?? node.identity.seat.organ.text
        guard let organ = node.identity.keys.organs.first(where: { $0.text == wanted }) else {
            throw Problem.organUnknown(wanted)
        }
        try await accounts.add(
            name, organ: organ, roles: ask.given.roles("roles") ?? [],
            password: ask.given.text("password"), company: try company(ask))
        return Answer(try await json(of: name))
    }

    func showAccount(_ ask: Ask) async throws -> Answer {
        Answer(try await json(of: try named(ask)))
    }

    func changeAccount(_ ask: Ask) async throws -> Answer {
        let name = try named(ask)
        let given = ask.given
        try await accounts.change(
            name,
            AccountChange(
                roles: given.roles("roles"), password: given.text("password"),
                isDisabled: given.flag("disabled"),
                forgetsFactor: given.flag("forgetFactor") ?? false,
                signsOut: given.flag("signOut") ?? false,
                subject: given.text("subject"),
                forgetsSubject: given.flag("forgetSubject") ?? false,
                forgetsPassword: given.flag("forgetPassword") ?? false,
                company: try company(ask)))
        return Answer(try await json(of: name))
    }

    private func company(_ ask: Ask) throws(AccountRefusal) -> CompanyName? {
        guard let text = ask.given.text("company") else { return nil }
        guard let company = CompanyName(text) else { throw .companyMalformed }
        return company
    }

    // MARK: The trail

    func trail(_ ask: Ask) async throws -> Answer {
        var filter = TrailFilter()
        filter.account = ask.given.text("account")
        filter.operation = ask.given.text("operation")
        filter.object = ask.given.text("object")
        filter.since = ask.given.instant("since")
        filter.until = ask.given.instant("until")
        let after = ask.given.text("after").map { Int64($0) ?? 0 }
        let limit = Int(ask.given.number("limit") ?? 50)
        let store = accounts.store
        let entries =
            ask.given.flag("newest") == true
            ? try await store.trail(before: after ?? .max, limit: limit, matching: filter)
            : try await store.trail(from: (after ?? 0) + 1, limit: limit, matching: filter)
        let head = try await accounts.store.trailHead()
        var json: JSONObject = [
            "entries": .array(entries.map { .object($0.json) }),
            "count": .integer(head?.number ?? 0),
            "head": .string((head?.digest ?? TrailEntry.beginning).text),
        ]
        if entries.count == limit, let last = entries.last {
            json = json.adding(["next": .string(String(last.number))])
        }
        return Answer(json)
    }
}
