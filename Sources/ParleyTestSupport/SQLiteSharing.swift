import GRDBSQLite
import Synchronization

/// SQLite's locks on one file, by the number of the handle that holds them.
struct FileLocks: Sendable {
    private var levels: [Int: Int32] = [:]

    func level(of handle: Int) -> Int32 { levels[handle] ?? SQLITE_LOCK_NONE }

    /// Whether anybody holds at least a reserved lock.
    var isReserved: Bool { levels.values.contains { $0 >= SQLITE_LOCK_RESERVED } }

    /// - Returns: false when another handle is in the way.
    mutating func raise(_ handle: Int, to level: Int32) -> Bool {
        guard level > self.level(of: handle) else { return true }
        let others = levels.filter { $0.key != handle }.values
        let highest = others.max() ?? SQLITE_LOCK_NONE
        switch level {
        case SQLITE_LOCK_SHARED:
            guard highest < SQLITE_LOCK_PENDING else { return false }
        case SQLITE_LOCK_RESERVED:
            guard highest < SQLITE_LOCK_RESERVED else { return false }
        default:
            guard highest < SQLITE_LOCK_RESERVED else { return false }
            guard highest == SQLITE_LOCK_NONE else {
                levels[handle] = SQLITE_LOCK_PENDING
                return false
            }
        }
        levels[handle] = level
        return true
    }

    mutating func lower(_ handle: Int, to level: Int32) {
        levels[handle] = level == SQLITE_LOCK_NONE ? nil : level
    }
}

/// The memory by which SQLite's connections to one write-ahead log know of one another. Whoever
/// mapped it keeps it, also past the end of the process that the tests play.
final class SharedMemory: Sendable {
    static let lockCount = 8

    private struct Sharing {
        /// Addresses, since pointers are nobody's to share.
        var regions: [UInt] = []
        var shared: [Int: Set<Int>] = [:]
        var exclusive: [Int: Int] = [:]
        var users: Set<Int> = []
    }

    private let sharing = Mutex(Sharing())

    deinit {
        for region in sharing.withLock({ $0.regions }) {
            UnsafeMutableRawPointer(bitPattern: region)?.deallocate()
        }
    }

    /// - Returns: the address of a region; nil when it is not there and not wanted.
    func region(_ number: Int, sizeBytes: Int, isWanted: Bool, by handle: Int) -> UInt? {
        sharing.withLock { sharing in
            sharing.users.insert(handle)
            guard isWanted || number < sharing.regions.count else { return nil }
            while sharing.regions.count <= number {
                let region = UnsafeMutableRawPointer.allocate(byteCount: sizeBytes, alignment: 16)
                region.initializeMemory(as: UInt8.self, repeating: 0, count: sizeBytes)
                sharing.regions.append(UInt(bitPattern: region))
            }
            return sharing.regions[number]
        }
    }

    /// - Returns: false when another handle is in the way.
    func lock(_ locks: Range<Int>, exclusively: Bool, by handle: Int) -> Bool {
        sharing.withLock { sharing in
            for lock in locks {
                if let holder = sharing.exclusive[lock], holder != handle { return false }
                let sharers = sharing.shared[lock] ?? []
                if exclusively, sharers.contains(where: { $0 != handle }) { return false }
            }
            for lock in locks {
                if exclusively {
                    sharing.exclusive[lock] = handle
                } else {
                    sharing.shared[lock, default: []].insert(handle)
                }
            }
            return true
        }
    }

    func unlock(_ locks: Range<Int>, by handle: Int) {
        sharing.withLock { sharing in
            for lock in locks {
                if sharing.exclusive[lock] == handle { sharing.exclusive[lock] = nil }
                sharing.shared[lock]?.remove(handle)
            }
        }
    }

    /// - Returns: whether nobody uses it any more.
    func leave(_ handle: Int) -> Bool {
        unlock(0..<Self.lockCount, by: handle)
        return sharing.withLock { sharing in
            sharing.users.remove(handle)
            return sharing.users.isEmpty
        }
    }
}
