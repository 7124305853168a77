package import ParleyLog
package import ParleyStatements

/// The requested side means to refuse, and has asked the requester first.
package struct ThreadConsultation: Hashable, Sendable {
    package let id: StatementID
    package let ground: String
    package let time: Timestamp
    /// The last instant at which a reply is in time, by the requester's calendar; nil where the
    /// agreement sets no time.
    package let due: Due?
    package internal(set) var reply: StatementID?
}

/// Conditions under which the requested side would answer.
package struct ThreadConditions: Hashable, Sendable {
    package enum Standing: String, Hashable, Sendable, CaseIterable {
        case open, accepted, declined
        /// The request was answered, refused or withdrawn before the requester said either.
        case lapsed
    }

    package let id: StatementID
    package let conditions: [String]
    package let time: Timestamp
    package internal(set) var standing: Standing
    /// What accepted, declined or outran it.
    package internal(set) var reply: StatementID?
}

/// A call back to the authority that the request names.
package struct ThreadAuthorityCheck: Hashable, Sendable {
    package let id: StatementID
    package let verdict: AuthorityVerdict
    package let time: Timestamp
}

/// What the requested side holds for the requester, and until when.
package struct ThreadHold: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
        package let id: StatementID
        package let time: Timestamp
        package let until: Timestamp
    }

    /// The first and each that made it longer.
    package private(set) var terms: [Term]
    /// Renewals asked for beyond the last term's end.
    package internal(set) var renewals: [Term] = []
    /// The end of the last term.
    package private(set) var until: Timestamp

    init(_ first: Term) {
        terms = [first]
        until = first.until
    }

    mutating func extend(_ term: Term) {
        terms.append(term)
        until = term.until
        renewals.removeAll { $0.until <= term.until }
    }

    package enum Standing: Hashable, Sendable {
        case held(until: Timestamp)
        /// Its time is over, and a request that goes on from it is not decided yet.
        case heldForRequest(ThreadID)
        case runOut(since: Timestamp)

        package var code: String {
            switch self {
            case .held: "held"
            case .heldForRequest: "held-for-request"
            case .runOut: "run-out"
            }
        }
    }

    /// - Parameter followers: the requests that name this one as the one they go on from.
    package func standing(at now: Timestamp, followers: [DialogueThread]) -> Standing {
        guard now > until else { return .held(until: until) }
        // SPEC request §8: What is held MUST be shown as held, after its time, while a request
        // that follows it and settled within that time is neither answered, refused nor withdrawn.
        for thread in followers {
            guard let id = thread.id, let opened = thread.clocks.first?.start, opened <= until
            else { continue }
            // Exactly the states in which a question can still be asked.
            if thread.kind.asking.contains(thread.state) { return .heldForRequest(id) }
        }
        return .runOut(since: until)
    }
}

/// What a proceeding has come to so far.
package struct ThreadProceeding: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        package let id: StatementID
        package let time: Timestamp
        package let act: Act
        package let outcome: ProceedingOutcome?
        package let provisions: [String]
    }

    /// Everything but reports and questions, in fold order.
    package internal(set) var steps: [Step] = []

    /// The last outcome; an appeal leaves it standing until there is another.
    package var outcome: ProceedingOutcome? { steps.compactMap(\.outcome).last }
}
