import ParleyDialogue
import ParleyLog
import ParleyStatements
import Testing

@Suite struct ThreadSummaryTests {
    @Test func `nothing said is no row`() {
        #expect(ThreadSummary(DialogueThread(folding: [], under: Village.rules)) == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `the row depends on the set of records alone, and says what the thread says`(
        seed: UInt64
    ) throws {
        var generator = ThreadGenerator(seed: seed)
        let thread = generator.thread
        guard let summary = ThreadSummary(thread) else {
            #expect(!thread.isDialogue)
            return
        }
        let again = DialogueThread(
            folding: generator.shuffledWithRepeats(), under: Village.rules)
        #expect(ThreadSummary(again) == summary)
        #expect(summary.state == thread.state.rawValue)
        #expect(summary.turn == thread.whoseTurn.first)
        #expect(summary.nextDue == thread.nextDue?.due.instant)
        #expect(summary.clocks.count == thread.clocks.count)
        #expect(summary.counts.statements == thread.entries.count)
        let codes = thread.entries.map(\.effect.code)
        #expect(summary.counts.irregular == codes.count { $0.hasPrefix("irregular") })
        #expect(summary.counts.unsettled == codes.count { $0 == "untimed" || $0 == "waiting" })
        #expect(summary.lastSettled == thread.entries.compactMap(\.settledTime).max())
    }
}
