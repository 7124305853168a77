import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// Writing, looking at, approving and sending. Nothing is signed but what was looked at: the exact
/// header, whose digest the sender names.
///
/// Crash story. A draft is durable when its saving is answered, every revision of it. Sending signs
/// what the preview holds and hands it to the log, and only then marks the draft as sent; whoever
/// dies in between finds it unsent, sends it again, and is given the statement that the log holds
/// of that header already.
extension Desk {
    private func own(_ ask: Ask) async throws -> Draft {
        guard let id = DraftID(text: ask.parameter("draft")),
            let organ = ask.caller.organ,
            // Another organ's is not even read: it takes as long as one that is not there.
            let draft = try await accounts.store.draft(id, of: organ)
        else { throw Problem.notFound }
        return draft
    }

    private func name(_ ask: Ask) throws(Problem) -> AccountName {
        guard let name = ask.caller.account else { throw .signInNeeded }
        return name
    }

    private func json(_ draft: Draft) async throws -> JSONObject {
        draft.json(approval: try await approvalNeed(draft))
    }

    private func openOnly(_ draft: Draft) throws(Problem) {
        guard draft.state == .open else {
            throw Problem(
                status: 409, reason: "draft-\(draft.state.rawValue)",
                detail: "the draft was \(draft.state.rawValue)")
        }
    }

    // MARK: Writing

    func listDrafts(_ ask: Ask) async throws -> Answer {
        guard let organ = ask.caller.organ else { throw Problem.signInNeeded }
        var drafts: [JSONValue] = []
        for draft in try await accounts.store.drafts(of: organ) {
            drafts.append(.object(try await json(draft)))
        }
        return Answer(["drafts": .array(drafts)])
    }

    func addDraft(_ ask: Ask) async throws -> Answer {
        guard let organ = ask.caller.organ else { throw Problem.signInNeeded }
        // Sent again after a crash, a keyed request finds what it has made.
        let keyed = ask.repeatKey.flatMap { DraftID(bytes: Array($0.seed.bytes.prefix(16))) }
        if let keyed, let made = try await accounts.store.draft(keyed) {
            return Answer(try await json(made), object: made.id.description)
        }
        let draft = Draft(
            id: keyed ?? DraftID(randomness: randomness), organ: organ, revision: 1,
            editor: try name(ask),
            savedAt: clock.now(), content: ask.given.object)
        guard try await accounts.store.add(draft) else {
            throw Self.draftsTooMany
        }
        return Answer(try await json(draft), object: draft.id.description)
    }

    func showDraft(_ ask: Ask) async throws -> Answer {
        Answer(try await json(try await own(ask)))
    }

    /// The later of two writers sees the earlier's text and chooses.
    func changeDraft(_ ask: Ask) async throws -> Answer {
        var draft = try await own(ask)
        try openOnly(draft)
        guard let tag = ask.ifMatch else {
            throw Problem(
                status: 428, reason: "if-match-missing",
                detail: "say with If-Match which state of the draft you have changed",
                hint: "send the ETag that came with it")
        }
        guard tag == Answer(try await json(draft)).tag else { throw Self.draftChanged }
        try await checkWords(of: draft.id, ask.given.object)
        let before = draft.revision
        draft.revision += 1
        draft.editor = try name(ask)
        draft.savedAt = clock.now()
        draft.content = ask.given.object
        guard try await accounts.store.save(draft, after: before) else {
            throw Self.draftChanged
        }
        return Answer(try await json(try await own(ask)))
    }

    static var draftsTooMany: Problem {
        Problem(
            status: 409, reason: "drafts-too-many",
            detail: "an organ may have \(Draft.openLimit) open drafts",
            hint: "send or discard some")
    }

    private static var draftChanged: Problem {
        Problem(
            status: 412, reason: "draft-changed", detail: "somebody has changed the draft since",
            hint: "read it again, and choose what stays; every revision is kept")
    }

    func draftRevisions(_ ask: Ask) async throws -> Answer {
        let draft = try await own(ask)
        let revisions = try await accounts.store.revisions(of: draft.id)
        return Answer([
            "revisions": .array(
                revisions.map { one in
                    .object([
                        "revision": .integer(Int64(one.revision)),
                        "editor": .string(one.editor.text), "saved": .string(one.savedAt.text),
                        "content": .object(one.content),
                    ])
                })
        ])
    }

    func discardDraft(_ ask: Ask) async throws -> Answer {
        var draft = try await own(ask)
        try openOnly(draft)
        draft.state = .discarded
        guard try await accounts.store.mark(draft) else { throw Self.draftChanged }
        return .nothing
    }

    func reviewDraft(_ ask: Ask) async throws -> Answer {
        var draft = try await own(ask)
        try openOnly(draft)
        let by = try name(ask)
        guard Int(ask.given.number("revision") ?? 0) == draft.revision else {
            throw Problem(
                status: 409, reason: "draft-changed",
                detail: "the draft's revision is \(draft.revision) now",
                hint: "read it again: another text needs another word")
        }
        // Four eyes: whoever wrote it has two of them.
        guard by != draft.editor else {
            throw Problem(
                status: 409, reason: "approver-is-editor",
                detail: "\(by) wrote this revision; somebody else approves it")
        }
        draft.review = Draft.Review(
            revision: draft.revision, by: by,
            isApproved: ask.given.text("verdict") == "approved",
            note: ask.given.text("note") ?? "", at: clock.now())
        guard try await accounts.store.mark(draft) else { throw Self.draftChanged }
        return Answer(try await json(draft))
    }

    // MARK: Leaving

    /// What would leave: the exact bytes that are signed, to whom, and how it is sealed.
    func previewDraft(_ ask: Ask) async throws -> Answer {
        var draft = try await own(ask)
        try openOnly(draft)
        let composed = try await compose(draft.content, by: draft.organ)
        draft.preview = Draft.Preview(
            revision: draft.revision, payload: composed.header.payloadBytes(), at: clock.now())
        guard let preview = draft.preview, try await accounts.store.mark(draft) else {
            throw Self.draftChanged
        }
        let now = clock.now()
        let versions = node.record.versions
        let parties = composed.header.to + [composed.header.from.party]
        let json: JSONObject = [
            "preview": .string(preview.digest.text),
            "until": .string(preview.at.adding(seconds: Draft.Preview.goodSeconds).text),
            "header": composed.header.json, "payload": .string(Base64.encode(preview.payload)),
            "exercise": .bool(
                versions.first.isExercise || composed.header.terms.isExercise),
            "sealedTo": .array(
                (composed.body == nil ? [] : parties).flatMap { id in
                    versions.party(id, at: now)?.organs.map {
                        JSONValue.string("\(id)/\($0.id)")
                    } ?? []
                }),
            "body": .object(composed.body.map { Self.json($0) } ?? [:]),
            "approved": .bool(isApproved(draft)),
        ]
        return Answer(json.adding(try await approvalNeed(draft).json))
    }

    private func isApproved(_ draft: Draft) -> Bool {
        guard let review = draft.review else { return false }
        return review.revision == draft.revision && review.isApproved
    }

    /// Signs what was looked at and gives it to the log.
    func sendDraft(_ ask: Ask) async throws -> Answer {
        var draft = try await own(ask)
        if draft.state == .sent, let statement = draft.statement {
            return Answer(["statement": .string(statement.text)])
        }
        try openOnly(draft)
        // SPEC agreement §16: A node MUST NOT sign a statement whose act a pattern of the
        // statement's version fits before a person other than its writer has approved what it says.
        let need = try await approvalNeed(draft)
        guard !need.isNeeded || isApproved(draft) else {
            throw Problem(
                status: 409, reason: "approval-missing",
                detail: "this act leaves only once somebody else has approved it; so wants the "
                    + (need.byAgreement ? "agreement" : "node"),
                hint: "POST /drafts/{draft}/review by another account with the role approver")
        }
        guard let preview = draft.preview, preview.revision == draft.revision,
            preview.digest.text == ask.given.text("preview")
        else {
            throw Problem(
                status: 409, reason: "preview-missing",
                detail: "what leaves is looked at first, and nothing else is signed",
                hint: "POST /drafts/{draft}/preview, and name the digest that it returns")
        }
        let statement = try await submit(preview, by: draft.organ)
        draft.state = .sent
        draft.statement = statement
        guard try await accounts.store.mark(draft) else { throw Self.draftChanged }
        return Answer(["statement": .string(statement.text)])
    }

    private func submit(
        _ preview: Draft.Preview, by organ: OrganID
    ) async throws -> StatementID {
        // Said already, by a process that died before it could note that.
        let known = try await ledger.known(ids: [], payloads: [preview.digest])
        if let said = known.payloads[preview.digest] { return said }
        let now = clock.now()
        guard now.seconds(since: preview.at) <= Draft.Preview.goodSeconds else {
            throw Problem(
                status: 409, reason: "preview-old",
                detail: "what was looked at bears a time of \(preview.at)",
                hint: "POST /drafts/{draft}/preview again")
        }
        let key: SigningKeyPair
        do throws(NodeIdentityRefusal) {
            key = try node.identity.signingKey(
                of: organ, in: node.directory.current, at: now)
        } catch {
            if case .keysLocked = error { throw Problem.keysLocked }
            throw Problem(status: 409, reason: error.reason, detail: error.explanation)
        }
        do {
            let envelope = try key.sign(try Statement(parsingPayload: preview.payload))
            return try await node.submit(envelope)
        } catch let refusal as StatementRefusal {
            throw Problem(status: 422, reason: refusal.reason, detail: refusal.explanation)
        } catch let refusal as SubmitRefusal {
            throw Problem(status: 422, reason: refusal.reason, detail: refusal.explanation)
        }
    }
}
