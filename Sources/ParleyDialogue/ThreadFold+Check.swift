import ParleyLog
import ParleyStatements

/// What may be said now: the one check that the fold and the composer share.
extension ThreadFold {
    /// - Parameter time: The statement's settled time; for a draft, the time it claims.
    func check(_ statement: Statement, at time: Timestamp) throws(ActRefusal) {
        // SPEC request §4: A statement MUST stand under the agreement and in the thread that is
        // folded.
        guard statement.agreement == rules.agreement else {
            throw .agreementOther(statement.agreement)
        }
        guard statement.thread == thread ?? statement.thread else {
            throw .threadOther(statement.thread)
        }
        switch statement.act {
        case .deliverySilence: try checkSilence(statement)
        case .custodyRecord: _ = try custodyCarrier(of: statement)
        case .textPublish: try checkPublication(statement)
        case _ where ThreadProtocol.isOpening(statement.act):
            try checkOpening(statement)
            if statement.act == .requestSubmit { try checkSubmission(statement) }
            if statement.act == .noticePublish { try checkNotice(statement, at: time) }
        default: try checkAct(statement, at: time)
        }
    }

    private func checkOpening(_ statement: Statement) throws(ActRefusal) {
        // SPEC request §4: A thread MUST have one submission, the first lawful one in fold order.
        // SPEC request §4: A thread MUST be of the kind that its first lawful opening opens.
        guard state == .unopened else { throw .threadAlreadyOpen }
        // SPEC request §4: A submission MUST answer nothing.
        guard statement.answers.isEmpty else {
            throw .openingAnswers(count: statement.answers.count)
        }
        let author = statement.from.party
        let kind = ThreadProtocol.opened(by: statement.act) ?? .request
        // SPEC request §4: A submission MUST be addressed to one party, another than its author's.
        let isToOne = !kind.isBilateral || statement.to.count == 1
        guard isToOne, !statement.to.isEmpty, !statement.to.contains(author) else {
            throw .requestedNotOne(count: statement.to.count)
        }
        // SPEC request §4: Requester and requested MUST be parties to the agreement.
        for party in [author] + statement.to where rules.calendars[party] == nil {
            throw .partyUnknown(party)
        }
        // SPEC dialogue §2: A thread MUST be opened by, and addressed to, parties of the kinds that
        // its protocol names.
        try checkKind(of: author, among: kind.openers)
        for party in statement.to { try checkKind(of: party, among: kind.addressees) }
    }

    private func checkKind(
        of party: PartyID, among kinds: Set<Party.Kind>
    ) throws(ActRefusal) {
        guard let kind = rules.partyKinds[party] else { return }
        guard kinds.contains(kind) else {
            throw .partyKindWrong(party, kind, lawful: Party.Kind.allCases.filter(kinds.contains))
        }
    }

    private func checkSubmission(_ statement: Statement) throws(ActRefusal) {
        // SPEC request §4: A submission's kind MUST be one of the agreement's, with an urgency for
        // which that kind has clocks.
        guard let name = statement.terms.kind, let kind = rules.kinds[name] else {
            throw .kindUnknown(statement.terms.kind)
        }
        guard let urgency = statement.terms.urgency, kind.clocks[urgency] != nil else {
            throw .urgencyNotAgreed(kind: name, statement.terms.urgency)
        }
        let lawful = kind.bases.map(\.id)
        guard let basis = statement.terms.basis else {
            // SPEC request §4: Where a kind has bases, its submission MUST name one of them.
            guard lawful.isEmpty else { throw .basisMissing(lawful: lawful) }
            return
        }
        // SPEC request §4: A submission MUST NOT name a basis that its kind does not have.
        guard lawful.contains(basis) else { throw .basisNotAgreed(basis, lawful: lawful) }
    }

    /// Whoever speaks in a thread that is open, and about something: which side that is.
    private func checkHeard(_ statement: Statement) throws(ActRefusal) -> ThreadSide {
        guard let opening else { throw .threadNotOpen }
        // SPEC request §4: After the submission only the two sides MUST be heard, each addressing
        // the other side alone.
        guard let side = side(of: statement.from.party) else {
            throw .partyNotInThread(statement.from.party)
        }
        let others = opening.others(than: statement.from.party)
        guard statement.to == others else { throw .addresseesWrong(expected: others) }
        // SPEC request §4: Every other act MUST answer at least one statement that was applied.
        guard !statement.answers.isEmpty else { throw .answersNothing }
        guard statement.answers.contains(where: { applied[$0] != nil }) else {
            throw .answersNothingApplied
        }
        return side
    }

    private func checkAct(_ statement: Statement, at time: Timestamp) throws(ActRefusal) {
        let side = try checkHeard(statement)
        // SPEC request §5: An act MUST be in the table for its side and the state at its place.
        guard kind.isActOf(side, statement.act) else {
            throw .actNotBySide(
                statement.act, kind.title(of: side),
                lawful: lawfulActs(of: side, for: statement.from.party))
        }
        guard let move = kind.move(statement.act, by: side, in: state) else {
            throw .actNotInState(
                statement.act, state, lawful: lawfulActs(of: side, for: statement.from.party))
        }
        try checkPoints(statement, move)
        try checkTerms(of: statement, kind: requestKind, at: time)
    }

    private func checkPoints(
        _ statement: Statement, _ move: ThreadProtocol.Move
    ) throws(ActRefusal) {
        guard case .settle(let kinds, let from, _, let settler)? = move.point else { return }
        let open = settleable(kinds, from: from, by: statement.from.party, settler)
        let answered = open.filter { statement.answers.contains($0.id) }
        // SPEC request §5: A clarification given MUST answer at least one open question, and
        // closes those it answers.
        // SPEC dialogue §3: An act that settles points MUST answer at least one that it can settle;
        // those that it answers are settled by it.
        guard !answered.isEmpty else {
            throw .noPointAnswered(kinds[0], open: open.map(\.id))
        }
        // SPEC dialogue §3: Whoever agrees to a text MUST name the digest that was proposed.
        if let text = statement.terms.text {
            guard answered.allSatisfy({ $0.text == text }) else { throw .textOther }
        }
    }

    func settleable(
        _ kinds: [PointKind], from: [PointStanding], by party: PartyID,
        _ settler: PointEffect.Settler
    ) -> [ThreadPoint] {
        points.filter {
            kinds.contains($0.kind) && from.contains($0.standing)
                && $0.canBeSettled(by: party, settler)
        }
    }

    private func checkPublication(_ statement: Statement) throws(ActRefusal) {
        _ = try checkHeard(statement)
        // SPEC dialogue §4: A publication MUST answer a statement that was applied and proposed the
        // text that it carries.
        let text = statement.exhibits.first?.blob.digest
        let proposals = statement.answers.filter {
            applied[$0]?.proposesText == true && records[$0]?.statement.terms.text == text
        }
        guard text != nil, !proposals.isEmpty else { throw .publishesNothing }
        // SPEC dialogue §4: A text that is not its author's own MUST be published only when both
        // have signed it.
        let isAgreed = points.contains { proposals.contains($0.id) && $0.standing == .agreed }
        let isOwn = proposals.contains {
            records[$0]?.statement.from.party == statement.from.party
        }
        guard isAgreed || isOwn else { throw .publicationNotAgreed }
    }

    private func checkTerms(
        of statement: Statement, kind: RequestKind?, at time: Timestamp
    ) throws(ActRefusal) {
        switch statement.act {
        case .requestRefuse:
            let ground = try checkGround(of: statement, among: refusalGrounds(kind))
            try checkConsultation(on: ground, kind: kind, before: time)
        case .requestConsult:
            _ = try checkGround(of: statement, among: refusalGrounds(kind))
        case .requestAccept, .requestAcceptPart, .requestAnswer, .requestAnswerPart:
            try checkAuthority(kind)
        case .requestPostpone:
            _ = try checkGround(of: statement, among: kind?.postponementGrounds ?? [])
            // SPEC request §5: A postponement MUST name an `until` later than its settled time.
            guard let until = statement.terms.until else { throw .untilMissing }
            guard until > time else { throw .untilNotLater(until: until, than: time) }
        case .requestReview:
            guard statement.terms.review != nil else { throw .reviewMissing }
            // SPEC request §5: A review MUST answer an answer, a part of one or a refusal that was
            // applied.
            guard statement.answers.contains(where: isReviewable) else { throw .reviewsNothing }
        default: try checkUndertaking(statement, kind: kind, at: time)
        }
    }

    private func checkUndertaking(
        _ statement: Statement, kind: RequestKind?, at time: Timestamp
    ) throws(ActRefusal) {
        switch statement.act {
        case .requestConsultReply:
            // SPEC request §5: A reply to a consultation MUST answer at least one that is open.
            guard openConsultations.contains(where: statement.answers.contains) else {
                throw .noOpenConsultationAnswered(open: openConsultations)
            }
        case .requestConditionsAccept, .requestConditionsDecline:
            // SPEC request §5: Conditions MUST be accepted or declined by answering a proposal
            // that is open.
            guard openConditions.contains(where: statement.answers.contains) else {
                throw .noOpenConditionsAnswered(open: openConditions)
            }
        case .requestHold: try checkHold(statement, kind: kind, at: time)
        case .allegationLapse: try checkAllegation(statement, at: time)
        case .noticeRevise: try checkNotice(statement, at: time)
        case .sessionActionAdd: try checkAction(statement, at: time)
        case .concernAssure:
            // SPEC dialogue §9: An assurance MUST name an until later than its settled time.
            guard let until = statement.terms.until else { throw .untilMissing }
            guard until > time else { throw .untilNotLater(until: until, than: time) }
        case .lawAdopt:
            // SPEC law §10: law.adopt MUST carry the document of the law.share that opened its
            // thread.
            let shared = opening.flatMap { records[$0.statement]?.statement.exhibits.first }
            guard statement.exhibits.first == shared else { throw .documentOther }
        case .proceedingDecide:
            // SPEC proceeding §3: A conviction or acquittal MUST come after a charge.
            guard let outcome = statement.terms.outcome else { throw .outcomeMissing }
            let isJudgement = outcome == .convicted || outcome == .acquitted
            guard !isJudgement || state != .opened else { throw .notCharged(outcome) }
        case .proceedingSanction:
            // SPEC proceeding §3: A sanction MUST come after an outcome of convicted or settled.
            guard isPunishable else { throw .notPunishable(proceeding.outcome) }
        case .requestRenew:
            guard let hold else { throw .nothingHeld }
            guard let until = statement.terms.until else { throw .untilMissing }
            // SPEC request §5: A renewal MUST be asked for before what is held runs out, and for
            // longer than it is held.
            guard time <= hold.until else { throw .holdRunOut(at: hold.until) }
            guard until > hold.until else {
                throw .holdNotLonger(until: until, than: hold.until)
            }
        default: break
        }
    }

    private var isPunishable: Bool {
        proceeding.outcome == .convicted || proceeding.outcome == .settled
    }

    private func checkHold(
        _ statement: Statement, kind: RequestKind?, at time: Timestamp
    ) throws(ActRefusal) {
        // SPEC request §5: Only a request whose kind or basis has holdDays MUST be answered by a
        // hold.
        guard let days = holdDays(kind) else { throw .kindHoldsNothing }
        guard let until = statement.terms.until else { throw .untilMissing }
        if let hold {
            // SPEC request §5: A further hold MUST end later than the one before it.
            guard until > hold.until else {
                throw .holdNotLonger(until: until, than: hold.until)
            }
            return
        }
        // SPEC request §5: The first hold MUST last from its settled time for at least holdDays
        // days of 86,400 seconds, the greater number of kind and basis.
        let least = time.adding(seconds: Int64(days) * 86_400)
        guard until >= least else { throw .holdTooShort(until: until, least: least) }
    }

    private func refusalGrounds(_ kind: RequestKind?) -> [String] {
        // SPEC request §5: Where the request names a basis, the ground of a refusal or
        // consultation MUST be one of the basis.
        opening?.basis.flatMap { kind?.basis($0)?.refusalGrounds } ?? kind?.refusalGrounds ?? []
    }

    func holdDays(_ kind: RequestKind?) -> Int? {
        [kind?.holdDays, opening?.basis.flatMap { kind?.basis($0)?.holdDays }]
            .compactMap { $0 }.max()
    }

    private func checkConsultation(
        on ground: String, kind: RequestKind?, before time: Timestamp
    ) throws(ActRefusal) {
        guard kind?.consultation != nil else { return }
        // SPEC request §5: Where the kind has a consultation, a refusal MUST come after a
        // consultation on the same ground that was replied to or whose time has run out.
        let asked = consultations.filter { $0.ground == ground }
        guard !asked.isEmpty else { throw .consultationMissing(ground: ground) }
        let isOver = asked.contains { consultation in
            consultation.reply != nil || consultation.due?.instant.map { time > $0 } ?? false
        }
        guard isOver else { throw .consultationOpen(due: asked.compactMap(\.due?.instant).min()) }
    }

    private func checkAuthority(_ kind: RequestKind?) throws(ActRefusal) {
        guard let urgency = opening?.urgency, let kind, kind.callBack.contains(urgency) else {
            return
        }
        // SPEC request §5: Where the kind asks a call back for the request's urgency, it MUST NOT
        // be accepted or answered, in whole or part, before the last check of authority confirmed.
        let last = authorityChecks.last?.verdict
        guard last == .confirmed else { throw .authorityNotConfirmed(last) }
    }

    private func checkGround(
        of statement: Statement, among lawful: [String]
    ) throws(ActRefusal) -> String {
        // SPEC request §5: A refusal or postponement MUST name a ground that the request's kind
        // lists for it.
        guard let ground = statement.terms.ground else { throw .groundMissing(lawful: lawful) }
        guard lawful.contains(ground) else { throw .groundNotAgreed(ground, lawful: lawful) }
        return ground
    }

    private func checkSilence(_ statement: Statement) throws(ActRefusal) {
        // SPEC request §8: A silence MUST answer one statement, of its own author's party, that is
        // not a silence.
        guard let about = statement.answers.first, statement.answers.count == 1 else {
            throw .silenceNotOfOne(count: statement.answers.count)
        }
        guard let record = records[about] else { throw .answersNotHeld(about) }
        guard record.statement.from.party == statement.from.party else { throw .silenceNotOwn }
        guard record.statement.act != .deliverySilence else { throw .silenceOfSilence }
        // SPEC request §8: A silence MUST name, and be addressed to, one party that the statement
        // was addressed to.
        guard let party = statement.terms.silentParty, record.statement.to.contains(party),
            statement.to == [party]
        else { throw .silentPartyWrong }
    }

    func isReviewable(_ id: StatementID) -> Bool {
        switch applied[id] {
        case .requestAnswer, .requestAnswerPart, .requestRefuse: true
        default: false
        }
    }

    /// What that party may do now; what answers something only while that is open.
    func lawfulActs(of side: ThreadSide, for party: PartyID) -> [Act] {
        kind.acts(of: side, in: state).filter { act in
            if case .settle(let kinds, let from, _, let settler)? =
                kind.move(act, by: side, in: state)?.point
            {
                return !settleable(kinds, from: from, by: party, settler).isEmpty
            }
            return switch act {
            case .requestConsultReply: !openConsultations.isEmpty
            case .requestConditionsAccept, .requestConditionsDecline: !openConditions.isEmpty
            case .requestHold: holdDays(requestKind) != nil
            case .requestRenew: hold != nil
            case .allegationLapse: isEvidenceAsked
            case .proceedingSanction: isPunishable
            default: true
            }
        }
    }
}
