package import ParleyLog
package import ParleyStatements

/// What a queue and a scorecard need of a thread, and no more: a total function of the thread.
///
/// Instants stand here, never how they lie to the present: "overdue" is worked out when asked.
package struct ThreadSummary: Hashable, Sendable {
    package let id: ThreadID
    /// The version of the agreement that the thread runs under.
    package let agreement: AgreementID
    /// The kind of thread: `request`, `proceeding`.
    package let subject: String
    /// Of a request: the kind that the agreement has of it.
    package let kind: String?
    package let urgency: Urgency?
    /// Nil until somebody has opened it lawfully.
    package let opener: PartyID?
    package let addressed: [PartyID]
    package let state: String
    /// Who is to act next; nil where nobody is. Where any of several is, the one for whom the
    /// summary was made, if it is among them.
    package let turn: PartyID?
    package let outcome: ProceedingOutcome?
    /// Empty in a row of a list, which shows no more than what is next.
    package let clocks: [Clock]
    package let next: Next?
    /// Whether a promise stands still: a question is open.
    package let isPaused: Bool
    package let counts: Counts
    /// The settled time of its latest statement that has one.
    package let lastSettled: Timestamp?

    /// One promise, as a scorecard counts it: a clock, or a point that falls due.
    package struct Clock: Hashable, Sendable {
        package let name: String
        /// Whose promise it is.
        package let party: PartyID
        package let start: Timestamp
        /// Nil where the party's calendar does not reach so far.
        package let due: Timestamp?
        package let pausedSince: Timestamp?
        package let stop: Timestamp?
        /// Withdrawn rather than kept.
        package let isEnd: Bool

        package init(
            name: String, party: PartyID, start: Timestamp, due: Timestamp?,
            pausedSince: Timestamp?, stop: Timestamp?, isEnd: Bool
        ) {
            self.name = name
            self.party = party
            self.start = start
            self.due = due
            self.pausedSince = pausedSince
            self.stop = stop
            self.isEnd = isEnd
        }

        /// Whether it runs: not stopped, not standing still.
        package var isRunning: Bool { stop == nil && pausedSince == nil }
    }

    /// The running promise that is due first.
    package struct Next: Hashable, Sendable {
        package let name: String
        /// Nil where the party's calendar does not reach so far.
        package let due: Timestamp?

        package init(name: String, due: Timestamp?) {
            self.name = name
            self.due = due
        }
    }

    package struct Counts: Hashable, Sendable {
        package var statements = 0
        package var irregular = 0
        /// Without a time, or waiting for what is not held.
        package var unsettled = 0
        package var silences = 0
        /// Silences that no receipt has ended.
        package var openSilences = 0

        package init() {}
    }

    package init(
        id: ThreadID, agreement: AgreementID, subject: String, kind: String?, urgency: Urgency?,
        opener: PartyID?, addressed: [PartyID], state: String, turn: PartyID?,
        outcome: ProceedingOutcome?, clocks: [Clock], next: Next?, isPaused: Bool,
        counts: Counts, lastSettled: Timestamp?
    ) {
        self.id = id
        self.agreement = agreement
        self.subject = subject
        self.kind = kind
        self.urgency = urgency
        self.opener = opener
        self.addressed = addressed
        self.state = state
        self.turn = turn
        self.outcome = outcome
        self.clocks = clocks
        self.next = next
        self.isPaused = isPaused
        self.counts = counts
        self.lastSettled = lastSettled
    }

    /// Nil for what is no dialogue: nothing at all, or only changes of keys and of the agreement.
    ///
    /// - Parameter party: whose summary it is; nil for nobody's in particular.
    package init?(_ thread: DialogueThread, for party: PartyID? = nil) {
        guard let id = thread.id, thread.isDialogue else { return nil }
        var counts = Counts()
        var lastSettled: Timestamp?
        for entry in thread.entries {
            counts.statements += 1
            switch entry.effect {
            case .applied: break
            case .irregular: counts.irregular += 1
            case .waiting, .untimed: counts.unsettled += 1
            }
            if let time = entry.settledTime { lastSettled = max(lastSettled ?? time, time) }
        }
        counts.silences = thread.silences.count
        counts.openSilences = thread.silences.count { $0.receipt == nil }
        let clocks =
            thread.clocks.map(Clock.init)
            + thread.points.filter { $0.due != nil }
            .map { Clock($0, isThreadOver: thread.isOver) }
        // A due instant that nobody knows comes after all others.
        let next = clocks.filter(\.isRunning).min {
            ($0.due ?? .latest) < ($1.due ?? .latest)
        }
        self.init(
            id: id, agreement: thread.agreement, subject: thread.kind.name,
            kind: thread.requestKind, urgency: thread.urgency, opener: thread.opener,
            addressed: thread.opening?.addressed ?? [], state: thread.state.rawValue,
            turn: thread.whoseTurn.first { $0 == party } ?? thread.whoseTurn.first,
            outcome: thread.proceeding.outcome,
            clocks: clocks, next: next.map { Next(name: $0.name, due: $0.due) },
            isPaused: clocks.contains { $0.stop == nil && $0.pausedSince != nil },
            counts: counts, lastSettled: lastSettled)
    }

    /// When the next running promise is due; nil where none runs, or nobody can say.
    package var nextDue: Timestamp? { next?.due }

    package func isOverdue(at now: Timestamp) -> Bool { nextDue.map { now > $0 } ?? false }
}

extension ThreadSummary.Clock {
    fileprivate init(_ point: ThreadPoint, isThreadOver: Bool) {
        let isLeft = point.standing == .open
        let isEnd = point.standing == .superseded || isLeft && isThreadOver
        self.init(
            name: point.kind.rawValue, party: point.awaited, start: point.time,
            due: point.due?.instant, pausedSince: nil,
            stop: isLeft && !isEnd ? nil : point.kept?.time ?? point.time, isEnd: isEnd)
    }

    fileprivate init(_ clock: ThreadClock) {
        self.init(
            name: clock.name.rawValue, party: clock.party, start: clock.start,
            due: clock.due.instant, pausedSince: clock.pausedSince, stop: clock.stop?.time,
            isEnd: clock.stop?.isEnd ?? false)
    }
}
