import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// What a company writes, hands in and follows. It names its own filings and what is public, and no
/// thread: so no answer tells which threads there are, or what another company has filed.
extension Desk {
    private var filings: any FilingStore { accounts.store }

    private func company(_ ask: Ask) async throws -> (CompanyName, Account) {
        guard let name = ask.caller.account, let account = try await accounts.store.account(name)
        else { throw Problem.signInNeeded }
        guard let company = account.company else { throw FilingRefusal.companyMissing }
        return (company, account)
    }

    private func own(_ ask: Ask) async throws -> Filing {
        let (company, _) = try await company(ask)
        guard let id = FilingID(text: ask.parameter("filing")),
            let filing = try await filings.filing(id, of: company)
        else { throw Problem.notFound }
        return filing
    }

    func listFilings(_ ask: Ask) async throws -> Answer {
        let (company, _) = try await company(ask)
        let last = ask.given.text("after").flatMap { FilingID(text: $0) }
        let page = try await filings.filings(of: company, after: last)
        var json: JSONObject = [
            "company": .string(company.text), "filings": .array(page.map { .object($0.row) }),
        ]
        if page.count == Filing.pageRows, let last = page.last {
            json = json.adding(["next": .string(last.id.description)])
        }
        return Answer(json)
    }

    func addFiling(_ ask: Ask) async throws -> Answer {
        let (company, account) = try await company(ask)
        let keyed = ask.repeatKey.flatMap { FilingID(bytes: Array($0.seed.bytes.prefix(16))) }
        if let keyed, let made = try await filings.filing(keyed, of: company) {
            return Answer(made.json, object: made.id.description)
        }
        let content = try FilingContent(ask.given)
        _ = try await ground(content, of: company)
        let filing = Filing(
            id: keyed ?? FilingID(randomness: randomness), company: company,
            organ: account.organ, revision: 1, editor: account.name, savedAt: clock.now(),
            content: content)
        guard try await filings.add(filing) else {
            throw FilingRefusal.tooMany(limit: Filing.openLimit)
        }
        return Answer(filing.json, object: filing.id.description)
    }

    func changeFiling(_ ask: Ask) async throws -> Answer {
        var filing = try await own(ask)
        guard filing.isChangeable else { throw FilingRefusal.notNow(filing.standing) }
        guard let tag = ask.ifMatch else {
            throw Problem(
                status: 428, reason: "if-match-missing",
                detail: "say with If-Match which state of the filing you have changed",
                hint: "send the ETag that came with it")
        }
        guard tag == Answer(try await told(filing)).tag else { throw FilingRefusal.changed }
        let content = try FilingContent(ask.given)
        _ = try await ground(content, of: filing.company)
        filing.content = content
        return Answer(try await told(try await saved(filing, by: ask)))
    }

    func handIn(_ ask: Ask) async throws -> Answer {
        var filing = try await own(ask)
        guard filing.isChangeable else { throw FilingRefusal.notNow(filing.standing) }
        guard !filing.content.texts.isEmpty || filing.content.act == .concernJudge else {
            throw FilingRefusal.textsMissing
        }
        _ = try await ground(filing.content, of: filing.company)
        filing.state = .handedIn
        return Answer(try await told(try await saved(filing, by: ask)))
    }

    func withdrawFiling(_ ask: Ask) async throws -> Answer {
        var filing = try await own(ask)
        guard [.open, .handedIn, .returned].contains(filing.standing) else {
            throw FilingRefusal.notNow(filing.standing)
        }
        filing.state = .withdrawn
        _ = try await saved(filing, by: ask)
        return .nothing
    }

    private func saved(_ filing: Filing, by ask: Ask) async throws -> Filing {
        var filing = filing
        filing.revision += 1
        filing.editor = ask.caller.account ?? filing.editor
        filing.savedAt = clock.now()
        guard try await filings.save(filing) else { throw FilingRefusal.changed }
        return filing
    }

    func showFiling(_ ask: Ask) async throws -> Answer {
        Answer(try await told(try await own(ask)))
    }

    // MARK: Where it would be said

    /// The thread in which it would be said; nil for one that it opens.
    ///
    /// - Throws: ``FilingRefusal`` where it cannot be said there now.
    func ground(
        _ content: FilingContent, of company: CompanyName
    ) async throws -> DialogueThread? {
        let thread: DialogueThread
        if let notice = content.notice {
            let published = try await publicThreads().first {
                $0.subject == ThreadProtocol.notice.name
                    && $0.texts.contains { $0.digest == notice }
            }
            guard let published else { throw FilingRefusal.noticeUnknown }
            // Who was told of a measure comments on it (Spec/dialogue.md §10): never its author.
            guard published.opener != party else { throw FilingRefusal.noticeOwn }
            thread = try await node.record.thread(published.thread)
        } else if let follows = content.follows {
            guard let before = try await filings.filing(follows, of: company),
                before.content.follows == nil, let said = try await saidThread(before)
            else { throw FilingRefusal.followsUnknown }
            thread = said
        } else {
            return nil
        }
        guard thread.lawfulActs(for: party).contains(content.act) else {
            throw FilingRefusal.notLawful(content.act.rawValue)
        }
        return thread
    }

    private func saidThread(_ filing: Filing) async throws -> DialogueThread? {
        guard filing.standing == .said, let statement = filing.statement,
            let entry = try await ledger.entry(statement)
        else { return nil }
        let header = try UnverifiedStatement(parsing: entry.envelope).header
        return try await node.record.thread(header.thread)
    }

    // MARK: What came of it

    /// What the other side says to whoever raised a thing.
    private static let answers: [Act] = [
        .concernAcknowledge, .concernAsk, .concernAssure, .concernAnswer, .incidentAcknowledge,
        .incidentAsk, .incidentAnswer, .noticeAnswer,
    ]

    private func told(_ filing: Filing) async throws -> JSONObject {
        guard filing.content.follows == nil, let thread = try await saidThread(filing) else {
            return filing.json
        }
        let own = try await filings.statements(of: filing.id, of: filing.company)
        var said: [JSONValue] = []
        for entry in thread.entries where entry.effect == .applied {
            guard let json = try await told(entry, own: own, in: thread) else { continue }
            said.append(.object(json))
        }
        let due = thread.clocks.filter { $0.stop == nil && $0.pausedSince == nil }
            .compactMap(\.due.instant).min()
        var json = filing.json.adding([
            "thread": .object([
                "subject": .string(thread.kind.name), "state": .string(thread.state.rawValue),
                "statements": .array(said),
                "turn": .array(thread.whoseTurn.map { .string($0.text) }),
            ]),
            "further": .array(
                FilingContent.further.filter { thread.lawfulActs(for: party).contains($0) }
                    .map { .string($0.rawValue) }),
        ])
        if let due { json = json.adding(["due": .string(due.text)]) }
        return json
    }

    /// What the company may know of a statement: all that it wrote itself, and what the other side
    /// answers to it. Of a measure, which many comment on, only the answers to its own comment.
    private func told(
        _ entry: ThreadEntry, own: Set<StatementID>, in thread: DialogueThread
    ) async throws -> JSONObject? {
        let statement = entry.statement
        let isOwn = own.contains(entry.id)
        let isTheirs = statement.from.party != party
        if thread.kind == .notice {
            guard
                isOwn
                    || isTheirs && !own.isDisjoint(with: statement.answers)
                        && statement.act == .noticeAnswer
            else { return nil }
        }
        guard statement.act.isOfDialogue else { return nil }
        var json: JSONObject = [
            "act": .string(statement.act.rawValue), "by": .string(statement.from.party.text),
            "own": .bool(isOwn),
        ]
        if let at = entry.settledTime { json = json.adding(["at": .string(at.text)]) }
        if let until = statement.terms.until {
            json = json.adding(["until": .string(until.text)])
        }
        if let verdict = statement.terms.verdict {
            json = json.adding(["verdict": .string(verdict.rawValue)])
        }
        // What the organ says of its own accord, and what it is told beside an answer, is between
        // it and the other side.
        guard isOwn || isTheirs && Self.answers.contains(statement.act), statement.body != nil
        else { return json }
        do {
            let body = Self.json(try await home.body(of: statement, entry.id))
            return json.adding(["texts": body["texts"] ?? .array([])])
        } catch let problem as Problem where problem.reason == Problem.keysLocked.reason {
            return json.adding(["locked": .bool(true)])
        }
    }
}
