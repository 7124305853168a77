import ParleyLog
import ParleyService
import ParleyStatements

/// What a new node still lacks, step by step, and what to do about each: keys, agreement, peers,
/// people.
enum StartPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        var questions = [PageQuestion("node.show")]
        if sheet.may("account.list") { questions.append(PageQuestion("account.list")) }
        let answers = try await request.desk.answers(questions)
        let node = try answers[0].get().json ?? [:]
        let accounts = try answers.dropFirst().first?.get().json?.objects("accounts")
        return .page(
            Frame(sheet, title: words("start.title"), place: .start).page { html in
                html(.h1, text: words("start.title"))
                html(.ol, .class("steps")) { html in
                    keys(&html, sheet, node)
                    agreement(&html, sheet)
                    peers(&html, sheet, node)
                    if let accounts { people(&html, sheet, accounts) }
                }
            })
    }

    private static func step(
        _ html: inout HTML, _ sheet: Sheet, _ name: String, isDone: Bool,
        _ content: (inout HTML) -> Void
    ) {
        html(.li) { html in
            html(.h2) { html in
                html.icon(isDone ? "done" : "in-time")
                html.text(" " + sheet.words("start.\(name)"))
                html(
                    .span, .class("quiet"),
                    text: " · " + sheet.words(isDone ? "start.done" : "start.missing"))
            }
            content(&html)
        }
    }

    private static func keys(_ html: inout HTML, _ sheet: Sheet, _ node: JSONObject) {
        let until = node.text("keysUntil")
        step(&html, sheet, "keys", isDone: until != nil) { html in
            html(.p, text: sheet.words("start.keys-about"))
            if let until {
                html(.p) { html in
                    html.text(sheet.words("health.keys-until") + " ")
                    html.time(until, sheet)
                }
            }
        }
    }

    private static func agreement(_ html: inout HTML, _ sheet: Sheet) {
        let isInForce = sheet.agreement.effectiveFrom <= sheet.now
        step(&html, sheet, "agreement", isDone: isInForce) { html in
            html(.p, text: sheet.words("start.agreement-about"))
            html(.p) { $0(.code, .class("digest"), text: sheet.agreement.id.text) }
            html(.p) { html in
                html.text(sheet.words("start.in-force") + " ")
                html.time(sheet.agreement.effectiveFrom, sheet, withYear: true)
            }
        }
    }

    private static func peers(_ html: inout HTML, _ sheet: Sheet, _ node: JSONObject) {
        let peers = node.objects("parties").filter { $0.text("party") != sheet.party.text }
        let isDone = peers.contains { $0.text("measured") != nil }
        step(&html, sheet, "peers", isDone: isDone) { html in
            html(.p, text: sheet.words("start.peers-about"))
            html(.ul) { html in
                for peer in peers {
                    html(.li) { html in
                        let id = PartyID(peer.text("party") ?? "")
                        html.text(id.map(sheet.name) ?? "")
                        html.text(
                            " · "
                                + sheet.words(
                                    peer.text("measured") == nil
                                        ? "start.not-heard" : "start.heard") + " ")
                        html.time(peer.text("measured"), sheet)
                    }
                }
            }
        }
    }

    /// A node where nobody can act is of no use, and four eyes need two people.
    private static func people(_ html: inout HTML, _ sheet: Sheet, _ accounts: [JSONObject]) {
        let active = accounts.filter { !$0.flag("disabled") }
        let missing = [Role.officer, .caseOfficer, .approver, .auditor].filter { role in
            !active.contains { $0.texts("roles").contains(role.rawValue) }
        }
        let lone = active.filter {
            $0.texts("roles").contains(Role.administrator.rawValue) && !$0.flag("secondFactor")
        }
        step(&html, sheet, "people", isDone: missing.isEmpty) { html in
            if !missing.isEmpty {
                html(
                    .p,
                    text: sheet.words(
                        "start.no-such", ("roles", sheet.words.list(missing.map(sheet.role)))))
            }
            html(.p) { html in
                html(.a, .href(sheet.link("desk", "accounts")), text: sheet.words("people.title"))
            }
            for one in lone {
                html(
                    .p,
                    text: sheet.words("start.no-factor", ("account", one.text("name") ?? "")))
            }
        }
    }
}
