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
        of threads: [ReportedThread], between one: PartyID, and other: PartyID,
        under agreement: Agreement, asOf: Timestamp
    ) {
        let parties = [one, other].sorted()
        self.parties = parties
        self.asOf = asOf
        let both = threads.filter { $0.isHeard(one) && $0.isHeard(other) && !$0.isExercise }
        let sessions = Scorecard.Sessions(both, under: agreement, asOf: asOf)
        let items =
            both.flatMap(\.promises).filter {
                $0.verdict == "overdue" && $0.kind.promise != "action"
                    && parties.contains($0.kind.party) && $0.start <= asOf
            }.map(Item.init(overdue:))
            + both.flatMap(\.agendaItems)
            + sessions.missed.map { Item(session: "missed", due: $0) }
            + [sessions.nextDue].compactMap { $0 }.map { Item(session: "next-due", due: $0) }
        self.items = items.sorted { $0.order < $1.order }
    }
}

extension Agenda.Item {
    fileprivate init(overdue promise: ScoredPromise) {
        self.init(
            section: .overdue, thread: promise.thread, subject: promise.kind.subject,
            matter: promise.kind.promise, party: promise.kind.party, due: promise.due,
            statement: nil)
    }

    fileprivate init(session matter: String, due: Timestamp) {
        self.init(
            section: .sessions, thread: nil, subject: "session", matter: matter, party: nil,
            due: due, statement: nil)
    }

    fileprivate var order: (Int, Timestamp, String, String) {
        let place = Agenda.Section.allCases.firstIndex(of: section) ?? 0
        return (place, due ?? .latest, thread?.text ?? "", matter + (statement?.text ?? ""))
    }
}

extension DialogueThread {
    func agendaItems(at now: Timestamp) -> [Agenda.Item] {
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
package struct CaseReport: Sendable {
    package let parties: [PartyID]
    package let asOf: Timestamp
    /// Those that are not over first, each by the time of opening.
    package let cases: [ReportedThread]

    /// - Parameter threads: as for ``Scorecard``.
    package init(
        of threads: [ReportedThread], between one: PartyID, and other: PartyID, asOf: Timestamp
    ) {
        parties = [one, other].sorted()
        self.asOf = asOf
        cases = threads.filter { $0.isHeard(one) && $0.isHeard(other) }
            .map { (isOver: $0.isOver, thread: $0) }
            .sorted {
                ($0.isOver ? 1 : 0, $0.thread.openedAt, $0.thread.thread)
                    < ($1.isOver ? 1 : 0, $1.thread.openedAt, $1.thread.thread)
            }.map(\.thread)
    }
}
