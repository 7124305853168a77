import ParleyLog

/// The wire form of a statement's header (`Spec/statement.md` §5).
extension Statement {
    package static let version = "statement/1"
    package static let payloadType = "application/vnd.parley.statement.v1+json"
    package static let addresseeLimit = 16
    package static let answerLimit = 32
    package static let exhibitLimit = 64
    /// Of the sealed body.
    package static let bodySizeLimitBytes: UInt64 = 524_288

    /// The canonical JSON that is signed.
    package func payloadBytes() -> [UInt8] { json.canonicalBytes }

    package var json: JSONValue {
        var object: JSONObject = [
            "parley": .string(Self.version), "agreement": .string(agreement.text),
            "thread": .string(thread.text), "act": .string(act.rawValue),
            "from": .object([
                "party": .string(from.party.text), "organ": .string(from.organ.text),
            ]),
            "to": .array(to.map { .string($0.text) }),
            "answers": .array(answers.map { .string($0.text) }), "at": .string(at.text),
            "terms": terms.json, "exhibits": .array(exhibits.map(\.json)),
        ]
        if let body { object = object.adding(["body": body.json]) }
        return .object(object)
    }

    /// Parses a payload and checks its form; what only the agreement can tell is left to
    /// ``StatementVerifier``.
    package init(parsingPayload bytes: [UInt8]) throws(StatementRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            // SPEC statement §5: The payload of a statement MUST be canonical JSON.
            value = try JSONValue(
                parsingCanonical: bytes, limitBytes: Envelope.Limits.statement.payloadSizeBytes)
        } catch {
            throw .header(error)
        }
        do throws(FieldRefusal) {
            self = try JSONFields.reading(value, Self.read)
        } catch {
            throw .field(error)
        }
        try checkForm()
    }

    private static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> Statement {
        // SPEC statement §5: parley MUST be statement/1.
        _ = try fields.parsed("parley", version) { isSameASCII($0, version) ? true : nil }
        return Statement(
            agreement: try fields.parsed("agreement", digest, AgreementID.init(text:)),
            thread: try fields.parsed("thread", "a thread id", ThreadID.init(text:)),
            act: try fields.parsed("act", "an act of this version", Act.init(rawValue:)),
            from: try fields.object("from") { fields throws(FieldRefusal) in
                Seat(
                    party: try fields.parsed("party", "a party id", PartyID.init),
                    organ: try fields.parsed("organ", "an organ id", OrganID.init))
            },
            to: try fields.parsedArray("to", "a party id", PartyID.init),
            answers: try fields.parsedArray("answers", digest, StatementID.init(text:)),
            at: try fields.parsed("at", "an instant", Timestamp.init(text:)),
            terms: try fields.object("terms", Terms.read),
            body: try fields.optionalObject("body", BlobReference.read),
            exhibits: try fields.array("exhibits") { value throws(FieldRefusal) in
                try JSONFields.reading(value, BlobReference.read)
            })
    }

    private static let digest = "a SHA-256 digest"
}

extension Terms {
    var json: JSONValue {
        var members: [JSONObject.Member] = []
        func add(_ name: Act.Term, _ value: JSONValue?) {
            if let value { members.append(.init(name: name.rawValue, value: value)) }
        }
        add(.kind, kind.map(JSONValue.string))
        add(.urgency, urgency.map { .string($0.rawValue) })
        add(.until, until.map { .string($0.text) })
        add(.basis, basis.map { .string($0.text) })
        add(.law, law.map { .string($0.text) })
        add(.follows, follows.map { .string($0.text) })
        add(.conditions, conditions.isEmpty ? nil : .array(conditions.map(JSONValue.string)))
        add(.authority, authority.map { .string($0.rawValue) })
        add(.provisions, provisions.isEmpty ? nil : .array(provisions.map(JSONValue.string)))
        add(.outcome, outcome.map { .string($0.rawValue) })
        add(.ground, ground.map(JSONValue.string))
        add(
            .review,
            review.map {
                .object([
                    "complete": .bool($0.isComplete), "usable": .bool($0.isUsable),
                    "whole": .bool($0.isWhole), "reasoned": .bool($0.isReasoned),
                ])
            })
        add(.silentParty, silentParty.map { .string($0.text) })
        add(.custody, custody.map { .string($0.rawValue) })
        add(.exhibit, exhibit.map { .string($0.text) })
        add(.signingKey, signingKey?.json)
        add(.key, key.map { .string($0.text) })
        add(.since, since.map { .string($0.text) })
        addDialogue(add)
        return .object(JSONObject(members))
    }

    private func addDialogue(_ add: (Act.Term, JSONValue?) -> Void) {
        add(.text, text.map { .string($0.text) })
        add(.claims, claims.isEmpty ? nil : .array(claims.map(\.json)))
        add(.threads, threads.isEmpty ? nil : .array(threads.map { .string($0.text) }))
        add(.counters, counters.map { .string($0.text) })
        add(.verdict, verdict.map { .string($0.rawValue) })
        add(.round, round.map { .integer(Int64($0)) })
        add(.date, date.map { .string($0.text) })
        add(.owner, owner.map { .string($0.text) })
        add(.adReferendum, isAdReferendum ? .bool(true) : nil)
        add(.post, post.map(JSONValue.string))
        add(.exercise, isExercise ? .bool(true) : nil)
    }

    package static func read(
        _ fields: inout JSONFields
    ) throws(FieldRefusal) -> Terms {
        var terms = try readRequest(&fields)
        try terms.readDialogue(&fields)
        return terms
    }

    private mutating func readDialogue(_ fields: inout JSONFields) throws(FieldRefusal) {
        text = try fields.optionalParsed("text", Self.digest, Digest.init(text:))
        if fields.optional("claims") != nil {
            claims = try fields.array("claims") { value throws(FieldRefusal) in
                try JSONFields.reading(value, Claim.read)
            }
            // SPEC statement §5: claims MUST be from 1 to 16.
            guard (1...Self.listLimit).contains(claims.count) else {
                throw FieldRefusal(.wrongValue("1 to \(Self.listLimit) claims"), path: "/claims")
            }
        }
        if fields.optional("threads") != nil {
            threads = try fields.parsedArray("threads", "a thread id", ThreadID.init(text:))
            // SPEC statement §5: threads MUST be from 1 to 16 thread ids, sorted by their sixteen
            // bytes, none twice.
            let isSorted = zip(threads, threads.dropFirst()).allSatisfy { $0 < $1 }
            guard (1...Self.listLimit).contains(threads.count), isSorted else {
                throw FieldRefusal(
                    .wrongValue("1 to \(Self.listLimit) threads, sorted, none twice"),
                    path: "/threads")
            }
        }
        counters = try fields.optionalParsed("counters", "a thread id", ThreadID.init(text:))
        verdict = try fields.optionalParsed("verdict", "a verdict", Verdict.init(rawValue:))
        if fields.optional("round") != nil {
            // SPEC statement §5: round MUST be from 1 to 10000.
            round = Int(try fields.integer("round", in: Self.rounds))
        }
        date = try fields.optionalParsed("date", "an instant", Timestamp.init(text:))
        owner = try fields.optionalParsed("owner", "a party id", PartyID.init)
        // SPEC statement §5: adReferendum and exercise MUST be true where they stand.
        isAdReferendum = try fields.mark("adReferendum")
        post = try fields.optionalParsed("post", "a short name", shortName)
        isExercise = try fields.mark("exercise")
    }

    private static func readRequest(_ fields: inout JSONFields) throws(FieldRefusal) -> Terms {
        Terms(
            kind: try fields.optionalParsed("kind", "a short name", shortName),
            urgency: try fields.optionalParsed("urgency", "an urgency", Urgency.init(rawValue:)),
            until: try fields.optionalParsed("until", "an instant", Timestamp.init(text:)),
            basis: try fields.optionalParsed("basis", "a basis", BasisID.init),
            law: try fields.optionalParsed("law", digest, Digest.init(text:)),
            follows: try fields.optionalParsed("follows", "a thread id", ThreadID.init(text:)),
            // SPEC statement §5: conditions MUST be from 1 to 16 short names, sorted by byte value,
            // none twice.
            conditions: try readSorted("conditions", "a short name", shortName, &fields),
            authority: try fields.optionalParsed(
                "authority", "what came of a call back", AuthorityVerdict.init(rawValue:)),
            // SPEC statement §5: provisions MUST be from 1 to 16 texts of 1 to 100 printable ASCII
            // characters, sorted by byte value, none twice.
            provisions: try readSorted("provisions", "a provision of law", provision, &fields),
            outcome: try fields.optionalParsed(
                "outcome", "an outcome", ProceedingOutcome.init(rawValue:)),
            ground: try fields.optionalParsed("ground", "a short name", shortName),
            review: try fields.optionalObject("review") { fields throws(FieldRefusal) in
                AnswerReview(
                    isComplete: try fields.bool("complete"), isUsable: try fields.bool("usable"),
                    isWhole: try fields.bool("whole"), isReasoned: try fields.bool("reasoned"))
            },
            silentParty: try fields.optionalParsed("silentParty", "a party id", PartyID.init),
            custody: try fields.optionalParsed(
                "custody", "a custody event", CustodyEvent.init(rawValue:)),
            exhibit: try fields.optionalParsed(
                "exhibit", "a SHA-256 digest", BlobID.init(text:)),
            signingKey: try fields.optionalObject("signingKey", Organ.SigningKey.read),
            key: try fields.optionalParsed("key", "the id of an Ed25519 key") { text in
                // SPEC statement §5: key MUST be the keyid of an Ed25519 key.
                KeyID(text: text).flatMap { $0.algorithm == .ed25519 ? $0 : nil }
            },
            since: try fields.optionalParsed("since", "an instant", Timestamp.init(text:)))
    }

    /// A list that may be left out, and is not empty where it stands.
    private static func readSorted(
        _ name: String, _ expected: String, _ make: (String) -> String?,
        _ fields: inout JSONFields
    ) throws(FieldRefusal) -> [String] {
        guard fields.optional(name) != nil else { return [] }
        let texts = try fields.parsedArray(name, expected, make)
        let isSorted = zip(texts, texts.dropFirst()).allSatisfy { isBefore($0, $1) }
        guard (1...listLimit).contains(texts.count), isSorted else {
            throw FieldRefusal(
                .wrongValue("1 to \(listLimit) texts, sorted, none twice"), path: "/" + name)
        }
        return texts
    }

    private static func provision(_ text: String) -> String? {
        let isPrintable = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        return (1...provisionLimitCharacters).contains(text.utf8.count) && isPrintable ? text : nil
    }

    private static let digest = "a SHA-256 digest"
    /// Of conditions, and of provisions.
    package static let listLimit = 16
    package static let provisionLimitCharacters = 100
    package static let rounds: ClosedRange<Int64> = 1...10_000

    private static func isBefore(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension Organ.SigningKey {
    static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> Organ.SigningKey {
        let keys = try fields.object("keys") { fields throws(FieldRefusal) in
            let ed25519 = try fields.parsed("ed25519", "an Ed25519 public key", Base64.decode)
            let mlDSA65 = try fields.optionalParsed(
                "mlDSA65", "an ML-DSA-65 public key", Base64.decode)
            do throws(KeyRefusal) {
                return try PublicKeySet(ed25519: ed25519, mlDSA65: mlDSA65)
            } catch {
                throw FieldRefusal(.wrongValue("a set of usable public keys"))
            }
        }
        return Organ.SigningKey(
            keys: keys,
            notBefore: try fields.parsed("notBefore", "an instant", Timestamp.init(text:)),
            notAfter: try fields.parsed("notAfter", "an instant", Timestamp.init(text:)))
    }
}

extension BlobReference {
    var json: JSONValue {
        .object([
            "digest": .string(blob.text), "mediaType": .string(mediaType),
            "sealed": .bool(isSealed),
            "sizeBytes": .integer(Int64(clamping: min(sizeBytes, UInt64(JSONValue.integerLimit)))),
        ])
    }

    static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> BlobReference {
        BlobReference(
            blob: try fields.parsed("digest", "a SHA-256 digest", BlobID.init(text:)),
            // SPEC statement §5: sizeBytes MUST be at least 1.
            sizeBytes: UInt64(try fields.integer("sizeBytes", in: 1...JSONValue.integerLimit)),
            mediaType: try fields.parsed("mediaType", "a media type") {
                isMediaType($0) ? $0 : nil
            },
            isSealed: try fields.bool("sealed"))
    }
}

/// Whether `text` is `type/subtype` as this spec writes it.
package func isMediaType(_ text: String) -> Bool {
    // SPEC statement §5: A media type MUST be type/subtype, each of the characters a-z 0-9 and
    // ! # $ & - ^ _ . + beginning with a letter or digit, at most 127 bytes together.
    guard text.utf8.count <= 127 else { return false }
    var slashCount = 0
    var isAtStart = true
    for byte in text.utf8 {
        if byte == UInt8(ascii: "/"), !isAtStart {
            slashCount += 1
            isAtStart = true
        } else {
            guard isLowerLetterOrDigit(byte) || !isAtStart && "!#$&-^_.+".utf8.contains(byte)
            else { return false }
            isAtStart = false
        }
    }
    return slashCount == 1 && !isAtStart
}

func isLowerLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

/// The text itself when it is spelled like a ``PartyID``.
func shortName(_ text: String) -> String? { PartyID(text)?.text }
