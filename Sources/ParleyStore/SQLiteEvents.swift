import Foundation
import GRDB
import ParleyLog
import ParleyNode
package import ParleyService
import ParleyStatements

/// The journal of events in one SQLite file of its own.
///
/// Crash story. Events and how far their sources were read are one transaction, durable when it
/// returns (`synchronous = FULL`): an id that somebody was told never comes back on another event.
/// A file that is damaged or of another version is deleted: the journal begins anew under another
/// epoch, and whoever comes back is told to read anew.
package struct SQLiteEvents: EventJournal {
    private static let version = 1
    private let queue: DatabasePool

    private static let tables = """
        CREATE TABLE standing (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            epoch TEXT NOT NULL,
            head INTEGER NOT NULL,
            tail INTEGER NOT NULL,
            entries INTEGER NOT NULL,
            proofs INTEGER NOT NULL,
            trail INTEGER NOT NULL,
            clocks_to INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE event (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            audience TEXT NOT NULL,
            facts BLOB NOT NULL
        ) STRICT;
        CREATE TABLE told (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        """

    /// Opens the file; makes it anew when it is absent, damaged or of another version.
    package init(path: String) throws {
        do {
            queue = try Self.open(path)
        } catch let error where SQLiteViews.isDamage(error) {
            try SQLiteViews.remove(path)
            queue = try Self.open(path)
        }
    }

    private static func open(_ path: String) throws -> DatabasePool {
        try OwnFile.make(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 2
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try pool.write { db in
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            if found == version { return }
            guard found == 0 else { throw ViewDamage.versionOther(found) }
            try db.execute(sql: tables)
            try db.execute(sql: "PRAGMA user_version = \(version)")
        }
        return pool
    }

    package func standing() async throws -> EventStanding? {
        try await queue.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM standing").map { row in
                EventStanding(
                    epoch: row["epoch"], head: row["head"], tail: row["tail"],
                    position: EventPosition(
                        record: LedgerMark(entries: row["entries"], proofs: row["proofs"]),
                        trail: row["trail"], clocksTo: try row.instant("clocks_to")))
            }
        }
    }

    package func begin(_ standing: EventStanding) async throws {
        try await queue.write { db in
            for table in ["standing", "event", "told"] {
                try db.execute(sql: "DELETE FROM \(table)")
            }
            let position = standing.position
            try db.execute(
                sql: "INSERT INTO standing VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    standing.epoch, standing.head, standing.tail, position.record.entries,
                    position.record.proofs, position.trail, position.clocksTo.secondsSinceEpoch,
                ])
        }
    }

    package func append(
        _ events: [ServiceEvent], leadingTo position: EventPosition
    ) async throws -> [NumberedEvent] {
        try await queue.write { db in
            var head = try Int64.fetchOne(db, sql: "SELECT head FROM standing") ?? 0
            var told: [NumberedEvent] = []
            let insert = try db.cachedStatement(
                sql: "INSERT INTO event (number, kind, audience, facts) VALUES (?, ?, ?, ?)")
            for event in events {
                if let name = event.once {
                    try db.execute(
                        sql: "INSERT OR IGNORE INTO told (name) VALUES (?)", arguments: [name])
                    guard db.changesCount == 1 else { continue }
                }
                head += 1
                try insert.execute(arguments: [
                    head, event.kind.rawValue, event.audience.text,
                    Data(JSONValue.object(event.facts).canonicalBytes),
                ])
                told.append(NumberedEvent(number: head, event: event))
            }
            try db.execute(
                sql: """
                    UPDATE standing SET head = ?, entries = ?, proofs = ?, trail = ?, clocks_to = ?
                    """,
                arguments: [
                    head, position.record.entries, position.record.proofs, position.trail,
                    position.clocksTo.secondsSinceEpoch,
                ])
            return told
        }
    }

    package func events(after number: Int64, limit: Int) async throws -> [NumberedEvent] {
        try await queue.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT * FROM event WHERE number > ? ORDER BY number LIMIT ?")
            return try Row.fetchAll(statement, arguments: [number, limit])
                .map(NumberedEvent.init)
        }
    }

    package func prune(keeping count: Int) async throws -> Int64 {
        try await queue.write { db in
            let head = try Int64.fetchOne(db, sql: "SELECT head FROM standing") ?? 0
            let tail = max(0, head - Int64(count))
            try db.execute(sql: "DELETE FROM event WHERE number <= ?", arguments: [tail])
            try db.execute(
                sql: "UPDATE standing SET tail = max(tail, ?)", arguments: [tail])
            return tail
        }
    }
}

extension NumberedEvent {
    fileprivate init(_ row: Row) throws {
        guard
            case .object(let facts)? = try? JSONValue(
                parsing: [UInt8](row["facts"] as Data), limitBytes: 64 * 1024)
        else { throw LedgerDamage.valueMalformed(column: "facts") }
        self.init(
            number: row["number"],
            event: ServiceEvent(
                try row.parsed("kind") { ServiceEvent.Kind(rawValue: $0) },
                for: try row.parsed("audience") { ServiceEvent.Audience(text: $0) }, facts))
    }
}
