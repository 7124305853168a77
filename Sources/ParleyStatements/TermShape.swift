extension Act.Term {
    /// What a term's value looks like: what a form asks for.
    package enum Shape: Hashable, Sendable {
        /// As a party's id is spelled; which there are, the agreement or the parties say.
        case shortName
        case shortNames(most: Int)
        /// One of a closed list.
        case word([String])
        case number(ClosedRange<Int64>)
        case instant
        case party
        case thread
        case threads(most: Int)
        case digest
        /// A kind of request and an instrument, with a colon between.
        case basis
        /// Printable ASCII.
        case provisions(most: Int, characters: Int)
        /// Objects with one word for each part.
        case claims([Part], most: Int)
        /// An object with true or false for each name.
        case judgements([String])
        /// True, or left out.
        case mark
        /// Not said by people.
        case other
    }

    package struct Part: Hashable, Sendable {
        package let name: String
        package let words: [String]
    }

    /// As ``Terms/read(_:)`` takes it.
    package var shape: Shape {
        switch self {
        case .kind, .ground, .post: .shortName
        case .conditions: .shortNames(most: Terms.listLimit)
        case .urgency: .word(Urgency.allCases.map(\.rawValue))
        case .authority: .word(AuthorityVerdict.allCases.map(\.rawValue))
        case .outcome: .word(ProceedingOutcome.allCases.map(\.rawValue))
        case .verdict: .word(Verdict.allCases.map(\.rawValue))
        case .round: .number(Terms.rounds)
        case .until, .date: .instant
        case .owner: .party
        case .follows, .counters: .thread
        case .threads: .threads(most: Terms.listLimit)
        case .law, .text: .digest
        case .basis: .basis
        case .provisions:
            .provisions(most: Terms.listLimit, characters: Terms.provisionLimitCharacters)
        case .claims:
            .claims(
                [
                    Part(name: "level", words: Claim.Level.allCases.map(\.rawValue)),
                    Part(name: "confidence", words: Claim.Confidence.allCases.map(\.rawValue)),
                    Part(name: "likelihood", words: Claim.Likelihood.allCases.map(\.rawValue)),
                ], most: Terms.listLimit)
        case .review: .judgements(["complete", "usable", "whole", "reasoned"])
        case .adReferendum, .exercise: .mark
        case .silentParty, .custody, .exhibit, .signingKey, .key, .since: .other
        }
    }
}
