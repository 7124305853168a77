import Foundation
import GRDB
package import ParleyExchange
package import ParleyLog
package import ParleyNode
package import ParleyStatements

/// The ledger in one SQLite file.
///
/// Crash story. Blobs are durable before the change that names them is begun. One transaction then
/// holds the statements, their place in the tree, the signed checkpoint, the proofs and the outbox;
/// SQLite's write-ahead log makes it durable (`synchronous = FULL`: one fsync) or leaves no trace
/// of it. So after a crash at any line there is nothing to repair: what start-up reads is what was
/// acknowledged, perhaps with one batch more whose acknowledgement was never given and which its
/// sender will therefore offer again and find known.
package struct SQLiteLedger: Ledger {
    let pool: DatabasePool

    /// Opens the file, making it when absent.
    ///
    /// - Throws: an error of SQLite's when the file cannot be opened or is not a ledger.
    package init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets NORMAL when a pool opens, under which an acknowledged commit can vanish with
        // the power; the writer connection is set after that, and a test reads it back.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // What a process wrote that died before its flush is read here like anything else, and
            // a loss of power could still undo it: made durable before anybody is told of it.
            try db.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
        }
        try Self.bringUpToDate(pool)
    }

    /// The writer's durability setting as SQLite reports it: 2 is FULL.
    package func synchronousLevel() throws -> Int? {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    /// Brings the tables up to this version's, in one transaction that reads the version first: a
    /// node and a command may open a new home's ledger at the same moment.
    ///
    /// - Throws: ``LedgerDamage/versionUnknown(_:)`` for a ledger written by a later Parley.
    private static func bringUpToDate(_ pool: DatabasePool) throws {
        let current = LedgerSchema.versions.count
        if try pool.read(version) == current { return }
        try pool.write { db in
            let found = try version(db)
            guard (0...current).contains(found) else { throw LedgerDamage.versionUnknown(found) }
            for sql in LedgerSchema.versions.dropFirst(found) { try db.execute(sql: sql) }
            try db.execute(sql: "PRAGMA user_version = \(current)")
        }
    }

    private static func version(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }

    // MARK: Reading

    package func tail() async throws -> LedgerTail {
        try await pool.read { db in
            let count = try Int64.fetchOne(db, sql: "SELECT max(position) + 1 FROM entry") ?? 0
            let note = try Data.fetchOne(db, sql: "SELECT note FROM own_checkpoint")
            var witnessed: [PartyID: [UInt8]] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT party, note FROM witnessed") {
                witnessed[try party(row["party"])] = [UInt8](row["note"] as Data)
            }
            var cosigned: [PartyID: TreeSize] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT party, size FROM cosigned") {
                cosigned[try party(row["party"])] = TreeSize(UInt64(row["size"] as Int64))
            }
            return LedgerTail(
                size: TreeSize(UInt64(count)), note: note.map { [UInt8]($0) },
                witnessedNotes: witnessed, cosignedSizes: cosigned)
        }
    }

    package func tileHashes(_ tile: TileID) throws -> [Digest] {
        try pool.read { db in
            let bytes = try Data.fetchOne(
                db, sql: "SELECT hashes FROM tile WHERE level = ? AND number = ?",
                arguments: [tile.level, Int64(tile.number)])
            guard let bytes else {
                throw LedgerDamage.tileMissing(level: tile.level, number: tile.number)
            }
            return try digests(bytes)
        }
    }

    package func known(ids: [StatementID], payloads: [Digest]) async throws -> KnownStatements {
        try await pool.read { db in
            var known = KnownStatements(entries: [], payloads: [:])
            let byID = try db.cachedStatement(sql: "SELECT 1 FROM entry WHERE id = ?")
            for id in ids where try Int.fetchOne(byID, arguments: [id.digest.data]) != nil {
                known.entries.insert(id)
            }
            let byPayload = try db.cachedStatement(sql: "SELECT id FROM entry WHERE payload = ?")
            for payload in payloads {
                if let id = try Data.fetchOne(byPayload, arguments: [payload.data]) {
                    known.payloads[payload] = StatementID(try digest(id))
                }
            }
            return known
        }
    }

    package func entry(_ id: StatementID) async throws -> LedgerEntry? {
        try await entries("SELECT * FROM entry WHERE id = ?", [id.digest.data]).first
    }

    package func ids(from first: EntryIndex, count: Int) async throws -> [StatementID] {
        try await pool.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT id FROM entry WHERE position >= ? ORDER BY position LIMIT ?")
            return try Data.fetchAll(
                statement, arguments: [Int64(clamping: first.position), count]
            ).map { StatementID(try digest($0)) }
        }
    }

    package func entries(in thread: ThreadID) async throws -> [LedgerEntry] {
        try await entries(
            "SELECT * FROM entry WHERE thread = ? ORDER BY position", [Data(thread.bytes)])
    }

    package func uncovered(limit: Int) async throws -> [StatementID] {
        try await pool.read { db in
            try Data.fetchAll(
                db,
                sql: """
                    SELECT id FROM uncovered JOIN entry USING (position) ORDER BY position LIMIT ?
                    """, arguments: [limit]
            ).map { StatementID(try digest($0)) }
        }
    }

    package func changes() async throws -> [LedgerEntry] {
        try await entries(
            "SELECT entry.* FROM directory_change JOIN entry USING (position) ORDER BY position",
            [])
    }

    package func overlayThreads() async throws -> [ThreadID] {
        try await pool.read { db in
            try Data.fetchAll(
                db,
                sql: """
                    SELECT thread FROM overlay_statement JOIN entry USING (position)
                    GROUP BY thread ORDER BY min(position)
                    """
            ).compactMap { ThreadID(bytes: [UInt8]($0)) }
        }
    }

    package func publications(of text: BlobID) async throws -> [ThreadID] {
        try await pool.read { db in
            try Data.fetchAll(
                db,
                sql: """
                    SELECT thread FROM publication JOIN entry USING (position) WHERE text = ?
                    GROUP BY thread ORDER BY min(position)
                    """, arguments: [text.digest.data]
            ).compactMap { ThreadID(bytes: [UInt8]($0)) }
        }
    }

    package func publishingThreads() async throws -> [ThreadID] {
        try await pool.read { db in
            try Data.fetchAll(
                db,
                sql: """
                    SELECT thread FROM publication JOIN entry USING (position)
                    GROUP BY thread ORDER BY min(position)
                    """
            ).compactMap { ThreadID(bytes: [UInt8]($0)) }
        }
    }

    package func threads() async throws -> [ThreadID] {
        try await pool.read { db in
            try Data.fetchAll(
                db, sql: "SELECT thread FROM entry GROUP BY thread ORDER BY min(position)"
            ).compactMap { ThreadID(bytes: [UInt8]($0)) }
        }
    }

    package func touched(since mark: LedgerMark) async throws -> TouchedThreads {
        try await pool.read { db in
            let now = try Self.mark(db)
            // From the beginning that is all of them, and not once more for each proof. What was
            // asked for is else read first and sorted then: in the order of threads, SQLite would
            // walk over all of them.
            let threads =
                mark == .beginning
                ? try Data.fetchAll(db, sql: "SELECT DISTINCT thread FROM entry")
                : try Data.fetchAll(
                    db,
                    sql: """
                        SELECT thread FROM entry WHERE position >= ? UNION ALL
                        SELECT thread FROM proof CROSS JOIN entry USING (position)
                        WHERE proof.rowid > ?
                        """, arguments: [mark.entries, mark.proofs])
            return TouchedThreads(
                threads: Set(threads).sorted { $0.lexicographicallyPrecedes($1) }
                    .compactMap { ThreadID(bytes: [UInt8]($0)) },
                mark: now)
        }
    }

    package func outbox(
        for party: PartyID, from index: EntryIndex, limit: Int
    ) async throws -> [LedgerEntry] {
        try await entries(
            """
            SELECT entry.* FROM outbox JOIN entry ON entry.position = outbox.position
            WHERE outbox.party = ? AND outbox.position >= ? ORDER BY outbox.position LIMIT ?
            """, [party.text, Int64(clamping: index.position), limit])
    }

    package func undelivered(limit: Int) async throws -> [Undelivered] {
        try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT entry.id, entry.thread, outbox.party, entry.taken_at
                    FROM outbox JOIN entry ON entry.position = outbox.position
                    WHERE outbox.may_fall_silent ORDER BY outbox.position LIMIT ?
                    """, arguments: [limit]
            ).map { row in
                guard let thread = ThreadID(bytes: [UInt8](row["thread"] as Data)) else {
                    throw LedgerDamage.valueMalformed(column: "thread")
                }
                return Undelivered(
                    statement: StatementID(try digest(row["id"])), thread: thread,
                    party: try party(row["party"]), since: try instant(row["taken_at"]))
            }
        }
    }

    package func refusals() async throws -> [PeerRefusal] {
        try await pool.read { db in
            try Row.fetchAll(db, sql: "SELECT id, party, envelope FROM refusal ORDER BY rowid")
                .map { row in
                    PeerRefusal(
                        statement: StatementID(try digest(row["id"])),
                        party: try party(row["party"]),
                        envelope: [UInt8](row["envelope"] as Data))
                }
        }
    }

    package func forks() async throws -> [KnownFork] {
        try await forks("SELECT * FROM fork ORDER BY number", [])
    }

    package func forksToTell(_ party: PartyID) async throws -> [KnownFork] {
        try await forks(
            """
            SELECT fork.* FROM fork_to_tell JOIN fork ON fork.number = fork_to_tell.fork
            WHERE fork_to_tell.party = ? ORDER BY fork.number
            """, [party.text])
    }

    private func forks(
        _ sql: String, _ arguments: StatementArguments
    ) async throws -> [KnownFork] {
        try await pool.read { db in
            try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                KnownFork(
                    party: try party(row["party"]),
                    proof: try ForkProof(checking: [UInt8](row["proof"] as Data)),
                    foundAt: try instant(row["found_at"]))
            }
        }
    }

    private func entries(
        _ sql: String, _ arguments: StatementArguments
    ) async throws -> [LedgerEntry] {
        try await pool.read { db in
            let proofs = try db.cachedStatement(
                sql: """
                    SELECT proof.log, proof.place, proof.hashes, checkpoint.note, checkpoint.times
                    FROM proof JOIN checkpoint ON checkpoint.number = proof.checkpoint
                    WHERE proof.position = ? ORDER BY proof.log, proof.rowid
                    """)
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                let position: Int64 = row["position"]
                let envelope = [UInt8](row["envelope"] as Data)
                let id = try digest(row["id"])
                // Bits rot, and SQLite's pages have no checksum.
                guard Digest(hashing: envelope) == id else {
                    throw LedgerDamage.envelopeAltered(EntryIndex(UInt64(position)))
                }
                return LedgerEntry(
                    index: EntryIndex(UInt64(position)),
                    id: StatementID(id), envelope: envelope,
                    takenAt: try instant(row["taken_at"]),
                    proofs: try Row.fetchAll(proofs, arguments: [position]).map(heldProof))
            }
        }
    }

    // MARK: Writing

    package func commit(_ change: LedgerChange) async throws {
        try await pool.write { db in try LedgerWriting(db: db).apply(change) }
    }
}

/// What a ledger file should never contain; somebody or something has altered it.
package enum LedgerDamage: Error, Hashable {
    case tileMissing(level: Int, number: UInt64)
    case valueMalformed(column: String)
    /// A statement's bytes do not have the digest that is its id.
    case envelopeAltered(EntryIndex)
    /// A proof's time stands under no cosignature of its note.
    case timeNotCosigned(name: String)
    /// The tables are of a version that this executable does not know.
    case versionUnknown(Int)
}

private func heldProof(_ row: Row) throws -> HeldProof {
    let note = [UInt8](row["note"] as Data)
    // One that cannot be read is found by whoever checks the proof; its times are as they were.
    let lines = (try? SignedNote(parsing: note))?.signatures
    var times: [String: Timestamp] = [:]
    for line in (row["times"] as String).split(separator: "\n") {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let seconds = Int64(parts[0]),
            let time = Timestamp(secondsSinceEpoch: seconds)
        else { throw LedgerDamage.valueMalformed(column: "times") }
        let name = String(parts[1])
        let written = (0..<8).map { UInt8(truncatingIfNeeded: seconds >> (56 - 8 * $0)) }
        let isWritten = lines?.contains { $0.keyName == name && $0.bytes.prefix(8) == written[...] }
        guard isWritten ?? true else { throw LedgerDamage.timeNotCosigned(name: name) }
        times[name] = time
    }
    return HeldProof(
        log: try party(row["log"]),
        place: LogPlace(
            index: EntryIndex(UInt64(row["place"] as Int64)), proof: try digests(row["hashes"])),
        note: note, times: times)
}

extension SQLiteLedger: LedgerHealth {
    package func checkWritable() async throws {
        try await pool.write { db in
            // The same value again is a write like any other: a page, the write-ahead log, a flush.
            let version = try Self.version(db)
            try db.execute(sql: "PRAGMA user_version = \(version)")
        }
    }

    package func outboxSizes() async throws -> [OutboxSize] {
        try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT party, count(*) AS statements, min(entry.taken_at) AS oldest,
                        sum(NOT may_fall_silent) AS in_silence
                    FROM outbox JOIN entry USING (position) GROUP BY party ORDER BY party
                    """
            ).map { row in
                OutboxSize(
                    party: try party(row["party"]), statements: row["statements"],
                    oldestAt: try instant(row["oldest"]), inSilence: row["in_silence"])
            }
        }
    }
}

private func party(_ text: String) throws -> PartyID {
    guard let party = PartyID(text) else { throw LedgerDamage.valueMalformed(column: "party") }
    return party
}

private func instant(_ seconds: Int64) throws -> Timestamp {
    guard let instant = Timestamp(secondsSinceEpoch: seconds) else {
        throw LedgerDamage.valueMalformed(column: "taken_at")
    }
    return instant
}

private func digest(_ data: Data) throws -> Digest {
    guard let digest = Digest(bytes: data) else {
        throw LedgerDamage.valueMalformed(column: "digest")
    }
    return digest
}

private func digests(_ data: Data) throws -> [Digest] {
    guard data.count % Digest.byteCount == 0 else {
        throw LedgerDamage.valueMalformed(column: "hashes")
    }
    return try stride(from: data.startIndex, to: data.endIndex, by: Digest.byteCount).map {
        try digest(data[$0..<($0 + Digest.byteCount)])
    }
}

extension Digest {
    var data: Data { withBytes { Data($0) } }
}
