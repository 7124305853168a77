import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// What an organ does with what companies hand in: it makes a draft of the company's words, which
/// then goes the way of every draft, or returns them.
extension Desk {
    private var filings: any FilingStore { accounts.store }

    private func waiting(_ ask: Ask) async throws -> Filing {
        guard let id = FilingID(text: ask.parameter("intake")), let organ = ask.caller.organ,
            let filing = try await filings.filing(id, with: organ)
        else { throw Problem.notFound }
        return filing
    }

    func listIntake(_ ask: Ask) async throws -> Answer {
        guard let organ = ask.caller.organ else { throw Problem.signInNeeded }
        let waiting = try await filings.filings(waitingAt: organ)
        return Answer(["filings": .array(waiting.map { .object($0.row) })])
    }

    func showIntake(_ ask: Ask) async throws -> Answer {
        let filing = try await waiting(ask)
        guard filing.standing == .taken || filing.standing == .said, let draft = filing.draft
        else { return Answer(filing.json) }
        return Answer(filing.json.adding(["draft": .string(draft.description)]))
    }

    func takeFiling(_ ask: Ask) async throws -> Answer {
        var filing = try await waiting(ask)
        // Sent again after a crash, a keyed request finds what it has made.
        let keyed = ask.repeatKey.flatMap { DraftID(bytes: Array($0.seed.bytes.prefix(16))) }
        if let keyed, filing.draft == keyed, let made = try await accounts.store.draft(keyed) {
            return Answer(made.json(approval: try await approvalNeed(made)))
        }
        guard filing.standing == .handedIn else { throw FilingRefusal.notNow(filing.standing) }
        guard let account = ask.caller.account else { throw Problem.signInNeeded }
        let thread = try await ground(filing.content, of: filing.company)
        var template = try await template(filing.content.act, in: thread)
        if thread == nil, let to = ask.given.object["to"] {
            template = JSONObject(template.members.filter { $0.name != "to" })
                .adding(["to": to])
        }
        let now = clock.now()
        let draft = Draft(
            id: keyed ?? DraftID(randomness: randomness), organ: filing.organ, revision: 1,
            editor: account, savedAt: now,
            content: filing.content.wish(over: template, of: filing.company))
        filing.revision += 1
        filing.savedAt = now
        filing.state = .taken
        filing.draft = draft.id
        switch try await filings.take(filing, into: draft) {
        case .taken: break
        case .changed: throw FilingRefusal.changed
        case .tooManyDrafts: throw Self.draftsTooMany
        }
        return Answer(draft.json(approval: try await approvalNeed(draft)))
    }

    func returnFiling(_ ask: Ask) async throws -> Answer {
        var filing = try await waiting(ask)
        guard filing.standing == .handedIn else { throw FilingRefusal.notNow(filing.standing) }
        filing.revision += 1
        filing.savedAt = clock.now()
        filing.state = .returned
        filing.note = ask.given.text("note") ?? ""
        guard try await filings.save(filing) else { throw FilingRefusal.changed }
        return Answer(filing.json)
    }

    /// What the act needs beside the company's words.
    private func template(_ act: Act, in thread: DialogueThread?) async throws -> JSONObject {
        let versions = node.record.versions
        let now = clock.now()
        let agreement =
            thread.flatMap { versions.version($0.agreement) }
            ?? versions.version(of: party, at: now)
        let other =
            thread?.opening?.others(than: party).first
            ?? agreement.parties.map(\.id).first { $0 != party }
        return try ActTemplate(
            act, of: party, under: agreement, in: thread, wish: ActTemplate.Wish(),
            law: try await home.law(with: other),
            need: fourEyes.need(of: act, under: agreement), now: now
        ).content
    }

    /// What a company wrote is said as it wrote it, whoever completes the draft.
    func checkWords(of draft: DraftID, _ content: JSONObject) async throws {
        guard let filing = try await filings.filing(takenInto: draft) else { return }
        guard filing.content.isWhole(in: content, of: filing.company) else {
            throw FilingRefusal.wordsChanged
        }
    }
}

extension FilingContent {
    /// Of a body: whose words they are, and by which name, if it is to be known.
    private static let mark = "words"
    private static let name = "company"

    private func fields(of company: CompanyName) -> JSONObject {
        let marked: JSONObject = [Self.mark: .string("company")]
        return isNamed ? marked.adding([Self.name: .string(company.text)]) : marked
    }

    /// A draft's content: what the act needs, with the company's words.
    func wish(over template: JSONObject, of company: CompanyName) -> JSONObject {
        var members = template.members.filter { !["texts", "fields", "terms"].contains($0.name) }
        var terms = JSONObject([])
        if case .object(let object)? = template["terms"] { terms = object }
        if let verdict {
            terms = JSONObject(terms.members.filter { $0.name != "verdict" })
                .adding(["verdict": .string(verdict.rawValue)])
        }
        if !terms.members.isEmpty { members.append(.init(name: "terms", value: .object(terms))) }
        if !texts.isEmpty {
            members.append(.init(name: "texts", value: .array(texts.map { .object($0) })))
            members.append(.init(name: "fields", value: .object(fields(of: company))))
        }
        return JSONObject(members)
    }

    /// Whether a draft still says all of it, and nothing in the company's name beside it.
    func isWhole(in draft: JSONObject, of company: CompanyName) -> Bool {
        guard draft["act"] == .string(act.rawValue), verdict(in: draft) == verdict?.rawValue
        else { return false }
        let said = Self.texts(in: draft)
        // A translation beside the words is the organ's, and says so.
        guard texts.allSatisfy({ said.contains(Self.plain($0)) }),
            said.allSatisfy({ text in
                text.isTranslation || texts.contains { Self.plain($0) == text }
            })
        else { return false }
        guard !texts.isEmpty else { return true }
        guard case .object(let fields)? = draft["fields"] else { return false }
        let own = self.fields(of: company)
        return fields[Self.mark] == own[Self.mark] && fields[Self.name] == own[Self.name]
    }

    private func verdict(in draft: JSONObject) -> String? {
        guard case .object(let terms)? = draft["terms"], case .string(let text)? = terms["verdict"]
        else { return nil }
        return text
    }

    private struct PlainText: Hashable {
        let language: String
        let text: String
        let isTranslation: Bool
    }

    private static func plain(_ text: JSONObject) -> PlainText {
        func string(_ name: String) -> String {
            if case .string(let text)? = text[name] { return text }
            return ""
        }
        return PlainText(
            language: string("language"), text: string("text"),
            isTranslation: text["authentic"] == .bool(false))
    }

    private static func texts(in draft: JSONObject) -> [PlainText] {
        guard case .array(let values)? = draft["texts"] else { return [] }
        return values.compactMap { value in
            guard case .object(let text) = value else { return nil }
            return plain(text)
        }
    }
}
