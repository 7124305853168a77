import ParleyLog
import ParleyService
import ParleyStatements

/// The hotline: calls that wait for a person, large and in the way until somebody answers.
enum AlarmPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let calls = try await request.read(
            "thread.list", [:],
            [
                "kind": .string("hotline"), "state": .string("calling"), "limit": .integer(20),
            ]
        ).objects("threads")
        let ours = calls.filter { $0.flag("ours") }
        let title = words(ours.isEmpty ? "alarm.quiet" : "alarm.title")
        return .page(
            Frame(sheet, title: title, place: .hotline).page { html in
                html(.section, ours.isEmpty ? nil : .class("alarm"), .id("alarm-page")) { html in
                    html(.h1) { html in
                        html.icon("call")
                        html.text(" " + title)
                    }
                    html.problem(request.problem, sheet)
                    if ours.isEmpty { html(.p, text: words("alarm.nobody")) }
                    for call in ours { self.call(&html, request, call) }
                }
                ladder(&html, sheet)
                let others = calls.filter { !$0.flag("ours") }
                if !others.isEmpty {
                    html(.h2, text: words("alarm.theirs"))
                    QueuePage.rows(
                        &html, sheet, ["threads": .array(others.map(JSONValue.object))],
                        empty: "")
                }
                if sheet.may("draft.add") {
                    html(.div, .class("actions")) { html in
                        html.act(
                            "call", words("alarm.call"), request, class: "main",
                            ("act", Act.hotlineCall.rawValue))
                    }
                    html(.p, .class("hint"), text: words("alarm.drill"))
                }
                html(.p) { html in
                    html(
                        .a,
                        .href(sheet.link(Address("desk", "threads").with(("kind", "hotline")))),
                        text: words("alarm.earlier"))
                }
            })
    }

    private static func call(_ html: inout HTML, _ request: PageRequest, _ call: JSONObject) {
        let sheet = request.sheet
        let words = sheet.words
        html(.p, .class("large")) { html in
            let from = call.text("opener").flatMap { PartyID($0) }
            html.text(words("alarm.from", ("party", from.map(sheet.name) ?? "")))
        }
        html(.p) { html in
            html.text(words("alarm.answer-by") + " ")
            html.time(call.text("due"), sheet)
        }
        let thread = call.text("thread") ?? ""
        html(.div, .class("actions")) { html in
            if sheet.may("draft.add") {
                answer(&html, request, thread)
            }
            html(
                .a, .class("button"), .href(sheet.link("desk", "threads", thread)),
                text: words("alarm.thread"))
        }
    }

    /// Who answers is said with it: the post, of our own ladder.
    private static func answer(_ html: inout HTML, _ request: PageRequest, _ thread: String) {
        let sheet = request.sheet
        let rungs = sheet.agreement.dialogue.ladders[sheet.party] ?? []
        html.form("answer", request) { html in
            html.hidden("thread", thread)
            if rungs.isEmpty {
                html.field("post", sheet.words("alarm.post"), request, value: "duty-officer")
            } else {
                html.choice(
                    "post", sheet.words("alarm.post"),
                    rungs.map { (value: $0.post, title: sheet.value($0.post, of: "post")) },
                    chosen: rungs.first?.post)
            }
            html(.button, .class("main"), text: sheet.words("alarm.answer"))
        }
    }

    /// Who is called, in which order, by the agreement.
    private static func ladder(_ html: inout HTML, _ sheet: Sheet) {
        guard !sheet.agreement.dialogue.ladders.isEmpty else { return }
        let words = sheet.words
        html(.h2, text: words("alarm.ladder"))
        html(.div, .class("versions")) { html in
            for party in sheet.agreement.parties {
                guard let steps = sheet.agreement.dialogue.ladders[party.id] else { continue }
                html(.div) { html in
                    html(.h3, text: sheet.name(party.id))
                    html(.ol) { html in
                        for step in steps {
                            html(.li, text: sheet.value(step.post, of: "post"))
                        }
                    }
                }
            }
        }
    }

    /// An answer needs no words: its draft goes straight to what leaves.
    static func answer(_ request: PageRequest) async throws -> PageReply {
        let template = try await request.read(
            "act.show", ["act": Act.hotlineAcknowledge.rawValue],
            ["thread": .string(request.typed("thread"))])
        let content = template.object("content").members.filter {
            !["terms", "texts"].contains($0.name)
        }
        let terms: JSONObject = ["post": .string(request.typed("post"))]
        let draft = try await request.read(
            "draft.add", [:], JSONObject(content).adding(["terms": .object(terms)]))
        return .redirect(Address("desk", "drafts", draft.text("draft") ?? "", "leaves"))
    }

    static func call(_ request: PageRequest) async throws -> PageReply {
        try await DraftPages.begin(request, act: Act.hotlineCall.rawValue)
    }
}
