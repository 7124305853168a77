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
        .init(key: key, title: words(key), head: head.map { words($0) }, rows)
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

    func json(under agreement: Agreement) -> JSONObject {
        var sessions: JSONObject = [
            "held": .array(self.sessions.held.map { .string($0.text) }),
            "missed": .array(self.sessions.missed.map { .string($0.text) }),
        ]
        if let due = self.sessions.nextDue {
            sessions = sessions.adding(["nextDue": .string(due.text)])
        }
        return [
            "parley": .string("scorecard/1"), "agreement": .string(agreement.id.text),
            "parties": .array(parties.map { .string($0.text) }),
            "from": .string(period.lowerBound.text), "until": .string(period.upperBound.text),
            "asOf": .string(asOf.text),
            "timeliness": .array(timeliness.map { .object($0.json) }),
            "quality": .array(quality.map { .object($0.json) }),
            "commitments": .array(commitments.map { .object($0.json) }),
            "sessions": .object(sessions),
            "promises": .array(promises.map { .object($0.json) }),
        ]
    }
}

extension Scorecard.Timeliness {
    fileprivate var json: JSONObject {
        var object = kind.json.adding([
            "inTime": .integer(Int64(inTime)), "late": .integer(Int64(late)),
            "overdue": .integer(Int64(overdue)), "open": .integer(Int64(open)),
            "ended": .integer(Int64(ended)), "unknown": .integer(Int64(unknown)),
        ])
        if let medianSeconds {
            object = object.adding(["medianSeconds": .integer(medianSeconds)])
        }
        if let p90Seconds { object = object.adding(["p90Seconds": .integer(p90Seconds)]) }
        return object
    }
}

extension Scorecard.Quality {
    fileprivate var json: JSONObject {
        let counts: [(String, Int)] = [
            ("reviews", reviews), ("complete", complete), ("usable", usable), ("whole", whole),
            ("reasoned", reasoned), ("refusals", refusals),
            ("unreasonedRefusals", unreasonedRefusals), ("silences", silences),
            ("reopened", reopened), ("calls", calls), ("callsAnswered", callsAnswered),
            ("drills", drills), ("drillsAnswered", drillsAnswered),
        ]
        let verdicts = Verdict.allCases.map {
            JSONObject.Member(name: $0.rawValue, value: .integer(Int64(self.verdicts[$0] ?? 0)))
        }
        return JSONObject(
            [
                .init(name: "party", value: .string(party.text)),
                .init(name: "verdicts", value: .object(JSONObject(verdicts))),
            ] + counts.map { .init(name: $0.0, value: .integer(Int64($0.1))) })
    }
}

extension Scorecard.Commitment {
    fileprivate var json: JSONObject {
        let verdicts = verdicts.map {
            JSONObject.Member(name: $0.key.text, value: .string($0.value.rawValue))
        }
        return [
            "thread": .string(thread.text), "maker": .string(maker.text),
            "joined": .array(joined.map { .string($0.text) }),
            "support": .integer(Int64(support)), "contest": .integer(Int64(contest)),
            "verdicts": .object(JSONObject(verdicts)), "ended": .bool(hasEnded),
        ]
    }
}

extension ScoredPromise.Kind {
    fileprivate var json: JSONObject {
        [
            "party": .string(party.text), "subject": .string(subject), "kind": .string(kind),
            "urgency": .string(urgency), "promise": .string(promise),
        ]
    }
}

extension ScoredPromise {
    var json: JSONObject {
        var object = kind.json.adding([
            "thread": .string(thread.text), "start": .string(start.text),
            "verdict": .string(verdict),
        ])
        if let due { object = object.adding(["due": .string(due.text)]) }
        if let statement { object = object.adding(["statement": .string(statement.text)]) }
        if let stop { object = object.adding(["stop": .string(stop.text)]) }
        return object
    }

    init(_ value: JSONValue) throws(FieldRefusal) {
        self = try JSONFields.reading(value) { fields throws(FieldRefusal) in
            ScoredPromise(
                kind: Kind(
                    party: try fields.parsed("party", "a party id", PartyID.init),
                    subject: try fields.string("subject"), kind: try fields.string("kind"),
                    urgency: try fields.string("urgency"), promise: try fields.string("promise")),
                thread: try fields.parsed("thread", "a thread id", ThreadID.init(text:)),
                start: try fields.parsed("start", "an instant", Timestamp.init(text:)),
                due: try fields.optionalParsed("due", "an instant", Timestamp.init(text:)),
                verdict: try fields.string("verdict"),
                statement: try fields.optionalParsed(
                    "statement", "a digest", StatementID.init(text:)),
                stop: try fields.optionalParsed("stop", "an instant", Timestamp.init(text:)))
        }
    }
}
