import ParleyLog
import Testing

@testable import ParleyStatements

@Suite struct StatementVectorTests {
    static let verifiers: [String: StatementVerifier] = {
        var verifiers: [String: StatementVerifier] = [:]
        for name in ["plain", "hybrid"] {
            guard let bytes = try? AgreementVectors.document(named: name),
                let agreement = try? Agreement(parsing: bytes)
            else { continue }
            verifiers[name] = StatementVerifier(agreement: agreement)
        }
        return verifiers
    }()

    static func cases() throws -> [VectorCase] {
        try VectorCase.load(
            "statement/statements.json", details: ["agreement", "at", "envelope"])
    }

    @Test(arguments: try cases())
    func `each statement vector is accepted, or refused for the reason it names`(
        vector: VectorCase
    ) throws {
        let verifier = try #require(Self.verifiers[try vector.required("agreement")])
        let now = try #require(Timestamp(text: try vector.required("at")))
        let bytes = Array(try vector.required("envelope").utf8)
        let verify = { (bytes: [UInt8]) throws(StatementRefusal) -> VerifiedStatement in
            try verifier.verify(try UnverifiedStatement(parsing: bytes), at: now, place: nil)
        }
        switch vector.verdict {
        case .refuse(let reason):
            let refusal = #expect(throws: StatementRefusal.self) { try verify(bytes) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation != reason)
        case .accept:
            let verified = try verify(bytes)
            #expect(verified.envelopeBytes == bytes)
            #expect(verified.id.digest == Digest(hashing: bytes))
            // One encoding, and every byte of it under a signature: no flip is let through.
            // One statement whole; all bytes of all of them would take a minute.
            let step = vector.name == "submit" ? 1 : 7
            #expect(acceptedFlips(of: bytes, step: step) { (try? verify($0)) != nil } == 0)
        }
    }

    @Test func `every act has an accepted vector`() throws {
        let verifier = try #require(Self.verifiers["plain"])
        var acts: Set<Act> = []
        for vector in try Self.cases() where vector.verdict == .accept {
            let bytes = Array(try vector.required("envelope").utf8)
            acts.insert(try UnverifiedStatement(parsing: bytes).header.act)
        }
        // One that puts a version on record stands under that version: Vectors/amendment.
        #expect(acts == Set(Act.allCases).subtracting([.agreementAmend]))
        #expect(verifier.versions.first.parties.count == 2)
    }
}

@Suite struct StatementTests {
    @Test func `a draft that is signed is read back as it was`() throws {
        let draft = try Self.draft()
        let bytes = try Self.author().sign(draft)
        let claim = try UnverifiedStatement(parsing: bytes)
        #expect(claim.header == draft)
        let now = try #require(Timestamp(text: "2026-11-23T09:12:40Z"))
        let verifier = try #require(StatementVectorTests.verifiers["plain"])
        #expect(try verifier.verify(claim, at: now, place: nil).statement == draft)
    }

    @Test func `signing the same draft again gives the same statement`() throws {
        #expect(try Self.author().sign(Self.draft()) == Self.author().sign(Self.draft()))
    }

    @Test func `a draft without the form of its act is not signed`() throws {
        let author = try Self.author()
        #expect(throws: StatementRefusal.termMissing(.kind, .requestSubmit)) {
            try author.sign(try Self.draft(terms: Terms(urgency: .normal)))
        }
        #expect(throws: StatementRefusal.bodyMissing(.requestSubmit)) {
            try author.sign(try Self.draft(hasBody: false))
        }
    }

    @Test func `a size beyond what JSON can say is not signed as another size`() throws {
        let author = try Self.author()
        #expect(throws: StatementRefusal.self) {
            try author.sign(try Self.draft(bodySizeBytes: .max))
        }
    }

    @Test func `the header on the wire is the one of the specification`() throws {
        let b2 = String(repeating: "b2", count: 32)
        let expected =
            #"{"act":"request.submit","agreement":"\#(try Self.agreementID())","answers":[],"#
            + #""at":"2026-11-23T09:12:33Z","body":{"digest":"sha256:\#(b2)","mediaType":"#
            + #""application/vnd.parley.body.v1+json","sealed":true,"sizeBytes":4312},"#
            + #""exhibits":[],"from":{"organ":"poc","party":"us"},"parley":"statement/1","#
            + #""terms":{"kind":"information","urgency":"normal"},"#
            + #""thread":"aaaqeayeaudaocajbifqydiob4","to":["cn"]}"#
        #expect(try Self.draft().payloadBytes() == Array(expected.utf8))
    }

    private static func author() throws -> SigningKeyPair {
        try SigningKeyPair(
            ed25519Seed: decodeHex(
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    }

    private static func agreementID() throws -> AgreementID {
        AgreementID(Digest(hashing: try AgreementVectors.document(named: "plain")))
    }

    private static func draft(
        terms: Terms = Terms(kind: "information", urgency: .normal), hasBody: Bool = true,
        bodySizeBytes: UInt64 = 4312
    ) throws -> Statement {
        let us = try #require(PartyID("us"))
        let cn = try #require(PartyID("cn"))
        let poc = try #require(OrganID("poc"))
        let blob = BlobID(try #require(Digest(bytes: [UInt8](repeating: 0xB2, count: 32))))
        let body = BlobReference(
            blob: blob, sizeBytes: bodySizeBytes, mediaType: StatementBody.mediaType,
            isSealed: true)
        return Statement(
            agreement: try agreementID(),
            thread: try #require(ThreadID(text: "aaaqeayeaudaocajbifqydiob4")),
            act: .requestSubmit, from: Seat(party: us, organ: poc), to: [cn], answers: [],
            at: try #require(Timestamp(text: "2026-11-23T09:12:33Z")), terms: terms,
            body: hasBody ? body : nil, exhibits: [])
    }
}

@Suite struct BodyVectorTests {
    @Test(arguments: try VectorCase.load("body/bodies.json", details: ["text", "repeat"]))
    func `each body vector is accepted, or refused for the reason it names`(
        vector: VectorCase
    ) throws {
        let bytes = vector.bytes
        switch vector.verdict {
        case .refuse(let reason):
            let refusal = #expect(throws: BodyRefusal.self) { try StatementBody(parsing: bytes) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
        case .accept:
            let body = try StatementBody(parsing: bytes)
            #expect(body.canonicalBytes == bytes)
            let flips = acceptedFlips(of: bytes) { flipped in
                guard let other = try? StatementBody(parsing: flipped) else { return false }
                #expect(other != body)
                return true
            }
            #expect(flips == vector.flipsAccepted)
        }
    }

    @Test(arguments: try VectorCase.load("text/texts.json", details: ["text", "repeat", "digest"]))
    func `each bound text is read with its digest, or refused for the reason it names`(
        vector: VectorCase
    ) throws {
        let bytes = vector.bytes
        switch vector.verdict {
        case .refuse(let reason):
            let refusal = #expect(throws: BodyRefusal.self) { try BoundText(parsing: bytes) }
            #expect(refusal?.reason == reason)
        case .accept:
            let text = try BoundText(parsing: bytes)
            #expect(text.canonicalBytes == bytes)
            #expect(text.digest.text == vector.text("digest"))
            let flips = acceptedFlips(of: bytes) { flipped in
                guard let other = try? BoundText(parsing: flipped) else { return false }
                #expect(other.digest != text.digest)
                return true
            }
            #expect(flips == vector.flipsAccepted)
        }
    }

    @Test func `a text that is not the one its header names is refused, and so is one unasked for`()
        throws
    {
        let language = try #require(LanguageTag("en"))
        func body(_ words: String, salt: [UInt8]?) throws -> StatementBody {
            try StatementBody(
                texts: [.init(language: language, text: words, isAuthentic: true)], salt: salt)
        }
        let salt = [UInt8](repeating: 7, count: 16)
        let agreed = try #require(BoundText(of: body("Agreed.", salt: salt)))
        func header(_ act: Act, _ terms: Terms) throws -> Statement {
            Statement(
                agreement: AgreementID(Digest(hashing: [])),
                thread: try #require(ThreadID(bytes: salt)), act: act,
                from: try #require(Seat("us/poc")), to: [try #require(PartyID("cn"))], answers: [],
                at: try #require(Timestamp(secondsSinceEpoch: 0)), terms: terms, body: nil,
                exhibits: [])
        }
        let proposal = try header(.commitmentMake, Terms(text: agreed.digest))
        try body("Agreed.", salt: salt).check(against: proposal)
        #expect(throws: BodyRefusal.textDiffers) {
            try body("Agreed!", salt: salt).check(against: proposal)
        }
        #expect(throws: BodyRefusal.textDiffers) {
            try body("Agreed.", salt: nil).check(against: proposal)
        }
        #expect(throws: BodyRefusal.textDiffers) {
            try body("Agreed.", salt: [UInt8](repeating: 8, count: 16)).check(against: proposal)
        }
        let joining = try header(.commitmentJoin, Terms(text: agreed.digest))
        #expect(throws: BodyRefusal.saltNotAllowed) {
            try body("Agreed.", salt: salt).check(against: joining)
        }
    }

    @Test func `a body that describes other exhibits than its header is refused`() throws {
        let language = try #require(LanguageTag("en"))
        let name = try #require(ExhibitName("log.txt"))
        let digest = Digest(hashing: [])
        let text = StatementBody.Text(language: language, text: "Yes.", isAuthentic: true)
        let body = try StatementBody(
            texts: [text],
            exhibits: [.init(name: name, mediaType: "text/plain", sizeBytes: 0, digest: digest)])
        let reference = BlobReference(
            blob: BlobID(digest), sizeBytes: 9, mediaType: "text/plain", isSealed: true)
        try body.check(against: try header(exhibits: [reference]))
        #expect(throws: BodyRefusal.exhibitsDiffer(bodyCount: 1, headerCount: 0)) {
            try body.check(against: try header(exhibits: []))
        }
        let other = BlobReference(
            blob: BlobID(digest), sizeBytes: 9, mediaType: "text/html", isSealed: true)
        #expect(throws: BodyRefusal.exhibitsDiffer(bodyCount: 1, headerCount: 1)) {
            try body.check(against: try header(exhibits: [other]))
        }
    }

    @Test func `a body too long to be read is not made`() throws {
        let language = try #require(LanguageTag("en"))
        let long = String(repeating: "x", count: StatementBody.sizeLimitBytes)
        let text = StatementBody.Text(language: language, text: long, isAuthentic: true)
        let refusal = #expect(throws: BodyRefusal.self) { try StatementBody(texts: [text]) }
        #expect(refusal?.reason == "too-long")
    }

    private func header(exhibits: [BlobReference]) throws -> Statement {
        let us = try #require(PartyID("us"))
        let poc = try #require(OrganID("poc"))
        return Statement(
            agreement: AgreementID(Digest(hashing: [])),
            thread: try #require(ThreadID(bytes: [UInt8](repeating: 0, count: 16))),
            act: .requestAnswer, from: Seat(party: us, organ: poc), to: [], answers: [],
            at: Timestamp.latest, terms: Terms(), body: nil, exhibits: exhibits)
    }
}
