import ParleyLog
import ParleyService
import ParleyStatements

/// How every case with a party stands: those that go on, or those that are over.
enum CasesPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let other = try ReportPages.other(request)
        let isOver = request.query("over") == "true"
        var question = ReportPages.question(request, with: other)
        if isOver { question = question.adding(["over": .bool(true)]) }
        if let after = request.query("after"), !after.isEmpty {
            question = question.adding(["after": .string(after)])
        }
        let report = try await request.read("report.cases", [:], question)
        return .page(
            ReportPages.frame(request, .cases).page { html in
                ReportPages.head(&html, request, .cases, with: other)
                ReportPages.asOf(&html, sheet, report)
                html(.h2, .id("cases"), text: words("report.\(isOver ? "over" : "going-on")"))
                html.tabs(
                    words("report.which"),
                    [("going-on", "goingOn", false), ("over", "over", true)].map {
                        key, name, over in
                        (
                            address(request, isOver: over),
                            words("report.\(key)") + " · "
                                + words.number(Int(report.number(name) ?? 0)),
                            over == isOver
                        )
                    }, sheet)
                table(&html, sheet, report.objects("cases"))
                if let next = report.text("next") {
                    html(.p) { html in
                        html(
                            .a,
                            .href(
                                sheet.link(address(request, isOver: isOver).with(("after", next)))),
                            .plain(.rel, "next"), text: words("queue.more"))
                    }
                }
                html.check(
                    words("scorecard.check-here"),
                    command: "parley report --with \(other.text)"
                        + " --at \(report.text("asOf") ?? "")")
            })
    }

    private static func address(_ request: PageRequest, isOver: Bool) -> Address {
        ReportPages.Report.cases.address.with(
            ("with", request.query("with")), ("over", isOver ? "true" : nil))
    }

    private static let columns = [
        "title", "kind", "sides", "state", "opened", "last", "turn", "clocks",
    ]

    private static func table(_ html: inout HTML, _ sheet: Sheet, _ cases: [JSONObject]) {
        guard !cases.isEmpty else {
            html(.p, .class("empty"), text: sheet.words("threads.empty"))
            return
        }
        ReportPages.table(
            &html, labelledBy: "cases", columns.map { sheet.words("report.head-\($0)") }
        ) { html in
            for one in cases {
                html(.tr) { html in
                    for column in columns {
                        html(.td, head(column, sheet)) { cell(&$0, sheet, one, column) }
                    }
                }
            }
        }
    }

    /// What a cell is, where a narrow window leaves no room for the heads: times look alike.
    private static func head(_ column: String, _ sheet: Sheet) -> Attribute? {
        guard ["opened", "last", "turn"].contains(column) else { return nil }
        return sheet.head(sheet.words("report.head-\(column)"))
    }

    private static func cell(
        _ html: inout HTML, _ sheet: Sheet, _ one: JSONObject, _ column: String
    ) {
        switch column {
        case "title":
            if one.flag("exercise") {
                html(.span, .class("mark"), text: sheet.words("frame.exercise"))
                html.text(" ")
            }
            ReportPages.thread(
                &html, sheet, one.text("thread") ?? "",
                title: one.text("title") ?? sheet.title(of: one))
        case "kind":
            var parts = [sheet.title(of: one)]
            if let urgency = one.text("urgency") {
                parts.append(sheet.value(urgency, of: "urgency"))
            }
            html.text(parts.joined(separator: " · "))
        case "sides":
            html.text(
                sheet.named(one.text("opener")) + " → "
                    + sheet.words.list(one.texts("addressed").map(sheet.named)))
        case "state":
            html.text(
                ([sheet.state(one.text("state") ?? "")]
                    + [one.text("outcome")].compactMap { $0 }.map {
                        sheet.value($0, of: "outcome")
                    }).joined(separator: sheet.words("language.comma")))
        case "opened", "last": html.time(one.text(column), sheet)
        case "turn": html.text(sheet.words.list(one.texts("turn").map(sheet.named)))
        default:
            for clock in one.objects("clocks") {
                html(
                    .div,
                    text: sheet.clock(clock.text("promise") ?? "")
                        + sheet.words("language.colon")
                        + sheet.words("verdict.\(clock.text("verdict") ?? "")"))
            }
        }
    }
}
