import GRDB
import ParleyLog
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

struct TrailTests {
    private let folder: TemporaryFolder
    private let store: SQLiteDesk
    private static let start = Timestamp(text: "2026-11-24T03:00:00Z")!

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteDesk(path: folder.path("desk.sqlite"))
    }

    private static func event(_ number: Int64, account: String = "ann") -> TrailEvent {
        TrailEvent(
            at: start.adding(seconds: number), account: account, means: "session",
            operation: number.isMultiple(of: 2) ? "body.show" : "thread.show",
            object: "object-\(number % 3)", outcome: "done")
    }

    private func entries(_ filter: TrailFilter = TrailFilter()) async throws -> [TrailEntry] {
        try await store.trail(from: 1, limit: 1000, matching: filter)
    }

    @Test func `entries follow on each other, also those written at the same time`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 as Range<Int64> {
                group.addTask {
                    try await store.record([
                        Self.event(number), Self.event(100 + number, account: "bob"),
                    ])
                }
            }
            try await group.waitForAll()
        }
        var check = TrailCheck()
        for entry in try await entries() { try check.add(entry) }
        #expect(check.count == 40)
        let head = try await store.trailHead()
        #expect(head?.digest == check.head)
    }

    @Test func `an entry reads back from its JSON`() async throws {
        try await store.record([Self.event(1), Self.event(2)])
        for entry in try await entries() {
            let bytes = JSONValue.object(entry.json).canonicalBytes
            #expect(try TrailEntry(JSONValue(parsing: bytes, limitBytes: 4096)) == entry)
        }
    }

    @Test func `an entry changed, left out, doubled or moved is noticed`() async throws {
        try await store.record((0..<8).map { Self.event($0) })
        let whole = try await entries()
        func fault(_ entries: [TrailEntry]) -> TrailCheck.Fault? {
            var check = TrailCheck()
            do throws(TrailCheck.Fault) {
                for entry in entries { try check.add(entry) }
                return nil
            } catch {
                return error
            }
        }
        #expect(fault(whole) == nil)
        for place in 0..<7 {
            var changed = whole
            changed[place] = TrailEntry(
                number: Int64(place + 1), event: Self.event(Int64(place), account: "eve"),
                previous: whole[place].previous)
            #expect(fault(changed) == .linkBroken(number: Int64(place + 2)))
            var short = whole
            short.remove(at: place)
            #expect(
                fault(short) == .numberWrong(Int64(place + 2), expected: Int64(place + 1)))
        }
        #expect(fault(whole + [whole[7]]) == .numberWrong(8, expected: 9))
    }

    @Test func `the file refuses to have its trail changed or shortened`() async throws {
        try await store.record([Self.event(1)])
        let queue = try DatabaseQueue(path: folder.path("desk.sqlite"))
        for sql in ["UPDATE trail SET account = 'eve'", "DELETE FROM trail"] {
            #expect(throws: DatabaseError.self) {
                try queue.write { try $0.execute(sql: sql) }
            }
        }
        #expect(try await entries().map(\.event.account) == ["ann"])
    }

    @Test func `a filter finds what it names`() async throws {
        try await store.record(
            (0..<30).map { Self.event($0, account: $0 < 20 ? "ann" : "bob") })
        var filter = TrailFilter()
        filter.account = "bob"
        filter.operation = "body.show"
        #expect(try await entries(filter).map(\.number) == [21, 23, 25, 27, 29])
        filter = TrailFilter()
        filter.object = "object-1"
        filter.since = Self.start.adding(seconds: 7)
        filter.until = Self.start.adding(seconds: 16)
        #expect(try await entries(filter).map(\.number) == [8, 11, 14])
        let page = try await store.trail(from: 3, limit: 2, matching: TrailFilter())
        #expect(page.map(\.number) == [3, 4])
    }
}
