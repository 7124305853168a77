package import ParleyExchange
package import ParleyLog
package import ParleyNode
package import ParleyStatements
import Synchronization

/// A ledger whose commits fail when they are told to, both ways; it counts what is asked of it.
package final class FaultyLedger: Ledger {
    package enum Kind: Hashable, Sendable, CaseIterable {
        /// Nothing of the change was made durable.
        case lost
        /// All of it was, and the caller was not told.
        case doneButUnacknowledged
    }

    package struct Failure: Error, Hashable {
        package let commit: Int
    }

    package struct ReadFailure: Error, Hashable {}

    private struct State {
        var commitCount = 0
        var readCount = 0
        var failsRead = false
        var failures: [Int: Kind]
    }

    package let inner: any Ledger & RawLog
    private let state: Mutex<State>

    /// - Parameter failures: by the number of the commit, counted from 1.
    package init(_ inner: any Ledger & RawLog, failures: [Int: Kind] = [:]) {
        self.inner = inner
        state = Mutex(State(failures: failures))
    }

    /// How many commits were tried.
    package var commitCount: Int { state.withLock { $0.commitCount } }

    /// How often a thread was read.
    package var readCount: Int { state.withLock { $0.readCount } }

    /// The next reading of a thread fails.
    package func failNextRead() { state.withLock { $0.failsRead = true } }

    package func failNext(_ kind: Kind) {
        state.withLock { $0.failures[$0.commitCount + 1] = kind }
    }

    package func commit(_ change: LedgerChange) async throws {
        let (number, kind) = state.withLock { state in
            state.commitCount += 1
            return (state.commitCount, state.failures[state.commitCount])
        }
        if kind == .lost { throw Failure(commit: number) }
        try await inner.commit(change)
        if kind == .doneButUnacknowledged { throw Failure(commit: number) }
    }

    package func tail() async throws -> LedgerTail { try await inner.tail() }
    package func tileHashes(_ tile: TileID) throws -> [Digest] { try inner.tileHashes(tile) }
    package func known(ids: [StatementID], payloads: [Digest]) async throws -> KnownStatements {
        try await inner.known(ids: ids, payloads: payloads)
    }
    package func entry(_ id: StatementID) async throws -> LedgerEntry? {
        try await inner.entry(id)
    }
    package func ids(from first: EntryIndex, count: Int) async throws -> [StatementID] {
        try await inner.ids(from: first, count: count)
    }
    package func entries(in thread: ThreadID) async throws -> [LedgerEntry] {
        let fails = state.withLock { state in
            state.readCount += 1
            defer { state.failsRead = false }
            return state.failsRead
        }
        if fails { throw ReadFailure() }
        return try await inner.entries(in: thread)
    }
    package func uncovered(limit: Int) async throws -> [StatementID] {
        try await inner.uncovered(limit: limit)
    }
    package func changes() async throws -> [LedgerEntry] { try await inner.changes() }
    package func overlayThreads() async throws -> [ThreadID] {
        try await inner.overlayThreads()
    }

    package func publications(of text: BlobID) async throws -> [ThreadID] {
        try await inner.publications(of: text)
    }
    package func publishingThreads() async throws -> [ThreadID] {
        try await inner.publishingThreads()
    }
    package func threads() async throws -> [ThreadID] { try await inner.threads() }
    package func touched(since mark: LedgerMark) async throws -> TouchedThreads {
        try await inner.touched(since: mark)
    }
    package func outbox(
        for party: PartyID, from index: EntryIndex, limit: Int
    ) async throws -> [LedgerEntry] {
        try await inner.outbox(for: party, from: index, limit: limit)
    }
    package func undelivered(limit: Int) async throws -> [Undelivered] {
        try await inner.undelivered(limit: limit)
    }
    package func forks() async throws -> [KnownFork] { try await inner.forks() }
    package func forksToTell(_ party: PartyID) async throws -> [KnownFork] {
        try await inner.forksToTell(party)
    }
    package func refusals() async throws -> [PeerRefusal] { try await inner.refusals() }
}

extension FaultyLedger: RawLog {
    package func entryIDs() throws -> [Digest] { try inner.entryIDs() }
    package func storedNote() throws -> [UInt8]? { try inner.storedNote() }
    package func storedTile(_ tile: TileID) throws -> [Digest]? { try inner.storedTile(tile) }
}
