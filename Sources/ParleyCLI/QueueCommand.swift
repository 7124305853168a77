import ArgumentParser
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "List what is to be done next, by either side, soonest due first.",
        discussion: """
            Due instants are in the local time of both sides. Without a filter: every thread in \
            which somebody is to act.

            Example:
              parley queue --ours --overdue
              parley queue --theirs --kind information --party cn --limit 20
              parley queue --filter "cn, overdue" --account duty.one
            """)

    static let limits = 1...1000

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @OptionGroup var options: QueueFilterOptions
    @Option(help: "What a filter asks for that somebody keeps under this name.")
    var filter: String?
    @Option(help: "Who keeps it, on the node's own machine.") var account: String?
    @Option(help: "How many at most, 1 to 1000.") var limit = 50

    func validate() throws {
        guard filter == nil || options.isEmpty else {
            throw ValidationError("--filter says what is listed; other filters go without it")
        }
        guard account == nil || filter != nil else {
            throw ValidationError("--account goes with --filter")
        }
        guard Self.limits.contains(limit) else {
            throw ValidationError("--limit is from 1 to 1000")
        }
    }

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let now = Surroundings.here.clock.now()
            let us = home.seat.party
            let asked =
                if let filter { try await kept(filter, home) } else { try options.filter() }
            let question = asked.question(of: us, at: now, limit: limit)
            let (threads, versions) = try await HomeViews.reading(home, json: flag.json) { held in
                (try await held.views.queue(question), held.record.versions)
            }
            let words = QueueWords(
                us: us, now: now, words: ThreadWords(versions: versions, now: now))
            emit(
                ["threads": .array(threads.map { .object(words.json($0)) })], json: flag.json,
                lines: threads.isEmpty ? ["nothing here"] : threads.flatMap(words.lines))
        }
    }

    /// Of whoever gave the command from elsewhere, or of the account that is named.
    private func kept(_ name: String, _ home: Home) async throws -> QueueFilter {
        let behalf = Surroundings.here.behalf?.account
        guard behalf == nil || account == nil else {
            throw CommandFailure.refused(
                "account-elsewhere", "a node elsewhere does this for one's own account alone",
                hint: "leave out --account")
        }
        guard let holder = try behalf ?? account.map(accountArgument) else {
            throw CommandFailure.refused(
                "account-missing", "whose filter is meant was not said",
                hint: "name it with --account")
        }
        do {
            return try await FilterDesk(try HomeDesk(home).store).filter(name, of: holder)
        } catch let refusal as any DeskRefusal {
            throw CommandFailure(refusal)
        }
    }
}

/// Puts a row of the queue into words for people and into JSON for machines.
struct QueueWords {
    let us: PartyID
    let now: Timestamp
    let words: ThreadWords

    func lines(_ thread: ThreadSummary) -> [String] {
        let addressed = thread.addressed.map(\.text).joined(separator: ", ")
        let sides = [thread.opener?.text ?? "?", addressed.isEmpty ? "?" : addressed]
        var line = "\(thread.id)  " + sides.joined(separator: " → ")
        line += "  " + (thread.kind ?? thread.subject)
        if let urgency = thread.urgency { line += "  \(urgency.rawValue)" }
        line += "  \(thread.state)"
        if let outcome = thread.outcome { line += "  \(outcome.rawValue)" }
        if let turn = thread.turn { line += turn == us ? "  OURS" : "  \(turn) to act" }
        return [line] + (due(of: thread).map { ["    " + $0] } ?? [])
            + (marks(of: thread).map { ["    " + $0] } ?? [])
    }

    private func due(of thread: ThreadSummary) -> String? {
        guard let clock = thread.next else {
            return thread.isPaused ? "stands still: a question is open" : nil
        }
        guard let due = clock.due else { return "\(clock.name): due unknown" }
        let sides = [thread.opener, thread.addressed.first].compactMap { $0 }
        let standing =
            now > due ? "OVERDUE by \(words.length(now.seconds(since: due))) · " : ""
        return "\(clock.name): \(standing)due "
            + words.both(due, of: sides, under: thread.agreement)
    }

    private func marks(of thread: ThreadSummary) -> String? {
        let counts = thread.counts
        let marks = [
            (counts.openSilences, "silence(s) without a receipt"),
            (counts.irregular, "irregular statement(s)"),
            (counts.unsettled, "without a settled time"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return marks.isEmpty ? nil : marks.joined(separator: " · ")
    }

    func json(_ thread: ThreadSummary) -> JSONObject { thread.json(for: us, at: now) }
}
