import Foundation
import GRDB
import ParleyLog
package import ParleyService
package import ParleyStatements

extension SQLiteDesk {
    private static let columns = """
        SELECT * FROM draft JOIN draft_revision
        ON draft_revision.draft = draft.id AND draft_revision.revision = draft.revision
        """

    package func draft(_ id: DraftID) async throws -> Draft? {
        try await queue.read { db in
            try Row.fetchOne(
                db, sql: Self.columns + " WHERE id = ?", arguments: [Data(id.bytes)]
            ).map(Draft.init)
        }
    }

    package func draft(_ id: DraftID, of organ: OrganID) async throws -> Draft? {
        try await queue.read { db in
            try Row.fetchOne(
                db, sql: Self.columns + " WHERE id = ? AND organ = ?",
                arguments: [Data(id.bytes), organ.text]
            ).map(Draft.init)
        }
    }

    package func drafts(of organ: OrganID) async throws -> [Draft] {
        try await queue.read { db in
            try Row.fetchAll(
                db,
                sql: Self.columns + " WHERE state = 'open' AND organ = ? ORDER BY saved DESC, id",
                arguments: [organ.text]
            ).map(Draft.init)
        }
    }

    package func add(_ draft: Draft) async throws -> Bool {
        try await queue.write { try draft.insert(into: $0) }
    }

    package func save(_ draft: Draft, after revision: Int) async throws -> Bool {
        try await queue.write { db in
            try db.execute(
                sql: """
                    UPDATE draft SET revision = ?
                    WHERE id = ? AND revision = ? AND state = 'open'
                    """, arguments: [draft.revision, Data(draft.id.bytes), revision])
            guard db.changesCount == 1 else { return false }
            try draft.insertRevision(into: db)
            return true
        }
    }

    package func mark(_ draft: Draft) async throws -> Bool {
        try await queue.write { db in
            try db.execute(
                sql: """
                    UPDATE draft SET state = ?, reviewed_revision = ?, reviewer = ?,
                    approved = ?, note = ?, reviewed = ?, preview_revision = ?, payload = ?,
                    previewed = ?, statement = ?
                    WHERE id = ? AND revision = ? AND state = 'open'
                    """,
                arguments: [
                    draft.state.rawValue, draft.review?.revision, draft.review?.by.text,
                    draft.review?.isApproved, draft.review?.note,
                    draft.review?.at.secondsSinceEpoch, draft.preview?.revision,
                    (draft.preview?.payload).map { Data($0) },
                    draft.preview?.at.secondsSinceEpoch, draft.statement?.digest.data,
                    Data(draft.id.bytes), draft.revision,
                ])
            guard db.changesCount == 1 else { return false }
            if draft.state == .discarded { try Filing.giveBack(of: draft.id, db) }
            return true
        }
    }

    package func revisions(of id: DraftID) async throws -> [Draft] {
        try await queue.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT draft.id, draft.organ, draft.state, draft_revision.* FROM draft
                    JOIN draft_revision ON draft_revision.draft = draft.id
                    WHERE id = ? ORDER BY draft_revision.revision
                    """, arguments: [Data(id.bytes)]
            ).map(Draft.init)
        }
    }
}

extension Draft {
    /// False, and nothing kept, where the organ has as many open ones as it may.
    func insert(into db: Database) throws -> Bool {
        try db.execute(
            sql: """
                INSERT INTO draft (id, organ, revision, state)
                SELECT ?1, ?2, ?3, 'open' WHERE ?4 >
                (SELECT count(*) FROM draft WHERE organ = ?2 AND state = 'open')
                """,
            arguments: [Data(id.bytes), organ.text, revision, Draft.openLimit])
        guard db.changesCount == 1 else { return false }
        try insertRevision(into: db)
        return true
    }

    fileprivate func insertRevision(into db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO draft_revision (draft, revision, editor, saved, content)
                VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [
                Data(id.bytes), revision, editor.text, savedAt.secondsSinceEpoch,
                Data(JSONValue.object(content).canonicalBytes),
            ])
    }

    fileprivate init(_ row: Row) throws {
        guard let id = DraftID(bytes: [UInt8](row["id"] as Data)),
            case .object(let content)? = try? JSONValue(
                parsing: [UInt8](row["content"] as Data),
                limitBytes: Operation.bodyLimitBytes)
        else { throw LedgerDamage.valueMalformed(column: "content") }
        self.init(
            id: id, organ: try row.parsed("organ") { OrganID($0) }, revision: row["revision"],
            editor: try row.parsed("editor") { AccountName($0) },
            savedAt: try row.instant("saved"), content: content)
        state = try row.parsed("state") { State(rawValue: $0) }
        if let revision = row["reviewed_revision"] as Int? {
            review = Review(
                revision: revision, by: try row.parsed("reviewer") { AccountName($0) },
                isApproved: row["approved"], note: row["note"], at: try row.instant("reviewed"))
        }
        if let payload = row["payload"] as Data? {
            preview = Preview(
                revision: row["preview_revision"], payload: [UInt8](payload),
                at: try row.instant("previewed"))
        }
        if row["statement"] as Data? != nil {
            statement = StatementID(try row.digest("statement"))
        }
    }
}
