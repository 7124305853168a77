import ParleyStore
import Synchronization

/// The real calls, until the process dies before one of them, or another fault comes in its place.
final class KilledCalls: FileCalls {
    struct Killed: Error {}

    enum Call: Hashable {
        case create(String), write(String), flush(String), flushFolder(String)
        case rename(String, to: String)
    }

    private let real = SystemFileCalls()
    private let done = Mutex<[Call]>([])
    private let limit: Int
    private let fault: any Error

    /// - Parameter limit: how many calls are done.
    init(after limit: Int, fault: any Error = Killed()) {
        self.limit = limit
        self.fault = fault
    }

    var calls: [Call] { done.withLock { $0 } }

    private func doing(_ call: Call, _ work: () throws -> Void) throws {
        let isAlive = done.withLock { done in
            guard done.count < limit else { return false }
            done.append(call)
            return true
        }
        guard isAlive else { throw fault }
        try work()
    }

    func contents(of path: String) throws -> [UInt8]? { try real.contents(of: path) }

    func create(_ path: String) throws { try doing(.create(path)) { try real.create(path) } }

    func write(_ bytes: [UInt8], to path: String, at offset: Int) throws {
        try doing(.write(path)) { try real.write(bytes, to: path, at: offset) }
    }

    func flush(_ path: String) throws { try doing(.flush(path)) { try real.flush(path) } }

    func rename(_ path: String, to name: String) throws {
        try doing(.rename(path, to: name)) { try real.rename(path, to: name) }
    }

    func flushFolder(of path: String) throws {
        try doing(.flushFolder(path)) { try real.flushFolder(of: path) }
    }
}
