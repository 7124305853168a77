import ParleyLog
import ParleyService
import ParleyStatements

/// Writing what is to be said, looking at what leaves, having it approved, sending it.
enum DraftPages {
    static var all: [Page] {
        [
            Page(
                "desk/say", needs: ["draft.add"],
                forms: [.init("begin", "draft.add") { try await begin($0, act: $0.typed("act")) }],
                show: showChoice),
            Page("desk/drafts", needs: ["draft.list"], show: showList),
            Page(
                "desk/drafts/{draft}", needs: ["draft.show"],
                forms: [
                    .init("save", "draft.change", save), .init("look", "draft.change", saveAndLook),
                    .init("discard", "draft.discard", discard),
                ], show: ComposerPage.show),
            Page(
                "desk/drafts/{draft}/leaves", needs: ["draft.show"],
                forms: [
                    .init("send", "draft.send", send), .init("review", "draft.review", review),
                ],
                show: LeavesPage.show),
        ]
    }

    static func address(_ draft: String) -> Address { Address("desk", "drafts", draft) }

    // MARK: Beginning

    /// What can be opened, by its kind.
    private static func showChoice(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let acts = try await request.read("act.list").objects("acts").filter { $0.flag("opens") }
        let kind = sheet.agreement.party(sheet.party)?.kind.rawValue ?? ""
        return .page(
            Frame(sheet, title: words("say.title"), place: .drafts).page { html in
                html(.h1, text: words("say.title"))
                html.problem(request.problem, sheet)
                html(.p, text: words("say.about"))
                html(.ul, .class("choices")) { html in
                    for act in acts where act.texts("openers").contains(kind) {
                        html(.li) { html in
                            html.act(
                                "begin", sheet.title(of: act.text("act") ?? ""), request,
                                class: "button", ("act", act.text("act") ?? ""))
                            html(
                                .p, .class("quiet"),
                                text: sheet.text(
                                    act.object("subjectTitle"), else: act.text("subject") ?? ""))
                        }
                    }
                }
            })
    }

    static func begin(
        _ request: PageRequest, act: String, thread: String? = nil
    ) async throws -> PageReply {
        var wish: JSONObject = [:]
        if let thread { wish = wish.adding(["thread": .string(thread)]) }
        let template = try await request.read("act.show", ["act": act], wish)
        let draft = try await request.read("draft.add", [:], template.object("content"))
        return .redirect(address(draft.text("draft") ?? ""))
    }

    // MARK: The list

    private static func showList(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let drafts = try await request.read("draft.list").objects("drafts")
        return .page(
            Frame(sheet, title: words("drafts.title"), place: .drafts).page { html in
                html(.h1, text: words("drafts.title"))
                if drafts.isEmpty { html(.p, .class("empty"), text: words("drafts.empty")) }
                html(.ul, .class("list")) { html in
                    for draft in drafts {
                        html(.li) { html in
                            html(
                                .a, .href(sheet.link(address(draft.text("draft") ?? ""))),
                                .plain(.data, "row"),
                                text: sheet.title(of: draft.object("content").text("act") ?? ""))
                            html(.div, .class("quiet")) { html in
                                html.text(
                                    words(
                                        "drafts.by", ("account", draft.text("editor") ?? ""),
                                        ("n", String(draft.number("revision") ?? 0))) + " ")
                                html.time(draft.text("saved"), sheet)
                                html.text(" · " + standing(of: draft, words))
                            }
                        }
                    }
                }
            })
    }

    static func standing(of draft: JSONObject, _ words: Words) -> String {
        if draft.object("review").flag("approved") { return words("draft.approved") }
        if case .object? = draft["review"] { return words("draft.returned") }
        return words(draft.flag("needsApproval") ? "draft.needs-approval" : "draft.open")
    }

    // MARK: Saving

    private static func save(_ request: PageRequest) async throws -> PageReply {
        let answer = try await store(request)
        let revision = String(answer.json?.number("revision") ?? 0)
        if request.form.has("auto") {
            return .saved(
                tag: answer.tag ?? "", note: request.words("draft.saved", ("n", revision)))
        }
        return .redirect(address(request.parameter("draft")).with(("saved", revision)))
    }

    private static func saveAndLook(_ request: PageRequest) async throws -> PageReply {
        _ = try await store(request)
        let draft = request.parameter("draft")
        return .redirect(Address("desk", "drafts", draft, "leaves"))
    }

    private static func store(_ request: PageRequest) async throws -> Answer {
        try await request.ask(
            "draft.change", ["draft": request.parameter("draft")],
            try ComposerForm(request.form).content, ifMatch: request.form.text("tag"))
    }

    private static func discard(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("draft.discard", ["draft": request.parameter("draft")])
        return .redirect(Address("desk", "drafts"))
    }

    // MARK: Leaving

    private static func send(_ request: PageRequest) async throws -> PageReply {
        let draft = request.parameter("draft")
        let sent = try await request.read(
            "draft.send", ["draft": draft], ["preview": .string(request.typed("preview"))])
        let statement = (sent.text("statement") ?? "").replacing(":", with: "-")
        return .redirect(
            Address("desk", "threads", request.typed("thread")).with(("sent", "1")).at(statement))
    }

    private static func review(_ request: PageRequest) async throws -> PageReply {
        guard let operation = Operation.named("draft.review") else { throw Problem.notFound }
        _ = try await request.ask(
            "draft.review", ["draft": request.parameter("draft")],
            request.form.given(for: operation.fields))
        return .redirect(
            Address("desk", "drafts", request.parameter("draft"), "leaves"))
    }
}
