import ParleyDialogue
import ParleyLog
import ParleyNode
package import ParleyStatements

/// Scorecard, agenda and the report of cases, as those who read the record see them.
///
/// All three are worked out from what the desk keeps of every thread. Each answer says as of when
/// it is.
extension Desk {
    private struct Reported: Sendable {
        let asOf: Timestamp
        let threads: [ReportedThread]
    }

    /// Of the promises, so many are told of one by one.
    static let scoredLimit = 200
    /// Of an agenda, so many items.
    static let agendaLimit = 500

    /// Reads every thread, so that whoever asks for the first report does not wait for it.
    package func readForReports() async throws {
        _ = try await reports.threads(asOf: clock.now())
    }

    private func reported() async throws -> Reported {
        let now = clock.now()
        return Reported(asOf: now, threads: try await reports.threads(asOf: now))
    }

    /// With whom a report is: whom it is asked for, else the first other state, else the first
    /// other.
    package static func other(
        _ wanted: String?, among others: [Party]
    ) throws(Problem) -> PartyID {
        let first = others.first { $0.kind == .state } ?? others.first
        let other = wanted.map { wanted in others.first { $0.id.text == wanted } } ?? first
        guard let other else { throw .notFound }
        return other.id
    }

    private func other(_ ask: Ask) throws(Problem) -> PartyID {
        try Self.other(
            ask.given.text("with"),
            among: node.identity.agreement.parties.filter { $0.id != party })
    }

    private func between(_ other: PartyID) -> JSONObject {
        ["party": .string(party.text), "with": .string(other.text)]
    }

    // MARK: Scorecard

    func scorecardReport(_ ask: Ask) async throws -> Answer {
        let other = try other(ask)
        let reported = try await reported()
        let agreement = node.identity.agreement
        let from = ask.given.instant("from") ?? agreement.effectiveFrom
        let until = ask.given.instant("until") ?? reported.asOf
        guard from < until else {
            throw Problem(
                status: 422, reason: "period-empty", detail: "\(from) is not before \(until)",
                hint: "swap the two")
        }
        let card = Scorecard(
            of: reported.threads, between: party, and: other, under: agreement,
            period: from..<until, asOf: reported.asOf)
        let worst = card.promises.map { (place: Self.place(of: $0), promise: $0) }
            .sorted { ($0.place, $1.promise.start) < ($1.place, $0.promise.start) }
            .prefix(Self.scoredLimit).map(\.promise)
        let titles = try await titles(of: Array(Set(worst.map(\.thread))), ask)
        return Answer(
            card.readersJSON.adding(between(other)).adding([
                "spread": .array(
                    PromiseSpread.all(of: card.promises, asOf: reported.asOf).map {
                        .object($0.json)
                    }),
                "promises": .array(
                    worst.map { .object(Self.titled($0.json, titles[$0.thread])) }),
                "promiseCount": .integer(Int64(card.promises.count)),
            ]))
    }

    /// What is overdue first, then what was late, what is open, what was in time.
    private static func place(of promise: ScoredPromise) -> Int {
        let order = ["overdue", "late", "running", "paused", "met", "ended", "unknown"]
        return order.firstIndex(of: promise.verdict) ?? order.count
    }

    private static func titled(_ json: JSONObject, _ title: String?) -> JSONObject {
        title.map { json.adding(["title": .string($0)]) } ?? json
    }

    // MARK: Agenda

    func agendaReport(_ ask: Ask) async throws -> Answer {
        let other = try other(ask)
        let reported = try await reported()
        let agenda = Agenda(
            of: reported.threads, between: party, and: other,
            under: node.identity.agreement, asOf: reported.asOf)
        let items = agenda.items.prefix(Self.agendaLimit)
        let titles = try await titles(of: Array(Set(items.compactMap(\.thread))), ask)
        return Answer(
            between(other).adding([
                "asOf": .string(reported.asOf.text),
                "items": .array(
                    items.map { item in
                        .object(
                            Self.titled(item.json, item.thread.flatMap { titles[$0] }))
                    }),
                "itemCount": .integer(Int64(agenda.items.count)),
            ]))
    }

    // MARK: Cases

    func caseReport(_ ask: Ask) async throws -> Answer {
        let other = try other(ask)
        let reported = try await reported()
        let all = CaseReport(
            of: reported.threads, between: party, and: other, asOf: reported.asOf
        ).cases
        let goingOn = all.prefix { !$0.isOver }
        var wanted = ask.given.flag("over") == true ? all[goingOn.endIndex...] : goingOn
        // A case that was over meanwhile is passed by, and none comes twice.
        if let after = ask.given.text("after").flatMap({ QueueCursor(text: $0) }) {
            wanted = wanted.drop { ($0.openedAt, $0.thread) <= (after.due, after.thread) }
        }
        let limit = Int(ask.given.number("limit") ?? 50)
        let shown = wanted.prefix(limit)
        let titles = try await titles(of: shown.map(\.thread), ask)
        var json = between(other).adding([
            "asOf": .string(reported.asOf.text),
            "goingOn": .integer(Int64(goingOn.count)),
            "over": .integer(Int64(all.count - goingOn.count)),
            "cases": .array(
                shown.map { .object(Self.titled($0.json, titles[$0.thread])) }),
        ])
        if wanted.count > limit, let last = shown.last {
            json = json.adding([
                "next": .string(QueueCursor(last.openedAt, last.thread).text)
            ])
        }
        return Answer(json)
    }
}

extension Agenda.Item {
    fileprivate var json: JSONObject {
        var json: JSONObject = [
            "section": .string(section.rawValue), "subject": .string(subject),
            "matter": .string(matter),
        ]
        if let thread { json = json.adding(["thread": .string(thread.text)]) }
        if let party { json = json.adding(["party": .string(party.text)]) }
        if let due { json = json.adding(["due": .string(due.text)]) }
        return json
    }
}

extension ReportedThread {
    fileprivate var json: JSONObject {
        var json: JSONObject = [
            "thread": .string(thread.text), "subject": .string(subject),
            "opener": .string(opener.text),
            "addressed": .array(addressed.map { .string($0.text) }),
            "state": .string(state.rawValue), "opened": .string(openedAt.text),
            "last": .string(lastSaidAt.text), "turn": .array(turn.map { .string($0.text) }),
            "exercise": .bool(isExercise),
            "clocks": .array(
                promises.filter { $0.verdict != "ended" }.map {
                    .object([
                        "promise": .string($0.kind.promise), "party": .string($0.kind.party.text),
                        "verdict": .string($0.verdict),
                    ])
                }),
        ]
        if let kind { json = json.adding(["kind": .string(kind)]) }
        if let urgency { json = json.adding(["urgency": .string(urgency.rawValue)]) }
        if let outcome { json = json.adding(["outcome": .string(outcome.rawValue)]) }
        return json
    }
}
