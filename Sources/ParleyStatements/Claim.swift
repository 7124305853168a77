/// One claim of an allegation: what is said to have been done from or by what, how surely.
///
/// Done from a territory and done by its state are different levels; each claim has its own
/// evidence. Sources: `Spec/dialogue.md` §1.
package struct Claim: Hashable, Sendable {
    package enum Level: String, Hashable, Sendable, CaseIterable {
        case machine, tools, person, organisation, territory, state
    }

    /// How good the evidence is.
    package enum Confidence: String, Hashable, Sendable, CaseIterable { case low, moderate, high }

    /// How likely it is; the bands of Intelligence Community Directive 203.
    package enum Likelihood: String, Hashable, Sendable, CaseIterable {
        case remote
        case veryUnlikely = "very-unlikely"
        case unlikely
        case even
        case likely
        case veryLikely = "very-likely"
        case nearlyCertain = "nearly-certain"

        /// In per cent, from and to.
        package var band: ClosedRange<Int> {
            switch self {
            case .remote: 1...5
            case .veryUnlikely: 5...20
            case .unlikely: 20...45
            case .even: 45...55
            case .likely: 55...80
            case .veryLikely: 80...95
            case .nearlyCertain: 95...99
            }
        }
    }

    package let level: Level
    package let confidence: Confidence
    package let likelihood: Likelihood

    package init(level: Level, confidence: Confidence, likelihood: Likelihood) {
        self.level = level
        self.confidence = confidence
        self.likelihood = likelihood
    }
}

extension Claim {
    var json: JSONValue {
        .object([
            "level": .string(level.rawValue), "confidence": .string(confidence.rawValue),
            "likelihood": .string(likelihood.rawValue),
        ])
    }

    static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> Claim {
        Claim(
            level: try fields.parsed("level", "a level of claim", Level.init(rawValue:)),
            confidence: try fields.parsed(
                "confidence", "low, moderate or high", Confidence.init(rawValue:)),
            likelihood: try fields.parsed(
                "likelihood", "a band of likelihood", Likelihood.init(rawValue:)))
    }
}
