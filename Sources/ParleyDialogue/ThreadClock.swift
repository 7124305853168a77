package import ParleyLog
package import ParleyStatements

/// The last instant that is in time, or why nobody can say.
package enum Due: Hashable, Sendable {
    case at(Timestamp)
    /// The party's calendar does not reach so far; never a guess.
    case unavailable(party: PartyID, WorkingTimeRefusal)

    package var instant: Timestamp? {
        switch self {
        case .at(let instant): instant
        case .unavailable: nil
        }
    }
}

/// How a clock stands at some instant.
package enum ClockVerdict: Hashable, Sendable {
    case running
    /// Stands still since then: a question is open.
    case paused(since: Timestamp)
    case overdue(seconds: Int64)
    case met(at: Timestamp)
    case late(seconds: Int64)
    /// Withdrawn before it was due; neither met nor late.
    case ended(at: Timestamp)
    /// The due instant is not known.
    case unknown(WorkingTimeRefusal)

    /// A stable short code.
    package var code: String {
        switch self {
        case .running: "running"
        case .paused: "paused"
        case .overdue: "overdue"
        case .met: "met"
        case .late: "late"
        case .ended: "ended"
        case .unknown: "unknown"
        }
    }
}

/// One running promise of a party; depends on the thread's entries alone.
package struct ThreadClock: Hashable, Sendable {
    package let name: ClockName
    package let start: Timestamp
    /// The agreement's; nil where the party itself promised an instant.
    package let limit: TimeLimit?
    /// The instant that the party itself promised.
    package let promised: Timestamp?
    /// That of the basis in law, if it has one.
    package let lawLimit: TimeLimit?
    /// Who promised, and by whose calendar it runs.
    package let party: PartyID
    /// By the limit alone; shown beside ``due`` wherever the two differ.
    package let agreedDue: Due
    /// With what pauses and postponements moved.
    package private(set) var due: Due
    /// Pauses that are over.
    package private(set) var pauses: [Pause] = []
    /// When the pause that is not over began.
    package private(set) var pausedSince: Timestamp?
    package private(set) var postponements: [Postponement] = []
    package private(set) var stop: Stop?

    /// A promise to act by an instant, made while the clock was still running.
    package struct Postponement: Hashable, Sendable {
        package let statement: StatementID
        package let time: Timestamp
        package let until: Timestamp
    }

    package struct Stop: Hashable, Sendable {
        package let statement: StatementID
        package let time: Timestamp
        /// Withdrawn rather than kept.
        package let isEnd: Bool
    }

    init(
        _ name: ClockName, start: Timestamp, limit: TimeLimit?, lawLimit: TimeLimit? = nil,
        promised: Timestamp? = nil, party: PartyID, calendar: WorkingCalendar
    ) {
        self.promised = promised
        self.name = name
        self.start = start
        self.limit = limit
        self.lawLimit = lawLimit
        self.party = party
        agreedDue = Self.due(
            after: start, limits: [limit, lawLimit], promised: promised, pauses: [],
            postponements: [], party: party, calendar: calendar)
        due = agreedDue
    }

    package var stoppedAt: Timestamp? { stop?.time }

    /// Whether the basis in law, rather than the agreement, sets the due instant.
    package func isSetByLaw(in calendar: WorkingCalendar) -> Bool {
        guard lawLimit != nil else { return false }
        let agreed = Self.due(
            after: start, limits: [limit], promised: promised, pauses: pauses,
            postponements: postponements, party: party, calendar: calendar)
        return agreed != due
    }

    /// "Late" is worked out when asked; the clock itself never looks at the time.
    package func verdict(at now: Timestamp) -> ClockVerdict {
        if stop == nil, let pausedSince { return .paused(since: pausedSince) }
        switch (due, stop) {
        case (.unavailable(_, let refusal), _):
            return .unknown(refusal)
        case (.at(let due), let stop?):
            // SPEC request §6: A clock MUST count as met when it stops at its due instant or
            // before.
            guard stop.time <= due else { return .late(seconds: stop.time.seconds(since: due)) }
            return stop.isEnd ? .ended(at: stop.time) : .met(at: stop.time)
        case (.at(let due), nil):
            return now > due ? .overdue(seconds: now.seconds(since: due)) : .running
        }
    }

    /// Whether the clock has run out by that time, so that nothing can move its due instant.
    private func hasRunOut(by time: Timestamp) -> Bool {
        guard pausedSince == nil, let due = due.instant else { return false }
        return time > due
    }

    mutating func pause(at time: Timestamp) {
        // SPEC request §6: A question or postponement whose settled time is after the answer
        // clock's due instant MUST NOT move that instant.
        guard stop == nil, pausedSince == nil, !hasRunOut(by: time) else { return }
        pausedSince = time
    }

    mutating func resume(at time: Timestamp, in calendar: WorkingCalendar) {
        guard stop == nil, let since = pausedSince else { return }
        pauses.append(Pause(from: since, until: time))
        pausedSince = nil
        due = Self.due(
            after: start, limits: [limit, lawLimit], promised: promised, pauses: pauses,
            postponements: postponements, party: party, calendar: calendar)
    }

    mutating func postpone(
        until: Timestamp, by statement: StatementID, at time: Timestamp,
        in calendar: WorkingCalendar
    ) {
        guard stop == nil, !hasRunOut(by: time) else { return }
        postponements.append(Postponement(statement: statement, time: time, until: until))
        due = Self.due(
            after: start, limits: [limit, lawLimit], promised: promised, pauses: pauses,
            postponements: postponements, party: party, calendar: calendar)
    }

    mutating func stop(
        by statement: StatementID, at time: Timestamp, isEnd: Bool, in calendar: WorkingCalendar
    ) {
        guard stop == nil else { return }
        // SPEC request §6: A pause still open when the answer clock stops MUST end with it.
        resume(at: time, in: calendar)
        stop = Stop(statement: statement, time: time, isEnd: isEnd)
    }

    private static func due(
        after start: Timestamp, limits: [TimeLimit?], promised: Timestamp?, pauses: [Pause],
        postponements: [Postponement], party: PartyID, calendar: WorkingCalendar
    ) -> Due {
        do throws(WorkingTimeRefusal) {
            // SPEC request §6: Where the basis has a limit of its own for a clock, the earlier of
            // the two due instants MUST count.
            var agreed = promised ?? Timestamp.latest
            for limit in limits.compactMap({ $0 }) {
                agreed = min(
                    agreed,
                    try WorkingTime.due(after: start, limit: limit, pauses: pauses, in: calendar))
            }
            // SPEC request §6: A postponement MUST move the answer clock's due instant to its
            // `until`, later by the seconds paused since, and only if that is later.
            return .at(
                postponements.reduce(agreed) { latest, postponement in
                    let paused = pauses.reduce(0) { $0 + $1.seconds(after: postponement.time) }
                    return max(latest, postponement.until.adding(seconds: paused))
                })
        } catch {
            return .unavailable(party: party, error)
        }
    }
}
