import ArgumentParser
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

struct ProceedingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proceeding",
        abstract: "Tell others of proceedings, from their opening to the sanction.",
        discussion: """
            Example:
              parley proceeding open --to cn --from THREAD --text "A case has been opened."
              parley proceeding decide THREAD convicted --text "The judgement is attached." \\
                  --attach judgement.pdf
            """,
        subcommands: [
            ProceedingOpenCommand.self, ProceedingListCommand.self, ProceedingShowCommand.self,
            ProceedingChargeCommand.self, ProceedingTryCommand.self, ProceedingDecideCommand.self,
            ProceedingSanctionCommand.self, ProceedingAppealCommand.self,
            ProceedingReportCommand.self, ProceedingAskCommand.self, ProceedingCloseCommand.self,
            ProceedingTableCommand.self,
        ])
}

/// Provisions of law that a statement names.
struct ProvisionOptions: ParsableArguments {
    @Option(help: "A provision of law, such as \"18 USC 1030(a)(2)\"; several times.")
    var provision: [String] = []

    func sorted() throws -> [String] {
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

struct ProceedingOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Say that proceedings have been opened.",
        discussion: """
            Example:
              parley proceeding open --to cn --from THREAD --provision "18 USC 1030(a)(2)" \\
                  --text "The office of the prosecutor has opened case 26-cr-101."
            """)

    @OptionGroup var saying: SayingOptions
    @OptionGroup var provisions: ProvisionOptions
    @Option(help: "A party that is told; several times.") var to: [String]
    @Option(help: "The thread that it came from: a request, an allegation.") var from: String?

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let writer = try await StatementWriter(home: try Home(options: saying.home))
            let parties = Set(try to.map(partyArgument)).sorted()
            _ = try writer.home.sealingKeys(parties, in: writer.record.versions)
            var terms = Terms(provisions: try provisions.sorted())
            if let from { terms.follows = try await openThread(from, in: writer.record).0 }
            let bytes = Surroundings.here.randomness.bytes(count: ThreadID.byteCount)
            guard let thread = ThreadID(bytes: bytes) else {
                preconditionFailure("the randomness gives as many bytes as asked")
            }
            try await saying.say(
                .proceedingOpen, in: thread, to: parties, answers: [], terms: terms,
                through: writer)
        }
    }
}

struct ProceedingListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the proceedings of this home.",
        discussion: "Example:\n  parley proceeding list --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await printThreads(home, json: flag.json) { thread, _ in thread.kind == .proceeding }
    }
}

struct ProceedingShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show proceedings: statements, steps, outcome.",
        discussion: "Example:\n  parley proceeding show THREAD")

    @OptionGroup var show: RequestShowCommand

    func run() async throws { try await show.run() }
}

struct ProceedingChargeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charge", abstract: "Say who is charged, and under which provisions.",
        discussion: """
            Example:
              parley proceeding charge THREAD --provision "18 USC 1030(a)(2)" --text "Two persons."
            """)

    @OptionGroup var saying: SayingOptions
    @OptionGroup var provisions: ProvisionOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            try await saying.say(
                .proceedingCharge, in: thread, terms: Terms(provisions: try provisions.sorted()))
        }
    }
}

struct ProceedingTryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Say that the matter is before a court.",
        discussion: "Example:\n  parley proceeding try THREAD --text \"The trial opens on 3 May.\"")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.proceedingTry, in: thread) }
}

struct ProceedingDecideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Say how it was decided.",
        discussion: """
            convicted, acquitted; dismissed (by a court), discontinued (by the authority), \
            settled, transferred (to another party's authorities).

            Example:
              parley proceeding decide THREAD convicted --text "The judgement is attached."
            """)

    @OptionGroup var saying: SayingOptions
    @OptionGroup var provisions: ProvisionOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Argument(help: "The outcome.") var outcome: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            guard let outcome = ProceedingOutcome(rawValue: outcome) else {
                throw CommandFailure.refused(
                    "outcome-unknown", "\(outcome) is no outcome",
                    hint: "one of "
                        + ProceedingOutcome.allCases.map(\.rawValue).joined(separator: ", "))
            }
            try await saying.say(
                .proceedingDecide, in: thread,
                terms: Terms(provisions: try provisions.sorted(), outcome: outcome))
        }
    }
}

struct ProceedingSanctionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sanction", abstract: "Say what the sanction is, and under which provisions.",
        discussion: """
            Example:
              parley proceeding sanction THREAD --provision "18 USC 1030(c)(2)" --text "Four years."
            """)

    @OptionGroup var saying: SayingOptions
    @OptionGroup var provisions: ProvisionOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            try await saying.say(
                .proceedingSanction, in: thread,
                terms: Terms(provisions: try provisions.sorted()))
        }
    }
}

struct ProceedingAppealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "appeal", abstract: "Say that the decision is appealed.",
        discussion: "Example:\n  parley proceeding appeal THREAD")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.proceedingAppeal, in: thread) }
}

struct ProceedingReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Report how it stands; also the answer to a question.",
        discussion: "Example:\n  parley proceeding report THREAD --text \"Hearings go on.\"")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let home = try Home(options: saying.home)
            let (_, open) = try await openThread(thread, in: try await home.record())
            try await saying.say(
                .proceedingReport, in: thread,
                answers: Set(open.openQuestions + open.heads(for: home.seat.party)).sorted())
        }
    }
}

struct ProceedingAskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Ask the conducting party how it stands.",
        discussion: "Example:\n  parley proceeding ask THREAD --text \"Has a date been set?\"")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.proceedingAsk, in: thread) }
}

struct ProceedingCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close the thread: there is nothing more to come.",
        discussion: "Example:\n  parley proceeding close THREAD")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.proceedingClose, in: thread) }
}

struct ProceedingTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Print the protocol: states, acts and sides.",
        discussion: "Example:\n  parley proceeding table")

    func run() { Surroundings.here.output(ThreadProtocol.proceeding.table()) }
}
