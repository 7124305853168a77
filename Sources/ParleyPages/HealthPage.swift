import ParleyLog
import ParleyStatements

/// How the node does: peers, clocks, witnesses.
enum HealthPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let node = try await request.read("node.show")
        let frame = Frame(sheet, title: words("health.title"), place: .health)
        return .page(
            frame.page { html in
                html(.h1, text: words("health.title"))
                html(.dl, .class("facts")) { html in
                    html.fact(words("health.node")) {
                        $0.text((node.text("party") ?? "") + "/" + (node.text("organ") ?? ""))
                    }
                    html.fact(words("health.organs")) {
                        $0.text(words.list(node.texts("organs")))
                    }
                }
                html(.table) { html in
                    html(.caption, text: words("health.peers"))
                    html(.thead) { html in
                        html(.tr) { html in
                            for head in ["party", "ahead", "measured"] {
                                html(
                                    .th, .plain(.scope, "col"), text: words("health.head-\(head)"))
                            }
                        }
                    }
                    html(.tbody) { html in
                        for peer in node.objects("parties")
                        where peer.text("party") != sheet.party.text {
                            row(&html, sheet, peer)
                        }
                    }
                }
                let witnesses = node.objects("witnesses")
                html(.h2, text: words("health.witnesses"))
                if witnesses.isEmpty { html(.p, .class("quiet"), text: words("health.no-witness")) }
                html(.ul) { html in
                    for witness in witnesses {
                        html(.li) { html in
                            html.text((witness.text("name") ?? "") + " · ")
                            html.time(witness.text("cosigned"), sheet)
                            if let fault = witness.text("fault") {
                                html(.strong, .lang("en"), text: " " + fault)
                            }
                        }
                    }
                }
            })
    }

    private static func row(_ html: inout HTML, _ sheet: Sheet, _ peer: JSONObject) {
        html(.tr) { html in
            html(.td, text: sheet.name(PartyID(peer.text("party") ?? "") ?? sheet.party))
            html(.td) { html in
                guard let ahead = peer.number("secondsAhead") else {
                    html.text(sheet.words("health.not-measured"))
                    return
                }
                html.text(sheet.words("health.ahead", ("n", String(ahead))))
            }
            html(.td) { $0.time(peer.text("measured"), sheet) }
        }
    }
}
