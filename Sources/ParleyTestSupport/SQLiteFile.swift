import GRDBSQLite

/// What SQLite allocates for a file of a simulated disk: its own head, then our handle.
struct SQLiteFile {
    var head: sqlite3_file
    var handle: Unmanaged<SQLiteHandle>?

    /// The address of the table of calls, made once in a process.
    static let methods: UInt = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: sqlite3_io_methods())
        methods.pointee.iVersion = 2
        methods.pointee.xClose = { close($0) }
        methods.pointee.xRead = { file, bytes, count, offset in
            with(file) { $0.read(into: bytes, count: Int(count), at: Int(offset)) }
        }
        methods.pointee.xWrite = { file, bytes, count, offset in
            with(file) { $0.write(bytes, count: Int(count), at: Int(offset)) }
        }
        methods.pointee.xTruncate = { file, size in with(file) { $0.truncate(to: Int(size)) } }
        methods.pointee.xSync = { file, _ in with(file) { $0.flush() } }
        methods.pointee.xFileSize = { file, answer in with(file) { $0.size(answer) } }
        methods.pointee.xLock = { file, level in with(file) { $0.lock(level) } }
        methods.pointee.xUnlock = { file, level in with(file) { $0.unlock(level) } }
        methods.pointee.xCheckReservedLock = { file, answer in
            with(file) { $0.checkReserved(answer) }
        }
        methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        // As SQLite's own for Unix says of every disk.
        methods.pointee.xSectorSize = { _ in 4096 }
        methods.pointee.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
        methods.pointee.xShmMap = { file, region, size, isWanted, answer in
            with(file) {
                $0.map(Int(region), sizeBytes: Int(size), isWanted: isWanted != 0, answer)
            }
        }
        methods.pointee.xShmLock = { file, first, count, flags in
            with(file) { $0.lockShared(Int(first)..<Int(first + count), flags) }
        }
        methods.pointee.xShmBarrier = { _ in }
        methods.pointee.xShmUnmap = { file, _ in with(file) { $0.unmap() } }
        return UInt(bitPattern: methods)
    }()

    private static func with(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ body: (SQLiteHandle) -> Int32
    ) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        return file.withMemoryRebound(to: SQLiteFile.self, capacity: 1) {
            guard let handle = $0.pointee.handle else { return SQLITE_MISUSE }
            return body(handle.takeUnretainedValue())
        }
    }

    private static func close(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Int32 {
        let result = with(file) { $0.close() }
        file?.withMemoryRebound(to: SQLiteFile.self, capacity: 1) {
            $0.pointee.handle?.release()
            $0.pointee.handle = nil
        }
        return result
    }
}

/// SQLite's own numbers for what went wrong, which its header makes by arithmetic.
enum SQLiteFault {
    static let read = SQLITE_IOERR | 1 << 8
    static let shortRead = SQLITE_IOERR | 2 << 8
    static let write = SQLITE_IOERR | 3 << 8
    static let flush = SQLITE_IOERR | 4 << 8
    static let flushFolder = SQLITE_IOERR | 5 << 8
    static let truncate = SQLITE_IOERR | 6 << 8
    static let size = SQLITE_IOERR | 7 << 8
    static let unlock = SQLITE_IOERR | 8 << 8
    static let delete = SQLITE_IOERR | 10 << 8
    static let lock = SQLITE_IOERR | 15 << 8
    static let sharedMemory = SQLITE_IOERR | 21 << 8
    static let deleteNoEntry = SQLITE_IOERR | 23 << 8
}

/// An open file, as one connection has it; called by one thread at a time.
final class SQLiteHandle {
    private let disk: SimulatedDisk
    private let name: String
    private let file: Int
    private let era: Int
    private let number: Int
    private let goesWhenClosed: Bool
    /// A new journal's name is made durable with its first flush.
    private var flushesFolder: Bool
    private var sharedMemory: SharedMemory?

    init(
        disk: SimulatedDisk, name: String, file: Int, era: Int, number: Int,
        goesWhenClosed: Bool, flushesFolder: Bool
    ) {
        self.disk = disk
        self.name = name
        self.file = file
        self.era = era
        self.number = number
        self.goesWhenClosed = goesWhenClosed
        self.flushesFolder = flushesFolder
    }

    private func doing(
        _ fault: Int32, _ body: (inout DiskState) throws(SimulatedDisk.Failure) -> Int32
    ) -> Int32 {
        do throws(SimulatedDisk.Failure) {
            return try disk.withState { state throws(SimulatedDisk.Failure) in
                try state.checkAlive(era: era)
                return try body(&state)
            }
        } catch {
            return error == .full ? SQLITE_FULL : fault
        }
    }

    func close() -> Int32 {
        _ = unmap()
        return doing(SQLITE_OK) { state throws(SimulatedDisk.Failure) in
            state.files[file]?.locks.lower(number, to: SQLITE_LOCK_NONE)
            if goesWhenClosed { try state.change(.removed(name), era: era) }
            return SQLITE_OK
        }
    }

    // MARK: Bytes

    func read(into bytes: UnsafeMutableRawPointer?, count: Int, at offset: Int) -> Int32 {
        guard let bytes else { return SQLITE_MISUSE }
        let target = UInt(bitPattern: bytes)
        return doing(SQLiteFault.read) { state throws(SimulatedDisk.Failure) in
            try state.checkReading(era: era)
            guard let bytes = UnsafeMutableRawPointer(bitPattern: target) else {
                return SQLITE_MISUSE
            }
            guard let stored = state.files[file]?.cached else { return SQLiteFault.read }
            let there = max(0, min(count, stored.count - offset))
            stored.withUnsafeBytes { all in
                guard there > 0, let start = all.baseAddress else { return }
                bytes.copyMemory(from: start + offset, byteCount: there)
            }
            guard there < count else { return SQLITE_OK }
            (bytes + there).initializeMemory(
                as: UInt8.self, repeating: 0, count: count - there)
            return SQLiteFault.shortRead
        }
    }

    func write(_ bytes: UnsafeRawPointer?, count: Int, at offset: Int) -> Int32 {
        guard let bytes else { return SQLITE_MISUSE }
        let written = [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
        return doing(SQLiteFault.write) { state throws(SimulatedDisk.Failure) in
            try state.write(written, to: file, at: offset, era: era)
            return SQLITE_OK
        }
    }

    func truncate(to size: Int) -> Int32 {
        doing(SQLiteFault.truncate) { state throws(SimulatedDisk.Failure) in
            try state.truncate(file, to: size, era: era)
            return SQLITE_OK
        }
    }

    func flush() -> Int32 {
        let flushesFolder = flushesFolder
        let result = doing(SQLiteFault.flush) { state throws(SimulatedDisk.Failure) in
            try state.flush(file, era: era)
            if flushesFolder { try state.flushFolder(era: era) }
            return SQLITE_OK
        }
        if result == SQLITE_OK { self.flushesFolder = false }
        return result
    }

    func size(_ answer: UnsafeMutablePointer<Int64>?) -> Int32 {
        var size = 0
        let result = doing(SQLiteFault.size) { state throws(SimulatedDisk.Failure) in
            size = state.files[file]?.cached.count ?? 0
            return SQLITE_OK
        }
        answer?.pointee = Int64(size)
        return result
    }

    // MARK: Locks

    func lock(_ level: Int32) -> Int32 {
        doing(SQLiteFault.lock) { state throws(SimulatedDisk.Failure) in
            let isLocked = state.files[file]?.locks.raise(number, to: level) ?? false
            return isLocked ? SQLITE_OK : SQLITE_BUSY
        }
    }

    func unlock(_ level: Int32) -> Int32 {
        doing(SQLiteFault.unlock) { state throws(SimulatedDisk.Failure) in
            state.files[file]?.locks.lower(number, to: level)
            return SQLITE_OK
        }
    }

    func checkReserved(_ answer: UnsafeMutablePointer<Int32>?) -> Int32 {
        var isReserved = false
        let result = doing(SQLiteFault.lock) { state throws(SimulatedDisk.Failure) in
            isReserved = state.files[file]?.locks.isReserved ?? false
            return SQLITE_OK
        }
        answer?.pointee = isReserved ? 1 : 0
        return result
    }

    // MARK: Shared memory

    func map(
        _ region: Int, sizeBytes: Int, isWanted: Bool,
        _ answer: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int32 {
        if sharedMemory == nil {
            var found: SharedMemory?
            let result = doing(SQLiteFault.sharedMemory) { state throws(SimulatedDisk.Failure) in
                let memory = state.files[file]?.sharedMemory ?? SharedMemory()
                state.files[file]?.sharedMemory = memory
                found = memory
                return SQLITE_OK
            }
            guard result == SQLITE_OK else { return result }
            sharedMemory = found
        }
        let address = sharedMemory?.region(
            region, sizeBytes: sizeBytes, isWanted: isWanted, by: number)
        answer?.pointee = address.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
        return SQLITE_OK
    }

    func lockShared(_ locks: Range<Int>, _ flags: Int32) -> Int32 {
        guard let sharedMemory else { return SQLiteFault.sharedMemory }
        if flags & SQLITE_SHM_UNLOCK != 0 {
            sharedMemory.unlock(locks, by: number)
            return SQLITE_OK
        }
        let isAlive = doing(SQLiteFault.sharedMemory) { _ throws(SimulatedDisk.Failure) in
            SQLITE_OK
        }
        guard isAlive == SQLITE_OK else { return isAlive }
        let isExclusive = flags & SQLITE_SHM_EXCLUSIVE != 0
        return sharedMemory.lock(locks, exclusively: isExclusive, by: number)
            ? SQLITE_OK : SQLITE_BUSY
    }

    func unmap() -> Int32 {
        guard let memory = sharedMemory else { return SQLITE_OK }
        sharedMemory = nil
        guard memory.leave(number) else { return SQLITE_OK }
        return doing(SQLITE_OK) { state throws(SimulatedDisk.Failure) in
            if state.files[file]?.sharedMemory === memory {
                state.files[file]?.sharedMemory = nil
            }
            return SQLITE_OK
        }
    }
}
