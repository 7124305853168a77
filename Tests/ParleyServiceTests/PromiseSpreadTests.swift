import ParleyDialogue
import ParleyLog
import ParleyStatements
import Testing

@testable import ParleyService

struct PromiseSpreadTests {
    private let start = Timestamp(text: "2026-11-01T00:00:00Z")!
    private let due = Timestamp(text: "2026-11-11T00:00:00Z")!
    private let asOf = Timestamp(text: "2026-11-06T00:00:00Z")!

    private func promise(_ verdict: String, stop: String? = nil, hasDue: Bool = true)
        -> ScoredPromise
    {
        ScoredPromise(
            kind: .init(
                party: PartyID("us")!, subject: "request", kind: "", urgency: "",
                promise: "answer"),
            thread: ThreadID(bytes: [UInt8](repeating: 1, count: 16))!, start: start,
            due: hasDue ? due : nil, verdict: verdict, statement: nil,
            stop: stop.flatMap { Timestamp(text: $0) })
    }

    private func counts(_ promises: ScoredPromise..., of name: String) -> [Int64: Int64] {
        guard let spread = PromiseSpread.all(of: promises, asOf: asOf).first,
            case .array(let parts)? = spread.json[name]
        else { return [:] }
        var found: [Int64: Int64] = [:]
        for (place, part) in parts.enumerated() {
            if case .integer(let count) = part, count > 0 { found[Int64(place)] = count }
        }
        return found
    }

    @Test func `a case stands where its time was used up to`() {
        #expect(counts(promise("met", stop: "2026-11-03T12:00:00Z"), of: "inTime") == [5: 1])
        #expect(counts(promise("running"), of: "open") == [10: 1])
        #expect(counts(promise("late", stop: "2026-12-31T00:00:00Z"), of: "late") == [41: 1])
    }

    @Test func `what was met on its last second stands before the limit, and late behind`() {
        #expect(counts(promise("met", stop: "2026-11-11T00:00:00Z"), of: "inTime") == [20: 1])
        #expect(counts(promise("late", stop: "2026-11-11T00:00:01Z"), of: "late") == [21: 1])
    }

    @Test func `of what has no due time or is no longer asked for nothing is said`() {
        #expect(
            PromiseSpread.all(
                of: [promise("running", hasDue: false), promise("ended"), promise("unknown")],
                asOf: asOf
            ).isEmpty)
    }

    @Test func `the median is of what was done, in thousandths of its time`() {
        let spread = PromiseSpread.all(
            of: [
                promise("met", stop: "2026-11-02T00:00:00Z"),
                promise("met", stop: "2026-11-03T00:00:00Z"),
                promise("late", stop: "2026-11-21T00:00:00Z"), promise("overdue"),
            ], asOf: asOf)
        #expect(spread.count == 1)
        #expect(spread.first?.json["medianThousandths"] == .integer(200))
    }
}
