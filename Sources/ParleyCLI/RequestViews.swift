import ArgumentParser
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore

struct RequestListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the requests of this home.",
        discussion: "Example:\n  parley request list --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await printThreads(home, json: flag.json) { thread, _ in thread.kind == .request }
    }
}

struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "List what this party is to act on, soonest due first.",
        discussion: "Example:\n  parley inbox --home cn")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let ours = try await HomeViews.reading(home, json: flag.json) { held in
                try await held.views.queue(
                    QueueQuestion(turn: .of(home.seat.party), limit: Int.max))
            }
            try await printThreads(self.home, json: flag.json, among: Set(ours.map(\.id))) {
                $0.whoseTurn.contains($1)
            }
        }
    }
}

/// - Parameter candidates: the threads that may be wanted, where a view knows them; nil for all.
func printThreads(
    _ options: HomeOptions, json: Bool, among candidates: Set<ThreadID>? = nil,
    where isWanted: (DialogueThread, PartyID) -> Bool
) async throws {
    try await reporting(json: json) {
        let home = try Home(options: options)
        let record = try await home.record()
        var threads: [DialogueThread] = []
        for id in try await record.threads() where candidates?.contains(id) ?? true {
            let thread = try await record.thread(id)
            if thread.isDialogue, isWanted(thread, home.seat.party) { threads.append(thread) }
        }
        threads.sort {
            ($0.nextDue?.due.instant ?? .latest) < ($1.nextDue?.due.instant ?? .latest)
        }
        let words = ThreadWords(versions: record.versions, now: Surroundings.here.clock.now())
        emit(
            ["threads": .array(threads.map { .object(words.json($0)) })], json: json,
            lines: threads.isEmpty ? ["nothing here"] : threads.flatMap(words.row))
    }
}

struct RequestShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a thread: statements, receipts, clocks.",
        discussion: "Example:\n  parley request show THREAD --links")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Flag(help: "Also threads that go on from this one: proceedings, later requests.")
    var links = false
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let (_, thread) = try await openThread(thread, in: record)
            let now = Surroundings.here.clock.now()
            var words = ThreadWords(versions: record.versions, now: now)
            if links || thread.hold != nil {
                words.followers = try await followers(of: thread, in: record)
            }
            let refusals = try await refusals(of: Set(thread.entries.map(\.id)), home)
            var object = words.json(thread)
            object = object.adding([
                "refusals": .array(
                    refusals.map {
                        .object([
                            "statement": .string($0.statement.text),
                            "by": .string($0.by.description), "at": .string($0.at.text),
                            "reason": .string($0.reason), "explanation": .string($0.explanation),
                        ])
                    }),
                "summary": .string(thread.canonicalSummary()),
                "lawful": .array(
                    thread.lawfulActs(for: home.seat.party).map { .string($0.rawValue) }),
            ])
            let lawful = thread.lawfulActs(for: home.seat.party).map(\.rawValue)
            emit(
                object, json: flag.json,
                lines: words.page(thread)
                    + refusals.map {
                        "  NOT TAKEN by \($0.by): \($0.explanation) [\($0.reason)]\n"
                            + "       \($0.statement)"
                    } + [
                        "",
                        lawful.isEmpty
                            ? "\(home.seat.party) has nothing to do here"
                            : "\(home.seat.party) may now: " + lawful.joined(separator: ", "),
                    ])
        }
    }
}

/// The peers' signed refusals of these statements; shown beside the thread, since what a peer did
/// not take is no part of the record that both hold.
private func refusals(
    of statements: Set<StatementID>, _ home: Home
) async throws -> [Refusal] {
    try await home.ledger().refusals().filter { statements.contains($0.statement) }
        .compactMap { held in
            // It was verified when it came, perhaps under a key that has expired since.
            return try? Refusal(recorded: held.envelope)
        }
}

/// The requests of this home that go on from `thread`.
private func followers(
    of thread: DialogueThread, in record: RecordReader
) async throws -> [DialogueThread] {
    var followers: [DialogueThread] = []
    for id in try await record.threads() {
        let other = try await record.thread(id)
        if let follows = other.opening?.follows, follows == thread.id { followers.append(other) }
    }
    return followers
}

/// Puts a thread into words for people and into JSON for machines.
struct ThreadWords {
    let versions: AgreementVersions
    let now: Timestamp
    /// Requests that go on from the one shown.
    var followers: [DialogueThread] = []

    /// The version that the thread runs under.
    func agreement(of thread: DialogueThread) -> Agreement {
        versions.version(thread.agreement) ?? versions.first
    }

    func row(_ thread: DialogueThread) -> [String] {
        var line = thread.id?.text ?? "-"
        line += "  \(sides(of: thread, " → "))  \(thread.requestKind ?? thread.kind.name)"
        if thread.kind == .request { line += "  \(thread.urgency?.rawValue ?? "-")" }
        line += "  \(thread.state.rawValue)"
        if let outcome = thread.proceeding.outcome { line += "  \(outcome.rawValue)" }
        if let turn = turn(in: thread) { line += "  \(turn) to act" }
        guard let clock = thread.nextDue else { return [line] }
        return [line, "    \(clock.name.rawValue): \(words(clock, in: thread))"]
    }

    private func sides(of thread: DialogueThread, _ between: String) -> String {
        let addressed = thread.opening?.addressed.map(\.text).joined(separator: ", ")
        return (thread.opener?.text ?? "?") + between + (addressed ?? "?")
    }

    func page(_ thread: DialogueThread) -> [String] {
        var lines: [String] = []
        if isExercise(thread) { lines.append("EXERCISE · \(versions.first.name)") }
        let name = thread.kind.name
        lines.append(name.prefix(1).uppercased() + name.dropFirst() + " \(thread.id?.text ?? "-")")
        lines.append(
            thread.kind == .request
                ? "  \(thread.requestKind ?? "-") · \(thread.urgency?.rawValue ?? "-") · "
                    + sides(of: thread, " asks ") + " · " + thread.state.rawValue
                : "  " + sides(of: thread, " tells ") + " · " + thread.state.rawValue)
        if let number = versions.number(thread.agreement), versions.all.count > 1 {
            lines.append("  under version \(number + 1) of the agreement, \(thread.agreement)")
        }
        lines += basis(of: thread)
        lines.append("")
        for (place, entry) in thread.entries.enumerated() { lines += self.lines(entry, place) }
        lines.append("")
        if !thread.clocks.isEmpty { lines.append("Clocks") }
        lines += thread.clocks.map { "  \(padded($0.name.rawValue, 12)) \(words($0, in: thread))" }
        lines += undertakings(of: thread)
        lines += points(of: thread)
        for silence in thread.silences {
            lines.append(
                "  silence of \(silence.party), recorded \(both(silence.time, thread)), "
                    + (silence.isWitnessed ? "witnessed" : "by its author's word alone"))
        }
        return lines
    }

    private func lines(_ entry: ThreadEntry, _ place: Int) -> [String] {
        let statement = entry.statement
        let time = entry.record.time.map { "\($0)" } ?? "no time yet        "
        var line = "  \(place + 1). \(time)  \(padded(statement.from.description, 10)) "
        line += statement.act.rawValue
        for word in statement.terms.words { line += " · \(word)" }
        if !statement.exhibits.isEmpty { line += " · \(statement.exhibits.count) exhibit(s)" }
        if case .irregular(let refusal) = entry.effect {
            line += " · IRREGULAR: \(refusal.explanation)"
        }
        if case .waiting = entry.effect {
            line +=
                statement.act == .deliverySilence || statement.act == .custodyRecord
                ? " · recorded here, not yet cosigned" : " · waits for a statement not held"
        }
        let receipts = entry.record.receipts.sorted { $0.key < $1.key }
            .map { "receipt of \($0.key) \($0.value)" }
        let proof = receipts.isEmpty ? "not receipted" : receipts.joined(separator: ", ")
        return [line, "       \(entry.id)", "       \(proof)"]
    }

    /// A clock in one line: its limit, when due in both parties' time, and how it stands.
    func words(_ clock: ThreadClock, in thread: DialogueThread) -> String {
        var limit = clock.limit.map { words($0, of: clock.party) } ?? "promised"
        if let law = clock.lawLimit {
            limit += ", by law " + words(law, of: clock.party)
            let version = agreement(of: thread)
            if let calendar = version.party(clock.party).flatMap({
                version.calendars[$0.calendar]
            }) {
                limit += clock.isSetByLaw(in: calendar) ? " (stricter)" : ""
            }
        }
        let due =
            switch clock.due {
            case .at(let instant): "due " + both(instant, thread)
            case .unavailable(_, let refusal): "due unknown: " + refusal.explanation
            }
        return "\(verdict(clock)) · \(limit) · \(due)"
    }

    private func words(_ limit: TimeLimit, of party: PartyID) -> String {
        switch limit {
        case .minutes(let count): "\(count) minutes"
        case .hours(let count): "\(count) hours"
        case .calendarDays(let count): "\(count) days"
        case .workingDays(let count): "\(count) working days of \(party)"
        }
    }

    private func verdict(_ clock: ThreadClock) -> String {
        switch clock.verdict(at: now) {
        case .running: "running"
        case .paused(let since): "paused since \(since)"
        case .overdue(let seconds): "OVERDUE by \(length(seconds))"
        case .met(let instant): "met \(instant)"
        case .late(let seconds): "LATE by \(length(seconds))"
        case .ended(let instant): "ended \(instant)"
        case .unknown: "unknown"
        }
    }

    func length(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }

    /// An instant in the time of both sides; in UTC where no calendar reaches so far.
    func both(_ instant: Timestamp, _ thread: DialogueThread) -> String {
        both(
            instant, of: [thread.opener, thread.requested].compactMap { $0 },
            under: thread.agreement)
    }

    func both(_ instant: Timestamp, of sides: [PartyID], under id: AgreementID) -> String {
        let agreement = versions.version(id) ?? versions.first
        let local = sides.compactMap { side -> String? in
            guard let party = agreement.party(side),
                let calendar = agreement.calendars[party.calendar],
                let text = try? WorkingTime.localText(of: instant, in: calendar)
            else { return nil }
            return "\(text) (\(side))"
        }
        return local.isEmpty ? instant.text : local.joined(separator: " · ")
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func turn(in thread: DialogueThread) -> String? {
        let parties = thread.whoseTurn.map(\.text)
        return parties.isEmpty ? nil : parties.joined(separator: ", ")
    }

    private func isExercise(_ thread: DialogueThread) -> Bool {
        versions.first.isExercise || thread.opening?.isExercise == true
    }

    func json(_ thread: DialogueThread) -> JSONObject {
        ThreadJSON(versions: versions, now: now, followers: followers).json(thread)
    }
}
