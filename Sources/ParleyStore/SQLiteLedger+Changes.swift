import Foundation
import GRDB
import ParleyLog
package import ParleyNode
import ParleyStatements

extension SQLiteLedger: RecordChanges {
    package func mark() async throws -> LedgerMark {
        try pool.readBriefly { try Self.mark($0) }
    }

    /// Two ends of indexes, whatever the size of the ledger: it is asked for with every page.
    static func mark(_ db: Database) throws -> LedgerMark {
        // Rows of both tables are never deleted, so that the greatest rowid only grows.
        let statement = try db.cachedStatement(
            sql: "SELECT (SELECT max(position) FROM entry), (SELECT max(rowid) FROM proof)")
        let row = try Row.fetchOne(statement)
        let last: Int64? = row?[0]
        let proofs: Int64? = row?[1]
        return LedgerMark(entries: last.map { $0 + 1 } ?? 0, proofs: proofs ?? 0)
    }

    package func statements(from position: Int64, limit: Int) async throws -> [AddedStatement] {
        try await pool.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT position, id, envelope FROM entry WHERE position >= ?
                    ORDER BY position LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [position, limit])
                .map(AddedStatement.init)
        }
    }

    package func proofs(after number: Int64, limit: Int) async throws -> [AddedProof] {
        try await pool.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT proof.rowid AS number, log, entry.position, id, envelope
                    FROM proof JOIN entry USING (position) WHERE proof.rowid > ?
                    ORDER BY proof.rowid LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [number, limit]).map { row in
                AddedProof(
                    number: row["number"], statement: try AddedStatement(row),
                    log: try row.parsed("log") { PartyID($0) })
            }
        }
    }
}

extension AddedStatement {
    fileprivate init(_ row: Row) throws {
        self.init(
            position: row["position"], id: StatementID(try row.digest("id")),
            envelope: [UInt8](row["envelope"] as Data))
    }
}
