import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// From a draft's content to the header that would be signed.
extension Desk {
    struct Composed {
        let header: Statement
        let body: StatementBody?
    }

    /// - Throws: ``Problem`` where it is not complete, not lawful now, or cannot be sealed.
    func compose(_ content: JSONObject, by organ: OrganID) async throws -> Composed {
        let composer = composer.speaking(as: node.identity.seat(of: organ))
        let wish = try DraftWish(content)
        try wish.checkFilled()
        let id = wish.thread ?? ThreadID(Digest(hashing: randomness.bytes(count: 32)))
        let party = node.identity.party.id
        let opening = node.record.versions.version(of: party, at: clock.now())
        let thread = try await node.record.thread(id, opening: opening.id)
        let to = wish.thread == nil ? wish.to : thread.opening?.others(than: party) ?? wish.to
        guard !to.isEmpty else {
            throw Problem(
                status: 422, reason: "addressee-missing", detail: "nobody is told",
                hint: "name those who are told in `to`, or the thread in `thread`")
        }
        let heads = thread.heads(for: party)
        let attached = try attached(wish, to: to)
        var exhibits = attached.map(\.reference)
        if let document = try await document(wish) { exhibits.append(document) }
        var terms = try await formed(wish, to: to, under: opening)
        let body = try self.body(wish, attached, composer)
        terms.text = body.flatMap { BoundText(of: $0)?.digest } ?? terms.text
        func header(_ body: BlobReference?) -> Statement {
            composer.header(
                wish.act, in: id, under: thread.agreement, to: to,
                answers: Set(wish.answers + heads).sorted(), terms: terms, body: body,
                exhibits: exhibits)
        }
        // Before anything is sealed: what is not lawful leaves nothing behind.
        try admit(header(nil), in: thread)
        let whole = header(try await seal(body, to: to, composer))
        do throws(StatementRefusal) {
            return Composed(
                header: try Statement(parsingPayload: whole.payloadBytes()), body: body)
        } catch {
            throw Problem(status: 422, reason: error.reason, detail: error.explanation)
        }
    }

    private func admit(_ header: Statement, in thread: DialogueThread) throws(Problem) {
        do throws(ActRefusal) {
            try thread.admit(header)
        } catch {
            let lawful = thread.lawfulActs(for: node.identity.party.id).map(\.rawValue)
            throw Problem(
                status: 422, reason: error.reason, detail: error.explanation,
                hint: lawful.isEmpty ? nil : "lawful now: " + lawful.joined(separator: ", "))
        }
    }

    private func attached(
        _ wish: DraftWish, to parties: [PartyID]
    ) throws -> [PreparedExhibit] {
        do {
            let attached = try wish.exhibits.map(exhibits.exhibit)
            for exhibit in attached { try exhibit.check(isFor: parties) }
            return attached
        } catch let refusal as ExhibitRefusal {
            throw Problem(refusal)
        }
    }

    /// Open to whoever may see the header: the record itself relies on it.
    private func document(_ wish: DraftWish) async throws -> BlobReference? {
        guard let document = wish.document else { return nil }
        guard let kind = wish.act.form.document, let size = try await blobs.size(of: document)
        else {
            throw Problem(
                status: 422, reason: "document-unfit",
                detail: "\(wish.act.rawValue) takes no document, or this home has none such",
                hint: "POST /commands with `text publish` makes one of what was agreed")
        }
        return BlobReference(
            blob: document, sizeBytes: size, mediaType: kind.mediaType, isSealed: false)
    }

    private func body(
        _ wish: DraftWish, _ attached: [PreparedExhibit], _ composer: StatementComposer
    ) throws(Problem) -> StatementBody? {
        guard !wish.texts.isEmpty else { return nil }
        do throws(BodyRefusal) {
            return try composer.body(
                of: wish.act, texts: wish.texts, fields: wish.fields,
                exhibits: attached.map(\.described))
        } catch {
            throw Problem(status: 422, reason: error.reason, detail: error.explanation)
        }
    }

    private func seal(
        _ body: StatementBody?, to parties: [PartyID], _ composer: StatementComposer
    ) async throws -> BlobReference? {
        guard let body else { return nil }
        do {
            return try await composer.seal(body, to: parties)
        } catch let refusal as RecipientsRefusal {
            throw Problem(status: 422, reason: refusal.reason, detail: refusal.explanation)
        }
    }

    // MARK: Exhibits

    /// Seals a file that was brought, in pieces; the plain one may be discarded then.
    func prepareExhibit(_ ask: Ask) async throws -> Answer {
        let file = try await ownFile(ask.parameter("file"), ask)
        guard file.isWhole else { throw Self.incomplete(file) }
        guard let name = ExhibitName(file.name) else { throw Problem.notFound }
        let mediaType = ask.given.text("mediaType") ?? "application/octet-stream"
        let now = clock.now()
        let party = node.identity.party.id
        let parties = Set((ask.given.texts("to") ?? []).compactMap { PartyID($0) }).sorted()
        let versions = node.record.versions
        let files = files
        do {
            let seal = ExhibitSeal(
                agreement: versions.id, parties: parties,
                recipients: try versions.recipients(of: party, to: parties, at: now),
                limitBytes: versions.version(of: party, at: now).exhibitLimitBytes)
            // Sealed it is longer still; whoever waits is told before it is read.
            guard file.sizeBytes <= seal.limitBytes else {
                throw ExhibitRefusal.tooLong(name, limitBytes: seal.limitBytes)
            }
            let exhibit = try await exhibits.prepare(
                name, mediaType: mediaType, seal: seal
            ) { take in
                var offset: UInt64 = 0
                while offset < file.sizeBytes {
                    let bytes = try await files.read(file.id, from: offset, count: 1 << 20)
                    guard !bytes.isEmpty else { throw Problem.notFound }
                    try take(bytes)
                    offset += UInt64(bytes.count)
                    // A long file must not hold up whoever else is served by this thread.
                    await Task.yield()
                }
            }
            return Answer(exhibit.json)
        } catch let refusal as RecipientsRefusal {
            throw Problem(status: 422, reason: refusal.reason, detail: refusal.explanation)
        } catch let refusal as ExhibitRefusal {
            throw Problem(refusal)
        }
    }
}

extension Problem {
    init(_ refusal: ExhibitRefusal) {
        self.init(
            status: 422, reason: refusal.reason, detail: refusal.explanation, hint: refusal.hint)
    }
}
