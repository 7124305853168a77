import ParleyLog
import ParleyStatements

/// What may be said now: the one check that the fold and the composer share.
extension RequestFold {
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
        case .requestSubmit: try checkSubmission(statement)
        default: try checkAct(statement, at: time)
        }
    }

    private func checkSubmission(_ statement: Statement) throws(ActRefusal) {
        // SPEC request §4: A thread MUST have one submission, the first lawful one in fold order.
        guard state == .unopened else { throw .threadAlreadyOpen }
        // SPEC request §4: A submission MUST answer nothing.
        guard statement.answers.isEmpty else {
            throw .openingAnswers(count: statement.answers.count)
        }
        // SPEC request §4: A submission MUST be addressed to one party, another than its author's.
        guard let requested = statement.to.first, statement.to.count == 1,
            requested != statement.from.party
        else { throw .requestedNotOne(count: statement.to.count) }
        // SPEC request §4: Requester and requested MUST be parties to the agreement.
        for party in [statement.from.party, requested] where rules.calendars[party] == nil {
            throw .partyUnknown(party)
        }
        // SPEC request §4: A submission's kind MUST be one of the agreement's, with an urgency for
        // which that kind has clocks.
        guard let name = statement.terms.kind, let kind = rules.kinds[name] else {
            throw .kindUnknown(statement.terms.kind)
        }
        guard let urgency = statement.terms.urgency, kind.clocks[urgency] != nil else {
            throw .urgencyNotAgreed(kind: name, statement.terms.urgency)
        }
    }

    private func checkAct(_ statement: Statement, at time: Timestamp) throws(ActRefusal) {
        guard let opening else { throw .threadNotOpen }
        // SPEC request §4: After the submission only the two sides MUST be heard, each addressing
        // the other side alone.
        guard let side = side(of: statement.from.party) else {
            throw .partyNotInThread(statement.from.party)
        }
        let other = side == .requester ? opening.requested : opening.requester
        guard statement.to == [other] else { throw .addresseesWrong(expected: other) }
        // SPEC request §4: Every other act MUST answer at least one statement that was applied.
        guard !statement.answers.isEmpty else { throw .answersNothing }
        guard statement.answers.contains(where: { applied[$0] != nil }) else {
            throw .answersNothingApplied
        }
        // SPEC request §5: An act MUST be in the table for its side and the state at its place.
        guard RequestProtocol.isActOf(side, statement.act) else {
            throw .actNotBySide(statement.act, side, lawful: lawfulActs(of: side))
        }
        guard RequestProtocol.move(statement.act, by: side, in: state) != nil else {
            throw .actNotInState(statement.act, state, lawful: lawfulActs(of: side))
        }
        try checkTerms(of: statement, kind: rules.kinds[opening.kind], at: time)
    }

    private func checkTerms(
        of statement: Statement, kind: RequestKind?, at time: Timestamp
    ) throws(ActRefusal) {
        switch statement.act {
        case .requestRefuse:
            try checkGround(of: statement, among: kind?.refusalGrounds ?? [])
        case .requestPostpone:
            try checkGround(of: statement, among: kind?.postponementGrounds ?? [])
            // SPEC request §5: A postponement MUST name an `until` later than its settled time.
            guard let until = statement.terms.until else { throw .untilMissing }
            guard until > time else { throw .untilNotLater(until: until, than: time) }
        case .requestClarificationGive:
            // SPEC request §5: A clarification given MUST answer at least one open question, and
            // closes those it answers.
            guard openQuestions.contains(where: statement.answers.contains) else {
                throw .noOpenQuestionAnswered(open: openQuestions)
            }
        case .requestReview:
            guard statement.terms.review != nil else { throw .reviewMissing }
            // SPEC request §5: A review MUST answer an answer, a part of one or a refusal that was
            // applied.
            guard statement.answers.contains(where: isReviewable) else { throw .reviewsNothing }
        default: break
        }
    }

    private func checkGround(
        of statement: Statement, among lawful: [String]
    ) throws(ActRefusal) {
        // SPEC request §5: A refusal or postponement MUST name a ground that the request's kind
        // lists for it.
        guard let ground = statement.terms.ground else { throw .groundMissing(lawful: lawful) }
        guard lawful.contains(ground) else { throw .groundNotAgreed(ground, lawful: lawful) }
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

    /// What that side may do now; a clarification can be given only while a question is open.
    func lawfulActs(of side: RequestSide) -> [Act] {
        RequestProtocol.acts(of: side, in: state).filter {
            $0 != .requestClarificationGive || !openQuestions.isEmpty
        }
    }
}
