import Foundation
import GRDB
import ParleyLog
import ParleyTestSupport
import Synchronization
import Testing

@testable import ParleyStore

@Suite struct DatabaseCopyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A database of many pages.
    private func source() throws -> DatabasePool {
        let pool = try DatabasePool(path: folder.path("source.sqlite"))
        try pool.write { db in
            try db.execute(sql: "CREATE TABLE part (number INTEGER PRIMARY KEY, bytes BLOB)")
            for number in 0..<50 {
                try db.execute(
                    sql: "INSERT INTO part VALUES (?, zeroblob(3000))", arguments: [number])
            }
        }
        return pool
    }

    private func count(_ path: String) throws -> Int? {
        try DatabaseQueue(path: path).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM part")
        }
    }

    @Test func `what is written between two pages is not waited for, and is not in the copy`()
        throws
    {
        let source = try source()
        let other = try DatabaseQueue(path: folder.path("source.sqlite"))
        let steps = Mutex(0)
        let path = folder.path("copy.sqlite")
        let seen = try DatabaseCopy.write(
            source, to: path, pagesPerStep: 1,
            reading: { try Int.fetchOne($0, sql: "SELECT count(*) FROM part") },
            progress: { _, _ in
                let step = steps.withLock { steps in
                    steps += 1
                    return steps
                }
                #expect(throws: Never.self) {
                    try other.write {
                        try $0.execute(
                            sql: "INSERT INTO part VALUES (?, zeroblob(3000))",
                            arguments: [1000 + step])
                    }
                }
            })
        let stepCount = steps.withLock { $0 }
        #expect(seen == 50)
        #expect(try count(path) == 50)
        #expect(stepCount > 10 && stepCount < 100, "begun once: \(stepCount) steps")
        #expect(try count(folder.path("source.sqlite")) == 50 + stepCount)
    }

    @Test func `the copy is one file of its owner's, read with nothing written beside it`() throws {
        let path = folder.path("copy.sqlite")
        try DatabaseCopy.write(
            try source(), to: path, pagesPerStep: 4, reading: { _ in }, progress: { _, _ in })
        let copy = try CopiedDatabase(path: path)
        #expect(try copy.damage() == nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path())
        #expect(names.filter { $0.hasPrefix("copy") } == ["copy.sqlite"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try copy.close()
    }

    @Test func `a page that was overwritten is found`() throws {
        let path = folder.path("copy.sqlite")
        try DatabaseCopy.write(
            try source(), to: path, pagesPerStep: 4, reading: { _ in }, progress: { _, _ in })
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xff, count: 64))
        try file.close()
        #expect(try CopiedDatabase(path: path).damage() != nil)
    }

    @Test func `an empty ledger's copy has the empty tree and no checkpoint`() throws {
        let ledger = try SQLiteLedger(path: folder.path("ledger.sqlite"))
        let path = folder.path("copy.sqlite")
        #expect(try ledger.copy(to: path, progress: { _, _ in }) == nil)
        let tree = try CopiedDatabase(path: path).logTree()
        #expect(tree.size == TreeSize(0) && tree.root == Merkle.emptyRoot)
    }
}
