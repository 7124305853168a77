import Synchronization
import UnixSignals

/// What an operator tells this process by signals: to stop (SIGTERM, SIGINT), and to read its
/// settings anew (SIGHUP).
///
/// One for the whole of `parley serve`: a signal that comes while the node is being made anew is
/// heard too, where the system's own way with it has been switched off for good.
package final class StopSignal: Sendable {
    private struct State {
        var isRaised = false
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())
    private let rereadings: AsyncStream<Void>
    private let reread: AsyncStream<Void>.Continuation

    private init() {
        // Asked twice while one reading is under way is asked once more.
        (rereadings, reread) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Does the work while listening for the signals.
    ///
    /// - Parameters:
    ///   - insisted: called at a second signal to stop; it ends the process.
    ///   - rereading: called each time that settings are to be read anew.
    package static func listening<Value: Sendable>(
        insisted: @escaping @Sendable () -> Void,
        rereading: @escaping @Sendable () async -> Void,
        _ work: @Sendable (StopSignal) async throws -> Value
    ) async throws -> Value {
        let stop = StopSignal()
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await signal in signals {
                    if signal == .sighup {
                        stop.reread.yield()
                    } else if !stop.raise() {
                        insisted()
                    }
                }
            }
            group.addTask {
                for await _ in stop.rereadings { await rereading() }
            }
            defer { group.cancelAll() }
            return try await work(stop)
        }
    }

    package var isRaised: Bool { state.withLock { $0.isRaised } }

    /// Returns once the process is asked to stop, at once if it was already, or when the
    /// surrounding task is cancelled.
    package func wait() async {
        let (raised, sink) = AsyncStream<Void>.makeStream()
        let isRaised = state.withLock { state in
            if !state.isRaised { state.waiting.append(sink) }
            return state.isRaised
        }
        if isRaised { return }
        for await _ in raised {}
    }

    /// False where it was raised before.
    private func raise() -> Bool {
        let waiting: [AsyncStream<Void>.Continuation]? = state.withLock { state in
            if state.isRaised { return nil }
            state.isRaised = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for sink in waiting ?? [] { sink.finish() }
        return waiting != nil
    }
}
