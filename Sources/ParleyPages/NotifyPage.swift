import ParleyService
import ParleyStatements

/// Of what somebody is told outside the desk, how, and when.
enum NotifyPage {
    static var all: [Page] {
        [
            Page(
                "desk/account/notifications", needs: ["notify.show"],
                forms: [
                    .init("set", "notify.set", set), .init("test", "notify.test", test),
                    .init("add", "webhook.add", add), .init("remove", "webhook.remove", remove),
                ]
            ) { try await show($0) },
            Page(
                "desk/webhooks", needs: ["node-webhook.list"],
                forms: [
                    .init("add", "node-webhook.add", addToNode),
                    .init("remove", "node-webhook.remove", removeFromNode),
                ]
            ) { try await showNode($0) },
        ]
    }

    private static var here: Address { Address("desk", "account", "notifications") }

    /// - Parameter secret: of a webhook that was just added; shown this once and kept nowhere.
    private static func show(
        _ request: PageRequest, secret: String? = nil
    ) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let answer = try await request.read("notify.show")
        let channels = answer.texts("channels")
        return .page(
            Frame(sheet, title: words("notify.title")).page { html in
                html(.p) { html in
                    html(
                        .a, .href(sheet.link("desk", "account")), text: words("notify.back"))
                }
                html(.h1, text: words("notify.title"))
                html.problem(request.problem, sheet)
                html(.p, .class("reading"), text: words("notify.about"))
                done(&html, request)
                if let secret { once(&html, secret, words) }
                if channels.isEmpty {
                    html(.p, .class("note"), text: words("notify.off"))
                    return
                }
                arrivals(&html, answer, sheet)
                wishes(&html, request, answer.object("wishes"), channels)
                guard channels.contains("webhook") else { return }
                html(.h2, text: words("notify.webhooks"))
                html(.p, .class("reading"), text: words("notify.webhooks-about"))
                hooks(&html, request, answer.objects("webhooks"))
                html.form("add", request) { html in
                    fields(&html, request)
                    html(.button, .class("plain"), text: words("notify.webhook-add"))
                }
            })
    }

    private static func done(_ html: inout HTML, _ request: PageRequest) {
        guard let done = request.query("done"),
            let text = request.words.known("notify.done-\(done)")
        else { return }
        html(.p, .class("note"), .plain(.role, "status"), text: text)
    }

    private static func once(_ html: inout HTML, _ secret: String, _ words: Words) {
        html(.div, .class("note")) { html in
            html(.p, text: words("notify.secret"))
            html(.p) { $0(.code, .class("digest"), text: secret) }
        }
    }

    /// Whether what was told has arrived, where somebody has a mailbox.
    private static func arrivals(_ html: inout HTML, _ answer: JSONObject, _ sheet: Sheet) {
        guard let mail = answer.object("wishes").text("mail") else { return }
        html(.dl, .class("facts")) { html in
            html.fact(sheet.words("notify.mail")) { html in
                html(.bdi, text: mail)
                standing(&html, answer.object("mail"), sheet)
            }
        }
    }

    private static func standing(_ html: inout HTML, _ json: JSONObject, _ sheet: Sheet) {
        let words = sheet.words
        if let arrived = json.text("arrived") {
            html.text(" · " + words("notify.arrived") + " ")
            html.time(arrived, sheet)
        }
        if let waiting = json.number("waiting"), waiting > 0 {
            html.text(" · " + words("notify.waiting", ("n", words.number(Int(waiting)))))
        }
        if let fault = json.text("fault") {
            html.text(" · ")
            html(.strong, text: words("notify.failed"))
            html.text(" ")
            html.time(json.text("faultAt"), sheet)
            html.text(" ")
            html(.code, text: fault)
        }
    }

    // MARK: Wishes

    /// What was typed stays where it is shown again, and else what holds.
    private static func wishes(
        _ html: inout HTML, _ request: PageRequest, _ held: JSONObject, _ channels: [String]
    ) {
        let words = request.words
        let isAgain = request.form.text("do") == "set"
        func value(_ name: String, _ kept: String?) -> String {
            isAgain ? request.form.text(name) ?? "" : kept ?? ""
        }
        html(.h2, text: words("notify.what"))
        html.form("set", request) { html in
            if channels.contains("mail") {
                html.field(
                    "mail", words("notify.mail"), request, type: "email",
                    value: value("mail", held.text("mail")), isRequired: false
                ) { [.plain(.autocomplete, "email")] }
            }
            for channel in channels {
                let name = channel + "Kinds"
                html.ticks(
                    name, words("notify.by-\(channel)"),
                    NotifyKind.wished.filter { mayHear($0, request.sheet) }.map { kind in
                        (value: kind.rawValue, title: words("notify.kind-\(kind.rawValue)"))
                    },
                    chosen: Set(isAgain ? request.form.texts(name) : held.texts(name)))
            }
            if mayHear(.hotline, request.sheet) {
                html.ticks(
                    "ladder", words("notify.hotline"), [("true", words("notify.ladder"))],
                    chosen: (isAgain ? request.form.has("ladder") : held.flag("ladder"))
                        ? ["true"] : [])
            }
            html.field(
                "digestHours", words("notify.digest"), request, type: "number",
                value: value("digestHours", held.number("digestHours").map(String.init)),
                hint: words("notify.digest-hint"), isRequired: false
            ) { [.plain(.min, "1"), .plain(.max, "168")] }
            html.field(
                "quietFrom", words("notify.quiet-from"), request, type: "time",
                value: value("quietFrom", held.text("quietFrom")),
                hint: words("notify.quiet-hint"), isRequired: false)
            html.field(
                "quietUntil", words("notify.quiet-until"), request, type: "time",
                value: value("quietUntil", held.text("quietUntil")), isRequired: false)
            html.choice(
                "offsetMinutes", words("notify.offset"), offsets,
                chosen: value("offsetMinutes", held.number("offsetMinutes").map(String.init)),
                hint: words("notify.offset-hint"))
            html.choice(
                "language", words("notify.language"),
                Words.all.map { (value: $0.code, title: $0("language.name")) },
                // Until somebody has said another, the one in which they read.
                chosen: held.text("mail") == nil && !isAgain
                    ? words.code : value("language", held.text("language")))
            html(.button, .class("main"), text: words("notify.save"))
        }
        html(.div, .class("actions")) { html in
            html.act("test", words("notify.test"), request)
        }
    }

    /// Whether they could hear of it at all: nobody is told of what they may not see.
    private static func mayHear(_ kind: NotifyKind, _ sheet: Sheet) -> Bool {
        switch kind {
        case .account: sheet.may("account.show")
        case .draft: sheet.may("draft.review")
        case .filing: sheet.may("intake.take")
        case .peer: sheet.may("node.show")
        default: sheet.may("thread.show")
        }
    }

    /// The clocks that there are in the world, in their order.
    private static var offsets: [(value: String, title: String)] {
        let quarters = [210, 270, 330, 345, 390, 525, 570, 630, 765, -210, -570]
        let all = stride(from: -720, through: 840, by: 60).map { $0 } + quarters
        return all.sorted().map { minutes in
            let size = abs(minutes)
            let clock = QuietHours.text(size)
            return ("\(minutes)", "UTC" + (minutes < 0 ? "\u{2212}" : "+") + clock)
        }
    }

    private static func set(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("notify.set", [:], AccountPages.given(request, "notify.set"))
        return .redirect(here.with(("done", "set")))
    }

    private static func test(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("notify.test")
        return .redirect(here.with(("done", "test")))
    }

    // MARK: Webhooks

    private static func hooks(
        _ html: inout HTML, _ request: PageRequest, _ hooks: [JSONObject]
    ) {
        let sheet = request.sheet
        let words = request.words
        if hooks.isEmpty { html(.p, .class("quiet"), text: words("notify.no-webhooks")) }
        html(.ul, .class("list")) { html in
            for hook in hooks {
                html(.li) { html in
                    html(.strong, text: hook.text("label") ?? "")
                    html.text(" · ")
                    html(.code, text: hook.text("host") ?? "")
                    let kinds = hook.texts("kinds").map { words("notify.kind-\($0)") }
                    if !kinds.isEmpty { html.text(" · " + words.list(kinds)) }
                    standing(&html, hook, sheet)
                    html.text(" ")
                    html.act(
                        "remove", words("notify.webhook-remove"), request,
                        class: "plain danger", ("label", hook.text("label") ?? ""))
                }
            }
        }
    }

    private static func fields(_ html: inout HTML, _ request: PageRequest) {
        let words = request.words
        html.field(
            "label", words("notify.webhook-label"), request,
            // What was added is not offered again.
            value: request.problem == nil ? "" : nil,
            hint: words("account.token-label-hint"))
        html.field(
            "address", words("notify.webhook-address"), request, type: "url",
            value: request.problem == nil ? "" : nil,
            hint: words("notify.webhook-address-hint")
        ) { [.plain(.autocomplete, "off"), .plain(.spellcheck, "false")] }
    }

    private static func add(_ request: PageRequest) async throws -> PageReply {
        let answer = try await request.read(
            "webhook.add", [:], AccountPages.given(request, "webhook.add"))
        return try await show(request, secret: answer.text("secret"))
    }

    private static func remove(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("webhook.remove", ["hook": request.typed("label")])
        return .redirect(here)
    }

    private static func showNode(
        _ request: PageRequest, secret: String? = nil
    ) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let listed = try await request.read("node-webhook.list").objects("webhooks")
        return .page(
            Frame(sheet, title: words("notify.node-webhooks"), place: .accounts).page { html in
                html(.p) { html in
                    html(
                        .a, .href(sheet.link("desk", "accounts")), text: words("people.title"))
                }
                html(.h1, text: words("notify.node-webhooks"))
                html.problem(request.problem, sheet)
                html(.p, .class("reading"), text: words("notify.node-about"))
                if let secret { once(&html, secret, words) }
                hooks(&html, request, listed)
                html(.h2, text: words("notify.webhook-add"))
                html.form("add", request) { html in
                    fields(&html, request)
                    html.ticks(
                        "kinds", words("notify.what"),
                        NotifyKind.wished.map {
                            (value: $0.rawValue, title: words("notify.kind-\($0.rawValue)"))
                        }, chosen: Set(request.form.texts("kinds")))
                    html(.button, .class("plain"), text: words("notify.webhook-add"))
                }
            })
    }

    private static func addToNode(_ request: PageRequest) async throws -> PageReply {
        let answer = try await request.read(
            "node-webhook.add", [:], AccountPages.given(request, "node-webhook.add"))
        return try await showNode(request, secret: answer.text("secret"))
    }

    private static func removeFromNode(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("node-webhook.remove", ["webhook": request.typed("label")])
        return .redirect(Address("desk", "webhooks"))
    }
}
