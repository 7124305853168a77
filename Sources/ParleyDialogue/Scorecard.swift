package import ParleyLog
package import ParleyStatements

/// One promise with a time, as it stood at an instant: a clock, or a point that falls due.
package struct ScoredPromise: Hashable, Sendable {
    /// By what it is counted.
    package struct Kind: Hashable, Sendable, Comparable {
        /// Who promised.
        package let party: PartyID
        /// The kind of thread, as acts begin.
        package let subject: String
        /// Of a request: its kind in the agreement; else empty.
        package let kind: String
        /// Of a request; else empty.
        package let urgency: String
        /// The clock, or the kind of point.
        package let promise: String

        package init(
            party: PartyID, subject: String, kind: String, urgency: String, promise: String
        ) {
            self.party = party
            self.subject = subject
            self.kind = kind
            self.urgency = urgency
            self.promise = promise
        }

        private var order: [String] { [party.text, subject, kind, urgency, promise] }

        package static func < (one: Kind, other: Kind) -> Bool {
            one.order.lexicographicallyPrecedes(other.order)
        }
    }

    package let kind: Kind
    package let thread: ThreadID
    package let start: Timestamp
    package let due: Timestamp?
    /// A code of ``ClockVerdict``.
    package let verdict: String
    /// What stopped it.
    package let statement: StatementID?
    package let stop: Timestamp?

    package init(
        kind: Kind, thread: ThreadID, start: Timestamp, due: Timestamp?, verdict: String,
        statement: StatementID?, stop: Timestamp?
    ) {
        self.kind = kind
        self.thread = thread
        self.start = start
        self.due = due
        self.verdict = verdict
        self.statement = statement
        self.stop = stop
    }

    /// From its start until it stopped.
    package var seconds: Int64? { stop.map { $0.seconds(since: start) } }
}

extension DialogueThread {
    /// Every promise of the thread that has begun by `now`, in fold order.
    package func promises(at now: Timestamp) -> [ScoredPromise] {
        guard let id else { return [] }
        func kind(_ party: PartyID, _ promise: String) -> ScoredPromise.Kind {
            .init(
                party: party, subject: self.kind.name, kind: requestKind ?? "",
                urgency: urgency?.rawValue ?? "", promise: promise)
        }
        let clocks = clocks.map { clock in
            ScoredPromise(
                kind: kind(clock.party, clock.name.rawValue), thread: id, start: clock.start,
                due: clock.due.instant, verdict: clock.verdict(at: now).code,
                statement: clock.stop?.statement, stop: clock.stop?.time)
        }
        let points = points.filter { $0.due != nil }.map { point in
            ScoredPromise(
                kind: kind(point.awaited, point.kind.rawValue), thread: id, start: point.time,
                due: point.due?.instant, verdict: point.verdict(at: now, isOver: isOver),
                statement: point.kept?.statement, stop: point.kept?.time)
        }
        return clocks + points
    }
}

extension ThreadPoint {
    /// A code of ``ClockVerdict``: settled is met or late, superseded is ended.
    ///
    /// - Parameter isOver: whether its thread is; nobody can settle it then.
    func verdict(at now: Timestamp, isOver: Bool) -> String {
        guard due?.instant != nil else { return "unknown" }
        if standing == .superseded || standing == .open && isOver { return "ended" }
        let isLate = isLate(at: now)
        return standing == .open
            ? (isLate ? "overdue" : "running") : (isLate ? "late" : "met")
    }
}

/// How two parties kept the times and the quality they agreed, by a record as it stood at an
/// instant. A function of headers alone, so that an auditor can work it out again
/// (`Spec/scorecard.md`).
package struct Scorecard: Hashable, Sendable {
    /// What was promised in one way, counted.
    package struct Timeliness: Hashable, Sendable {
        package let kind: ScoredPromise.Kind
        package var inTime = 0
        package var late = 0
        /// Past due and not stopped.
        package var overdue = 0
        /// Running, or paused.
        package var open = 0
        package var ended = 0
        /// The calendar does not tell when it was due.
        package var unknown = 0
        /// Seconds from start to stop, of those in time or late, by nearest rank.
        package var medianSeconds: Int64?
        package var p90Seconds: Int64?

        /// Those that have a verdict: in time, late or overdue.
        package var judged: Int { inTime + late + overdue }
    }

    /// How one party's answers were judged by those who asked.
    package struct Quality: Hashable, Sendable {
        package let party: PartyID
        package var reviews = 0
        package var complete = 0
        package var usable = 0
        package var whole = 0
        package var reasoned = 0
        package var refusals = 0
        /// Refusals whose last review says that they were not reasoned.
        package var unreasonedRefusals = 0
        /// Its statements to which it was silent, as witnessed.
        package var silences = 0
        /// Concerns that it had answered, and that were reopened.
        package var reopened = 0
        /// What those who raised a concern said of its answers, the last of each thread.
        package var verdicts: [Verdict: Int] = [:]
        /// Calls of the other side, and those that a person of this party acknowledged.
        package var calls = 0
        package var callsAnswered = 0
        package var drills = 0
        package var drillsAnswered = 0
    }

    package struct Commitment: Hashable, Sendable {
        package let thread: ThreadID
        package let maker: PartyID
        /// Those who have signed its text too.
        package let joined: [PartyID]
        package let support: Int
        package let contest: Int
        package let verdicts: [PartyID: Verdict]
        package let hasEnded: Bool
    }

    package struct Sessions: Hashable, Sendable {
        package let held: [Timestamp]
        /// When one was due and none was held.
        package let missed: [Timestamp]
        /// Nil where the agreement has no cadence.
        package let nextDue: Timestamp?
    }

    package let parties: [PartyID]
    package let period: Range<Timestamp>
    package let asOf: Timestamp
    /// Sorted by kind.
    package let timeliness: [Timeliness]
    /// One for each party, sorted.
    package let quality: [Quality]
    package let commitments: [Commitment]
    package let sessions: Sessions
    /// What the timeliness counts: for finding the cause of a difference.
    package let promises: [ScoredPromise]

    /// - Parameters:
    ///   - threads: any, as they stood at `asOf`; those in which both parties are heard count,
    ///     exercises only as drills of the hotline.
    ///   - period: what began in it counts.
    package init(
        of threads: [ReportedThread], between one: PartyID, and other: PartyID,
        under agreement: Agreement, period: Range<Timestamp>, asOf: Timestamp
    ) {
        parties = [one, other].sorted()
        self.period = period
        self.asOf = asOf
        let both = threads.filter { $0.isHeard(one) && $0.isHeard(other) }
            .map { (name: $0.thread.text, thread: $0) }
            .sorted { $0.name < $1.name }.map(\.thread)
        // SPEC scorecard §2: Exercises MUST NOT count; drills of the hotline count among drills
        // alone.
        let real = both.filter { !$0.isExercise }
        let parties = parties
        // SPEC scorecard §2: A promise MUST count in the period in which it began: from its first
        // instant, to before its last.
        promises = real.flatMap(\.promises).filter {
            period.contains($0.start) && parties.contains($0.kind.party)
        }
        timeliness = Self.timeliness(of: promises)
        var quality = Dictionary(uniqueKeysWithValues: parties.map { ($0, Quality(party: $0)) })
        for thread in both where period.contains(thread.openedAt) {
            for one in thread.quality { quality[one.party]?.add(one) }
        }
        self.quality = parties.compactMap { quality[$0] }
        commitments = real.compactMap(\.commitment)
        sessions = Sessions(real, under: agreement, asOf: asOf)
    }

    /// Promises counted by kind, sorted by it.
    package static func timeliness(of promises: [ScoredPromise]) -> [Timeliness] {
        Dictionary(grouping: promises, by: \.kind)
            .map { Timeliness($0.key, $0.value) }.sorted { $0.kind < $1.kind }
    }
}

extension DialogueThread {
    package var openedAt: Timestamp? {
        entries.first { $0.id == opening?.statement }?.settledTime
    }
}

extension Scorecard.Timeliness {
    fileprivate init(_ kind: ScoredPromise.Kind, _ promises: [ScoredPromise]) {
        self.kind = kind
        for promise in promises {
            switch promise.verdict {
            case "met": inTime += 1
            case "late": late += 1
            case "overdue": overdue += 1
            case "ended": ended += 1
            case "unknown": unknown += 1
            default: open += 1
            }
        }
        let seconds = promises.filter { ["met", "late"].contains($0.verdict) }
            .compactMap(\.seconds).sorted()
        medianSeconds = Self.rank(50, of: seconds)
        p90Seconds = Self.rank(90, of: seconds)
    }

    /// The nearest rank: the least value that so many per cent do not exceed.
    private static func rank(_ percent: Int, of sorted: [Int64]) -> Int64? {
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }
}

extension Scorecard.Quality {
    /// Counts what there is in one thread.
    mutating func count(_ thread: DialogueThread) {
        guard let opening = thread.opening else { return }
        let isAddressed = opening.addressed.contains(party)
        if thread.kind == .hotline, isAddressed {
            let isAnswered = thread.entries.contains {
                $0.effect == .applied && $0.statement.act == .hotlineAcknowledge
            }
            if opening.isExercise {
                drills += 1
                drillsAnswered += isAnswered ? 1 : 0
            } else {
                calls += 1
                callsAnswered += isAnswered ? 1 : 0
            }
        }
        guard !opening.isExercise else { return }
        // Said twice, it is one silence still.
        let witnessed = thread.silences.filter { $0.party == party && $0.isWitnessed }
        silences += Set(witnessed.map(\.about)).count
        guard isAddressed else { return }
        if thread.kind == .request { countReviews(of: thread) }
        if thread.kind == .concern {
            reopened +=
                thread.entries.filter {
                    $0.effect == .applied && $0.statement.act == .concernReopen
                }.count
            if let said = thread.verdicts[opening.opener] {
                verdicts[said.verdict, default: 0] += 1
            }
        }
    }

    /// Adds what was counted of the same party.
    fileprivate mutating func add(_ other: Self) {
        for count in Self.counts { self[keyPath: count] += other[keyPath: count] }
        verdicts.merge(other.verdicts, uniquingKeysWith: +)
    }

    private static var counts: [WritableKeyPath<Self, Int>] {
        [
            \.reviews, \.complete, \.usable, \.whole, \.reasoned, \.refusals,
            \.unreasonedRefusals, \.silences, \.reopened, \.calls, \.callsAnswered, \.drills,
            \.drillsAnswered,
        ]
    }

    private mutating func countReviews(of thread: DialogueThread) {
        // Of several reviews of one statement the last counts.
        var last: [StatementID: AnswerReview] = [:]
        for review in thread.reviews { for id in review.of { last[id] = review.review } }
        for review in last.values {
            reviews += 1
            complete += review.isComplete ? 1 : 0
            usable += review.isUsable ? 1 : 0
            whole += review.isWhole ? 1 : 0
            reasoned += review.isReasoned ? 1 : 0
        }
        for entry in thread.entries
        where entry.effect == .applied && entry.statement.act == .requestRefuse {
            refusals += 1
            if last[entry.id]?.isReasoned == false { unreasonedRefusals += 1 }
        }
    }
}

extension Scorecard.Commitment {
    init?(_ thread: DialogueThread) {
        guard thread.kind == .commitment, let id = thread.id, let opening = thread.opening else {
            return nil
        }
        let applied = thread.entries.filter { $0.effect == .applied }.map(\.statement)
        self.thread = id
        maker = opening.opener
        joined = Set(applied.filter { $0.act == .commitmentJoin }.map(\.from.party)).sorted()
        support = applied.filter { $0.act == .commitmentSupport }.count
        contest = applied.filter { $0.act == .commitmentContest }.count
        verdicts = thread.verdicts.mapValues(\.verdict)
        hasEnded = thread.state == .closed
    }
}

extension Scorecard.Sessions {
    init(_ threads: [ReportedThread], under agreement: Agreement, asOf: Timestamp) {
        held = threads.compactMap(\.heldAt).sorted()
        guard let months = agreement.dialogue.sessionMonths else {
            (missed, nextDue) = ([], nil)
            return
        }
        var missed: [Timestamp] = []
        var left = held[...]
        var due = agreement.effectiveFrom.adding(months: months)
        // Each round takes a session or lets one due instant pass, so it ends.
        while true {
            if let next = left.first, next <= due {
                left.removeFirst()
                due = next.adding(months: months)
            } else if due < asOf {
                // SPEC scorecard §3: A session MUST show as missed when its due instant has passed
                // and none was held since the one before it.
                missed.append(due)
                due = due.adding(months: months)
            } else {
                break
            }
        }
        self.missed = missed
        nextDue = due
    }
}

extension Timestamp {
    /// The same time of day on the same day of the month, in UTC, or on the month's last day.
    func adding(months: Int) -> Timestamp {
        let days = Int(secondsSinceEpoch / 86_400)
        let date = CivilDate(daysSinceEpoch: days)
        let count = date.year * 12 + date.month - 1 + months
        let (year, month) = (count / 12, count % 12 + 1)
        // Every month has its 28th.
        let later = stride(from: date.day, through: min(date.day, 28), by: -1).lazy
            .compactMap { CivilDate(year: year, month: month, day: $0) }.first
        return later.map { adding(seconds: Int64($0.daysSinceEpoch - days) * 86_400) } ?? .latest
    }
}
