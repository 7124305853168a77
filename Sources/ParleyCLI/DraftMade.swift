import Foundation
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore

/// What a command given from elsewhere would have said lies at the desk as a draft: whoever gave it
/// looks at what would leave before it does.
struct DraftMade: Error {
    private let draft: DraftID
    private let wish: StatementDraft

    init(
        _ wish: StatementDraft, header: JSONValue, _ exhibits: [PreparedExhibit],
        for behalf: CommandOrder.Behalf, at home: Home
    ) async throws {
        self.wish = wish
        var terms = JSONValue.object([:])
        if case .object(let members) = header, let given = members["terms"] { terms = given }
        let room = try home.exhibitRoom()
        for exhibit in exhibits { try room.keep(exhibit) }
        let surroundings = Surroundings.here
        let draft = Draft(
            id: DraftID(randomness: surroundings.randomness), organ: behalf.organ, revision: 1,
            editor: behalf.account, savedAt: surroundings.clock.now(),
            content: Self.content(wish, terms, exhibits))
        guard try await HomeDesk(home).store.add(draft) else {
            throw CommandFailure.refused(
                "drafts-too-many", "an organ may have \(Draft.openLimit) open drafts",
                hint: "send or discard some: parley --node … draft list")
        }
        self.draft = draft.id
        if case .brought(let folder, _) = surroundings.files {
            try PrivateFile.write(
                Array(draft.id.description.utf8),
                to: folder.appending(path: CommandOrder.draftName))
        }
    }

    /// As the API takes it.
    private static func content(
        _ wish: StatementDraft, _ terms: JSONValue, _ exhibits: [PreparedExhibit]
    ) -> JSONObject {
        var json: JSONObject = [
            "act": .string(wish.act.rawValue), "thread": .string(wish.thread.text),
            "to": .array(wish.to.map { .string($0.text) }),
            "answers": .array(wish.answers.map { .string($0.text) }),
            "terms": terms,
            "texts": .array(
                wish.texts.map { text in
                    let json: JSONObject = [
                        "language": .string(text.language.text), "text": .string(text.text),
                        "authentic": .bool(text.isAuthentic),
                    ]
                    // A mark is there or is not.
                    return .object(
                        text.isMachine ? json.adding(["machine": .bool(true)]) : json)
                }),
            "fields": .object(
                JSONObject(wish.fields.map { .init(name: $0.key, value: .string($0.value)) })),
            "exhibits": .array(exhibits.map { .string($0.reference.blob.text) }),
        ]
        if let document = wish.document {
            json = json.adding(["document": .string(document.blob.text)])
        }
        return json
    }

    func tell(json: Bool) {
        emit(
            [
                "draft": .string(draft.description), "thread": .string(wish.thread.text),
                "act": .string(wish.act.rawValue),
            ], json: json,
            lines: [
                "\(wish.act.rawValue) drafted, not sent", "  thread    \(wish.thread)",
                "  draft     \(draft)",
            ])
    }
}
