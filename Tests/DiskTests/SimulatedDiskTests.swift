import GRDB
import ParleyTestSupport
import Testing

/// The disk that the others trust.
@Suite struct SimulatedDiskTests {
    @Test func `what was flushed is there after a loss of power, and its name`() throws {
        for seed in 0..<20 as Range<UInt64> {
            let disk = SimulatedDisk(seed: seed)
            try disk.create("a", era: 0)
            try disk.write([1, 2, 3], to: "a", at: 0, era: 0)
            try disk.flush("a", era: 0)
            try disk.flushFolder(era: 0)
            try disk.write([9, 9], to: "a", at: 3, era: 0)
            disk.end(.power)
            disk.restart()
            #expect(try disk.contents(of: "a", era: 1)?.prefix(3) == [1, 2, 3])
        }
    }

    @Test func `of what was not flushed each sector is there or not`() throws {
        let new = [UInt8](repeating: 1, count: 2048)
        var seen: Set<[UInt8]> = []
        for seed in 0..<200 as Range<UInt64> {
            let disk = SimulatedDisk(seed: seed)
            try disk.create("a", era: 0)
            try disk.write([UInt8](repeating: 0, count: 2048), to: "a", at: 0, era: 0)
            try disk.flush("a", era: 0)
            try disk.flushFolder(era: 0)
            try disk.write(new, to: "a", at: 0, era: 0)
            disk.end(.power)
            disk.restart()
            let left = try #require(try disk.contents(of: "a", era: 1))
            let sectors = (0..<4).map { Set(left[($0 * 512)..<($0 * 512 + 512)]) }
            #expect(sectors.allSatisfy { $0.count == 1 }, "a sector is never torn")
            seen.insert(sectors.map { $0.first ?? 9 })
        }
        #expect(seen.count == 16, "every pattern of four sectors")
    }

    @Test func `a name that was not flushed may be lost, and a rename is never half done`() throws {
        var seen: Set<[String]> = []
        for seed in 0..<100 as Range<UInt64> {
            let disk = SimulatedDisk(seed: seed)
            try disk.create("old", era: 0)
            try disk.flushFolder(era: 0)
            try disk.rename("old", to: "new", era: 0)
            try disk.create("other", era: 0)
            disk.end(.power)
            disk.restart()
            seen.insert(disk.files.keys.sorted())
        }
        #expect(seen == [["old"], ["new"], ["old", "other"], ["new", "other"]])
    }

    @Test func `what a process wrote is there after its end, and its handles are not`() throws {
        let disk = SimulatedDisk(seed: 1)
        try disk.create("a", era: 0)
        disk.end(.process, at: 2)
        try disk.write([1], to: "a", at: 0, era: 0)
        #expect(throws: SimulatedDisk.Failure.gone) { try disk.flush("a", era: 0) }
        disk.restart()
        #expect(try disk.contents(of: "a", era: 1) == [1])
        #expect(throws: SimulatedDisk.Failure.gone) {
            try disk.write([2], to: "a", at: 0, era: 0)
        }
    }

    @Test func `a full disk takes what does not grow`() throws {
        let disk = SimulatedDisk(seed: 1)
        try disk.create("a", era: 0)
        try disk.write([1, 2], to: "a", at: 0, era: 0)
        disk.fill(forSteps: 10)
        #expect(throws: SimulatedDisk.Failure.full) {
            try disk.write([3], to: "a", at: 2, era: 0)
        }
        try disk.write([3], to: "a", at: 1, era: 0)
        #expect(try disk.contents(of: "a", era: 0) == [1, 3])
    }

    @Test(arguments: ["wal", "delete", "truncate", "persist"])
    func `SQLite keeps whole transactions on it, and every one that it acknowledged`(
        mode: String
    ) throws {
        for seed in 0..<8 as Range<UInt64> {
            let disk = SimulatedDisk(seed: seed)
            #expect(transact(disk, mode: mode, from: 0, to: 3) == 3)
            disk.end(seed % 3 == 0 ? .process : .power, at: 1 + Int(seed) * 8)
            let acknowledged = transact(disk, mode: mode, from: 3, to: 9)
            disk.end(.power)
            disk.restart()
            let queue = try DatabaseQueue(path: disk.databasePath("a.sqlite"))
            let rows = try queue.read { try Int.fetchAll($0, sql: "SELECT a FROM t ORDER BY a") }
            #expect(rows.count % 20 == 0 && rows == Array(0..<rows.count), "seed \(seed)")
            #expect(rows.count >= acknowledged * 20, "seed \(seed)")
            let check = try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
            #expect(check == "ok", "seed \(seed)")
        }
    }

    /// Commits twenty rows at a time until it is stopped.
    ///
    /// - Returns: how many of all transactions are acknowledged.
    private func transact(
        _ disk: SimulatedDisk, mode: String, from first: Int, to end: Int
    ) -> Int {
        var done = first
        do {
            let queue = try DatabaseQueue(path: disk.databasePath("a.sqlite"))
            try queue.writeWithoutTransaction { db in
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = \(mode)")
                try db.execute(sql: "PRAGMA synchronous = EXTRA")
                try db.execute(sql: "CREATE TABLE IF NOT EXISTS t (a INTEGER, filler BLOB)")
            }
            while done < end {
                try queue.write { db in
                    for row in 0..<20 {
                        try db.execute(
                            sql: "INSERT INTO t VALUES (?, zeroblob(500))",
                            arguments: [done * 20 + row])
                    }
                }
                done += 1
            }
        } catch {
            // Stopped, as it was to be.
        }
        return done
    }
}
