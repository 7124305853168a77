import ParleyLog
import ParleyService
import ParleyStatements

/// What is to be done, the next due first; and all threads there are.
enum QueuePage {
    private static let pageRows = 50

    static func show(_ request: PageRequest) async throws -> PageReply {
        let shown = QueueShown(request)
        var question = shown.question.adding(base(request))
        if let after = request.query("after"), !after.isEmpty {
            question = question.adding(["after": .string(after)])
        }
        let answers = try await request.desk.answers([
            PageQuestion("queue.list", [:], question), PageQuestion("queue.count"),
            PageQuestion("node.show"), PageQuestion("filter.list", [:], ["counts": .bool(true)]),
        ])
        let list = try answers[0].get().json ?? [:]
        let counts = try answers[1].get().json ?? [:]
        let node = try? answers[2].get().json
        let saved = (try? answers[3].get().json)?.objects("filters") ?? []
        let words = request.words
        let frame = Frame(request.sheet, title: words("queue.title"), place: .queue)
        return .page(
            frame.page { html in
                html(.h1, text: words("queue.title"))
                html.problem(request.problem, request.sheet)
                if let calls = counts.number("calls"), calls > 0 {
                    html(.p, .class("alarm")) { html in
                        html.icon("call")
                        html.text(" ")
                        html(
                            .a, .href(request.sheet.link("desk", "hotline")),
                            text: words("alarm.title"))
                    }
                }
                if let filings = counts.number("filings"), filings > 0 {
                    html(.p, .class("note")) { html in
                        html(
                            .a, .href(request.sheet.link("desk", "intake")),
                            text: words.count("queue.filings", Int(filings)))
                    }
                }
                if let node {
                    HealthPage.warnings(&html, request.sheet, node, isAlone: false)
                }
                tabs(&html, request, shown, counts, saved)
                live(&html, request.sheet)
                filters(&html, request, shown.pairs)
                QueueShown.keeping(&html, request, shown, saved)
                rows(
                    &html, request.sheet, list, empty: words("queue.empty-\(shown.tab.rawValue)"))
                more(&html, request, list, shown.pairs)
            })
    }

    static func showAll(_ request: PageRequest) async throws -> PageReply {
        var question = base(request)
        for name in ["kind", "party", "after", "state"] {
            if let value = request.query(name), !value.isEmpty {
                question = question.adding([name: .string(value)])
            }
        }
        let list = try await request.read("thread.list", [:], question)
        let words = request.words
        let frame = Frame(request.sheet, title: words("threads.title"), place: .threads)
        return .page(
            frame.page { html in
                html(.h1, text: words("threads.title"))
                RegisterPage.kinds(&html, request.sheet, shown: nil)
                filters(&html, request, [])
                rows(&html, request.sheet, list, empty: words("threads.empty"))
                more(&html, request, list, [])
            })
    }

    /// Titles are words of bodies: only for whoever may open those.
    private static func base(_ request: PageRequest) -> JSONObject {
        let json: JSONObject = ["limit": .integer(Int64(pageRows))]
        return request.sheet.may("body.show") ? json.adding(["titles": .bool(true)]) : json
    }

    // MARK: Parts

    /// Where a script says that something has changed; without one it stays hidden.
    private static func live(_ html: inout HTML, _ sheet: Sheet) {
        html(
            .p, .id("live"), .class("note"), .flag(.hidden), .plain(.role, "status"),
            .plain(.dataOne, sheet.words("queue.live#one", ("n", "1"))),
            .plain(.dataOther, sheet.words("queue.live#other")),
            .plain(.dataKinds, "statement silence receipt proof overdue filing")
        ) { html in
            html(.a, .href(sheet.link(sheet.address)), text: sheet.words("queue.more"))
        }
    }

    private static func tabs(
        _ html: inout HTML, _ request: PageRequest, _ shown: QueueShown, _ counts: JSONObject,
        _ saved: [JSONObject]
    ) {
        let sheet = request.sheet
        let isKept = saved.contains { shown.isSame(as: $0) }
        html(.nav, .class("tabs"), .plain(.ariaLabel, sheet.words("queue.tabs"))) { html in
            html(.ul) { html in
                for tab in QueueShown.Tab.shown {
                    html(.li) { html in
                        html(
                            .a,
                            .href(
                                sheet.link(
                                    Address("desk").with(
                                        ("show", tab == .ours ? nil : tab.rawValue),
                                        ("kind", request.query("kind")),
                                        ("party", request.query("party"))))),
                            tab == shown.tab && !isKept ? .plain(.ariaCurrent, "page") : nil
                        ) { html in
                            html.text(sheet.words("queue.tab-\(tab.rawValue)") + " ")
                            html(
                                .span, .class("count"),
                                text: sheet.words.number(Int(counts.number(tab.rawValue) ?? 0)))
                        }
                    }
                }
                for one in saved { QueueShown.tab(&html, sheet, one, shown) }
            }
        }
        if sheet.may("draft.add") {
            html(.p, .class("actions")) { html in
                html(
                    .a, .class("button"), .href(sheet.link("desk", "say")), .plain(.data, "say"),
                    text: sheet.words("say.title"))
            }
        }
    }

    /// They live in the address, so that a view can be kept and sent.
    private static func filters(
        _ html: inout HTML, _ request: PageRequest, _ kept: [(String, String)]
    ) {
        let sheet = request.sheet
        let words = sheet.words
        let kinds =
            sheet.agreement.requestKinds.map { ($0.name, sheet.kind($0.name)) }
            + Subject.names.map { ($0, sheet.subject($0)) }
        html(
            .form, .class("filters"), .action(sheet.link(Address(steps: sheet.address.steps)))
        ) { html in
            for (name, value) in kept { html.hidden(name, value) }
            html.choice(
                "kind", words("filter.kind"), kinds.map { (value: $0.0, title: $0.1) },
                chosen: request.query("kind"), empty: words("filter.all"))
            html.choice(
                "party", words("filter.party"),
                sheet.others.map { (value: $0.id.text, title: sheet.name($0.id)) },
                chosen: request.query("party"), empty: words("filter.all"))
            html(.button, .class("plain"), text: words("filter.do"))
        }
    }

    private static func more(
        _ html: inout HTML, _ request: PageRequest, _ list: JSONObject, _ kept: [(String, String)]
    ) {
        guard let next = list.text("next") else { return }
        let sheet = request.sheet
        var address = Address(steps: sheet.address.steps).with(
            ("kind", request.query("kind")), ("party", request.query("party")),
            ("state", request.query("state")), ("after", next))
        for (name, value) in kept.reversed() {
            address = Address(
                steps: address.steps, query: [.init(name, value)] + address.query)
        }
        html(.p) { html in
            html(
                .a, .href(sheet.link(address)), .plain(.rel, "next"),
                text: sheet.words("queue.more"))
        }
    }

    static func rows(
        _ html: inout HTML, _ sheet: Sheet, _ list: JSONObject, empty: String
    ) {
        let threads = list.objects("threads")
        guard !threads.isEmpty else {
            html(.p, .class("empty"), text: empty)
            return
        }
        let words = sheet.words
        html(.table, .class("queue")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for head in ["due", "what", "thread", "parties"] {
                        html(.th, .plain(.scope, "col"), text: words("queue.head-\(head)"))
                    }
                }
            }
            html(.tbody) { html in
                for thread in threads { row(&html, sheet, thread) }
            }
        }
    }

    private static func row(_ html: inout HTML, _ sheet: Sheet, _ thread: JSONObject) {
        let words = sheet.words
        let id = thread.text("thread") ?? ""
        let due = thread.text("due").flatMap { Timestamp(text: $0) }
        html(.tr) { html in
            html(.td) { html in
                standing(&html, sheet, thread, due)
                if due != nil {
                    html(.div, .class("quiet")) { $0.time(due, sheet) }
                }
            }
            html(.td) { html in
                if let turn = thread.text("turn") {
                    let clock = thread.text("clock").map(sheet.clock)
                    html.text(clock ?? words("queue.act"))
                    html(.div, .class("quiet")) { html in
                        html.text(
                            thread.flag("ours")
                                ? words("queue.ours")
                                : words("queue.theirs", ("party", turn)))
                    }
                } else {
                    html(.span, .class("quiet"), text: words("queue.nobody"))
                }
            }
            html(.td) { html in
                html(.a, .href(sheet.link("desk", "threads", id)), .plain(.data, "row")) { html in
                    html(.bdi, text: thread.text("title") ?? sheet.title(of: thread))
                }
                html(.div, .class("quiet")) { html in
                    if thread.text("title") != nil {
                        html.text(sheet.title(of: thread) + " · ")
                    }
                    html.text(sheet.state(thread.text("state") ?? ""))
                    if let urgency = thread.text("urgency"), urgency != "normal" {
                        html.text(" · ")
                        html(.strong, text: sheet.value(urgency, of: "urgency"))
                    }
                    for name in ["irregular", "unsettled"] {
                        guard let count = thread.number(name), count > 0 else { continue }
                        html.text(" · " + words.count("queue.\(name)", Int(count)))
                    }
                }
            }
            html(.td, .class("parties")) { html in
                let to = thread.texts("addressed").filter { $0 != thread.text("opener") }
                html.text((thread.text("opener") ?? "") + " → " + to.joined(separator: ", "))
            }
        }
    }

    /// In time, due soon, overdue or silent: shape, colour and word.
    private static func standing(
        _ html: inout HTML, _ sheet: Sheet, _ thread: JSONObject, _ due: Timestamp?
    ) {
        let words = sheet.words
        let (state, symbol, text): (String, StaticString, String)
        if let open = thread.number("openSilences"), open > 0 {
            (state, symbol, text) = ("silent", "silent", words("due.silent"))
        } else if let due {
            let left = due.seconds(since: sheet.now)
            let span = sheet.span(left)
            if left < 0 {
                (state, symbol, text) = ("overdue", "overdue", words("due.overdue", ("span", span)))
            } else if left < 86_400 {
                (state, symbol, text) = ("soon", "due-soon", words("due.in", ("span", span)))
            } else {
                (state, symbol, text) = ("in-time", "in-time", words("due.in", ("span", span)))
            }
        } else {
            (state, symbol, text) = ("none", "done", words("due.none"))
        }
        html(.span, .class("state \(state)")) { html in
            html.icon(symbol)
            html.text(" " + text)
        }
    }
}
