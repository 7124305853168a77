package import ParleyStatements

/// A kind of thread as data: who may do what in which state, what comes next, and what each act
/// does to the clocks. The fold, the composer, the guide and the specification all read it; a
/// further kind is a further file.
package struct ThreadProtocol: Hashable, Sendable {
    /// One act by one side: the states that allow it, the state after, the clocks it touches.
    package struct Move: Hashable, Sendable {
        package let act: Act
        package let side: ThreadSide
        package let states: [ThreadState]
        /// Nil leaves the state as it is.
        package let next: ThreadState?
        package let effects: [ClockEffect]
        /// Nil where it raises nothing and settles nothing.
        package let point: PointEffect?

        init(
            _ act: Act, by side: ThreadSide, in states: [ThreadState], to next: ThreadState? = nil,
            _ effects: [ClockEffect] = [], point: PointEffect? = nil
        ) {
            self.point = point
            self.act = act
            self.side = side
            self.states = states
            self.next = next
            self.effects = effects
        }
    }

    /// What an act does to one clock; one that has stopped stays stopped.
    package enum ClockEffect: Hashable, Sendable {
        /// By the limit that the agreement has for it; where it has none, no clock runs.
        case start(ClockName, of: ThreadSide = .addressed)
        /// Until the instant that the statement itself promises in `until`.
        case promise(ClockName)
        /// The clock's promise is kept, in time or late.
        case stop(ClockName)
        /// The promise is no longer asked for.
        case end(ClockName)
        case pause(ClockName)
        case resume(ClockName)
        case extend(ClockName)
    }

    /// As acts begin: `request`.
    package let name: String
    package let opening: Act
    /// What the side that opens is called, and the other.
    package let sides: [ThreadSide: String]
    /// `unopened` first.
    package let states: [ThreadState]
    /// Every lawful move; what is not here is irregular. A silence is not here: it may be recorded
    /// in every state, by the party whose statement was not receipted, and moves nothing.
    package let moves: [Move]
    /// Whose turn it is while nothing is asked; in a state that is not here, nobody's.
    package let turns: [ThreadState: ThreadSide]
    /// States in which an open point makes it the turn of whoever is to settle it.
    package let asking: [ThreadState]
    /// Which kinds of party may open it, and be addressed.
    package let openers: Set<Party.Kind>
    package let addressees: Set<Party.Kind>
    /// Whether it is between two parties alone.
    package let isBilateral: Bool

    init(
        name: String, opening: Act, sides: [ThreadSide: String], states: [ThreadState],
        moves: [Move], turns: [ThreadState: ThreadSide], asking: [ThreadState],
        openers: Set<Party.Kind> = Set(Party.Kind.allCases),
        addressees: Set<Party.Kind> = Set(Party.Kind.allCases), isBilateral: Bool = false
    ) {
        self.name = name
        self.opening = opening
        self.sides = sides
        self.states = states
        self.moves = moves
        self.turns = turns
        self.asking = asking
        self.openers = openers
        self.addressees = addressees
        self.isBilateral = isBilateral
    }

    package static let all: [ThreadProtocol] = [
        .request, .incident, .campaign, .allegation, .commitment, .concern, .notice, .session,
        .hotline, .proceeding, .overlay,
    ]

    /// The same move by either side.
    static func eachSide(
        _ act: Act, in states: [ThreadState], to next: ThreadState? = nil,
        _ effects: [ClockEffect] = [], point: PointEffect? = nil
    ) -> [Move] {
        ThreadSide.allCases.map { Move(act, by: $0, in: states, to: next, effects, point: point) }
    }

    private static let byOpening = Dictionary(
        all.map { ($0.opening, $0) }, uniquingKeysWith: { one, _ in one })

    /// The kind of thread that the act opens.
    static func opened(by act: Act) -> ThreadProtocol? { byOpening[act] }

    static func isOpening(_ act: Act) -> Bool { byOpening.index(forKey: act) != nil }

    // Both are asked for each statement of a fold: by place, so that no move is copied on the way.

    package func move(_ act: Act, by side: ThreadSide, in state: ThreadState) -> Move? {
        for place in moves.indices
        where moves[place].act == act && moves[place].side == side
            && moves[place].states.contains(state)
        {
            return moves[place]
        }
        return nil
    }

    /// Whether that side may do it in some state at all.
    package func isActOf(_ side: ThreadSide, _ act: Act) -> Bool {
        for place in moves.indices where moves[place].act == act && moves[place].side == side {
            return true
        }
        return false
    }

    // One name, one table.

    package static func == (one: ThreadProtocol, other: ThreadProtocol) -> Bool {
        one.name == other.name
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The states that can follow a state, in the order of the table.
    package func successors(of state: ThreadState) -> [ThreadState] {
        let next = moves.filter { $0.states.contains(state) }.compactMap(\.next)
        return states.filter { $0 != state && next.contains($0) }
    }

    package func title(of side: ThreadSide) -> String { sides[side] ?? "" }

    /// The protocol in Markdown: a table of moves and a table of states.
    package func table() -> String {
        var lines = [
            "| act | by | in | becomes | clocks | points |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for (place, move) in moves.enumerated() {
            // What either side may do stands there once.
            let isTwin = { (other: Move) in
                other.side != move.side && other.act == move.act && other.states == move.states
                    && other.next == move.next && other.effects == move.effects
                    && other.point == move.point
            }
            if place > 0, isTwin(moves[place - 1]) { continue }
            let isOfBoth = place + 1 < moves.count && isTwin(moves[place + 1])
            let by = isOfBoth ? "either side" : title(of: move.side)
            let states = move.states.map(\.rawValue).joined(separator: ", ")
            let effects = move.effects.map { text(of: $0) }.joined(separator: ", ")
            lines.append(
                "| \(move.act.rawValue) | \(by) | \(states) "
                    + "| \(move.next?.rawValue ?? "(unchanged)") "
                    + "| \(effects.isEmpty ? "(none)" : effects) "
                    + "| \(move.point?.text ?? "(none)") |")
        }
        let titles = ThreadSide.allCases.map { title(of: $0) + " may" }
        lines += [
            "", "| state | \(titles.joined(separator: " | ")) | can become |",
            "| --- | --- | --- | --- |",
        ]
        for state in states {
            let lawful = ThreadSide.allCases.map { acts(of: $0, in: state) }
            let next = successors(of: state).map(\.rawValue)
            let cells = (lawful.map { $0.map(\.verb) } + [next]).map {
                $0.isEmpty ? "(nothing)" : $0.joined(separator: ", ")
            }
            lines.append("| \(state.rawValue) | " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The acts that side may do in that state, in the order of their declaration.
    func acts(of side: ThreadSide, in state: ThreadState) -> [Act] {
        Act.allCases.filter { move($0, by: side, in: state) != nil }
    }
}

/// Which side of a thread somebody is on; what the sides are called, the protocol says.
package enum ThreadSide: Hashable, Sendable, CaseIterable {
    /// Whoever opened it.
    case opener
    /// Whoever it was addressed to.
    case addressed
}

/// Where a thread stands; each protocol has its own.
package struct ThreadState: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// No lawful opening with a time yet.
    package static let unopened = ThreadState(rawValue: "unopened")
    /// Over.
    package static let closed = ThreadState(rawValue: "closed")
}

extension ThreadProtocol {
    private func text(of effect: ClockEffect) -> String {
        switch effect {
        case .start(let name, .addressed): "starts " + name.rawValue
        case .start(let name, .opener): "starts \(name.rawValue) of the \(title(of: .opener))"
        case .promise(let name): "promises " + name.rawValue
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
