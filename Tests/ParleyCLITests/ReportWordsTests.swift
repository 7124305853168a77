import ParleyDialogue
import ParleyLog
import ParleyStatements
import Testing

@testable import ParleyCLI

struct ReportWordsTests {
    @Test func `every word that a report can show is there in both languages`() throws {
        let states = ThreadProtocol.all.flatMap(\.states).map(\.rawValue)
        let points = ThreadProtocol.all.flatMap(\.moves).compactMap { move -> String? in
            if case .raise(let kind, _, _)? = move.point { kind.rawValue } else { nil }
        }
        let words =
            states + points + ThreadProtocol.all.map(\.name) + ClockName.allCases.map(\.rawValue)
            + Agenda.Section.allCases.map { "section-" + $0.rawValue }
            + Urgency.allCases.map(\.rawValue)
            + ProceedingOutcome.allCases.map(\.rawValue) + Verdict.allCases.map(\.rawValue)
            + ["met", "late", "overdue", "running", "paused", "ended", "unknown"]
        for word in Set(words) {
            let entry = try #require(ReportWords.table[word], "\(word)")
            #expect(!entry.english.isEmpty && !entry.chinese.isEmpty)
        }
    }

    @Test func `a title is never cut in the middle of a character`() {
        let family = "👨‍👩‍👧‍👦"
        #expect(clipped("ab\(family)cd", to: 4) == "ab\(family)…")
        #expect(clipped("甲乙丙丁", to: 4) == "甲乙丙丁")
        #expect(clipped("甲乙丙丁戊", to: 4) == "甲乙丙…")
    }

    @Test func `a language without texts is refused`() {
        #expect(throws: CommandFailure.self) { try ReportWords(language: "fr") }
        #expect(throws: CommandFailure.self) { try ReportWords(language: "x_y") }
    }
}
