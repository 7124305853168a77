package import ParleyLog
package import ParleyStatements

/// Something in a thread that waits for somebody: a question, a text to agree to, a thing to do.
package struct ThreadPoint: Hashable, Sendable {
    /// The statement that raised it.
    package let id: StatementID
    package let kind: PointKind
    package let by: PartyID
    /// Who is to settle it.
    package let awaited: PartyID
    /// Of a text: its digest.
    package let text: Digest?
    package let time: Timestamp
    /// The last instant at which it is settled in time; nil where none was agreed or named.
    package let due: Due?
    package internal(set) var standing: PointStanding = .open
    /// What settled it last.
    package internal(set) var settlement: Settlement?
    /// What first settled it since it was last open: by this it is in time or late.
    package internal(set) var kept: Settlement?

    package struct Settlement: Hashable, Sendable {
        package let statement: StatementID
        package let by: PartyID
        package let time: Timestamp
    }

    /// Whether it was settled after its due instant, or was not by `now`.
    package func isLate(at now: Timestamp) -> Bool {
        guard let due = due?.instant else { return false }
        return (kept?.time ?? now) > due
    }
}

package struct PointKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let question = PointKind(rawValue: "question")
}

package struct PointStanding: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let open = PointStanding(rawValue: "open")
    package static let answered = PointStanding(rawValue: "answered")
    package static let declined = PointStanding(rawValue: "declined")
    package static let agreed = PointStanding(rawValue: "agreed")
    /// Agreed, subject to the capital of the party that agreed.
    package static let adReferendum = PointStanding(rawValue: "ad-referendum")
    /// Another of its kind was proposed instead.
    package static let superseded = PointStanding(rawValue: "superseded")
}

/// What a move does to points.
package enum PointEffect: Hashable, Sendable {
    /// The statement is a point that is open.
    ///
    /// - Parameters:
    ///   - limit: the clock of the agreement by which it falls due.
    ///   - supersedes: whether open ones of the kind give way to it.
    case raise(PointKind, limit: ClockName? = nil, supersedes: Bool = false)
    /// Those of these kinds and standings that it answers, at least one.
    case settle([PointKind], from: [PointStanding] = [.open], to: PointStanding, by: Settler)

    /// Who may settle a point.
    package enum Settler: String, Hashable, Sendable {
        /// Another party than the one that raised it.
        case other
        /// The one that raised it.
        case raiser
        /// Whoever it waits for.
        case awaited
        /// Another than whom it waits for.
        case notAwaited = "not-awaited"
        /// Whoever settled it last.
        case settler
    }
}

extension PointEffect {
    /// `raises evidence`, `settles minutes: agreed`.
    var text: String {
        switch self {
        case .raise(let kind, _, let supersedes):
            "raises \(kind.rawValue)" + (supersedes ? " (the only one open)" : "")
        case .settle(let kinds, let from, let to, let settler):
            "settles \(kinds.map(\.rawValue).joined(separator: ", ")) "
                + "(\(from.map(\.rawValue).joined(separator: ", "))): \(to.rawValue), "
                + "by \(settler.rawValue)"
        }
    }
}

extension ThreadPoint {
    func canBeSettled(by party: PartyID, _ settler: PointEffect.Settler) -> Bool {
        switch settler {
        case .other: party != by
        case .raiser: party == by
        case .awaited: party == awaited
        case .notAwaited: party != awaited
        case .settler: party == settlement?.by
        }
    }
}
