import ParleyLog
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

@testable import ParleyService

struct FilingContentTests {
    private let acme = CompanyName("Acme 株式会社")!

    private func content(_ more: JSONObject = [:]) throws -> FilingContent {
        let words: JSONObject = [
            "act": .string("concern.raise"),
            "texts": .array([
                .object(["language": .string("en"), "text": .string(" Copied.\r\nTwice. \n")])
            ]),
        ]
        return try FilingContent(json: words.adding(more))
    }

    private func refusal(_ json: JSONObject) -> FilingRefusal? {
        do {
            _ = try FilingContent(json: json)
            return nil
        } catch {
            return error as? FilingRefusal
        }
    }

    @Test func `words are kept as a page would send them again`() throws {
        #expect(try content().texts[0]["text"] == .string("Copied.\nTwice."))
        #expect(try FilingContent(json: content().json) == content())
    }

    @Test func `what does not go together is refused`() {
        let id = JSONValue.string(String(repeating: "a", count: 26))
        let digest = JSONValue.string("sha256:" + String(repeating: "0", count: 64))
        #expect(refusal(["act": .string("concern.judge")]) == .contentUnfit)
        #expect(refusal(["act": .string("concern.judge"), "follows": id]) == .contentUnfit)
        #expect(refusal(["act": .string("concern.raise"), "follows": id]) == .contentUnfit)
        #expect(refusal(["act": .string("concern.raise"), "notice": digest]) == .contentUnfit)
        #expect(refusal(["act": .string("notice.comment")]) == .contentUnfit)
        #expect(
            refusal([
                "act": .string("concern.explain"), "follows": id, "verdict": .string("no"),
            ]) == .contentUnfit)
        #expect(
            refusal([
                "act": .string("concern.judge"), "follows": id, "verdict": .string("no"),
            ]) == nil)
        #expect(refusal(["act": .string("notice.comment"), "notice": digest]) == nil)
    }

    @Test func `a draft has the company's words, marked, and its name only if it chose so`() throws
    {
        let template: JSONObject = [
            "act": .string("concern.raise"), "to": .array([.string("cn")]),
            "texts": .array([
                .object(["language": .string("en"), "text": .string("Our concern: […]")])
            ]), "fields": .object(["x": .string("y")]),
        ]
        let unnamed = try content().wish(over: template, of: acme)
        #expect(unnamed["fields"] == .object(["words": .string("company")]))
        #expect(unnamed["to"] == template["to"])
        #expect(unnamed["texts"] == (try content().json["texts"]))
        let named = try content(["named": .bool(true)]).wish(over: template, of: acme)
        #expect(
            named["fields"]
                == .object(["words": .string("company"), "company": .string("Acme 株式会社")]))
    }

    @Test func `a draft that says something else in the company's name is not whole`() throws {
        let content = try content()
        let draft = content.wish(over: [:], of: acme).adding(["act": .string("concern.raise")])
        func with(_ name: String, _ value: JSONValue?) -> Bool {
            let others = draft.members.filter { $0.name != name }
            let changed = value.map { JSONObject(others + [.init(name: name, value: $0)]) }
            return content.isWhole(in: changed ?? JSONObject(others), of: acme)
        }
        func text(_ language: String, _ text: String, _ isAuthentic: Bool) -> JSONValue {
            .object([
                "language": .string(language), "text": .string(text),
                "authentic": .bool(isAuthentic),
            ])
        }
        let own = text("en", "Copied.\nTwice.", true)
        #expect(with("to", .array([.string("cn")])))
        #expect(with("texts", .array([own])))
        #expect(with("texts", .array([own, text("zh-Hans", "被复制。", false)])))
        #expect(!with("texts", .array([own, text("zh-Hans", "被复制。", true)])))
        #expect(!with("texts", .array([text("en", "Copied.", true)])))
        #expect(!with("texts", .array([text("en", "Copied.\nTwice.", false)])))
        #expect(!with("texts", nil) && !with("fields", nil))
        #expect(!with("act", .string("incident.report")))
        #expect(!with("terms", .object(["verdict": .string("yes")])))
        #expect(!with("fields", .object(["words": .string("state")])))
        #expect(
            !with("fields", .object(["words": .string("company"), "company": .string("Acme")])))
    }
}

struct FilingStoreTests {
    private let folder: TemporaryFolder
    private let store: SQLiteDesk
    private let acme = CompanyName("Acme")!
    private let rival = CompanyName("Rival")!
    private let poc = OrganID("poc")!
    private let start = Timestamp(text: "2026-11-24T03:00:00Z")!

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteDesk(path: folder.path("desk.sqlite"))
    }

    private func filing(_ number: UInt64, of company: CompanyName) throws -> Filing {
        Filing(
            id: FilingID(randomness: SeededRandomness(seed: number)), company: company, organ: poc,
            revision: 1, editor: AccountName("ann")!, savedAt: start,
            content: try FilingContent(json: ["act": .string("concern.raise")]))
    }

    private func draft(_ number: UInt64) -> Draft {
        Draft(
            id: DraftID(randomness: SeededRandomness(seed: number)), organ: poc, revision: 1,
            editor: AccountName("bob")!, savedAt: start, content: [:])
    }

    private func next(_ filing: Filing, _ state: Filing.State) -> Filing {
        var next = filing
        next.revision += 1
        next.state = state
        return next
    }

    @Test func `a filing is its company's, and the organ's from when it was handed in`()
        async throws
    {
        let filing = try filing(1, of: acme)
        #expect(try await store.add(filing))
        #expect(try await store.filing(filing.id, of: acme) == filing)
        #expect(try await store.filing(filing.id, of: rival) == nil)
        #expect(try await store.filing(filing.id, with: poc) == nil)
        let handedIn = next(filing, .handedIn)
        #expect(try await store.save(handedIn))
        #expect(try await store.save(handedIn) == false, "of one revision there is one")
        #expect(try await store.filing(filing.id, with: poc) == handedIn)
        #expect(try await store.filing(filing.id, with: OrganID("csirt")!) == nil)
        #expect(try await store.filings(waitingAt: poc) == [handedIn])
        #expect(try await store.filings(of: rival, after: nil) == [])
        #expect(try await store.save(next(handedIn, .returned)))
        #expect(try await store.filing(filing.id, with: poc) == nil)
    }

    @Test func `of two who take it up one does, and a discarded draft gives it back`() async throws
    {
        let filing = try filing(1, of: acme)
        #expect(try await store.add(filing))
        let handedIn = next(filing, .handedIn)
        #expect(try await store.save(handedIn))
        func taken(_ number: UInt64) -> Filing {
            var taken = next(handedIn, .taken)
            taken.draft = draft(number).id
            return taken
        }
        #expect(try await store.take(taken(10), into: draft(10)) == .taken)
        #expect(try await store.take(taken(11), into: draft(11)) == .changed)
        #expect(try await store.draft(draft(11).id) == nil, "both or neither")
        #expect(try await store.filing(takenInto: draft(10).id)?.standing == .taken)
        #expect(try await store.filings(waitingAt: poc) == [])
        var over = draft(10)
        over.state = .discarded
        #expect(try await store.mark(over))
        let again = try #require(try await store.filings(waitingAt: poc).first)
        #expect(again.standing == .handedIn && again.draft == nil)
        var sent = draft(12)
        var once = next(again, .taken)
        once.draft = sent.id
        #expect(try await store.take(once, into: sent) == .taken)
        sent.state = .sent
        sent.statement = StatementID(Digest(hashing: [1]))
        #expect(try await store.mark(sent))
        let said = try #require(try await store.filing(filing.id, of: acme))
        #expect(said.standing == .said && said.statement == sent.statement)
        let statement = try #require(sent.statement)
        #expect(try await store.statements(of: filing.id, of: acme) == [statement])
        #expect(try await store.statements(of: filing.id, of: rival) == [])
    }

    @Test func `a page of the list goes on after the last of the one before, and is nobody else's`()
        async throws
    {
        for number in 1...UInt64(Filing.openLimit) {
            #expect(try await store.add(filing(number, of: acme)))
        }
        let first = try await store.filings(of: acme, after: nil)
        #expect(first.count == Filing.pageRows)
        let middle = first[19].id
        #expect(try await store.filings(of: acme, after: middle) == Array(first[20...]))
        #expect(try await store.filings(of: rival, after: middle) == [])
        #expect(try await store.countFilings(waitingAt: poc) == 0)
    }

    @Test func `fifty of a company wait, and one more once one is done with`() async throws {
        for number in 1...UInt64(Filing.openLimit) {
            #expect(try await store.add(filing(number, of: acme)))
        }
        #expect(try await store.add(filing(100, of: acme)) == false)
        #expect(try await store.add(filing(101, of: rival)))
        #expect(try await store.save(next(filing(1, of: acme), .withdrawn)))
        #expect(try await store.add(filing(100, of: acme)))
    }

    @Test(arguments: [
        ("Acme", true), ("极点公司", true), (String(repeating: "a", count: 80), true), ("", false),
        (String(repeating: "a", count: 81), false), ("a\u{202E}b", false), (" a", false),
    ])
    func `a company's name has up to eighty characters`(text: String, isName: Bool) {
        #expect((CompanyName(text) != nil) == isName)
    }
}
