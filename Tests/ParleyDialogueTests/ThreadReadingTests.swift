import ParleyDialogue
import ParleyExample
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// What reports take from a thread is kept; these say for how long that is right.
@Suite struct ThreadReadingTests {
    private let record: ExampleRecord
    private let versions: AgreementVersions

    init() throws {
        let test = try TestAgreement(["us", "cn", "corp"])
        let from = try #require(Timestamp(text: "2026-01-10T00:00:00Z"))
        record = ExampleRecord(
            agreement: test.agreement, seed: 7, period: from..<from.adding(seconds: 200 * 86_400))
        versions = AgreementVersions(test.agreement)
    }

    private func reading(_ records: [RecordedStatement], _ asOf: Timestamp) -> ThreadReading {
        ThreadReading(of: records, under: versions, asOf: asOf)
    }

    /// Instants around everything that a thread's records say, and long after.
    private func instants(_ records: [RecordedStatement]) -> [Timestamp] {
        let times = records.compactMap(\.time)
        return times.flatMap { time in
            [-1, 0, 1, 40_000, 86_400 * 9, 86_400 * 70].map { time.adding(seconds: $0) }
        }
    }

    @Test func `what is read for an instant is the same at every other for which it holds`() {
        var moved = 0
        for number in 0..<60 {
            let records = record.headers(of: number)
            for asOf in instants(records) {
                let read = reading(records, asOf)
                #expect(read.holds.contains(asOf))
                for other in [read.holds.lowerBound, read.holds.upperBound] {
                    #expect(
                        facts(reading(records, other).thread) == facts(read.thread),
                        "thread \(number) at \(asOf) and \(other)")
                }
                // Just outside something differs, or could: that is what the bounds are for.
                let after = reading(records, read.holds.upperBound.adding(seconds: 1))
                if facts(after.thread) != facts(read.thread) { moved += 1 }
            }
        }
        #expect(moved > 300)
    }

    @Test func `a reading ends when the next thing falls due, and begins when the last one did`()
        throws
    {
        let running = (0..<200).lazy.compactMap { number -> ([RecordedStatement], Timestamp)? in
            let records = record.headers(of: number)
            guard let last = records.compactMap(\.time).max() else { return nil }
            let due = reading(records, last).thread?.promises
                .filter { $0.verdict == "running" }.compactMap(\.due).min()
            return due.map { (records, $0) }
        }
        let (records, due) = try #require(running.first)
        #expect(reading(records, due).holds.upperBound == due)
        let late = reading(records, due.adding(seconds: 1))
        #expect(late.holds.lowerBound == due.adding(seconds: 1))
        #expect(late.thread?.promises.contains { $0.verdict == "overdue" } == true)
    }

    @Test func `nothing is read of a thread before it was opened, and that holds until then`()
        throws
    {
        let records = record.headers(of: 0)
        let first = try #require(records.compactMap(\.time).min())
        let before = reading(records, first.adding(seconds: -10))
        #expect(before.thread == nil)
        #expect(before.holds.upperBound == first.adding(seconds: -1))
    }
}
