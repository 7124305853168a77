import Foundation
import ParleyNode
import ParleyStatements
import ParleyStore

/// A home's views, as new as its record.
///
/// A command brings them up to date before it reads them, under a lock of its own: two commands
/// that wrote at once could put an older fold in the place of a newer one. The node that serves the
/// home has no part in it and is not held up.
struct HomeViews {
    let home: Home
    let record: RecordReader
    let views: SQLiteViews

    static func path(_ home: Home) -> String {
        home.folder.appending(path: "views.sqlite").path()
    }

    /// Does the work once the views of threads are up to date; anew, from none, when they turn out
    /// damaged.
    ///
    /// - Parameter rebuilding: deletes what there is first.
    static func reading<Value>(
        _ home: Home, json: Bool, rebuilding: Bool = false,
        _ work: (HomeViews) async throws -> Value
    ) async throws -> Value {
        let lock = try await HomeLock.waiting(for: home, file: "views.lock")
        defer { lock.release() }
        if rebuilding { try SQLiteViews.remove(path(home)) }
        do {
            return try await work(try await opened(home, json: json))
        } catch let damage where SQLiteViews.isDamage(damage) {
            Surroundings.here.errorOutput("parley: the views are damaged and are made anew")
            try SQLiteViews.remove(path(home))
            return try await work(try await opened(home, json: json))
        }
    }

    private static func opened(_ home: Home, json: Bool) async throws -> HomeViews {
        let views = try SQLiteViews(path: path(home))
        let record = try await home.record()
        let telling = Progress(of: "threads folded", json: json)
        try await ViewKeeper(
            of: home.seat.party, record: record, ledger: try home.ledger(), views: views
        )
        .bringUpToDate { telling.tell($0.done, of: $0.total) }
        return HomeViews(home: home, record: record, views: views)
    }

    /// Tells on standard error how far long work has got; says nothing of short work.
    struct Progress {
        static let quietBelow = 2000

        private let words: String
        private let json: Bool

        init(of words: String, json: Bool) {
            self.words = words
            self.json = json
        }

        func tell(_ done: Int, of total: Int) {
            guard !json, total >= Self.quietBelow else { return }
            Surroundings.here.errorOutput("parley: \(done) of \(total) \(words)")
        }
    }
}
