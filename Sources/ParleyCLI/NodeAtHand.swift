import Foundation
import Logging
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyWeb

/// The node that does a home's work: the one that serves it, or this process for a moment.
enum NodeAtHand {
    case serving(LocalClient)
    /// Nobody serves the home, and nobody can while the lock is held.
    case none(HomeLock)

    private static let tries = 10

    /// Waits some seconds for a node that is starting, or for another command, to be done with it.
    ///
    /// - Throws: `home-in-use`, when somebody still has the home and no node answers.
    static func find(_ home: Home) async throws -> NodeAtHand {
        let local = LocalClient(socketPath: home.socketPath)
        let clock = Surroundings.here.clock
        for attempt in 1... {
            if await local.status() != nil { return .serving(local) }
            do {
                return .none(try HomeLock(home: home))
            } catch let failure as CommandFailure
                where failure.reason == HomeLock.inUse && attempt < tries
            {
                await clock.sleep(until: clock.now().adding(seconds: 1))
            }
        }
        preconditionFailure("the tries end by themselves")
    }

    /// Does the work at the node that serves the home or, when none does, at one of this process's
    /// own that delivers nothing: what it leaves in the outbox goes when the node next serves.
    ///
    /// - Parameter work: May be done twice, where the node that was asked first ended meanwhile.
    static func work<Value: Sendable>(
        at home: Home,
        _ work: (any PouchDesk & StatementDesk) async throws -> Value
    ) async throws -> Value {
        for attempt in 1... {
            do {
                return try await once(at: home, work)
            } catch let gone as LocalNodeGone {
                guard attempt < tries else {
                    throw CommandFailure.failed(
                        "node-gone", "the node does not answer: \(gone.explanation)",
                        hint: "see its log; the same command may be given again")
                }
                let clock = Surroundings.here.clock
                await clock.sleep(until: clock.now().adding(seconds: 1))
            }
        }
        preconditionFailure("the tries end by themselves")
    }

    private static func once<Value: Sendable>(
        at home: Home, _ work: (any PouchDesk & StatementDesk) async throws -> Value
    ) async throws -> Value {
        switch try await find(home) {
        case .serving(let local):
            return try await work(local)
        case .none(let lock):
            defer { lock.release() }
            let surroundings = Surroundings.here
            let node = try await Node(
                identity: try home.identity(
                    try await home.record().versions,
                    keys: try home.keyRing(of: [home.seat.organ])),
                ports: .init(
                    ledger: try home.ledger(), lastSigned: home.lastSigned,
                    blobs: try home.blobs(), transport: NoTransport(), clock: surroundings.clock,
                    randomness: surroundings.randomness,
                    logger: .init(label: "parley")))
            return try await work(node)
        }
    }
}

/// Where a signed statement is handed over.
protocol StatementDesk: Sendable {
    /// Returns once the statement is durable in the log.
    func submit(_ envelope: [UInt8]) async throws -> StatementID
}

extension LocalClient: StatementDesk {}
extension Node: StatementDesk {
    func submit(_ envelope: [UInt8]) async throws -> StatementID {
        try await submit(envelope, silenceFor: nil)
    }
}

/// Makes sure that one process at a time writes to a home's log.
struct HomeLock {
    static let inUse = "home-in-use"

    private let descriptor: Int32

    /// - Parameter file: what is locked: the log, or another thing that one process does at a time.
    init(home: Home, file: String = "node.lock") throws {
        let path = home.folder.appending(path: file).path()
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure.failed("home-not-writable", "\(path) cannot be opened")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw Self.inUse(home)
        }
    }

    /// For a process that does a serving node's work: at once refused while a node serves the home,
    /// while a command that has it for a moment is waited for.
    static func forServing(_ home: Home) async throws -> HomeLock {
        switch try await NodeAtHand.find(home) {
        case .serving: throw inUse(home)
        case .none(let lock): return lock
        }
    }

    /// Waits for another command of this home to be done with the same thing.
    static func waiting(for home: Home, file: String) async throws -> HomeLock {
        let clock = Surroundings.here.clock
        for attempt in 1... {
            do {
                return try HomeLock(home: home, file: file)
            } catch let failure as CommandFailure where failure.reason == inUse && attempt < 60 {
                await clock.sleep(until: clock.now().adding(seconds: 1))
            }
        }
        preconditionFailure("the tries end by themselves")
    }

    private static func inUse(_ home: Home) -> CommandFailure {
        .failed(
            inUse, "another process is at work on \(home.folder.path())",
            hint: "a node that serves this home takes commands itself; stop it to run another")
    }

    /// The kernel lets go of the lock when the process ends, however it ends.
    func release() { close(descriptor) }
}
