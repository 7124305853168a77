import ParleyStatements

extension ThreadState {
    package static let calling = ThreadState(rawValue: "calling")
    package static let followedUp = ThreadState(rawValue: "followed-up")
}

/// A call over the hotline, its acknowledgement by a person, its record and the written follow-up;
/// drills are calls marked as exercises (`Spec/dialogue.md`).
extension ThreadProtocol {
    package static let hotline = ThreadProtocol(
        name: "hotline", opening: .hotlineCall,
        sides: [.opener: "calling", .addressed: "called"],
        states: [.unopened, .calling, .acknowledged, .followedUp, .closed],
        moves: [
            Move(.hotlineCall, by: .opener, in: [.unopened], to: .calling, [.start(.acknowledge)]),
            Move(.hotlineEscalate, by: .opener, in: [.calling]),
            Move(
                .hotlineAcknowledge, by: .addressed, in: [.calling], to: .acknowledged,
                [.stop(.acknowledge), .start(.followUp, of: .opener)]),
            Move(
                .hotlineFollowUp, by: .opener, in: [.acknowledged], to: .followedUp,
                [.stop(.followUp)]),
            Move(.hotlineFollowUp, by: .opener, in: [.followedUp]),
        ] + eachSide(.hotlineRecord, in: [.acknowledged, .followedUp])
            + [Move(.hotlineEnd, by: .opener, in: [.calling], to: .closed, [.end(.acknowledge)])]
            + eachSide(.hotlineClose, in: [.followedUp], to: .closed),
        turns: [.calling: .addressed, .acknowledged: .opener], asking: [],
        openers: [.state], addressees: [.state], isBilateral: true)
}
