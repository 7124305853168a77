package import ParleyLog
package import ParleyStatements

/// A thread and everything said in it: a total function of the set of its records.
///
/// Nothing here knows the present; what depends on it is asked with `at now:`.
/// - SeeAlso: `Spec/request.md`.
package struct DialogueThread: Hashable, Sendable {
    /// Nil only when nothing was folded.
    package let id: ThreadID?
    /// Settled statements in fold order, then waiting and untimed ones.
    package let entries: [ThreadEntry]
    /// The lawful submission; while that has no time yet, the first untimed one that would be.
    package let opening: ThreadOpening?
    private let fold: ThreadFold
    private let unsettled: [RecordedStatement]

    /// Under the version of the agreement that the thread was opened under.
    package init(
        folding records: some Collection<RecordedStatement>, under versions: AgreementVersions
    ) {
        let order = FoldOrder(records)
        self.init(folding: order, under: ThreadRules(order.version(among: versions)))
    }

    package init(folding records: some Collection<RecordedStatement>, under agreement: Agreement) {
        self.init(folding: FoldOrder(records), under: ThreadRules(agreement))
    }

    package init(folding records: some Collection<RecordedStatement>, under rules: ThreadRules) {
        self.init(folding: FoldOrder(records), under: rules)
    }

    private init(folding order: FoldOrder, under rules: ThreadRules) {
        let thread = order.thread
        var fold = ThreadFold(rules: rules, thread: thread, records: order.records)
        var entries: [ThreadEntry] = []
        for settled in order.settled {
            let effect = fold.apply(settled.record, at: settled.time)
            entries.append(
                ThreadEntry(record: settled.record, settledTime: settled.time, effect: effect))
        }
        let settled = Set(order.settled.map(\.record.id))
        for record in order.unsettled {
            // SPEC request §3: A node MUST hold a statement as untimed while it has no time, and as
            // waiting while one that it answers is absent, untimed or waiting.
            let missing = record.statement.answers.filter { !settled.contains($0) }
            entries.append(
                ThreadEntry(
                    record: record, settledTime: nil,
                    effect: record.time == nil ? .untimed : .waiting(for: missing)))
        }
        id = thread
        opening = fold.opening ?? Self.untimedOpening(among: order.unsettled, after: fold)
        self.entries = entries
        self.fold = fold
        unsettled = order.unsettled
    }

    /// The version of the agreement that it runs under.
    package var agreement: AgreementID { fold.rules.agreement }

    /// The kind of thread that was opened; until then a request, which most are.
    package var kind: ThreadProtocol { opening?.subject ?? .request }

    /// Whether anything but changes of the directory and silences about them was said in it.
    package var isDialogue: Bool {
        entries.map(\.statement.act).contains { !$0.changesDirectory && $0 != .deliverySilence }
    }

    /// Of a request: the kind that the agreement has of it.
    package var requestKind: String? { opening?.kind }
    package var urgency: Urgency? { opening?.urgency }
    package var opener: PartyID? { opening?.opener }
    /// Of a request: who is asked.
    package var requested: PartyID? { opening?.requested }
    package var state: ThreadState { fold.state }
    /// Empty until the submission is applied, then all three, acknowledge first.
    package var clocks: [ThreadClock] { fold.clocks }
    /// Of several reviews of one statement the last counts.
    package var reviews: [ThreadReview] { fold.reviews }
    package var silences: [ThreadSilence] { fold.silences }
    /// Questions that no clarification has answered, oldest first.
    package var openQuestions: [StatementID] { fold.openQuestions }

    package var consultations: [ThreadConsultation] { fold.consultations }
    package var openConsultations: [StatementID] { fold.openConsultations }
    package var conditions: [ThreadConditions] { fold.conditions }
    package var openConditions: [StatementID] { fold.openConditions }
    package var authorityChecks: [ThreadAuthorityCheck] { fold.authorityChecks }
    package var hold: ThreadHold? { fold.hold }
    package var proceeding: ThreadProceeding { fold.proceeding }

    /// The conditions that bind what the requested side sent, by the statement that sent it.
    package func bindings() -> [StatementID: [ThreadConditions]] {
        // SPEC request §8: Conditions accepted before a statement of the requested side, in fold
        // order, MUST be shown with every exhibit of that statement.
        var accepted: [StatementID: [ThreadConditions]] = [:]
        for one in conditions where one.standing == .accepted {
            if let reply = one.reply { accepted[reply, default: []].append(one) }
        }
        guard !accepted.isEmpty else { return [:] }
        var bindings: [StatementID: [ThreadConditions]] = [:]
        var binding: [ThreadConditions] = []
        for entry in entries where entry.settledTime != nil {
            if entry.statement.from.party == requested, !binding.isEmpty {
                bindings[entry.id] = binding
            }
            binding += accepted[entry.id] ?? []
        }
        return bindings
    }

    /// The last of that name: a concern that was reopened has another.
    package func clock(_ name: ClockName) -> ThreadClock? { clocks.last { $0.name == name } }

    package var points: [ThreadPoint] { fold.points }
    package var openPoints: [ThreadPoint] { points.filter { $0.standing == .open } }
    /// Of a notice: the last instant at which a comment is in time.
    package var commentsUntil: Timestamp? { fold.commentsUntil }

    /// The applied statements that no applied statement answers: what the next one should answer,
    /// so that every node sees it come after them.
    package var heads: [StatementID] {
        // Custody events are left out: an opened exhibit each would soon be more than a statement
        // may answer.
        let applied = entries.filter {
            $0.effect == .applied && $0.statement.act != .custodyRecord
        }
        let answered = Set(applied.flatMap(\.statement.answers))
        return applied.map(\.id).filter { !answered.contains($0) }.sorted()
    }

    /// What a statement of that party should answer: the heads, and the party's own statements that
    /// have no time yet, so that two of its own are never taken in another order than it said them.
    package func heads(for party: PartyID) -> [StatementID] {
        let own = entries.filter {
            $0.settledTime == nil && $0.statement.from.party == party
                && ![.deliverySilence, .custodyRecord].contains($0.statement.act)
        }
        let answered = Set(own.flatMap(\.statement.answers))
        return (heads + own.map(\.id).filter { !answered.contains($0) }).sorted()
    }

    /// Whether nobody may do anything any more.
    package var isOver: Bool { !kind.moves.contains { $0.states.contains(state) } }

    /// Who is to act next: none, one, or any of those who were told.
    package var whoseTurn: [PartyID] {
        guard let opening, !isOver else { return [] }
        if kind.asking.contains(state) {
            // What is to be done later waits behind what is asked now.
            let pressing = openPoints.first { ![.action, .pledge].contains($0.kind) }
            if let pressing { return [pressing.awaited] }
            if !openConditions.isEmpty || !openConsultations.isEmpty { return [opening.opener] }
        }
        switch kind.turns[state] {
        case .opener?: return [opening.opener]
        case .addressed?: return opening.addressed
        case nil: return openPoints.filter { $0.kind == .action }.prefix(1).map(\.awaited)
        }
    }

    /// The clock that runs out first of those that run; one whose due instant is not known comes
    /// after all others.
    package var nextDue: ThreadClock? {
        clocks.filter { $0.stop == nil && $0.pausedSince == nil }
            .min { ($0.due.instant ?? .latest) < ($1.due.instant ?? .latest) }
    }

    /// The acts that `party` may do now, none other; silences are the node's own and custody may be
    /// recorded always, so neither is listed. What the party has said already counts, with a time
    /// or without.
    package func lawfulActs(for party: PartyID) -> [Act] {
        let fold = fold(asSeenBy: party)
        guard fold.opening != nil else {
            let mayOpen = opening == nil && fold.rules.calendars[party] != nil
            let own = fold.rules.partyKinds[party]
            return mayOpen
                ? ThreadProtocol.all.filter { own.map($0.openers.contains) ?? true }.map(\.opening)
                : []
        }
        return fold.side(of: party).map { fold.lawfulActs(of: $0, for: party) } ?? []
    }

    /// What that act of that party could settle now.
    package func settleable(by act: Act, of party: PartyID) -> [ThreadPoint] {
        let fold = fold(asSeenBy: party)
        guard let side = fold.side(of: party),
            case .settle(let kinds, let from, _, let settler)? =
                kind.move(act, by: side, in: fold.state)?.point
        else {
            // A report answers the questions that are open, and is one without.
            return act == .proceedingReport ? openPoints.filter { $0.kind == .question } : []
        }
        return fold.settleable(kinds, from: from, by: party, settler)
    }

    /// Tells a composer before signing whether the fold will apply the draft, as things stand:
    /// after what its party has said already, also where nobody has receipted that yet.
    package func admit(_ draft: Statement) throws(ActRefusal) {
        if fold.opening == nil, opening != nil, ThreadProtocol.opened(by: draft.act) != nil {
            throw .threadAlreadyOpen
        }
        var mayComeFirst = true
        for answer in draft.answers {
            guard fold.records[answer] != nil else { throw .answersNotHeld(answer) }
            // A party may go on from its own words; a node must be able to record silence about
            // what no cosigner has seen, and what has happened to an exhibit whether or not a peer
            // can be reached.
            let isSettled = entries.contains { $0.id == answer && $0.settledTime != nil }
            let isOwn = fold.records[answer]?.statement.from.party == draft.from.party
            let mayWait = isOwn || [.deliverySilence, .custodyRecord].contains(draft.act)
            guard isSettled || mayWait else {
                throw .answersUnsettled(answer)
            }
            mayComeFirst = mayComeFirst && isSettled
        }
        if mayComeFirst { try fold.check(draft, at: draft.at) }
        try fold(asSeenBy: draft.from.party).check(draft, at: draft.at)
    }

    /// The fold with the party's own statements that are not settled, each where it would come if
    /// it were receipted now. Silences and custody events move no state and are left out.
    private func fold(asSeenBy party: PartyID) -> ThreadFold {
        var fold = fold
        var left = unsettled.filter {
            $0.statement.from.party == party
                && ![.deliverySilence, .custodyRecord].contains($0.statement.act)
        }
        var ids = Set(unsettled.map(\.id))
        // Each round takes those whose answered statements all have their place; few are ever here.
        while let next = left.firstIndex(where: { ids.isDisjoint(with: $0.statement.answers) }) {
            let record = left.remove(at: next)
            ids.remove(record.id)
            _ = fold.apply(record, at: record.statement.at)
        }
        return fold
    }

    private static func untimedOpening(
        among unsettled: [RecordedStatement], after fold: ThreadFold
    ) -> ThreadOpening? {
        for record in unsettled
        where ThreadProtocol.opened(by: record.statement.act) != nil {
            do throws(ActRefusal) {
                try fold.check(record.statement, at: record.statement.at)
                return ThreadOpening(record)
            } catch {
                continue
            }
        }
        return nil
    }
}

/// What its first statement settles for the whole thread.
package struct ThreadOpening: Hashable, Sendable {
    package let statement: StatementID
    package let subject: ThreadProtocol
    package let opener: PartyID
    /// Sorted, at least one.
    package let addressed: [PartyID]
    /// Of a request.
    package let kind: String?
    /// Of a request.
    package let urgency: Urgency?
    package let basis: BasisID?
    /// The digest of the tables of law by which the requester chose the basis.
    package let law: Digest?
    /// The thread that this one goes on from.
    package let follows: ThreadID?
    /// Everything that the opening names beside.
    package let terms: Terms

    package var isExercise: Bool { terms.isExercise }

    /// Of a request: who is asked.
    package var requested: PartyID { addressed[0] }

    /// Nil for a statement that opens no thread, or is to nobody.
    init?(_ record: RecordedStatement) {
        guard let subject = ThreadProtocol.opened(by: record.statement.act),
            !record.statement.to.isEmpty
        else { return nil }
        self.subject = subject
        let terms = record.statement.terms
        statement = record.id
        opener = record.statement.from.party
        addressed = record.statement.to
        kind = terms.kind
        urgency = terms.urgency
        basis = terms.basis
        law = terms.law
        follows = terms.follows
        self.terms = terms
    }

    /// Everybody in the thread but that party, sorted: whom it addresses.
    package func others(than party: PartyID) -> [PartyID] {
        ([opener] + addressed).filter { $0 != party }.sorted()
    }
}

/// The requester's judgement of an answer, a part of one or a refusal.
package struct ThreadReview: Hashable, Sendable {
    package let id: StatementID
    package let of: [StatementID]
    package let review: AnswerReview
}

/// A recorded silence.
package struct ThreadSilence: Hashable, Sendable {
    package let id: StatementID
    /// The statement that was not receipted.
    package let about: StatementID
    package let party: PartyID
    package let time: Timestamp
    /// That party's receipt, if it came after all.
    package let receipt: Timestamp?
    /// Whether cosigners from outside the author's party saw the statement and, the agreed time
    /// later, its silence; otherwise the silence is its author's word alone.
    package let isWitnessed: Bool
}
