import ParleyService
import ParleyStatements

/// People and what was done: for administrators, and the trail for auditors too.
enum AdministrationPages {
    static var all: [Page] {
        [
            Page(
                "desk/accounts", needs: ["account.list"],
                forms: [.init("add", "account.add", add)], show: showPeople),
            Page(
                "desk/accounts/{name}", needs: ["account.show"],
                forms: [.init("change", "account.change", change)], show: showPerson),
            Page(
                "desk/trail", needs: ["trail.list"],
                forms: [.init("check", "trail.check", showTrail)],
                show: showTrail),
        ]
    }

    private static var roles: [Role] {
        [.officer, .caseOfficer, .approver, .auditor, .company, .administrator]
    }

    // MARK: People

    private static func showPeople(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let accounts = try await request.read("account.list").objects("accounts")
        return .page(
            Frame(sheet, title: words("people.title"), place: .accounts).page { html in
                html(.h1, text: words("people.title"))
                html.problem(request.problem, sheet)
                html(.table, .class("stack")) { html in
                    html(.thead) { html in
                        html(.tr) { html in
                            for head in ["name", "organ", "roles", "factor"] {
                                html(
                                    .th, .plain(.scope, "col"), text: words("account.\(head)"))
                            }
                        }
                    }
                    html(.tbody) { html in
                        for account in accounts { row(&html, sheet, account) }
                    }
                }
                html(.p) { html in
                    html(
                        .a, .href(sheet.link("desk", "webhooks")),
                        text: words("notify.node-webhooks"))
                }
                html(.h2, text: words("people.add"))
                html.form("add", request) { html in
                    html.field(
                        "name", words("account.name"), request, hint: words("account.name-hint")
                    ) { [.plain(.autocomplete, "off"), .plain(.spellcheck, "false")] }
                    html.ticks(
                        "roles", words("account.roles"),
                        roles.map { (value: $0.rawValue, title: sheet.role($0)) },
                        chosen: Set(request.form.texts("roles")))
                    html.secret(
                        "password", words("account.password"), request, "new-password",
                        hint: words("account.password-hint"))
                    html.choice(
                        "organ", words("account.organ"), organs(sheet),
                        chosen: request.form.text("organ"), empty: words("form.choose"),
                        mark: words("form.optional"))
                    html.field(
                        "company", words("account.company"), request,
                        hint: words("account.company-hint"), isRequired: false
                    ) { [.plain(.autocomplete, "off")] }
                    html(.button, .class("main"), text: words("people.add"))
                }
            })
    }

    private static func organs(_ sheet: Sheet) -> [(value: String, title: String)] {
        (sheet.agreement.party(sheet.party)?.organs ?? []).map { ($0.id.text, $0.id.text) }
    }

    private static func row(_ html: inout HTML, _ sheet: Sheet, _ account: JSONObject) {
        let words = sheet.words
        let name = account.text("name") ?? ""
        html(.tr) { html in
            html(.td) { html in
                html(.a, .href(sheet.link("desk", "accounts", name)), .plain(.data, "row")) {
                    $0(.bdi, text: name)
                }
                if account.flag("disabled") {
                    html.text(" · " + words("people.disabled"))
                }
            }
            html(.td) { html in
                html.text(account.text("organ") ?? "")
                if let company = account.text("company") {
                    html.text(" · ")
                    html(.bdi, text: company)
                }
            }
            html(
                .td,
                text: words.list(
                    account.texts("roles").compactMap(Role.init(rawValue:)).map(sheet.role)))
            html(
                .td,
                text: words(account.flag("secondFactor") ? "people.factor" : "people.no-factor"))
        }
    }

    private static func add(_ request: PageRequest) async throws -> PageReply {
        let made = try await request.read(
            "account.add", [:], AccountPages.given(request, "account.add"))
        return .redirect(Address("desk", "accounts", made.text("name") ?? ""))
    }

    private static func showPerson(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let name = request.parameter("name")
        let account = try await request.read("account.show", ["name": name])
        let held = Set(account.texts("roles"))
        return .page(
            Frame(sheet, title: name, place: .accounts).page { html in
                html(.h1) { $0(.bdi, text: name) }
                html.problem(request.problem, sheet)
                if request.query("done") != nil {
                    html(.p, .class("note"), .plain(.role, "status"), text: words("people.done"))
                }
                html(.table, .class("stack")) { html in
                    html(.tbody) { row(&$0, sheet, account) }
                }
                html.form("change", request) { html in
                    html.ticks(
                        "roles", words("account.roles"),
                        roles.map { (value: $0.rawValue, title: sheet.role($0)) }, chosen: held)
                    html.field(
                        "company", words("account.company"), request,
                        value: account.text("company") ?? "", hint: words("account.company-hint"),
                        isRequired: false)
                    html(.button, .class("plain"), text: words("people.save-roles"))
                }
                html(.div, .class("actions")) { html in
                    let isOut = account.flag("disabled")
                    html.act(
                        "change", words(isOut ? "people.enable" : "people.disable"), request,
                        ("disabled", isOut ? "false" : "true"))
                    html.act("change", words("people.sign-out"), request, ("signOut", "true"))
                    if account.flag("secondFactor") {
                        html.act(
                            "change", words("people.forget-factor"), request,
                            ("forgetFactor", "true"))
                    }
                }
                provider(&html, request, account)
                html.form("change", request) { html in
                    html.secret(
                        "password", words("people.new-password"), request, "new-password",
                        hint: words("account.password-hint"))
                    html(.button, .class("plain"), text: words("people.new-password"))
                }
            })
    }

    /// How the identity provider names an account's holder.
    private static func provider(
        _ html: inout HTML, _ request: PageRequest, _ account: JSONObject
    ) {
        let words = request.words
        let subject = account.text("subject")
        guard request.sheet.hasProvider || subject != nil else { return }
        html.form("change", request) { html in
            html.field(
                "subject", words("people.subject"), request, value: subject ?? "",
                hint: words("people.subject-hint")
            ) { [.plain(.autocomplete, "off")] }
            html(.button, .class("plain"), text: words("people.link"))
        }
        if subject != nil {
            html.act("change", words("people.unlink"), request, ("forgetSubject", "true"))
        }
    }

    private static func change(_ request: PageRequest) async throws -> PageReply {
        let name = request.parameter("name")
        _ = try await request.ask(
            "account.change", ["name": name], AccountPages.given(request, "account.change"))
        return .redirect(Address("desk", "accounts", name).with(("done", "1")))
    }

    // MARK: The trail

    private static let trailFields = ["account", "operation", "object"]

    private static func showTrail(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        var question: JSONObject = ["limit": .integer(100), "newest": .bool(true)]
        for name in trailFields + ["after"] {
            if let text = request.query(name), !text.isEmpty {
                question = question.adding([name: .string(text)])
            }
        }
        let trail = try await request.read("trail.list", [:], question)
        let checked = request.form.has("do") ? try await request.read("trail.check") : nil
        return .page(
            Frame(sheet, title: words("trail.title"), place: .trail).page { html in
                html(.h1, text: words("trail.title"))
                html(.p, text: words("trail.about"))
                html(.p) { html in
                    html.text(
                        words("trail.head", ("n", words.number(Int(trail.number("count") ?? 0))))
                            + " ")
                    html(.code, .class("digest"), text: trail.text("head") ?? "")
                }
                if let checked { verdict(&html, checked, words) }
                html.act("check", words("trail.check"), request)
                html(.form, .class("filters"), .action(sheet.link("desk", "trail"))) { html in
                    for name in trailFields {
                        html.field(
                            name, words("trail.\(name)"), request,
                            value: request.query(name) ?? "", isRequired: false)
                    }
                    html(.button, .class("plain"), text: words("filter.do"))
                }
                entries(&html, request, trail)
            })
    }

    private static func verdict(_ html: inout HTML, _ checked: JSONObject, _ words: Words) {
        let fault = checked.text("fault") ?? checked.text("reason")
        html(
            .p, .class("note"), .plain(.role, "status"),
            text: fault.map { words("trail.broken", ("reason", $0)) } ?? words("trail.whole"))
    }

    private static func entries(
        _ html: inout HTML, _ request: PageRequest, _ trail: JSONObject
    ) {
        let sheet = request.sheet
        let words = request.words
        let entries = trail.objects("entries")
        guard !entries.isEmpty else {
            html(.p, .class("empty"), text: words("trail.empty"))
            return
        }
        html(
            .div, .class("wide"), .plain(.tabindex, "0"), .plain(.role, "region"),
            .plain(.ariaLabel, words("trail.title"))
        ) { html in
            html(.table, .class("trail stack")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html(.th, .plain(.scope, "col"), text: "#")
                        for head in ["at", "account", "operation", "object", "outcome"] {
                            html(.th, .plain(.scope, "col"), text: words("trail.\(head)"))
                        }
                    }
                }
                html(.tbody) { html in
                    for entry in entries {
                        html(.tr) { html in
                            html(.td, text: String(entry.number("number") ?? 0))
                            html(.td) { $0.time(entry.text("at"), sheet) }
                            html(.td) { $0(.bdi, text: entry.text("account") ?? "") }
                            html(.td) { $0(.code, text: entry.text("operation") ?? "") }
                            html(.td) { $0(.bdi, text: entry.text("object") ?? "") }
                            html(.td) { $0(.code, text: entry.text("outcome") ?? "") }
                        }
                    }
                }
            }
        }
        guard let next = trail.text("next") else { return }
        html(.p) { html in
            html(
                .a,
                .href(
                    sheet.link(
                        Address("desk", "trail").with(
                            ("account", request.query("account")),
                            ("operation", request.query("operation")),
                            ("object", request.query("object")), ("after", next)))),
                .plain(.rel, "next"), text: words("queue.more"))
        }
    }
}
