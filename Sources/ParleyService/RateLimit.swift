package import ParleyLog
import Synchronization

/// How often somebody may ask: so many at once, and so many a second on average.
///
/// Holds a bounded number of askers; when there are more, those that have waited longest are
/// forgotten, which lets them ask sooner and nobody later.
package final class RateLimit: Sendable {
    private struct Bucket {
        var used: Int64
        var since: Timestamp
    }

    private static let mostAskers = 20_000

    private let perSecond: Int64
    private let burst: Int64
    private let buckets = Mutex<[String: Bucket]>([:])

    package init(perSecond: Int64, burst: Int64) {
        self.perSecond = perSecond
        self.burst = burst
    }

    /// Whether that asker may ask now; counts it if so.
    package func allows(_ asker: String, at now: Timestamp) -> Bool {
        buckets.withLock { buckets in
            var bucket = buckets[asker] ?? Bucket(used: 0, since: now)
            let passed = max(0, now.seconds(since: bucket.since))
            bucket.used = max(0, bucket.used - passed.multipliedReportingOverflow(by: perSecond).0)
            bucket.since = max(bucket.since, now)
            guard bucket.used < burst else {
                buckets[asker] = bucket
                return false
            }
            bucket.used += 1
            if buckets[asker] == nil, buckets.count >= Self.mostAskers {
                buckets = buckets.filter {
                    now.seconds(since: $0.value.since) * perSecond < $0.value.used
                }
                // All of them are busy: better no limit than none for newcomers.
                if buckets.count >= Self.mostAskers { buckets.removeAll() }
            }
            buckets[asker] = bucket
            return true
        }
    }
}
