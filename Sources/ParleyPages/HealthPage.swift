import ParleyLog
import ParleyService
import ParleyStatements

/// How the node does: peers, clocks, what waits, witnesses, forks, keys. What is wrong stands on
/// the queue's page too, where it is seen.
enum HealthPage {
    /// When a key is so near its end, somebody has to act.
    private static let keyWarningSeconds: Int64 = 30 * 86_400
    private static let skewWarningSeconds: Int64 = 5

    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let node = try await request.read("node.show")
        let frame = Frame(sheet, title: words("health.title"), place: .health)
        return .page(
            frame.page { html in
                html(.h1, text: words("health.title"))
                warnings(&html, sheet, node, isAlone: true)
                html(.dl, .class("facts")) { html in
                    html.fact(words("health.node")) {
                        $0.text((node.text("party") ?? "") + "/" + (node.text("organ") ?? ""))
                    }
                    html.fact(words("health.organs")) {
                        $0.text(words.list(node.texts("organs")))
                    }
                    html.fact(words("health.entries")) {
                        $0.text(words.number(Int(node.number("logEntries") ?? 0)))
                    }
                    html.fact(words("health.keys-until")) { $0.time(node.text("keysUntil"), sheet) }
                    html.fact(words("health.backup")) { backup(&$0, sheet, node.object("backup")) }
                }
                peers(&html, sheet, node)
                witnesses(&html, sheet, node)
                refusals(&html, sheet, node)
                telling(&html, sheet, node.object("notifications"))
            })
    }

    // MARK: What is wrong

    /// - Parameter isAlone: whether it is said too that nothing is wrong.
    static func warnings(
        _ html: inout HTML, _ sheet: Sheet, _ node: JSONObject, isAlone: Bool
    ) {
        let texts = warnings(of: node, sheet)
        guard !texts.isEmpty else {
            if isAlone {
                html(.p, .class("state")) { html in
                    html.icon("done")
                    html.text(" " + sheet.words("health.well"))
                }
            }
            return
        }
        html(.section, .class("problem"), .plain(.ariaLabelledBy, "warnings-head")) { html in
            html(.h2, .id("warnings-head"), text: sheet.words("health.warnings"))
            html(.ul) { html in
                for text in texts { html(.li, text: text) }
            }
        }
    }

    private static func warnings(of node: JSONObject, _ sheet: Sheet) -> [String] {
        let words = sheet.words
        var texts: [String] = []
        for peer in node.objects("parties") where peer.text("party") != sheet.party.text {
            let name = sheet.name(PartyID(peer.text("party") ?? "") ?? sheet.party)
            if peer.flag("silent") { texts.append(words("health.is-silent", ("party", name))) }
            if let waiting = peer.number("waiting"), waiting > 0,
                let since = peer.text("waitingSince"),
                let since = Timestamp(text: since), sheet.now.seconds(since: since) > 300
            {
                texts.append(
                    words.count(
                        "health.waiting", Int(waiting), ("party", name),
                        ("span", sheet.span(sheet.now.seconds(since: since)))))
            }
            if let ahead = peer.number("secondsAhead"), abs(ahead) > skewWarningSeconds {
                texts.append(
                    words("health.skewed", ("party", name), ("n", String(ahead))))
            }
        }
        if let forks = node.number("forks"), forks > 0 {
            texts.append(words.count("health.forks", Int(forks)))
        }
        if let failing = node.object("notifications").number("failing"), failing > 0 {
            texts.append(words.count("health.notify-wrong", Int(failing)))
        }
        for witness in node.objects("witnesses") where witness.text("fault") != nil {
            texts.append(
                words(
                    "health.witness-fault", ("name", witness.text("name") ?? ""),
                    ("fault", witness.text("fault") ?? "")))
        }
        if let until = node.text("keysUntil").flatMap({ Timestamp(text: $0) }) {
            let left = until.seconds(since: sheet.now)
            if left < keyWarningSeconds {
                texts.append(words("health.keys-end", ("span", sheet.span(left))))
            }
        } else {
            texts.append(words("health.no-key"))
        }
        return texts + backupWarnings(node.object("backup"), sheet)
    }

    private static func backupWarnings(_ backup: JSONObject, _ sheet: Sheet) -> [String] {
        guard backup.flag("due") else { return [] }
        guard let at = backup.text("at").flatMap({ Timestamp(text: $0) }) else {
            return [sheet.words("health.backup-none")]
        }
        return [
            sheet.words("health.backup-old", ("span", sheet.span(sheet.now.seconds(since: at))))
        ]
    }

    // MARK: Parts

    private static func backup(_ html: inout HTML, _ sheet: Sheet, _ backup: JSONObject) {
        guard let text = backup.text("at"), let at = Timestamp(text: text) else {
            html.text(sheet.words("health.backup-never"))
            return
        }
        html.time(text, sheet)
        html.text(
            " · "
                + sheet.words(
                    "health.backup-age", ("span", sheet.span(sheet.now.seconds(since: at)))))
    }

    /// Whether those who want to be told outside the desk are told.
    private static func telling(_ html: inout HTML, _ sheet: Sheet, _ told: JSONObject) {
        let words = sheet.words
        guard !told.members.isEmpty else { return }
        html(.h2, text: words("notify.title"))
        html(.dl, .class("facts")) { html in
            for name in ["waiting", "late", "failing", "refused", "dropped", "calls"] {
                html.fact(words("health.notify-\(name)")) {
                    $0.text(words.number(Int(told.number(name) ?? 0)))
                }
            }
            if let oldest = told.text("oldest") {
                html.fact(words("health.notify-oldest")) { $0.time(oldest, sheet) }
            }
            if let fault = told.text("fault") {
                html.fact(words("health.notify-fault")) { $0(.code, text: fault) }
            }
        }
    }

    private static func peers(_ html: inout HTML, _ sheet: Sheet, _ node: JSONObject) {
        let words = sheet.words
        html(.table, .class("stack")) { html in
            html(.caption, text: words("health.peers"))
            html(.thead) { html in
                html(.tr) { html in
                    for head in ["party", "waiting", "ahead", "measured"] {
                        html(.th, .plain(.scope, "col"), text: words("health.head-\(head)"))
                    }
                }
            }
            html(.tbody) { html in
                for peer in node.objects("parties") where peer.text("party") != sheet.party.text {
                    row(&html, sheet, peer)
                }
            }
        }
    }

    private static func row(_ html: inout HTML, _ sheet: Sheet, _ peer: JSONObject) {
        let words = sheet.words
        html(.tr) { html in
            html(.td, text: sheet.name(PartyID(peer.text("party") ?? "") ?? sheet.party))
            html(.td, sheet.head(words("health.head-waiting"))) { html in
                html.text(words.number(Int(peer.number("waiting") ?? 0)))
                if peer.flag("silent") {
                    html(.span, .class("state silent")) { html in
                        html.text(" ")
                        html.icon("silent")
                        html.text(" " + words("due.silent"))
                    }
                }
            }
            html(.td, sheet.head(words("health.head-ahead"))) { html in
                guard let ahead = peer.number("secondsAhead") else {
                    html.text(words("health.not-measured"))
                    return
                }
                html.text(words("health.ahead", ("n", String(ahead))))
            }
            html(.td, sheet.head(words("health.head-measured"))) {
                $0.time(peer.text("measured"), sheet)
            }
        }
    }

    private static func witnesses(_ html: inout HTML, _ sheet: Sheet, _ node: JSONObject) {
        let witnesses = node.objects("witnesses")
        html(.h2, text: sheet.words("health.witnesses"))
        guard !witnesses.isEmpty else {
            html(.p, .class("quiet"), text: sheet.words("health.no-witness"))
            return
        }
        html(.ul) { html in
            for witness in witnesses {
                html(.li) { html in
                    html.text((witness.text("name") ?? "") + " · ")
                    html.time(witness.text("cosigned"), sheet)
                }
            }
        }
    }

    private static func refusals(_ html: inout HTML, _ sheet: Sheet, _ node: JSONObject) {
        let refusals = node.objects("refusals")
        html(.h2, text: sheet.words("health.refusals"))
        guard !refusals.isEmpty else {
            html(.p, .class("quiet"), text: sheet.words("health.no-refusal"))
            return
        }
        html(.ul, .class("list")) { html in
            for refusal in refusals.prefix(100) {
                html(.li) { html in
                    html.text((refusal.text("party") ?? "") + " · ")
                    html(.code, .class("digest"), text: refusal.text("statement") ?? "")
                }
            }
        }
    }
}
