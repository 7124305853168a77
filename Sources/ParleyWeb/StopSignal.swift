import Synchronization
import UnixSignals

/// That this process is asked to stop, by SIGTERM or SIGINT.
///
/// One for the whole of `parley serve`: a signal that comes while the node is being made anew is
/// heard too, where the system's own way with it has been switched off for good.
package final class StopSignal: Sendable {
    private struct State {
        var isRaised = false
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    private init() {}

    /// Does the work while listening for the signals.
    package static func listening<Value: Sendable>(
        _ work: @Sendable (StopSignal) async throws -> Value
    ) async throws -> Value {
        let stop = StopSignal()
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals { stop.raise() }
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

    private func raise() {
        let waiting = state.withLock { state in
            state.isRaised = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for sink in waiting { sink.finish() }
    }
}
