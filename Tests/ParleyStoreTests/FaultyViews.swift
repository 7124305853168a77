import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements
import Synchronization

/// Views of which one write fails, both ways.
final class FaultyViews: Views {
    enum Kind: Hashable, Sendable { case lost, doneButUnacknowledged }

    struct Failure: Error, Hashable { let write: Int }

    private let inner: any Views
    private let failing: Int
    private let kind: Kind
    private let count = Mutex(0)

    /// - Parameter failing: the number of the write that fails, counted from 1.
    init(_ inner: any Views, failing: Int, _ kind: Kind) {
        self.inner = inner
        self.failing = failing
        self.kind = kind
    }

    func write(_ batch: ViewBatch) async throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        if number == failing, kind == .lost { throw Failure(write: number) }
        try await inner.write(batch)
        if number == failing { throw Failure(write: number) }
    }

    func cursor() async throws -> ViewCursor? { try await inner.cursor() }
    func clearThreads() async throws { try await inner.clearThreads() }
    func status() async throws -> ViewStatus { try await inner.status() }
    func threads(_ question: ThreadQuestion) async throws -> [ThreadSummary] {
        try await inner.threads(question)
    }
    func running(
        dueFrom first: Timestamp, before end: Timestamp, limit: Int
    ) async throws -> [RunningClock] {
        try await inner.running(dueFrom: first, before: end, limit: limit)
    }
    func queue(_ question: QueueQuestion) async throws -> [ThreadSummary] {
        try await inner.queue(question)
    }
    func openings(
        of threads: [ThreadID], characters: Int
    ) async throws -> [ThreadID: String] {
        try await inner.openings(of: threads, characters: characters)
    }
    func count(_ question: QueueQuestion) async throws -> Int { try await inner.count(question) }
    func summary(of thread: ThreadID) async throws -> ThreadSummary? {
        try await inner.summary(of: thread)
    }
    func threads(beginning text: String, limit: Int) async throws -> [ThreadID] {
        try await inner.threads(beginning: text, limit: limit)
    }
    func tallies(_ period: TallyPeriod, at now: Timestamp) async throws -> [ClockTally] {
        try await inner.tallies(period, at: now)
    }
    func textCursor() async throws -> EntryIndex { try await inner.textCursor() }
    func awaitedTexts(limit: Int) async throws -> [StatementID] {
        try await inner.awaitedTexts(limit: limit)
    }
    func search(_ question: SearchQuestion, limit: Int) async throws -> SearchAnswer {
        try await inner.search(question, limit: limit)
    }
}
