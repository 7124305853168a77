import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// Every act is said between real nodes, and everybody tries to read it by every way they have:
/// what they come to know must be what `Spec/audience.md` says.
@Suite struct AudienceMatrixTests {
    @Test func `what each audience can read of each act is what the matrix says`() async throws {
        let street = try await AudienceStreet(
            try TestAgreement(["us", "cn", "jp", "corp"], companies: ["corp"]))
        try await street.sayEveryAct()
        try await street.publish()
        try await street.change()
        #expect(try await street.checked() == Set(Act.allCases))
    }
}

/// Four nodes, what they have said, and what each can read of it.
private actor AudienceStreet {
    static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private struct Said {
        let id: StatementID
        let statement: Statement
    }

    private let terms: TestAgreement
    private let village: Village
    private var now = AudienceStreet.start
    private var all: [Said] = []
    /// By thread and whose export it is: the same for every statement of the thread.
    private var exports: [[String]: ThreadExport] = [:]

    init(_ terms: TestAgreement) async throws {
        self.terms = terms
        village = try await Village.make(terms, seed: 1, at: Self.start)
    }

    // MARK: Saying

    /// Every act that people say and that changes no keys, once, between two states: with a body
    /// where it may have one, an exhibit and a document. Who may know does not depend on what is
    /// lawful, so most of them stand where the table does not allow them.
    func sayEveryAct() async throws {
        let opened = try await say(filled(.requestSubmit), as: "us")
        let acts = Act.allCases.filter { !$0.changesDirectory && $0 != .textPublish }
        for act in acts where act != .requestSubmit {
            _ = try await say(filled(act, answering: act.form.opensThread ? nil : opened), as: "us")
        }
        try await village.settle()
    }

    /// A text that its author publishes.
    func publish() async throws {
        let text = try StatementBody(
            texts: [.init(language: LanguageTag("en")!, text: "We shall.", isAuthentic: true)],
            salt: Array(repeating: 7, count: BoundText.saltByteCount))
        let bound = try #require(BoundText(of: text))
        var make = try filled(.commitmentMake)
        make.statement = Statement(
            agreement: make.statement.agreement, thread: try TestAgreement.thread("text"),
            act: .commitmentMake, from: make.statement.from, to: make.statement.to, answers: [],
            at: now, terms: Terms(text: bound.digest), body: make.statement.body, exhibits: [])
        let made = try await say(make, as: "us")
        try await village.settle()
        let bytes = bound.canonicalBytes
        let publication = Statement(
            agreement: terms.agreement.id, thread: made.statement.thread, act: .textPublish,
            from: made.statement.from, to: made.statement.to, answers: [made.id], at: now,
            terms: Terms(), body: nil,
            exhibits: [
                BlobReference(
                    blob: BlobID(bound.digest), sizeBytes: UInt64(bytes.count),
                    mediaType: BoundText.mediaType, isSealed: false)
            ])
        _ = try await say(Draft(statement: publication, blobs: [bytes]), as: "us")
        try await village.settle()
    }

    /// Keys, versions, and a party that leaves.
    func change() async throws {
        let (us, cn) = (try terms.party("us"), try terms.party("cn"))
        let added = Organ.SigningKey(
            keys: us.nextSigningKey.publicKeys, notBefore: now,
            notAfter: now.adding(seconds: 86_400))
        let changes: [(Act, Terms, String)] = [
            (.keysAdd, Terms(signingKey: added), "us"),
            (.keysRetire, Terms(key: us.signingKey.publicKeys.keyIDs[0]), "us"),
            (.keysRevoke, Terms(key: cn.signingKey.publicKeys.keyIDs[0], since: now), "cn"),
        ]
        for (act, change, name) in changes {
            try await submit(try terms.keyChange(act, change, of: name, at: now), [], by: name)
        }
        let version = try terms.amended(terms.agreement, silenceAfterSeconds: 90_000)
        let amendment = try terms.amendment(version, by: "jp", at: now)
        try await submit(amendment.envelope, amendment.blobs, by: "jp")
        try await leave(by: terms.party("corp"))
    }

    private func leave(by author: TestParty) async throws {
        let others = terms.parties.map(\.id).filter { $0 != author.id }.sorted()
        let body = try seal("We leave.", by: author.id, to: others)
        let statement = Statement(
            agreement: terms.agreement.id, thread: try TestAgreement.thread("leaving"),
            act: .agreementLeave, from: author.seat, to: others, answers: [], at: now,
            terms: Terms(until: now.adding(seconds: 86_400 * 90)),
            body: TestAgreement.reference(body, mediaType: StatementBody.mediaType), exhibits: [])
        try await submit(try author.rootKey.sign(statement), [body], by: author.id.text)
    }

    // MARK: Drafts

    private struct Draft {
        var statement: Statement
        var blobs: [[UInt8]]
    }

    /// The fullest statement that the act's form allows.
    private func filled(_ act: Act, answering: Said? = nil) throws -> Draft {
        let form = act.form
        let (us, cn) = (try terms.party("us"), try terms.party("cn").id)
        var blobs: [[UInt8]] = []
        func kept(_ bytes: [UInt8], _ mediaType: String, isSealed: Bool) -> BlobReference {
            blobs.append(bytes)
            return BlobReference(
                blob: BlobID(Digest(hashing: bytes)), sizeBytes: UInt64(bytes.count),
                mediaType: mediaType, isSealed: isSealed)
        }
        var exhibits: [BlobReference] = []
        if let document = form.document {
            exhibits.append(kept(Array("open \(act)".utf8), document.mediaType, isSealed: false))
        }
        if form.allowsExhibits {
            exhibits.append(
                kept(try seal("exhibit \(act)", by: us.id, to: [cn]), "text/plain", isSealed: true))
        }
        let body =
            form.body == .none
            ? nil
            : kept(
                try seal("body \(act)", by: us.id, to: [cn]), StatementBody.mediaType,
                isSealed: true)
        var terms = Terms()
        for term in form.terms { try fill(&terms, term, of: act) }
        return Draft(
            statement: Statement(
                agreement: self.terms.agreement.id,
                thread: try answering?.statement.thread ?? TestAgreement.thread("\(act)"),
                act: act, from: us.seat, to: [cn], answers: answering.map { [$0.id] } ?? [],
                at: now, terms: terms, body: body, exhibits: exhibits), blobs: blobs)
    }

    private func fill(
        _ terms: inout Terms, _ term: Act.Term, of act: Act
    ) throws {
        let cn = try self.terms.party("cn").id
        switch term {
        case .kind: terms.kind = "information"
        case .urgency: terms.urgency = .normal
        case .until: terms.until = now.adding(seconds: 90 * 86_400)
        case .ground:
            let kind = self.terms.agreement.requestKinds.first
            let grounds = act == .requestPostpone ? kind?.postponementGrounds : kind?.refusalGrounds
            terms.ground = grounds?.first
        case .review:
            terms.review = AnswerReview(
                isComplete: true, isUsable: true, isWhole: true, isReasoned: true)
        case .silentParty: terms.silentParty = cn
        case .conditions: terms.conditions = ["use-only-for-case"]
        case .authority: terms.authority = .confirmed
        case .provisions: terms.provisions = ["18 USC 1030(a)(2)"]
        case .outcome: terms.outcome = .settled
        case .text: terms.text = Digest(hashing: [1])
        case .claims:
            terms.claims = [Claim(level: .machine, confidence: .high, likelihood: .likely)]
        case .threads: terms.threads = [try TestAgreement.thread("another")]
        case .verdict: terms.verdict = .partly
        case .round: terms.round = 1
        case .date: terms.date = now
        case .owner: terms.owner = cn
        case .post: terms.post = "duty-officer"
        case .custody: terms.custody = .examined
        case .exhibit: terms.exhibit = BlobID(Digest(hashing: [2]))
        case .basis, .law, .follows, .counters, .adReferendum, .exercise: break
        case .signingKey, .key, .since: break
        }
    }

    private func seal(
        _ plain: String, by party: PartyID, to parties: [PartyID]
    ) throws -> [UInt8] {
        try SealWriter.sealed(
            Array(plain.utf8), agreement: terms.agreement.id,
            recipients: try AgreementVersions(terms.agreement)
                .recipients(of: party, to: parties, at: now),
            contentKey: Digest(hashing: Array(plain.utf8)).bytes)
    }

    /// Logs it as a node does that does not ask what is lawful, as a hostile one would.
    private func say(_ draft: Draft, as name: String) async throws -> Said {
        let house = try await village.house(name)
        for blob in draft.blobs {
            try await house.blobs.put(blob, as: BlobID(Digest(hashing: blob)))
        }
        let envelope = try house.party.signingKey.sign(draft.statement)
        let verified = try StatementVerifier(agreement: terms.agreement)
            .verify(try UnverifiedStatement(parsing: envelope), at: now, place: nil)
        _ = try await house.node.writer.perform(
            .local(
                LoggableStatement(
                    verified: verified, payload: verified.payloadDigest, authorPlace: nil,
                    earlierProofs: []), silenceFor: nil, retold: []))
        try await village.statementsQueued(by: name)
        let said = Said(id: verified.id, statement: draft.statement)
        all.append(said)
        return said
    }

    private func submit(_ envelope: [UInt8], _ blobs: [[UInt8]], by name: String) async throws {
        let id = try await village.submit(envelope, blobs: blobs, by: name)
        all.append(Said(id: id, statement: try UnverifiedStatement(parsing: envelope).header))
        try await village.settle()
        now = try await village.house("us").clock.now()
    }

    // MARK: Reading

    /// Compares what can be read with the matrix, and returns the acts that were said.
    func checked() async throws -> Set<Act> {
        for one in all {
            let statement = one.statement
            let apart = terms.parties.map(\.id).filter {
                $0 != statement.from.party && !statement.to.contains($0)
            }
            let companies = [try terms.party("corp").id]
            for audience in Audience.allCases {
                let known: [Set<StatementPart>]
                switch audience {
                case .author: known = [try await read(one, by: statement.from.party)]
                case .addressed:
                    known = try await reads(one, by: statement.to)
                case .otherState:
                    known = try await reads(one, by: apart.filter { !companies.contains($0) })
                case .otherCompany:
                    known = try await reads(one, by: apart.filter(companies.contains))
                case .auditor: known = [try await readExport(one)]
                case .anybody: known = [try await readPublic(one)]
                }
                var expected = statement.act.parts(knownTo: audience)
                if statement.body == nil { expected.remove(.body) }
                for parts in known {
                    #expect(
                        parts == expected,
                        "\(statement.act) of \(statement.from) to \(statement.to): \(audience)")
                }
            }
        }
        // An act that may have a body is tried with one.
        let whole = all.map(\.statement).filter { $0.body != nil || $0.act.form.body == .none }
        return Set(whole.map(\.act))
    }

    private func reads(_ one: Said, by parties: [PartyID]) async throws -> [Set<StatementPart>] {
        var all: [Set<StatementPart>] = []
        for party in parties { all.append(try await read(one, by: party)) }
        return all
    }

    /// By its own node, the author's log, and whatever sealed bytes come its way.
    private func read(_ one: Said, by party: PartyID) async throws -> Set<StatementPart> {
        let house = try await village.house(party.text)
        let author = try await village.house(one.statement.from.party.text)
        var parts: Set<StatementPart> = []
        let size = try await author.ledger.tail().size.entryCount
        let bundle = try #require(
            TilePath(content: .entries, number: 0, width: Int(size)))
        let log = try #require(try await author.node.published.bytes(of: bundle))
        if log.contains(one.id.digest.bytes) { parts.insert(.digest) }
        if try await house.ledger.entry(one.id) != nil { parts.insert(.header) }
        if let body = one.statement.body?.blob {
            let size = try #require(try await author.blobs.size(of: body))
            let stolen = try await author.blobs.read(body, from: 0, count: Int(size))
            let opened = try? SealReader.opened(
                stolen, agreement: terms.agreement.id, key: house.party.sealingKey)
            // Who can open it has it too, and who cannot does not.
            #expect(try await house.blobs.contains(body) == (opened != nil), "\(party)")
            if opened != nil { parts.insert(.body) }
        }
        if let document = one.statement.act.form.document.flatMap({ _ in
            one.statement.exhibits.first?.blob
        }) {
            let isHeld = try await house.blobs.contains(document)
            let isPublished = try await author.node.publishedTexts.bytes(of: document) != nil
            if isHeld || isPublished { parts.insert(.document) }
        }
        return parts
    }

    private func readExport(_ one: Said) async throws -> Set<StatementPart> {
        let author = try await village.house(one.statement.from.party.text)
        let name = [author.party.id.text, one.statement.thread.text]
        let export: ThreadExport
        if let made = exports[name] {
            export = made
        } else {
            export = try await author.node.record.export(one.statement.thread)
            exports[name] = export
        }
        var parts: Set<StatementPart> = []
        if export.items.contains(where: { Digest(hashing: $0.envelope) == one.id.digest }) {
            parts.formUnion([.digest, .header])
        }
        for reference in [one.statement.body].compactMap({ $0 }) + one.statement.exhibits {
            let bytes = try await author.blobs.read(
                reference.blob, from: 0, count: Int(reference.sizeBytes))
            let isThere =
                export.amendments.contains(bytes)
                || export.items.contains { item in
                    item.envelope.contains(bytes.prefix(32))
                        || item.proofs.contains { $0.text.contains(bytes.prefix(32)) }
                }
            guard isThere else { continue }
            parts.insert(reference.isSealed ? .body : .document)
        }
        if one.statement.act == .textPublish {
            parts.formUnion(try await readPublic(one).intersection([.document]))
        }
        return parts
    }

    private func readPublic(_ one: Said) async throws -> Set<StatementPart> {
        let author = try await village.house(one.statement.from.party.text)
        var parts: Set<StatementPart> = []
        if terms.agreement.publicLog.contains(.entries) { parts.insert(.digest) }
        for reference in one.statement.exhibits + [one.statement.body].compactMap({ $0 })
        where try await author.node.publishedTexts.bytes(of: reference.blob) != nil {
            parts.insert(.document)
        }
        return parts
    }
}
