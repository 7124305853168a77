import ArgumentParser
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements

struct RequestNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Submit a request in a thread of its own.",
        discussion: """
            Where the agreement lists bases in law for the kind, the request names one (the best \
            that stands between the two, or the one of --basis) and says with --field what that \
            basis asks; what is missing is named with its article and an example.

            Example:
              parley request new --to cn --kind information --urgency urgent \\
                  --text "Which accounts used 192.0.2.14 on 3 November?" --attach traffic.pcap
            """)

    @OptionGroup var saying: SayingOptions
    @Option(help: "The party that is asked.") var to: String
    @Option(help: "A request kind of the agreement.") var kind: String
    @Option(help: "normal, urgent, or emergency (danger to life or safety).")
    var urgency = "normal"
    @Option(help: "The basis in law, as parley law basis names it.") var basis: String?
    @Option(help: "The thread of the request that this one goes on from.") var follows: String?

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let writer = try await StatementWriter(home: try Home(options: saying.home))
            let (party, kind, urgency) = (
                try partyArgument(to), try wanted(in: writer), try haste()
            )
            _ = try writer.home.sealingKeys([party], in: writer.record.versions)
            let fields = try saying.particulars()
            try RequestComposer.formed {
                try RequestForm.checkEmergency(urgency, fields: fields)
            }
            var terms = Terms(kind: kind.name, urgency: urgency)
            let data = try await HomeLaw(home: writer.home, record: writer.record)
                .data(with: party)
            let choice = try RequestComposer.formed {
                try RequestForm(
                    agreement: writer.agreement, data: data, today: LawOptions.today
                ).choose(
                    kind, named: basis, from: writer.home.seat.party, to: party, fields: fields)
            }
            if let choice {
                terms.basis = choice.basis
                terms.law = data.digest
            }
            if let follows {
                terms.follows = try await openThread(follows, in: writer.record).0
            }
            let thread = newThread()
            try await saying.say(
                .requestSubmit, in: thread, to: [party], answers: [], terms: terms,
                through: writer, noting: choice.map(words) ?? [])
        }
    }

    private func words(_ choice: RequestForm.Choice) -> [String] {
        var lines = ["  on the basis \(choice.basis), article \(choice.row.article)"]
        if basis == nil, !choice.others.isEmpty {
            lines.append(
                "  also open, with --basis: "
                    + choice.others.map(\.text).joined(separator: ", "))
        }
        return lines
    }

    private func haste() throws -> Urgency {
        guard let urgency = Urgency(rawValue: urgency) else {
            throw CommandFailure.refused(
                "urgency-unknown", "\(urgency) is not an urgency",
                hint: "one of " + Urgency.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return urgency
    }

    private func wanted(in writer: StatementWriter) throws -> RequestKind {
        guard let kind = writer.agreement.requestKind(kind) else {
            throw CommandFailure.refused(
                "kind-unknown", "the agreement has no request kind \(kind)",
                hint: "one of " + writer.agreement.requestKinds.map(\.name).joined(separator: ", "))
        }
        return kind
    }
}
