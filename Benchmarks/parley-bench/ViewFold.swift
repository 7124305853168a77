import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyExample
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// Folds threads into all views and asks the views questions, in one process.
///
/// The threads are made batch by batch and what making them takes is not counted; nothing is read
/// from a ledger, so that the figure is that of folding and writing alone.
struct ViewFold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fold threads into the views, then time queries.")

    @Option(help: "Where to make the views.")
    var folder: String
    @Option(help: "The JSON of an agreement of two parties or more.")
    var agreement: String
    @Option(help: "How many threads, of ten statements on average.")
    var threads = 100_000
    @Option(help: "Threads in one transaction.")
    var batch = 500
    @Option(help: "Threads that SQLite alone is given, for the bound.")
    var bareThreads = 10_000
    @Option(help: "How often each question is asked.")
    var questions = 400

    func run() async throws {
        let json = try Data(contentsOf: URL(filePath: agreement))
        guard let start = Timestamp(text: "2026-01-05T09:00:00Z") else { return }
        // Laid out for people; the document itself is canonical.
        let value = try JSONValue(parsing: Array(json), limitBytes: Agreement.sizeLimitBytes)
        let agreement = try Agreement(parsing: value.canonicalBytes)
        let talk = try ViewTalk(agreement: agreement, start: start)
        let bare = try await BareInsert.rate(
            talk, folder: folder, threads: min(threads, bareThreads))
        let path = URL(filePath: folder).appending(path: "views.sqlite").path
        let views = try SQLiteViews(path: path)
        var result = try await fold(talk, into: views)
        result["barePerSecond"] = bare
        let asking = ViewQuestions(talk: talk, views: views, threads: threads, count: questions)
        result["milliseconds"] = try await asking.all(now: start.adding(seconds: 200 * 86_400))
        result["longThread"] = try longThread(talk)
        result["storedBytes"] =
            try FileManager.default.attributesOfItem(atPath: path)[.size] ?? 0
        result["peakBytes"] = try Append.peakBytes()
        try printJSON(result)
    }

    private func fold(_ talk: ViewTalk, into views: SQLiteViews) async throws -> [String: Any] {
        let versions = AgreementVersions(talk.agreement)
        let clock = ContinuousClock()
        var marks: [[Double]] = []
        var folding = 0.0
        var writing = 0.0
        var count = 0
        for first in stride(from: 0, to: threads, by: batch) {
            let made = try (first..<min(first + batch, threads)).map { number in
                let thread = try talk.thread(number, first: count)
                count += thread.records.count
                return thread
            }
            let began = clock.now
            var change = ViewBatch()
            change.isFirstOfThreads = true
            for thread in made {
                let folded = DialogueThread(folding: thread.records, under: versions)
                if let summary = ThreadSummary(folded) { change.threads.append(summary) }
                change.texts += thread.texts
            }
            let folded = clock.now
            try await views.write(change)
            folding += (folded - began).inSeconds
            writing += (clock.now - folded).inSeconds
            marks.append([Double(count), folding + writing])
        }
        return [
            "statements": count, "seconds": folding + writing, "foldingSeconds": folding,
            "writingSeconds": writing, "marks": marks, "foldPeakBytes": try Append.peakBytes(),
        ]
    }

    /// Milliseconds that one more statement costs where the thread has a thousand.
    private func longThread(_ talk: ViewTalk) throws -> [Double] {
        let thread = try talk.thread(2, first: 0, length: 1000)
        let versions = AgreementVersions(talk.agreement)
        return (0..<20).map { _ in
            ContinuousClock().measure {
                _ = ThreadSummary(DialogueThread(folding: thread.records, under: versions))
            }.inSeconds * 1000
        }
    }
}

/// Times questions to views of full size.
private struct ViewQuestions {
    let talk: ViewTalk
    let views: SQLiteViews
    let threads: Int
    let count: Int

    func all(now: Timestamp) async throws -> [String: [Double]] {
        let parties = talk.agreement.parties.map(\.id)
        var random = SplitMix64(seed: 99)
        var samples: [String: [Double]] = [:]
        for number in 0..<count {
            var queue = QueueQuestion(
                turn: number.isMultiple(of: 2)
                    ? .of(parties[0]) : .ofOthers(than: parties[0]))
            if number % 3 == 0 { queue.dueBefore = now }
            if number % 5 == 0 { queue.kind = "information" }
            if number % 7 == 0 { queue.party = parties[1] }
            samples["queue", default: []].append(
                try await timed { _ = try await views.queue(queue) })
            let english = talk.english[random.skewed(below: talk.english.count)]
            samples["search-english", default: []].append(try await search(english))
            let chinese = talk.chinese[random.skewed(below: talk.chinese.count)]
            samples["search-chinese", default: []].append(try await search(chinese))
            let other = talk.english[random.skewed(below: talk.english.count)]
            samples["search-two-words", default: []].append(
                try await search(english + " " + other))
            samples["search-longer-chinese", default: []].append(
                try await search(chinese + talk.chinese[random.skewed(below: 200)]))
            let thread = try talk.thread(random.below(threads), first: 0)
            guard let id = thread.records.first?.statement.thread else { continue }
            samples["thread", default: []].append(
                try await timed {
                    guard try await views.summary(of: id) != nil else {
                        throw BenchFailure.homeMalformed("a thread is missing")
                    }
                })
            let day = CivilDate(daysSinceEpoch: Int(now.secondsSinceEpoch / 86_400))
            let period = TallyPeriod(
                from: CivilDate(daysSinceEpoch: day.daysSinceEpoch - 400), to: day)
            samples["scorecard", default: []].append(
                try await timed { _ = try await views.tallies(period, at: now) })
        }
        samples["incremental"] = try await incremental(&random)
        return samples
    }

    private func search(_ text: String) async throws -> Double {
        try await timed {
            let question = try SearchQuestion(text, using: SearchTokens())
            _ = try await views.search(question, limit: 20)
        }
    }

    /// One more statement, with its text, in a thread that is there.
    private func incremental(_ random: inout SplitMix64) async throws -> [Double] {
        let versions = AgreementVersions(talk.agreement)
        var samples: [Double] = []
        for place in 0..<(count * 5) {
            let number = random.below(threads)
            let thread = try talk.thread(
                number, first: 100_000_000 + place * 32, length: talk.length(of: number) + 1)
            samples.append(
                try await timed {
                    var change = ViewBatch()
                    let folded = DialogueThread(folding: thread.records, under: versions)
                    change.threads = [ThreadSummary(folded)].compactMap { $0 }
                    change.texts = Array(thread.texts.suffix(1))
                    change.cursor = ViewCursor(
                        record: LedgerMark(entries: Int64(place), proofs: 0),
                        versions: Digest(hashing: []))
                    try await views.write(change)
                })
        }
        return samples
    }

    private func timed(_ work: () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let began = clock.now
        try await work()
        return (clock.now - began).inSeconds * 1000
    }
}
