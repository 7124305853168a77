package import ParleyLog
package import ParleyNode
package import ParleyStatements

/// One party of the tests' agreement with all its private keys, every key made from its name.
package struct TestParty: Sendable {
    package let id: PartyID
    package let seat: Seat
    package let logSigner: NoteSigner
    package let witnessSigner: NoteSigner
    package let signingKey: SigningKeyPair
    package let rootKey: SigningKeyPair
    /// In the organ's hands and not in the agreement.
    package let nextSigningKey: SigningKeyPair
    package let sealingKey: SealingPrivateKey

    fileprivate init(_ name: String) throws {
        let seed = { (use: String) in Digest(hashing: Array("\(name) \(use)".utf8)).bytes }
        id = try Self.known(PartyID(name))
        seat = Seat(party: id, organ: try Self.known(OrganID("poc")))
        logSigner = try NoteSigner(
            name: "\(name).example.org/log/village", seed: seed("log"), type: .log)
        witnessSigner = try NoteSigner(
            name: "\(name).example.org/witness", seed: seed("witness"), type: .cosigner)
        signingKey = try SigningKeyPair(ed25519Seed: seed("poc"))
        nextSigningKey = try SigningKeyPair(ed25519Seed: seed("poc next"))
        rootKey = try SigningKeyPair(ed25519Seed: seed("root"))
        sealingKey = try SealingPrivateKey(seed: seed("sealing"))
    }

    /// The card that this party hands in; its organ's key is good until `notAfter`.
    fileprivate func card(
        notAfter: Timestamp, notBefore: Timestamp, kind: Party.Kind
    ) throws -> PartyCard {
        let english = try Self.known(LanguageTag("en"))
        let year = WorkingCalendar.Year(
            daysOff: [], workingWeekends: [], source: "tests",
            asOf: try Self.known(CivilDate(text: "2025-11-04")),
            offsets: [
                .init(from: try Self.known(Timestamp(text: "2025-12-01T00:00:00Z")), secondsEast: 0)
            ])
        return PartyCard(
            party: Party(
                id: id, kind: kind, name: [english: id.text], languages: [english],
                calendar: "office", rootKey: rootKey.publicKeys,
                organs: [
                    Organ(
                        id: seat.organ, role: "contact-point", name: [english: "Contact point"],
                        signingKeys: [
                            .init(
                                keys: signingKey.publicKeys, notBefore: notBefore,
                                notAfter: notAfter)
                        ], sealingKey: sealingKey.publicKey.bytes)
                ],
                node: Party.Node(
                    url: "https://\(id.text).example.org:8443",
                    tlsPins: [Digest(hashing: Array("\(id) tls".utf8))],
                    logKey: logSigner.key.text, witnessKey: witnessSigner.key.text)),
            calendar: WorkingCalendar(timeZone: "UTC", weekend: [6, 7], years: [2026: year]))
    }

    fileprivate static func known<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw TestSupportFault(words: "a name or date of the tests") }
        return value
    }
}

/// Something in the tests themselves is wrong.
package struct TestSupportFault: Error, CustomStringConvertible {
    package let words: String

    package init(words: String) { self.words = words }

    package var description: String { words }
}

/// An agreement of `us`, `cn` and, for three, `corp`.
package struct TestAgreement: Sendable {
    package static let tolerance: Int64 = 300
    package static let silenceAfter: Int64 = 86_400

    package let agreement: Agreement
    package let parties: [TestParty]

    /// - Parameters:
    ///   - names: the parties; a party's keys depend on its name alone.
    ///   - title: another one makes another agreement.
    ///   - outsideWitnesses: those of no party.
    ///   - receiptQuorum: how many cosigners a receipt needs.
    ///   - edit: what is changed of the standard terms beside.
    ///   - companies: those that are no states.
    ///   - keysUntil: last second of the parties' signing keys; the default is the end of 2026.
    package init(
        _ names: [String] = ["us", "cn"], title: String = "Village", companies: [String] = [],
        keysUntil: [String: String] = [:], outsideWitnesses: [OutsideWitness] = [],
        receiptQuorum: Int = 1, changing edit: (inout AgreementTerms) -> Void = { _ in }
    ) throws {
        parties = try names.map(TestParty.init)
        let start = try TestParty.known(Timestamp(text: "2026-01-01T00:00:00Z"))
        let cards = try parties.map { party in
            let until = keysUntil[party.id.text] ?? "2026-12-31T23:59:59Z"
            return try party.card(
                notAfter: try TestParty.known(Timestamp(text: until)), notBefore: start,
                kind: companies.contains(party.id.text) ? .industry : .state)
        }
        var terms = AgreementTerms.standard
        terms.silenceAfterSeconds = Self.silenceAfter
        terms.clockToleranceSeconds = Self.tolerance
        terms.exhibitLimitBytes = 1 << 20
        terms.receiptQuorum = receiptQuorum
        terms.outsideWitnesses = outsideWitnesses
        edit(&terms)
        let bytes = try Agreement.compose(
            name: "village", title: [try TestParty.known(LanguageTag("en")): title],
            exercise: true, effectiveFrom: start, terms: terms, cards: cards)
        agreement = try Agreement(parsing: bytes)
    }

    package func party(_ name: String) throws -> TestParty {
        try TestParty.known(parties.first { $0.id.text == name })
    }

    package func identity(of party: TestParty) throws -> NodeIdentity {
        try NodeIdentity(
            agreement: agreement, seat: party.seat, logSigner: party.logSigner,
            witnessSigner: party.witnessSigner,
            signingKeys: [party.signingKey, party.nextSigningKey])
    }

    package func identity(of name: String) throws -> NodeIdentity {
        try identity(of: try party(name))
    }
}

extension TestAgreement {
    /// A request without exhibits, in a thread of its own that is named by `label`.
    ///
    /// - Returns: the signed envelope and its body's bytes, which stand for a sealed body.
    package func request(
        _ label: String, from: String, to: [String], at: Timestamp, bodySizeBytes: Int = 100,
        exhibits: [[UInt8]] = [], under version: AgreementID? = nil,
        signedBy key: SigningKeyPair? = nil
    ) throws -> (envelope: [UInt8], blobs: [[UInt8]]) {
        let author = try party(from)
        let body = Array("\(label) \(String(repeating: ".", count: bodySizeBytes))".utf8)
            .prefix(max(bodySizeBytes, label.utf8.count + 1))
        let statement = Statement(
            agreement: version ?? agreement.id, thread: try Self.thread(label), act: .requestSubmit,
            from: author.seat, to: try to.map { try party($0).id }.sorted(), answers: [], at: at,
            terms: Terms(kind: "information", urgency: .normal),
            body: Self.reference(Array(body), mediaType: StatementBody.mediaType),
            exhibits: exhibits.map { Self.reference($0, mediaType: "text/plain") })
        return (
            try (key ?? author.signingKey).sign(statement), [Array(body)] + exhibits
        )
    }

    /// A change of the keys of a party's organ, signed with its root key and told to everybody.
    package func keyChange(
        _ act: Act, _ terms: Terms, of name: String, at: Timestamp
    ) throws -> [UInt8] {
        let author = try party(name)
        return try author.rootKey.sign(
            Statement(
                agreement: agreement.id,
                thread: try Self.thread("\(act) \(name) \(at)"), act: act, from: author.seat,
                to: parties.map(\.id).filter { $0 != author.id }.sorted(), answers: [], at: at,
                terms: terms, body: nil, exhibits: []))
    }

    /// The next version after `previous`, signed by every party.
    ///
    /// - Parameter kindCount: request kinds beside the standard ones, to make the document large.
    package func amended(
        _ previous: Agreement, silenceAfterSeconds: Int64, kindCount: Int = 0
    ) throws -> AdoptedAgreement {
        var terms = previous.terms
        terms.silenceAfterSeconds = silenceAfterSeconds
        let clocks = RequestClocks(
            acknowledge: .hours(1), decide: .hours(2), answer: .hours(3))
        terms.requestKinds += (0..<kindCount).map { number in
            RequestKind(
                name: "kind-\(number)", clocks: [.normal: clocks],
                refusalGrounds: (0..<32).map { "a-ground-of-kind-\(number)-\($0)" },
                postponementGrounds: ["another-case"])
        }
        let bytes = try Agreement.compose(
            name: previous.name, title: previous.title, exercise: previous.isExercise,
            effectiveFrom: previous.effectiveFrom, terms: terms, cards: previous.cards,
            amends: .init(first: agreement.id, previous: previous.id))
        let unsigned = UnadoptedAgreement(try Agreement(parsing: bytes))
        return try AdoptedAgreement(
            try parties.reduce(unsigned) { try $0.adding(signatureOf: $1.rootKey) })
    }

    /// A statement that puts a version on record, and the document that goes with it.
    package func amendment(
        _ document: AdoptedAgreement, by name: String, at: Timestamp
    ) throws -> (envelope: [UInt8], blobs: [[UInt8]]) {
        let author = try party(name)
        let bytes = document.envelopeBytes
        let statement = Statement(
            agreement: document.agreement.id,
            thread: try Self.thread("\(document.agreement.id) \(name)"), act: .agreementAmend,
            from: author.seat, to: parties.map(\.id).filter { $0 != author.id }.sorted(),
            answers: [], at: at, terms: Terms(), body: nil,
            exhibits: [
                BlobReference(
                    blob: BlobID(Digest(hashing: bytes)), sizeBytes: UInt64(bytes.count),
                    mediaType: Agreement.payloadType, isSealed: false)
            ])
        return (try author.signingKey.sign(statement), [bytes])
    }

    package static func thread(_ label: String) throws -> ThreadID {
        try TestParty.known(
            ThreadID(bytes: Array(Digest(hashing: Array(label.utf8)).bytes.prefix(16))))
    }

    package static func reference(_ bytes: [UInt8], mediaType: String) -> BlobReference {
        BlobReference(
            blob: BlobID(Digest(hashing: bytes)), sizeBytes: UInt64(bytes.count),
            mediaType: mediaType, isSealed: true)
    }
}
