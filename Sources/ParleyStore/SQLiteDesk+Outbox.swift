import Foundation
import GRDB
package import ParleyLog
package import ParleyService
import ParleyStatements

/// What waits to be told, and how far the journal of events was read for it.
extension SQLiteDesk {
    package func notifyCursor() async throws -> EventCursor? {
        try await queue.read { db in
            try Row.fetchOne(db, sql: "SELECT epoch, number FROM telling").flatMap { row in
                guard let epoch = row["epoch"] as String?, let number = row["number"] as Int64?
                else { return nil }
                return EventCursor(epoch: epoch, number: number)
            }
        }
    }

    package func take(
        _ taking: NotifyTaking, leadingTo cursor: EventCursor?, at now: Timestamp
    ) async throws -> Int {
        try await queue.write { db in
            for thread in taking.answered {
                try db.execute(
                    sql: "DELETE FROM call WHERE thread = ?", arguments: [thread.text])
                // Repeats alone: that there was a call is told also where it came late.
                try db.execute(
                    sql: "DELETE FROM entry WHERE thread = ? AND page > 0",
                    arguments: [thread.text])
            }
            for page in taking.pages {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?)",
                    arguments: [
                        page.thread.text, page.party.text, page.count,
                        page.due.secondsSinceEpoch,
                    ])
            }
            for entry in taking.entries { try Self.insert(entry, db) }
            for one in taking.once where !one.entries.isEmpty {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO told VALUES (?, ?)",
                    arguments: [one.name, now.secondsSinceEpoch])
                guard db.changesCount == 1 else { continue }
                for entry in one.entries { try Self.insert(entry, db) }
            }
            if let cursor {
                try db.execute(
                    sql: "UPDATE telling SET epoch = ?, number = ?",
                    arguments: [cursor.epoch, cursor.number])
            }
            let targets = Set((taking.entries + taking.once.flatMap(\.entries)).map(\.target))
            return try Self.dropped(targets, at: now, db)
        }
    }

    private static func insert(_ entry: NotifyEntry, _ db: Database) throws {
        let isHotline = entry.fact.kind == .hotline
        let page = entry.fact.page
        if let page, page > 0, let thread = entry.fact.thread {
            // Where the page before has not arrived, another would only stand behind it.
            let waiting = try Int.fetchOne(
                db,
                sql: "SELECT count(*) FROM entry WHERE thread = ? AND target = ? AND page >= 0",
                arguments: [thread.text, entry.target.text])
            guard waiting == 0 else { return }
        }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO entry (
                    target, fact, audience, hotline, digest, at, due, thread, page)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            entry.target.text, Data(JSONValue.object(entry.fact.json).canonicalBytes),
            entry.audience?.text, isHotline, entry.isDigest, entry.fact.at.secondsSinceEpoch,
            entry.due.secondsSinceEpoch, page == nil ? nil : entry.fact.thread?.text, page,
        ])
    }

    /// Keeps the outbox within its bounds: what waits for a digest goes first, a call last, and of
    /// equals the oldest.
    private static func dropped(
        _ targets: Set<NotifyTarget>, at now: Timestamp, _ db: Database
    ) throws -> Int {
        var dropped = 0
        func drop(_ condition: String, _ arguments: StatementArguments, most: Int) throws {
            let count =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM entry WHERE \(condition)", arguments: arguments)
                ?? 0
            guard count > most else { return }
            try db.execute(
                sql: """
                    DELETE FROM entry WHERE number IN (
                        SELECT number FROM entry WHERE \(condition)
                        ORDER BY hotline, digest DESC, number LIMIT ?)
                    """, arguments: arguments + [count - most])
            dropped += db.changesCount
        }
        for target in targets {
            try drop("target = ?", [target.text], most: NotifyEntry.mostOfTarget)
        }
        if !targets.isEmpty { try drop("true", [], most: NotifyEntry.most) }
        if dropped > 0 {
            try db.execute(
                sql: "UPDATE telling SET dropped = dropped + ?", arguments: [dropped])
        }
        // What was told once is not asked for again after so long.
        try db.execute(
            sql: "DELETE FROM told WHERE at < ?",
            arguments: [now.secondsSinceEpoch - 90 * 86_400])
        return dropped
    }

    package func pages(dueAt now: Timestamp) async throws -> [HotlinePage] {
        try await queue.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM call WHERE due <= ? ORDER BY due, thread LIMIT 100",
                arguments: [now.secondsSinceEpoch]
            ).map { row in
                HotlinePage(
                    thread: try row.parsed("thread") { ThreadID(text: $0) },
                    party: try row.parsed("party") { PartyID($0) }, count: row["count"],
                    due: try row.instant("due"))
            }
        }
    }

    // MARK: Batches

    package func batches(dueAt now: Timestamp, limit: Int) async throws -> [NotifyBatch] {
        let due = now.secondsSinceEpoch
        // Most often there is nothing, and then nothing is written.
        let isAny = try await queue.read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM entry WHERE due <= ?)", arguments: [due])
                ?? false
        }
        guard isAny else { return [] }
        return try await queue.write { db in
            try Self.bind(due, limit, db)
            let numbers = try Row.fetchAll(
                db,
                sql: """
                    SELECT batch, target, max(tries) AS tries FROM entry
                    WHERE batch IS NOT NULL AND due <= ? GROUP BY batch
                    ORDER BY max(hotline) DESC, min(due), batch LIMIT ?
                    """, arguments: [due, limit])
            return try numbers.map { row in
                let number: Int64 = row["batch"]
                let entries = try Row.fetchAll(
                    db, sql: "SELECT * FROM entry WHERE batch = ? ORDER BY number",
                    arguments: [number]
                ).map(NotifyEntry.init)
                return NotifyBatch(
                    number: number, target: try row.parsed("target") { NotifyTarget(text: $0) },
                    entries: entries, tries: row["tries"])
            }
        }
    }

    /// What is due becomes a batch for each target that has none.
    private static func bind(_ due: Int64, _ limit: Int, _ db: Database) throws {
        let free = try Row.fetchAll(
            db,
            sql: """
                SELECT target, hotline, min(number) AS number FROM entry AS one
                WHERE due <= ? AND batch IS NULL AND NOT EXISTS (
                    SELECT 1 FROM entry AS other
                    WHERE other.target = one.target AND other.hotline = one.hotline
                        AND other.batch IS NOT NULL)
                GROUP BY target, hotline ORDER BY hotline DESC, min(due) LIMIT ?
                """, arguments: [due, limit])
        for row in free {
            try db.execute(
                sql: """
                    UPDATE entry SET batch = ?1 WHERE number IN (
                        SELECT number FROM entry
                        WHERE target = ?2 AND hotline = ?3 AND batch IS NULL AND due <= ?4
                        ORDER BY number LIMIT ?5)
                    """,
                arguments: [
                    row["number"] as Int64, row["target"] as String, row["hotline"] as Int64,
                    due, NotifyBatch.mostEntries,
                ])
        }
    }

    package func arrived(_ batch: NotifyBatch, at now: Timestamp) async throws {
        try await queue.write { db in
            try Self.remove(batch, db)
            try db.execute(
                sql: """
                    INSERT INTO target (target, arrived) VALUES (?1, ?2) ON CONFLICT (target)
                    DO UPDATE SET arrived = ?2, fault = NULL, fault_at = NULL
                    """, arguments: [batch.target.text, now.secondsSinceEpoch])
        }
    }

    private static func remove(_ batch: NotifyBatch, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM entry WHERE batch = ?", arguments: [batch.number])
    }

    package func failed(
        _ batch: NotifyBatch, _ fault: String, at now: Timestamp, again: Timestamp
    ) async throws {
        try await queue.write { db in
            try db.execute(
                sql: "UPDATE entry SET tries = tries + 1, due = ? WHERE batch = ?",
                arguments: [again.secondsSinceEpoch, batch.number])
            try Self.note(fault, of: batch.target, at: now, db)
        }
    }

    private static func note(
        _ fault: String, of target: NotifyTarget, at now: Timestamp, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO target (target, fault, fault_at) VALUES (?1, ?2, ?3)
                ON CONFLICT (target) DO UPDATE SET fault = ?2, fault_at = ?3
                """, arguments: [target.text, fault, now.secondsSinceEpoch])
    }

    package func giveUp(
        _ batch: NotifyBatch, _ fault: String?, isRefused: Bool, at now: Timestamp
    ) async throws {
        try await queue.write { db in
            try Self.remove(batch, db)
            guard let fault else { return }
            try Self.note(fault, of: batch.target, at: now, db)
            let column = isRefused ? "refused" : "dropped"
            try db.execute(
                sql: "UPDATE telling SET \(column) = \(column) + ?",
                arguments: [batch.entries.count])
        }
    }

    // MARK: How it stands

    package func notifyStanding(at now: Timestamp) async throws -> NotifyStanding {
        try await queue.read { db in
            var standing = NotifyStanding()
            if let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS waiting, count(*) FILTER (WHERE due <= ?1) AS late,
                        count(*) FILTER (WHERE tries > 0) AS failing, min(at) AS oldest
                    FROM entry
                    """, arguments: [now.secondsSinceEpoch])
            {
                standing.waiting = row["waiting"]
                standing.late = row["late"]
                standing.failing = row["failing"]
                standing.oldestAt = try row.optionalInstant("oldest")
            }
            if let row = try Row.fetchOne(db, sql: "SELECT * FROM telling") {
                standing.dropped = row["dropped"]
                standing.refused = row["refused"]
            }
            standing.fault = try String.fetchOne(
                db,
                sql: """
                    SELECT fault FROM target WHERE fault IS NOT NULL
                    ORDER BY fault_at DESC LIMIT 1
                    """)
            standing.pages = try Int.fetchOne(db, sql: "SELECT count(*) FROM call") ?? 0
            return standing
        }
    }

    package func standing(of target: NotifyTarget) async throws -> NotifyTargetStanding {
        try await queue.read { db in
            var standing = NotifyTargetStanding()
            standing.waiting =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM entry WHERE target = ?",
                    arguments: [target.text]) ?? 0
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM target WHERE target = ?", arguments: [target.text])
            if let row {
                standing.arrivedAt = try row.optionalInstant("arrived")
                standing.fault = row["fault"]
                standing.faultAt = try row.optionalInstant("fault_at")
            }
            return standing
        }
    }

    package func takeTest(
        _ entries: [NotifyEntry], of name: AccountName, at now: Timestamp
    ) async throws -> Bool {
        try await queue.write { db in
            let last = try Int64.fetchOne(
                db, sql: "SELECT tested FROM wishes WHERE account = ?", arguments: [name.text])
            if let last, (0..<60).contains(now.secondsSinceEpoch - last) { return false }
            try db.execute(
                sql: """
                    INSERT INTO wishes (account, wishes, tested) VALUES (?1, ?2, ?3)
                    ON CONFLICT (account) DO UPDATE SET tested = ?3
                    """,
                arguments: [
                    name.text, Data(JSONValue.object(NotifyWishes().json).canonicalBytes),
                    now.secondsSinceEpoch,
                ])
            for entry in entries { try Self.insert(entry, db) }
            return true
        }
    }
}

extension NotifyEntry {
    fileprivate init(_ row: Row) throws {
        guard
            case .object(let json)? = try? JSONValue(
                parsing: [UInt8](row["fact"] as Data), limitBytes: 64 * 1024),
            let fact = NotifyFact(json)
        else { throw LedgerDamage.valueMalformed(column: "fact") }
        self.init(
            target: try row.parsed("target") { NotifyTarget(text: $0) }, fact: fact,
            audience: row["audience"] as String? == nil
                ? nil : try row.parsed("audience") { ServiceEvent.Audience(text: $0) },
            isDigest: row["digest"], due: try row.instant("due"))
    }
}
