import ParleyDialogue
import ParleyLog
package import ParleyStatements

/// Brings the views of threads up to what the ledger holds.
///
/// Crash story. The ledger is asked once what was touched since the cursor and how far it goes;
/// the touched threads are then folded as the ledger has them at that moment, or later, and written
/// batch by batch; the cursor moves with the last batch and not before. So whoever dies in between
/// leaves an older cursor over threads some of which are newer, and the next run folds them again:
/// a fold depends on the thread's records alone, so that once more changes nothing. A rebuild
/// first empties the views together with their cursor; one that is broken off starts anew.
package struct ViewKeeper: Sendable {
    /// Threads in one transaction: bounds memory and the time for which readers see no progress.
    package static let batchThreads = 500

    private let party: PartyID
    private let record: RecordReader
    private let ledger: any Ledger
    private let views: any Views

    /// - Parameter party: whose home it is.
    package init(of party: PartyID, record: RecordReader, ledger: any Ledger, views: any Views) {
        self.party = party
        self.record = record
        self.ledger = ledger
        self.views = views
    }

    /// How many of the threads to be folded are.
    package struct Progress: Hashable, Sendable {
        package let done: Int
        package let total: Int
        package let isRebuild: Bool
    }

    /// - Parameter rebuilding: makes them from the beginning, whatever they hold.
    /// - Returns: how many threads were folded.
    @discardableResult
    package func bringUpToDate(
        rebuilding: Bool = false, batch: Int = batchThreads,
        progress: (Progress) -> Void = { _ in }
    ) async throws -> Int {
        let versions = Digest(
            hashing: Array(record.versions.all.map(\.id.text).joined(separator: "\n").utf8))
        let held = rebuilding ? nil : try await views.cursor()
        let known = held?.versions == versions ? held?.record : nil
        let touched = try await ledger.touched(since: known ?? .beginning)
        if let held, known != nil, touched.mark == held.record { return 0 }
        if known == nil { try await views.clearThreads() }
        let total = touched.threads.count
        progress(Progress(done: 0, total: total, isRebuild: known == nil))
        for first in stride(from: 0, to: total, by: batch) {
            let last = min(first + batch, total)
            var change = ViewBatch()
            change.isFirstOfThreads = known == nil
            for thread in touched.threads[first..<last] {
                let folded = try await record.thread(thread)
                if let summary = ThreadSummary(folded, for: party) {
                    change.threads.append(summary)
                }
            }
            if last == total {
                change.cursor = ViewCursor(record: touched.mark, versions: versions)
            }
            try await views.write(change)
            progress(Progress(done: last, total: total, isRebuild: known == nil))
        }
        if total == 0 {
            var change = ViewBatch()
            change.cursor = ViewCursor(record: touched.mark, versions: versions)
            try await views.write(change)
        }
        return total
    }
}
