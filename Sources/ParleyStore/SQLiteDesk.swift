import Foundation
import GRDB
package import ParleyLog
package import ParleyService
import ParleyStatements

/// Accounts, sessions, tokens and the trail in one SQLite file beside the ledger.
///
/// Crash story. Each call is one transaction that is durable when it returns
/// (`synchronous = FULL`), so that a session that was ended, a code that was used and an entry of
/// the trail stay so after a loss of power. The trail's rows can be added and never changed:
/// triggers refuse it.
package struct SQLiteDesk: DeskStore {
    let queue: DatabasePool

    /// Opens the file; makes it when absent, readable by its owner alone.
    package init(path: String) throws {
        try OwnFile.make(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        queue = try DatabasePool(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try queue.write { db in
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard (0...DeskSchema.versions.count).contains(found) else {
                throw LedgerDamage.versionUnknown(found)
            }
            for sql in DeskSchema.versions.dropFirst(found) { try db.execute(sql: sql) }
            try db.execute(sql: "PRAGMA user_version = \(DeskSchema.versions.count)")
        }
    }

    // MARK: Accounts

    package func account(_ name: AccountName) async throws -> Account? {
        try await queue.read { try Self.account(name, $0) }
    }

    private static func account(_ name: AccountName, _ db: Database) throws -> Account? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(Account.columns) FROM account WHERE name = ?")
        return try Row.fetchOne(statement, arguments: [name.text]).map { try Account($0) }
    }

    package func account(linkedTo subject: String) async throws -> Account? {
        try await queue.read { db in
            try Row.fetchOne(
                db, sql: "SELECT \(Account.columns) FROM account WHERE subject = ?",
                arguments: [subject]
            ).map { try Account($0) }
        }
    }

    package func accounts() async throws -> [Account] {
        try await queue.read { db in
            try Row.fetchAll(db, sql: "SELECT \(Account.columns) FROM account ORDER BY name")
                .map { try Account($0) }
        }
    }

    package func add(_ account: Account, isFirst: Bool) async throws -> Bool {
        try await queue.write { db in
            let others = try Int.fetchOne(
                db,
                sql: isFirst
                    ? "SELECT count(*) FROM account"
                    : "SELECT count(*) FROM account WHERE name = ?",
                arguments: isFirst ? [] : [account.name.text])
            guard others == 0 else { return false }
            try account.insert(into: db)
            return true
        }
    }

    package func change(
        _ name: AccountName, endingSessions: Bool,
        _ change: @escaping @Sendable (inout Account, _ administrators: Int) throws -> Void
    ) async throws -> Account? {
        try await queue.write { db in
            guard var account = try Self.account(name, db) else { return nil }
            let administrators = try Row.fetchAll(db, sql: "SELECT \(Account.columns) FROM account")
                .map { try Account($0) }.count(where: \.isAdministrator)
            try change(&account, administrators)
            try db.execute(sql: "DELETE FROM account WHERE name = ?", arguments: [name.text])
            try account.insert(into: db)
            if endingSessions {
                try db.execute(
                    sql: "DELETE FROM session WHERE account = ?", arguments: [name.text])
            }
            return account
        }
    }

    // MARK: Sessions

    package func begin(_ session: Session) async throws {
        try await queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO session (digest, account, began, seen, by_provider)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    session.digest.data, session.account.text, session.began.secondsSinceEpoch,
                    session.seen.secondsSinceEpoch, session.isByProvider,
                ])
        }
    }

    package func session(_ digest: Digest) async throws -> (Session, Account)? {
        try queue.readBriefly { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT \(Account.columns), \(Session.columns)
                    FROM session JOIN account ON account.name = session.account
                    WHERE session.digest = ?
                    """)
            return try Row.fetchOne(statement, arguments: [digest.data]).map {
                (try Session($0, from: Account.columnCount), try Account($0))
            }
        }
    }

    package func sessions(of name: AccountName) async throws -> [Session] {
        try await queue.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Session.columns) FROM session
                    WHERE account = ? ORDER BY began DESC, digest
                    """, arguments: [name.text]
            ).map { try Session($0) }
        }
    }

    package func saw(_ digest: Digest, at now: Timestamp) async throws {
        try await execute(
            "UPDATE session SET seen = max(seen, ?) WHERE digest = ?",
            [now.secondsSinceEpoch, digest.data])
    }

    package func end(_ digest: Digest) async throws {
        try await execute("DELETE FROM session WHERE digest = ?", [digest.data])
    }

    package func sweep(at now: Timestamp) async throws {
        try await queue.write { db in
            try db.execute(
                sql: "DELETE FROM session WHERE seen < ? OR began < ?",
                arguments: [
                    now.secondsSinceEpoch - Session.idleSeconds,
                    now.secondsSinceEpoch - Session.longestSeconds,
                ])
            try db.execute(
                sql: "DELETE FROM attempts WHERE last < ?",
                arguments: [now.secondsSinceEpoch - 86_400])
        }
    }

    // MARK: Tokens

    package func add(_ token: APIToken) async throws -> Bool {
        try await queue.write { db in
            let others = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM token WHERE account = ? AND label = ?",
                arguments: [token.account.text, token.label])
            guard others == 0 else { return false }
            try db.execute(
                sql: """
                    INSERT INTO token (digest, account, label, roles, agreement, made, until)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    token.digest.data, token.account.text, token.label, token.roles.text,
                    token.agreement?.digest.data, token.madeAt.secondsSinceEpoch,
                    token.until.secondsSinceEpoch,
                ])
            return true
        }
    }

    package func token(_ digest: Digest) async throws -> (APIToken, Account)? {
        try queue.readBriefly { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT \(Account.columns), \(APIToken.columns)
                    FROM token JOIN account ON account.name = token.account
                    WHERE token.digest = ?
                    """)
            return try Row.fetchOne(statement, arguments: [digest.data]).map {
                (try APIToken($0, from: Account.columnCount), try Account($0))
            }
        }
    }

    package func tokens(of name: AccountName) async throws -> [APIToken] {
        try await queue.read { db in
            try Row.fetchAll(
                db, sql: "SELECT \(APIToken.columns) FROM token WHERE account = ? ORDER BY label",
                arguments: [name.text]
            ).map { try APIToken($0) }
        }
    }

    package func used(_ digest: Digest, at now: Timestamp) async throws {
        try await execute(
            "UPDATE token SET used = max(coalesce(used, 0), ?) WHERE digest = ?",
            [now.secondsSinceEpoch, digest.data])
    }

    package func revoke(
        _ label: String, of name: AccountName, at now: Timestamp
    ) async throws -> Bool {
        try await queue.write { db in
            try db.execute(
                sql: """
                    UPDATE token SET revoked = ?
                    WHERE account = ? AND label = ? AND revoked IS NULL
                    """, arguments: [now.secondsSinceEpoch, name.text, label])
            return db.changesCount > 0
        }
    }

    // MARK: Tries

    package func attempts(of key: Digest) async throws -> Attempts? {
        try await queue.read { db in
            try Row.fetchOne(
                db, sql: "SELECT count, last FROM attempts WHERE key = ?", arguments: [key.data]
            ).map { Attempts(count: $0["count"], last: try $0.instant("last")) }
        }
    }

    package func failed(_ key: Digest, at now: Timestamp) async throws {
        try await execute(
            """
            INSERT INTO attempts (key, count, last) VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE
            SET count = iif(last < ?2 - 86400, 1, count + 1), last = max(last, ?2)
            """, [key.data, now.secondsSinceEpoch])
    }

    package func forgive(_ key: Digest) async throws {
        try await execute("DELETE FROM attempts WHERE key = ?", [key.data])
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) async throws {
        try await queue.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    // MARK: The trail

    package func record(_ events: [TrailEvent]) async throws {
        guard !events.isEmpty else { return }
        try await queue.write { db in
            let head = try Self.trailHead(db)
            var number = head?.number ?? 0
            var previous = head?.digest ?? TrailEntry.beginning
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO trail (
                        number, at, account, means, operation, object, outcome, previous)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for event in events {
                number += 1
                try statement.execute(arguments: [
                    number, event.at.secondsSinceEpoch, event.account, event.means,
                    event.operation, event.object, event.outcome, previous.data,
                ])
                previous = TrailEntry(number: number, event: event, previous: previous).digest
            }
        }
    }

    package func trailHead() async throws -> TrailEntry? {
        try await queue.read { try Self.trailHead($0) }
    }

    private static func trailHead(_ db: Database) throws -> TrailEntry? {
        try Row.fetchOne(db, sql: "SELECT * FROM trail ORDER BY number DESC LIMIT 1")
            .map(TrailEntry.init)
    }

    package func trail(
        from number: Int64, limit: Int, matching filter: TrailFilter
    ) async throws -> [TrailEntry] {
        try await trail("number >= ?", "ASC", number, limit, filter)
    }

    package func trail(
        before number: Int64, limit: Int, matching filter: TrailFilter
    ) async throws -> [TrailEntry] {
        try await trail("number < ?", "DESC", number, limit, filter)
    }

    private func trail(
        _ place: String, _ order: String, _ number: Int64, _ limit: Int, _ filter: TrailFilter
    ) async throws -> [TrailEntry] {
        var conditions = [place]
        var arguments: StatementArguments = [number]
        for (column, value) in [
            ("account", filter.account), ("operation", filter.operation),
            ("object", filter.object),
        ] {
            guard let value else { continue }
            conditions.append("\(column) = ?")
            arguments += [value]
        }
        if let since = filter.since {
            conditions.append("at >= ?")
            arguments += [since.secondsSinceEpoch]
        }
        if let until = filter.until {
            conditions.append("at < ?")
            arguments += [until.secondsSinceEpoch]
        }
        arguments += [limit]
        let sql =
            "SELECT * FROM trail WHERE \(conditions.joined(separator: " AND ")) "
            + "ORDER BY number \(order) LIMIT ?"
        return try await queue.read { [arguments] db in
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
                .map(TrailEntry.init)
        }
    }
}
