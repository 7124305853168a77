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
        var before: JSONObject?
        if let earlier = earlier(than: entry, in: thread) {
            before = try await request.read("body.show", ["statement": earlier])
        }
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
                    if let before { changes(&html, sheet, from: before, to: body) }
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

    /// A measure's versions, which are no point of their thread.
    private static let versions = [Act.noticePublish.rawValue, Act.noticeRevise.rawValue]

    /// The text that this one was written in place of, if any: of a measure its version before, of
    /// what both sides sign the last one of its kind.
    private static func earlier(than entry: JSONObject, in thread: JSONObject) -> String? {
        let id = entry.text("id")
        let points = thread.objects("points")
        let kind = points.first { $0.text("id") == id }?.text("kind")
        return thread.objects("statements").prefix { $0.text("id") != id }.last { other in
            if let kind {
                return points.contains {
                    $0.text("id") == other.text("id") && $0.text("kind") == kind
                }
            }
            return versions.contains(entry.text("act") ?? "")
                && versions.contains(other.text("act") ?? "")
        }?.text("id")
    }

    /// Each language against itself, word by word.
    private static func changes(
        _ html: inout HTML, _ sheet: Sheet, from before: JSONObject, to body: JSONObject
    ) {
        html(.section, .plain(.ariaLabelledBy, "changes-head")) { html in
            html(.h2, .id("changes-head"), text: sheet.words("text.changes"))
            html(.div, .class("versions")) { html in
                for text in body.objects("texts") {
                    let language = text.text("language") ?? ""
                    let old = before.objects("texts").first { $0.text("language") == language }
                    html(.div, .class("said"), .lang(language), .plain(.dir, "auto")) { html in
                        html(.p) {
                            $0.changes(
                                TextDifference(
                                    from: old?.text("text") ?? "", to: text.text("text") ?? ""))
                        }
                    }
                }
            }
        }
    }

    static func isVersion(_ act: String) -> Bool { versions.contains(act) }

    private static func parties(_ entry: JSONObject) -> [PartyID] {
        let author = entry.text("from")?.prefix { $0 != "/" } ?? ""
        return ([String(author)] + entry.texts("to")).compactMap { PartyID($0) }
    }
}
