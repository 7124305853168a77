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
        let agenda = try await agenda(
            with: other, in: ReportPages.language(of: words), at: nil, request)
        let sessions = try await sessions(with: other, request)
        return .page(
            ReportPages.frame(request, .agenda).page { html in
                ReportPages.head(&html, request, .agenda, with: other)
                html(.p, .class("lead"), text: words("agenda.about"))
                html(.p) { html in
                    html.text(words("scorecard.as-of").spaced)
                    html.time(agenda.text("asOf"), sheet)
                }
                let sections = agenda.objects("sections").map { ReportRows($0) }
                if sections.allSatisfy(\.all.isEmpty) {
                    html(.p, .class("empty"), text: words("agenda.empty"))
                }
                for section in sections where !section.all.isEmpty {
                    html(
                        .h2, .id("section-" + section.name),
                        text: words("agenda.\(section.name)"))
                    section.table(
                        &html, sheet, labelledBy: "section-" + section.name,
                        ["title", "kind", "matter", "party", "due"])
                }
                propose(&html, request, sessions, agenda)
                html.check(
                    words("scorecard.check-here"),
                    command: "parley agenda --with \(other.text)"
                        + " --at \(agenda.text("asOf") ?? "")")
            })
    }

    private static func agenda(
        with other: PartyID, in language: String, at instant: String?, _ request: PageRequest
    ) async throws -> JSONObject {
        var line = ["agenda", "--with", other.text, "--language", language]
        if let instant { line += ["--at", instant] }
        return try await request.command(line).said
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
        _ html: inout HTML, _ request: PageRequest, _ sessions: [JSONObject], _ agenda: JSONObject
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
                html.hidden("at", agenda.text("asOf") ?? "")
                ReportPages.thread(
                    &html, request.sheet, thread, title: request.sheet.title(of: session))
                html.text(" · " + request.sheet.state(session.text("state") ?? "") + " ")
                html(.button, .class("button"), text: words("agenda.propose-here"))
            }
        }
    }

    /// A draft in the session, with the agenda as its text: in each language that the page's own
    /// words are in.
    static func propose(_ request: PageRequest) async throws -> PageReply {
        guard request.sheet.may("draft.add") else { throw Problem.notAllowed }
        let other = try ReportPages.other(request)
        let template = try await request.read(
            "act.show", ["act": Act.sessionAgendaPropose.rawValue],
            ["thread": .string(request.typed("thread"))])
        var content = template.object("content")
        var texts: [JSONValue] = []
        for text in content.objects("texts") {
            guard let language = text.text("language"),
                let words = Words.all.first(where: { $0.tag == language })
            else {
                texts.append(.object(text))
                continue
            }
            let agenda = try await agenda(
                with: other, in: ReportPages.language(of: words), at: request.typed("at"), request)
            texts.append(.object(text.replacing("text", with: .string(lines(agenda, words)))))
        }
        content = content.replacing("texts", with: .array(texts))
        let draft = try await request.read("draft.add", [:], content)
        return .redirect(DraftPages.address(draft.text("draft") ?? ""))
    }

    /// Numbered through, a section's name before its items.
    static func lines(_ agenda: JSONObject, _ words: Words) -> String {
        var parts: [String] = []
        var number = 0
        for section in agenda.objects("sections").map({ ReportRows($0) })
        where !section.all.isEmpty {
            let items = section.all.map { row in
                number += 1
                let facts = ["title", "kind", "matter", "party", "due"].compactMap { row[$0] }
                return "\(number). "
                    + facts.filter { !$0.isEmpty }.joined(separator: " · ")
            }
            parts.append(
                ([words("agenda.\(section.name)")] + items).joined(separator: "\n"))
        }
        return parts.isEmpty ? words("agenda.empty") : parts.joined(separator: "\n\n")
    }
}
