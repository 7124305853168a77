import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Ask for assistance, and answer.",
        discussion: """
            Example:
              parley request new --to cn --kind information --text "Which accounts used 192.0.2.14?"
              parley request show THREAD
            """,
        subcommands: [
            RequestNewCommand.self, RequestListCommand.self, RequestShowCommand.self,
            RequestAcknowledgeCommand.self, RequestClarifyCommand.self,
            RequestAcceptCommand.self, RequestRefuseCommand.self, RequestPostponeCommand.self,
            RequestProgressCommand.self, RequestAnswerCommand.self, RequestReviewCommand.self,
            RequestCheckCommand.self, RequestAuthorityCommand.self, RequestConsultCommand.self,
            RequestConditionsCommand.self, RequestHoldCommand.self, RequestRenewCommand.self,
            RequestWithdrawCommand.self, RequestCloseCommand.self, RequestTableCommand.self,
        ])
}

/// What every command that says something takes.
struct SayingOptions: ParsableArguments {
    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    @Option(help: "What to say; - reads standard input, @FILE a file.") var text: GivenText?
    @Option(help: "Language of the text, a BCP 47 tag.") var language = "en"
    @Option(help: "The same in a further language, equally authentic: zh-Hans=TEXT or =@FILE.")
    var also: [GivenVersion] = []
    @Option(help: "A translation that is not authentic: fr=TEXT or =@FILE.")
    var translation: [GivenVersion] = []
    @Option(help: "The same by a machine, and marked so.") var machine: [GivenVersion] = []
    @Option(name: .customLong("field"), help: "A named particular, name=value; several times.")
    var fields: [String] = []
    @Option(help: "A file to seal and attach; several times.") var attach: [InputFile] = []
    @Option(name: .customLong("media-type"), help: "Media type of the attached files.")
    var mediaType: String?
    @Option(help: "An exhibit sealed before by parley attach; several times.")
    var exhibit: [String] = []

    /// What is said, in each of its languages, the one of `--text` first.
    func texts() throws -> [StatementBody.Text] {
        guard let text else {
            guard also.isEmpty, translation.isEmpty, machine.isEmpty else {
                throw CommandFailure.refused(
                    "text-missing", "there is a version in another language, and no --text",
                    hint: "say it with --text, and name its language with --language")
            }
            return []
        }
        var texts = [try authentic(text.read(), in: language)]
        texts += try also.map { try $0.read(isAuthentic: true) }
        texts += try translation.map { try $0.read(isAuthentic: false) }
        texts += try machine.map { try $0.read(isAuthentic: false, isMachine: true) }
        return texts
    }

    func particulars() throws -> [String: String] {
        var named: [String: String] = [:]
        for field in fields {
            let parts = field.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                throw CommandFailure.refused(
                    "field-malformed", "\(field) is not a field", hint: "write name=value")
            }
            named[String(parts[0])] = String(parts[1])
        }
        return named
    }

    /// Writes one statement into a thread and prints what became of it.
    func say(
        _ act: Act, in thread: ThreadID, to: [PartyID], answers: [StatementID],
        terms: Terms = Terms(), through writer: StatementWriter, noting notes: [String] = [],
        document: BlobReference? = nil
    ) async throws {
        let id = try await writer.write(
            StatementDraft(
                thread: thread, act: act, to: to, answers: answers, terms: terms,
                texts: try texts(), fields: try particulars(),
                files: attach.map {
                    AttachedFile(file: $0, mediaType: mediaType ?? guessedMediaType($0.name))
                },
                prepared: try exhibit.map(writer.home.preparedExhibit), document: document))
        var said: JSONObject = [
            "statement": .string(id.text), "thread": .string(thread.text),
            "act": .string(act.rawValue),
        ]
        if let basis = terms.basis { said = said.adding(["basis": .string(basis.text)]) }
        emit(
            said, json: flag.json,
            lines: ["\(act.rawValue) recorded", "  thread    \(thread)", "  statement \(id)"]
                + notes)
    }

    /// Says something in a thread that is there, after its latest statements, to everybody else in
    /// it.
    func say(
        _ act: Act, in text: String, terms: Terms = Terms(), answers: [StatementID]? = nil
    ) async throws {
        try await reporting(json: flag.json) {
            let writer = try await StatementWriter(home: try Home(options: home))
            let (id, thread) = try await openThread(text, in: writer.record)
            guard let opening = thread.opening else {
                throw CommandFailure.refused(
                    "thread-not-open", "the thread holds nothing with a time yet",
                    hint: "wait for its receipt, then try again: parley request show \(id)")
            }
            let party = writer.home.seat.party
            try await say(
                act, in: id, to: opening.others(than: party),
                answers: answers ?? thread.heads(for: party), terms: terms, through: writer)
        }
    }
}

/// Finds a thread of a home by its id, or by the first characters that only it has.
func openThread(
    _ text: String, in record: RecordReader
) async throws -> (ThreadID, DialogueThread) {
    let ids = try await record.threads().filter { $0.text.hasPrefix(text) }
    guard let id = ids.first, !text.isEmpty else {
        throw CommandFailure.refused(
            "thread-unknown", "this home holds no thread \(text)",
            hint: "list them with: parley request list")
    }
    guard ids.count == 1 else {
        throw CommandFailure.refused(
            "thread-ambiguous", "\(ids.count) threads begin with \(text)", hint: "write more of it")
    }
    return (id, try await record.thread(id))
}

struct RequestAcknowledgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Say that a person has the request.",
        discussion: "Example:\n  parley request acknowledge THREAD")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.requestAcknowledge, in: thread) }
}

struct RequestClarifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clarify", abstract: "Ask what is meant, or answer that question.",
        discussion: """
            The requested side asks, and the answer clock stands still; the requesting side gives, \
            and it runs on.

            Example:
              parley request clarify THREAD --text "Which time zone are the log lines in?"
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let home = try Home(options: saying.home)
            let (_, open) = try await openThread(thread, in: try await home.record())
            if open.opener == home.seat.party {
                try await saying.say(
                    .requestClarificationGive, in: thread, answers: open.openQuestions)
            } else {
                try await saying.say(.requestClarificationAsk, in: thread)
            }
        }
    }
}

struct RequestAcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Accept the request, whole or in part.",
        discussion: """
            Example:
              parley request accept THREAD
              parley request accept THREAD --part --text "The first question only."
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Flag(help: "In part: say with --text which part.") var part = false

    func run() async throws {
        try await saying.say(part ? .requestAcceptPart : .requestAccept, in: thread)
    }
}

struct RequestRefuseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse", abstract: "Refuse the request on a ground of the agreement.",
        discussion: """
            Example:
              parley request refuse THREAD --ground sovereignty --text "The reasons are …"
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "A refusal ground of the request's kind.") var ground: String

    func run() async throws {
        try await saying.say(.requestRefuse, in: thread, terms: Terms(ground: ground))
    }
}

struct RequestPostponeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postpone", abstract: "Put off the decision to a stated time, with a ground.",
        discussion: """
            Example:
              parley request postpone THREAD --ground ongoing-investigation \\
                  --until 2026-12-01T09:00:00Z --text "Hearings end on 30 November."
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "A postponement ground of the request's kind.") var ground: String
    @Option(help: "The time promised, as 2026-12-01T09:00:00Z.") var until: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            guard let until = Timestamp(text: until) else {
                throw CommandFailure.refused(
                    "time-malformed", "\(until) is not a time",
                    hint: "write it in UTC, as 2026-12-01T09:00:00Z")
            }
            try await saying.say(
                .requestPostpone, in: thread, terms: Terms(until: until, ground: ground))
        }
    }
}

struct RequestProgressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "progress", abstract: "Tell how far the work has come.",
        discussion: "Example:\n  parley request progress THREAD --text \"Two of five done.\"")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.requestProgress, in: thread) }
}

struct RequestAnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Answer the request, whole or in part.",
        discussion: """
            Example:
              parley request answer THREAD --text "The accounts are in the exhibit." \\
                  --attach accounts.json
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Flag(help: "A part; more will follow.") var part = false

    func run() async throws {
        try await saying.say(part ? .requestAnswerPart : .requestAnswer, in: thread)
    }
}

struct RequestReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Judge the answer: four times yes or no.",
        discussion: """
            Example:
              parley request review THREAD --complete yes --usable yes --whole yes --reasoned no
            """)

    enum Judgement: String, ExpressibleByArgument, CaseIterable { case yes, no }

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "Everything that was asked is answered.") var complete: Judgement
    @Option(help: "It can be used as evidence.") var usable: Judgement
    @Option(help: "Digests fit; nothing is damaged or missing.") var whole: Judgement
    @Option(help: "What was not given has its reasons.") var reasoned: Judgement

    func run() async throws {
        let review = AnswerReview(
            isComplete: complete == .yes, isUsable: usable == .yes, isWhole: whole == .yes,
            isReasoned: reasoned == .yes)
        try await saying.say(.requestReview, in: thread, terms: Terms(review: review))
    }
}

struct RequestWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take the request back.",
        discussion: "Example:\n  parley request withdraw THREAD")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.requestWithdraw, in: thread) }
}

struct RequestCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close the thread.",
        discussion: "Example:\n  parley request close THREAD")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.requestClose, in: thread) }
}

struct RequestTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Print the protocol: states, acts, sides and clocks.",
        discussion: "Example:\n  parley request table")

    func run() { Surroundings.here.output(ThreadProtocol.request.table()) }
}
