import ParleyLog
import ParleyStatements
import Testing

@testable import ParleyPages

@Suite struct ReportPagesTests {
    /// So many of a kind in a part of their time.
    private func spread(_ kind: String, _ part: Int, _ count: Int64) -> JSONObject {
        var counts = [JSONValue](repeating: .integer(0), count: 42)
        counts[part] = .integer(count)
        return [kind: .array(counts)]
    }

    private func drawn(_ spread: JSONObject) -> String {
        let strip = CaseStrip(name: "us", spread: spread)
        var html = HTML()
        strip.draw(&html, y: 0, casesPerMark: strip.casesPerMark)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test func `the last part before the limit is drawn before it, and the next behind`() {
        // The limit is drawn at 220.
        #expect(drawn(spread("inTime", 20, 1)).contains("M213.0 "))
        #expect(drawn(spread("late", 21, 1)).contains("M221.5 "))
    }

    @Test func `a strip of many cases is no higher than one of a few`() {
        let many = spread("inTime", 2, 10_000).adding(spread("overdue", 10, 3))
            .adding(["medianThousandths": .integer(100)])
        let strip = CaseStrip(name: "us", spread: many)
        let few = CaseStrip(name: "us", spread: spread("inTime", 2, 5))
        #expect(few.casesPerMark == 1)
        #expect(strip.casesPerMark >= 2000)
        #expect(
            strip.height(casesPerMark: strip.casesPerMark) <= few.height(casesPerMark: 1))
        #expect(drawn(many).contains("overdue"), "a few among many are still seen")
        #expect(strip.median == 0.1)
        #expect(strip.count(.overdue) == 3)
        #expect(CaseStrip(name: "us", spread: [:]).median == nil)
    }

    @Test func `an agenda is numbered through, and an empty one says so`() throws {
        let sheet = try PageTests().sheet("en", said: "x")
        let due = "2026-11-11T00:00:00Z"
        let items: [JSONObject] = [
            item("overdue", "request", "answer", due).adding([
                "title": "Keep the logs".json, "party": "cn".json,
            ]),
            item("sessions", "session", "missed", due),
        ]
        let party = sheet.named("cn")
        #expect(
            AgendaPage.lines(items, sheet) == """
                Overdue
                1. Keep the logs · Request for assistance · Answer · \(party) · \(due)

                Sessions
                2. Session · not held · \(due)
                """)
        #expect(AgendaPage.lines([], sheet) == sheet.words("agenda.empty"))
        let chinese = sheet.speaking(try #require(Words.named("zh")))
        #expect(AgendaPage.lines(items, chinese).hasPrefix("逾期\n1. Keep the logs · "))
    }

    private func item(
        _ section: String, _ subject: String, _ matter: String, _ due: String
    ) -> JSONObject {
        [
            "section": section.json, "subject": subject.json, "matter": matter.json,
            "due": due.json,
        ]
    }
}
