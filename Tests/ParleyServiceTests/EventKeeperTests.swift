import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Synchronization
import Testing

@testable import ParleyService

/// A keeper over a node's real ledger, trail and views, with a clock that the test moves.
struct EventKeeperTests {
    private let folder: TemporaryFolder
    private let terms: TestAgreement
    private let village: Village
    private let clock: ManualClock
    private let desk: Desk
    private let record: SQLiteLedger
    private let store: SQLiteDesk
    private let start = Timestamp(text: "2026-03-02T09:00:00Z")!

    init() async throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        clock = ManualClock(start)
        terms = try TestAgreement()
        village = try await Village.make(
            terms, seed: 7, at: start, clockOfFirst: clock,
            makeLedger: { try SQLiteLedger(path: folder.path("\($0).sqlite")) })
        let house = try await village.house("us")
        record = try #require(house.ledger as? SQLiteLedger)
        store = try SQLiteDesk(path: folder.path("desk.sqlite"))
        let views = try SQLiteViews(path: folder.path("views.sqlite"))
        desk = Desk(
            accounts: Accounts(
                of: house.party.id, store: store, clock: clock,
                randomness: SeededRandomness(seed: 1), passwordCost: 2),
            node: house.node,
            home: FoldingHome(
                held: views,
                keeper: ViewKeeper(
                    of: house.party.id, record: house.node.record, ledger: house.ledger,
                    views: views)),
            ledger: house.ledger, health: nil, blobs: house.blobs,
            files: try FolderDeskFiles(home: folder.url),
            exhibits: try FolderExhibitRoom(
                home: folder.url, blobs: FileBlobStore(folder: folder.url),
                randomness: SeededRandomness(seed: 3)),
            commands: NoCommands(), clock: clock,
            randomness: SeededRandomness(seed: 2), fourEyes: .usual, shift: nil, provider: nil,
            notify: nil, first: nil, figuresSeconds: 86_400)
    }

    private func journal() throws -> SQLiteEvents {
        try SQLiteEvents(path: folder.path("events.sqlite"))
    }

    private func keeper(_ journal: any EventJournal) -> EventKeeper {
        EventKeeper(hub: EventHub(), journal: journal, desk: desk, record: record, isRead: false)
    }

    private func say(_ label: String) async throws {
        let request = try terms.request(label, from: "us", to: ["cn"], at: clock.now())
        try await village.submit(request.envelope, blobs: request.blobs, by: "us")
    }

    private func kept() async throws -> [ServiceEvent] {
        try await journal().events(after: 0, limit: 10_000).map(\.event)
    }

    private func statements(_ events: [ServiceEvent]) -> [JSONValue?] {
        events.filter { $0.kind == .statement }.map { $0.facts["statement"] }
    }

    private func held() async throws -> [JSONValue?] {
        try await record.ids(from: EntryIndex(0), count: 1000).map { .string($0.text) }
    }

    @Test(arguments: [false, true])
    func `each change is told once and in order, whichever step of it failed`(
        isDone: Bool
    ) async throws {
        _ = try await keeper(try journal()).load()
        for number in 1...6 {
            let faulty = FaultyJournal(try journal(), failing: 1, isDone: isDone)
            let failing = keeper(faulty)
            var state = try await failing.load()
            try await say("request \(number)")
            if number.isMultiple(of: 2) { try await village.settle() }
            await #expect(throws: FaultyJournal.Failure.self) { try await failing.pass(&state) }
            // Another process, which knows what is on disk and no more.
            let next = keeper(try journal())
            var found = try await next.load()
            try await next.pass(&found)
            #expect(statements(try await kept()) == (try await held()))
        }
        let receipts = try await kept().filter { $0.kind == .receipt }.map(\.facts)
        #expect(receipts.count == 6 && Set(receipts).count == 6)
    }

    @Test func `a clock that has run out is told once, and not before`() async throws {
        let keeper = keeper(try journal())
        var state = try await keeper.load()
        try await say("a request")
        try await village.settle()
        try await keeper.pass(&state)
        func overdue() async throws -> [JSONObject] {
            try await kept().filter { $0.kind == .overdue }.map(\.facts)
        }
        #expect(try await overdue().isEmpty)
        let views = try await desk.home.views()
        let clocks = try await views.running(dueFrom: start, before: .latest, limit: 10)
        let first = try #require(clocks.first?.clock)
        let due = try #require(first.due)
        clock.set(due)
        try await keeper.pass(&state)
        #expect(try await overdue().isEmpty)
        clock.set(due.adding(seconds: 1))
        try await keeper.pass(&state)
        let told = try await overdue()
        #expect(told.count == clocks.count { $0.clock.due == due })
        #expect(told.first?["clock"] == .string(first.name))
        #expect(told.first?["due"] == .string(due.text))
        var again = try await keeper.load()
        try await keeper.pass(&again)
        #expect(try await overdue() == told)
    }

    @Test func `a journal that another record or trail stands behind is begun anew`()
        async throws
    {
        let keeper = keeper(try journal())
        try await say("a request")
        let first = try await keeper.load().standing
        #expect(try await keeper.load().standing == first)
        var ahead = first
        ahead.position.trail = 5
        try await journal().begin(ahead)
        let second = try await keeper.load().standing
        #expect(second.position.trail == 0 && second.head == 0)
    }

    @Test func `accounts and drafts are told of as the trail has them`() async throws {
        let draft = Draft(
            id: DraftID(randomness: SeededRandomness(seed: 3)), organ: OrganID("poc")!,
            revision: 1, editor: AccountName("ann")!, savedAt: start, content: [:])
        #expect(try await store.add(draft))
        let keeper = keeper(try journal())
        var state = try await keeper.load()
        func event(
            _ operation: String, _ object: String, by account: String = "ann",
            outcome: String = "done"
        ) -> TrailEvent {
            TrailEvent(
                at: start, account: account, means: "session", operation: operation,
                object: object, outcome: outcome)
        }
        try await store.record([
            event("draft.change", draft.id.description), event("draft.change", "unknown"),
            event("draft.send", draft.id.description, outcome: "approval-missing"),
            event("thread.show", "x"), event("account.list", ""),
            event("account.change", "bob", by: "boss"), event("session.begin", "bob", by: ""),
            event("session.begin", "eve", by: "", outcome: "sign-in-refused"),
            event("session.end", ""), event("token.revoke", "bob/feed", by: ""),
        ])
        try await keeper.pass(&state)
        let told = try await kept()
        #expect(
            told == [
                ServiceEvent(
                    .draft, for: .organ(draft.organ),
                    ["draft": .string(draft.id.description), "did": .string("saved")])
            ]
                + [
                    ("bob", "account.change"), ("bob", "session.begin"), ("ann", "session.end"),
                    ("bob", "token.revoke"),
                ].map {
                    ServiceEvent(
                        .account, for: .administrators,
                        ["account": .string($0.0), "did": .string($0.1)])
                })
    }
}

/// Views over one node's record; opens no bodies.
private struct FoldingHome: DeskHome {
    func agreementEnvelope() async throws -> [UInt8] { throw Problem.notFound }
    func figures(of other: PartyID) async throws -> [UInt8]? { nil }
    var backup: BackupStanding { BackupStanding(lastAt: nil, warnDays: 0) }

    let held: SQLiteViews
    let keeper: ViewKeeper

    var tokens: SearchTokens { SQLiteViews.tokens }

    func views() async throws -> any Views {
        try await keeper.bringUpToDate()
        return held
    }

    func searchable() async throws -> any Views { try await views() }
    func titled() async throws -> any Views { try await views() }

    func body(of header: Statement, _ id: StatementID) async throws -> StatementBody {
        throw Problem.notFound
    }

    func law(with other: PartyID?) async throws -> LawData { try ShippedLaw.data() }
}

/// A journal of which one append fails, having done it or not.
private final class FaultyJournal: EventJournal {
    struct Failure: Error {}

    private let inner: any EventJournal
    private let failing: Int
    private let isDone: Bool
    private let count = Mutex(0)

    init(_ inner: any EventJournal, failing: Int, isDone: Bool) {
        self.inner = inner
        self.failing = failing
        self.isDone = isDone
    }

    func standing() async throws -> EventStanding? { try await inner.standing() }
    func begin(_ standing: EventStanding) async throws { try await inner.begin(standing) }
    func events(after number: Int64, limit: Int) async throws -> [NumberedEvent] {
        try await inner.events(after: number, limit: limit)
    }
    func prune(keeping count: Int) async throws -> Int64 { try await inner.prune(keeping: count) }

    func append(
        _ events: [ServiceEvent], leadingTo position: EventPosition
    ) async throws -> [NumberedEvent] {
        let number = count.withLock { count in
            count += 1
            return count
        }
        guard number == failing else {
            return try await inner.append(events, leadingTo: position)
        }
        if isDone { _ = try await inner.append(events, leadingTo: position) }
        throw Failure()
    }
}
