import ParleyStatements

extension ThreadState {
    package static let made = ThreadState(rawValue: "made")
    /// Another party has signed the same text: it binds both.
    package static let joint = ThreadState(rawValue: "joint")
}

extension PointKind {
    /// The text of a commitment.
    package static let pledge = PointKind(rawValue: "pledge")
}

/// A commitment, what later statements say of its keeping, and how each party sees it
/// (`Spec/dialogue.md`).
extension ThreadProtocol {
    package static let commitment = ThreadProtocol(
        name: "commitment", opening: .commitmentMake,
        sides: [.opener: "making", .addressed: "receiving"],
        states: [.unopened] + standing + [.closed],
        moves: [
            Move(.commitmentMake, by: .opener, in: [.unopened], to: .made, point: .raise(.pledge)),
            Move(
                .commitmentJoin, by: .addressed, in: standing, to: .joint,
                point: .settle([.pledge], from: [.open, .agreed], to: .agreed, by: .other)),
        ] + eachSide(.commitmentClarify, in: standing)
            + eachSide(.commitmentSupport, in: standing)
            + eachSide(.commitmentContest, in: standing)
            + eachSide(.commitmentJudge, in: standing)
            + [Move(.commitmentEnd, by: .opener, in: standing, to: .closed)],
        turns: [:], asking: [])

    private static let standing: [ThreadState] = [.made, .joint]
}
