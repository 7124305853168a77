package import ParleyLog
import ParleyStatements
import Synchronization

/// Everybody who follows the events, and the one place from which they hear: an event is written
/// once, and each listener that may hear of it is given the same bytes.
package final class EventHub: Sendable {
    package static let mostListeners = 10_000
    /// Of one account: each page of a browser is one.
    package static let mostOfAccount = 100
    package static let beatSeconds: Int64 = 15

    private struct State {
        var listeners: [Int: EventListener] = [:]
        var byAccount: [String: Int] = [:]
        var next = 0
        var isOver = false
    }

    private let state = Mutex(State())
    private let mostListeners: Int
    private let mostOfAccount: Int

    package init(
        mostListeners: Int = EventHub.mostListeners, mostOfAccount: Int = EventHub.mostOfAccount
    ) {
        self.mostListeners = mostListeners
        self.mostOfAccount = mostOfAccount
    }

    package var isListenedTo: Bool { state.withLock { !$0.listeners.isEmpty } }
    package var count: Int { state.withLock { $0.listeners.count } }

    /// - Throws: `streams-too-many` at either limit, `node-ending` when no more are taken.
    package func open(
        _ caller: Caller, secret: Digest, until: Timestamp, at now: Timestamp
    ) throws(Problem) -> EventListener {
        let account = caller.account?.text ?? ""
        let result: Result<EventListener, Problem> = state.withLock { state in
            guard !state.isOver else {
                return .failure(
                    Problem(
                        status: 503, reason: "node-ending", detail: "the node is ending",
                        retryAfterSeconds: 5))
            }
            guard state.byAccount[account, default: 0] < mostOfAccount else {
                return .failure(
                    Self.tooMany("\(mostOfAccount) streams of this account are open already"))
            }
            guard state.listeners.count < mostListeners else {
                return .failure(Self.tooMany("\(mostListeners) streams are open already"))
            }
            let listener = EventListener(
                number: state.next, caller: caller, secret: secret, until: until, now: now)
            state.listeners[state.next] = listener
            state.byAccount[account, default: 0] += 1
            state.next += 1
            return .success(listener)
        }
        return try result.get()
    }

    private static func tooMany(_ detail: String) -> Problem {
        Problem(
            status: 429, reason: "streams-too-many", detail: detail,
            hint: "close one of them, or wait until one ends", retryAfterSeconds: 15)
    }

    package func close(_ listener: EventListener) {
        state.withLock { state in
            guard state.listeners.removeValue(forKey: listener.number) != nil else { return }
            let left = state.byAccount[listener.account, default: 1] - 1
            state.byAccount[listener.account] = left > 0 ? left : nil
        }
        listener.end()
    }

    var listeners: [EventListener] { state.withLock { Array($0.listeners.values) } }

    /// Those who have come since begin here; they read what was before from the journal.
    func begin(at standing: EventStanding) {
        for listener in listeners where !listener.isStarted { listener.begin(at: standing) }
    }

    func publish(_ events: [NumberedEvent], epoch: String, at now: Timestamp) {
        let listeners = listeners
        for event in events {
            let bytes = EventText.event(event, epoch: epoch)
            for listener in listeners
            where !listener.offer(bytes, for: event.event.audience, at: now) {
                close(listener)
            }
        }
    }

    func beat(at now: Timestamp) {
        for listener in listeners {
            listener.beat(EventText.beat, after: Self.beatSeconds, at: now)
        }
    }

    /// Ends every stream that has begun; those who come back are taken again.
    func endBegun() {
        for listener in listeners where listener.isStarted { close(listener) }
    }

    /// Ends every stream and takes no more.
    package func end() {
        state.withLock { $0.isOver = true }
        for listener in listeners { close(listener) }
    }
}

/// How events are written (WHATWG HTML §9.2.6, `text/event-stream`).
package enum EventText {
    package static func event(_ event: NumberedEvent, epoch: String) -> [UInt8] {
        let id = EventCursor(epoch: epoch, number: event.number).text
        return Array("event: \(event.event.kind.rawValue)\nid: \(id)\ndata: ".utf8)
            // Canonical JSON has no line end in it.
            + JSONValue.object(event.event.facts).canonicalBytes + Array("\n\n".utf8)
    }

    /// A place to come back to, and after how long; no event.
    package static func place(_ cursor: EventCursor) -> [UInt8] {
        Array("retry: 2000\nid: \(cursor.text)\n\n".utf8)
    }

    /// What came before is not to be had any more: whoever follows reads what they need anew.
    package static func reset(_ cursor: EventCursor) -> [UInt8] {
        Array("event: reset\nid: \(cursor.text)\ndata: {}\n\n".utf8)
    }

    /// A comment, which readers pass over.
    static let beat = Array(":\n\n".utf8)
}
