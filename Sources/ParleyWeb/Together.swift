import ServiceLifecycle

/// Services that begin together and, when asked to end, end together: each finishes what it has
/// accepted while the others do, and none goes on accepting because another is not done yet.
struct Together: Service {
    let services: [any Service]

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service.run() } }
            try await group.waitForAll()
        }
    }
}
