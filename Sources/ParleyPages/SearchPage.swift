import ParleyService
import ParleyStatements

/// The words of bodies, in English and Chinese alike.
enum SearchPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let text = request.query("text")?.trimmed ?? ""
        var request = request
        var found: JSONObject?
        if !text.isEmpty {
            do {
                found = try await request.read(
                    "text.search", [:], ["text": .string(text), "limit": .integer(50)])
            } catch let problem as Problem {
                request.problem = problem
            }
        }
        let frame = Frame(sheet, title: words("search.title"), place: .search)
        return .page(
            frame.page { html in
                html(.h1, text: words("search.title"))
                html.problem(request.problem, sheet)
                html(.form, .class("questions"), .action(sheet.link("desk", "search"))) { html in
                    html.field("text", words("search.label"), request, type: "search", value: text)
                    html(.button, .class("main"), text: words("search.do"))
                }
                guard let found else { return }
                let hits = found.objects("statements")
                html(.p, .plain(.role, "status"), text: words.count("search.found", hits.count))
                if !found.flag("complete") {
                    html(.p, .class("quiet"), text: words("search.incomplete"))
                }
                html(.ol, .class("hits")) { html in
                    for hit in hits {
                        html(.li) { html in
                            html(
                                .a,
                                .href(
                                    sheet.link(
                                        Address("desk", "threads", hit.text("thread") ?? "")
                                            .at(
                                                (hit.text("statement") ?? "")
                                                    .replacing(":", with: "-")))),
                                .plain(.data, "row"), .plain(.dir, "auto"),
                                text: hit.text("snippet") ?? "")
                            html(.div, .class("quiet"), text: place(of: hit, sheet))
                        }
                    }
                }
            }, status: request.problem?.status ?? 200)
    }

    /// In what kind of thread it stands, and how that stands.
    private static func place(of hit: JSONObject, _ sheet: Sheet) -> String {
        [hit.text("subject").map { _ in sheet.title(of: hit) }, hit.text("state").map(sheet.state)]
            .compactMap { $0 }.joined(separator: " · ")
    }
}
