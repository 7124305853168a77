package import ParleyDialogue
package import ParleyLog
package import ParleyStatements

/// Folds of the record, kept so that nobody has to fold all of it to see a part.
///
/// Never the truth: everything in them can be made again from the ledger and the blobs. One process
/// at a time may write them; any number may read.
///
/// Trust: whoever can change the views can mislead this home's own people until they are rebuilt,
/// and nobody else: no act, receipt or export is made from them.
package protocol Views: Sendable {
    /// How far the views of threads go; nil when they are to be made from the beginning.
    func cursor() async throws -> ViewCursor?
    /// Empties the views of threads, in one step with their cursor. Texts stay.
    func clearThreads() async throws
    /// Makes the batch durable as far as it must be, all of it or nothing.
    func write(_ batch: ViewBatch) async throws
    func status() async throws -> ViewStatus

    /// The threads asked for, the next due first; those whose due instant nobody knows last.
    func queue(_ question: QueueQuestion) async throws -> [ThreadSummary]
    /// How many threads are asked for, up to the limit of the question: counting costs no more.
    func count(_ question: QueueQuestion) async throws -> Int
    /// The threads asked for, by their ids.
    func threads(_ question: ThreadQuestion) async throws -> [ThreadSummary]
    func summary(of thread: ThreadID) async throws -> ThreadSummary?
    /// Threads whose id in text form begins so, sorted.
    func threads(beginning text: String, limit: Int) async throws -> [ThreadID]
    /// Running clocks that are due from one instant on and before another, the first due first.
    func running(
        dueFrom first: Timestamp, before end: Timestamp, limit: Int
    ) async throws -> [RunningClock]
    /// Promises by party, clock, kind of request and month, as they had come out at `now`.
    func tallies(_ period: TallyPeriod, at now: Timestamp) async throws -> [ClockTally]

    /// The first statement in log order whose body has not been looked at.
    func textCursor() async throws -> EntryIndex
    /// Bodies that could not be read when they were looked at and may be by now.
    func awaitedTexts(limit: Int) async throws -> [StatementID]
    /// How the words of a thread begin: those of its body that is first in the log. Nothing for a
    /// thread of which no body was read.
    func openings(of threads: [ThreadID], characters: Int) async throws -> [ThreadID: String]
    /// Texts that have all that is looked for, those latest in the log first.
    func search(_ question: SearchQuestion, limit: Int) async throws -> SearchAnswer
}

/// A clock that runs, and in which thread.
package struct RunningClock: Sendable {
    package let thread: ThreadID
    package let clock: ThreadSummary.Clock

    package init(thread: ThreadID, clock: ThreadSummary.Clock) {
        self.thread = thread
        self.clock = clock
    }
}

/// From what the views of threads were made.
package struct ViewCursor: Hashable, Sendable {
    package let record: LedgerMark
    /// Of the agreement's versions known: with another, any thread may come out differently.
    package let versions: Digest

    package init(record: LedgerMark, versions: Digest) {
        self.record = record
        self.versions = versions
    }
}

/// What one write puts into the views.
package struct ViewBatch: Sendable {
    /// In place of what stood there of the same threads.
    package var threads: [ThreadSummary] = []
    /// True only between ``Views/clearThreads()`` and the first cursor after it: none of the
    /// threads stands there already.
    package var isFirstOfThreads = false
    package var cursor: ViewCursor?
    package var texts: [SearchText] = []
    /// Statements whose bodies are not here yet.
    package var awaited: [(index: EntryIndex, statement: StatementID)] = []
    package var textCursor: EntryIndex?

    package init() {}
}

/// The words of one statement's body.
package struct SearchText: Hashable, Sendable {
    package let index: EntryIndex
    package let statement: StatementID
    package let thread: ThreadID
    package let text: String

    package init(index: EntryIndex, statement: StatementID, thread: ThreadID, text: String) {
        self.index = index
        self.statement = statement
        self.thread = thread
        self.text = text
    }
}

package struct ViewStatus: Hashable, Sendable {
    package var version = 0
    package var cursor: ViewCursor?
    package var threads = 0
    package var clocks = 0
    package var texts = 0
    package var awaitedTexts = 0
    package var sizeBytes = 0

    package init() {}
}

/// Which threads somebody wants to see.
package struct QueueQuestion: Hashable, Sendable {
    package enum Turn: Hashable, Sendable {
        case of(PartyID)
        /// Somebody's, not that party's.
        case ofOthers(than: PartyID)
        case anybody
    }

    package var turn: Turn
    /// Due before that instant.
    package var dueBefore: Timestamp?
    /// A kind of request or, for other threads, the kind of thread.
    package var kind: String?
    /// Opened by or addressed to that party.
    package var party: PartyID?
    package var state: String?
    /// Only threads with a silence that no receipt has ended, whoever is to act in them.
    package var isSilent = false
    /// Only what stands after that thread.
    package var after: QueueCursor?
    package var limit: Int

    package init(turn: Turn, limit: Int = 50) {
        self.turn = turn
        self.limit = limit
    }
}

/// A place in the queue. Threads that are added, or leave it, before the next page is asked for
/// neither move nor double the others.
package struct QueueCursor: Hashable, Sendable {
    package let due: Timestamp
    package let thread: ThreadID

    package init(_ row: ThreadSummary) {
        due = row.nextDue ?? .latest
        thread = row.id
    }

    /// In a list by another instant: of cases, that at which each was opened.
    package init(_ instant: Timestamp, _ thread: ThreadID) {
        due = instant
        self.thread = thread
    }

    /// Parses ``text``.
    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let seconds = Int64(parts[0]),
            let due = Timestamp(secondsSinceEpoch: seconds),
            let thread = ThreadID(text: String(parts[1]))
        else { return nil }
        self.due = due
        self.thread = thread
        // A sign or noughts before the number would be other spellings.
        guard self.text == text else { return nil }
    }

    package var text: String { "\(due.secondsSinceEpoch).\(thread.text)" }
}

/// Which of all threads somebody wants to see.
package struct ThreadQuestion: Hashable, Sendable {
    /// A kind of request or, for other threads, the kind of thread.
    package var kind: String?
    package var state: String?
    /// Opened by or addressed to that party.
    package var party: PartyID?
    /// Only those after that one.
    package var after: ThreadID?
    package var limit: Int

    package init(limit: Int = 50) { self.limit = limit }
}

/// Months in which the clocks started, both ends included.
package struct TallyPeriod: Hashable, Sendable {
    package let first: CivilDate
    package let last: CivilDate

    package init(from first: CivilDate, to last: CivilDate) {
        self.first = first
        self.last = last
    }
}

/// How the promises of one party on one clock came out.
package struct ClockTally: Hashable, Sendable {
    package let party: PartyID
    package let clock: String
    /// Empty for threads that are no requests.
    package let kind: String
    package var met = 0
    package var late = 0
    /// Withdrawn before they were due.
    package var ended = 0
    /// Not stopped; the overdue ones are counted here too.
    package var open = 0
    package var overdue = 0
    /// Stopped, and nobody can say when they were due.
    package var unknown = 0

    package init(party: PartyID, clock: String, kind: String) {
        self.party = party
        self.clock = clock
        self.kind = kind
    }
}

package struct SearchAnswer: Sendable {
    package let hits: [SearchText]
    /// False where the search ended early and more texts may have what is looked for.
    package let isComplete: Bool

    package init(hits: [SearchText], isComplete: Bool) {
        self.hits = hits
        self.isComplete = isComplete
    }
}
