package import ParleyLog
import ParleyNode
package import ParleyStatements

/// What is going to be said, while it is written: kept at every step, signed by nobody.
package struct Draft: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        case open
        case sent
        case discarded
    }

    /// The second person's word on one revision; another revision needs it again.
    package struct Review: Hashable, Sendable {
        package let revision: Int
        package let by: AccountName
        package let isApproved: Bool
        package let note: String
        package let at: Timestamp

        package init(
            revision: Int, by: AccountName, isApproved: Bool, note: String, at: Timestamp
        ) {
            self.revision = revision
            self.by = by
            self.isApproved = isApproved
            self.note = note
            self.at = at
        }
    }

    /// The exact header that would be signed, as somebody has seen it.
    package struct Preview: Hashable, Sendable {
        /// Then its time is too old to be signed, and it is to be looked at again.
        package static let goodSeconds: Int64 = 15 * 60

        package let revision: Int
        package let payload: [UInt8]
        package let at: Timestamp

        package var digest: Digest { Digest(hashing: payload) }

        package init(revision: Int, payload: [UInt8], at: Timestamp) {
            self.revision = revision
            self.payload = payload
            self.at = at
        }
    }

    /// Open ones of an organ at once.
    package static let openLimit = 1000

    package let id: DraftID
    package let organ: OrganID
    /// Of the content; counts from 1.
    package var revision: Int
    /// Who wrote this revision.
    package var editor: AccountName
    package var savedAt: Timestamp
    /// As the API takes it; complete or not.
    package var content: JSONObject
    package var state: State = .open
    package var review: Review?
    package var preview: Preview?
    package var statement: StatementID?

    package init(
        id: DraftID, organ: OrganID, revision: Int, editor: AccountName, savedAt: Timestamp,
        content: JSONObject
    ) {
        self.id = id
        self.organ = organ
        self.revision = revision
        self.editor = editor
        self.savedAt = savedAt
        self.content = content
    }

    package func json(approval: ApprovalNeed) -> JSONObject {
        var json: JSONObject = [
            "draft": .string(id.description), "organ": .string(organ.text),
            "revision": .integer(Int64(revision)), "editor": .string(editor.text),
            "saved": .string(savedAt.text), "state": .string(state.rawValue),
            "content": .object(content),
        ]
        json = json.adding(approval.json)
        if let review, review.revision == revision {
            json = json.adding([
                "review": .object([
                    "by": .string(review.by.text), "approved": .bool(review.isApproved),
                    "note": .string(review.note), "at": .string(review.at.text),
                ])
            ])
        }
        if let statement { json = json.adding(["statement": .string(statement.text)]) }
        return json
    }
}
