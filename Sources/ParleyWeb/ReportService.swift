import Logging
import ParleyService
import ServiceLifecycle

/// Reads the record for reports while the servers begin to answer, and then does nothing.
struct ReportService: Service {
    let desk: Desk
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await desk.readForReports()
            } catch is CancellationError {
                return
            } catch {
                // Whoever asks for a report tries again, and hears of it.
                logger.warning(
                    "record not read for reports", metadata: ["error": "\(type(of: error))"])
            }
        }
        // A service that ended by itself would end the node.
        try? await gracefulShutdown()
    }
}
