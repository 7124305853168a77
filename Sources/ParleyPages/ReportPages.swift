import ParleyLog
import ParleyService
import ParleyStatements

/// What is worked out from the record between two parties: scorecard, proposed agenda, the status
/// of cases. What is shown is what the command line says for the same instants.
enum ReportPages {
    enum Report: String, CaseIterable {
        case scorecard, agenda, cases

        var address: Address { Address("desk", rawValue) }
    }

    static var all: [Page] {
        [
            Page("desk/scorecard", needs: ["report.scorecard"], show: showScorecard),
            Page(
                "desk/agenda", needs: ["report.agenda"],
                forms: [.init("propose", "draft.add", AgendaPage.propose)], show: AgendaPage.show),
            Page("desk/cases", needs: ["report.cases"], show: CasesPage.show),
        ]
    }

    // MARK: What all have

    static func other(_ request: PageRequest) throws -> PartyID {
        try Desk.other(request.query("with"), among: request.sheet.others)
    }

    /// Its head: title, the other reports, and with whom.
    static func head(
        _ html: inout HTML, _ request: PageRequest, _ report: Report, with other: PartyID
    ) {
        let sheet = request.sheet
        html(.h1, text: sheet.words("report.\(report.rawValue)"))
        html.problem(request.problem, sheet)
        html.tabs(
            sheet.words("report.tabs"),
            Report.allCases.map {
                (
                    $0.address.with(("with", request.query("with"))),
                    sheet.words("report.\($0.rawValue)"), $0 == report
                )
            }, sheet)
        html.tabs(
            sheet.words("scorecard.with"),
            sheet.others.map {
                (report.address.with(("with", $0.id.text)), sheet.name($0.id), $0.id == other)
            }, sheet)
    }

    /// What every report is asked with: with whom, and with titles for whoever may open bodies.
    static func question(_ request: PageRequest, with other: PartyID) -> JSONObject {
        let json: JSONObject = ["with": .string(other.text)]
        return request.sheet.may("body.show") ? json.adding(["titles": .bool(true)]) : json
    }

    /// As of when it is.
    static func asOf(_ html: inout HTML, _ sheet: Sheet, _ answer: JSONObject) {
        html(.p) { html in
            html.text(sheet.words("scorecard.as-of").spaced)
            html.time(answer.text("asOf"), sheet)
        }
    }

    static func frame(_ request: PageRequest, _ report: Report) -> Frame {
        var frame = Frame(
            request.sheet, title: request.words("report.\(report.rawValue)"), place: .reports)
        frame.styles = [.named("chart.css")]
        return frame
    }

    static func thread(_ html: inout HTML, _ sheet: Sheet, _ id: String, title: String?) {
        html(.a, .href(sheet.link("desk", "threads", id)), .plain(.data, "row")) { html in
            html(.bdi, text: title.flatMap { $0.isEmpty ? nil : $0 } ?? String(id.suffix(12)))
        }
    }

    /// A table that is scrolled where the page is narrow.
    static func table(
        _ html: inout HTML, labelledBy id: String, style: String = "stack", _ heads: [String],
        rows: (inout HTML) -> Void
    ) {
        html(
            .div, .class("wide"), .plain(.tabindex, "0"), .plain(.role, "region"),
            .plain(.ariaLabelledBy, id)
        ) { html in
            html(.table, .class(style)) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for head in heads { html(.th, .plain(.scope, "col"), text: head) }
                    }
                }
                html(.tbody, content: rows)
            }
        }
    }

    /// Where not all is shown.
    static func more(_ html: inout HTML, _ sheet: Sheet, shown: Int, of count: Int64) {
        guard count > Int64(shown) else { return }
        html(
            .p, .class("quiet"),
            text: sheet.words(
                "report.more", ("n", sheet.words.number(shown)),
                ("of", sheet.words.number(Int(count)))))
    }

    // MARK: Scorecard

    private static func showScorecard(_ request: PageRequest) async throws -> PageReply {
        var request = request
        let sheet = request.sheet
        let other = try other(request)
        var question = question(request, with: other)
        for name in ["from", "until"] {
            if let day = request.query(name), !day.isEmpty {
                question = question.adding([name: .string(day + "T00:00:00Z")])
            }
        }
        var answer: JSONObject = [:]
        do {
            answer = try await request.read("report.scorecard", [:], question)
        } catch let problem as Problem {
            request.problem = problem
        }
        let layout = ScorecardLayout(
            sheet: sheet, answer: answer, us: sheet.party.text, them: other.text)
        let html = frame(request, .scorecard).page { html in
            head(&html, request, .scorecard, with: other)
            period(&html, request)
            guard request.problem == nil else { return }
            layout.lead(&html)
            layout.strips(&html)
            layout.bars(&html)
            layout.tables(&html)
            layout.commitments(&html)
            layout.cases(&html)
            html(.p) { html in
                html(
                    .a, .href(sheet.link(Address("scorecard").with(("with", other.text)))),
                    text: sheet.words("scorecard.published"))
            }
            html.check(
                sheet.words("scorecard.check-here"),
                command: "parley scorecard --with \(other.text) \(layout.instants)")
        }
        return .page(html, status: request.problem?.status ?? 200)
    }

    /// Whole days, in UTC, which is nobody's own.
    private static func period(_ html: inout HTML, _ request: PageRequest) {
        let sheet = request.sheet
        html(
            .form, .class("filters"), .action(sheet.link(Report.scorecard.address))
        ) { html in
            if let other = request.query("with") { html.hidden("with", other) }
            for name in ["from", "until"] {
                html.field(
                    name, sheet.words("scorecard.\(name)"), request, type: "date",
                    value: request.query(name) ?? "", isRequired: false)
            }
            html(.button, .class("plain"), text: sheet.words("filter.do"))
        }
    }
}
