import ParleyLog
import ParleyStatements

extension ThreadState {
    package static let raised = ThreadState(rawValue: "raised")
    /// An answer is promised by an instant.
    package static let assured = ThreadState(rawValue: "assured")
    /// Whoever raised it has said whether the answer satisfies.
    package static let judged = ThreadState(rawValue: "judged")
}

/// A concern, the assurance to answer it, the answer, and the verdict of whoever raised it: a
/// company, or a party that took it up for one (`Spec/dialogue.md`).
extension ThreadProtocol {
    package static let concern = ThreadProtocol(
        name: "concern", opening: .concernRaise,
        sides: [.opener: "concerned", .addressed: "answering"],
        states: [.unopened] + waiting + [.answered, .judged, .withdrawn, .closed],
        moves: [
            Move(
                .concernRaise, by: .opener, in: [.unopened], to: .raised,
                [.start(.acknowledge), .start(.answer)]),
            Move(
                .concernAcknowledge, by: .addressed, in: [.raised], to: .acknowledged,
                [.stop(.acknowledge)]),
            Move(
                .concernTakeUp, by: .addressed, in: [.raised], to: .acknowledged,
                [.stop(.acknowledge)]),
            Move(.concernTakeUp, by: .addressed, in: [.acknowledged, .assured]),
            Move(
                .concernAsk, by: .addressed, in: [.raised], to: .acknowledged,
                [.stop(.acknowledge), .pause(.answer)], point: .raise(.question)),
            Move(
                .concernAsk, by: .addressed, in: [.acknowledged, .assured], [.pause(.answer)],
                point: .raise(.question)),
            Move(
                .concernExplain, by: .opener, in: waiting, [.resume(.answer)],
                point: .settle([.question], to: .answered, by: .other)),
            Move(
                .concernAssure, by: .addressed, in: waiting, to: .assured,
                [.stop(.acknowledge), .promise(.assurance)]),
            Move(
                .concernAnswer, by: .addressed, in: waiting, to: .answered,
                [.stop(.acknowledge), .stop(.answer), .stop(.assurance)]),
            // A correction or supplement.
            Move(.concernAnswer, by: .addressed, in: [.answered]),
            Move(.concernJudge, by: .opener, in: [.answered], to: .judged),
            Move(.concernJudge, by: .opener, in: [.judged]),
            Move(
                .concernReopen, by: .opener, in: [.answered, .judged], to: .raised,
                [.start(.acknowledge), .start(.answer)]),
            Move(
                .concernWithdraw, by: .opener, in: waiting, to: .withdrawn,
                [.end(.acknowledge), .end(.answer), .end(.assurance)]),
            Move(.concernClose, by: .opener, in: [.judged], to: .closed),
        ],
        turns: [
            .raised: .addressed, .acknowledged: .addressed, .assured: .addressed,
            .answered: .opener, .judged: .opener,
        ],
        asking: waiting, addressees: [.state], isBilateral: true)

    private static let waiting: [ThreadState] = [.raised, .acknowledged, .assured]
}
