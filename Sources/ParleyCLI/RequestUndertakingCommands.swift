import ArgumentParser
import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements

struct RequestAuthorityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "Record a call back to the requester's authority.",
        discussion: """
            Call over a number known from before, never one that the request gives: forged \
            emergency requests are the live threat. Say in --text who was called, over which \
            number from which list, and by whom.

            Example:
              parley request authority THREAD confirmed --text "The desk, by its listed number."
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Argument(help: "confirmed, denied or not-reached.") var verdict: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            guard let authority = AuthorityVerdict(rawValue: verdict) else {
                throw CommandFailure.refused(
                    "authority-unknown", "\(verdict) is not what a call back comes to",
                    hint: "one of "
                        + AuthorityVerdict.allCases.map(\.rawValue).joined(separator: ", "))
            }
            try await saying.say(
                .requestAuthorityCheck, in: thread, terms: Terms(authority: authority))
        }
    }
}

struct RequestConsultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consult", abstract: "Consult before a refusal, or reply to a consultation.",
        discussion: """
            The requested side names the ground on which it means to refuse, and asks; the \
            requester replies: a narrower request, conditions, reasons.

            Example:
              parley request consult THREAD --ground sovereignty --text "Could the period be …?"
              parley request consult THREAD --text "March alone would do."
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "The ground on which this side means to refuse.") var ground: String?

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let home = try Home(options: saying.home)
            let (_, open) = try await openThread(thread, in: try await home.record())
            if open.opener == home.seat.party {
                try await saying.say(
                    .requestConsultReply, in: thread,
                    answers: Set(open.openConsultations + open.heads(for: home.seat.party))
                        .sorted())
            } else {
                try await saying.say(.requestConsult, in: thread, terms: Terms(ground: ground))
            }
        }
    }
}

struct RequestConditionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conditions", abstract: "Propose conditions, or accept or decline them.",
        discussion: """
            Conditions that the requester accepts bind what is sent afterwards and are shown with \
            every exhibit of it. The answer clock stands still until they are accepted or declined.

            Example:
              parley request conditions THREAD --propose use-only-for-case --propose confidential \\
                  --text "Only for the case named in the request; not to be disclosed before trial."
              parley request conditions THREAD --accept
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "A condition's short name; several times. Its words stand in --text.")
    var propose: [String] = []
    @Flag(help: "Accept what is proposed.") var accept = false
    @Flag(help: "Decline what is proposed.") var decline = false

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            guard [!propose.isEmpty, accept, decline].filter({ $0 }).count == 1 else {
                throw CommandFailure.usage("give one of --propose, --accept and --decline")
            }
            if !propose.isEmpty {
                try await saying.say(
                    .requestConditionsPropose, in: thread,
                    terms: Terms(conditions: try conditions()))
                return
            }
            let home = try Home(options: saying.home)
            let (_, open) = try await openThread(thread, in: try await home.record())
            try await saying.say(
                accept ? .requestConditionsAccept : .requestConditionsDecline, in: thread,
                answers: Set(open.openConditions + open.heads(for: home.seat.party)).sorted())
        }
    }

    private func conditions() throws -> [String] {
        for name in propose where PartyID(name) == nil {
            throw CommandFailure.refused(
                "condition-malformed", "\(name) is no short name",
                hint: "2 to 32 of a-z 0-9 -, such as use-only-for-case; the words go in --text")
        }
        return Set(propose).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

struct RequestHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Say until when what the request asks to keep is kept.",
        discussion: """
            Also to keep it longer, with or without a renewal that was asked for.

            Example:
              parley request hold THREAD --until 2027-02-01T00:00:00Z
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "Until when, as 2027-02-01T00:00:00Z.") var until: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            try await saying.say(
                .requestHold, in: thread, terms: Terms(until: try timeArgument(until)))
        }
    }
}

struct RequestRenewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew", abstract: "Ask for what is kept to be kept longer.",
        discussion: "Example:\n  parley request renew THREAD --until 2027-04-01T00:00:00Z")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "Until when, as 2027-04-01T00:00:00Z.") var until: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            try await saying.say(
                .requestRenew, in: thread, terms: Terms(until: try timeArgument(until)))
        }
    }
}

struct RequestCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a request that came against its basis in law.",
        discussion: """
            Says what the basis asks and whether the request has it, and which grounds and limits \
            hold. Exit code 2 when something is missing.

            Example:
              parley request check THREAD
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let (_, thread) = try await openThread(thread, in: record)
            guard let opening = thread.opening, let basis = opening.basis else {
                throw CommandFailure.refused(
                    "basis-missing", "the request names no basis in law",
                    hint: "its kind has none in the agreement")
            }
            let other = opening.others(than: home.seat.party).first
            let data = try await HomeLaw(home: home, record: record).data(with: other)
            guard let row = data.row(of: basis) else {
                throw CommandFailure.refused(
                    "basis-unknown", "the tables of law here have no row \(basis)",
                    hint: "ask the requester for the overlay that has it")
            }
            guard
                let entry = thread.entries.first(where: { $0.id == opening.statement }),
                entry.statement.body != nil
            else {
                throw CommandFailure.failed("exhibit-missing", "the request's body is not here")
            }
            let body = try await home.sealOpener(record.versions.id)
                .body(of: entry.statement, entry.id)
            let check = RequestCheck(fields: body.fields, under: row)
            let law = opening.law?.text ?? "-"
            let agreed = record.versions.version(thread.agreement)?.requestKind(opening.kind ?? "")?
                .basis(basis)
            emit(
                [
                    "basis": .string(basis.text), "complete": .bool(check.missing.isEmpty),
                    "law": .string(law),
                    "sameLaw": .bool(opening.law == data.digest),
                    "missing": .array(check.missing.map { .object($0.json) }),
                    "grounds": .array((agreed?.refusalGrounds ?? []).map(JSONValue.string)),
                ], json: flag.json,
                lines: lines(row, body, check, grounds: agreed?.refusalGrounds ?? [])
                    + [
                        opening.law == data.digest
                            ? "  by the same tables of law as this node's"
                            : "  by other tables of law than this node's: \(law)"
                    ])
            if !check.missing.isEmpty { throw ExitCode(CommandFailure.Kind.refused.rawValue) }
        }
    }

    private func lines(
        _ row: RequestBasisRow, _ body: StatementBody, _ check: RequestCheck, grounds: [String]
    ) -> [String] {
        ["\(row.id), article \(row.article)"]
            + row.fields.compactMap { field in
                if let text = body.fields[field.key] { return "  \(field.key): \(text)" }
                return field.isRequired
                    ? "  MISSING \(field.key): \(field.label) (\(field.article))" : nil
            }
            + check.unknown.map { "  beside the basis, \($0): \(body.fields[$0] ?? "")" }
            + ["  may be refused for: " + (grounds.isEmpty ? "-" : grounds.joined(separator: ", "))]
    }
}
