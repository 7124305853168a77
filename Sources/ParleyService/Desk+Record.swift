import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements

extension Desk {
    /// What the whole ledger is asked for: the queue's page shows it too, again and again.
    private struct Waiting: Sendable {
        static let goodSeconds: Int64 = 2
        /// So many refusals are told, the last ones.
        static let refusalCount = 100

        let sizes: [OutboxSize]
        let forks: Int
        let refusals: [(party: PartyID, statement: StatementID)]
    }

    private func waiting(at now: Timestamp) async throws -> Waiting {
        try await shelf.value("waiting", at: now, goodSeconds: Waiting.goodSeconds) {
            Waiting(
                sizes: try await health?.outboxSizes() ?? [],
                forks: try await ledger.forks().count,
                refusals: try await ledger.refusals().suffix(Waiting.refusalCount)
                    .map { ($0.party, $0.statement) })
        }
    }

    func showNode() async throws -> Answer {
        let identity = node.identity
        let now = clock.now()
        let waiting = try await waiting(at: now)
        var json: JSONObject = [
            "party": .string(party.text), "organ": .string(identity.seat.organ.text),
            "organs": .array(identity.keys.organs.map { .string($0.text) }),
            "agreement": .string(agreement.text), "name": .string(identity.agreement.name),
            "exercise": .bool(identity.agreement.isExercise),
            "parties": .array(await peers(waiting.sizes).map { .object($0) }),
            "witnesses": .array(
                (await node.outside?.report ?? []).map { one in
                    var json: JSONObject = ["name": .string(one.name)]
                    if let at = one.cosignedAt {
                        json = json.adding(["cosigned": .string(at.text)])
                    }
                    if let fault = one.fault { json = json.adding(["fault": .string(fault)]) }
                    return .object(json)
                }),
            "forks": .integer(Int64(waiting.forks)),
            "refusals": .array(
                waiting.refusals.map { one in
                    .object([
                        "party": .string(one.party.text), "statement": .string(one.statement.text),
                    ])
                }),
            "logEntries": .integer(Int64(clamping: await node.writer.size.entryCount)),
            "backup": .object(home.backup.json(at: now)), "now": .string(now.text),
        ]
        if let until = lastKeyEnds(at: now) {
            json = json.adding(["keysUntil": .string(until.text)])
        }
        if notify != nil {
            let telling = try await accounts.store.notifyStanding(at: now)
            json = json.adding(["notifications": .object(telling.json)])
        }
        return Answer(json)
    }

    /// Each party with how its clock stands to ours, and what it has not taken yet.
    private func peers(_ sizes: [OutboxSize]) async -> [JSONObject] {
        let skews = await node.writer.skews
        return node.identity.parties.map { one in
            var json: JSONObject = ["party": .string(one.id.text)]
            if let skew = skews[one.id] {
                json = json.adding([
                    "secondsAhead": .integer(skew.secondsAhead),
                    "measured": .string(skew.measuredAt.text),
                ])
            }
            guard one.id != party else { return json }
            let size = sizes.first { $0.party == one.id }
            json = json.adding([
                "waiting": .integer(Int64(size?.statements ?? 0)),
                "silent": .bool((size?.inSilence ?? 0) > 0),
            ])
            guard let size, size.statements > 0 else { return json }
            return json.adding(["waitingSince": .string(size.oldestAt.text)])
        }
    }

    /// When the last of this organ's signing keys that hold now is over.
    private func lastKeyEnds(at now: Timestamp) -> Timestamp? {
        let seat = node.identity.seat
        let organ = node.identity.versions.party(seat.party, at: now)?.organs
            .first { $0.id == seat.organ }
        return organ?.signingKeys.filter { $0.notBefore <= now && now <= $0.notAfter }
            .map(\.notAfter).max()
    }

    // MARK: Lists

    func queue(_ ask: Ask) async throws -> Answer {
        let now = clock.now()
        let limit = Int(ask.given.number("limit") ?? 50)
        var question = QueueFilter(ask.given).question(of: party, at: now, limit: limit)
        question.after = ask.given.text("after").flatMap { QueueCursor(text: $0) }
        let rows = try await home.views().queue(question)
        return try await page(rows, ask, limit: limit, now: now) { QueueCursor($0).text }
    }

    func countQueue(_ ask: Ask) async throws -> Answer {
        let most = 1000
        let views = try await home.views()
        let ours = QueueQuestion(turn: .of(party), limit: most)
        let theirs = QueueQuestion(turn: .ofOthers(than: party), limit: most)
        var silent = QueueQuestion(turn: .anybody, limit: most)
        silent.isSilent = true
        var overdue = QueueQuestion(turn: .anybody, limit: most)
        overdue.dueBefore = clock.now()
        var calls = QueueQuestion(turn: .of(party), limit: most)
        calls.kind = ThreadProtocol.hotline.name
        calls.state = ThreadState.calling.rawValue
        var json: JSONObject = [:]
        for (name, question) in [
            ("calls", calls), ("ours", ours), ("overdue", overdue), ("silent", silent),
            ("theirs", theirs),
        ] {
            json = json.adding([name: .integer(Int64(try await views.count(question)))])
        }
        if let organ = ask.caller.organ {
            let store = accounts.store
            let waiting = try await shelf.value(
                "filings \(organ)", at: clock.now(), goodSeconds: Waiting.goodSeconds
            ) { try await store.countFilings(waitingAt: organ) }
            if waiting > 0 { json = json.adding(["filings": .integer(Int64(waiting))]) }
        }
        return Answer(json)
    }

    func threads(_ ask: Ask) async throws -> Answer {
        let limit = Int(ask.given.number("limit") ?? 50)
        var question = ThreadQuestion(limit: limit)
        question.kind = ask.given.text("kind")
        question.state = ask.given.text("state")
        question.party = ask.given.text("party").flatMap { PartyID($0) }
        question.after = ask.given.text("after").flatMap { ThreadID(text: $0) }
        let rows = try await home.views().threads(question)
        return try await page(rows, ask, limit: limit, now: clock.now()) { $0.id.text }
    }

    /// - Parameter cursor: where the page after that row begins.
    private func page(
        _ rows: [ThreadSummary], _ ask: Ask, limit: Int, now: Timestamp,
        cursor: (ThreadSummary) -> String
    ) async throws -> Answer {
        let titles = try await titles(of: rows.map(\.id), ask)
        var json: JSONObject = [
            "threads": .array(
                rows.map { .object($0.json(for: party, at: now, title: titles[$0.id])) })
        ]
        if rows.count == limit, let last = rows.last {
            json = json.adding(["next": .string(cursor(last))])
        }
        return Answer(json)
    }

    /// The first line of what opened each thread; none while the keys are locked.
    func titles(of threads: [ThreadID], _ ask: Ask) async throws -> [ThreadID: String] {
        guard ask.given.flag("titles") == true else { return [:] }
        guard Operation.named("body.show")?.isAllowed(to: ask.caller) == true else {
            throw Problem.notAllowed
        }
        do {
            return try await home.titled().openings(of: threads, characters: 160)
                .compactMapValues { text in
                    let line = String(text.prefix { !$0.isNewline })
                    return line.isEmpty ? nil : line
                }
        } catch let problem as Problem where problem.reason == Problem.keysLocked.reason {
            return [:]
        }
    }

    // MARK: One thread

    func thread(_ ask: Ask) async throws -> Answer {
        guard let id = ThreadID(text: ask.parameter("thread")) else { throw Problem.notFound }
        let thread = try await node.record.thread(id)
        guard thread.id != nil else { throw Problem.notFound }
        let words = ThreadJSON(versions: node.record.versions, now: clock.now())
        var json = words.json(thread).adding([
            "lawful": .array(
                thread.lawfulActs(for: party).map { .string($0.rawValue) }),
            "summary": .string(thread.canonicalSummary()),
        ])
        if let basis = try await basis(of: thread) {
            json = json.adding(["basisInWords": .object(basis)])
        }
        return Answer(json)
    }

    /// What a request rests on, as the tables of law have it today; nil where they no longer do.
    private func basis(of thread: DialogueThread) async throws -> JSONObject? {
        guard let opening = thread.opening, let id = opening.basis,
            let other = opening.others(than: party).first
        else { return nil }
        let law: LawData
        do {
            law = try await home.law(with: other)
        } catch is Problem {
            // An overlay that cannot be read takes nobody's thread away.
            return nil
        }
        guard let row = law.row(of: id), let instrument = law.instrument(row.instrument) else {
            return nil
        }
        return [
            "instrument": Wording(instrument.short, instrument.marks.zh).json,
            "citation": .string(instrument.citation), "article": .string(row.article),
            "fields": .object(
                JSONObject(
                    row.fields.map {
                        .init(name: $0.key, value: Wording($0.label, $0.labelZh).json)
                    })),
            "limits": .array(
                row.timeLimits.map {
                    .object([
                        "what": Wording($0.what, $0.whatZh).json,
                        "article": .string($0.article),
                    ])
                }),
        ]
    }

    func body(_ ask: Ask) async throws -> Answer {
        guard let id = StatementID(text: ask.parameter("statement")),
            let entry = try await ledger.entry(id)
        else { throw Problem.notFound }
        let header = try UnverifiedStatement(parsing: entry.envelope).header
        let body = try await home.body(of: header, id)
        return Answer(
            Self.json(body).adding([
                "statement": .string(id.text), "thread": .string(header.thread.text),
                "act": .string(header.act.rawValue),
            ]))
    }

    static func json(_ body: StatementBody) -> JSONObject {
        [
            "texts": .array(
                body.texts.map {
                    .object([
                        "language": .string($0.language.text), "text": .string($0.text),
                        "authentic": .bool($0.isAuthentic),
                    ])
                }),
            "fields": .object(
                JSONObject(
                    body.fields.sorted { $0.key < $1.key }
                        .map { .init(name: $0.key, value: .string($0.value)) })),
            "exhibits": .array(
                body.exhibits.map {
                    .object([
                        "name": .string($0.name.text), "mediaType": .string($0.mediaType),
                        "sizeBytes": .integer(Int64(clamping: $0.sizeBytes)),
                        "digest": .string($0.digest.text),
                    ])
                }),
        ]
    }

    func search(_ ask: Ask) async throws -> Answer {
        let question: SearchQuestion
        do throws(SearchRefusal) {
            question = try SearchQuestion(ask.given.text("text") ?? "", using: home.tokens)
        } catch {
            throw Problem(status: 400, reason: error.reason, detail: error.explanation)
        }
        let views = try await home.searchable()
        let answer = try await views.search(
            question, limit: Int(ask.given.number("limit") ?? 20))
        var threads: [ThreadID: ThreadSummary] = [:]
        for id in Set(answer.hits.map(\.thread)) { threads[id] = try await views.summary(of: id) }
        let statements = answer.hits.map { hit -> JSONValue in
            var json: JSONObject = [
                "statement": .string(hit.statement.text), "thread": .string(hit.thread.text),
                "snippet": .string(question.snippet(of: hit.text, using: home.tokens)),
            ]
            if let thread = threads[hit.thread] {
                json = json.adding([
                    "subject": .string(thread.subject), "state": .string(thread.state),
                ])
                if let kind = thread.kind { json = json.adding(["kind": .string(kind)]) }
            }
            return .object(json)
        }
        return Answer([
            "statements": .array(statements), "complete": .bool(answer.isComplete),
        ])
    }
}
