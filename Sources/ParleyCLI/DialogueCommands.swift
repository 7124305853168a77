import ArgumentParser
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// A kind of thread that one command serves: every act of its protocol is a verb of it.
protocol DialogueKind: Sendable {
    static var threadProtocol: ThreadProtocol { get }
    static var abstract: String { get }
    static var example: String { get }
    static var furtherCommands: [any ParsableCommand.Type] { get }
}

extension DialogueKind {
    static var furtherCommands: [any ParsableCommand.Type] { [] }
    static var name: String { threadProtocol.name }

    /// The verbs, each with who may say it and what it is for.
    static var verbs: String {
        var seen: Set<Act> = []
        let acts = threadProtocol.moves.map(\.act).filter { seen.insert($0).inserted }
        let width = acts.map(\.commandVerb.count).max() ?? 0
        return acts.map { act in
            let sides = ThreadSide.allCases.filter { threadProtocol.isActOf($0, act) }
            let by = sides.count == 1 ? " (\(threadProtocol.title(of: sides[0])))" : ""
            let verb = act.commandVerb
            return "  " + verb + String(repeating: " ", count: width - verb.count + 2)
                + ActWords.abstract(act) + by
        }.joined(separator: "\n")
    }
}

/// `parley KIND VERB …`: `say` is what a verb falls to.
struct DialogueCommand<Kind: DialogueKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Kind.name, abstract: Kind.abstract,
            discussion: """
                Acts, as parley \(Kind.name) ACT [THREAD] … \
                Their options: parley \(Kind.name) say --help

                \(Kind.verbs)

                Example:
                \(Kind.example)
                """,
            subcommands: [
                DialogueSayCommand<Kind>.self, DialogueListCommand<Kind>.self,
                DialogueShowCommand<Kind>.self, DialogueTableCommand<Kind>.self,
            ] + Kind.furtherCommands, defaultSubcommand: DialogueSayCommand<Kind>.self)
    }
}

struct DialogueSayCommand<Kind: DialogueKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "say", abstract: "Say one of the acts (the word say may be left out).",
            discussion: "\(Kind.verbs)\n\nExample:\n\(Kind.example)")
    }

    @OptionGroup var saying: SayingOptions
    @OptionGroup var terms: TermOptions
    @Argument(help: "The act.") var act: String
    @Argument(help: "The thread, or the beginning of its id; none for the act that opens one.")
    var thread: String?
    @Option(help: "Of an opening: a party that is told; several times.") var to: [String] = []
    @Option(help: "A statement that this one settles or answers, or the beginning of its id.")
    var answering: [String] = []
    @Flag(help: "Settle everything of this sort that is open.") var all = false
    @Flag(help: "Agree to a text though something in it stands in [brackets].")
    var keepBrackets = false

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let kind = Kind.threadProtocol
            guard let act = kind.moves.map(\.act).first(where: { $0.commandVerb == act }) else {
                throw CommandFailure.refused(
                    "act-unknown", "\(kind.name) has no act \(act)", hint: "one of:\n" + Kind.verbs)
            }
            let writer = try await StatementWriter(home: try Home(options: saying.home))
            var said = try await terms.terms(in: writer.record)
            try said.check(for: act)
            if act == kind.opening {
                try await open(act, said, through: writer)
            } else {
                try await go(on: act, &said, through: writer)
            }
        }
    }

    private func open(_ act: Act, _ terms: Terms, through writer: StatementWriter) async throws {
        guard thread == nil, answering.isEmpty else {
            throw CommandFailure.refused(
                "opening-answers", "\(act.rawValue) opens a thread of its own",
                hint: "leave out the thread; --from names one that it goes on from")
        }
        guard !to.isEmpty else {
            throw CommandFailure.refused(
                "addressee-missing", "nobody is told", hint: "name a party with --to")
        }
        let parties = Set(try to.map(partyArgument)).sorted()
        _ = try writer.home.sealingKeys(parties, in: writer.record.versions)
        try await saying.say(
            act, in: newThread(), to: parties, answers: [], terms: terms, through: writer)
    }

    private func go(
        on act: Act, _ terms: inout Terms, through writer: StatementWriter
    ) async throws {
        guard let text = thread, to.isEmpty else {
            throw CommandFailure.refused(
                "thread-missing", "\(act.rawValue) is said in a thread, to everybody in it",
                hint: "parley \(Kind.name) \(act.commandVerb) THREAD …, without --to")
        }
        let (id, thread) = try await openThread(text, in: writer.record)
        guard let opening = thread.opening, thread.kind == Kind.threadProtocol else {
            throw CommandFailure.refused(
                thread.opening == nil ? "thread-not-open" : "thread-of-another-kind",
                "\(id) is no \(Kind.name) that was opened: it is of the kind \(thread.kind.name)",
                hint: "parley \(Kind.name) list")
        }
        let party = writer.home.seat.party
        let points = try settled(by: act, in: thread, party)
        if act.form.terms.contains(.text), !act.proposesText {
            terms.text = points.first?.text
            if let proposal = points.first?.id, !keepBrackets {
                try await checkBrackets(of: proposal, in: writer.home)
            }
        }
        let named = try answering.map { try statement($0, in: thread) }
        try await saying.say(
            act, in: id, to: opening.others(than: party),
            answers: Set(thread.heads(for: party) + points.map(\.id) + named).sorted(),
            terms: terms, through: writer)
    }

    /// The points that the act is to settle: those named, else the only one there is.
    private func settled(
        by act: Act, in thread: DialogueThread, _ party: PartyID
    ) throws -> [ThreadPoint] {
        let open = thread.settleable(by: act, of: party)
        if !answering.isEmpty {
            let named = Set(try answering.map { try statement($0, in: thread) })
            return open.filter { named.contains($0.id) }
        }
        guard open.count > 1, !all, act != .proceedingReport else { return open }
        throw CommandFailure.refused(
            "answering-missing", "\(open.count) are open that \(act.rawValue) could settle",
            hint: "name it with --answering, or all of them with --all:\n"
                + open.map { "  \($0.kind.rawValue) of \($0.by): \($0.id)" }.joined(separator: "\n")
        )
    }

    /// Brackets mark what is not agreed, so a text with some is not ready to be signed.
    private func checkBrackets(of proposal: StatementID, in home: Home) async throws {
        let texts = try await home.opened(proposal).body.texts
        guard let text = texts.first(where: { $0.text.contains(/\[[^\]]*\]/) }) else { return }
        throw CommandFailure.refused(
            "text-bracketed", "the \(text.language.text) text has passages in [brackets]",
            hint: "propose it without them, or agree all the same with --keep-brackets")
    }

    private func statement(_ text: String, in thread: DialogueThread) throws -> StatementID {
        let found = thread.entries.map(\.id).filter {
            $0.text.hasPrefix(text) || $0.text.hasPrefix("sha256:" + text)
        }
        guard let id = found.first, found.count == 1, text.count >= 4 else {
            throw CommandFailure.refused(
                "statement-unknown", "\(found.count) statements of the thread begin with \(text)",
                hint: "parley \(Kind.name) show THREAD lists them; write four characters or more")
        }
        return id
    }
}

struct DialogueListCommand<Kind: DialogueKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "List the threads of this kind.",
            discussion: "Example:\n  parley \(Kind.name) list --json")
    }

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await printThreads(home, json: flag.json) { thread, _ in
            thread.kind == Kind.threadProtocol
        }
    }
}

struct DialogueShowCommand<Kind: DialogueKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show", abstract: "Show a thread: statements, what is open, clocks.",
            discussion: "Example:\n  parley \(Kind.name) show THREAD --links")
    }

    @OptionGroup var show: RequestShowCommand

    func run() async throws { try await show.run() }
}

struct DialogueTableCommand<Kind: DialogueKind>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "table", abstract: "Print the protocol: states, acts, sides and clocks.",
            discussion: "Example:\n  parley \(Kind.name) table")
    }

    func run() { Surroundings.here.output(Kind.threadProtocol.table()) }
}

func newThread() -> ThreadID {
    let bytes = Surroundings.here.randomness.bytes(count: ThreadID.byteCount)
    guard let thread = ThreadID(bytes: bytes) else {
        preconditionFailure("the randomness gives as many bytes as asked")
    }
    return thread
}

extension Terms {
    /// Whether the act takes these terms; told in the words of the command line.
    func check(for act: Act) throws {
        let form = act.form
        for term in Act.Term.allCases where holds(term) {
            guard form.terms.contains(term) || form.optionalTerms.contains(term) else {
                throw CommandFailure.refused(
                    "term-not-allowed", "\(act.rawValue) takes no --\(TermOptions.option(term))",
                    hint: "leave it out")
            }
        }
        // The text's digest is worked out from the words, or taken from what is agreed to.
        for term in Act.Term.allCases where form.terms.contains(term) && term != .text {
            guard holds(term) else {
                throw CommandFailure.refused(
                    "term-missing", "\(act.rawValue) needs --\(TermOptions.option(term))",
                    hint: ActWords.abstract(act))
            }
        }
    }
}
