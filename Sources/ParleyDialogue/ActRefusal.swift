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
    case partyNotInThread(PartyID)
    case addresseesWrong(expected: PartyID)
    case answersNothing
    /// Only when composing: a fold shows such a statement as waiting.
    case answersNotHeld(StatementID)
    /// Only when composing: a fold shows such a statement as waiting.
    case answersUnsettled(StatementID)
    case answersNothingApplied
    case actNotBySide(Act, RequestSide, lawful: [Act])
    case actNotInState(Act, RequestState, lawful: [Act])
    case groundMissing(lawful: [String])
    case groundNotAgreed(String, lawful: [String])
    case untilMissing
    case untilNotLater(until: Timestamp, than: Timestamp)
    case noOpenQuestionAnswered(open: [StatementID])
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
        case .noOpenQuestionAnswered: "no-open-question-answered"
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
        case .threadNotOpen: "no request has been submitted in this thread"
        case .threadAlreadyOpen: "a request has been submitted in this thread already"
        case .openingAnswers(let count):
            "a submission opens a thread and answers nothing; this one answers \(count)"
        case .requestedNotOne(let count): "a request asks one party; this one asks \(count)"
        case .partyUnknown(let party): "\(party) is not a party to the agreement"
        case .kindUnknown(let kind): "the agreement has no request kind \(kind ?? "(none given)")"
        case .urgencyNotAgreed(let kind, let urgency):
            "a request of kind \(kind) cannot be \(urgency?.rawValue ?? "without an urgency")"
        case .partyNotInThread(let party): "\(party) is neither requester nor requested here"
        case .addresseesWrong(let party): "the statement must be addressed to \(party) alone"
        case .answersNothing: "only a submission answers nothing"
        case .answersNotHeld(let id): "the statement answers \(id), which is not in this thread"
        case .answersUnsettled(let id):
            "the statement answers \(id), which no cosigner has given a time yet"
        case .answersNothingApplied: "every statement that it answers is irregular itself"
        case .actNotBySide(let act, let side, let lawful):
            "\(act.rawValue) is not for the \(side.rawValue) side, which may \(list(lawful))"
        case .actNotInState(let act, let state, let lawful):
            "\(act.rawValue) is not allowed when \(state.rawValue); allowed: \(list(lawful))"
        case .groundMissing(let lawful): "a ground must be named: \(list(lawful))"
        case .groundNotAgreed(let ground, let lawful):
            "the ground \(ground) is not agreed for this kind; agreed: \(list(lawful))"
        case .untilMissing: "a postponement must say until when"
        case .untilNotLater(let until, let time): "until \(until) is not later than \(time)"
        case .noOpenQuestionAnswered(let open):
            open.isEmpty
                ? "no question is open"
                : "no open question is answered; open: "
                    + open.map(\.text).joined(separator: ", ")
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
}

private func list(_ acts: [Act]) -> String { list(acts.map(\.rawValue)) }

private func list(_ words: [String]) -> String {
    words.isEmpty ? "nothing" : words.joined(separator: ", ")
}
