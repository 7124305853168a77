import Foundation
import GRDB
package import ParleyLog

/// Copies a database that others may be writing to.
///
/// By SQLite's own online backup, and not by `VACUUM INTO`: pages are copied as they are, so that
/// no row is numbered anew (proofs are read in the order of their row ids), what is damaged stays
/// seen to be damaged, and a few pages at a time are in memory, whatever the size. All of it is
/// one snapshot: the reading transaction is begun before the first page and held to the last, so
/// that a busy writer neither waits nor makes the copy begin again. The price is that the source's
/// write-ahead log grows meanwhile.
enum DatabaseCopy {
    /// About 16 MB between two words of progress.
    static let pagesPerStep: Int32 = 4096

    /// - Parameters:
    ///   - path: of a file that is not there yet; it is closed, and nothing lies beside it, when
    ///     this returns. It may not be durable.
    ///   - read: reads from the very state that is copied.
    ///   - progress: is told how many pages are copied, and of how many.
    /// - Throws: ``DatabaseCopyFault``, or what `read` throws.
    static func write<Value>(
        _ source: DatabasePool, to path: String, pagesPerStep: Int32,
        reading read: (Database) throws -> Value,
        progress: @escaping (_ done: Int, _ total: Int) -> Void
    ) throws -> Value {
        try OwnFile.make(path)
        do {
            let copy = try DatabaseQueue(path: path)
            let value = try source.read { from in
                // Before the first page: it is this that begins the snapshot.
                _ = try Int.fetchOne(from, sql: "SELECT count(*) FROM sqlite_schema")
                let value = try read(from)
                try copy.writeWithoutTransaction { to in
                    try from.backup(to: to, pagesPerStep: pagesPerStep) {
                        progress($0.completedPageCount, $0.totalPageCount)
                    }
                }
                return value
            }
            // The copy says of itself that it has a write-ahead log; whoever reads it would make
            // one beside it.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
            return value
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            throw DatabaseCopyFault.diskFull(path: path)
        }
    }
}

package enum DatabaseCopyFault: Error, Hashable {
    case diskFull(path: String)
}

extension SQLiteLedger {
    /// Writes a copy of the ledger as it stands at one moment, while others may write to it.
    ///
    /// - Returns: the log's own checkpoint at that moment; nil before the first.
    /// - Throws: ``DatabaseCopyFault``.
    package func copy(
        to path: String, progress: @escaping (_ done: Int, _ total: Int) -> Void
    ) throws -> [UInt8]? {
        try DatabaseCopy.write(
            pool, to: path, pagesPerStep: DatabaseCopy.pagesPerStep,
            reading: { try Data.fetchOne($0, sql: "SELECT note FROM own_checkpoint") },
            progress: progress
        ).map { [UInt8]($0) }
    }
}

extension SQLiteDesk {
    /// Writes a copy of accounts, drafts and trail as they stand at one moment.
    ///
    /// - Throws: ``DatabaseCopyFault``.
    package func copy(
        to path: String, progress: @escaping (_ done: Int, _ total: Int) -> Void
    ) throws {
        try DatabaseCopy.write(
            queue, to: path, pagesPerStep: DatabaseCopy.pagesPerStep, reading: { _ in },
            progress: progress)
    }
}

/// A database that was copied, read so that nothing is written to it or beside it.
package struct CopiedDatabase {
    private let queue: DatabaseQueue

    /// - Throws: an error of SQLite's for what is no database.
    package init(path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        // It may come from anybody: what its schema calls is not run.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The first thing that SQLite finds wrong with pages, rows or indexes; nil for none.
    package func damage() throws -> String? {
        let said = try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
        return said == "ok" ? nil : said ?? "nothing was answered"
    }

    /// Size and root of a ledger's log, worked out from the bytes of every statement in it.
    ///
    /// - Throws: ``LedgerDamage`` for an entry that is missing or is not what its id says.
    package func logTree() throws -> (size: TreeSize, root: Digest) {
        try queue.read { db in
            var fold = RootFold()
            let rows = try Row.fetchCursor(
                db, sql: "SELECT position, id, envelope FROM entry ORDER BY position")
            while let row = try rows.next() {
                // Of any type that somebody has put there: asked for as bytes and numbers, a value
                // of another kind would end the process.
                let position = Int64.fromDatabaseValue(row[0])
                let stored = Data.fromDatabaseValue(row[1])
                let envelope = Data.fromDatabaseValue(row[2]) ?? Data()
                let id = Digest(hashing: [UInt8](envelope))
                guard position == Int64(clamping: fold.size.entryCount), stored == id.data else {
                    throw LedgerDamage.envelopeAltered(fold.size.nextIndex)
                }
                fold.append(Merkle.leafHash(of: id))
            }
            return (fold.size, fold.root)
        }
    }

    package func close() throws { try queue.close() }
}
