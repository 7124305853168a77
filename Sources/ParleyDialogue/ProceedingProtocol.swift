import ParleyStatements

extension ThreadState {
    /// The matter is looked into; nobody is charged.
    package static let opened = ThreadState(rawValue: "opened")
    package static let charged = ThreadState(rawValue: "charged")
    /// Before a court.
    package static let onTrial = ThreadState(rawValue: "on-trial")
    /// There is an outcome, not final while it can be appealed.
    package static let decided = ThreadState(rawValue: "decided")
    package static let sanctioned = ThreadState(rawValue: "sanctioned")
    package static let appealed = ThreadState(rawValue: "appealed")
}

/// Proceedings of one party, told to others: so that "violations will be punished" can be followed
/// to the end (`Spec/proceeding.md`).
extension ThreadProtocol {
    package static let proceeding = ThreadProtocol(
        name: "proceeding", opening: .proceedingOpen,
        sides: [.opener: "conducting", .addressed: "informed"],
        states: [.unopened] + running + [.closed], moves: proceedingMoves, turns: [:],
        asking: running)

    private static let running: [ThreadState] = [
        .opened, .charged, .onTrial, .decided, .sanctioned, .appealed,
    ]

    private static let proceedingMoves: [Move] = [
        Move(.proceedingOpen, by: .opener, in: [.unopened], to: .opened),
        Move(.proceedingCharge, by: .opener, in: [.opened], to: .charged),
        // Further persons, further provisions.
        Move(.proceedingCharge, by: .opener, in: [.charged, .onTrial]),
        Move(.proceedingTry, by: .opener, in: [.charged], to: .onTrial),
        Move(
            .proceedingDecide, by: .opener, in: [.opened, .charged, .onTrial, .appealed],
            to: .decided),
        Move(.proceedingSanction, by: .opener, in: [.decided], to: .sanctioned),
        Move(.proceedingAppeal, by: .opener, in: [.decided, .sanctioned], to: .appealed),
        Move(.proceedingReport, by: .opener, in: running),
        Move(.proceedingAsk, by: .addressed, in: running, point: .raise(.question)),
        Move(.proceedingClose, by: .opener, in: [.decided, .sanctioned], to: .closed),
    ]
}
