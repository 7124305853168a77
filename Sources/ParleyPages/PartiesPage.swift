import ParleyLog
import ParleyService
import ParleyStatements

/// The agreement's versions, its parties, and every key that any of them signs with: what holds,
/// since when, and what was said of it. Keys change by a ceremony with the root key, which is on no
/// node: the page says how.
enum PartiesPage {
    private static let apart = """
        parley keys add --out draft.json
        parley keys sign draft.json --root-key … --out signed.json
        parley keys submit signed.json
        """

    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let status = try await request.command(["agreement", "status"]).said
        let keys = try await request.command(["keys", "list"]).said.objects("keys")
        return .page(
            Frame(sheet, title: words("parties.title"), place: .parties).page { html in
                html(.h1, text: words("parties.title"))
                versions(&html, sheet, status)
                for party in sheet.agreement.parties {
                    html(.section, .plain(.ariaLabelledBy, "party-" + party.id.text)) { html in
                        self.party(&html, sheet, party, status, keys)
                    }
                }
                html(.h2, text: words("ceremony.title"))
                html(.p, text: words("ceremony.about"))
                html(.aside, .class("check")) { html in
                    for name in ["add", "retire", "revoke"] {
                        html(.p, text: words("ceremony.\(name)"))
                        html(.pre) { $0(.code, text: "parley keys \(name) …") }
                    }
                    html(.p, text: words("ceremony.apart"))
                    html(.pre) { $0(.code, text: apart) }
                }
            })
    }

    private static func versions(_ html: inout HTML, _ sheet: Sheet, _ status: JSONObject) {
        let words = sheet.words
        html(.h2, .id("versions"), text: words("parties.versions"))
        html(.table, .class("stack")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for head in ["version", "from", "of"] {
                        html(.th, .plain(.scope, "col"), text: words("parties.head-\(head)"))
                    }
                }
            }
            html(.tbody) { html in
                for version in status.objects("versions") {
                    html(.tr) { html in
                        html(.td) {
                            $0(.code, .class("digest"), text: version.text("version") ?? "")
                        }
                        html(.td) { $0.time(version.text("effectiveFrom"), sheet, withYear: true) }
                        html(.td, text: words.list(version.texts("parties").map(sheet.named)))
                    }
                }
            }
        }
    }

    private static func party(
        _ html: inout HTML, _ sheet: Sheet, _ party: Party, _ status: JSONObject,
        _ keys: [JSONObject]
    ) {
        let words = sheet.words
        html(.h2, .id("party-" + party.id.text), text: sheet.named(party.id.text))
        html(.dl, .class("facts")) { html in
            html.fact(words("parties.address")) { $0(.bdi, text: party.node.url) }
            let standing = status.objects("parties").first {
                $0.text("party") == party.id.text
            }
            if let version = standing?.text("standsUnder") {
                html.fact(words("parties.stands-under")) {
                    $0(.code, .class("digest"), text: version)
                }
            }
        }
        let own = keys.filter { $0.text("organ")?.hasPrefix(party.id.text + "/") == true }
        html(.table, .class("stack")) { html in
            html(.caption, text: words("parties.keys"))
            html(.thead) { html in
                html(.tr) { html in
                    for head in ["organ", "key", "valid", "standing"] {
                        html(.th, .plain(.scope, "col"), text: words("parties.head-\(head)"))
                    }
                }
            }
            html(.tbody) { html in
                for key in own { row(&html, sheet, key) }
            }
        }
    }

    private static func row(_ html: inout HTML, _ sheet: Sheet, _ key: JSONObject) {
        let words = sheet.words
        html(.tr) { html in
            html(.td, text: key.text("organ") ?? "")
            html(.td) { $0(.code, .class("digest"), text: key.text("key") ?? "") }
            html(.td) { html in
                html.time(key.text("notBefore"), sheet)
                html.text(" – ")
                html.time(key.text("notAfter"), sheet)
            }
            html(.td) { html in
                html(.span, .class("state")) { html in
                    html.icon(key.flag("live") ? "done" : "irregular")
                    html.text(" " + words(key.flag("live") ? "key.live" : "key.over"))
                }
                for change in ["added", "retired", "revoked"] {
                    guard case .object(let said)? = key[change] else { continue }
                    html(.div, .class("quiet")) { html in
                        html.text(words("key.\(change)") + " ")
                        html.time(said.text("time") ?? said.text("since"), sheet)
                    }
                }
            }
        }
    }
}
