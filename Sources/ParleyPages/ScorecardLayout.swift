import ParleyLog
import ParleyService
import ParleyStatements

/// How two parties kept the times they agreed: the finding in a sentence, bars, and the tables.
struct ScorecardLayout {
    let sheet: Sheet
    /// As the scorecard's JSON has it (`Spec/scorecard.md` §3).
    let answer: JSONObject
    /// Of the two parties, this node's and the other.
    let us: String
    let them: String

    private var words: Words { sheet.words }
    private var lines: [JSONObject] { answer.objects("timeliness") }
    private var theirs: JSONObject? {
        guard case .object(let object)? = answer["theirs"] else { return nil }
        return object
    }

    /// The finding, and of what period it is one.
    func lead(_ html: inout HTML) {
        html(.p, .class("lead"), text: finding)
        html(.p) { html in
            html.text(words("scorecard.period") + " ")
            html.time(answer.text("from"), sheet)
            html.text(" – ")
            html.time(answer.text("until"), sheet)
            html.text(words("language.comma") + words("scorecard.as-of").spaced)
            html.time(answer.text("asOf"), sheet)
        }
    }

    func bars(_ html: inout HTML) {
        guard !judged.isEmpty else { return }
        html(.section, .plain(.ariaLabelledBy, "bars-head")) { html in
            html(.h2, .id("bars-head"), text: words("scorecard.bars"))
            Chart(groups: groups, words: words).draw(&html)
        }
    }

    func tables(_ html: inout HTML) {
        timeliness(&html)
        quality(&html)
        sessions(&html)
    }

    /// For whoever works the same out again.
    var instants: String {
        "--from \(answer.text("from") ?? "") --until \(answer.text("until") ?? "")"
            + " --at \(answer.text("asOf") ?? "")"
    }

    // MARK: The finding

    private func counts(_ party: String, _ lines: [JSONObject]) -> [Int] {
        let own = lines.filter { $0.text("party") == party }
        return ["inTime", "late", "overdue"].map { name in
            Int(own.reduce(0) { $0 + ($1.number(name) ?? 0) })
        }
    }

    /// Both parties in one sentence, ours first.
    private var finding: String {
        if judged.isEmpty { return words("scorecard.nothing") }
        return [us, them].map { party in
            let counts = counts(party, lines)
            return words(
                "scorecard.kept", ("party", sheet.name(PartyID(party) ?? sheet.party)),
                ("n", words.number(counts[0])), ("of", words.number(counts.reduce(0, +))))
        }.joined(separator: words("scorecard.join")) + words("scorecard.stop")
    }

    func compared(_ html: inout HTML) {
        let other = sheet.name(PartyID(them) ?? sheet.party)
        guard let theirs else {
            html(
                .p, .class("note"), text: words("scorecard.ours-alone", ("party", other)))
            return
        }
        let count = Int(theirs.number("differences") ?? 0)
        html(
            .p, .class("note"),
            text: count == 0
                ? words("scorecard.same", ("party", other))
                : words.count("scorecard.differ", count, ("party", other)))
    }

    /// Lines of which something can be said.
    private var judged: [JSONObject] {
        lines.filter { line in
            ["inTime", "late", "overdue"].contains { (line.number($0) ?? 0) > 0 }
        }
    }

    /// By what was promised; of one line the two sides together.
    func promise(_ line: JSONObject) -> String {
        let subject = line.text("subject") ?? ""
        return sheet.subject(subject) + " · "
            + sheet.clock(line.text("promise") ?? "")
    }

    private var groups: [Chart.Group] {
        var titles: [String] = []
        for line in judged where !titles.contains(promise(line)) {
            titles.append(promise(line))
        }
        return titles.sorted().map { title in
            let own = judged.filter { promise($0) == title }
            return Chart.Group(
                title: title,
                bars: [us, them].map { .init(name: $0, counts: counts($0, own)) })
        }
    }

    // MARK: Tables

    private func what(_ line: JSONObject) -> String {
        let parts = [
            promise(line), sheet.kind(line.text("kind") ?? ""),
            line.text("urgency").flatMap {
                $0.isEmpty ? nil : sheet.value($0, of: "urgency")
            } ?? "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: " · ")
    }

    func wide(
        _ html: inout HTML, _ id: String, _ heads: [String], _ rows: (inout HTML) -> Void
    ) {
        html(.h2, .id(id), text: words("scorecard.\(id)"))
        ReportPages.table(&html, labelledBy: id, style: "figures", heads, rows: rows)
    }

    private func timeliness(_ html: inout HTML) {
        guard !lines.isEmpty else { return }
        let names = ["inTime", "late", "overdue", "open", "ended", "unknown"]
        var heads = [words("scorecard.what"), words("agreement.party")]
        heads += names.map { words("figure.\($0)") }
        heads += [words("figure.share"), words("figure.median")]
        if theirs != nil { heads.append(words("scorecard.by", ("party", them))) }
        let order = [us: 0, them: 1]
        let sorted = lines.enumerated().sorted { one, other in
            let (a, b) = (what(one.element), what(other.element))
            guard a == b else { return one.offset < other.offset && a < b || a < b }
            return order[one.element.text("party") ?? "", default: 2]
                < order[other.element.text("party") ?? "", default: 2]
        }.map(\.element)
        wide(&html, "timeliness", heads) { html in
            for line in sorted {
                html(.tr) { html in
                    html(.th, .plain(.scope, "row"), text: what(line))
                    html(.td, text: line.text("party") ?? "")
                    for name in names { html(.td, text: number(line, name)) }
                    html(.td, text: share(line))
                    html(.td, text: line.number("medianSeconds").map(length) ?? "–")
                    if let theirs { html(.td) { asCounted(&$0, line, theirs) } }
                }
            }
        }
    }

    private func number(_ line: JSONObject, _ name: String) -> String {
        words.number(Int(line.number(name) ?? 0))
    }

    /// Per cent only where there are enough (`Spec/scorecard.md` §3).
    private func share(_ line: JSONObject) -> String {
        let counts = ["inTime", "late", "overdue"].map { line.number($0) ?? 0 }
        let sum = counts.reduce(0, +)
        return sum >= 20 ? "\(counts[0] * 100 / sum) %" : "\(counts[0]) / \(sum)"
    }

    private func length(_ seconds: Int64) -> String {
        seconds < 60 ? words("scorecard.under-a-minute") : sheet.span(seconds)
    }

    private func asCounted(_ html: inout HTML, _ line: JSONObject, _ theirs: JSONObject) {
        let names = ["party", "subject", "kind", "urgency", "promise"]
        let same = theirs.objects("timeliness").first { other in
            names.allSatisfy { other.text($0) == line.text($0) }
        }
        guard let same else {
            html(.strong, text: words("scorecard.not-there"))
            return
        }
        let figures = ["inTime", "late", "overdue", "open", "ended", "unknown"]
        let text = figures.prefix(3).map { number(same, $0) }.joined(separator: " / ")
        if figures.allSatisfy({ same.number($0) == line.number($0) }) {
            html.text(text)
        } else {
            html(.strong, text: text + " " + words("scorecard.differs"))
        }
    }

    private func quality(_ html: inout HTML) {
        let parties = [us, them].compactMap { party in
            answer.objects("quality").first { $0.text("party") == party }
        }
        let names = [
            "reviews", "complete", "usable", "whole", "reasoned", "refusals",
            "unreasonedRefusals", "silences", "reopened", "calls", "callsAnswered", "drills",
            "drillsAnswered",
        ]
        wide(
            &html, "quality",
            [words("scorecard.figure")] + parties.map { sheet.named($0.text("party")) }
        ) { html in
            for name in names {
                html(.tr) { html in
                    html(.th, .plain(.scope, "row"), text: words("figure.\(name)"))
                    for party in parties { html(.td, text: number(party, name)) }
                }
            }
            for verdict in Verdict.allCases {
                html(.tr) { html in
                    let value = sheet.value(verdict.rawValue, of: "verdict")
                    html(
                        .th, .plain(.scope, "row"),
                        text: words("figure.verdict", ("verdict", value)))
                    for party in parties {
                        html(.td, text: number(party.object("verdicts"), verdict.rawValue))
                    }
                }
            }
        }
    }

    private func sessions(_ html: inout HTML) {
        let sessions = answer.object("sessions")
        html(.h2, text: words("scorecard.sessions"))
        html(.dl, .class("facts")) { html in
            for name in ["held", "missed"] {
                html.fact(words("scorecard.sessions-\(name)")) { html in
                    let times = sessions.texts(name)
                    if times.isEmpty { html.text(words("scorecard.none")) }
                    for time in times {
                        html(.div) { $0.time(time, sheet) }
                    }
                }
            }
            if let due = sessions.text("nextDue") {
                html.fact(words("scorecard.sessions-next")) { $0.time(due, sheet) }
            }
        }
    }
}

/// What only those who read the record see: every case, with its thread.
extension ScorecardLayout {
    func strips(_ html: inout HTML) {
        var titles: [String] = []
        var spreads: [String: [String: JSONObject]] = [:]
        for one in answer.objects("spread") {
            let title = promise(one)
            if spreads[title] == nil { titles.append(title) }
            spreads[title, default: [:]][one.text("party") ?? ""] = one
        }
        guard !titles.isEmpty else { return }
        let groups = titles.sorted().map { title in
            CaseStrips.Group(
                title: title,
                strips: [us, them].map {
                    CaseStrip(name: $0, spread: spreads[title]?[$0] ?? [:])
                })
        }
        html(.section, .plain(.ariaLabelledBy, "strips-head")) { html in
            html(.h2, .id("strips-head"), text: sheet.words("strip.title"))
            CaseStrips(groups: groups, words: sheet.words).draw(&html)
        }
    }

    func commitments(_ html: inout HTML) {
        let words = sheet.words
        let commitments = answer.objects("commitments")
        guard !commitments.isEmpty else { return }
        let heads =
            [words("queue.head-thread"), words("scorecard.maker")]
            + sheet.agreement.parties.map { words("register.says", ("party", sheet.name($0.id))) }
        wide(&html, "commitments", heads) { html in
            for one in commitments {
                html(.tr) { html in
                    html(.td) {
                        ReportPages.thread(
                            &$0, sheet, one.text("thread") ?? "", title: sheet.subject("commitment")
                        )
                    }
                    html(.td, text: sheet.named(one.text("maker")))
                    for party in sheet.agreement.parties {
                        let verdict = one.object("verdicts").text(party.id.text)
                        html(
                            .td,
                            text: verdict.map { sheet.value($0, of: "verdict") }
                                ?? words("register.nothing"))
                    }
                }
            }
        }
    }

    /// As the answer has them: what is overdue first, then what was late, what is open, what was
    /// in time.
    func cases(_ html: inout HTML) {
        let words = sheet.words
        let cases = answer.objects("promises")
        guard !cases.isEmpty else { return }
        let heads = [
            words("scorecard.what"), words("agreement.party"), words("queue.head-thread"),
            words("clock-head.since"), words("clock-head.due"), words("scorecard.stopped"),
            words("clock-head.verdict"),
        ]
        wide(&html, "cases", heads) { html in
            for one in cases {
                html(.tr) { html in
                    html(.td, text: promise(one))
                    html(.td, text: one.text("party") ?? "")
                    html(.td) {
                        ReportPages.thread(
                            &$0, sheet, one.text("thread") ?? "", title: one.text("title"))
                    }
                    for name in ["start", "due", "stop"] {
                        html(.td) { $0.time(one.text(name), sheet) }
                    }
                    html(.td, text: words("verdict.\(one.text("verdict") ?? "")"))
                }
            }
        }
        ReportPages.more(
            &html, sheet, shown: cases.count, of: answer.number("promiseCount") ?? 0)
    }
}
