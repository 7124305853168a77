import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

@testable import ParleyService

struct FilterNameTests {
    @Test(arguments: [
        "a", "cn, overdue", "紧急事项", "طلبات", "می‌خواهم", "a/b", "...", "👩‍🚒",
        String(repeating: "字", count: 40),
    ])
    func `a name is of any script, up to forty characters`(text: String) {
        #expect(FilterName(text) != nil)
    }

    @Test(arguments: [
        "", " ", " a", "a ", "a\nb", "a\u{0}", "a\u{7F}", "a\u{85}b", "a\u{2028}b", "a\u{202E}b",
        "a\u{2066}b", "\u{200B}", "\u{FEFF}\u{200D}", ".", "..",
        String(repeating: "a", count: 41), String(repeating: "e\u{302}\u{323}\u{331}", count: 21),
    ])
    func `what shows nothing, hides, turns what is shown or is too long is no name`(text: String) {
        #expect(FilterName(text) == nil)
    }

    @Test func `two spellings of one name are one name`() {
        #expect(FilterName("Caf\u{E9}")?.text.utf8.count == 5)
        #expect(FilterName("Cafe\u{301}")?.text.utf8.count == 5)
    }
}

struct FilterStoreTests {
    private let folder: TemporaryFolder
    private let store: SQLiteDesk
    private let desk: FilterDesk
    private let ann = AccountName("ann")!
    private let bob = AccountName("bob")!

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteDesk(path: folder.path("desk.sqlite"))
        desk = FilterDesk(store)
        for name in [ann, bob] {
            let account = Account(
                name: name, organ: OrganID("poc")!, roles: [.officer],
                madeAt: Timestamp(text: "2026-11-24T03:00:00Z")!)
            #expect(try await store.add(account, isFirst: false))
        }
    }

    private var whole: QueueFilter {
        var filter = QueueFilter()
        filter.turn = .theirs
        filter.isOverdue = true
        filter.isSilent = true
        filter.kind = "information"
        filter.party = PartyID("cn")
        return filter
    }

    @Test func `a filter is read back as it was kept, by its holder alone`() async throws {
        _ = try await desk.save(whole, as: "紧急", of: ann)
        _ = try await desk.save(QueueFilter(), as: "all", of: ann)
        let again = FilterDesk(try SQLiteDesk(path: folder.path("desk.sqlite")))
        #expect(try await again.list(ann).map(\.name.text) == ["all", "紧急"])
        #expect(try await again.filter("紧急", of: ann) == whole)
        #expect(try await again.list(bob) == [])
        await #expect(throws: FilterRefusal.unknown("紧急")) {
            try await again.filter("紧急", of: bob)
        }
        await #expect(throws: FilterRefusal.unknown("紧急")) {
            try await again.remove("紧急", of: bob)
        }
        try await again.remove("紧急", of: ann)
        #expect(try await desk.list(ann).map(\.name.text) == ["all"])
        await #expect(throws: FilterRefusal.unknown("紧急")) {
            try await again.remove("紧急", of: ann)
        }
    }

    @Test func `the same name again replaces, however it is spelled`() async throws {
        _ = try await desk.save(QueueFilter(), as: "Caf\u{E9}", of: ann)
        _ = try await desk.save(whole, as: "Cafe\u{301}", of: ann)
        #expect(try await desk.list(ann).map(\.filter) == [whole])
    }

    @Test func `twenty are kept, one more is not, and one of those may be replaced`() async throws {
        for number in 1...SavedFilter.most {
            _ = try await desk.save(QueueFilter(), as: "\(number)", of: ann)
        }
        await #expect(throws: FilterRefusal.tooMany(limit: 20)) {
            try await desk.save(QueueFilter(), as: "21", of: ann)
        }
        _ = try await desk.save(whole, as: "7", of: ann)
        _ = try await desk.save(whole, as: "of another account", of: bob)
        #expect(try await desk.list(ann).count == 20)
        try await desk.remove("1", of: ann)
        _ = try await desk.save(whole, as: "21", of: ann)
    }

    @Test func `of writers at the same time no more than twenty are kept`() async throws {
        let kept = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<30 {
                group.addTask {
                    (try? await desk.save(QueueFilter(), as: "\(number)", of: ann)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(kept == 20)
    }

    @Test func `an account that is not there keeps nothing`() async throws {
        let nobody = AccountName("nobody")!
        await #expect(throws: AccountRefusal.accountUnknown(nobody)) {
            try await desk.save(whole, as: "a", of: nobody)
        }
    }

    @Test func `a filter asks of the queue what it says`() {
        let us = PartyID("us")!
        let now = Timestamp(text: "2026-11-24T03:00:00Z")!
        var question = whole.question(of: us, at: now, limit: 7)
        #expect(question.turn == .ofOthers(than: us) && question.isSilent)
        #expect(question.dueBefore == now && question.limit == 7)
        #expect(question.kind == "information" && question.party == PartyID("cn"))
        question = QueueFilter().question(of: us, at: now, limit: 50)
        #expect(question.turn == .anybody && question.dueBefore == nil)
    }
}
