import Foundation
import GRDB
package import ParleyService
import ParleyStatements

/// The filters of the queue that people keep.
extension SQLiteDesk {
    package func filters(of account: AccountName) async throws -> [SavedFilter] {
        try queue.readBriefly { db in
            let statement = try db.cachedStatement(
                sql: "SELECT name, filter FROM filter WHERE account = ? ORDER BY name")
            return try Row.fetchAll(statement, arguments: [account.text]).map(SavedFilter.init)
        }
    }

    package func keep(
        _ filter: SavedFilter, of account: AccountName, most: Int
    ) async throws -> Bool {
        try await queue.write { db in
            let others = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM filter WHERE account = ? AND name <> ?",
                arguments: [account.text, filter.name.text])
            guard others.map({ $0 < most }) == true else { return false }
            try db.execute(
                sql: """
                    INSERT INTO filter (account, name, filter) VALUES (?1, ?2, ?3)
                    ON CONFLICT (account, name) DO UPDATE SET filter = ?3
                    """,
                arguments: [
                    account.text, filter.name.text,
                    Data(JSONValue.object(filter.filter.json).canonicalBytes),
                ])
            return true
        }
    }

    package func removeFilter(
        _ name: FilterName, of account: AccountName
    ) async throws -> Bool {
        try await queue.write { db in
            try db.execute(
                sql: "DELETE FROM filter WHERE account = ? AND name = ?",
                arguments: [account.text, name.text])
            return db.changesCount > 0
        }
    }
}

extension SavedFilter {
    /// As ``SQLiteDesk/keep(_:of:most:)`` wrote it.
    fileprivate init(_ row: Row) throws {
        guard let name = FilterName(row["name"]),
            case .object(let json)? = try? JSONValue(
                parsing: [UInt8](row["filter"] as Data), limitBytes: 4096),
            let filter = try? QueueFilter(json: json)
        else { throw LedgerDamage.valueMalformed(column: "filter") }
        self.init(name: name, filter: filter)
    }
}
