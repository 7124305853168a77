package import ParleyLog
package import ParleyStatements

/// What two parties should speak about, by a record as it stood at an instant: the same on both
/// nodes (`Spec/scorecard.md` §5).
package struct Agenda: Hashable, Sendable {
    package enum Section: String, Hashable, Sendable, CaseIterable {
        case overdue, urgent, disputed, commitments, actions, sessions
    }

    package struct Item: Hashable, Sendable {
        package let section: Section
        /// Nil for a session that was due and not held.
        package let thread: ThreadID?
        /// The kind of thread.
        package let subject: String
        /// What about it: a clock, a kind of point, a state.
        package let matter: String
        /// Who is to act; nil where nobody is.
        package let party: PartyID?
        package let due: Timestamp?
        /// The point, where it is one.
        package let statement: StatementID?
    }

    package let parties: [PartyID]
    package let asOf: Timestamp
    /// By section, then soonest due, then thread.
    package let items: [Item]

    /// - Parameter threads: as for ``Scorecard``.
    package init(
        of threads: [DialogueThread], between one: PartyID, and other: PartyID,
        under agreement: Agreement, asOf: Timestamp
    ) {
        parties = [one, other].sorted()
        self.asOf = asOf
        let both = threads.filter {
            $0.isHeard(one) && $0.isHeard(other) && $0.opening?.isExercise != true
        }
        let scorecard = Scorecard(
            of: both, between: one, and: other, under: agreement,
            period: .earliest..<asOf.adding(seconds: 1), asOf: asOf)
        let items =
            scorecard.promises.filter { $0.verdict == "overdue" && $0.kind.promise != "action" }
            .map(Item.init(overdue:))
            + both.flatMap { $0.agendaItems(at: asOf) }
            + scorecard.sessions.missed.map {
                Item(
                    section: .sessions, thread: nil, subject: "session", matter: "missed",
                    party: nil, due: $0, statement: nil)
            }
            + [scorecard.sessions.nextDue].compactMap { $0 }.map {
                Item(
                    section: .sessions, thread: nil, subject: "session", matter: "next-due",
                    party: nil, due: $0, statement: nil)
            }
        self.items = items.sorted { $0.order < $1.order }
    }
}

extension Timestamp {
    fileprivate static let earliest = Timestamp(secondsSinceEpoch: 0) ?? .latest
}

extension Agenda.Item {
    fileprivate init(overdue promise: ScoredPromise) {
        self.init(
            section: .overdue, thread: promise.thread, subject: promise.kind.subject,
            matter: promise.kind.promise, party: promise.kind.party, due: promise.due,
            statement: nil)
    }

    fileprivate var order: (Int, Timestamp, String, String) {
        let place = Agenda.Section.allCases.firstIndex(of: section) ?? 0
        return (place, due ?? .latest, thread?.text ?? "", matter + (statement?.text ?? ""))
    }
}

extension DialogueThread {
    fileprivate func agendaItems(at now: Timestamp) -> [Agenda.Item] {
        func item(
            _ section: Agenda.Section, _ matter: String, party: PartyID? = nil,
            due: Timestamp? = nil, statement: StatementID? = nil
        ) -> Agenda.Item {
            Agenda.Item(
                section: section, thread: id, subject: kind.name, matter: matter, party: party,
                due: due, statement: statement)
        }
        switch kind {
        case .request:
            guard kind.asking.contains(state), let urgency, urgency != .normal else { return [] }
            return [
                item(
                    .urgent, urgency.rawValue, party: whoseTurn.first,
                    due: nextDue?.due.instant)
            ]
        case .hotline:
            guard state != .closed else { return [] }
            return [
                item(.urgent, state.rawValue, party: whoseTurn.first, due: nextDue?.due.instant)
            ]
        case .allegation:
            let isDisputed = [.denied, .acceptedInPart, .disagreement].contains(state)
            return isDisputed ? [item(.disputed, state.rawValue)] : []
        case .campaign:
            let sides = Set([opener, requested].compactMap { $0 })
            let isDisputed = members.values.contains { !sides.isSubset(of: $0) }
            return isDisputed && state != .closed ? [item(.disputed, "members")] : []
        case .commitment:
            guard state != .closed else { return [] }
            return verdicts.sorted { $0.key < $1.key }.filter { $0.value.verdict != .yes }.map {
                item(
                    .commitments, "verdict-" + $0.value.verdict.rawValue, party: $0.key,
                    statement: $0.value.id)
            }
        case .session:
            return points.filter { $0.kind == .action && [.open, .done].contains($0.standing) }
                .filter { $0.standing == .done || $0.isLate(at: now) }
                .map {
                    item(
                        .actions, $0.standing.rawValue, party: $0.awaited,
                        due: $0.due?.instant, statement: $0.id)
                }
        default: return []
        }
    }
}

/// How every case between two parties stands, before they meet.
package struct CaseReport: Hashable, Sendable {
    package struct Case: Hashable, Sendable {
        package let thread: ThreadID
        package let subject: String
        /// Of a request: its kind in the agreement.
        package let kind: String?
        package let urgency: Urgency?
        package let opener: PartyID
        package let addressed: [PartyID]
        package let state: ThreadState
        package let openedAt: Timestamp
        package let lastSaidAt: Timestamp
        package let turn: [PartyID]
        package let isExercise: Bool
        package let promises: [ScoredPromise]
        /// Of a proceeding.
        package let outcome: ProceedingOutcome?
        package let follows: ThreadID?
    }

    package let parties: [PartyID]
    package let asOf: Timestamp
    /// Those that are not over first, each by the time of opening.
    package let cases: [Case]

    package init(
        of threads: [DialogueThread], between one: PartyID, and other: PartyID, asOf: Timestamp
    ) {
        parties = [one, other].sorted()
        self.asOf = asOf
        cases = threads.filter { $0.isHeard(one) && $0.isHeard(other) }
            .compactMap { Case($0, at: asOf) }
            .sorted {
                ($0.isOver ? 1 : 0, $0.openedAt, $0.thread)
                    < ($1.isOver ? 1 : 0, $1.openedAt, $1.thread)
            }
    }
}

extension CaseReport.Case {
    /// Nothing can follow any more.
    package var isOver: Bool {
        ThreadProtocol.all.first { $0.name == subject }?.successors(of: state).isEmpty ?? false
    }

    fileprivate init?(_ thread: DialogueThread, at now: Timestamp) {
        guard let id = thread.id, let opening = thread.opening, let opened = thread.openedAt
        else { return nil }
        self.thread = id
        subject = thread.kind.name
        kind = thread.requestKind
        urgency = thread.urgency
        opener = opening.opener
        addressed = opening.addressed
        state = thread.state
        openedAt = opened
        lastSaidAt =
            thread.entries.filter { $0.effect == .applied }.compactMap(\.settledTime).max()
            ?? opened
        turn = thread.whoseTurn
        isExercise = opening.isExercise
        promises = thread.promises(at: now)
        outcome = thread.proceeding.outcome
        follows = opening.follows
    }
}
