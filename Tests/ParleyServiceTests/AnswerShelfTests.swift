import ParleyLog
import Synchronization
import Testing

@testable import ParleyService

@Suite struct AnswerShelfTests {
    private final class Count: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    private struct Broken: Error {}

    private func now(_ seconds: Int64) throws -> Timestamp {
        try #require(Timestamp(secondsSinceEpoch: 1_800_000_000 + seconds))
    }

    @Test func `a crowd has a thing worked out once, and again when it is old`() async throws {
        let shelf = AnswerShelf()
        let count = Count()
        let start = try now(0)
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await shelf.value("threads", at: start) {
                        await Task.yield()
                        return count.next()
                    }
                }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(values == Array(repeating: 1, count: 50))
        #expect(try await shelf.value("threads", at: now(9)) { count.next() } == 1)
        #expect(try await shelf.value("threads", at: now(10)) { count.next() } == 2)
        #expect(try await shelf.value("another", at: now(10)) { count.next() } == 3)
        // A clock that went back has seen nothing of it.
        #expect(try await shelf.value("threads", at: now(5)) { count.next() } == 4)
    }

    @Test func `what is old is forgotten with the next thing that is worked out`() async throws {
        let shelf = AnswerShelf()
        for number in 0..<50 {
            _ = try await shelf.value("\(number)", at: now(Int64(number)), goodSeconds: 2) { 7 }
        }
        #expect(await shelf.count == 2)
    }

    @Test func `what failed is not kept, and holds up nobody`() async throws {
        let shelf = AnswerShelf()
        let start = try now(0)
        await #expect(throws: Broken.self) {
            try await shelf.value("x", at: start) { () throws -> Int in throw Broken() }
        }
        #expect(try await shelf.value("x", at: start) { 7 } == 7)
    }
}
