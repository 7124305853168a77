import ParleyDialogue
import ParleyLog
import ParleyStatements

/// A scorecard as tables for people and as JSON for machines.
extension Scorecard {
    /// Below this many, a share says less than the numbers themselves.
    static let leastForShare = 20

    func sections(in words: ReportWords) -> [ReportPage.Section] {
        [
            section("timeliness", words, Self.timelinessHead, timeliness.map { row($0, words) }),
            section("quality", words, Self.qualityHead, quality.map(Self.row)),
            section(
                "concerns", words, ["party", "yes", "partly", "no", "unclear", "reopened"],
                quality.map { one in
                    let said = Verdict.allCases.map { String(one.verdicts[$0] ?? 0) }
                    return [one.party.text] + said + [String(one.reopened)]
                }),
            section(
                "section-hotline", words,
                ["party", "calls", "calls-answered", "drills", "drills-answered"],
                quality.map { one in
                    let counts = [one.calls, one.callsAnswered, one.drills, one.drillsAnswered]
                    return [one.party.text] + counts.map(String.init)
                }),
            section(
                "commitments", words,
                ["thread", "maker", "joined", "support", "contest", "verdicts"],
                commitments.map { one in
                    let verdicts = one.verdicts.sorted { $0.key < $1.key }
                        .map { "\($0.key): \(words($0.value.rawValue))" }
                    return [
                        one.thread.text, one.maker.text,
                        one.joined.map(\.text).joined(separator: ", "), "\(one.support)",
                        "\(one.contest)", verdicts.joined(separator: ", "),
                    ]
                }),
            section(
                "sessions", words, ["held", "missed", "next-due"],
                [
                    [
                        sessions.held.map(\.text).joined(separator: ", "),
                        sessions.missed.map(\.text).joined(separator: ", "),
                        sessions.nextDue?.text ?? "",
                    ]
                ]),
        ]
    }

    private static let timelinessHead = [
        "party", "kind", "urgency", "promise", "in-time", "late", "overdue", "open", "ended-count",
        "unknown", "share", "median", "p90",
    ]
    private static let qualityHead = [
        "party", "reviews", "complete", "usable", "whole", "reasoned", "refusals", "unreasoned",
        "silences",
    ]

    private func section(
        _ key: String, _ words: ReportWords, _ head: [String], _ rows: [[String]]
    ) -> ReportPage.Section {
        .init(key: key, title: words(key), columns: head, words, rows)
    }

    private func row(_ one: Timeliness, _ words: ReportWords) -> [String] {
        let kind = [words(one.kind.subject), one.kind.kind].filter { !$0.isEmpty }
        let share =
            one.judged >= Self.leastForShare
            ? "\(one.inTime * 100 / one.judged) %" : "\(one.inTime) / \(one.judged)"
        let counts = [one.inTime, one.late, one.overdue, one.open, one.ended, one.unknown]
        let what = [
            one.kind.party.text, kind.joined(separator: " · "), words(one.kind.urgency),
            words(one.kind.promise),
        ]
        let times = [Self.length(one.medianSeconds), Self.length(one.p90Seconds)]
        return what + counts.map(String.init) + [share] + times
    }

    private static func row(_ one: Quality) -> [String] {
        let counts = [
            one.reviews, one.complete, one.usable, one.whole, one.reasoned, one.refusals,
            one.unreasonedRefusals, one.silences,
        ]
        return [one.party.text] + counts.map(String.init)
    }

    private static func length(_ seconds: Int64?) -> String {
        guard let seconds else { return "-" }
        let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60)
        return hours > 0 ? "\(hours) h \(minutes) min" : "\(minutes) min \(seconds % 60) s"
    }
}
