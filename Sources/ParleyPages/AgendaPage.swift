import ParleyDialogue
import ParleyLog
import ParleyService
import ParleyStatements

/// The agenda that the record itself proposes, and the way from it into a session.
enum AgendaPage {
    /// Sessions that may have an agenda yet.
    private static let coming: [ThreadState] = [.proposed, .agreed, .held]
    /// How many of those in each state are offered.
    private static let sessionLimit: Int64 = 10

    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let other = try ReportPages.other(request)
        let agenda = try await request.read(
            "report.agenda", [:], ReportPages.question(request, with: other))
        let sessions = try await sessions(with: other, request)
        return .page(
            ReportPages.frame(request, .agenda).page { html in
                ReportPages.head(&html, request, .agenda, with: other)
                html(.p, .class("lead"), text: words("agenda.about"))
                ReportPages.asOf(&html, sheet, agenda)
                let items = agenda.objects("items")
                if items.isEmpty {
                    html(.p, .class("empty"), text: words("agenda.empty"))
                }
                for (section, items) in sections(items) {
                    html(.h2, .id("section-" + section), text: words("agenda.\(section)"))
                    table(&html, sheet, items, labelledBy: "section-" + section)
                }
                ReportPages.more(
                    &html, sheet, shown: items.count, of: agenda.number("itemCount") ?? 0)
                propose(&html, request, sessions)
                html.check(
                    words("scorecard.check-here"),
                    command: "parley agenda --with \(other.text)"
                        + " --at \(agenda.text("asOf") ?? "")")
            })
    }

    /// In the agenda's order, under its sections.
    private static func sections(_ items: [JSONObject]) -> [(String, [JSONObject])] {
        Agenda.Section.allCases.map(\.rawValue).compactMap { section in
            let own = items.filter { $0.text("section") == section }
            return own.isEmpty ? nil : (section, own)
        }
    }

    private static func table(
        _ html: inout HTML, _ sheet: Sheet, _ items: [JSONObject], labelledBy id: String
    ) {
        ReportPages.table(
            &html, labelledBy: id,
            ["title", "kind", "matter", "party", "due"].map { sheet.words("report.head-\($0)") }
        ) { html in
            for item in items {
                html(.tr) { html in
                    html(.td) { html in
                        guard let thread = item.text("thread") else {
                            html.text(sheet.subject(item.text("subject") ?? ""))
                            return
                        }
                        ReportPages.thread(
                            &html, sheet, thread,
                            title: item.text("title") ?? sheet.title(of: item))
                    }
                    html(.td, text: sheet.subject(item.text("subject") ?? ""))
                    html(.td, text: matter(item, sheet))
                    html(.td, text: item.text("party").map(sheet.named) ?? "")
                    html(.td) { $0.time(item.text("due"), sheet) }
                }
            }
        }
    }

    /// What is open of it, in words: a clock, an urgency, a state, or what the agenda alone says.
    static func matter(_ item: JSONObject, _ sheet: Sheet) -> String {
        let code = item.text("matter") ?? ""
        if let own = sheet.words.known("matter.\(code)") { return own }
        switch Agenda.Section(rawValue: item.text("section") ?? "") {
        case .overdue: return sheet.clock(code)
        case .urgent where Urgency(rawValue: code) != nil:
            return sheet.value(code, of: "urgency")
        default: return sheet.state(code)
        }
    }

    // MARK: Into a session

    /// Those of which an agenda may be proposed now.
    private static func sessions(
        with other: PartyID, _ request: PageRequest
    ) async throws -> [JSONObject] {
        guard request.sheet.may("draft.add") else { return [] }
        let lists = try await request.desk.answers(
            coming.map { state in
                PageQuestion(
                    "thread.list", [:],
                    [
                        "kind": .string("session"), "party": .string(other.text),
                        "state": .string(state.rawValue), "limit": .integer(sessionLimit),
                    ])
            })
        let threads = try lists.flatMap { try $0.get().json?.objects("threads") ?? [] }
        let ids = threads.compactMap { $0.text("thread") }
        let answers = try await request.desk.answers(
            ids.map { PageQuestion("act.list", [:], ["thread": .string($0)]) })
        return zip(threads, answers).compactMap { thread, answer in
            let acts = (try? answer.get())?.json?.objects("acts") ?? []
            return acts.contains { $0.text("act") == Act.sessionAgendaPropose.rawValue }
                ? thread : nil
        }
    }

    private static func propose(
        _ html: inout HTML, _ request: PageRequest, _ sessions: [JSONObject]
    ) {
        let words = request.words
        guard request.sheet.may("draft.add") else { return }
        html(.h2, text: words("agenda.propose"))
        if sessions.isEmpty {
            html(.p, .class("quiet"), text: words("agenda.no-session"))
        }
        for session in sessions {
            let thread = session.text("thread") ?? ""
            html.form("propose", request, class: "actions") { html in
                html.hidden("thread", thread)
                ReportPages.thread(
                    &html, request.sheet, thread, title: request.sheet.title(of: session))
                html.text(" · " + request.sheet.state(session.text("state") ?? "") + " ")
                html(.button, .class("button"), text: words("agenda.propose-here"))
            }
        }
    }

    /// A draft in the session, with the agenda as its text: in each language that pages have.
    static func propose(_ request: PageRequest) async throws -> PageReply {
        guard request.sheet.may("draft.add") else { throw Problem.notAllowed }
        let other = try ReportPages.other(request)
        let template = try await request.read(
            "act.show", ["act": Act.sessionAgendaPropose.rawValue],
            ["thread": .string(request.typed("thread"))])
        let items = try await request.read(
            "report.agenda", [:], ReportPages.question(request, with: other)
        ).objects("items")
        var content = template.object("content")
        let texts = content.objects("texts").map { text -> JSONValue in
            guard let language = text.text("language"),
                let words = Words.all.first(where: { $0.tag == language })
            else { return .object(text) }
            let agenda = lines(items, request.sheet.speaking(words))
            return .object(text.replacing("text", with: .string(agenda)))
        }
        content = content.replacing("texts", with: .array(texts))
        let draft = try await request.read("draft.add", [:], content)
        return .redirect(DraftPages.address(draft.text("draft") ?? ""))
    }

    /// Numbered through, a section's name before its items.
    static func lines(_ items: [JSONObject], _ sheet: Sheet) -> String {
        var parts: [String] = []
        var number = 0
        for (section, items) in sections(items) {
            let lines = items.map { item in
                number += 1
                let facts = [
                    item.text("title"), sheet.subject(item.text("subject") ?? ""),
                    matter(item, sheet), item.text("party").map(sheet.named), item.text("due"),
                ]
                return "\(number). " + facts.compactMap { $0 }.joined(separator: " · ")
            }
            parts.append(([sheet.words("agenda.\(section)")] + lines).joined(separator: "\n"))
        }
        return parts.isEmpty ? sheet.words("agenda.empty") : parts.joined(separator: "\n\n")
    }
}
