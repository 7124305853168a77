import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// What is kept for reports must be what the whole record says, and cost what has moved.
@Suite struct ReportedRecordTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let village: Village
    private let ledger: FaultyLedger
    private let reports: ReportedRecord

    init() async throws {
        let ledger = FaultyLedger(MemoryLedger())
        self.ledger = ledger
        village = try await Village.make(try TestAgreement(), seed: 11, at: Self.start) {
            $0 == "us" ? ledger : FaultyLedger(MemoryLedger())
        }
        reports = ReportedRecord(try await village.house("us").node.record, ledger: ledger)
    }

    /// Talks, and lets a day pass after each few words.
    private func talk(_ words: Int) async throws {
        for word in 0..<words {
            try await village.speak()
            try await village.settle()
            if word % 4 == 3 { await village.advance(seconds: 86_400) }
        }
    }

    private func now() async throws -> Timestamp { try await village.house("us").clock.now() }

    /// Whether both say the same of every thread.
    private func expectWhole(asOf: Timestamp) async throws {
        let whole = try await village.house("us").node.record.reported(asOf: asOf)
        let kept = try await reports.threads(asOf: asOf)
        #expect(!whole.isEmpty)
        #expect(
            kept.sorted { $0.thread < $1.thread }.map(facts)
                == whole.sorted { $0.thread < $1.thread }.map(facts), "\(asOf)")
    }

    @Test func `what is kept is what the whole record says, then and now`() async throws {
        for _ in 0..<6 {
            try await talk(10)
            try await expectWhole(asOf: try await now())
        }
        let end = try await now()
        for days in [60, 3, 20, 7, 1, 0] as [Int64] {
            try await expectWhole(
                asOf: max(Self.start.adding(seconds: 3600), end.adding(seconds: -days * 86_400)))
        }
        // Nobody says anything, and what runs falls due.
        for days in [1, 10, 100] as [Int64] {
            try await expectWhole(asOf: end.adding(seconds: days * 86_400))
        }
    }

    @Test func `a second look reads nothing, and a later one what has moved`() async throws {
        try await talk(40)
        let asOf = try await now()
        let threads = try await reports.threads(asOf: asOf).count
        #expect(threads > 5)
        var before = ledger.readCount
        _ = try await reports.threads(asOf: asOf)
        #expect(ledger.readCount == before)
        let size = try await ledger.tail().size
        var isGrown = false
        while !isGrown {
            try await village.speak()
            isGrown = try await ledger.tail().size != size
        }
        try await village.settle()
        before = ledger.readCount
        _ = try await reports.threads(asOf: asOf)
        #expect((1...3).contains(ledger.readCount - before))
    }

    @Test func `after a reading that failed nothing is missing`() async throws {
        try await talk(30)
        ledger.failNextRead()
        let asOf = try await now()
        await #expect(throws: FaultyLedger.ReadFailure.self) {
            try await reports.threads(asOf: asOf)
        }
        try await expectWhole(asOf: asOf)
        try await talk(10)
        ledger.failNextRead()
        let later = try await now()
        await #expect(throws: FaultyLedger.ReadFailure.self) {
            try await reports.threads(asOf: later)
        }
        try await expectWhole(asOf: later)
    }

    @Test func `a crowd reads each thread once`() async throws {
        try await talk(30)
        let asOf = try await now()
        let before = ledger.readCount
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await reports.threads(asOf: asOf).count } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(Set(counts).count == 1)
        let threads = try await village.house("us").node.record.threads().count
        #expect(ledger.readCount - before == threads)
    }
}
