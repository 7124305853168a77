import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

@testable import ParleyService

struct EventJournalTests {
    private let folder: TemporaryFolder
    private let start = Timestamp(text: "2026-11-24T03:00:00Z")!
    private let epoch = "abcdefghijklmnop"

    init() throws { folder = try TemporaryFolder() }

    private func position(_ count: Int64) -> EventPosition {
        EventPosition(
            record: LedgerMark(entries: count, proofs: count * 2), trail: count * 3,
            clocksTo: start.adding(seconds: count))
    }

    private func begun() async throws -> SQLiteEvents {
        let journal = try SQLiteEvents(path: folder.path("events.sqlite"))
        try await journal.begin(
            EventStanding(epoch: epoch, head: 0, tail: 0, position: position(0)))
        return journal
    }

    private func event(_ number: Int, once: String? = nil) -> ServiceEvent {
        ServiceEvent(
            .statement, for: number.isMultiple(of: 2) ? .readers : .organ(OrganID("poc")!),
            ["n": .integer(Int64(number))], once: once)
    }

    @Test func `events keep their numbers and their place when the file is opened again`()
        async throws
    {
        let told = try await begun().append([event(1), event(2)], leadingTo: position(5))
        #expect(told.map(\.number) == [1, 2])
        let again = try SQLiteEvents(path: folder.path("events.sqlite"))
        let standing = try #require(try await again.standing())
        #expect(
            standing == EventStanding(epoch: epoch, head: 2, tail: 0, position: position(5)))
        #expect(try await again.events(after: 0, limit: 10) == told)
        #expect(try await again.append([event(3)], leadingTo: position(6)).map(\.number) == [3])
        #expect(try await again.events(after: 1, limit: 1).map(\.number) == [2])
    }

    @Test func `what is told once is kept once, whenever it is found again`() async throws {
        let journal = try await begun()
        let first = try await journal.append(
            [event(1, once: "a"), event(2, once: "a"), event(3, once: "b")],
            leadingTo: position(1))
        #expect(first.map(\.number) == [1, 2])
        #expect(
            try await journal.append([event(4, once: "b"), event(5)], leadingTo: position(2))
                .map(\.number) == [3])
    }

    @Test func `the oldest are forgotten, and a place before them leads no further`()
        async throws
    {
        let journal = try await begun()
        _ = try await journal.append((1...10).map { event($0) }, leadingTo: position(1))
        #expect(try await journal.prune(keeping: 4) == 6)
        let standing = try #require(try await journal.standing())
        #expect(standing.leads(from: EventCursor(epoch: epoch, number: 6)))
        #expect(!standing.leads(from: EventCursor(epoch: epoch, number: 5)))
        #expect(standing.leads(from: EventCursor(epoch: epoch, number: 10)))
        #expect(!standing.leads(from: EventCursor(epoch: epoch, number: 11)))
        #expect(!standing.leads(from: EventCursor(epoch: "bbbbbbbbbbbbbbbb", number: 7)))
        #expect(try await journal.events(after: 0, limit: 10).map(\.number) == [7, 8, 9, 10])
    }

    @Test(arguments: [
        ("abcdefghijklmnop.0", true), ("abcdefghijklmnop.999999999999999999", true),
        ("abcdefghijklmnop.1000000000000000000", false), ("abcdefghijklmnop.01", false),
        ("abcdefghijklmno1.1", false), ("abcdefghijklmno.1", false), ("abcdefghijklmnop.", false),
        ("abcdefghijklmnop.-1", false), ("abcdefghijklmnop.1.1", false), ("", false),
    ])
    func `a cursor has one spelling`(text: String, isGood: Bool) {
        #expect((EventCursor(text: text)?.text == text) == isGood)
    }
}

struct EventHubTests {
    private let start = Timestamp(text: "2026-11-24T03:00:00Z")!
    private let standing = EventStanding(
        epoch: "abcdefghijklmnop", head: 0, tail: 0,
        position: EventPosition(
            record: .beginning, trail: 0, clocksTo: Timestamp(text: "2026-11-24T03:00:00Z")!))

    private func caller(_ name: String, _ roles: Role..., organ: String = "poc") -> Caller {
        Caller(
            account: AccountName(name)!, organ: OrganID(organ)!, roles: Set(roles), means: .session)
    }

    private func open(_ hub: EventHub, _ caller: Caller) throws -> EventListener {
        try hub.open(
            caller, secret: Digest(hashing: [1]), until: start.adding(seconds: 60), at: start)
    }

    private func reason(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch {
            return (error as? Problem)?.reason
        }
    }

    @Test func `an event reaches those who may know of it and nobody else`() {
        let officer = caller("ann", .officer)
        let audiences: [ServiceEvent.Audience] = [
            .readers, .organ(OrganID("poc")!), .organ(OrganID("csirt")!), .administrators,
            .watchers,
        ]
        func heard(_ caller: Caller) -> [Bool] { audiences.map { $0.includes(caller) } }
        #expect(heard(officer) == [true, true, false, false, true])
        #expect(heard(caller("bob", .auditor)) == [true, false, false, false, true])
        #expect(heard(caller("eve", .administrator)) == [false, false, false, true, true])
        #expect(heard(caller("com", .company)) == [false, false, false, false, false])
        #expect(heard(.nobody) == [false, false, false, false, false])
        for audience in audiences {
            #expect(ServiceEvent.Audience(text: audience.text) == audience)
        }
    }

    @Test func `an account, and all together, may listen so often and no more`() throws {
        let hub = EventHub(mostListeners: 3, mostOfAccount: 2)
        let first = try open(hub, caller("ann", .officer))
        _ = try open(hub, caller("ann", .officer))
        #expect(reason { _ = try open(hub, caller("ann", .officer)) } == "streams-too-many")
        _ = try open(hub, caller("bob", .officer))
        #expect(reason { _ = try open(hub, caller("eve", .officer)) } == "streams-too-many")
        hub.close(first)
        hub.close(first)
        _ = try open(hub, caller("ann", .officer))
        #expect(hub.count == 3)
        hub.end()
        #expect(hub.count == 0)
        #expect(reason { _ = try open(hub, caller("ann", .officer)) } == "node-ending")
    }

    @Test func `who was let go hears nothing more, and their stream ends`() async throws {
        let hub = EventHub()
        let listener = try open(hub, caller("ann", .officer))
        hub.close(listener)
        #expect(await listener.start() == nil)
        #expect(await listener.next().isEmpty)
    }

    @Test func `who does not read is let go once so much waits, and no more waits`() async throws {
        let listener = try open(EventHub(), caller("ann", .officer))
        listener.offer([0], for: .readers, at: start)
        listener.begin(at: standing)
        for _ in 0..<EventListener.behindLimit {
            #expect(listener.offer([2], for: .administrators, at: start))
            #expect(listener.offer([1], for: .readers, at: start))
        }
        #expect(!listener.offer([3], for: .readers, at: start))
        let pieces = await listener.next()
        #expect(pieces == Array(repeating: [1], count: EventListener.behindLimit))
        #expect(await listener.next().isEmpty)
    }

    @Test func `where nothing was said for fifteen seconds a comment is, and not before`()
        async throws
    {
        let hub = EventHub()
        let listener = try open(hub, caller("ann", .officer))
        hub.begin(at: standing)
        hub.beat(at: start.adding(seconds: 14))
        listener.offer([1], for: .readers, at: start.adding(seconds: 14))
        #expect(await listener.next() == [[1]])
        hub.beat(at: start.adding(seconds: 28))
        hub.beat(at: start.adding(seconds: 29))
        hub.beat(at: start.adding(seconds: 60))
        #expect(await listener.next() == [Array(":\n\n".utf8)])
    }

    @Test func `an event is one block that names its place, its kind and its facts`() {
        let event = NumberedEvent(
            number: 7,
            event: ServiceEvent(.receipt, for: .readers, ["log": .string("cn\nx")]))
        #expect(
            String(decoding: EventText.event(event, epoch: "abcdefghijklmnop"), as: UTF8.self)
                == "event: receipt\nid: abcdefghijklmnop.7\ndata: {\"log\":\"cn\\nx\"}\n\n")
        #expect(
            String(decoding: EventText.reset(standing.cursor), as: UTF8.self)
                == "event: reset\nid: abcdefghijklmnop.0\ndata: {}\n\n")
    }
}
