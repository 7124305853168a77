import GRDB
import ParleyLog
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

@testable import ParleyService

struct RepeatTests {
    private let folder: TemporaryFolder
    private let store: SQLiteDesk
    private let start = Timestamp(text: "2026-11-24T03:00:00Z")!
    private let ann = AccountName("ann")!

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteDesk(path: folder.path("desk.sqlite"))
    }

    private func key(
        _ text: String, act: String = "request.close", account: AccountName? = nil
    ) throws -> RepeatKey {
        let operation = try #require(Operation.named("draft.add"))
        let caller = Caller(account: ann, organ: nil, roles: [.officer], means: .session)
        let ask = Ask(
            caller: caller, secret: nil, place: "here", parameters: [:],
            given: try Given(["act": .string(act)], fields: operation.fields), ifMatch: nil)
        return try RepeatKey(text, account: account ?? ann, operation: operation, ask)
    }

    private func answer(_ text: String, _ status: Int = 201) -> KeptAnswer {
        KeptAnswer(status: status, body: Array(text.utf8))
    }

    private func reason(_ work: () async throws -> Void) async throws -> String? {
        do {
            try await work()
            return nil
        } catch let problem as Problem {
            return problem.reason
        }
    }

    @Test func `the same key with the same request gets the first answer and does nothing again`()
        async throws
    {
        let repeats = Repeats(store: store)
        for number in 1...3 {
            let (given, isRepeated) = try await repeats.once(try key("a"), at: start) {
                #expect(number == 1)
                return answer("first")
            }
            #expect(given == answer("first") && isRepeated == (number > 1))
        }
        let (other, _) = try await repeats.once(
            try key("a", account: AccountName("bob")!), at: start
        ) { answer("another's") }
        #expect(other == answer("another's"))
    }

    @Test func `a refusal is an answer, and is given again`() async throws {
        let repeats = Repeats(store: store)
        let (first, _) = try await repeats.once(try key("a"), at: start) {
            throw Problem(status: 409, reason: "draft-changed", detail: "it was")
        }
        #expect(first.status == 409)
        let (second, isRepeated) = try await repeats.once(try key("a"), at: start) {
            Issue.record("done again")
            return answer("second")
        }
        #expect(second == first && isRepeated)
    }

    @Test func `another request under the key is refused`() async throws {
        let repeats = Repeats(store: store)
        _ = try await repeats.once(try key("a"), at: start) { answer("first") }
        let reused = try await reason {
            _ = try await repeats.once(try key("a", act: "request.refuse"), at: start) {
                Issue.record("done")
                return answer("other")
            }
        }
        #expect(reused == "idempotency-key-reused")
    }

    @Test func `while the first is being done a second is not`() async throws {
        let repeats = Repeats(store: store)
        _ = try await repeats.once(try key("a"), at: start) {
            let second = try await reason {
                _ = try await repeats.once(try key("a"), at: start) { answer("second") }
            }
            #expect(second == "idempotency-key-in-use")
            return answer("first")
        }
    }

    @Test func `what was begun and never answered is done again, under the same seed`()
        async throws
    {
        struct Crash: Error {}
        await #expect(throws: Crash.self) {
            _ = try await Repeats(store: store).once(try key("a"), at: start) { throw Crash() }
        }
        // Another process: nothing is known of the first but what is on disk.
        let again = Repeats(store: try SQLiteDesk(path: folder.path("desk.sqlite")))
        let (given, isRepeated) = try await again.once(try key("a"), at: start) { answer("done") }
        #expect(given == answer("done") && !isRepeated)
        #expect(try key("a").seed == key("a").seed)
        #expect(try key("a").seed != key("b").seed)
        #expect(try key("a").seed != key("a", act: "request.refuse").seed)
    }

    @Test func `an answer is kept for a day and no longer`() async throws {
        let repeats = Repeats(store: store)
        _ = try await repeats.once(try key("a"), at: start) { answer("first") }
        let day = start.adding(seconds: RepeatKey.keptSeconds)
        let (kept, _) = try await repeats.once(try key("a"), at: day) { answer("second") }
        #expect(kept == answer("first"))
        let (new, _) = try await repeats.once(try key("a"), at: day.adding(seconds: 1)) {
            answer("second")
        }
        #expect(new == answer("second"))
    }

    @Test func `an account has so many keys and bytes, and one more is refused`() async throws {
        let repeats = Repeats(store: store)
        func fill(_ count: Int, size: Int) throws {
            try DatabaseQueue(path: folder.path("desk.sqlite")).write { db in
                try db.execute(sql: "DELETE FROM repeat")
                try db.execute(
                    sql: """
                        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
                        INSERT INTO repeat (account, key, request, at, size)
                        SELECT 'ann', zeroblob(n), zeroblob(32), ?, ? FROM n
                        """, arguments: [count, start.secondsSinceEpoch, size])
            }
        }
        func refusal() async throws -> String? {
            try await reason {
                _ = try await repeats.once(try key("new"), at: start) { answer("new") }
            }
        }
        try fill(RepeatKey.mostKeys, size: 0)
        #expect(try await refusal() == "idempotency-keys-too-many")
        try fill(RepeatKey.mostKeys - 1, size: 0)
        #expect(try await refusal() == nil)
        try fill(2, size: RepeatKey.mostBytes / 2)
        #expect(try await refusal() == "idempotency-keys-too-many")
    }

    @Test func `a key is so long and no longer, of visible characters`() throws {
        for good in ["a", "!", "~", String(repeating: "k", count: 128)] {
            _ = try key(good)
        }
        for wrong in ["", " ", "a b", "é", "a\u{7f}", String(repeating: "k", count: 129)] {
            let error = #expect(throws: Problem.self) { try key(wrong) }
            #expect(error?.reason == "idempotency-key-malformed")
        }
    }

    @Test func `no operation whose request or answer is secret takes a key`() {
        let keyed = Set(Operation.all.filter(\.takesKey).map(\.id))
        for secret in ["first.add", "session.begin", "factor.begin", "token.add", "account.add"] {
            #expect(!keyed.contains(secret))
        }
        for plain in ["draft.add", "draft.review", "draft.preview", "draft.send"] {
            #expect(keyed.contains(plain))
        }
    }
}
