import ParleyService
import ParleyStatements

/// What somebody does with their own account: password, second factor, sessions, tokens, keys.
enum AccountPages {
    static var all: [Page] {
        [
            Page(
                "desk/account", needs: ["session.show"],
                forms: [
                    .init("password", "password.set", setPassword),
                    .init("end-all", "session.end-all", endAll),
                    .init("factor-begin", "factor.begin", beginFactor),
                    .init("factor-confirm", "factor.confirm", confirmFactor),
                    .init("factor-remove", "factor.remove", removeFactor),
                    .init("token-add", "token.add", addToken),
                    .init("token-revoke", "token.revoke", revokeToken),
                ]
            ) { try await show($0) },
            Page(
                "desk/keys", needs: ["keys.show"],
                forms: [.init("unlock", "keys.unlock", unlock), .init("lock", "keys.lock", lock)],
                show: showKeys),
        ]
    }

    /// What is shown this once and kept nowhere.
    private enum Once {
        case factor(address: String)
        case codes([String])
        case token(String)
    }

    private static func show(_ request: PageRequest, once: Once? = nil) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let answers = try await request.desk.answers([
            PageQuestion("session.show"), PageQuestion("session.list"), PageQuestion("token.list"),
        ])
        let account = try answers[0].get().json ?? [:]
        let sessions = try answers[1].get().json?.objects("sessions") ?? []
        // Whoever has to set up a second factor first has no tokens to look at.
        let tokens = try? answers[2].get().json?.objects("tokens") ?? []
        return .page(
            Frame(sheet, title: words("account.title")).page { html in
                html(.h1, text: words("account.title"))
                let isLocked = sheet.viewer?.lacksFactor == true
                html.problem(request.problem ?? (isLocked ? .factorNeeded : nil), sheet)
                html(.dl, .class("facts")) { html in
                    html.fact(words("account.name")) { $0(.bdi, text: account.text("name") ?? "") }
                    html.fact(words("account.organ")) { $0.text(account.text("organ") ?? "") }
                    html.fact(words("account.roles")) { html in
                        html.text(
                            words.list(
                                account.texts("roles").compactMap(Role.init(rawValue:))
                                    .map(sheet.role)))
                    }
                    html.fact(words("account.made")) { $0.time(account.text("made"), sheet) }
                }
                html(.p) { html in
                    html(
                        .a, .href(sheet.link("desk", "account", "notifications")),
                        text: words("notify.title"))
                }
                html.form(
                    "sign-out", request, class: "inline", to: Address("sign-out")
                ) { html in
                    html(.button, .class("plain"), text: words("sign-out.title"))
                }
                factor(&html, request, account, once)
                password(&html, request)
                self.sessions(&html, request, sessions)
                if let tokens { self.tokens(&html, request, tokens, account, once) }
            })
    }

    // MARK: Password and second factor

    private static func password(_ html: inout HTML, _ request: PageRequest) {
        let words = request.words
        html(.h2, text: words("account.change-password"))
        html(.p, .class("hint"), text: words("account.password-ends"))
        html.form("password", request) { html in
            html.secret("old", words("account.old-password"), request, "current-password")
            html.secret("password", words("account.new-password"), request, "new-password")
            html(.button, .class("plain"), text: words("account.change-password"))
        }
    }

    private static func factor(
        _ html: inout HTML, _ request: PageRequest, _ account: JSONObject, _ once: Once?
    ) {
        let words = request.words
        html(.h2, text: words("account.factor"))
        switch once {
        case .factor(let address):
            html(.div, .class("note")) { html in
                html(.p, text: words("account.factor-address"))
                html(.p) { $0(.code, .class("digest"), text: address) }
                html.form("factor-confirm", request) { html in
                    html.field("code", words("account.code"), request) {
                        [.plain(.autocomplete, "one-time-code"), .plain(.inputmode, "numeric")]
                    }
                    html(.button, .class("main"), text: words("account.factor-confirm"))
                }
            }
            return
        case .codes(let codes):
            html(.div, .class("note")) { html in
                html(.p, text: words("account.factor-codes"))
                html(.pre, text: codes.joined(separator: "\n"))
            }
        case .token, nil: break
        }
        let isOn = account.flag("secondFactor")
        html(
            .p,
            text: isOn
                ? words("account.factor-on", ("n", String(account.number("recoveryCodes") ?? 0)))
                : words("account.factor-off"))
        html.form(isOn ? "factor-remove" : "factor-begin", request) { html in
            html.secret(
                "password", words("account.password"), request, "current-password",
                id: "factor-password")
            html(
                .button, .class("plain"),
                text: words(isOn ? "account.factor-remove" : "account.factor-begin"))
        }
    }

    private static func setPassword(_ request: PageRequest) async throws -> PageReply {
        try await ending(request, "password.set")
    }

    private static func endAll(_ request: PageRequest) async throws -> PageReply {
        try await ending(request, "session.end-all")
    }

    private static func removeFactor(_ request: PageRequest) async throws -> PageReply {
        try await ending(request, "factor.remove")
    }

    /// Afterwards one signs in again.
    private static func ending(
        _ request: PageRequest, _ operation: String
    ) async throws -> PageReply {
        .redirect(
            Address("sign-in"), try await request.ask(operation, [:], given(request, operation)))
    }

    static func given(_ request: PageRequest, _ operation: String) -> JSONObject {
        request.form.given(for: Operation.named(operation)?.fields ?? [])
    }

    private static func beginFactor(_ request: PageRequest) async throws -> PageReply {
        let answer = try await request.read(
            "factor.begin", [:], given(request, "factor.begin"))
        return try await show(request, once: .factor(address: answer.text("address") ?? ""))
    }

    private static func confirmFactor(_ request: PageRequest) async throws -> PageReply {
        let answer = try await request.read(
            "factor.confirm", [:], given(request, "factor.confirm"))
        return try await show(request, once: .codes(answer.texts("recoveryCodes")))
    }

    // MARK: Sessions and tokens

    private static func sessions(
        _ html: inout HTML, _ request: PageRequest, _ sessions: [JSONObject]
    ) {
        let sheet = request.sheet
        let words = request.words
        html(.h2, text: words("account.sessions"))
        html(.ul, .class("list")) { html in
            for session in sessions {
                html(.li) { html in
                    html.text(words("account.session-began") + " ")
                    html.time(session.text("began"), sheet)
                    html.text(" · " + words("account.session-seen") + " ")
                    html.time(session.text("seen"), sheet)
                    if session.flag("current") {
                        html(.strong, text: " · " + words("account.session-this"))
                    }
                }
            }
        }
        html.act("end-all", words("account.end-all"), request)
    }

    private static func tokens(
        _ html: inout HTML, _ request: PageRequest, _ tokens: [JSONObject], _ account: JSONObject,
        _ once: Once?
    ) {
        let sheet = request.sheet
        let words = request.words
        html(.h2, text: words("account.tokens"))
        if case .token(let secret) = once {
            html(.div, .class("note")) { html in
                html(.p, text: words("account.token-shown"))
                html(.p) { $0(.code, .class("digest"), text: secret) }
            }
        }
        if tokens.isEmpty { html(.p, .class("quiet"), text: words("account.no-tokens")) }
        html(.ul, .class("list")) { html in
            for token in tokens {
                html(.li) { html in
                    html(.strong, text: token.text("label") ?? "")
                    html.text(" · " + words("account.token-until") + " ")
                    html.time(token.text("until"), sheet)
                    if token.text("used") != nil {
                        html.text(" · " + words("account.token-used") + " ")
                        html.time(token.text("used"), sheet)
                    }
                    guard token.text("revoked") == nil else {
                        html.text(" · " + words("account.token-revoked"))
                        return
                    }
                    html.act(
                        "token-revoke", words("account.token-revoke"), request,
                        class: "plain danger", ("label", token.text("label") ?? ""))
                }
            }
        }
        html.form("token-add", request) { html in
            html.field(
                "label", words("account.token-label"), request,
                hint: words("account.token-label-hint"))
            html.ticks(
                "roles", words("account.roles"),
                account.texts("roles").compactMap(Role.init(rawValue:)).map {
                    (value: $0.rawValue, title: sheet.role($0))
                }, chosen: Set(request.form.texts("roles")))
            html.field(
                "days", words("account.token-days"), request, type: "number",
                value: request.form.text("days") ?? "90")
            html(.button, .class("plain"), text: words("account.token-add"))
        }
    }

    private static func addToken(_ request: PageRequest) async throws -> PageReply {
        let answer = try await request.read("token.add", [:], given(request, "token.add"))
        return try await show(request, once: .token(answer.text("token") ?? ""))
    }

    private static func revokeToken(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("token.revoke", ["label": request.typed("label")])
        return .redirect(Address("desk", "account"))
    }

    // MARK: Keys

    private static func showKeys(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let keys = try await request.read("keys.show")
        return .page(
            Frame(sheet, title: words("keys.title"), place: .sign).page { html in
                html(.h1, text: words("keys.title"))
                html.problem(request.problem, sheet)
                html(.p, text: words("keys.about"))
                guard keys.flag("perShift") else {
                    html(.p, text: words("keys.held"))
                    return
                }
                if keys.flag("locked") {
                    html(.p, .class("note"), text: words("keys.locked"))
                } else {
                    html(.p) { html in
                        html.text(words("keys.unlocked") + " ")
                        html.time(keys.text("until"), sheet)
                    }
                    if sheet.may("keys.lock") { html.act("lock", words("keys.lock"), request) }
                }
                guard sheet.may("keys.unlock") else { return }
                html.form("unlock", request) { html in
                    html.secret("passphrase", words("keys.passphrase"), request, "off")
                    html(.button, .class("main"), text: words("keys.unlock"))
                }
            })
    }

    private static func unlock(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("keys.unlock", [:], given(request, "keys.unlock"))
        return .redirect(Address("desk", "keys"))
    }

    private static func lock(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("keys.lock")
        return .redirect(Address("desk", "keys"))
    }
}
