import ParleyLog
import ParleyStatements

/// The records of one thread, each once, in the order in which they are folded.
struct FoldOrder {
    /// A record with its place in time.
    struct Settled {
        let record: RecordedStatement
        let time: Timestamp
        /// How many answers lie between it and a statement that answers nothing, at most.
        let depth: Int
    }

    private(set) var settled: [Settled] = []
    /// Waiting and untimed ones, by own time (none last), then id.
    private(set) var unsettled: [RecordedStatement] = []
    /// Every record, also of statements that are unsettled.
    private(set) var records: [StatementID: RecordedStatement] = [:]

    init(_ collection: some Collection<RecordedStatement>) {
        for record in collection {
            // SPEC request §2: A node MUST fold a thread from the set of its records alone:
            // neither the order in which they came nor repeats change anything.
            records[record.id] = records[record.id]?.joined(with: record) ?? record
        }
        settle()
    }

    /// The thread that most records name, the smallest id among equals: callers hand over one
    /// thread, and a stray record must not pass for it. Nil when there is no record.
    var thread: ThreadID? {
        var counts: [ThreadID: Int] = [:]
        for record in records.values { counts[record.statement.thread, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// The version of the agreement that the thread was opened under.
    func version(among versions: AgreementVersions) -> Agreement {
        // SPEC request §4: A thread MUST run under the version that its submission names; before
        // there is a lawful one, under that of the first submission, or of any statement, in fold
        // order.
        guard versions.all.count > 1 else { return versions.first }
        let inOrder = settled.map(\.record) + unsettled
        let candidates = inOrder.compactMap { record in
            versions.version(record.statement.agreement).map { (record, $0) }
        }
        let openings = candidates.filter {
            ThreadProtocol.opened(by: $0.0.statement.act) != nil
        }
        let lawful = openings.first { isLawfulOpening($0, under: ThreadRules($1)) }
        return (lawful ?? openings.first ?? candidates.first)?.1 ?? versions.first
    }

    private func isLawfulOpening(
        _ record: RecordedStatement, under rules: ThreadRules
    ) -> Bool {
        let fold = ThreadFold(rules: rules, thread: thread, records: records)
        return (try? fold.check(record.statement, at: record.statement.at)) != nil
    }

    /// Gives a place to each timed record whose answered statements all have one. A queue, not a
    /// recursion: a peer can make a thread as deep as it likes.
    private mutating func settle() {
        var openAnswers: [StatementID: Int] = [:]
        var answeredBy: [StatementID: [StatementID]] = [:]
        var ready: [StatementID] = []
        for (id, record) in records {
            let answers = Set(record.statement.answers)
            openAnswers[id] = answers.count
            for answer in answers { answeredBy[answer, default: []].append(id) }
            if answers.isEmpty { ready.append(id) }
        }
        var places: [StatementID: Settled] = [:]
        while let id = ready.popLast() {
            guard let record = records[id], let ownTime = record.time else { continue }
            let answered = record.statement.answers.compactMap { places[$0] }
            // SPEC request §3: A statement's settled time MUST be the latest of its own time and
            // the settled times of the statements it answers.
            places[id] = Settled(
                record: record, time: answered.map(\.time).reduce(ownTime) { max($0, $1) },
                depth: (answered.map(\.depth).max() ?? -1) + 1)
            for next in answeredBy[id] ?? [] {
                openAnswers[next, default: 0] -= 1
                if openAnswers[next] == 0 { ready.append(next) }
            }
        }
        // SPEC request §3: A node MUST fold settled statements in the order of settled time, then
        // causal depth, then id.
        // Keys are sorted, not the records, which are large to move.
        settled = places.map { (time: $1.time, depth: $1.depth, id: $0) }.sorted {
            ($0.time, $0.depth, $0.id) < ($1.time, $1.depth, $1.id)
        }.compactMap { places[$0.id] }
        unsettled = records.values.filter { places[$0.id] == nil }.sorted {
            ($0.time ?? .latest, $0.id) < ($1.time ?? .latest, $1.id)
        }
    }
}
