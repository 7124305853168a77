import ParleyService
import ParleyStatements

/// What companies have handed in, for an officer to take up or to return.
enum IntakePages {
    static var all: [Page] {
        [
            Page("desk/intake", needs: ["intake.list"], show: showList),
            Page(
                "desk/intake/{intake}", needs: ["intake.show"],
                forms: [
                    .init("take", "intake.take", take), .init("return", "intake.return", giveBack),
                ], show: show),
        ]
    }

    private static func showList(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let filings = try await request.read("intake.list").objects("filings")
        return .page(
            Frame(sheet, title: words("intake.title"), place: .intake).page { html in
                html(.h1, text: words("intake.title"))
                html(.p, .class("reading"), text: words("intake.about"))
                if filings.isEmpty { html(.p, .class("empty"), text: words("intake.none")) }
                html(.ul, .class("list")) { html in
                    for filing in filings {
                        html(.li) { html in
                            html(
                                .a,
                                .href(
                                    sheet.link("desk", "intake", filing.text("filing") ?? "")),
                                .plain(.data, "row"),
                                text: sheet.title(of: filing.text("act") ?? ""))
                            html(.div, .class("quiet")) { html in
                                html(.bdi, text: filing.text("company") ?? "")
                                html.text(" · ")
                                html.time(filing.text("saved"), sheet)
                            }
                        }
                    }
                }
            })
    }

    private static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let filing = try await request.read(
            "intake.show", ["intake": request.parameter("intake")])
        let content = filing.object("content")
        let title = sheet.title(of: content.text("act") ?? "")
        return .page(
            Frame(sheet, title: title, place: .intake).page { html in
                html(.h1, text: title)
                html.problem(request.problem, sheet)
                html(.dl, .class("facts")) { html in
                    html.fact(words("account.company")) { html in
                        html(.bdi, text: filing.text("company") ?? "")
                        html.text(
                            " · " + words(content.flag("named") ? "intake.named" : "intake.unnamed")
                        )
                    }
                    html.fact(words("intake.saved")) { html in
                        html(.bdi, text: filing.text("editor") ?? "")
                        html.text(" · ")
                        html.time(filing.text("saved"), sheet)
                    }
                    if let verdict = content.text("verdict") {
                        html.fact(words("filing.verdict")) {
                            $0.text(sheet.value(verdict, of: "verdict"))
                        }
                    }
                }
                html.body(content, sheet)
                if let draft = filing.text("draft") {
                    html(.p, .class("note")) { html in
                        html(
                            .a, .href(sheet.link("desk", "drafts", draft)),
                            text: words("intake.draft"))
                    }
                    return
                }
                guard sheet.may("intake.take") else { return }
                html(.p, .class("actions")) { html in
                    html.text(words("intake.take-about"))
                }
                html.act("take", words("intake.take"), request, class: "main")
                html(.h2, text: words("intake.return"))
                html.form("return", request) { html in
                    html.lines(
                        "note", words("approval.note"), request.form.whole("note") ?? "", rows: 3)
                    html(.button, .class("plain"), text: words("intake.return"))
                }
            })
    }

    private static func take(_ request: PageRequest) async throws -> PageReply {
        let draft = try await request.read(
            "intake.take", ["intake": request.parameter("intake")])
        return .redirect(Address("desk", "drafts", draft.text("draft") ?? ""))
    }

    private static func giveBack(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask(
            "intake.return", ["intake": request.parameter("intake")],
            AccountPages.given(request, "intake.return"))
        return .redirect(Address("desk", "intake"))
    }
}
