package import Logging
package import ParleyService
import ServiceLifecycle

/// Tells people outside the desk, as long as the servers run. What is on its way when they end goes
/// again when the node next serves.
struct NotifyService: Service {
    let notifier: Notifier
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await notifier.run { error in
                logger.error(
                    "notifications not told", metadata: ["error": "\(type(of: error))"])
            }
        }
    }
}

/// Counts and logs how the telling goes: codes and channels, and nobody's name or address.
package struct NotifyLog: NotifyMeter {
    private let meters: Meters
    private let logger: Logger

    package init(meters: Meters, logger: Logger) {
        self.meters = meters
        self.logger = logger
    }

    package func told(by channel: NotifyChannel) {
        meters.told("told", [("channel", channel.rawValue)])
    }

    package func failed(by channel: NotifyChannel, _ reason: String) {
        meters.told("failed", [("channel", channel.rawValue)])
        logger.notice(
            "notification not taken",
            metadata: ["channel": "\(channel.rawValue)", "reason": "\(reason)"])
    }

    package func gaveUp(by channel: NotifyChannel, _ reason: String) {
        meters.told("given_up", [("channel", channel.rawValue)])
        logger.warning(
            "notification given up",
            metadata: ["channel": "\(channel.rawValue)", "reason": "\(reason)"])
    }

    package func dropped(_ count: Int) {
        meters.told("dropped", [], count: count)
        logger.warning("notifications dropped: too many wait", metadata: ["count": "\(count)"])
    }

    package func journalLost() {
        logger.warning("the journal of events was begun anew: some may not have been told")
    }
}
