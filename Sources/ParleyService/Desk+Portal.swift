import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// What a node tells anybody: the agreement, what was published, the figures and how its log does.
///
/// Nothing here opens a seal. What is public of a thread, ``PublicThread`` says alone.
extension Desk {
    /// How many texts of a thread are told of: the latest.
    private static let textLimit = 200
    private static let wordLimit = 500

    func showPortal() async throws -> Answer {
        let identity = node.identity
        let threads = try await publicThreads()
        var counts: JSONObject = [:]
        for subject in ["allegation", "commitment", "notice", "session"] {
            let count = threads.filter { $0.subject == subject }.count
            counts = counts.adding([subject: .integer(Int64(count))])
        }
        return Answer([
            "agreement": .string(agreement.text), "name": .string(identity.agreement.name),
            "exercise": .bool(identity.agreement.isExercise),
            "party": .string(identity.party.id.text),
            "parties": .array(identity.parties.map { .string($0.id.text) }),
            "published": .object(counts),
        ])
    }

    // MARK: Agreement

    func publicAgreement(_ ask: Ask) async throws -> Answer {
        let versions = node.record.versions
        let current = node.identity.agreement
        var version = current
        if let wanted = ask.given.text("version") {
            guard let known = AgreementID(text: wanted).flatMap(versions.version) else {
                throw Problem.notFound
            }
            version = known
        }
        var json: JSONObject = [
            "agreement": .string(version.id.text), "first": .string(versions.id.text),
            "current": .string(current.id.text),
            "versions": .array(
                versions.all.map {
                    .object([
                        "agreement": .string($0.id.text),
                        "effectiveFrom": .string($0.effectiveFrom.text),
                    ])
                }),
        ]
        let envelope =
            try await version.id == versions.id
            ? home.agreementEnvelope() : versions.documents[version.id]?.envelopeBytes
        if let envelope {
            json = json.adding(["envelope": .string(Base64.encode(envelope))])
        }
        return Answer(json)
    }

    // MARK: What was published

    func publicThreads() async throws -> [PublicThread] {
        let node = node
        return try await shelf.value("threads", at: clock.now()) {
            try await node.publishedTexts.threads()
        }
    }

    func publicThreads(_ ask: Ask) async throws -> Answer {
        let subject = ask.given.text("subject")
        let limit = Int(ask.given.number("limit") ?? 20)
        var threads = try await publicThreads().filter { subject ?? $0.subject == $0.subject }
        if let after = ask.given.text("after") {
            guard let place = threads.firstIndex(where: { Self.name($0).text == after }) else {
                throw Problem(
                    status: 400, reason: "cursor-unknown",
                    detail: "nothing that is published begins with that text",
                    hint: "begin with the first page")
            }
            threads.removeFirst(place + 1)
        }
        var json: JSONObject = [
            "threads": .array(threads.prefix(limit).map { .object(Self.json($0)) })
        ]
        if threads.count > limit {
            json = json.adding(["next": .string(Self.name(threads[limit - 1]).text)])
        }
        return Answer(json)
    }

    /// The thread of any text that was published.
    func publicThread(_ ask: Ask) async throws -> Answer {
        let text = ask.parameter("text")
        let threads = try await publicThreads()
        guard let thread = threads.first(where: { $0.texts.contains { $0.digest.text == text } })
        else { throw Problem.notFound }
        return Answer(Self.json(thread))
    }

    func publicText(_ ask: Ask) async throws -> Answer {
        guard let id = BlobID(text: ask.parameter("text")) else { throw Problem.notFound }
        // What is known to be published needs no fold; of anything else nobody hears.
        guard
            try await publicThreads().contains(where: {
                $0.texts.contains { $0.digest == id.digest }
            }), let bytes = try await node.publishedTexts.bytes(of: id),
            let text = try? BoundText(parsing: bytes)
        else { throw Problem.notFound }
        return Answer([
            "text": .string(id.text),
            "texts": .array(
                text.texts.map {
                    .object([
                        "language": .string($0.language.text), "text": .string($0.text),
                    ])
                }),
            "document": .string(String(decoding: bytes, as: UTF8.self)),
        ])
    }

    /// Texts as they became public, the latest first.
    func publicFeed(_ ask: Ask) async throws -> Answer {
        let limit = Int(ask.given.number("limit") ?? 50)
        let items = try await publicThreads().flatMap { thread in
            thread.texts.map { (thread, $0) }
        }.sorted {
            ($0.1.published, $0.1.digest.hex) > ($1.1.published, $1.1.digest.hex)
        }
        return Answer([
            "items": .array(
                items.prefix(limit).map { thread, text in
                    .object(
                        Self.json(text).adding([
                            "subject": .string(thread.subject),
                            "opener": .string(thread.opener.text),
                            "exercise": .bool(thread.isExercise),
                        ]))
                })
        ])
    }

    /// By what it is asked for again: a text that stays in it.
    private static func name(_ thread: PublicThread) -> Digest { thread.texts[0].digest }

    private static func json(_ thread: PublicThread) -> JSONObject {
        var json: JSONObject = [
            "name": .string(name(thread).text), "subject": .string(thread.subject),
            "opener": .string(thread.opener.text),
            "addressed": .array(thread.addressed.map { .string($0.text) }),
            "opened": .string(thread.opened.text), "state": .string(thread.state.rawValue),
            "exercise": .bool(thread.isExercise), "published": .string(thread.published.text),
            "texts": .array(thread.texts.suffix(textLimit).map { .object(Self.json($0)) }),
        ]
        if !thread.words.isEmpty {
            json = json.adding([
                "words": .array(thread.words.suffix(wordLimit).map { .object(Self.json($0)) })
            ])
        }
        if let until = thread.commentsUntil {
            json = json.adding(["commentsUntil": .string(until.text)])
        }
        if !thread.comments.isEmpty {
            json = json.adding([
                "comments": .array(
                    thread.comments.map {
                        .object([
                            "party": .string($0.party.text), "count": .integer(Int64($0.count)),
                            "late": .integer(Int64($0.late)),
                            "answered": .integer(Int64($0.answered)),
                        ])
                    })
            ])
        }
        if let round = thread.round { json = json.adding(["round": .integer(Int64(round))]) }
        if let date = thread.date { json = json.adding(["date": .string(date.text)]) }
        return json
    }

    private static func json(_ text: PublicThread.Text) -> JSONObject {
        var json: JSONObject = [
            "text": .string(text.digest.text), "act": .string(text.act.rawValue),
            "by": .string(text.by.text), "proposed": .string(text.proposed.text),
            "publishedBy": .string(text.publishedBy.text),
            "published": .string(text.published.text),
        ]
        if let standing = text.standing {
            json = json.adding(["standing": .string(standing.rawValue)])
        }
        if let party = text.settledBy, let time = text.settled {
            json = json.adding([
                "settledBy": .string(party.text), "settled": .string(time.text),
            ])
        }
        return json
    }

    private static func json(_ word: PublicThread.Word) -> JSONObject {
        var json: JSONObject = [
            "act": .string(word.act.rawValue), "by": .string(word.by.text),
            "time": .string(word.time.text),
        ]
        if let verdict = word.verdict {
            json = json.adding(["verdict": .string(verdict.rawValue)])
        }
        return json
    }
}
