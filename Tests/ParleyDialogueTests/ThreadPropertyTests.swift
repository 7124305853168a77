import ParleyDialogue
import ParleyLog
import ParleyStatements
import Testing

struct ThreadPropertyTests {
    static let seedsPerBatch = 250
    static let batches = Array(0..<12)
    /// Made once: every property is asked of the same 3,000 threads.
    static let generators = (0..<UInt64(3_000)).map { ThreadGenerator(seed: $0) }

    private func seeds(_ batch: Int) -> Range<Int> {
        let first = batch * Self.seedsPerBatch
        return first..<first + Self.seedsPerBatch
    }

    private func fold(_ records: [RecordedStatement]) -> DialogueThread {
        DialogueThread(folding: records, under: Village.rules)
    }

    @Test(arguments: batches)
    func `any order, any halves and any repeats fold to the same bytes`(batch: Int) {
        for seed in seeds(batch) {
            var generator = Self.generators[seed]
            let once = generator.thread
            let summary = once.canonicalSummary()
            #expect(fold(generator.records.reversed()) == once, "seed \(seed)")
            let shuffled = generator.shuffledWithRepeats()
            let cut = generator.place(below: shuffled.count + 1)
            let halves = Array(shuffled[cut...]) + generator.records + Array(shuffled[..<cut])
            #expect(fold(halves).canonicalSummary() == summary, "seed \(seed)")
            // A half alone, folded before, leaves nothing behind.
            _ = fold(Array(shuffled[..<cut]))
            #expect(fold(generator.records).canonicalSummary() == summary, "seed \(seed)")
        }
    }

    @Test(arguments: batches)
    func `entries stand by settled time, after what they answer`(batch: Int) {
        for seed in seeds(batch) {
            let generator = Self.generators[seed]
            #expect(generator.thread.entries.count == Set(generator.records.map(\.id)).count)
            var last = Timestamp(secondsSinceEpoch: 0)
            var seen: Set<StatementID> = []
            for entry in generator.thread.entries {
                guard let settled = entry.settledTime, let own = entry.record.time,
                    let previous = last
                else {
                    let isTimed = entry.record.time != nil
                    #expect(entry.effect.code == (isTimed ? "waiting" : "untimed"))
                    continue
                }
                #expect(settled >= previous && settled >= own, "seed \(seed)")
                #expect(seen.isSuperset(of: entry.statement.answers), "seed \(seed)")
                seen.insert(entry.id)
                last = settled
            }
        }
    }

    @Test(arguments: batches)
    func `what is settled later changes no effect that was settled before`(batch: Int) {
        for seed in seeds(batch) {
            var generator = Self.generators[seed]
            let settled = generator.thread.entries.filter { $0.settledTime != nil }
            guard !settled.isEmpty else { continue }
            let count = 1 + generator.place(below: settled.count)
            let prefix = fold(settled.prefix(count).map(\.record))
            // A lone statement of a second thread makes that thread its own.
            guard prefix.id == generator.thread.id else { continue }
            #expect(
                prefix.entries.map(\.effect) == settled.prefix(count).map(\.effect),
                "seed \(seed)")
        }
    }

    @Test(arguments: batches)
    func `an irregular statement that nothing answers leaves no other trace`(batch: Int) {
        for seed in seeds(batch) {
            let generator = Self.generators[seed]
            let answered = Set(generator.records.flatMap(\.statement.answers))
            for entry in generator.thread.entries where !answered.contains(entry.id) {
                guard case .irregular = entry.effect else { continue }
                let without = fold(generator.records.filter { $0.id != entry.id })
                guard without.id == generator.thread.id else { continue }
                #expect(
                    trace(of: without) == trace(of: generator.thread), "seed \(seed)")
            }
        }
    }

    @Test(arguments: batches)
    func `what the composer admits is applied, and what it refuses is irregular or waits`(
        batch: Int
    ) {
        for seed in seeds(batch) {
            var generator = Self.generators[seed]
            let thread = generator.thread
            let last = thread.entries.compactMap(\.settledTime).max() ?? "2026-11-23T01:00:00Z"
            let draft = generator.draft(at: last.adding(seconds: 1))
            let next = RecordedStatement(
                id: Village.statement("next"), statement: draft, time: draft.at, receipts: [:])
            let effect = fold(generator.records + [next]).entries.first { $0.id == next.id }?
                .effect
            do throws(ActRefusal) {
                try thread.admit(draft)
                let unsettled = thread.entries.filter { $0.settledTime == nil }.map(\.id)
                let waits = !Set(unsettled).isDisjoint(with: draft.answers)
                #expect(waits ? effect?.code == "waiting" : effect == .applied, "seed \(seed)")
            } catch {
                switch error {
                case .answersNotHeld, .answersUnsettled:
                    #expect(effect != .applied, "seed \(seed)")
                case .threadOther:
                    // Alone with its thread, or with the smaller id, it is the one folded.
                    continue
                case .threadAlreadyOpen where thread.state == .unopened:
                    // The opening has no time yet; a lawful second one would overtake it.
                    // Or it answers what has no time yet, as no opening may.
                    let isIrregular = effect?.code.hasPrefix("irregular") == true
                    let isKept = isIrregular || effect?.code == "waiting"
                    #expect(effect == .applied || isKept, "seed \(seed)")
                default:
                    let hasMoreToCome = thread.entries.contains {
                        $0.settledTime == nil && $0.statement.from.party == draft.from.party
                    }
                    #expect(
                        effect == .irregular(error) || hasMoreToCome
                            || effect?.code == "waiting", "seed \(seed)")
                    #expect(!error.explanation.isEmpty && !error.reason.isEmpty)
                }
            }
        }
    }

    @Test(arguments: batches)
    func `clocks never run backwards and never move before the agreed instant`(batch: Int) {
        for seed in seeds(batch) {
            for clock in Self.generators[seed].thread.clocks {
                if let due = clock.due.instant, let agreed = clock.agreedDue.instant {
                    #expect(due >= agreed && agreed >= clock.start, "seed \(seed)")
                }
                for pause in clock.pauses {
                    #expect(pause.from <= pause.until && pause.from >= clock.start)
                }
                #expect(clock.name == .answer || clock.pauses.isEmpty)
                #expect(clock.name == .answer || clock.due == clock.agreedDue)
                if let stopped = clock.stoppedAt { #expect(stopped >= clock.start) }
            }
        }
    }

    @Test func `the generated threads reach every state and every effect`() {
        var states: Set<ThreadState> = []
        var effects: Set<String> = []
        var acts: Set<Act> = []
        for thread in Self.generators.map(\.thread) {
            states.insert(thread.state)
            for entry in thread.entries {
                effects.insert(entry.effect.code)
                if entry.effect == .applied { acts.insert(entry.statement.act) }
            }
        }
        // The other kinds of the dialogue have a generator of their own.
        let kinds: [ThreadProtocol] = [.request, .proceeding, .overlay]
        #expect(states.isSuperset(of: kinds.flatMap(\.states)))
        #expect(acts.isSuperset(of: kinds.flatMap(\.moves).map(\.act)))
        #expect(effects.count >= 20)
    }

    private func trace(of thread: DialogueThread) -> [String] {
        thread.canonicalSummary().split(separator: "\n").filter { !$0.hasPrefix("entry") }
            .map(String.init)
    }
}
