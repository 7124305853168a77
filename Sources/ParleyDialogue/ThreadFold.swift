import ParleyLog
import ParleyStatements

/// Where a fold has got to: what the statements so far have made of the thread.
struct ThreadFold: Hashable, Sendable {
    let rules: ThreadRules
    /// Nil only for a thread without any statement.
    let thread: ThreadID?
    let records: [StatementID: RecordedStatement]

    private(set) var state: ThreadState = .unopened
    private(set) var opening: ThreadOpening?
    private(set) var clocks: [ThreadClock] = []
    /// In fold order.
    private(set) var points: [ThreadPoint] = []
    /// Of a notice: the last instant at which a comment is in time.
    private(set) var noticeUntil: Timestamp?
    private(set) var consultations: [ThreadConsultation] = []
    private(set) var conditions: [ThreadConditions] = []
    private(set) var authorityChecks: [ThreadAuthorityCheck] = []
    private(set) var hold: ThreadHold?
    private(set) var proceeding = ThreadProceeding()
    private(set) var reviews: [ThreadReview] = []
    private(set) var silences: [ThreadSilence] = []
    /// Custody events that were applied, each with the statement that carried its exhibit.
    private(set) var carriers: [StatementID: StatementID] = [:]
    /// Custody events that are irregular: none can be answered by another.
    private(set) var refusedCustody: Set<StatementID> = []
    /// Statements that did what they say, with their acts.
    private(set) var applied: [StatementID: Act] = [:]

    init(
        rules: ThreadRules, thread: ThreadID?, records: [StatementID: RecordedStatement]
    ) {
        self.rules = rules
        self.thread = thread
        self.records = records
    }

    /// Folds the next settled statement in; one that is not allowed changes nothing.
    mutating func apply(_ record: RecordedStatement, at time: Timestamp) -> EntryEffect {
        do throws(ActRefusal) {
            // SPEC request §3: A node MUST keep and show an irregular statement with its reason,
            // and MUST NOT let it change a state or a clock.
            try check(record.statement, at: time)
        } catch {
            if record.statement.act == .custodyRecord { refusedCustody.insert(record.id) }
            return .irregular(error)
        }
        perform(record, at: time)
        applied[record.id] = record.statement.act
        return .applied
    }

    func side(of party: PartyID) -> ThreadSide? {
        guard let opening else { return nil }
        if party == opening.opener { return .opener }
        return opening.addressed.contains(party) ? .addressed : nil
    }

    /// The kind of thread that was opened; until then a request, which most are.
    var kind: ThreadProtocol { opening?.subject ?? .request }

    /// Of a request: its kind in the agreement.
    var requestKind: RequestKind? { opening?.kind.flatMap { rules.kinds[$0] } }

    private mutating func perform(_ record: RecordedStatement, at time: Timestamp) {
        let statement = record.statement
        if statement.act == .deliverySilence {
            note(silence: record, at: time)
            return
        }
        if statement.act == .custodyRecord {
            carriers[record.id] = try? custodyCarrier(of: statement)
            return
        }
        if statement.act.isBesideProtocols { return }
        if ThreadProtocol.isOpening(statement.act) { opening = ThreadOpening(record) }
        guard let side = side(of: statement.from.party),
            let move = kind.move(statement.act, by: side, in: state)
        else { return }
        note(record, at: time)
        if let point = move.point { perform(point, of: record, at: time) }
        for effect in move.effects { perform(effect, of: record, at: time) }
        state = move.next ?? state
    }

    private mutating func note(_ record: RecordedStatement, at time: Timestamp) {
        let statement = record.statement
        switch statement.act {
        case .proceedingReport:
            settle([.question], answeredBy: record, from: [.open], to: .answered, at: time)
        case .noticePublish, .noticeRevise:
            noticeUntil = statement.terms.until ?? noticeUntil
        case .requestReview: note(review: record)
        case .proceedingOpen, .proceedingCharge, .proceedingTry, .proceedingDecide,
            .proceedingSanction, .proceedingAppeal, .proceedingClose:
            proceeding.steps.append(
                .init(
                    id: record.id, time: time, act: statement.act,
                    outcome: statement.terms.outcome, provisions: statement.terms.provisions))
        case .requestAuthorityCheck:
            guard let verdict = statement.terms.authority else { return }
            authorityChecks.append(
                ThreadAuthorityCheck(id: record.id, verdict: verdict, time: time))
        case .requestConsult: note(consultation: record, at: time)
        case .requestConsultReply:
            for place in consultations.indices
            where statement.answers.contains(consultations[place].id) {
                consultations[place].reply = record.id
            }
        case .requestConditionsPropose:
            conditions.append(
                ThreadConditions(
                    id: record.id, conditions: statement.terms.conditions, time: time,
                    standing: .open))
        case .requestConditionsAccept:
            settle(.accepted, by: record.id) { statement.answers.contains($0) }
        case .requestConditionsDecline:
            settle(.declined, by: record.id) { statement.answers.contains($0) }
        case .requestAnswer, .requestRefuse, .requestWithdraw:
            settle(.lapsed, by: record.id) { _ in true }
        case .requestHold:
            guard let until = statement.terms.until else { return }
            let term = ThreadHold.Term(id: record.id, time: time, until: until)
            if hold == nil { hold = ThreadHold(term) } else { hold?.extend(term) }
        case .requestRenew:
            guard let until = statement.terms.until else { return }
            hold?.renewals.append(.init(id: record.id, time: time, until: until))
        default: break
        }
    }

    private mutating func perform(
        _ effect: PointEffect, of record: RecordedStatement, at time: Timestamp
    ) {
        switch effect {
        case .raise(let kind, let limit, let supersedes):
            for place in points.indices
            where supersedes && points[place].kind == kind && points[place].standing == .open {
                points[place].standing = .superseded
            }
            points.append(point(kind, limit: limit, by: record, at: time))
        case .settle(let kinds, let from, let to, let settler):
            let isAdReferendum = record.statement.terms.isAdReferendum
            settle(
                kinds, answeredBy: record, from: from, to: isAdReferendum ? .adReferendum : to,
                at: time, settler: settler)
        }
    }

    private func point(
        _ kind: PointKind, limit: ClockName?, by record: RecordedStatement, at time: Timestamp
    ) -> ThreadPoint {
        let author = record.statement.from.party
        let other = opening.map { author == $0.opener ? $0.requested : $0.opener }
        let awaited = record.statement.terms.owner ?? other ?? author
        var due = kind == .action ? record.statement.terms.until.map(Due.at) : nil
        if let limit = limit.flatMap({ rules.dialogue.clocks[self.kind.name]?[$0] }),
            let calendar = rules.calendars[awaited]
        {
            do throws(WorkingTimeRefusal) {
                due = .at(try WorkingTime.due(after: time, limit: limit, in: calendar))
            } catch {
                due = .unavailable(party: awaited, error)
            }
        }
        return ThreadPoint(
            id: record.id, kind: kind, by: author, awaited: awaited,
            text: record.statement.terms.text, time: time, due: due)
    }

    private mutating func settle(
        _ kinds: [PointKind], answeredBy record: RecordedStatement, from: [PointStanding],
        to standing: PointStanding, at time: Timestamp, settler: PointEffect.Settler = .other
    ) {
        let statement = record.statement
        let party = statement.from.party
        for place in points.indices {
            let point = points[place]
            guard kinds.contains(point.kind), from.contains(point.standing),
                statement.answers.contains(point.id), point.canBeSettled(by: party, settler)
            else { continue }
            let settlement = ThreadPoint.Settlement(statement: record.id, by: party, time: time)
            points[place].standing = standing
            points[place].settlement = settlement
            points[place].kept = standing == .open ? nil : point.kept ?? settlement
        }
    }

    /// Questions asked and not answered, in fold order.
    var openQuestions: [StatementID] {
        points.filter { $0.kind == .question && $0.standing == .open }.map(\.id)
    }

    /// What a clock stands still for.
    private var isAsked: Bool {
        points.contains { [.question, .evidence].contains($0.kind) && $0.standing == .open }
            || !openConditions.isEmpty
    }

    private mutating func note(consultation record: RecordedStatement, at time: Timestamp) {
        guard let ground = record.statement.terms.ground, let opening else { return }
        var due: Due?
        if let limit = requestKind?.consultation,
            let calendar = rules.calendars[opening.opener]
        {
            do throws(WorkingTimeRefusal) {
                due = .at(try WorkingTime.due(after: time, limit: limit, in: calendar))
            } catch {
                due = .unavailable(party: opening.opener, error)
            }
        }
        consultations.append(
            ThreadConsultation(id: record.id, ground: ground, time: time, due: due))
    }

    private mutating func settle(
        _ standing: ThreadConditions.Standing, by id: StatementID,
        where isMeant: (StatementID) -> Bool
    ) {
        for place in conditions.indices
        where conditions[place].standing == .open && isMeant(conditions[place].id) {
            conditions[place].standing = standing
            conditions[place].reply = id
        }
    }

    /// What the requester is asked and has not said.
    var openConditions: [StatementID] {
        conditions.filter { $0.standing == .open }.map(\.id)
    }

    var openConsultations: [StatementID] {
        consultations.filter { $0.reply == nil }.map(\.id)
    }

    private mutating func note(silence record: RecordedStatement, at time: Timestamp) {
        guard let about = record.statement.answers.first,
            let party = record.statement.terms.silentParty
        else { return }
        // SPEC request §8: A receipt that comes after a silence MUST be shown beside it, and MUST
        // NOT erase it.
        // SPEC request §8: A silence MUST be shown as witnessed only when its settled time is later
        // than the statement's own time by the agreed time or more.
        let sent = records[about]?.time
        let isWitnessed = sent.map { time >= $0.adding(seconds: rules.silenceAfterSeconds) }
        silences.append(
            ThreadSilence(
                id: record.id, about: about, party: party, time: time,
                receipt: records[about]?.receipts[party], isWitnessed: isWitnessed ?? false))
    }

    private mutating func note(review record: RecordedStatement) {
        guard let review = record.statement.terms.review else { return }
        reviews.append(
            ThreadReview(
                id: record.id, of: record.statement.answers.filter(isReviewable), review: review))
    }

    private mutating func perform(
        _ effect: ThreadProtocol.ClockEffect, of record: RecordedStatement, at time: Timestamp
    ) {
        guard let opening, let calendar = rules.calendars[opening.requested] else { return }
        let isRequest = requestKind != nil
        func update(_ name: ClockName, _ change: (inout ThreadClock) -> Void) {
            for place in clocks.indices where clocks[place].name == name {
                change(&clocks[place])
            }
        }
        switch effect {
        case .start(let name, let side) where !isRequest:
            let party = side == .opener ? opening.opener : opening.requested
            guard let limit = rules.dialogue.clocks[kind.name]?[name],
                let calendar = rules.calendars[party]
            else { return }
            var clock = ThreadClock(
                name, start: time, limit: limit, party: party, calendar: calendar)
            // A concern that is opened again may have a question left from before.
            if name == .answer, isAsked { clock.pause(at: time) }
            clocks.append(clock)
        case .promise(let name):
            guard let until = record.statement.terms.until else { return }
            // A later promise stands beside the earlier one, which was made too.
            clocks.append(
                ThreadClock(
                    name, start: time, limit: nil, promised: until, party: opening.requested,
                    calendar: calendar))
        case .start(let name, _):
            guard let urgency = opening.urgency, let limits = requestKind?.clocks[urgency]
            else { return }
            // SPEC request §6: Every clock MUST start at the settled time of the submission and
            // run by the calendar of the requested party.
            clocks.append(
                ThreadClock(
                    name, start: time, limit: limits.limit(of: name),
                    lawLimit: opening.basis.flatMap {
                        requestKind?.basis($0)?.limits[name]
                    }, party: opening.requested, calendar: calendar))
        case .stop(let name):
            update(name) { $0.stop(by: record.id, at: time, isEnd: false, in: calendar) }
        case .end(let name):
            update(name) { $0.stop(by: record.id, at: time, isEnd: true, in: calendar) }
        case .pause(let name):
            update(name) { $0.pause(at: time) }
        case .resume(let name):
            // SPEC request §6: The answer clock MUST stand still from a question until no question
            // is open.
            // SPEC request §6: Proposed conditions MUST count as a question until they are
            // accepted or declined.
            guard !isAsked else { return }
            update(name) { $0.resume(at: time, in: calendar) }
        case .extend(let name):
            guard let until = record.statement.terms.until else { return }
            update(name) { $0.postpone(until: until, by: record.id, at: time, in: calendar) }
        }
    }
}

extension RequestClocks {
    /// Nil for a clock that requests do not have.
    func limit(of name: ClockName) -> TimeLimit? {
        switch name {
        case .acknowledge: acknowledge
        case .decide: decide
        case .answer: answer
        default: nil
        }
    }
}
