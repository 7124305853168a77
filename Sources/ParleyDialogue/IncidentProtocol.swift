import ParleyStatements

extension ThreadState {
    package static let reported = ThreadState(rawValue: "reported")
}

/// Incidents told to others, and campaigns that count several as one (`Spec/dialogue.md`).
extension ThreadProtocol {
    package static let incident = ThreadProtocol(
        name: "incident", opening: .incidentReport,
        sides: [.opener: "reporting", .addressed: "informed"],
        states: [.unopened, .reported, .acknowledged, .closed],
        moves: [
            Move(
                .incidentReport, by: .opener, in: [.unopened], to: .reported, [.start(.acknowledge)]
            ),
            Move(
                .incidentAcknowledge, by: .addressed, in: [.reported], to: .acknowledged,
                [.stop(.acknowledge)]),
        ] + eachSide(.incidentUpdate, in: told)
            + eachSide(.incidentAsk, in: told, point: .raise(.question))
            + eachSide(
                .incidentAnswer, in: told,
                point: .settle([.question], to: .answered, by: .other))
            + [Move(.incidentClose, by: .opener, in: told, to: .closed, [.end(.acknowledge)])],
        turns: [.reported: .addressed], asking: told)

    package static let campaign = ThreadProtocol(
        name: "campaign", opening: .campaignOpen,
        sides: [.opener: "opening", .addressed: "informed"],
        states: [.unopened, .opened, .closed],
        moves: [Move(.campaignOpen, by: .opener, in: [.unopened], to: .opened)]
            + eachSide(.campaignJoin, in: [.opened]) + eachSide(.campaignSplit, in: [.opened])
            + eachSide(.campaignComment, in: [.opened])
            + [Move(.campaignClose, by: .opener, in: [.opened], to: .closed)],
        turns: [:], asking: [])

    private static let told: [ThreadState] = [.reported, .acknowledged]
}
