import ParleyStatements

extension ThreadState {
    /// Its author's own rows.
    package static let shared = ThreadState(rawValue: "shared")
    /// Signed by another party too.
    package static let adopted = ThreadState(rawValue: "adopted")
}

/// An overlay on the tables of law: shared by one party, perhaps adopted by others
/// (`Spec/law.md` §10).
extension ThreadProtocol {
    package static let overlay = ThreadProtocol(
        name: "law", opening: .lawShare, sides: [.opener: "author", .addressed: "others"],
        states: [.unopened, .shared, .adopted, .closed],
        moves: [
            Move(.lawShare, by: .opener, in: [.unopened], to: .shared),
            Move(.lawAdopt, by: .addressed, in: [.shared], to: .adopted),
            Move(.lawAdopt, by: .addressed, in: [.adopted]),
            Move(.lawWithdraw, by: .opener, in: [.shared, .adopted], to: .closed),
        ], turns: [:], asking: [])
}
