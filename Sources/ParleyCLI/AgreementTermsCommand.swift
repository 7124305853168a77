import ArgumentParser
import ParleyLaw
import ParleyStatements

struct AgreementTermsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms", abstract: "Print terms to begin from, to be edited.",
        discussion: """
            With --between, every kind of request of the tables of law with the bases that stand \
            between any two of the jurisdictions; a coercive kind that has none is left out. \
            Without, four kinds by agreement alone.

            Example:
              parley agreement terms > terms.json
              parley agreement terms --between us,cn > terms.json
              parley agreement terms --approval "allegation.*" > terms.json
            """)

    @OptionGroup var law: LawOptions
    @OptionGroup var flag: JSONFlag
    @Option(
        help: """
            An act that leaves only once a second person at its author's node has approved it, or \
            subject.*; several times.
            """)
    var approval: [String] = []
    @Option(help: "Jurisdictions with commas between: ISO 3166 codes, or eu.")
    var between: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            var terms = AgreementTerms.standard
            terms.approvals = try approvals()
            if let between {
                let data = try await law.data()
                let agreed = try lawful {
                    try AgreedKinds(
                        between: between.split(separator: ",").map {
                            try data.party(named: String($0))
                        }, on: try law.day(), in: data)
                }
                terms.requestKinds = agreed.kinds
                for kind in agreed.left {
                    Surroundings.here.errorOutput(
                        "left out: \(kind), which nothing in force lets them ask for")
                }
            }
            Surroundings.here.output(String(decoding: terms.fileBytes, as: UTF8.self))
        }
    }

    private func approvals() throws -> [ActPattern] {
        try approval.map { text in
            guard let pattern = ActPattern(text), pattern.isOfDialogue else {
                throw CommandFailure.refused(
                    "act-unknown", "\(text) fits no act that people say, or others too",
                    hint: "write an act such as request.refuse, or allegation.* for all of a kind")
            }
            return pattern
        }
    }
}
