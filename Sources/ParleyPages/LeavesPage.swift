import ParleyLog
import ParleyService
import ParleyStatements

/// What leaves, before it does: to whom, under which seal, in words and in bytes; then the second
/// person's word, or the signature.
enum LeavesPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let parameters = ["draft": request.parameter("draft")]
        let draft = try await request.read("draft.show", parameters)
        var request = request
        var preview: JSONObject?
        if sheet.may("draft.preview"), draft.text("state") == "open" {
            do {
                preview = try await request.read("draft.preview", parameters)
            } catch let problem as Problem {
                request.problem = request.problem ?? problem
            }
        }
        let act = draft.object("content").text("act") ?? ""
        let frame = Frame(sheet, title: words("leaves.title"), place: .drafts)
        let shown = request
        return .page(
            frame.page { html in
                html(.h1, text: words("leaves.title"))
                html(.p) { html in
                    html(.strong, text: sheet.title(of: act))
                    html.text(" · ")
                    html(
                        .a, .href(sheet.link(DraftPages.address(shown.parameter("draft")))),
                        text: words("leaves.back"))
                }
                html.problem(shown.problem, sheet)
                if shown.problem?.reason == "keys-locked" { unlocking(&html, sheet) }
                if let preview {
                    leaving(&html, sheet, preview)
                } else {
                    html.body(draft.object("content"), sheet)
                }
                approval(&html, shown, draft)
                if let preview { signing(&html, shown, draft, preview) }
            }, status: request.problem?.status ?? 200)
    }

    private static func unlocking(_ html: inout HTML, _ sheet: Sheet) {
        html(.p) { html in
            html(
                .a, .class("button"), .href(sheet.link("desk", "keys")),
                text: sheet.words("keys.title"))
        }
    }

    private static func leaving(_ html: inout HTML, _ sheet: Sheet, _ preview: JSONObject) {
        let words = sheet.words
        let header = preview.object("header")
        if preview.flag("exercise") {
            // Marked itself, or under an agreement that is.
            let isMarked = header.object("terms").flag("exercise")
            html(
                .p, .class("exercise"),
                text: words(isMarked ? "leaves.exercise" : "leaves.exercise-agreement"))
        }
        html(.dl, .class("facts")) { html in
            html.fact(words("leaves.to")) { html in
                html.text(
                    words.list(header.texts("to").map { sheet.name(PartyID($0) ?? sheet.party) }))
            }
            html.fact(words("leaves.sealed-to")) { html in
                let readers = preview.texts("sealedTo")
                html.text(readers.isEmpty ? words("leaves.no-seal") : words.list(readers))
            }
            html.fact(words("leaves.not")) { $0.text(words("leaves.not-sent")) }
            html.fact(words("leaves.until")) { $0.time(preview.text("until"), sheet) }
        }
        html(.h2, text: words("leaves.sealed"))
        html.body(preview.object("body"), sheet)
        html(.h2, text: words("leaves.open"))
        html(.p, .class("hint"), text: words("leaves.open-hint"))
        let bytes = Base64.decode(preview.text("payload") ?? "") ?? []
        html(.pre, .class("bytes"), .plain(.tabindex, "0")) { html in
            html.text(String(decoding: bytes, as: UTF8.self))
        }
        html(.p, .class("quiet")) { html in
            html.text(words.count("leaves.bytes", bytes.count) + " · SHA-256 ")
            html(.code, .class("digest"), text: preview.text("preview") ?? "")
        }
    }

    private static func approval(
        _ html: inout HTML, _ request: PageRequest, _ draft: JSONObject
    ) {
        let sheet = request.sheet
        let words = sheet.words
        guard draft.flag("needsApproval") || draft["review"] != nil else { return }
        html(.h2, text: words("approval.title"))
        let review = draft.object("review")
        if let by = review.text("by") {
            html(.p) { html in
                html.text(
                    words(
                        review.flag("approved") ? "approval.given" : "approval.refused",
                        ("account", by)) + " ")
                html.time(review.text("at"), sheet)
            }
            if let note = review.text("note"), !note.isEmpty { html.said(note, language: nil) }
        } else {
            html(.p, text: words("approval.needed"))
        }
        guard sheet.may("draft.review"), draft.text("state") == "open" else { return }
        guard draft.text("editor") != sheet.viewer?.account.text else {
            html(.p, .class("quiet"), text: words("approval.own"))
            return
        }
        html.form("review", request) { html in
            html.hidden("revision", String(draft.number("revision") ?? 0))
            html.lines(
                "note", words("approval.note"), request.form.whole("note") ?? "", rows: 3,
                mark: words("form.optional"))
            html(.p, .class("actions")) { html in
                html(
                    .button, .class("main"), .name("verdict"), .value("approved"),
                    text: words("approval.approve"))
                html(
                    .button, .class("plain"), .name("verdict"), .value("returned"),
                    text: words("approval.return"))
            }
        }
    }

    private static func signing(
        _ html: inout HTML, _ request: PageRequest, _ draft: JSONObject, _ preview: JSONObject
    ) {
        guard request.sheet.may("draft.send") else { return }
        guard !draft.flag("needsApproval") || draft.object("review").flag("approved") else {
            return
        }
        let to = preview.object("header").texts("to")
        html.form("send", request) { html in
            html.hidden("preview", preview.text("preview") ?? "")
            html.hidden("thread", preview.object("header").text("thread") ?? "")
            html(
                .button, .class("main"),
                text: request.words(
                    "leaves.send",
                    (
                        "parties",
                        request.words.list(
                            to.map { request.sheet.name(PartyID($0) ?? request.sheet.party) })
                    )))
        }
    }
}
