import ParleyLog
import ParleyService
import ParleyStatements

/// What is worked out from the record between two parties: scorecard, proposed agenda, the status
/// of cases. What is shown is what the command line says for the same instants, by the same code.
enum ReportPages {
    enum Report: String, CaseIterable {
        case scorecard, agenda, cases

        var address: Address { Address("desk", rawValue) }
    }

    static var all: [Page] {
        [
            Page("desk/scorecard", needs: needs, show: showScorecard),
            Page(
                "desk/agenda", needs: needs,
                forms: [.init("propose", "draft.add", AgendaPage.propose)], show: AgendaPage.show),
            Page("desk/cases", needs: needs, show: showCases),
        ]
    }

    private static let needs = ["thread.list", "command.run"]

    // MARK: What all have

    /// With whom: whom the address names, else the first other state, else the first other.
    static func other(_ request: PageRequest) throws -> PartyID {
        let others = request.sheet.others
        if let wanted = request.query("with") {
            guard let party = others.first(where: { $0.id.text == wanted }) else {
                throw Problem.notFound
            }
            return party.id
        }
        guard let first = others.first(where: { $0.kind == .state }) ?? others.first else {
            throw Problem.notFound
        }
        return first.id
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

    // MARK: Scorecard

    private static func showScorecard(_ request: PageRequest) async throws -> PageReply {
        var request = request
        let sheet = request.sheet
        let other = try other(request)
        var line = ["scorecard", "show", "--with", other.text]
        for name in ["from", "until"] {
            if let day = request.query(name), !day.isEmpty {
                line += ["--" + name, day + "T00:00:00Z"]
            }
        }
        var answer: JSONObject = [:]
        do {
            answer = try await request.command(line).said
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

    // MARK: Cases

    private static func showCases(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let other = try other(request)
        let report = try await request.command([
            "report", "--with", other.text, "--language", Self.language(of: words),
        ]).said
        return .page(
            frame(request, .cases).page { html in
                head(&html, request, .cases, with: other)
                html(.p) { html in
                    html.text(words("scorecard.as-of").spaced)
                    html.time(report.text("asOf"), sheet)
                }
                for section in report.objects("sections") {
                    let rows = ReportRows(section)
                    let id = rows.name
                    html(.h2, .id(id), text: words("report.\(id)"))
                    guard !rows.all.isEmpty else {
                        html(.p, .class("empty"), text: words("threads.empty"))
                        continue
                    }
                    rows.table(
                        &html, sheet, labelledBy: id,
                        ["title", "kind", "sides", "state", "opened", "last", "turn", "clocks"])
                }
                html.check(
                    words("scorecard.check-here"),
                    command: "parley report --with \(other.text)"
                        + " --at \(report.text("asOf") ?? "")")
            })
    }

    /// What the command's own words are in: of the languages that it has, the page's.
    static func language(of words: Words) -> String { words.tag == "zh-Hans" ? "zh-Hans" : "en" }
}

/// A section of a report as the command gives it: rows under the names of its columns.
struct ReportRows {
    let name: String
    let all: [[String: String]]

    init(_ section: JSONObject) {
        name = section.text("section") ?? ""
        let columns = section.texts("columns")
        guard case .array(let rows)? = section["rows"] else {
            all = []
            return
        }
        all = rows.map { row in
            guard case .array(let values) = row else { return [:] }
            return Dictionary(
                zip(columns, values.map { $0.text ?? "" }), uniquingKeysWith: { first, _ in first })
        }
    }

    /// - Parameter columns: those to be shown, of which `title` leads to the thread.
    func table(
        _ html: inout HTML, _ sheet: Sheet, labelledBy id: String, _ columns: [String]
    ) {
        html(
            .div, .class("wide"), .plain(.tabindex, "0"), .plain(.role, "region"),
            .plain(.ariaLabelledBy, id)
        ) { html in
            html(.table, .class("stack")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for column in columns {
                            html(
                                .th, .plain(.scope, "col"),
                                text: sheet.words("report.head-\(column)"))
                        }
                    }
                }
                html(.tbody) { html in
                    for row in all {
                        html(.tr) { html in
                            for column in columns {
                                html(.td) { cell(&$0, sheet, row, column) }
                            }
                        }
                    }
                }
            }
        }
    }

    private func cell(
        _ html: inout HTML, _ sheet: Sheet, _ row: [String: String], _ column: String
    ) {
        let text = row[column] ?? ""
        switch column {
        case "title":
            guard let thread = row["thread"], !thread.isEmpty else {
                html.text(row["kind"] ?? "")
                return
            }
            ReportPages.thread(
                &html, sheet, thread, title: text.isEmpty ? row["kind"] : text)
        // Kinds of request are words of the agreement, which the pages have in their language.
        case "kind":
            let parts = text.split(separator: " · ").map { sheet.kind(String($0)) }
            html.text(parts.joined(separator: " · "))
        case "opened", "last", "due": html.time(text, sheet)
        case "party": html.text(sheet.named(text))
        default: html.text(text)
        }
    }
}
