import ParleyLog
import Synchronization

/// Somebody who follows the events: what they may hear, and what they have not taken yet.
package final class EventListener: Sendable {
    /// A listener so far behind is let go; it comes back with its last id and misses nothing.
    package static let behindLimit = 256

    private struct State {
        var caller: Caller
        var until: Timestamp
        /// Nil until the events before it are in the journal.
        var start: EventStanding?
        var pending: [[UInt8]] = []
        var givenAt: Timestamp
        var isOver = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    let number: Int
    let secret: Digest
    let account: String
    private let state: Mutex<State>

    init(number: Int, caller: Caller, secret: Digest, until: Timestamp, now: Timestamp) {
        self.number = number
        self.secret = secret
        account = caller.account?.text ?? ""
        state = Mutex(State(caller: caller, until: until, givenAt: now))
    }

    package var caller: Caller { state.withLock { $0.caller } }

    /// When whoever listens is to be asked for again.
    var until: Timestamp { state.withLock { $0.until } }

    var isStarted: Bool { state.withLock { $0.start != nil } }

    func renew(_ caller: Caller, until: Timestamp) {
        state.withLock { state in
            state.caller = caller
            state.until = until
        }
    }

    func begin(at standing: EventStanding) {
        wake { state in
            guard state.start == nil else { return false }
            state.start = standing
            return true
        }
    }

    /// - Returns: false where the listener is over, or is now because it is too far behind.
    @discardableResult
    func offer(_ bytes: [UInt8], for audience: ServiceEvent.Audience, at now: Timestamp) -> Bool {
        wake { state in
            guard !state.isOver, state.pending.count < Self.behindLimit else {
                state.isOver = true
                return true
            }
            guard state.start != nil, audience.includes(state.caller) else { return false }
            state.pending.append(bytes)
            state.givenAt = now
            return true
        }
    }

    /// Something to say where nothing was said for so long, so that both ends know the line stands.
    func beat(_ bytes: [UInt8], after seconds: Int64, at now: Timestamp) {
        wake { state in
            guard state.start != nil, !state.isOver, state.pending.isEmpty,
                now.seconds(since: state.givenAt) >= seconds
            else { return false }
            state.pending.append(bytes)
            state.givenAt = now
            return true
        }
    }

    package func end() {
        wake { state in
            state.isOver = true
            state.pending = []
            return true
        }
    }

    /// - Parameter change: returns whether there is something for who waits.
    /// - Returns: false where the listener is over.
    @discardableResult
    private func wake(_ change: (inout State) -> Bool) -> Bool {
        let (waiting, isOver) = state.withLock { state in
            guard change(&state) else {
                return (nil as CheckedContinuation<Void, Never>?, state.isOver)
            }
            defer { state.waiting = nil }
            return (state.waiting, state.isOver)
        }
        waiting?.resume()
        return !isOver
    }

    /// Where the listener's stream begins; nil where it is over before that.
    package func start() async -> EventStanding? {
        await wait { $0.isOver || $0.start != nil }
        return state.withLock { $0.isOver ? nil : $0.start }
    }

    /// What is to be written next, in order; nothing where it is over.
    package func next() async -> [[UInt8]] {
        await wait { $0.isOver || !$0.pending.isEmpty }
        return state.withLock { state in
            defer { state.pending = [] }
            return state.pending
        }
    }

    private func wait(until isReady: @escaping @Sendable (State) -> Bool) async {
        while !state.withLock({ isReady($0) }) {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if isReady(state) { return true }
                        state.waiting = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            } onCancel: {
                end()
            }
        }
    }
}
