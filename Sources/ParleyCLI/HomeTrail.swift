import Foundation
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import Synchronization

/// What this home's commands write into the trail: durable before anybody sees what they did.
///
/// Where it cannot be written, the command fails and shows nothing.
final class HomeTrail: Sendable {
    private let path: String
    /// Of this command: a body read twice on the way to one answer was opened once.
    private let told = Mutex<Set<StatementID>>([])

    init(folder: URL) { path = HomeDesk.path(in: folder) }

    func record(_ operation: String, _ objects: [String]) async throws {
        guard !objects.isEmpty else { return }
        let now = Surroundings.here.clock.now()
        try await SQLiteDesk(path: path).record(
            objects.map {
                TrailEvent(
                    at: now, caller: Surroundings.here.caller, operation: operation, object: $0,
                    outcome: "done")
            })
    }

    /// The bodies of these statements were opened.
    func opened(_ statements: [StatementID]) async throws {
        let new = told.withLock { told in statements.filter { told.insert($0).inserted } }
        try await record("body.show", new.map(\.text))
    }
}
