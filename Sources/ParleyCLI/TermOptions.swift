import ArgumentParser
import ParleyLog
import ParleyNode
import ParleyStatements

/// The small facts that acts of the dialogue carry, as options; each act takes its own.
struct TermOptions: ParsableArguments {
    @Option(help: "An instant, as 2026-12-01T09:00:00Z.") var until: String?
    @Option(help: "When a session begins or began, as 2026-12-01T09:00:00Z.") var date: String?
    @Option(help: "LEVEL:CONFIDENCE:LIKELIHOOD, such as state:moderate:likely; several times.")
    var claim: [String] = []
    @Option(help: "A thread that it is about, or the beginning of its id; several times.")
    var about: [String] = []
    @Option(help: "The thread that it goes on from.") var from: String?
    @Option(help: "The allegation that this one answers with one of its own.")
    var counters: String?
    @Option(help: "yes, partly, no or unclear.") var verdict: String?
    @Option(help: "The number of the session.") var round: Int?
    @Option(help: "The party that is to do it.") var owner: String?
    @Option(help: "A post, such as duty-officer.") var post: String?
    @Option(help: "A provision of law, such as \"18 USC 1030(a)(2)\"; several times.")
    var provision: [String] = []
    @Option(help: "How it was decided.") var outcome: String?
    @Flag(help: "Subject to this party's capital.") var adReferendum = false
    @Flag(help: "An exercise, and shown as one.") var exercise = false

    /// What the option of a term is called.
    static func option(_ term: Act.Term) -> String {
        switch term {
        case .claims: "claim"
        case .threads: "about"
        case .follows: "from"
        case .provisions: "provision"
        case .adReferendum: "ad-referendum"
        default: term.rawValue
        }
    }

    func terms(in record: RecordReader) async throws -> Terms {
        var terms = Terms()
        terms.until = try until.map(timeArgument)
        terms.date = try date.map(timeArgument)
        terms.claims = try claim.map(Self.claim)
        var threads: Set<ThreadID> = []
        for text in about { threads.insert(try await openThread(text, in: record).0) }
        terms.threads = threads.sorted()
        if let from { terms.follows = try await openThread(from, in: record).0 }
        if let counters { terms.counters = try await openThread(counters, in: record).0 }
        terms.verdict = try verdict.map { try Self.word($0, "verdict") }
        if let round {
            guard (1...10_000).contains(round) else {
                throw CommandFailure.refused(
                    "round-malformed", "\(round) is no number of a session",
                    hint: "1 is the first")
            }
            terms.round = round
        }
        terms.owner = try owner.map(partyArgument)
        if let post {
            guard let name = PartyID(post)?.text else {
                throw CommandFailure.refused(
                    "post-malformed", "\(post) is no short name of a post",
                    hint: "as the agreement's ladder names it, such as duty-officer")
            }
            terms.post = name
        }
        terms.provisions = try provisions()
        terms.outcome = try outcome.map { try Self.word($0, "outcome") }
        terms.isAdReferendum = adReferendum
        terms.isExercise = exercise
        return terms
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ name: String
    ) throws -> Word {
        guard let word = Word(rawValue: text) else {
            throw CommandFailure.refused(
                "\(name)-unknown", "\(text) is no \(name)",
                hint: "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    private static func claim(_ text: String) throws -> Claim {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else {
            throw CommandFailure.refused(
                "claim-malformed", "\(text) is not a claim",
                hint: "write LEVEL:CONFIDENCE:LIKELIHOOD, such as machine:high:nearly-certain")
        }
        return Claim(
            level: try word(parts[0], "level"), confidence: try word(parts[1], "confidence"),
            likelihood: try word(parts[2], "likelihood"))
    }

    private func provisions() throws -> [String] {
        for text in provision {
            let isFit = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            guard isFit, (1...100).contains(text.utf8.count) else {
                throw CommandFailure.refused(
                    "provision-malformed", "\(text) is no short name of a provision",
                    hint: "1 to 100 printable ASCII characters; its words go in --text")
            }
        }
        return Set(provision).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
