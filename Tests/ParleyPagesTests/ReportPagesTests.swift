import ParleyLog
import ParleyStatements
import Testing

@testable import ParleyPages

@Suite struct ReportPagesTests {
    private static let start = "2026-11-01T00:00:00Z"
    private static let due = "2026-11-11T00:00:00Z"
    private let asOf = Timestamp(text: "2026-11-06T00:00:00Z")

    private func mark(_ verdict: String, stop: String? = nil) throws -> CaseStrip.Mark? {
        var promise: JSONObject = [
            "start": .string(Self.start), "due": .string(Self.due), "verdict": .string(verdict),
        ]
        if let stop { promise = promise.adding(["stop": .string(stop)]) }
        return CaseStrip.Mark(promise, asOf: try #require(asOf))
    }

    @Test func `a case stands where its time was used up to`() throws {
        #expect(try mark("met", stop: "2026-11-03T12:00:00Z")?.share == 0.25)
        #expect(try mark("late", stop: "2026-11-21T00:00:00Z")?.share == 2)
        let running = try #require(try mark("running"))
        #expect(running.share == 0.5 && running.kind == .open)
        #expect(try mark("ended") == nil, "nobody asks for it any more")
        #expect(
            CaseStrip.Mark(["start": .string(Self.start)], asOf: try #require(asOf)) == nil,
            "without a due time nothing can be said")
    }

    private func drawn(_ marks: [CaseStrip.Mark], casesPerMark: Int? = nil) -> String {
        let strip = CaseStrip(name: "us", marks: marks)
        var html = HTML()
        strip.draw(&html, y: 0, casesPerMark: casesPerMark ?? strip.casesPerMark)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test func `what was met on its last second stands before the limit, and late behind`() throws {
        let met = try #require(try mark("met", stop: Self.due))
        let late = try #require(try mark("late", stop: "2026-11-11T00:00:01Z"))
        // The limit is drawn at 220.
        #expect(drawn([met]).contains("M213.0 "))
        #expect(drawn([late]).contains("M221.5 "))
    }

    @Test func `a strip of many cases is no higher than one of a few`() throws {
        let met = try #require(try mark("met", stop: "2026-11-02T00:00:00Z"))
        let overdue = try #require(try mark("overdue"))
        let many =
            [CaseStrip.Mark](repeating: met, count: 10_000)
            + [CaseStrip.Mark](repeating: overdue, count: 3)
        let strip = CaseStrip(name: "us", marks: many)
        let few = CaseStrip(name: "us", marks: [met, met, met, met, met])
        #expect(few.casesPerMark == 1)
        #expect(strip.casesPerMark >= 2000)
        #expect(
            strip.height(casesPerMark: strip.casesPerMark) <= few.height(casesPerMark: 1))
        #expect(drawn(many).contains("overdue"), "a few among many are still seen")
        #expect(strip.median == 0.1)
    }

    @Test func `an agenda is numbered through, and an empty one says so`() throws {
        let words = try #require(Words.named("en"))
        let agenda: JSONObject = [
            "sections": .array([
                section("overdue", [["Keep the logs", "request", "answer", "cn", Self.due]]),
                section("urgent", []),
                section("sessions", [["", "session", "missed", "", Self.start]]),
            ])
        ]
        #expect(
            AgendaPage.lines(agenda, words) == """
                Overdue
                1. Keep the logs · request · answer · cn · \(Self.due)

                Sessions
                2. session · missed · \(Self.start)
                """)
        #expect(
            AgendaPage.lines(["sections": .array([section("urgent", [])])], words)
                == words("agenda.empty"))
    }

    private func section(_ name: String, _ rows: [[String]]) -> JSONValue {
        .object([
            "section": .string(name),
            "columns": .array(["title", "kind", "matter", "party", "due"].map { .string($0) }),
            "rows": .array(rows.map { .array($0.map { .string($0) }) }),
        ])
    }
}
