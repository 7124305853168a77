import ParleyLog
import ParleyService
import ParleyStatements

/// One thread: ours left, theirs right, in the order of the record; and what may be done now.
enum ThreadPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let id = request.parameter("thread")
        let sheet = request.sheet
        let thread = try await request.read("thread.show", ["thread": id])
        let entries = thread.objects("statements")
        var questions: [PageQuestion] = []
        if sheet.may("body.show") {
            questions = entries.map {
                PageQuestion("body.show", ["statement": $0.text("id") ?? ""])
            }
        }
        if sheet.may("act.list") {
            questions.append(PageQuestion("act.list", [:], ["thread": .string(id)]))
        }
        let answers = try await request.desk.answers(questions)
        var bodies: [String: JSONObject] = [:]
        var obstacles: [String: Problem] = [:]
        for (question, answer) in zip(questions, answers) {
            guard let statement = question.parameters["statement"] else { continue }
            switch answer {
            case .success(let answer): bodies[statement] = answer.json
            case .failure(let problem): obstacles[statement] = problem
            }
        }
        let acts =
            sheet.may("act.list")
            ? (try? answers.last?.get())?.json?.objects("acts") ?? [] : []
        let page = ThreadLayout(
            request: request, thread: thread, entries: entries, bodies: bodies,
            obstacles: obstacles, acts: acts)
        let title = sheet.title(of: thread)
        return .page(Frame(sheet, title: title, place: .threads).page { page.write(&$0, title) })
    }

    /// Begins what is to be said in the thread: a draft, from the act's template.
    static func begin(_ request: PageRequest) async throws -> PageReply {
        try await DraftPages.begin(
            request, act: request.form.text("act") ?? "", thread: request.parameter("thread"))
    }
}

/// One thread as it is set: head, texts, record, what may be done.
struct ThreadLayout {
    let request: PageRequest
    let thread: JSONObject
    let entries: [JSONObject]
    let bodies: [String: JSONObject]
    /// Why a body is not shown.
    let obstacles: [String: Problem]
    let acts: [JSONObject]

    var sheet: Sheet { request.sheet }
    var words: Words { request.words }

    func write(_ html: inout HTML, _ title: String) {
        html(.h1, text: title)
        html.problem(request.problem, sheet)
        facts(&html)
        raised(&html)
        html(.section, .plain(.ariaLabelledBy, "record-head")) { html in
            html(.h2, .id("record-head"), text: words("thread.record"))
            html(.div, .class("sides"), .plain(.ariaHidden, "true")) { html in
                html(.div, text: words("thread.ours", ("party", sheet.name(sheet.party))))
                html(.div, text: words("thread.theirs"))
            }
            html(.ol, .class("record")) { html in
                for entry in entries { statement(&html, entry) }
            }
            html(.p) { html in
                let id = thread.text("thread") ?? ""
                html(.a, .href(sheet.link("desk", "threads", id, "proof"))) {
                    $0.text(words("proof.title"))
                }
            }
        }
        lawful(&html)
        WhoHasSeen(sheet: sheet, entries: entries).write(&html)
    }

    // MARK: Head

    private func facts(_ html: inout HTML) {
        html(.dl, .class("facts")) { html in
            html.fact(words("thread.state")) {
                $0.text(sheet.state(thread.text("state") ?? ""))
            }
            html.fact(words("thread.turn")) { html in
                html.text(
                    thread.text("turn").map { turn in
                        words.list(turn.split(separator: ", ").map { sheet.named(String($0)) })
                    } ?? words("queue.nobody"))
            }
            if let urgency = thread.text("urgency") {
                html.fact(words("thread.urgency")) {
                    $0.text(sheet.value(urgency, of: "urgency"))
                }
            }
            basis(&html)
            if let follows = thread.text("follows") {
                html.fact(words("thread.follows")) { html in
                    html(.a, .href(sheet.link("desk", "threads", follows))) {
                        $0(.code, text: follows)
                    }
                }
            }
            if let hold = thread["hold"], case .object(let hold) = hold {
                html.fact(words("thread.hold")) { $0.time(hold.text("until"), sheet) }
            }
            html.fact(words("thread.id")) { html in
                html(.code, .class("digest"), text: thread.text("thread") ?? "")
            }
        }
        clocks(&html)
    }

    /// The law in words where the tables have it, and its code for whoever looks it up.
    private func basis(_ html: inout HTML) {
        guard let code = thread.text("basis") else { return }
        let law = thread.object("basisInWords")
        html.fact(words("thread.basis")) { html in
            if let article = law.text("article") {
                html.text(sheet.text(law.object("instrument"), else: code) + " · ")
                html(.bdi, text: article)
                html.text(" ")
            }
            html(.code, text: code)
            let limits = law.objects("limits")
            guard !limits.isEmpty else { return }
            html(.ul, .class("plain")) { html in
                for limit in limits {
                    html(.li, .class("quiet")) { html in
                        html.text(sheet.text(limit.object("what"), else: "") + " · ")
                        html(.bdi, text: limit.text("article") ?? "")
                    }
                }
            }
        }
    }

    private func clocks(_ html: inout HTML) {
        let clocks = thread.objects("clocks")
        guard !clocks.isEmpty else { return }
        html(.table, .class("clocks stack")) { html in
            html(.caption, text: words("thread.clocks"))
            html(.thead) { html in
                html(.tr) { html in
                    for head in ["clock", "since", "due", "verdict"] {
                        html(.th, .plain(.scope, "col"), text: words("clock-head.\(head)"))
                    }
                }
            }
            html(.tbody) { html in
                for clock in clocks {
                    html(.tr) { html in
                        html(.td, text: sheet.clock(clock.text("name") ?? ""))
                        html(.td, sheet.head(words("clock-head.since"))) {
                            $0.time(clock.text("start"), sheet)
                        }
                        html(.td, sheet.head(words("clock-head.due"))) { html in
                            if clock.text("due") == nil { html.text(words("clock.no-due")) }
                            html.time(clock.text("due"), sheet)
                        }
                        html(.td) { html in
                            let verdict = clock.text("verdict") ?? ""
                            html(.span, .class("state verdict-\(verdict)")) { html in
                                html.icon(Self.symbol(of: verdict))
                                html.text(" " + words("verdict.\(verdict)"))
                            }
                        }
                    }
                }
            }
        }
    }

    private static func symbol(of verdict: String) -> StaticString {
        switch verdict {
        case "overdue", "late": "overdue"
        case "met", "ended": "done"
        case "paused": "due-soon"
        default: "in-time"
        }
    }

    // MARK: What may be done

    private func lawful(_ html: inout HTML) {
        guard sheet.may("draft.add") else { return }
        html(.section, .class("lawful"), .plain(.ariaLabelledBy, "lawful-head")) { html in
            html(.h2, .id("lawful-head"), text: words("thread.lawful"))
            if acts.isEmpty { html(.p, .class("quiet"), text: words("thread.none-lawful")) }
            html(.div, .class("actions")) { html in
                for act in acts {
                    let name = act.text("act") ?? ""
                    html.act(
                        "begin", sheet.title(of: name), request, class: "plain", ("act", name))
                }
            }
        }
    }
}
