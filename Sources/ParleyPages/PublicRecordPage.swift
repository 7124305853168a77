import ParleyLog
import ParleyService
import ParleyStatements

/// How each party's log does: its size, its last checkpoint, who has cosigned it, and where it is
/// read.
enum PublicRecordPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let answer = try await request.read("portal.record")
        var frame = Frame(sheet, title: words("public.record"))
        frame.publicPlace = .record
        frame.isBroad = true
        return .page(
            frame.page { html in
                html(.h1, text: words("public.record"))
                html(.p, .class("lead"), text: words("record.about"))
                for log in answer.objects("logs") { self.log(&html, log, sheet) }
                html(.h2, text: words("record.follow"))
                html(.p, text: words("record.follow-about"))
                let parts = answer.texts("publicLog")
                html(
                    .p,
                    text: parts.isEmpty
                        ? words("agreement.public-none")
                        : words("record.public")
                            + words.list(parts.map { words("log-part.\($0)") }))
                let own = answer.objects("logs").first { $0.text("party") == sheet.party.text }
                html.check(
                    words("record.check"),
                    command: "parley mirror "
                        + (own?.text("url") ?? "") + (own?.text("path") ?? "")
                        + " --agreement agreement.json --out log")
            })
    }

    private static func log(_ html: inout HTML, _ log: JSONObject, _ sheet: Sheet) {
        let words = sheet.words
        let party = log.text("party") ?? ""
        html(.section, .class("entry")) { html in
            html(.h2, text: words("record.log", ("party", sheet.named(party))))
            html(.dl, .class("facts")) { html in
                if let size = log.number("size") {
                    html.fact(words("record.size")) { html in
                        html.text(words.count("record.entries", Int(size)))
                    }
                } else {
                    html.fact(words("record.size")) { $0.text(words("record.none-seen")) }
                }
                html.fact(words("record.origin")) {
                    $0(.code, text: log.text("origin") ?? "")
                }
                html.fact(words("record.served")) { html in
                    html(
                        .code, .class("digest"),
                        text: (log.text("url") ?? "") + (log.text("path") ?? ""))
                }
                html.fact(words("record.key")) {
                    $0(.code, .class("digest"), text: log.text("logKey") ?? "")
                }
            }
            cosignatures(&html, log, sheet)
            let seen = log.object("cosignedSizes").members
            if !seen.isEmpty {
                html(.h3, text: words("record.seen"))
                html(.ul) { html in
                    for one in seen {
                        guard case .integer(let size) = one.value else { continue }
                        html(
                            .li,
                            text: sheet.named(one.name) + words("language.colon")
                                + words.count("record.entries", Int(size)))
                    }
                }
            }
            if let note = log.text("note") {
                html(.details) { html in
                    html(.summary, text: words("record.checkpoint"))
                    html(.pre, .class("bytes")) { $0(.code, text: note) }
                }
            }
        }
    }

    private static func cosignatures(_ html: inout HTML, _ log: JSONObject, _ sheet: Sheet) {
        let words = sheet.words
        let cosignatures = log.objects("cosignatures")
        guard log.number("size") != nil else { return }
        guard !cosignatures.isEmpty else {
            html(.p, .class("quiet"), text: words("record.no-cosignature"))
            return
        }
        html(.table, .class("stack")) { html in
            html(.caption, text: words("record.cosignatures"))
            html(.thead) { html in
                html(.tr) { html in
                    for head in ["cosigner", "time", "age"] {
                        html(.th, .plain(.scope, "col"), text: words("record.head-\(head)"))
                    }
                }
            }
            html(.tbody) { html in
                for one in cosignatures {
                    let time = one.text("time").flatMap { Timestamp(text: $0) }
                    html(.tr) { html in
                        html(.td) { html in
                            html.text(
                                one.text("party").map(sheet.named)
                                    ?? words("record.outside-witness"))
                            html.text(" ")
                            html(.span, .class("quiet"), text: one.text("name") ?? "")
                            if !one.flag("outside") {
                                html.text(" · " + words("record.own"))
                            }
                        }
                        html(.td) { $0.time(time, sheet) }
                        html(.td, text: time.map { sheet.span(sheet.now.seconds(since: $0)) } ?? "")
                    }
                }
            }
        }
    }
}
