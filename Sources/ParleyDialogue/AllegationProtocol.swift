import ParleyLog
import ParleyStatements

extension ThreadState {
    package static let alleged = ThreadState(rawValue: "alleged")
    package static let denied = ThreadState(rawValue: "denied")
    /// Two signatures stand on one text.
    package static let jointFinding = ThreadState(rawValue: "joint-finding")
    /// That the two do not agree is on record.
    package static let disagreement = ThreadState(rawValue: "disagreement")
    /// The evidence that was asked for did not come in time.
    package static let lapsed = ThreadState(rawValue: "lapsed")
}

extension PointKind {
    package static let evidence = PointKind(rawValue: "evidence")
    package static let finding = PointKind(rawValue: "finding")
}

/// An accusation and what becomes of it. Each side writes its own words; a denial is an answer
/// (`Spec/dialogue.md`).
extension ThreadProtocol {
    package static let allegation = ThreadProtocol(
        name: "allegation", opening: .allegationMake,
        sides: [.opener: "alleging", .addressed: "responding"],
        states: [.unopened] + pending + answeredStates + [.withdrawn, .lapsed, .closed],
        moves: allegationMoves + findingMoves + endMoves,
        turns: [
            .alleged: .addressed, .acknowledged: .addressed, .denied: .opener,
            .acceptedInPart: .opener, .accepted: .addressed, .jointFinding: .addressed,
        ],
        asking: live, openers: [.state], addressees: [.state], isBilateral: true)

    private static let pending: [ThreadState] = [.alleged, .acknowledged]
    private static let answeredStates: [ThreadState] = [
        .denied, .acceptedInPart, .accepted, .jointFinding, .disagreement,
    ]
    private static let live: [ThreadState] = pending + answeredStates
    /// What the responding side may still say another answer to.
    private static let answerable: [ThreadState] = pending + [.denied, .acceptedInPart]
    private static let stopBoth: [ClockEffect] = [.stop(.acknowledge), .stop(.answer)]

    private static let allegationMoves: [Move] =
        [
            Move(
                .allegationMake, by: .opener, in: [.unopened], to: .alleged,
                [.start(.acknowledge), .start(.answer)]),
            Move(.allegationClaim, by: .opener, in: live),
            Move(
                .allegationAcknowledge, by: .addressed, in: [.alleged], to: .acknowledged,
                [.stop(.acknowledge)]),
            Move(
                .allegationEvidenceAsk, by: .addressed, in: [.alleged], to: .acknowledged,
                [.stop(.acknowledge), .pause(.answer)],
                point: .raise(.evidence, limit: .evidence)),
            Move(
                .allegationEvidenceAsk, by: .addressed, in: Array(live.dropFirst()),
                [.pause(.answer)], point: .raise(.evidence, limit: .evidence)),
            Move(
                .allegationEvidenceGive, by: .opener, in: live, [.resume(.answer)],
                point: .settle([.evidence], to: .answered, by: .other)),
            Move(
                .allegationEvidenceDecline, by: .opener, in: live, [.resume(.answer)],
                point: .settle([.evidence], to: .declined, by: .other)),
            Move(.allegationDeny, by: .addressed, in: answerable, to: .denied, stopBoth),
            Move(
                .allegationAcceptPart, by: .addressed, in: answerable, to: .acceptedInPart,
                stopBoth),
            Move(.allegationAccept, by: .addressed, in: answerable, to: .accepted, stopBoth),
            Move(.allegationRebut, by: .opener, in: [.denied, .acceptedInPart, .disagreement]),
            Move(.allegationRemedy, by: .addressed, in: answeredStates),
        ] + eachSide(.allegationComment, in: live)

    private static let findingMoves: [Move] =
        eachSide(
            .allegationFindingPropose, in: live, point: .raise(.finding, supersedes: true))
        + eachSide(
            .allegationFindingAgree, in: live, to: .jointFinding, stopBoth,
            point: .settle([.finding], to: .agreed, by: .other))
        + eachSide(
            .allegationFindingDecline, in: live,
            point: .settle([.finding], to: .declined, by: .other))

    private static let endMoves: [Move] =
        eachSide(
            .allegationDisagree, in: [.denied, .acceptedInPart, .accepted], to: .disagreement)
        + [
            Move(
                .allegationWithdraw, by: .opener, in: live, to: .withdrawn,
                [.end(.acknowledge), .end(.answer)]),
            Move(
                .allegationLapse, by: .addressed, in: pending, to: .lapsed,
                [.end(.acknowledge), .end(.answer)]),
            Move(.allegationClose, by: .opener, in: answeredStates, to: .closed),
        ]
}

extension ThreadFold {
    /// Without it nothing can be overdue, at whatever time.
    var isEvidenceAsked: Bool {
        points.contains { $0.kind == .evidence && $0.standing == .open }
    }

    func checkAllegation(_ statement: Statement, at time: Timestamp) throws(ActRefusal) {
        guard statement.act == .allegationLapse else { return }
        // SPEC dialogue §7: An allegation MUST lapse only when evidence that was asked for is
        // open and its due instant has passed.
        let isOverdue = points.contains { point in
            point.kind == .evidence && point.standing == .open && point.isLate(at: time)
        }
        guard isOverdue else { throw .nothingOverdue }
    }
}
