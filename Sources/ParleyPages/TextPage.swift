import ParleyService
import ParleyStatements

/// One text set as a document: its versions in parallel columns, its digest, its date and how to
/// check it. It prints without a screen's leftovers.
enum TextPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let id = request.parameter("statement")
        let thread = try await request.read(
            "thread.show", ["thread": request.parameter("thread")])
        guard let entry = thread.objects("statements").first(where: { $0.text("id") == id }) else {
            throw Problem.notFound
        }
        let body = try await request.read("body.show", ["statement": id])
        let point = thread.objects("points").first { $0.text("id") == id }
        let kind = point?.text("kind")
        let title = kind.map { words("point.\($0)") } ?? sheet.title(of: entry.text("act") ?? "")
        return .page(
            Frame(sheet, title: title, place: .threads).page { html in
                html(.article, .class("document")) { html in
                    html(.h1, text: title)
                    html(.p, .class("quiet")) { html in
                        html.text(words.list(parties(entry).map(sheet.name)) + " · ")
                        html.time(entry.text("time") ?? entry.text("saidAt"), sheet)
                        if let code = point?.text("standing") {
                            html.text(" · " + (words.known("standing.\(code)") ?? code))
                        }
                    }
                    html.body(body, sheet)
                    html(.footer, .class("check")) { html in
                        html.text(words("entry.id") + " ")
                        html(.code, .class("digest"), text: id)
                        if let text = point?.text("text") {
                            html(.br)
                            html.text(words("text.digest") + " ")
                            html(.code, .class("digest"), text: text)
                        }
                        html(.br)
                        html.text(words("text.check") + " ")
                        html(.code, text: "parley receipt show \(id)")
                    }
                }
                html(.p) { html in
                    html(
                        .a,
                        .href(
                            sheet.link(
                                Address("desk", "threads", request.parameter("thread"))
                                    .at(StatementAnchor.of(id)))),
                        text: words("text.back"))
                }
            })
    }

    private static func parties(_ entry: JSONObject) -> [PartyID] {
        let author = entry.text("from")?.prefix { $0 != "/" } ?? ""
        return ([String(author)] + entry.texts("to")).compactMap { PartyID($0) }
    }
}
