import GRDBSQLite

/// SQLite's way to the simulated disks: a VFS that does what its own for Unix does, call by call.
///
/// The disk is found by the path, `/disk-1/ledger.sqlite`; the shared memory of the write-ahead log
/// is memory.
enum SimulatedVFS {
    static let name = "parley-simulated"

    /// Registers it once in this process.
    static let isRegistered: Bool = {
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: sqlite3_vfs())
        vfs.pointee.iVersion = 2
        vfs.pointee.szOsFile = Int32(MemoryLayout<SQLiteFile>.size)
        vfs.pointee.mxPathname = 512
        vfs.pointee.zName = copied(name)
        vfs.pointee.xOpen = { _, name, file, flags, outFlags in
            open(name, file, flags, outFlags)
        }
        vfs.pointee.xDelete = { _, name, flushesFolder in delete(name, flushesFolder) }
        vfs.pointee.xAccess = { _, name, _, answer in access(name, answer) }
        vfs.pointee.xFullPathname = { _, name, size, answer in fullPath(name, size, answer) }
        vfs.pointee.xRandomness = { _, count, bytes in
            bytes?.update(repeating: 7, count: Int(count))
            return count
        }
        vfs.pointee.xSleep = { _, microseconds in microseconds }
        vfs.pointee.xCurrentTime = { _, days in
            days?.pointee = 2_461_102
            return SQLITE_OK
        }
        vfs.pointee.xCurrentTimeInt64 = { _, milliseconds in
            milliseconds?.pointee = 2_461_102 * 86_400_000
            return SQLITE_OK
        }
        vfs.pointee.xGetLastError = { _, _, _ in 0 }
        return sqlite3_vfs_register(vfs, 0) == SQLITE_OK
    }()

    private static func copied(_ text: String) -> UnsafePointer<CChar> {
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        return UnsafePointer(copy)
    }

    private static func found(
        _ path: UnsafePointer<CChar>?
    ) -> (disk: SimulatedDisk, name: String)? {
        path.flatMap { DiskMounts.find(String(cString: $0)) }
    }

    // MARK: Names

    private static func open(
        _ path: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        file.pointee.pMethods = nil
        // Without a path it would be a temporary file: nothing the tests do spills into one.
        guard let (disk, name) = found(path) else { return SQLITE_CANTOPEN }
        let isJournal =
            flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL) != 0
        let isNew = flags & SQLITE_OPEN_CREATE != 0
        let opened: (file: Int, era: Int, number: Int)? = disk.withState { state in
            guard (try? state.checkAlive(era: state.era)) != nil else { return nil }
            let known = state.names[name]
            guard let found = known ?? (isNew ? try? state.create(name, era: state.era) : nil)
            else { return nil }
            state.handleCount += 1
            return (found, state.era, state.handleCount)
        }
        guard let opened else { return SQLITE_CANTOPEN }
        let handle = SQLiteHandle(
            disk: disk, name: name, file: opened.file, era: opened.era, number: opened.number,
            goesWhenClosed: flags & SQLITE_OPEN_DELETEONCLOSE != 0,
            flushesFolder: isJournal && isNew)
        file.withMemoryRebound(to: SQLiteFile.self, capacity: 1) {
            $0.pointee.handle = Unmanaged.passRetained(handle)
        }
        file.pointee.pMethods = UnsafePointer(bitPattern: SQLiteFile.methods)
        outFlags?.pointee = flags
        return SQLITE_OK
    }

    private static func delete(_ path: UnsafePointer<CChar>?, _ flushesFolder: Int32) -> Int32 {
        guard let (disk, name) = found(path) else { return SQLiteFault.delete }
        return disk.withState { state in
            guard state.names[name] != nil else { return SQLiteFault.deleteNoEntry }
            guard (try? state.change(.removed(name), era: state.era)) != nil else {
                return SQLiteFault.delete
            }
            guard flushesFolder & 1 != 0 else { return SQLITE_OK }
            return (try? state.flushFolder(era: state.era)) == nil
                ? SQLiteFault.flushFolder : SQLITE_OK
        }
    }

    private static func access(
        _ path: UnsafePointer<CChar>?, _ answer: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let (disk, name) = found(path) else { return SQLITE_IOERR }
        let isThere = disk.withState { state in
            state.names[name].map { !(state.files[$0]?.cached.isEmpty ?? true) } ?? false
        }
        answer?.pointee = isThere ? 1 : 0
        return SQLITE_OK
    }

    private static func fullPath(
        _ path: UnsafePointer<CChar>?, _ size: Int32, _ answer: UnsafeMutablePointer<CChar>?
    ) -> Int32 {
        guard let path, let answer else { return SQLITE_MISUSE }
        let bytes = String(cString: path).utf8CString
        guard bytes.count <= Int(size) else { return SQLITE_CANTOPEN }
        for (place, byte) in bytes.enumerated() { answer[place] = byte }
        return SQLITE_OK
    }
}
