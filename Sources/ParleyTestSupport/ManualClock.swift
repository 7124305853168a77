package import ParleyLog
import ParleyNode
import Synchronization

/// A clock that stands still until a test moves it.
package final class ManualClock: WallClock {
    private struct Sleeper {
        let id: Int
        let until: Timestamp
        let wake: CheckedContinuation<Void, Never>
    }

    private struct State {
        var instant: Timestamp
        var sleepers: [Sleeper] = []
        var nextID = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    package init(_ now: Timestamp) { state = Mutex(State(instant: now)) }

    package func now() -> Timestamp { state.withLock { $0.instant } }

    package func sleep(until instant: Timestamp) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                let isDue = state.withLock { state in
                    if state.instant >= instant || state.cancelled.remove(id) != nil { return true }
                    state.sleepers.append(Sleeper(id: id, until: instant, wake: wake))
                    return false
                }
                if isDue { wake.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let place = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: place)
            }
            sleeper?.wake.resume()
        }
    }

    /// The instants that sleepers wait for, earliest first.
    package var wakeTimes: [Timestamp] { state.withLock { $0.sleepers.map(\.until).sorted() } }

    /// How often anybody has gone to sleep here.
    package var sleepCount: Int { state.withLock { $0.nextID } }

    /// Moves the clock, also backwards, and wakes whoever is due.
    package func set(_ instant: Timestamp) {
        let due = state.withLock { state -> [Sleeper] in
            state.instant = instant
            let due = state.sleepers.filter { $0.until <= instant }
            state.sleepers.removeAll { $0.until <= instant }
            return due
        }
        for sleeper in due { sleeper.wake.resume() }
    }

    package func advance(seconds: Int64) { set(now().adding(seconds: seconds)) }
}
