import ParleyService
import ParleyStatements

/// A statement's exhibits: their chains of custody, and opening them, which is recorded first.
enum ExhibitPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        try await show(request, opened: nil)
    }

    private static func show(
        _ request: PageRequest, opened: [JSONObject]?
    ) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let id = request.parameter("statement")
        let custody = try await custody(of: id, request)
        return .page(
            Frame(sheet, title: words("exhibits.title"), place: .threads).page { html in
                html(.h1, text: words("exhibits.title"))
                html.problem(request.problem, sheet)
                html(.p) { html in
                    html.text(words("entry.id") + " ")
                    html(.code, .class("digest"), text: id)
                }
                if let opened { html.written(opened, words("exhibits.opened"), sheet) }
                if sheet.may("body.show") {
                    html.form("open", request) { html in
                        html.field(
                            "purpose", words("exhibits.purpose"), request,
                            hint: words("exhibits.purpose-hint"), isRequired: false)
                        html(.button, .class("main"), text: words("exhibits.open"))
                    }
                }
                for chain in custody.objects("chains") { self.chain(&html, sheet, chain) }
            })
    }

    private static func custody(
        of id: String, _ request: PageRequest
    ) async throws -> JSONObject {
        do {
            // 3 says that a chain is broken, which is shown as all else.
            return try await request.command(["custody", "show", id], allowing: [0, 3]).said
        } catch let problem as Problem where problem.status == 422 {
            throw Problem.notFound
        }
    }

    private static func chain(_ html: inout HTML, _ sheet: Sheet, _ chain: JSONObject) {
        let words = sheet.words
        html(.h2) { html in
            html(.bdi, text: chain.text("name") ?? words("entry.exhibit"))
            html.text(" · " + sheet.size(chain.number("sizeBytes") ?? 0))
        }
        let standing = chain.text("standing") ?? ""
        html(.p, .class("state")) { html in
            html.icon(standing == "broken" ? "irregular" : "done")
            html.text(" " + words("custody.\(standing)"))
        }
        html(.dl, .class("facts")) { html in
            html.fact(words("exhibits.sender")) { $0.text(chain.text("sender") ?? "") }
            html.fact(words("exhibits.holders")) { $0.text(words.list(chain.texts("holders"))) }
            html.fact(words("exhibits.content")) {
                $0(.code, .class("digest"), text: chain.text("content") ?? "")
            }
        }
        let rows = chain.objects("rows")
        guard !rows.isEmpty else {
            html(.p, .class("quiet"), text: words("exhibits.no-rows"))
            return
        }
        html(
            .div, .class("wide"), .plain(.tabindex, "0"), .plain(.role, "region"),
            .plain(.ariaLabel, words("exhibits.rows"))
        ) { html in
            html(.table) { html in
                html(.caption, text: words("exhibits.rows"))
                html(.tbody) { html in
                    for row in rows {
                        html(.tr) { html in
                            html(.td) { $0.time(row.text("recorded"), sheet) }
                            html(.td, text: row.text("by") ?? "")
                            html(.td) { html in
                                let event = row.text("event") ?? ""
                                html.text(words.known("custody-event.\(event)") ?? event)
                            }
                            html(.td) { html in
                                for fault in row.objects("breaks") {
                                    html.icon("irregular")
                                    html(
                                        .span, .lang("en"),
                                        text: " " + (fault.text("explanation") ?? ""))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    static func open(_ request: PageRequest) async throws -> PageReply {
        var line = ["fetch", request.parameter("statement"), "--out", "opened"]
        if let purpose = request.form.text("purpose"), !purpose.isEmpty {
            line += ["--purpose", purpose]
        }
        return try await show(request, opened: try await request.command(line).files)
    }
}
