import ParleyService
import ParleyStatements

/// All threads of one kind, as registers are kept: what each says, who said it, how it stands, and
/// what each party holds of it, side by side.
enum RegisterPage {
    private static let pageRows = 20
    /// Where parties say what they hold of the matter.
    private static let judged = ["allegation", "commitment", "concern"]

    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let kind = request.parameter("kind")
        guard Subject.names.contains(kind) else { throw Problem.notFound }
        var question: JSONObject = [
            "kind": .string(kind), "limit": .integer(Int64(pageRows)),
        ]
        if sheet.may("body.show") { question = question.adding(["titles": .bool(true)]) }
        if let after = request.query("after") {
            question = question.adding(["after": .string(after)])
        }
        let list = try await request.read("thread.list", [:], question)
        let threads = list.objects("threads")
        let details = try await details(of: kind, threads, request)
        let title = sheet.subject(kind)
        return .page(
            Frame(sheet, title: title, place: .threads).page { html in
                html(.h1, text: title)
                kinds(&html, sheet, shown: kind)
                guard !threads.isEmpty else {
                    html(.p, .class("empty"), text: words("threads.empty"))
                    return
                }
                table(&html, sheet, threads, details)
                if let next = list.text("next") {
                    html(.p) { html in
                        html(
                            .a,
                            .href(
                                sheet.link(Address("desk", "kinds", kind).with(("after", next)))),
                            .plain(.rel, "next"), text: words("queue.more"))
                    }
                }
            })
    }

    private static func details(
        of kind: String, _ threads: [JSONObject], _ request: PageRequest
    ) async throws -> [String: JSONObject] {
        guard judged.contains(kind) else { return [:] }
        let ids = threads.compactMap { $0.text("thread") }
        let answers = try await request.desk.answers(
            ids.map { PageQuestion("thread.show", ["thread": $0]) })
        var details: [String: JSONObject] = [:]
        for (id, answer) in zip(ids, answers) { details[id] = try answer.get().json }
        return details
    }

    /// The way from one register to the next.
    static func kinds(_ html: inout HTML, _ sheet: Sheet, shown: String?) {
        let all = (Address("desk", "threads"), sheet.words("filter.all"), shown == nil)
        html.tabs(
            sheet.words("filter.kind"),
            [all]
                + Subject.names.map { kind in
                    (Address("desk", "kinds", kind), sheet.subject(kind), kind == shown)
                }, sheet)
    }

    private static func table(
        _ html: inout HTML, _ sheet: Sheet, _ threads: [JSONObject],
        _ details: [String: JSONObject]
    ) {
        let words = sheet.words
        let parties = details.isEmpty ? [] : sheet.agreement.parties.map(\.id)
        html(
            .div, .class("wide"), .plain(.tabindex, "0"), .plain(.role, "region"),
            .plain(.ariaLabel, words("threads.title"))
        ) { html in
            html(.table) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for head in ["thread", "parties", "state", "due"] {
                            html(.th, .plain(.scope, "col"), text: words("queue.head-\(head)"))
                        }
                        for party in parties {
                            html(
                                .th, .plain(.scope, "col"),
                                text: words("register.says", ("party", sheet.name(party))))
                        }
                    }
                }
                html(.tbody) { html in
                    for thread in threads {
                        row(&html, sheet, thread, parties, details[thread.text("thread") ?? ""])
                    }
                }
            }
        }
    }

    private static func row(
        _ html: inout HTML, _ sheet: Sheet, _ thread: JSONObject, _ parties: [PartyID],
        _ detail: JSONObject?
    ) {
        let id = thread.text("thread") ?? ""
        html(.tr) { html in
            html(.td) { html in
                html(.a, .href(sheet.link("desk", "threads", id)), .plain(.data, "row")) {
                    $0(.bdi, text: thread.text("title") ?? sheet.title(of: thread))
                }
            }
            html(.td, .class("parties")) { html in
                let to = thread.texts("addressed").filter { $0 != thread.text("opener") }
                html.text((thread.text("opener") ?? "") + " → " + to.joined(separator: ", "))
            }
            html(.td, text: sheet.state(thread.text("state") ?? ""))
            html(.td) { $0.time(thread.text("due"), sheet) }
            for party in parties {
                html(.td) { html in
                    guard let verdict = detail?.object("verdicts").text(party.text) else {
                        html(.span, .class("quiet"), text: sheet.words("register.nothing"))
                        return
                    }
                    html.text(sheet.value(verdict, of: "verdict"))
                }
            }
        }
    }
}
