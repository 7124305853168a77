import ParleyLog
import ParleyStatements

/// Party by statement: who has it, whose person has said so, who has answered, who is silent.
struct WhoHasSeen {
    private enum Standing {
        case author, notTold, nothing
        case delivered(String), acknowledged(String), answered(String)
        case silent(String)
    }

    let sheet: Sheet
    let entries: [JSONObject]

    private var words: Words { sheet.words }

    private static func author(of entry: JSONObject) -> String {
        String(entry.text("from")?.prefix { $0 != "/" } ?? "")
    }

    private var parties: [String] {
        let involved = Set(entries.flatMap { $0.texts("to") } + entries.map(Self.author))
        return sheet.agreement.parties.map(\.id.text).filter(involved.contains)
    }

    func write(_ html: inout HTML) {
        let parties = parties
        guard !entries.isEmpty, parties.count > 1 else { return }
        html(.section, .class("seen")) { html in
            html(.h2, .id("grid-head"), text: words("grid.title"))
            html(
                .div, .class("wide"), .plain(.tabindex, "0"), .plain(.role, "region"),
                .plain(.ariaLabelledBy, "grid-head")
            ) { html in
                html(.table, .class("stack")) { html in
                    html(.thead) { html in
                        html(.tr) { html in
                            html(.th, .plain(.scope, "col"), text: words("grid.statement"))
                            for party in parties {
                                html(.th, .plain(.scope, "col"), text: party)
                            }
                        }
                    }
                    html(.tbody) { html in
                        for entry in entries { row(&html, entry, parties) }
                    }
                }
            }
        }
    }

    private func row(_ html: inout HTML, _ entry: JSONObject, _ parties: [String]) {
        let id = entry.text("id") ?? ""
        html(.tr) { html in
            html(.th, .plain(.scope, "row")) { html in
                html(
                    .a, .href(Link(fragment: StatementAnchor.of(id))),
                    text: sheet.title(of: entry.text("act") ?? ""))
            }
            for party in parties {
                html(.td, sheet.head(party)) { cell(&$0, standing(of: party, entry, id)) }
            }
        }
    }

    private func cell(_ html: inout HTML, _ standing: Standing) {
        func say(_ symbol: StaticString, _ key: String, _ time: String?) {
            html.icon(symbol)
            html.text(" " + words(key) + " ")
            html.time(time, sheet)
        }
        switch standing {
        case .author: html.text(words("grid.author"))
        case .notTold: html(.span, .class("quiet"), text: words("grid.not-told"))
        case .nothing: say("in-time", "grid.nothing", nil)
        case .delivered(let time): say("due-soon", "grid.delivered", time)
        case .acknowledged(let time): say("done", "grid.acknowledged", time)
        case .answered(let time): say("done", "grid.answered", time)
        case .silent(let time): say("silent", "grid.silent", time)
        }
    }

    private func standing(of party: String, _ entry: JSONObject, _ id: String) -> Standing {
        if party == Self.author(of: entry) { return .author }
        guard entry.texts("to").contains(party) else { return .notTold }
        let replies = entries.filter {
            Self.author(of: $0) == party && $0.texts("answers").contains(id)
        }
        if let reply = replies.first(where: { $0.text("act")?.hasSuffix(".acknowledge") != true }) {
            return .answered(reply.text("time") ?? reply.text("saidAt") ?? "")
        }
        if let reply = replies.first {
            return .acknowledged(reply.text("time") ?? reply.text("saidAt") ?? "")
        }
        if let receipt = entry.object("receipts").text(party) { return .delivered(receipt) }
        let silence = entries.first {
            $0.text("act") == Act.deliverySilence.rawValue && $0.texts("answers").contains(id)
        }
        return silence.map { .silent($0.text("time") ?? $0.text("saidAt") ?? "") } ?? .nothing
    }
}

/// Where a statement stands in its thread's page.
enum StatementAnchor {
    static func of(_ id: String) -> String { id.replacing(":", with: "-") }
}
