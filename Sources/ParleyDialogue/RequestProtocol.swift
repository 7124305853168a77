package import ParleyStatements

/// The request protocol as data: who may do what in which state, what comes next, and what each
/// act does to the clocks. The fold, the composer, the guide and `Spec/request.md` all read it.
package enum RequestProtocol {
    /// One act by one side: the states that allow it, the state after, the clocks it touches.
    package struct Move: Hashable, Sendable {
        package let act: Act
        package let side: RequestSide
        package let states: [RequestState]
        /// Nil leaves the state as it is.
        package let next: RequestState?
        package let effects: [ClockEffect]
    }

    /// What an act does to one clock; one that has stopped stays stopped.
    package enum ClockEffect: Hashable, Sendable {
        case start(ClockName)
        /// The clock's promise is kept, in time or late.
        case stop(ClockName)
        /// The promise is no longer asked for.
        case end(ClockName)
        case pause(ClockName)
        case resume(ClockName)
        case extend(ClockName)
    }

    private static let undecided: [RequestState] = [.submitted, .acknowledged, .postponed]
    private static let open: [RequestState] = [
        .submitted, .acknowledged, .accepted, .acceptedInPart, .postponed, .partlyAnswered,
    ]
    private static let openToPerson: [RequestState] = [
        .acknowledged, .accepted, .acceptedInPart, .postponed, .partlyAnswered,
    ]
    /// Where what is held may be held longer: also after the request itself is done with.
    private static let holding: [RequestState] = openToPerson + [.answered, .closed]
    private static let stopDeciding: [ClockEffect] = [.stop(.acknowledge), .stop(.decide)]
    private static let stopAll: [ClockEffect] = stopDeciding + [.stop(.answer)]

    /// Every lawful move; what is not here is irregular. A silence is not here: it may be recorded
    /// in every state, by the party whose statement was not receipted, and moves nothing.
    package static let moves: [Move] = [
        Move(
            act: .requestSubmit, side: .requester, states: [.unopened], next: .submitted,
            effects: [.start(.acknowledge), .start(.decide), .start(.answer)]),
        Move(
            act: .requestAcknowledge, side: .requested, states: [.submitted],
            next: .acknowledged, effects: [.stop(.acknowledge)]),
        // A question can only come from a person who has read the request.
        Move(
            act: .requestClarificationAsk, side: .requested, states: [.submitted],
            next: .acknowledged, effects: [.stop(.acknowledge), .pause(.answer)]),
        Move(
            act: .requestClarificationAsk, side: .requested, states: openToPerson, next: nil,
            effects: [.pause(.answer)]),
        Move(
            act: .requestClarificationGive, side: .requester, states: openToPerson, next: nil,
            effects: [.resume(.answer)]),
        // Anybody can write in an authority's name, so this may be the first thing recorded.
        Move(
            act: .requestAuthorityCheck, side: .requested, states: open, next: nil, effects: []),
        Move(
            act: .requestConsult, side: .requested, states: [.submitted], next: .acknowledged,
            effects: [.stop(.acknowledge)]),
        // It buys no time: the clocks run on.
        Move(
            act: .requestConsult, side: .requested, states: openToPerson, next: nil, effects: []),
        Move(
            act: .requestConsultReply, side: .requester, states: openToPerson, next: nil,
            effects: []),
        Move(
            act: .requestConditionsPropose, side: .requested, states: [.submitted],
            next: .acknowledged, effects: [.stop(.acknowledge), .pause(.answer)]),
        Move(
            act: .requestConditionsPropose, side: .requested, states: openToPerson, next: nil,
            effects: [.pause(.answer)]),
        Move(
            act: .requestConditionsAccept, side: .requester, states: openToPerson, next: nil,
            effects: [.resume(.answer)]),
        Move(
            act: .requestConditionsDecline, side: .requester, states: openToPerson, next: nil,
            effects: [.resume(.answer)]),
        Move(
            act: .requestHold, side: .requested, states: [.submitted], next: .acknowledged,
            effects: [.stop(.acknowledge)]),
        Move(act: .requestHold, side: .requested, states: holding, next: nil, effects: []),
        Move(act: .requestRenew, side: .requester, states: holding, next: nil, effects: []),
        Move(
            act: .requestAccept, side: .requested, states: undecided + [.acceptedInPart],
            next: .accepted, effects: stopDeciding),
        Move(
            act: .requestAcceptPart, side: .requested, states: undecided + [.accepted],
            next: .acceptedInPart, effects: stopDeciding),
        // Open to the end: a promise that cannot be kept is better refused than left to run out.
        Move(
            act: .requestRefuse, side: .requested, states: open, next: .refused,
            effects: stopAll),
        Move(
            act: .requestPostpone, side: .requested, states: open, next: .postponed,
            effects: stopDeciding + [.extend(.answer)]),
        Move(
            act: .requestProgress, side: .requested, states: openToPerson, next: nil,
            effects: []),
        Move(
            act: .requestAnswerPart, side: .requested, states: open, next: .partlyAnswered,
            effects: stopDeciding),
        Move(
            act: .requestAnswer, side: .requested, states: open, next: .answered,
            effects: stopAll),
        // A correction or supplement: nothing said is ever edited.
        Move(
            act: .requestAnswer, side: .requested, states: [.answered], next: nil, effects: []),
        Move(
            act: .requestReview, side: .requester,
            states: [.partlyAnswered, .answered, .refused], next: nil, effects: []),
        Move(
            act: .requestWithdraw, side: .requester, states: open, next: .withdrawn,
            effects: [.end(.acknowledge), .end(.decide), .end(.answer)]),
        Move(
            act: .requestClose, side: .requester, states: [.answered, .refused], next: .closed,
            effects: []),
        Move(
            act: .requestClose, side: .requested, states: [.withdrawn], next: .closed,
            effects: []),
    ]

    package static func move(_ act: Act, by side: RequestSide, in state: RequestState) -> Move? {
        moves.first { $0.act == act && $0.side == side && $0.states.contains(state) }
    }

    /// Whether that side may do it in some state at all.
    static func isActOf(_ side: RequestSide, _ act: Act) -> Bool {
        moves.contains { $0.act == act && $0.side == side }
    }

    /// The states that can follow a state, in the order of their declaration.
    package static func successors(of state: RequestState) -> [RequestState] {
        let next = moves.filter { $0.states.contains(state) }.compactMap(\.next)
        return RequestState.allCases.filter { $0 != state && next.contains($0) }
    }

    /// The protocol in Markdown: a table of moves and a table of states.
    package static func table() -> String {
        var lines = [
            "| act | by | in | becomes | clocks |",
            "| --- | --- | --- | --- | --- |",
        ]
        for move in moves {
            let states = move.states.map(\.rawValue).joined(separator: ", ")
            let effects = move.effects.map(\.text).joined(separator: ", ")
            lines.append(
                "| \(move.act.rawValue) | \(move.side.rawValue) | \(states) "
                    + "| \(move.next?.rawValue ?? "(unchanged)") "
                    + "| \(effects.isEmpty ? "(none)" : effects) |")
        }
        lines += [
            "", "| state | requester may | requested may | can become |",
            "| --- | --- | --- | --- |",
        ]
        for state in RequestState.allCases {
            let lawful = RequestSide.allCases.map { acts(of: $0, in: state) }
            let next = successors(of: state).map(\.rawValue)
            let cells = (lawful.map { $0.map(\.verb) } + [next]).map {
                $0.isEmpty ? "(nothing)" : $0.joined(separator: ", ")
            }
            lines.append("| \(state.rawValue) | " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The acts that side may do in that state, in the order of their declaration.
    static func acts(of side: RequestSide, in state: RequestState) -> [Act] {
        Act.allCases.filter { move($0, by: side, in: state) != nil }
    }
}

extension RequestProtocol.ClockEffect {
    var text: String {
        switch self {
        case .start(let name): "starts " + name.rawValue
        case .stop(let name): "stops " + name.rawValue
        case .end(let name): "ends " + name.rawValue
        case .pause(let name): "pauses " + name.rawValue
        case .resume(let name): "resumes " + name.rawValue
        case .extend(let name): "extends " + name.rawValue
        }
    }
}

extension Act {
    /// The act without its subject: `clarification.ask` of `request.clarification.ask`.
    fileprivate var verb: String {
        String(rawValue.drop { $0 != "." }.dropFirst())
    }
}
