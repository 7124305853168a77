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
        let page = Layout(
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

    private struct Layout {
        let request: PageRequest
        let thread: JSONObject
        let entries: [JSONObject]
        let bodies: [String: JSONObject]
        /// Why a body is not shown.
        let obstacles: [String: Problem]
        let acts: [JSONObject]

        private var sheet: Sheet { request.sheet }
        private var words: Words { request.words }

        func write(_ html: inout HTML, _ title: String) {
            html(.h1, text: title)
            html.problem(request.problem, sheet)
            facts(&html)
            html(.section, .plain(.ariaLabelledBy, "record-head")) { html in
                html(.h2, .id("record-head"), text: words("thread.record"))
                html(.div, .class("sides"), .plain(.ariaHidden, "true")) { html in
                    html(.div, text: words("thread.ours", ("party", sheet.name(sheet.party))))
                    html(.div, text: words("thread.theirs"))
                }
                html(.ol, .class("record")) { html in
                    for entry in entries { statement(&html, entry) }
                }
            }
            lawful(&html)
            html.grid(thread, sheet)
        }

        // MARK: Head

        private func facts(_ html: inout HTML) {
            html(.dl, .class("facts")) { html in
                html.fact(words("thread.state")) {
                    $0.text(sheet.state(thread.text("state") ?? ""))
                }
                html.fact(words("thread.turn")) { html in
                    html.text(thread.text("turn") ?? words("queue.nobody"))
                }
                if let urgency = thread.text("urgency") {
                    html.fact(words("thread.urgency")) {
                        $0.text(sheet.value(urgency, of: "urgency"))
                    }
                }
                if let basis = thread.text("basis") {
                    html.fact(words("thread.basis")) { $0(.code, text: basis) }
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

        private func clocks(_ html: inout HTML) {
            let clocks = thread.objects("clocks")
            guard !clocks.isEmpty else { return }
            html(.table, .class("clocks")) { html in
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
                            html(.td) { $0.time(clock.text("start"), sheet) }
                            html(.td) { html in
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

        // MARK: Statements

        private func statement(_ html: inout HTML, _ entry: JSONObject) {
            let id = entry.text("id") ?? ""
            let from = entry.text("from") ?? ""
            let isOurs = from.hasPrefix(sheet.party.text + "/")
            let effect = entry.text("effect") ?? ""
            html(
                .li,
                .class(
                    (isOurs ? "ours" : "theirs")
                        + (effect.hasPrefix("irregular") ? " irregular" : "")),
                .id(id.replacing(":", with: "-"))
            ) { html in
                html(.h3, text: sheet.title(of: entry.text("act") ?? ""))
                html(.p, .class("quiet")) { html in
                    html(.strong, text: from)
                    html.text(" → " + entry.texts("to").joined(separator: ", ") + " · ")
                    if entry.text("time") == nil {
                        html.text(words("entry.no-time") + " ")
                        html.time(entry.text("saidAt"), sheet)
                    }
                    html.time(entry.text("time"), sheet)
                }
                if effect != "applied" {
                    html(.p, .class("mark")) { html in
                        html.icon("irregular")
                        html.text(" " + Self.words(of: effect, in: words))
                    }
                }
                terms(&html, entry.object("terms"))
                body(&html, id)
                proof(&html, entry, id)
            }
        }

        private static func words(of effect: String, in words: Words) -> String {
            guard effect.hasPrefix("irregular:") else { return words("effect.\(effect)") }
            let reason = String(effect.dropFirst("irregular:".count))
            return words(
                "effect.irregular", ("reason", words.known("irregular.\(reason)") ?? reason))
        }

        private func terms(_ html: inout HTML, _ terms: JSONObject) {
            guard !terms.members.isEmpty else { return }
            html(.dl, .class("facts")) { html in
                for member in terms.members {
                    let label = Act.Term(rawValue: member.name).map {
                        sheet.wording(TermWording.term($0), else: member.name)
                    }
                    html.fact(label ?? member.name) { html in
                        html.text(sheet.text(of: member.value, term: member.name))
                    }
                }
            }
        }

        private func body(_ html: inout HTML, _ id: String) {
            if let problem = obstacles[id] {
                guard problem.reason != "body-missing" else { return }
                html(.p, .class("quiet")) { html in
                    html.icon("seal")
                    html.text(" ")
                    html.text(words.known("problem.\(problem.reason)") ?? problem.detail)
                }
                return
            }
            guard let body = bodies[id] else {
                html(.p, .class("quiet")) { html in
                    html.icon("seal")
                    html.text(" " + words("entry.sealed"))
                }
                return
            }
            html.body(body, sheet)
        }

        private func proof(_ html: inout HTML, _ entry: JSONObject, _ id: String) {
            html(.details) { html in
                html(.summary, text: words("entry.proof"))
                html(.dl, .class("facts")) { html in
                    html.fact(words("entry.id")) { $0(.code, .class("digest"), text: id) }
                    html.fact(words("entry.said")) { $0.time(entry.text("saidAt"), sheet) }
                    for receipt in entry.object("receipts").members {
                        guard case .string(let time) = receipt.value else { continue }
                        html.fact(words("entry.receipt", ("party", receipt.name))) {
                            $0.time(time, sheet)
                        }
                    }
                    if entry.object("receipts").members.isEmpty {
                        html.fact(words("entry.receipts")) { $0.text(words("entry.no-receipt")) }
                    }
                    for exhibit in entry.texts("exhibits") {
                        html.fact(words("entry.exhibit")) {
                            $0(.code, .class("digest"), text: exhibit)
                        }
                    }
                }
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
}

extension HTML {
    mutating func fact(_ name: String, _ value: (inout HTML) -> Void) {
        self(.dt, text: name)
        self(.dd, content: value)
    }

    /// A body as it was written: each language in its own column, of equal rank.
    mutating func body(_ body: JSONObject, _ sheet: Sheet) {
        let texts = body.objects("texts")
        if !texts.isEmpty {
            self(.div, .class("versions")) { html in
                for text in texts {
                    let language = text.text("language") ?? ""
                    html(.div) { html in
                        html(.p, .class("quiet")) { html in
                            html.text(sheet.words.known("tongue.\(language)") ?? language)
                            html.text(" · ")
                            html.text(
                                sheet.words(
                                    text["authentic"] == .bool(false)
                                        ? "body.translation" : "body.authentic"))
                        }
                        html.said(text.text("text") ?? "", language: language)
                    }
                }
            }
        }
        let fields = body.object("fields").members
        let exhibits = body.objects("exhibits")
        guard !fields.isEmpty || !exhibits.isEmpty else { return }
        self(.dl, .class("facts")) { html in
            for field in fields {
                guard case .string(let text) = field.value else { continue }
                html.fact(field.name) { $0(.bdi, text: text) }
            }
            for exhibit in exhibits {
                html.fact(sheet.words("entry.exhibit")) { html in
                    html(.bdi, text: exhibit.text("name") ?? "")
                    html.text(
                        " · " + (exhibit.text("mediaType") ?? "") + " · "
                            + sheet.size(exhibit.number("sizeBytes") ?? 0))
                }
            }
        }
    }

    /// Party by statement: delivered, acknowledged, answered, silent.
    mutating func grid(_ thread: JSONObject, _ sheet: Sheet) {
        let words = sheet.words
        let entries = thread.objects("statements")
        let involved = Set(entries.flatMap { $0.texts("to") }).union(
            entries.compactMap { $0.text("from")?.split(separator: "/").first.map(String.init) })
        let parties = sheet.agreement.parties.map(\.id.text).filter(involved.contains)
        guard !entries.isEmpty, parties.count > 1 else { return }
        self(.section, .plain(.ariaLabelledBy, "grid-head")) { html in
            html(.h2, .id("grid-head"), text: words("grid.title"))
            html(
                .div, .class("wide"), .plain(.tabindex, "0"), .plain(.role, "region"),
                .plain(.ariaLabelledBy, "grid-head")
            ) { html in
                html(.table) { html in
                    html(.thead) { html in
                        html(.tr) { html in
                            html(.th, .plain(.scope, "col"), text: words("grid.statement"))
                            for party in parties {
                                html(.th, .plain(.scope, "col"), text: party)
                            }
                        }
                    }
                    html(.tbody) { html in
                        for entry in entries { html.gridRow(entry, parties, entries, sheet) }
                    }
                }
            }
        }
    }

    private mutating func gridRow(
        _ entry: JSONObject, _ parties: [String], _ entries: [JSONObject], _ sheet: Sheet
    ) {
        let words = sheet.words
        let id = entry.text("id") ?? ""
        let author = entry.text("from")?.split(separator: "/").first.map(String.init)
        self(.tr) { html in
            html(.th, .plain(.scope, "row")) { html in
                html(
                    .a, .href(Link(fragment: id.replacing(":", with: "-"))),
                    text: sheet.title(of: entry.text("act") ?? ""))
            }
            for party in parties {
                html(.td) { html in
                    if party == author {
                        html.text(words("grid.author"))
                    } else if !entry.texts("to").contains(party) {
                        html.text(words("grid.not-told"))
                    } else if let receipt = entry.object("receipts").text(party) {
                        html.icon("done")
                        html.text(" " + words("grid.delivered") + " ")
                        html.time(receipt, sheet)
                    } else {
                        html.icon("silent")
                        html.text(" " + words("grid.nothing"))
                    }
                }
            }
        }
    }
}

extension Sheet {
    /// A value of a statement's terms, for people.
    func text(of value: JSONValue, term: String) -> String {
        switch value {
        case .string(let text):
            if let instant = Timestamp(text: text) { return time(instant) }
            return self.value(text, of: term)
        case .integer(let number): return words.number(Int(number))
        case .bool(let isTrue): return words(isTrue ? "value.yes" : "value.no")
        case .array(let values): return words.list(values.map { text(of: $0, term: term) })
        case .object(let object):
            return words.list(
                object.members.map { member in
                    let name = wording(TermWording.name(member.name), else: member.name)
                    return name + words("language.colon")
                        + text(of: member.value, term: member.name)
                })
        }
    }

    func size(_ bytes: Int64) -> String {
        let units: [(Int64, String)] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")]
        for (unit, name) in units where bytes >= unit {
            let tenths = bytes * 10 / unit
            return "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(bytes) B"
    }
}
