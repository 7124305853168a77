import ParleyLog
import ParleyService
import ParleyStatements

/// The desk of a company that has no node of its own: what it wants said, and what came of it.
enum CompanyPages {
    static var all: [Page] {
        [
            Page(
                "desk/company", needs: ["filing.list"],
                forms: [.init("begin", "filing.add", begin)], show: showList),
            Page(
                "desk/company/{filing}", needs: ["filing.show"],
                forms: [
                    .init("save", "filing.change", save),
                    .init("hand-in", "filing.hand-in", handIn),
                    .init("withdraw", "filing.withdraw", withdraw),
                    .init("further", "filing.add", further),
                ], show: show),
        ]
    }

    private static func address(_ filing: String) -> Address {
        Address("desk", "company", filing)
    }

    // MARK: The list

    private static func showList(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        var wish: JSONObject = [:]
        if let after = request.query("after") { wish = ["after": .string(after)] }
        let list = try await request.read("filing.list", [:], wish)
        let notices = try await request.read(
            "portal.threads", [:], ["subject": .string("notice"), "limit": .integer(100)]
        ).objects("threads").filter {
            $0.text("state") == "opened" && $0.text("opener") != sheet.party.text
        }
        return .page(
            Frame(sheet, title: words("company.title"), place: .company).page { html in
                html(.h1) { $0(.bdi, text: list.text("company") ?? words("company.title")) }
                html.problem(request.problem, sheet)
                html(.p, .class("reading"), text: words("company.about"))
                html(.div, .class("actions")) { html in
                    for act in FilingContent.openings {
                        html.act(
                            "begin", sheet.title(of: act.rawValue), request, class: "button",
                            ("act", act.rawValue))
                    }
                }
                html(.h2, text: words("company.filings"))
                rows(&html, sheet, list.objects("filings"))
                if let next = list.text("next") {
                    let more = Address("desk", "company").with(("after", next))
                    html(.p) { html in
                        html(
                            .a, .href(sheet.link(more)), .plain(.rel, "next"),
                            text: words("queue.more"))
                    }
                }
                measures(&html, request, notices)
            })
    }

    private static func rows(_ html: inout HTML, _ sheet: Sheet, _ filings: [JSONObject]) {
        if filings.isEmpty { html(.p, .class("empty"), text: sheet.words("company.none")) }
        html(.ul, .class("list")) { html in
            for filing in filings {
                html(.li) { html in
                    html(
                        .a, .href(sheet.link(address(filing.text("filing") ?? ""))),
                        .plain(.data, "row"),
                        text: sheet.title(of: filing.text("act") ?? ""))
                    html(.div, .class("quiet")) { html in
                        html.text(standing(of: filing, sheet.words) + " · ")
                        html.time(filing.text("saved"), sheet)
                    }
                }
            }
        }
    }

    static func standing(of filing: JSONObject, _ words: Words) -> String {
        let state = filing.text("state") ?? ""
        return words.known("filing.state-\(state)") ?? state
    }

    /// What other states have published for comment.
    private static func measures(
        _ html: inout HTML, _ request: PageRequest, _ notices: [JSONObject]
    ) {
        let sheet = request.sheet
        let words = request.words
        guard !notices.isEmpty else { return }
        html(.h2, text: words("company.measures"))
        html(.ul, .class("list")) { html in
            for notice in notices {
                let name = notice.text("name") ?? ""
                html(.li) { html in
                    html(.a, .href(sheet.link("notices", name))) { html in
                        html.text(sheet.name(PartyID(notice.text("opener") ?? "") ?? sheet.party))
                        html.text(" · ")
                        html.time(notice.text("published"), sheet)
                    }
                    html.text(" ")
                    html.act(
                        "begin", sheet.title(of: FilingContent.comment.rawValue), request,
                        ("act", FilingContent.comment.rawValue), ("notice", name))
                }
            }
        }
    }

    private static func begin(_ request: PageRequest) async throws -> PageReply {
        try await begin(request, given(request.form, ["act", "notice"]))
    }

    /// What goes on from the filing that is shown.
    private static func further(_ request: PageRequest) async throws -> PageReply {
        let filing = try await request.read(
            "filing.show", ["filing": request.parameter("filing")])
        let wish = given(request.form, ["act", "verdict"])
        return try await begin(
            request, wish.adding(["follows": .string(filing.text("filing") ?? "")]))
    }

    private static func given(_ form: Form, _ names: [String]) -> JSONObject {
        JSONObject(
            names.compactMap { name in
                form.text(name).flatMap {
                    $0.isEmpty ? nil : .init(name: name, value: .string($0))
                }
            })
    }

    private static func begin(
        _ request: PageRequest, _ given: JSONObject
    ) async throws -> PageReply {
        let made = try await request.read("filing.add", [:], given)
        return .redirect(address(made.text("filing") ?? ""))
    }

    // MARK: One of them

    private static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let answer = try await request.ask(
            "filing.show", ["filing": request.parameter("filing")])
        let filing = answer.json ?? [:]
        let content = filing.object("content")
        let title = sheet.title(of: content.text("act") ?? "")
        let isChangeable = ["open", "returned"].contains(filing.text("state") ?? "")
        return .page(
            Frame(sheet, title: title, place: .company).page { html in
                html(.h1, text: title)
                html(.p, .class("quiet")) { html in
                    html.text(standing(of: filing, words) + " · ")
                    html.time(filing.text("saved"), sheet)
                }
                html.problem(request.problem, sheet)
                if let note = filing.text("note") {
                    html(.div, .class("note")) { html in
                        html(.p, text: words("filing.returned"))
                        html.said(note, language: nil)
                    }
                }
                if isChangeable {
                    form(&html, request, content, tag: answer.tag ?? "")
                } else {
                    html.body(content, sheet)
                }
                if ["open", "handed-in", "returned"].contains(filing.text("state") ?? "") {
                    html.act("withdraw", words("filing.withdraw"), request, class: "plain danger")
                }
                followed(&html, request, filing)
            })
    }

    /// What was typed stays where it is shown again.
    private static func form(
        _ html: inout HTML, _ request: PageRequest, _ saved: JSONObject, tag: String
    ) {
        let sheet = request.sheet
        let words = request.words
        let content =
            request.form.has("tag") ? (try? given(request.form)) ?? saved : saved
        html(.p, .class("reading"), text: words("filing.about"))
        html(
            .form, .class("questions"), .plain(.method, "post"),
            .action(sheet.link(Address(steps: sheet.address.steps))), .plain(.data, "filing")
        ) { html in
            if let viewer = sheet.viewer { html.hidden("form-token", viewer.formToken) }
            html.hidden("tag", tag)
            for name in ["act", "follows", "notice"] {
                if let text = saved.text(name) { html.hidden(name, text) }
            }
            if saved["verdict"] != nil {
                html.choice(
                    "verdict", words("filing.verdict"),
                    Verdict.allCases.map {
                        (value: $0.rawValue, title: sheet.value($0.rawValue, of: "verdict"))
                    }, chosen: content.text("verdict"))
            }
            html(.fieldset, .class("versions")) { html in
                html(.legend, text: words("filing.texts"))
                for language in sheet.agreement.languages.map(\.text) {
                    let text = content.objects("texts")
                        .first { $0.text("language") == language }?.text("text")
                    html(.div) { html in
                        let id = "text-" + language
                        html.label(words.known("tongue.\(language)") ?? language, for: id)
                        html(
                            .textarea, .name("text." + language), .id(id), .lang(language),
                            .plain(.rows, "12"), .plain(.dir, "auto"), text: text ?? "")
                    }
                }
            }
            html.ticks(
                "named", words("filing.name"), [("true", words("filing.named"))],
                chosen: content.flag("named") ? ["true"] : [])
            html(.p, .class("actions")) { html in
                html(
                    .button, .class("main"), .name("do"), .value("hand-in"), .type("submit"),
                    text: words("filing.hand-in"))
                html(
                    .button, .class("plain"), .name("do"), .value("save"), .type("submit"),
                    text: words("draft.save"))
            }
        }
    }

    private static func given(_ form: Form) throws -> JSONObject {
        let written = try ComposerForm(form).content
        var members = written.members.filter { ["act", "texts"].contains($0.name) }
        members += given(form, ["follows", "notice", "verdict"]).members
        if form.has("named") { members.append(.init(name: "named", value: .bool(true))) }
        return JSONObject(members)
    }

    @discardableResult
    private static func stored(_ request: PageRequest) async throws -> Answer {
        try await request.ask(
            "filing.change", ["filing": request.parameter("filing")], try given(request.form),
            ifMatch: request.form.text("tag"))
    }

    private static func save(_ request: PageRequest) async throws -> PageReply {
        try await stored(request)
        return .redirect(address(request.parameter("filing")))
    }

    private static func handIn(_ request: PageRequest) async throws -> PageReply {
        try await stored(request)
        _ = try await request.ask("filing.hand-in", ["filing": request.parameter("filing")])
        return .redirect(address(request.parameter("filing")))
    }

    private static func withdraw(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("filing.withdraw", ["filing": request.parameter("filing")])
        return .redirect(Address("desk", "company"))
    }

    // MARK: What came of it

    private static func followed(
        _ html: inout HTML, _ request: PageRequest, _ filing: JSONObject
    ) {
        let sheet = request.sheet
        let words = request.words
        guard case .object(let thread)? = filing["thread"] else { return }
        html(.h2, text: words("filing.followed"))
        html(.p) { html in
            html(.strong, text: sheet.state(thread.text("state") ?? ""))
            if let due = filing.text("due") {
                html.text(" · " + words("filing.due") + " ")
                html.time(due, sheet)
            }
        }
        html(.ul, .class("list")) { html in
            for said in thread.objects("statements") { statement(&html, sheet, said) }
        }
        html(.div, .class("actions")) { html in
            for act in filing.texts("further") {
                let isVerdict = act == Act.concernJudge.rawValue
                html.act(
                    "further", sheet.title(of: act), request, ("act", act),
                    ("verdict", isVerdict ? Verdict.unclear.rawValue : ""))
            }
        }
    }

    private static func statement(_ html: inout HTML, _ sheet: Sheet, _ said: JSONObject) {
        html(.li) { html in
            html(.strong, text: sheet.title(of: said.text("act") ?? ""))
            html(.div, .class("quiet")) { html in
                html.text(sheet.name(PartyID(said.text("by") ?? "") ?? sheet.party) + " · ")
                html.time(said.text("at"), sheet)
                if let verdict = said.text("verdict") {
                    html.text(" · " + sheet.value(verdict, of: "verdict"))
                }
                if let until = said.text("until") {
                    html.text(" · " + sheet.words("filing.due") + " ")
                    html.time(until, sheet)
                }
            }
            if said.flag("locked") {
                html(.p, .class("quiet"), text: sheet.words("filing.locked"))
            }
            html.body(said, sheet)
        }
    }
}
