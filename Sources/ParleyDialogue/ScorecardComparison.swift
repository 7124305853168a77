package import ParleyLog
package import ParleyStatements

/// Where two scorecards of one period differ, and which statements cause it.
package struct ScorecardComparison: Hashable, Sendable {
    /// One promise as each of the two has it; nil where one does not have it at all.
    package struct Difference: Hashable, Sendable {
        package let thread: ThreadID
        package let kind: ScoredPromise.Kind
        package let start: Timestamp
        package let ours: ScoredPromise?
        package let theirs: ScoredPromise?

        /// The statements that one counts and the other does not, or otherwise.
        package var statements: [StatementID] {
            Set([ours?.statement, theirs?.statement].compactMap { $0 }).sorted()
        }
    }

    package let differences: [Difference]

    package init(_ ours: [ScoredPromise], _ theirs: [ScoredPromise]) {
        struct Key: Hashable {
            let thread: ThreadID
            let kind: ScoredPromise.Kind
            let start: Timestamp
            let place: Int
        }
        func keyed(_ promises: [ScoredPromise]) -> [Key: ScoredPromise] {
            var seen: [Key: ScoredPromise] = [:]
            for promise in promises {
                // Several may begin with one statement, such as two actions in one second.
                var place = 0
                func key() -> Key {
                    Key(
                        thread: promise.thread, kind: promise.kind, start: promise.start,
                        place: place)
                }
                while seen[key()] != nil { place += 1 }
                seen[key()] = promise
            }
            return seen
        }
        let (one, other) = (keyed(ours), keyed(theirs))
        differences = Set(one.keys).union(other.keys)
            .filter { one[$0] != other[$0] }
            .sorted {
                ($0.thread, $0.start, $0.kind, $0.place) < ($1.thread, $1.start, $1.kind, $1.place)
            }
            .map {
                Difference(
                    thread: $0.thread, kind: $0.kind, start: $0.start, ours: one[$0],
                    theirs: other[$0])
            }
    }
}
