package import ParleyStatements
import Synchronization

/// That something has changed at a running node, for those who wait for it, and which peers answer.
///
/// A stir says "look", never what: whoever waits reads what is durable, so that a stir lost or
/// doubled changes nothing.
package final class NodeNews: Sendable {
    private struct State {
        var reach: [PartyID: Bool] = [:]
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// One element for what has happened since the one before, however much it was.
    package func stirs() -> AsyncStream<Void> {
        let (stirs, sink) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.waiting.append(sink) }
        return stirs
    }

    package func stir() {
        for sink in state.withLock({ $0.waiting }) { sink.yield() }
    }

    /// Whether each peer that was tried answered the last time.
    package var reach: [PartyID: Bool] { state.withLock { $0.reach } }

    func tried(_ party: PartyID, answered: Bool) {
        let isNew = state.withLock { state in
            defer { state.reach[party] = answered }
            return state.reach[party] != answered
        }
        if isNew { stir() }
    }
}
