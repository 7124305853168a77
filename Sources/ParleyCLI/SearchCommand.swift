import ArgumentParser
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find statements by the words of their bodies, newest first.",
        discussion: """
            Looks in the texts, fields and exhibits' names of every body that this home's key \
            opens, for statements that have all the words, in any order: English words whole, in \
            capital or small letters; Chinese, Japanese and Korean words of any length as they \
            stand. A statement's id, or a thread's or its beginning, finds that too.

            Example:
              parley search ransomware 医院
              parley search 钓鱼 --limit 5 --json
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "What to look for, at most 512 bytes.") var words: [String]
    @Option(help: "How many at most, 1 to 1000.") var limit = 20

    func validate() throws {
        guard QueueCommand.limits.contains(limit) else {
            throw ValidationError("--limit is from 1 to 1000")
        }
    }

    func run() async throws {
        try await reporting(json: flag.json) {
            let text = words.joined(separator: " ")
            let question: SearchQuestion
            do throws(SearchRefusal) {
                question = try SearchQuestion(text, using: SQLiteViews.tokens)
            } catch {
                throw CommandFailure.refused(error.reason, error.explanation)
            }
            let home = try Home(options: home)
            // That somebody searched, and never for what.
            try await home.trail.record("text.search", [""])
            let (answer, threads) = try await HomeViews.reading(home, json: flag.json) { held in
                _ = try await BodyTexts(held).bringUpToDate(json: flag.json)
                return (
                    try await held.views.search(question, limit: limit),
                    try await held.views.threads(beginning: text, limit: limit)
                )
            }
            let ledger = try home.ledger()
            var found: [FoundStatement] = []
            if let id = StatementID(text: text), let entry = try await ledger.entry(id) {
                found.append(try FoundStatement(entry, snippet: nil))
            }
            for hit in answer.hits {
                guard let entry = try await ledger.entry(hit.statement) else { continue }
                let snippet = question.snippet(of: hit.text, using: SQLiteViews.tokens)
                found.append(try FoundStatement(entry, snippet: snippet))
            }
            tell(found, threads, isComplete: answer.isComplete)
        }
    }

    private func tell(_ found: [FoundStatement], _ threads: [ThreadID], isComplete: Bool) {
        var lines = threads.map { "\($0)  thread" } + found.flatMap(\.lines)
        if lines.isEmpty { lines = ["nothing found"] }
        if !isComplete { lines.append("there may be more: look for rarer words") }
        emit(
            [
                "statements": .array(found.map { .object($0.json) }),
                "threads": .array(threads.map { .string($0.text) }),
                "complete": .bool(isComplete),
            ], json: flag.json, lines: lines)
    }
}

/// A statement that was looked for, with the words around.
private struct FoundStatement {
    let id: StatementID
    let header: Statement
    let snippet: String?

    init(_ entry: LedgerEntry, snippet: String?) throws {
        id = entry.id
        header = try UnverifiedStatement(parsing: entry.envelope).header
        self.snippet = snippet
    }

    var lines: [String] {
        ["\(header.thread)  \(header.at)  \(header.from)  \(header.act.rawValue)"]
            + (snippet.map { ["    " + $0] } ?? []) + ["    \(id)"]
    }

    var json: JSONObject {
        var object: JSONObject = [
            "statement": .string(id.text), "thread": .string(header.thread.text),
            "act": .string(header.act.rawValue), "from": .string(header.from.description),
            "saidAt": .string(header.at.text),
        ]
        if let snippet { object = object.adding(["snippet": .string(snippet)]) }
        return object
    }
}
