import Foundation
import GRDB
import ParleyLog
import ParleyTestSupport

/// The rows of a ledger file as they are, by a connection and SQL of the tests' own.
struct RawSQLite: RawLog {
    let path: String

    func entryIDs() throws -> [Digest] {
        try rows("SELECT id AS bytes FROM entry ORDER BY position").compactMap {
            Digest(bytes: $0)
        }
    }

    func storedNote() throws -> [UInt8]? {
        try rows("SELECT note AS bytes FROM own_checkpoint").first.map { [UInt8]($0) }
    }

    func storedTile(_ tile: TileID) throws -> [Digest]? {
        let found = try rows(
            """
            SELECT hashes AS bytes FROM tile
            WHERE level = \(tile.level) AND number = \(tile.number)
            """)
        return found.first.map { bytes in
            stride(from: 0, to: bytes.count, by: 32).compactMap {
                Digest(bytes: bytes.dropFirst($0).prefix(32))
            }
        }
    }

    func run(_ sql: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    private func rows(_ sql: String) throws -> [Data] {
        try DatabaseQueue(path: path).read { try Data.fetchAll($0, sql: sql) }
    }
}
