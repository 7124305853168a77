import Foundation
import Hummingbird
import NIOCore
package import ParleyLog
package import ParleyNode
package import ParleyService
import ParleyStatements

/// What this machine's operator asks of a running node: whether it is ready and why not, and its
/// figures. Served where only the machine itself can ask.
package struct OperatorView: Sendable {
    let node: Node
    let ledger: any Ledger & LedgerHealth
    let readiness: Readiness
    let meters: Meters
    let certificate: ServedCertificate?
    /// Those who listen to the API's events.
    let hub: EventHub
    /// Nil where nobody is told anything outside the desk.
    let telling: (any NotifyStore)?
    /// The moment whose state the home's last whole backup holds; nil where none was made.
    let lastBackup: @Sendable () -> Timestamp?
    let clock: any WallClock

    package init(
        node: Node, ledger: any Ledger & LedgerHealth, readiness: Readiness, meters: Meters,
        certificate: ServedCertificate?, hub: EventHub, telling: (any NotifyStore)?,
        lastBackup: @escaping @Sendable () -> Timestamp?, clock: any WallClock
    ) {
        self.lastBackup = lastBackup
        self.telling = telling
        self.node = node
        self.ledger = ledger
        self.readiness = readiness
        self.meters = meters
        self.certificate = certificate
        self.hub = hub
        self.clock = clock
    }

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/health/live") { _, _ in Response(status: .noContent) }
        router.get("/health/ready") { _, _ in await readyAnswer() }
    }

    func metricsRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: HostRequired())
        addRoutes(to: router)
        router.get("/metrics") { _, _ in
            await measure()
            return Response(
                status: .ok, headers: [.contentType: PrometheusRegistry.mediaType],
                body: .init(byteBuffer: ByteBuffer(string: meters.registry.text)))
        }
        return router
    }

    private func readyAnswer() async -> Response {
        let checks = await readiness.checks()
        let isReady = checks.allSatisfy { $0.reason == nil }
        let answer = JSONValue.object([
            "ready": .bool(isReady), "checks": .array(checks.map(\.json)),
        ])
        return Response(
            status: isReady ? .ok : .serviceUnavailable,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: answer.canonicalBytes)))
    }

    /// Works out what is not counted as it happens.
    private func measure() async {
        meters.gaugeConnections()
        meters.gauge("parley_event_listeners", Double(hub.count))
        meters.gauge("parley_ready", await readiness.isReady ? 1 : 0)
        meters.gauge(
            "parley_log_entries", Double(await node.writer.size.entryCount))
        for (party, skew) in await node.writer.skews {
            meters.gauge(
                "parley_clock_skew_seconds", Double(skew.secondsAhead), [("peer", party.text)])
        }
        if let expiresAt = certificate?.expiresAt {
            meters.gauge(
                "parley_certificate_expires_timestamp_seconds",
                Double(expiresAt.secondsSinceEpoch))
        }
        // 0 rather than nothing: what is not there cannot be old.
        meters.gauge(
            "parley_backup_last_timestamp_seconds", Double(lastBackup()?.secondsSinceEpoch ?? 0))
        await measureLedger()
        await measureTelling()
        measureProcess()
    }

    private func measureTelling() async {
        let now = clock.now()
        guard let standing = try? await telling?.notifyStanding(at: now) else { return }
        meters.gauge("parley_notify_waiting", Double(standing.waiting))
        meters.gauge("parley_notify_late", Double(standing.late))
        meters.gauge("parley_notify_failing", Double(standing.failing))
        meters.gauge("parley_notify_calls", Double(standing.pages))
        meters.gauge(
            "parley_notify_oldest_seconds",
            Double(standing.oldestAt.map { max(0, now.seconds(since: $0)) } ?? 0))
    }

    /// A ledger that cannot be read shows in `parley_ready`; its figures then stand as they were.
    private func measureLedger() async {
        if let forks = try? await ledger.forks() {
            meters.gauge("parley_forks_known", Double(forks.count))
        }
        guard let sizes = try? await ledger.outboxSizes() else { return }
        let now = clock.now()
        for party in node.identity.parties where party.id != node.identity.party.id {
            let size = sizes.first { $0.party == party.id }
            let peer = [("peer", party.id.text)]
            meters.gauge("parley_outbox_statements", Double(size?.statements ?? 0), peer)
            meters.gauge(
                "parley_outbox_oldest_seconds",
                Double(size.map { max(0, now.seconds(since: $0.oldestAt)) } ?? 0), peer)
            meters.gauge("parley_peer_silent", (size?.inSilence ?? 0) > 0 ? 1 : 0, peer)
        }
    }

    /// As Linux tells it; elsewhere these two are missing.
    private func measureProcess() {
        if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        {
            meters.gauge("process_resident_memory_bytes", kilobytes * 1024)
        }
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            meters.gauge("process_open_fds", Double(open.count))
        }
    }
}
