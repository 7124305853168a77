import ParleyStatements

extension ThreadState {
    /// Asked; no person of the requested side has spoken.
    package static let submitted = ThreadState(rawValue: "submitted")
    /// A person has it; nothing decided.
    package static let acknowledged = ThreadState(rawValue: "acknowledged")
    /// To be answered in full.
    package static let accepted = ThreadState(rawValue: "accepted")
    /// To be answered in the part that the acceptance names.
    package static let acceptedInPart = ThreadState(rawValue: "accepted-in-part")
    /// Put off on a ground until an instant.
    package static let postponed = ThreadState(rawValue: "postponed")
    /// Some of the answer is given, more is to come.
    package static let partlyAnswered = ThreadState(rawValue: "partly-answered")
    /// The requested side says the answer is complete.
    package static let answered = ThreadState(rawValue: "answered")
    /// Refused, or the rest of it refused, on a ground.
    package static let refused = ThreadState(rawValue: "refused")
    /// The requester wants no answer any more.
    package static let withdrawn = ThreadState(rawValue: "withdrawn")
}

/// A request for assistance, from its submission to its close (`Spec/request.md`).
extension ThreadProtocol {
    package static let request = ThreadProtocol(
        name: "request", opening: .requestSubmit,
        sides: [.opener: "requester", .addressed: "requested"],
        states: [.unopened] + open + [.answered, .refused, .withdrawn, .closed],
        moves: requestMoves,
        turns: Dictionary(uniqueKeysWithValues: open.map { ($0, .addressed) })
            .merging([.answered: .opener, .refused: .opener, .withdrawn: .addressed]) { $1 },
        asking: open, isBilateral: true)

    private static let undecided: [ThreadState] = [.submitted, .acknowledged, .postponed]
    private static let open: [ThreadState] = [.submitted] + openToPerson
    private static let openToPerson: [ThreadState] = [
        .acknowledged, .accepted, .acceptedInPart, .postponed, .partlyAnswered,
    ]
    /// Where what is held may be held longer: also after the request itself is done with.
    private static let holding: [ThreadState] = openToPerson + [.answered, .closed]
    private static let stopDeciding: [ClockEffect] = [.stop(.acknowledge), .stop(.decide)]
    private static let stopAll: [ClockEffect] = stopDeciding + [.stop(.answer)]

    private static let requestMoves: [Move] = [
        Move(
            .requestSubmit, by: .opener, in: [.unopened], to: .submitted,
            [.start(.acknowledge), .start(.decide), .start(.answer)]),
        Move(
            .requestAcknowledge, by: .addressed, in: [.submitted], to: .acknowledged,
            [.stop(.acknowledge)]),
        // A question can only come from a person who has read the request.
        Move(
            .requestClarificationAsk, by: .addressed, in: [.submitted], to: .acknowledged,
            [.stop(.acknowledge), .pause(.answer)], point: .raise(.question)),
        Move(
            .requestClarificationAsk, by: .addressed, in: openToPerson, [.pause(.answer)],
            point: .raise(.question)),
        Move(
            .requestClarificationGive, by: .opener, in: openToPerson, [.resume(.answer)],
            point: .settle([.question], to: .answered, by: .other)),
        // Anybody can write in an authority's name, so this may be the first thing recorded.
        Move(.requestAuthorityCheck, by: .addressed, in: open),
        Move(
            .requestConsult, by: .addressed, in: [.submitted], to: .acknowledged,
            [.stop(.acknowledge)]),
        // It buys no time: the clocks run on.
        Move(.requestConsult, by: .addressed, in: openToPerson),
        Move(.requestConsultReply, by: .opener, in: openToPerson),
        Move(
            .requestConditionsPropose, by: .addressed, in: [.submitted], to: .acknowledged,
            [.stop(.acknowledge), .pause(.answer)]),
        Move(.requestConditionsPropose, by: .addressed, in: openToPerson, [.pause(.answer)]),
        Move(.requestConditionsAccept, by: .opener, in: openToPerson, [.resume(.answer)]),
        Move(.requestConditionsDecline, by: .opener, in: openToPerson, [.resume(.answer)]),
        Move(
            .requestHold, by: .addressed, in: [.submitted], to: .acknowledged, [.stop(.acknowledge)]
        ),
        Move(.requestHold, by: .addressed, in: holding),
        Move(.requestRenew, by: .opener, in: holding),
        Move(
            .requestAccept, by: .addressed, in: undecided + [.acceptedInPart], to: .accepted,
            stopDeciding),
        Move(
            .requestAcceptPart, by: .addressed, in: undecided + [.accepted], to: .acceptedInPart,
            stopDeciding),
        // Open to the end: a promise that cannot be kept is better refused than left to run out.
        Move(.requestRefuse, by: .addressed, in: open, to: .refused, stopAll),
        Move(
            .requestPostpone, by: .addressed, in: open, to: .postponed,
            stopDeciding + [.extend(.answer)]),
        Move(.requestProgress, by: .addressed, in: openToPerson),
        Move(.requestAnswerPart, by: .addressed, in: open, to: .partlyAnswered, stopDeciding),
        Move(.requestAnswer, by: .addressed, in: open, to: .answered, stopAll),
        // A correction or supplement: nothing said is ever edited.
        Move(.requestAnswer, by: .addressed, in: [.answered]),
        Move(.requestReview, by: .opener, in: [.partlyAnswered, .answered, .refused]),
        Move(
            .requestWithdraw, by: .opener, in: open, to: .withdrawn,
            [.end(.acknowledge), .end(.decide), .end(.answer)]),
        Move(.requestClose, by: .opener, in: [.answered, .refused], to: .closed),
        Move(.requestClose, by: .addressed, in: [.withdrawn], to: .closed),
    ]
}
