import CoreMetrics
import ParleyNode
package import ParleyStatements
import Synchronization

/// What is counted of one process, for Prometheus.
///
/// Labels are operations, statuses, listeners and parties alone: each from a list of our own or of
/// the agreement's, never from what somebody sent. People are in none.
package final class Meters: NodeMeter {
    let registry = PrometheusRegistry(help: Meters.help, buckets: Meters.buckets)
    private let uptime: @Sendable () -> UInt64
    private let connections = Mutex<[String: Int]>([:])

    /// - Parameter uptime: nanoseconds of a clock that only goes forward.
    package init(uptime: @escaping @Sendable () -> UInt64) { self.uptime = uptime }

    package var nanoseconds: UInt64 { uptime() }

    package func committed(statements: Int, nanoseconds: UInt64) {
        Counter(label: "parley_statements_appended_total", dimensions: [], factory: registry)
            .increment(by: statements)
        Timer(label: "parley_commit_seconds", dimensions: [], factory: registry)
            .recordNanoseconds(Int64(clamping: nanoseconds))
    }

    package func deliveryFailed(to party: PartyID) {
        Counter(
            label: "parley_deliveries_failed_total", dimensions: [("peer", party.text)],
            factory: registry
        ).increment()
    }

    /// What somebody was told outside the desk, or was not.
    func told(_ what: String, _ labels: [(String, String)], count: Int = 1) {
        Counter(label: "parley_notify_\(what)_total", dimensions: labels, factory: registry)
            .increment(by: count)
    }

    /// One request was answered, its body perhaps still on its way.
    func answered(_ operation: String, status: Int, since began: UInt64) {
        Counter(
            label: "parley_requests_total",
            dimensions: [("operation", operation), ("status", String(status))], factory: registry
        ).increment()
        Timer(
            label: "parley_request_seconds", dimensions: [("operation", operation)],
            factory: registry
        ).recordNanoseconds(Int64(clamping: nanoseconds &- began))
    }

    func connection(_ listener: String, opened: Bool) {
        connections.withLock { $0[listener, default: 0] += opened ? 1 : -1 }
    }

    func gauge(_ name: String, _ value: Double, _ labels: [(String, String)] = []) {
        Gauge(label: name, dimensions: labels, factory: registry).record(value)
    }

    func gaugeConnections() {
        for (listener, count) in connections.withLock({ $0 }) {
            gauge("parley_open_connections", Double(count), [("listener", listener)])
        }
    }

    static let buckets: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// Every metric, with the sentence that stands above it; the guide has the same.
    package static let help: [String: String] = [
        "parley_requests_total": "Requests answered by the API, by operation and status.",
        "parley_request_seconds": "From a request's head to its answer's, by operation.",
        "parley_statements_appended_total": "Statements taken into the log since the start.",
        "parley_commit_seconds": "From the begin of a commit of the log until it was flushed.",
        "parley_deliveries_failed_total": "Times that a peer was not reached or answered wrongly.",
        "parley_outbox_statements": "Statements that a peer still owes a receipt for.",
        "parley_outbox_oldest_seconds": "Age of the oldest of them.",
        "parley_peer_silent": "1 while a silence of the peer is on record and has not ended.",
        "parley_clock_skew_seconds":
            "How far a peer's clock was ahead of ours at its last receipt.",
        "parley_log_entries": "Statements in the log.",
        "parley_forks_known": "Proofs that some log has shown two histories.",
        "parley_certificate_expires_timestamp_seconds": "When the API's certificate runs out.",
        "parley_backup_last_timestamp_seconds":
            "As of when the last whole backup is; 0 where none was made.",
        "parley_open_connections": "Connections that are open, by listener.",
        "parley_event_listeners": "Listeners to the API's events.",
        "parley_notify_told_total": "Messages that mail servers and webhooks took, by channel.",
        "parley_notify_failed_total": "Times that one was not taken, by channel.",
        "parley_notify_given_up_total": "Messages refused for good or too old, by channel.",
        "parley_notify_dropped_total": "Entries dropped because too many waited.",
        "parley_notify_waiting": "Entries that wait to be told.",
        "parley_notify_late": "Those of them that are due.",
        "parley_notify_failing": "Those of them that were tried in vain.",
        "parley_notify_oldest_seconds": "Age of the oldest of them.",
        "parley_notify_calls": "Calls over the hotline that nobody has acknowledged here.",
        "parley_ready": "1 while the node can do its work; /health/ready says why not.",
        "process_resident_memory_bytes": "Memory that the process holds.",
        "process_open_fds": "Files and connections that the process has open.",
    ]
}
