import Foundation
import GRDB
import ParleyLog
package import ParleyService
package import ParleyStatements

/// What companies file.
extension SQLiteDesk {
    private static let columns = """
        SELECT filing.*, draft.state AS draft_state, draft.statement AS draft_statement
        FROM filing LEFT JOIN draft ON draft.id = filing.draft
        """

    private func filings(
        _ conditions: String, _ arguments: StatementArguments
    ) async throws -> [Filing] {
        try await queue.read { db in
            try Row.fetchAll(db, sql: Self.columns + " WHERE " + conditions, arguments: arguments)
                .map(Filing.init)
        }
    }

    package func filing(_ id: FilingID) async throws -> Filing? {
        try await filings("filing.id = ?", [Data(id.bytes)]).first
    }

    package func filing(_ id: FilingID, of company: CompanyName) async throws -> Filing? {
        try await filings(
            "filing.id = ? AND company = ?", [Data(id.bytes), company.text]
        ).first
    }

    package func filing(_ id: FilingID, with organ: OrganID) async throws -> Filing? {
        try await filings(
            "filing.id = ? AND filing.organ = ? AND filing.state IN ('handed-in', 'taken')",
            [Data(id.bytes), organ.text]
        ).first
    }

    package func filing(takenInto draft: DraftID) async throws -> Filing? {
        try await filings("filing.draft = ?", [Data(draft.bytes)]).first
    }

    package func filings(
        of company: CompanyName, after last: FilingID?
    ) async throws -> [Filing] {
        try await filings(
            """
            company = ?1 AND (?2 IS NULL OR (saved, filing.id) <
            (SELECT saved, id FROM filing WHERE id = ?2 AND company = ?1))
            ORDER BY saved DESC, filing.id DESC LIMIT ?3
            """, [company.text, last.map { Data($0.bytes) }, Filing.pageRows])
    }

    package func filings(waitingAt organ: OrganID) async throws -> [Filing] {
        try await filings(
            """
            filing.state = 'handed-in' AND filing.organ = ? ORDER BY saved, filing.id LIMIT ?
            """, [organ.text, Filing.pageRows])
    }

    package func countFilings(waitingAt organ: OrganID) async throws -> Int {
        try queue.readBriefly { db in
            let statement = try db.cachedStatement(
                sql: "SELECT count(*) FROM filing WHERE state = 'handed-in' AND organ = ?")
            return try Int.fetchOne(statement, arguments: [organ.text]) ?? 0
        }
    }

    package func statements(
        of filing: FilingID, of company: CompanyName
    ) async throws -> Set<StatementID> {
        try await queue.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT statement FROM draft WHERE state = 'sent' AND id IN
                    (SELECT draft FROM filing WHERE company = ?1 AND id = ?2 UNION ALL
                    SELECT draft FROM filing WHERE company = ?1 AND follows = ?2)
                    """, arguments: [company.text, Data(filing.bytes)])
            return Set(try rows.map { StatementID(try $0.digest("statement")) })
        }
    }

    package func add(_ filing: Filing) async throws -> Bool {
        try await queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO filing (
                        id, company, organ, revision, editor, saved, content, state, note,
                        follows)
                    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', ?9 WHERE ?10 >
                    (SELECT count(*) FROM filing
                    WHERE company = ?2 AND state IN ('open', 'handed-in', 'returned'))
                    """,
                arguments: [
                    Data(filing.id.bytes), filing.company.text, filing.organ.text,
                    filing.revision, filing.editor.text, filing.savedAt.secondsSinceEpoch,
                    Data(JSONValue.object(filing.content.json).canonicalBytes),
                    filing.state.rawValue,
                    filing.content.follows.map { Data($0.bytes) }, Filing.openLimit,
                ])
            return db.changesCount == 1
        }
    }

    package func save(_ filing: Filing) async throws -> Bool {
        try await queue.write { try filing.update(in: $0) }
    }

    package func take(_ filing: Filing, into draft: Draft) async throws -> FilingTaking {
        try await queue.write { db in
            var taking = FilingTaking.taken
            // Both or neither: a draft that nothing leads to is taken back.
            try db.inSavepoint {
                guard try draft.insert(into: db) else {
                    taking = .tooManyDrafts
                    return .rollback
                }
                guard try filing.update(in: db) else {
                    taking = .changed
                    return .rollback
                }
                return .commit
            }
            return taking
        }
    }
}

extension Filing {
    /// False where another revision came first.
    fileprivate func update(in db: Database) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE filing SET revision = ?1, editor = ?2, saved = ?3, content = ?4, state = ?5,
                note = ?6, draft = ?7, follows = ?8 WHERE id = ?9 AND revision = ?1 - 1
                """,
            arguments: [
                revision, editor.text, savedAt.secondsSinceEpoch,
                Data(JSONValue.object(content.json).canonicalBytes), state.rawValue, note,
                draft.map { Data($0.bytes) }, content.follows.map { Data($0.bytes) },
                Data(id.bytes),
            ])
        return db.changesCount == 1
    }

    /// What was made into a draft that is discarded waits again.
    static func giveBack(of draft: DraftID, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE filing SET state = 'handed-in', draft = NULL, revision = revision + 1
                WHERE draft = ?
                """, arguments: [Data(draft.bytes)])
    }

    fileprivate init(_ row: Row) throws {
        guard let id = FilingID(bytes: [UInt8](row["id"] as Data)),
            case .object(let json)? = try? JSONValue(
                parsing: [UInt8](row["content"] as Data), limitBytes: Operation.bodyLimitBytes),
            let content = try? FilingContent(json: json)
        else { throw LedgerDamage.valueMalformed(column: "content") }
        self.init(
            id: id, company: try row.parsed("company") { CompanyName($0) },
            organ: try row.parsed("organ") { OrganID($0) }, revision: row["revision"],
            editor: try row.parsed("editor") { AccountName($0) },
            savedAt: try row.instant("saved"), content: content)
        state = try row.parsed("state") { State(rawValue: $0) }
        note = row["note"]
        draft = (row["draft"] as Data?).flatMap { DraftID(bytes: [UInt8]($0)) }
        if row["draft_state"] as String? != nil {
            draftState = try row.parsed("draft_state") { Draft.State(rawValue: $0) }
        }
        if row["draft_statement"] as Data? != nil {
            statement = StatementID(try row.digest("draft_statement"))
        }
    }
}
