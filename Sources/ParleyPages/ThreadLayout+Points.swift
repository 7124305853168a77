import ParleyLog
import ParleyService
import ParleyStatements

/// What was raised in a thread and is settled in it: texts to agree to, questions, evidence, action
/// items; and what each party says of the matter, side by side.
extension ThreadLayout {
    /// Kinds of point that are a text which both sides may sign.
    private static let texts = [
        "agenda", "minutes", "outcomes", "joint-statement", "finding", "pledge",
    ]

    func raised(_ html: inout HTML) {
        let points = thread.objects("points")
        for kind in Self.texts { text(&html, kind, points.filter { $0.text("kind") == kind }) }
        let others = points.filter { !Self.texts.contains($0.text("kind") ?? "") }
        if !others.isEmpty { table(&html, others) }
        verdicts(&html)
        members(&html)
    }

    /// The text that both have signed, else the one that was proposed last.
    private func text(_ html: inout HTML, _ kind: String, _ points: [JSONObject]) {
        let alive = points.filter {
            !["superseded", "declined"].contains($0.text("standing") ?? "")
        }
        let signed = alive.last {
            ["agreed", "ad-referendum"].contains($0.text("standing") ?? "")
        }
        guard let point = signed ?? alive.last, let id = point.text("id") else { return }
        html(.section, .class("text"), .plain(.ariaLabelledBy, "text-" + kind)) { html in
            html(.h2, .id("text-" + kind), text: words("point.\(kind)"))
            html(.p, .class("quiet")) { html in
                standing(&html, point)
                html.text(" · ")
                html(
                    .a,
                    .href(sheet.link("desk", "threads", thread.text("thread") ?? "", "texts", id)),
                    text: words("text.as-document"))
            }
            if let body = bodies[id] { html.body(body, sheet) }
        }
    }

    private func standing(_ html: inout HTML, _ point: JSONObject) {
        let code = point.text("standing") ?? ""
        html.text(words.known("standing.\(code)") ?? code)
        html.text(" · " + words("text.proposed-by", ("party", point.text("by") ?? "")))
        if let by = point.text("settledBy") {
            html.text(" · " + words("text.settled-by", ("party", by)) + " ")
            html.time(point.text("settledAt"), sheet)
        } else if point.text("due") != nil {
            html.text(" · " + words("text.awaits", ("party", point.text("awaits") ?? "")) + " ")
            html.time(point.text("due"), sheet)
        }
    }

    private func table(_ html: inout HTML, _ points: [JSONObject]) {
        html(.section, .plain(.ariaLabelledBy, "points-head")) { html in
            html(.h2, .id("points-head"), text: words("points.title"))
            html(.table, .class("stack")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for head in ["what", "by", "awaits", "due", "standing"] {
                            html(.th, .plain(.scope, "col"), text: words("points.\(head)"))
                        }
                    }
                }
                html(.tbody) { html in
                    for point in points {
                        html(.tr) { html in
                            html(.td) { html in
                                html(
                                    .a,
                                    .href(
                                        Link(fragment: StatementAnchor.of(point.text("id") ?? ""))),
                                    text: words("point.\(point.text("kind") ?? "")"))
                            }
                            for party in ["by", "awaits"] {
                                html(
                                    .td, sheet.head(words("points.\(party)")),
                                    text: point.text(party) ?? "")
                            }
                            html(.td, sheet.head(words("points.due"))) {
                                $0.time(point.text("due"), sheet)
                            }
                            html(.td) { html in
                                let code = point.text("standing") ?? ""
                                html.text(words.known("standing.\(code)") ?? code)
                                if point.flag("late") {
                                    html(.span, .class("state overdue")) { html in
                                        html.text(" ")
                                        html.icon("overdue")
                                        html.text(" " + words("verdict.late"))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Each party's own, neither above the other.
    private func verdicts(_ html: inout HTML) {
        let verdicts = thread.object("verdicts")
        guard !verdicts.members.isEmpty else { return }
        html(.section, .plain(.ariaLabelledBy, "verdicts-head")) { html in
            html(.h2, .id("verdicts-head"), text: words("verdicts.title"))
            html(.dl, .class("facts")) { html in
                for member in verdicts.members {
                    guard case .string(let verdict) = member.value else { continue }
                    html.fact(sheet.name(PartyID(member.name) ?? sheet.party)) {
                        $0.text(sheet.value(verdict, of: "verdict"))
                    }
                }
            }
        }
    }

    /// Of a campaign: the threads counted to it, each with the parties that count it.
    private func members(_ html: inout HTML) {
        let members = thread.object("members")
        guard !members.members.isEmpty else { return }
        html(.section, .plain(.ariaLabelledBy, "members-head")) { html in
            html(.h2, .id("members-head"), text: words("members.title"))
            html(.ul, .class("list")) { html in
                for member in members.members {
                    html(.li) { html in
                        html(
                            .a, .href(sheet.link("desk", "threads", member.name))
                        ) { $0(.code, text: member.name) }
                        html.text(
                            " · "
                                + words(
                                    "members.counted-by",
                                    ("parties", words.list(members.texts(member.name)))))
                    }
                }
            }
        }
    }
}
