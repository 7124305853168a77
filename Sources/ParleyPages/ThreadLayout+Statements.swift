import ParleyLog
import ParleyService
import ParleyStatements

/// Each statement as it stands in the record, with its proof.
extension ThreadLayout {
    func statement(_ html: inout HTML, _ entry: JSONObject) {
        let id = entry.text("id") ?? ""
        let from = entry.text("from") ?? ""
        let isOurs = from.hasPrefix(sheet.party.text + "/")
        let effect = entry.text("effect") ?? ""
        html(
            .li,
            .class(
                (isOurs ? "ours" : "theirs")
                    + (effect.hasPrefix("irregular") ? " irregular" : "")),
            .id(id.replacing(":", with: "-"))
        ) { html in
            html(.h3, text: sheet.title(of: entry.text("act") ?? ""))
            html(.p, .class("quiet")) { html in
                html(.strong, text: from)
                html.text(" → " + entry.texts("to").joined(separator: ", ") + " · ")
                if entry.text("time") == nil {
                    html.text(words("entry.no-time") + " ")
                    html.time(entry.text("saidAt"), sheet)
                }
                html.time(entry.text("time"), sheet)
            }
            if effect != "applied" {
                html(.p, .class("mark")) { html in
                    html.icon("irregular")
                    html.text(" " + Self.words(of: effect, in: words))
                }
            }
            terms(&html, entry.object("terms"))
            body(&html, id)
            if bodies[id] != nil, TextPage.isVersion(entry.text("act") ?? "") {
                html(.p) { html in
                    html(
                        .a,
                        .href(
                            sheet.link(
                                "desk", "threads", thread.text("thread") ?? "", "texts", id)),
                        text: words("text.as-document"))
                }
            }
            if !entry.texts("exhibits").isEmpty {
                html(.p) { html in
                    html(
                        .a, .href(sheet.link("desk", "exhibits", id)),
                        text: words("exhibits.title"))
                }
            }
            proof(&html, entry, id)
        }
    }

    private static func words(of effect: String, in words: Words) -> String {
        guard effect.hasPrefix("irregular:") else { return words("effect.\(effect)") }
        let reason = String(effect.dropFirst("irregular:".count))
        return words(
            "effect.irregular", ("reason", words.known("irregular.\(reason)") ?? reason))
    }

    private func terms(_ html: inout HTML, _ terms: JSONObject) {
        guard !terms.members.isEmpty else { return }
        html(.dl, .class("facts")) { html in
            for member in terms.members {
                let label = Act.Term(rawValue: member.name).map {
                    sheet.wording(TermWording.term($0), else: member.name)
                }
                html.fact(label ?? member.name) { html in
                    value(&html, member.value, of: member.name)
                }
            }
        }
    }

    /// Threads are led to; all else is told in words.
    private func value(_ html: inout HTML, _ value: JSONValue, of term: String) {
        let threads: [String] =
            switch (term, value) {
            case ("threads", .array(let values)): values.compactMap(\.text)
            case ("counters", .string(let text)), ("follows", .string(let text)): [text]
            default: []
            }
        guard !threads.isEmpty else {
            html.text(sheet.text(of: value, term: term))
            return
        }
        html(.ul) { html in
            for thread in threads {
                html(.li) { html in
                    html(.a, .href(sheet.link("desk", "threads", thread))) {
                        $0(.code, text: thread)
                    }
                }
            }
        }
    }

    private func body(_ html: inout HTML, _ id: String) {
        if let problem = obstacles[id] {
            guard problem.reason != "body-missing" else { return }
            html(.p, .class("quiet")) { html in
                html.icon("seal")
                html.text(" ")
                html.text(words.known("problem.\(problem.reason)") ?? problem.detail)
            }
            return
        }
        guard let body = bodies[id] else {
            html(.p, .class("quiet")) { html in
                html.icon("seal")
                html.text(" " + words("entry.sealed"))
            }
            return
        }
        html.body(body, sheet, labels: thread.object("basisInWords").object("fields"))
    }

    private func proof(_ html: inout HTML, _ entry: JSONObject, _ id: String) {
        html(.details) { html in
            html(.summary, text: words("entry.proof"))
            html(.dl, .class("facts")) { html in
                html.fact(words("entry.id")) { $0(.code, .class("digest"), text: id) }
                html.fact(words("entry.said")) { $0.time(entry.text("saidAt"), sheet) }
                for receipt in entry.object("receipts").members {
                    guard case .string(let time) = receipt.value else { continue }
                    html.fact(words("entry.receipt", ("party", receipt.name))) {
                        $0.time(time, sheet)
                    }
                }
                if entry.object("receipts").members.isEmpty {
                    html.fact(words("entry.receipts")) { $0.text(words("entry.no-receipt")) }
                }
                for exhibit in entry.texts("exhibits") {
                    html.fact(words("entry.exhibit")) {
                        $0(.code, .class("digest"), text: exhibit)
                    }
                }
            }
        }
    }
}
