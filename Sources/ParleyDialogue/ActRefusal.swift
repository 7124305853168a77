package import ParleyLog
package import ParleyStatements

/// Why an act is not allowed in its thread: told to the composer before signing, and shown beside
/// a statement that came all the same.
package enum ActRefusal: Error, Hashable, Sendable {
    case agreementOther(AgreementID)
    case threadOther(ThreadID)
    case threadNotOpen
    case threadAlreadyOpen
    case openingAnswers(count: Int)
    case requestedNotOne(count: Int)
    case partyUnknown(PartyID)
    case kindUnknown(String?)
    case urgencyNotAgreed(kind: String, Urgency?)
    case basisMissing(lawful: [BasisID])
    case basisNotAgreed(BasisID, lawful: [BasisID])
    case consultationMissing(ground: String)
    case consultationOpen(due: Timestamp?)
    case authorityNotConfirmed(AuthorityVerdict?)
    case noOpenConsultationAnswered(open: [StatementID])
    case noOpenConditionsAnswered(open: [StatementID])
    case kindHoldsNothing
    case nothingHeld
    case documentOther
    case outcomeMissing
    case notCharged(ProceedingOutcome)
    case notPunishable(ProceedingOutcome?)
    case holdTooShort(until: Timestamp, least: Timestamp)
    case holdNotLonger(until: Timestamp, than: Timestamp)
    case holdRunOut(at: Timestamp)
    case partyNotInThread(PartyID)
    case addresseesWrong(expected: [PartyID])
    case answersNothing
    /// Only when composing: a fold shows such a statement as waiting.
    case answersNotHeld(StatementID)
    /// Only when composing: a fold shows such a statement as waiting.
    case answersUnsettled(StatementID)
    case answersNothingApplied
    /// The act, and what the side is called that it is not for.
    case actNotBySide(Act, String, lawful: [Act])
    case actNotInState(Act, ThreadState, lawful: [Act])
    case groundMissing(lawful: [String])
    case groundNotAgreed(String, lawful: [String])
    case untilMissing
    case untilNotLater(until: Timestamp, than: Timestamp)
    case noPointAnswered(PointKind, open: [StatementID])
    case textOther
    case publishesNothing
    case publicationNotAgreed
    case nothingOverdue
    case untilTooEarly(until: Timestamp, least: Timestamp)
    case timeUnknown(party: PartyID, WorkingTimeRefusal)
    case ownerNotInThread(PartyID?)
    case partyKindWrong(PartyID, Party.Kind, lawful: [Party.Kind])
    case reviewMissing
    case reviewsNothing
    case silenceNotOfOne(count: Int)
    case silenceNotOwn
    case silenceOfSilence
    case silentPartyWrong
    case custodyNotOfOne(count: Int)
    case custodyExhibitUnknown
    case custodyNotByHolder(PartyID)
    case custodyAddresseesWrong(expected: [PartyID])

    package var reason: String {
        switch self {
        case .agreementOther: "agreement-other"
        case .threadOther: "thread-other"
        case .threadNotOpen: "thread-not-open"
        case .threadAlreadyOpen: "thread-already-open"
        case .openingAnswers: "opening-answers"
        case .requestedNotOne: "requested-not-one"
        case .partyUnknown: "party-unknown"
        case .kindUnknown: "kind-unknown"
        case .urgencyNotAgreed: "urgency-not-agreed"
        case .basisMissing: "basis-missing"
        case .basisNotAgreed: "basis-not-agreed"
        case .consultationMissing: "consultation-missing"
        case .consultationOpen: "consultation-open"
        case .authorityNotConfirmed: "authority-not-confirmed"
        case .noOpenConsultationAnswered: "no-open-consultation-answered"
        case .noOpenConditionsAnswered: "no-open-conditions-answered"
        case .kindHoldsNothing: "kind-holds-nothing"
        case .nothingHeld: "nothing-held"
        case .documentOther: "document-other"
        case .outcomeMissing: "outcome-missing"
        case .notCharged: "not-charged"
        case .notPunishable: "not-punishable"
        case .holdTooShort: "hold-too-short"
        case .holdNotLonger: "hold-not-longer"
        case .holdRunOut: "hold-run-out"
        case .partyNotInThread: "party-not-in-thread"
        case .addresseesWrong: "addressees-wrong"
        case .answersNothing: "answers-nothing"
        case .answersNotHeld: "answers-not-held"
        case .answersUnsettled: "answers-unsettled"
        case .answersNothingApplied: "answers-nothing-applied"
        case .actNotBySide: "act-not-by-side"
        case .actNotInState: "act-not-in-state"
        case .groundMissing: "ground-missing"
        case .groundNotAgreed: "ground-not-agreed"
        case .untilMissing: "until-missing"
        case .untilNotLater: "until-not-later"
        case .noPointAnswered(let kind, _): "no-open-\(kind.rawValue)-answered"
        case .textOther: "text-other"
        case .publishesNothing: "publishes-nothing"
        case .publicationNotAgreed: "publication-not-agreed"
        case .nothingOverdue: "nothing-overdue"
        case .untilTooEarly: "until-too-early"
        case .timeUnknown: "time-unknown"
        case .ownerNotInThread: "owner-not-in-thread"
        case .partyKindWrong: "party-kind-wrong"
        case .reviewMissing: "review-missing"
        case .reviewsNothing: "reviews-nothing"
        case .silenceNotOfOne: "silence-not-of-one"
        case .silenceNotOwn: "silence-not-own"
        case .silenceOfSilence: "silence-of-silence"
        case .silentPartyWrong: "silent-party-wrong"
        case .custodyNotOfOne: "custody-not-of-one"
        case .custodyExhibitUnknown: "custody-exhibit-unknown"
        case .custodyNotByHolder: "custody-not-by-holder"
        case .custodyAddresseesWrong: "custody-addressees-wrong"
        }
    }

    package var explanation: String {
        switch self {
        case .agreementOther(let id): "the statement stands under another agreement, \(id)"
        case .threadOther(let id): "the statement belongs to another thread, \(id)"
        case .threadNotOpen: "this thread has not been opened"
        case .threadAlreadyOpen: "this thread has been opened already"
        case .openingAnswers(let count):
            "what opens a thread answers nothing; this one answers \(count)"
        case .requestedNotOne(let count): "a request asks one party; this one asks \(count)"
        case .partyUnknown(let party): "\(party) is not a party to the agreement"
        case .kindUnknown(let kind): "the agreement has no request kind \(kind ?? "(none given)")"
        case .urgencyNotAgreed(let kind, let urgency):
            "a request of kind \(kind) cannot be \(urgency?.rawValue ?? "without an urgency")"
        case .basisMissing, .basisNotAgreed, .consultationMissing, .consultationOpen,
            .authorityNotConfirmed, .noOpenConsultationAnswered, .noOpenConditionsAnswered,
            .kindHoldsNothing, .nothingHeld, .documentOther, .outcomeMissing, .notCharged,
            .notPunishable,
            .holdTooShort, .holdNotLonger, .holdRunOut:
            undertakingExplanation
        case .partyNotInThread(let party): "\(party) is on neither side here"
        case .addresseesWrong(let parties):
            "the statement must be addressed to \(list(parties.map(\.text))), and nobody else"
        case .answersNothing: "only what opens a thread answers nothing"
        case .answersNotHeld(let id): "the statement answers \(id), which is not in this thread"
        case .answersUnsettled(let id):
            "the statement answers \(id), which no cosigner has given a time yet"
        case .answersNothingApplied: "every statement that it answers is irregular itself"
        case .actNotBySide(let act, let side, let lawful):
            "\(act.rawValue) is not for the \(side) side, which may \(list(lawful))"
        case .actNotInState(let act, let state, let lawful):
            "\(act.rawValue) is not allowed when \(state.rawValue); allowed: \(list(lawful))"
        case .groundMissing(let lawful): "a ground must be named: \(list(lawful))"
        case .groundNotAgreed(let ground, let lawful):
            "the ground \(ground) is not agreed for this kind; agreed: \(list(lawful))"
        case .untilMissing: "it must say until when"
        case .untilNotLater(let until, let time): "until \(until) is not later than \(time)"
        case .noPointAnswered, .textOther, .publishesNothing, .publicationNotAgreed,
            .nothingOverdue, .untilTooEarly, .timeUnknown, .ownerNotInThread, .partyKindWrong:
            pointExplanation
        case .reviewMissing: "a review must give its four judgements"
        case .reviewsNothing: "a review must answer an answer, a part of one or a refusal"
        case .silenceNotOfOne(let count):
            "a silence names the one statement not receipted; this one names \(count)"
        case .silenceNotOwn: "a party records silence about its own statements only"
        case .silenceOfSilence: "silence about a silence is not recorded"
        case .silentPartyWrong:
            "the silent party must be an addressee of the statement, and the only one told"
        case .custodyNotOfOne(let count):
            "a custody event answers one statement; this one answers \(count)"
        case .custodyExhibitUnknown:
            "the statement that it answers carries no such exhibit, nor records custody of it"
        case .custodyNotByHolder(let party):
            "\(party) neither sent nor was sent the exhibit"
        case .custodyAddresseesWrong(let parties):
            "a custody event tells all others who hold the exhibit: "
                + list(parties.map(\.text))
        }
    }

    private var pointExplanation: String {
        switch self {
        case .noPointAnswered(let kind, let open): nothingOpen(kind.rawValue, open)
        case .textOther: "it agrees to another text than the one that was proposed"
        case .publishesNothing:
            "a publication answers the one statement whose text it carries, unchanged"
        case .publicationNotAgreed:
            "another party's text is published only when both have signed it"
        case .nothingOverdue: "no evidence that was asked for is overdue"
        case .untilTooEarly(let until, let least):
            "until \(until) is too early; by the agreement it is open until \(least) at least"
        case .timeUnknown(let party, let refusal):
            "the calendar of \(party) does not tell: \(refusal.reason)"
        case .ownerNotInThread(let party):
            "\(party?.text ?? "nobody") is on neither side, so it cannot own the action"
        case .partyKindWrong(let party, let kind, let lawful):
            "\(party) is of the kind \(kind.rawValue); here: \(list(lawful.map(\.rawValue)))"
        default: reason
        }
    }

    private var undertakingExplanation: String {
        switch self {
        case .basisMissing(let lawful):
            "a request of this kind names its basis in law: \(list(lawful.map(\.text)))"
        case .basisNotAgreed(let basis, let lawful):
            "\(basis) is not agreed as a basis of this kind; agreed: \(list(lawful.map(\.text)))"
        case .consultationMissing(let ground):
            "the requester is consulted on the ground \(ground) before a refusal"
        case .consultationOpen(let due):
            "the requester has not replied to the consultation"
                + (due.map { " and may until \($0)" } ?? "")
        case .authorityNotConfirmed(let verdict):
            switch verdict {
            case nil: "the requester's authority has not been checked by a call back"
            case .denied?: "the last call back denied the requester's authority"
            case .notReached?: "the last call back reached nobody"
            case .confirmed?: "the requester's authority is confirmed"
            }
        case .noOpenConsultationAnswered(let open): nothingOpen("consultation", open)
        case .noOpenConditionsAnswered(let open): nothingOpen("proposal of conditions", open)
        case .kindHoldsNothing: "the agreement has nothing held for a request of this kind"
        case .nothingHeld: "nothing is held in this thread"
        case .documentOther: "it is not the document that was shared"
        case .outcomeMissing: "a decision must name its outcome"
        case .notCharged(let outcome):
            "nobody is charged, so nobody can be \(outcome.rawValue)"
        case .notPunishable(let outcome):
            "a sanction follows a conviction or a settlement; the outcome is "
                + (outcome?.rawValue ?? "open")
        case .holdTooShort(let until, let least):
            "it is held until \(until); at least until \(least) is agreed"
        case .holdNotLonger(let until, let than):
            "until \(until) is not later than \(than), until when it is held already"
        case .holdRunOut(let end): "what was held ran out at \(end)"
        default: reason
        }
    }
}

private func list(_ acts: [Act]) -> String { list(acts.map(\.rawValue)) }

private func list(_ words: [String]) -> String {
    words.isEmpty ? "nothing" : words.joined(separator: ", ")
}

private func nothingOpen(_ what: String, _ open: [StatementID]) -> String {
    open.isEmpty
        ? "no \(what) is open"
        : "no open \(what) is answered; open: " + list(open.map(\.text))
}
