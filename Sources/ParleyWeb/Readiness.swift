import ParleyLog
package import ParleyNode
package import ParleyService
import ParleyStatements
import Synchronization

/// Whether a node can do its work now, and where not, why.
///
/// Looked at again after ``freshSeconds``: anybody may ask, and one of the checks writes.
package actor Readiness {
    static let freshSeconds: Int64 = 5

    /// One thing that a node needs to work.
    struct Check: Hashable, Sendable {
        let name: String
        /// Why it is not so; nil when it is.
        let reason: String?
    }

    private let node: Node
    private let ledger: any Ledger & LedgerHealth
    /// Nil where no API is served.
    private let accounts: (any DeskStore)?
    private let clock: any WallClock
    private let ending: Ending
    private var last: (checks: [Check], at: Timestamp)?
    private var isLooking = false

    package init(
        node: Node, ledger: any Ledger & LedgerHealth, accounts: (any DeskStore)?,
        clock: any WallClock, ending: Ending
    ) {
        self.node = node
        self.ledger = ledger
        self.accounts = accounts
        self.clock = clock
        self.ending = ending
    }

    var isReady: Bool {
        get async { await checks().allSatisfy { $0.reason == nil } }
    }

    func checks() async -> [Check] {
        let running = Check(name: "running", reason: ending.isBegun ? "ending" : nil)
        let now = clock.now()
        if let last, isLooking || abs(now.seconds(since: last.at)) < Self.freshSeconds {
            return [running] + last.checks
        }
        isLooking = true
        let checks = await look(now)
        isLooking = false
        last = (checks, now)
        return [running] + checks
    }

    private func look(_ now: Timestamp) async -> [Check] {
        var checks: [Check] = []
        checks.append(
            await check("ledger-read", "ledger-unreadable") { _ = try await ledger.tail() })
        checks.append(
            await check("ledger-write", "ledger-unwritable") { try await ledger.checkWritable() })
        if let accounts {
            checks.append(
                await check("accounts", "accounts-unreadable") {
                    _ = try await accounts.trailHead()
                })
        }
        let identity = node.identity
        checks.append(
            Check(
                name: "agreement",
                reason: identity.agreement.effectiveFrom <= now ? nil : "agreement-not-in-force"))
        let listed = identity.versions.party(identity.seat.party, at: now)?.node.logKey
        checks.append(
            Check(
                name: "log-signer",
                reason: listed == identity.logSigner.key.text ? nil : "log-key-not-listed"))
        checks.append(
            await check("organ-key", "no-live-key") {
                _ = try identity.signingKey(in: node.directory.current, at: now)
            })
        return checks
    }

    private func check(
        _ name: String, _ reason: String, _ work: () async throws -> Void
    ) async -> Check {
        do {
            try await work()
            return Check(name: name, reason: nil)
        } catch {
            return Check(name: name, reason: reason)
        }
    }
}

extension Readiness.Check {
    var json: JSONValue {
        var object: JSONObject = ["name": .string(name), "isWell": .bool(reason == nil)]
        if let reason { object = object.adding(["reason": .string(reason)]) }
        return .object(object)
    }
}

/// That a node has begun to end, so that nobody is sent to it any more.
package final class Ending: Sendable {
    private let begun = Mutex(false)

    package init() {}

    package var isBegun: Bool { begun.withLock { $0 } }
    package func begin() { begun.withLock { $0 = true } }
}
