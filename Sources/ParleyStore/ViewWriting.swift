import Foundation
import GRDB
import GRDBSQLite
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// Writes one batch inside the transaction that the caller opened.
///
/// Rows go in through SQLite's own calls: a rebuild writes millions, and GRDB's boxed arguments
/// take longer than SQLite does (see `Benchmarks/`).
struct ViewWriting {
    let db: Database

    func apply(_ batch: ViewBatch) throws {
        try write(batch.threads, isFirst: batch.isFirstOfThreads)
        try write(batch.texts)
        for awaited in batch.awaited {
            try db.execute(
                sql: "INSERT OR IGNORE INTO awaited_text (position, statement) VALUES (?, ?)",
                arguments: [Int64(awaited.index.position), awaited.statement.digest.data])
        }
        if let cursor = batch.textCursor {
            try db.execute(
                sql: """
                    INSERT INTO text_cursor (only, position) VALUES (1, ?)
                    ON CONFLICT (only) DO UPDATE SET position = excluded.position
                    """, arguments: [Int64(cursor.position)])
        }
        guard let cursor = batch.cursor else { return }
        try db.execute(
            sql: """
                INSERT INTO cursor (only, entries, proofs, versions) VALUES (1, ?, ?, ?)
                ON CONFLICT (only) DO UPDATE SET entries = excluded.entries,
                proofs = excluded.proofs, versions = excluded.versions
                """,
            arguments: [cursor.record.entries, cursor.record.proofs, cursor.versions.data])
    }

    private func write(_ threads: [ThreadSummary], isFirst: Bool) throws {
        guard !threads.isEmpty else { return }
        let thread = try RowWriter(
            db,
            """
            INSERT INTO thread (
                id, agreement, subject, kind, urgency, opener, addressed, state, turn, outcome,
                next_clock, due, statements, irregular, unsettled, silences, open_silences,
                last_settled, is_paused)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19)
            """
                + (isFirst
                    ? " RETURNING number"
                    : """
                     ON CONFLICT (id) DO UPDATE SET agreement = ?2, subject = ?3, kind = ?4,
                    urgency = ?5, opener = ?6, addressed = ?7, state = ?8, turn = ?9, outcome = ?10,
                    next_clock = ?11, due = ?12, statements = ?13, irregular = ?14, unsettled = ?15,
                    silences = ?16, open_silences = ?17, last_settled = ?18, is_paused = ?19
                    RETURNING number
                    """))
        let clock = try RowWriter(
            db,
            """
            INSERT INTO clock (
                thread, place, name, party, kind, month, start, due, paused, stop, is_end, verdict)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        let forget = try RowWriter(db, "DELETE FROM clock WHERE thread = ?")
        for summary in threads {
            let number = try thread.run { try summary.bind(to: &$0) }
            if !isFirst { try forget.run { $0.add(number) } }
            for (place, one) in summary.clocks.enumerated() {
                try clock.run { row in
                    row.add(number)
                    row.add(Int64(place))
                    one.bind(to: &row, kind: summary.kind ?? "")
                }
            }
        }
    }

    private func write(_ texts: [SearchText]) throws {
        guard !texts.isEmpty else { return }
        let isAwaiting = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM awaited_text)")
        let stored = try RowWriter(
            db,
            """
            INSERT OR IGNORE INTO search_text (position, statement, thread, text)
            VALUES (?, ?, ?, ?)
            """)
        let found = try RowWriter(db, "DELETE FROM awaited_text WHERE position = ?")
        var new: [SearchText] = []
        let isAscending = zip(texts, texts.dropFirst()).allSatisfy { $0.index < $1.index }
        for text in isAscending ? texts : texts.sorted(by: { $0.index < $1.index }) {
            let position = Int64(text.index.position)
            try stored.run { row in
                row.add(position)
                row.add(text.statement.digest)
                row.add(text.thread.bytes)
                row.add(text.text)
            }
            // Known already: it is in the index.
            guard db.changesCount > 0 else { continue }
            new.append(text)
            if isAwaiting ?? true { try found.run { $0.add(position) } }
        }
        try TokenIndex(db: db).add(new)
    }
}

/// One prepared statement that is run with rows of values.
struct RowWriter {
    private let statement: GRDB.Statement
    private let pointer: OpaquePointer

    init(_ db: Database, _ sql: String) throws {
        statement = try db.cachedStatement(sql: sql)
        pointer = statement.sqliteStatement
    }

    /// - Returns: the first column of the row that it gives back; 0 when it gives none.
    @discardableResult
    func run(_ bind: (inout BoundRow) throws -> Void) throws -> Int64 {
        var row = BoundRow(pointer: pointer)
        try bind(&row)
        var value: Int64 = 0
        var code = sqlite3_step(pointer)
        if code == SQLITE_ROW {
            value = sqlite3_column_int64(pointer, 0)
            code = sqlite3_step(pointer)
        }
        let message = code == SQLITE_DONE ? nil : String(cString: sqlite3_errmsg(row.database))
        sqlite3_reset(pointer)
        if let message {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
        return value
    }
}

/// The values of one run, bound from the left.
struct BoundRow {
    fileprivate let pointer: OpaquePointer
    private var place: Int32 = 0

    fileprivate init(pointer: OpaquePointer) { self.pointer = pointer }

    fileprivate var database: OpaquePointer? { sqlite3_db_handle(pointer) }

    /// SQLite copies what it is given before the call returns.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    mutating func add(_ value: Int64?) {
        place += 1
        if let value {
            sqlite3_bind_int64(pointer, place, value)
        } else {
            sqlite3_bind_null(pointer, place)
        }
    }

    mutating func add(_ value: Timestamp?) { add(value?.secondsSinceEpoch) }

    mutating func add(_ value: String?) {
        guard var value else { return add(nil as Int64?) }
        place += 1
        value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(
                    pointer, place, characters.baseAddress, Int32(characters.count), Self.copied)
            }
        }
    }

    mutating func add(_ bytes: some ContiguousBytes) {
        place += 1
        bytes.withUnsafeBytes {
            _ = sqlite3_bind_blob(pointer, place, $0.baseAddress, Int32($0.count), Self.copied)
        }
    }

    mutating func add(_ digest: Digest) {
        place += 1
        digest.withBytes {
            _ = sqlite3_bind_blob(pointer, place, $0.baseAddress, Int32($0.count), Self.copied)
        }
    }
}
