import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

@Suite struct PouchTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement
    private let village: Village

    init() async throws {
        terms = try TestAgreement(["us", "cn", "corp"])
        village = try await Village.make(terms, seed: 1, at: Self.start)
    }

    @discardableResult
    private func say(
        _ label: String, from: String = "us", to: String = "cn", exhibits: [[UInt8]] = []
    ) async throws -> StatementID {
        let request = try terms.request(
            label, from: from, to: [to], at: Self.start, exhibits: exhibits)
        return try await village.submit(request.envelope, blobs: request.blobs, by: from)
    }

    private func exhibit(_ sizeBytes: Int, seed: UInt64 = 3) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return generator.bytes(count: sizeBytes)
    }

    private func waiting(at name: String, for other: String) async throws -> Int {
        try await village.house(name).ledger.outbox(
            for: try terms.party(other).id, limit: 1000
        ).count
    }

    @Test func `a statement goes one way and its receipt the other`() async throws {
        let id = try await say("one")
        let there = try await village.open(
            try await village.pack(from: "us", to: "cn"), at: "cn")
        #expect(there.map(\.isComplete) == [true])
        #expect(there.first?.tally.taken == [id])
        await village.advance(seconds: 20 * 86_400)
        let back = try await village.open(
            try await village.pack(from: "cn", to: "us"), at: "us")
        #expect(back.first?.tally.answers.settledCount == 1)
        #expect(try await waiting(at: "us", for: "cn") == 0)
        #expect(try await village.faults() == [])
    }

    @Test func `nothing is packed when nothing waits`() async throws {
        #expect(try await village.pack(from: "us", to: "cn") == [])
    }

    @Test func `more statements than one delivery holds go into one pouch`() async throws {
        for number in 0..<513 { try await say("number \(number)") }
        let parts = try await village.pack(from: "us", to: "cn")
        #expect(parts.count == 1)
        let reports = try await village.open(parts, at: "cn")
        #expect(reports.first?.tally.taken.count == 513)
        try await village.settleByPouch()
        #expect(try await village.faults() == [])
    }

    @Test func `the next pouch is opened though the answer to the first was lost`() async throws {
        try await say("one")
        try await village.open(try await village.pack(from: "us", to: "cn"), at: "cn")
        _ = try await village.pack(from: "cn", to: "us")
        // us still believes that cn has cosigned nothing.
        let second = try await say("two")
        let reports = try await village.open(
            try await village.pack(from: "us", to: "cn"), at: "cn")
        #expect(reports.first?.tally.taken == [second])
        #expect(reports.first?.tally.known.count == 1)
        let back = try await village.open(
            try await village.pack(from: "cn", to: "us"), at: "us")
        #expect(back.first?.tally.answers.settledCount == 2)
        #expect(try await village.faults() == [])
    }

    @Test func `opening again changes nothing`() async throws {
        try await say("one", exhibits: [exhibit(100_000)])
        let parts = try await village.pack(from: "us", to: "cn")
        try await village.open(parts, at: "cn")
        let before = try await village.house("cn").ledger.tail()
        await village.advance(seconds: 600)
        let again = try await village.open(parts, at: "cn")
        #expect(again.first?.tally.taken == [])
        #expect(again.first?.tally.known.count == 1)
        #expect(again.first?.tally.blobsTaken == [])
        let after = try await village.house("cn").ledger.tail()
        #expect(after.note == before.note)
        #expect(after.witnessedNotes == before.witnessedNotes)
        let back = try await village.pack(from: "cn", to: "us")
        try await village.open(back, at: "us")
        let second = try await village.open(back, at: "us")
        #expect(second.first?.tally.answers.settledCount == 0)
        #expect(second.first?.tally.answers.knownCount == 1)
    }

    @Test func `an older pouch after a newer one is known, and says so`() async throws {
        try await say("one")
        let older = try await village.pack(from: "us", to: "cn")
        await village.advance(seconds: 60)
        try await say("two")
        let newer = try await village.pack(from: "us", to: "cn")
        #expect(try await village.open(newer, at: "cn").first?.tally.taken.count == 2)
        let report = try #require(try await village.open(older, at: "cn").first)
        #expect(report.isComplete)
        #expect(report.tally.known.count == 1)
        try await village.settleByPouch()
        #expect(try await village.faults() == [])
    }

    @Test func `a large exhibit spans parts, which come one at a time in any order`() async throws {
        let id = try await say("one", exhibits: [exhibit(1_000_000)])
        let parts = try await village.pack(from: "us", to: "cn", partLimitBytes: 400_000)
        #expect(parts.count == 4)
        #expect(parts.allSatisfy { $0.count <= 400_000 })
        let third = try #require(try await village.open([parts[2]], at: "cn").first)
        #expect(third.missing == [1, 2, 4])
        #expect(third.waiting == [3])
        _ = try await village.open([parts[3]], at: "cn")
        let second = try #require(try await village.open([parts[1]], at: "cn").first)
        #expect(second.missing == [1])
        #expect(try await village.house("cn").shelf.keptCount == 3)
        let whole = try #require(try await village.open([parts[0]], at: "cn").first)
        #expect(whole.isComplete)
        #expect(whole.tally.taken == [id])
        #expect(try await village.house("cn").shelf.keptCount == 0)
        try await village.settleByPouch()
        #expect(try await village.faults() == [])
    }

    @Test func `parts in their order are taken as they come, and none is kept`() async throws {
        try await say("one", exhibits: [exhibit(900_000)])
        let parts = try await village.pack(from: "us", to: "cn", partLimitBytes: 400_000)
        for (place, part) in parts.enumerated() {
            let report = try #require(try await village.open([part], at: "cn").first)
            #expect(report.finished.count == place + 1)
            #expect(try await village.house("cn").shelf.keptCount == 0)
        }
    }

    @Test func `an opening that breaks off anywhere is finished by opening again`() async throws {
        for kind in FaultyLedger.Kind.allCases {
            for call in 1...2 {
                let label = "\(kind) \(call)"
                try await say(label, exhibits: [exhibit(70_000, seed: UInt64(call))])
                let parts = try await village.pack(from: "us", to: "cn")
                await #expect(throws: FailingDesk.Failure(call: call)) {
                    try await village.open(parts, at: "cn", failing: (call, kind))
                }
                try await village.restart("cn")
                #expect(try await village.open(parts, at: "cn").first?.isComplete == true)
                await village.advance(seconds: 60)
            }
        }
        try await village.settleByPouch()
        #expect(try await village.faults() == [])
    }

    @Test func `what the network brought meanwhile is known`() async throws {
        let id = try await say("one")
        let parts = try await village.pack(from: "us", to: "cn")
        try await village.settle()
        let report = try #require(try await village.open(parts, at: "cn").first)
        #expect(report.tally.taken == [])
        #expect(report.tally.known == [id])
        let back = try await village.open(
            try await village.pack(from: "cn", to: "us"), at: "us")
        #expect(back.first?.tally.answers.knownCount == 1)
        #expect(try await village.faults() == [])
    }

    @Test func `a refusal travels back and ends the wait`() async throws {
        try await say("one")
        try await village.open(try await village.pack(from: "us", to: "cn"), at: "cn")
        let second = try await say("two")
        let cn = try terms.party("cn")
        let refusal = try Refusal(
            agreement: terms.agreement.id, statement: second, reason: "key-expired",
            explanation: "words", by: cn.seat, at: Self.start
        ).signed(with: cn.signingKey)
        let shelf = try await village.house("cn").shelf
        let pouch = try #require(try await shelf.pouches().first)
        try await shelf.owe(
            [OwedAnswer(statement: second, refusal: refusal)], of: pouch.id, part: 1, delivery: 9)
        let back = try await village.pack(from: "cn", to: "us")
        let report = try #require(try await village.open(back, at: "us").first)
        #expect(report.tally.answers.settledCount == 2)
        #expect(try await waiting(at: "us", for: "cn") == 0)
        let refusals = try await village.house("us").ledger.refusals()
        #expect(refusals.map(\.statement) == [second])
        #expect(try await village.open(back, at: "us").first?.tally.answers.knownCount == 2)
    }
}
