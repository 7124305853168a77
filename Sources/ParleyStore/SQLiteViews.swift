import Foundation
import GRDB
package import ParleyDialogue
package import ParleyLog
package import ParleyNode
package import ParleyStatements

/// The views in one SQLite file beside the ledger.
///
/// Crash story. Nothing here is the truth, so nothing here is repaired: a file that is no database,
/// has other tables than this version's, or turns out damaged while it is read is deleted with what
/// SQLite keeps beside it, and the views are folded anew. Within a file a transaction is whole or
/// not there (`synchronous = NORMAL`: a loss of power may take back the latest ones, and the cursor
/// with them, never one without the other).
///
/// The file holds opened bodies' words: only its owner may read it.
package struct SQLiteViews: Views {
    let pool: DatabasePool
    let path: String
    private let inode: UInt64?
    package static let tokens = SearchTokens {
        $0.precomposedStringWithCompatibilityMapping.lowercased()
    }

    /// Opens the file; makes it anew when it is absent, of another version or damaged.
    package init(path: String) throws {
        self.path = path
        do {
            pool = try Self.open(path)
        } catch let error as DatabaseError where Self.isDamage(error) {
            try Self.remove(path)
            pool = try Self.open(path)
        } catch ViewDamage.versionOther {
            try Self.remove(path)
            pool = try Self.open(path)
        }
        inode = Self.inode(path)
    }

    /// False where another file has taken this one's name.
    package var isCurrent: Bool { Self.inode(path) == inode }

    private static func inode(_ path: String) -> UInt64? {
        var facts = stat()
        return stat(path, &facts) == 0 ? UInt64(facts.st_ino) : nil
    }

    /// Deletes the file and what SQLite keeps beside it.
    package static func remove(_ path: String) throws {
        // The log first: alone it is nothing, while it could be taken for that of the next file.
        for file in [path + "-wal", path + "-shm", path] {
            guard unlink(file) == 0 || errno == ENOENT else {
                throw BlobFailure.system(call: "unlink", code: errno)
            }
        }
    }

    /// Whether an error says that the file must be made anew.
    package static func isDamage(_ error: any Error) -> Bool {
        if error is ViewDamage { return true }
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
    }

    private static func open(_ path: String) throws -> DatabasePool {
        try OwnFile.make(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -32768")
            // Larger pieces: each ends with an fsync, which a single statement's fold waits for.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.write { db in
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            if found == ViewSchema.version {
                guard try ViewSchema.names.allSatisfy({ try db.tableExists($0) }) else {
                    throw ViewDamage.versionOther(found)
                }
                return
            }
            guard found == 0, try !db.tableExists("thread") else {
                throw ViewDamage.versionOther(found)
            }
            try db.execute(sql: ViewSchema.tables)
            try db.execute(sql: "PRAGMA user_version = \(ViewSchema.version)")
        }
        return pool
    }

    // MARK: Writing

    package func clearThreads() async throws {
        try await pool.write { db in
            for table in ["cursor", "clock", "thread", "tally"] {
                try db.execute(sql: "DELETE FROM \(table)")
            }
            // What the trigger did while the clocks went.
            try db.execute(sql: "DELETE FROM tally")
        }
    }

    package func write(_ batch: ViewBatch) async throws {
        try await pool.write { db in try ViewWriting(db: db).apply(batch) }
    }

    // MARK: Threads

    package func cursor() async throws -> ViewCursor? {
        try await pool.read { try Self.cursor($0) }
    }

    private static func cursor(_ db: Database) throws -> ViewCursor? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM cursor") else { return nil }
        guard let versions = Digest(bytes: row["versions"] as Data) else {
            throw ViewDamage.valueMalformed(column: "versions")
        }
        return ViewCursor(
            record: LedgerMark(entries: row["entries"], proofs: row["proofs"]),
            versions: versions)
    }

    package func status() async throws -> ViewStatus {
        try await pool.read { db in
            var status = ViewStatus()
            status.version = ViewSchema.version
            status.cursor = try Self.cursor(db)
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            status.threads = try count("thread")
            status.clocks = try count("clock")
            status.texts = try count("search_text")
            status.awaitedTexts = try count("awaited_text")
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            status.sizeBytes = pages * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
            return status
        }
    }

    package func queue(_ question: QueueQuestion) async throws -> [ThreadSummary] {
        let (conditions, arguments) = Self.conditions(of: question)
        return try await summaries(
            conditions, arguments, order: "due, number", limit: question.limit)
    }

    package func count(_ question: QueueQuestion) async throws -> Int {
        let (conditions, arguments) = Self.conditions(of: question)
        let sql = """
            SELECT count(*) FROM (
                SELECT 1 FROM thread WHERE \(conditions.joined(separator: " AND ")) LIMIT ?)
            """
        return try pool.readBriefly { db in
            try Int.fetchOne(
                db.cachedStatement(sql: sql), arguments: arguments + [question.limit]) ?? 0
        }
    }

    private static func conditions(
        of question: QueueQuestion
    ) -> ([String], StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        if question.isSilent { conditions.append("open_silences > 0") }
        switch question.turn {
        case .anybody where question.isSilent: break
        case .anybody: conditions.append("turn IS NOT NULL")
        case .of(let party):
            conditions.append("turn IS NOT NULL AND turn = ?")
            arguments += [party.text]
        case .ofOthers(let party):
            conditions.append("turn IS NOT NULL AND turn <> ?")
            arguments += [party.text]
        }
        if let before = question.dueBefore {
            conditions.append("due < ?")
            arguments += [before.secondsSinceEpoch]
        }
        narrow(
            &conditions, &arguments, kind: question.kind, party: question.party,
            state: question.state)
        if let after = question.after {
            conditions.append(
                "(due, number) > (?, coalesce((SELECT number FROM thread WHERE id = ?), -1))")
            arguments += [after.due.secondsSinceEpoch, Data(after.thread.bytes)]
        }
        return (conditions, arguments)
    }

    package func running(
        dueFrom first: Timestamp, before end: Timestamp, limit: Int
    ) async throws -> [RunningClock] {
        try await pool.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT thread.id, \(ThreadSummary.Clock.columns) FROM clock
                    JOIN thread ON thread.number = clock.thread
                    WHERE verdict = 0 AND paused IS NULL AND clock.due >= ? AND clock.due < ?
                    ORDER BY clock.due LIMIT ?
                    """)
            let arguments: StatementArguments = [
                first.secondsSinceEpoch, end.secondsSinceEpoch, limit,
            ]
            return try Row.fetchAll(statement, arguments: arguments).map { row in
                guard let thread = ThreadID(bytes: [UInt8](row[0] as Data)) else {
                    throw ViewDamage.valueMalformed(column: "id")
                }
                return RunningClock(
                    thread: thread, clock: try ThreadSummary.Clock(row, from: 1))
            }
        }
    }

    package func threads(_ question: ThreadQuestion) async throws -> [ThreadSummary] {
        var conditions = ["id > ?"]
        var arguments: StatementArguments = [Data(question.after?.bytes ?? [])]
        Self.narrow(
            &conditions, &arguments, kind: question.kind, party: question.party,
            state: question.state)
        // What is rare is looked for among all threads, in an index that has what is asked about;
        // the one of ids alone, which SQLite would choose, has a row of the table read for each.
        let isNarrowed = question.kind != nil || question.party != nil || question.state != nil
        return try await summaries(
            conditions, arguments, from: isNarrowed ? "thread INDEXED BY thread_list" : "thread",
            order: "id", limit: question.limit, isBrief: !isNarrowed)
    }

    private static func narrow(
        _ conditions: inout [String], _ arguments: inout StatementArguments, kind: String?,
        party: PartyID?, state: String?
    ) {
        if let state {
            conditions.append("state = ?")
            arguments += [state]
        }
        if let kind {
            conditions.append("coalesce(kind, subject) = ?")
            arguments += [kind]
        }
        if let party {
            conditions.append("(opener = ? OR instr(' ' || addressed || ' ', ?))")
            arguments += [party.text, " \(party.text) "]
        }
    }

    private func summaries(
        _ conditions: [String], _ arguments: StatementArguments, from table: String = "thread",
        order: String, limit: Int, isBrief: Bool = true
    ) async throws -> [ThreadSummary] {
        let sql = """
            SELECT \(ThreadSummary.columns) FROM \(table)
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order) LIMIT ?
            """
        let read: @Sendable (Database) throws -> [ThreadSummary] = { db in
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: sql), arguments: arguments + [limit])
            var summaries: [ThreadSummary] = []
            while let row = try rows.next() { summaries.append(try ThreadSummary(row)) }
            return summaries
        }
        return isBrief ? try pool.readBriefly(read) : try await pool.read(read)
    }

    package func summary(of thread: ThreadID) async throws -> ThreadSummary? {
        try pool.readBriefly { db in
            let clocks = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT \(ThreadSummary.Clock.columns) FROM thread
                        JOIN clock ON clock.thread = thread.number WHERE id = ? ORDER BY place
                        """), arguments: [Data(thread.bytes)]
            ).map { try ThreadSummary.Clock($0, from: 0) }
            return try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT \(ThreadSummary.columns) FROM thread WHERE id = ?"),
                arguments: [Data(thread.bytes)]
            ).map { try ThreadSummary($0, clocks: clocks) }
        }
    }

    package func threads(beginning text: String, limit: Int) async throws -> [ThreadID] {
        guard let range = ThreadID.range(beginning: text) else { return [] }
        return try await pool.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT id FROM thread WHERE id >= ? AND id <= ? ORDER BY id LIMIT ?")
            return try Data.fetchAll(
                statement,
                arguments: [Data(range.lowerBound.bytes), Data(range.upperBound.bytes), limit]
            ).compactMap { ThreadID(bytes: [UInt8]($0)) }
        }
    }

    package func tallies(_ period: TallyPeriod, at now: Timestamp) async throws -> [ClockTally] {
        let months = (period.first.countedMonth, period.last.countedMonth)
        return try await pool.read { db in
            var tallies: [[String]: ClockTally] = [:]
            func add(_ sql: String, _ arguments: StatementArguments, overdue: Bool) throws {
                for row in try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments) {
                    let key: [String] = [row["party"], row["name"], row["kind"]]
                    guard let party = PartyID(key[0]) else {
                        throw ViewDamage.valueMalformed(column: "party")
                    }
                    var tally =
                        tallies[key] ?? ClockTally(party: party, clock: key[1], kind: key[2])
                    let count: Int = row["count"]
                    if overdue {
                        tally.overdue += count
                    } else {
                        tally.add(count, verdict: row["verdict"])
                    }
                    tallies[key] = tally
                }
            }
            try add(
                """
                SELECT party, name, kind, verdict, sum(count) AS count FROM tally
                WHERE month BETWEEN ? AND ? AND count > 0 GROUP BY party, name, kind, verdict
                """, [months.0, months.1], overdue: false)
            try add(
                """
                SELECT party, name, kind, count(*) AS count FROM clock
                WHERE verdict = 0 AND paused IS NULL AND due < ? AND month BETWEEN ? AND ?
                GROUP BY party, name, kind
                """, [now.secondsSinceEpoch, months.0, months.1], overdue: true)
            return tallies.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
        }
    }

    // MARK: Texts

    package func textCursor() async throws -> EntryIndex {
        try await pool.read { db in
            EntryIndex(
                UInt64(
                    max(0, try Int64.fetchOne(db, sql: "SELECT position FROM text_cursor") ?? 0)))
        }
    }

    package func awaitedTexts(limit: Int) async throws -> [StatementID] {
        try await pool.read { db in
            try Data.fetchAll(
                db, sql: "SELECT statement FROM awaited_text ORDER BY position LIMIT ?",
                arguments: [limit]
            ).compactMap { Digest(bytes: $0).map(StatementID.init) }
        }
    }

    /// Texts compared side by side for one question, at most.
    static let comparedLimit = 2000

    package func openings(
        of threads: [ThreadID], characters: Int
    ) async throws -> [ThreadID: String] {
        try pool.readBriefly { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT substr(text, 1, ?) FROM search_text WHERE thread = ?
                    ORDER BY position LIMIT 1
                    """)
            var openings: [ThreadID: String] = [:]
            for thread in threads {
                openings[thread] = try String.fetchOne(
                    statement, arguments: [characters, Data(thread.bytes)])
            }
            return openings
        }
    }

    package func search(_ question: SearchQuestion, limit: Int) async throws -> SearchAnswer {
        try await pool.read { db in
            var hits: [SearchText] = []
            var compared = 0
            try TokenIndex(db: db).search(question) { text in
                compared += 1
                if question.isFound(in: text.text, using: Self.tokens) { hits.append(text) }
                return hits.count >= limit || compared >= Self.comparedLimit
            }
            return SearchAnswer(
                hits: hits, isComplete: hits.count >= limit || compared < Self.comparedLimit)
        }
    }
}

/// What the views should never hold: they are deleted and made anew.
package enum ViewDamage: Error, Hashable {
    case valueMalformed(column: String)
    case versionOther(Int)
}

extension CivilDate {
    /// Months since the year 0, so that a range of months is a range of numbers.
    var countedMonth: Int64 { Int64(year * 12 + month) }
}

extension ClockTally {
    fileprivate mutating func add(_ count: Int, verdict: Int64) {
        switch ViewSchema.Verdict(rawValue: verdict) {
        case .open: open += count
        case .met: met += count
        case .late: late += count
        case .ended: ended += count
        case .unknown, nil: unknown += count
        }
    }
}

extension ThreadID {
    /// The least and the greatest id whose text form begins so; nil when none does.
    static func range(beginning text: String) -> ClosedRange<ThreadID>? {
        let full = 26
        guard !text.isEmpty, text.utf8.count <= full else { return nil }
        let missing = full - text.utf8.count
        // The last character holds three bits of the id and two that are zero: 4 is the greatest.
        let low = text + String(repeating: "a", count: missing)
        let high = missing == 0 ? text : text + String(repeating: "7", count: missing - 1) + "4"
        guard let first = ThreadID(text: low), let last = ThreadID(text: high), first <= last
        else { return nil }
        return first...last
    }
}
