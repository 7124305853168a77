import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore

struct CustodyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custody", abstract: "Who has had an exhibit, and what was done to it.",
        discussion: """
            Without a subcommand it shows the chain of custody of a file, an exhibit, a \
            statement's exhibits or a whole thread.

            Example:
              parley custody traffic.pcap
              parley custody record examined sha256:… --tool tshark --purpose "Search for …"
              parley custody export THREAD --out package
            """,
        subcommands: [
            CustodyShowCommand.self, CustodyRecordCommand.self, CustodyCopyCommand.self,
            CustodyExportCommand.self, CustodyCheckCommand.self, CustodyTableCommand.self,
        ], defaultSubcommand: CustodyShowCommand.self)
}

struct CustodyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show chains of custody, and where they are broken.",
        discussion: """
            Ends with exit code 3 when a chain is broken.

            Example:
              parley custody show traffic.pcap
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "A plain file, or the id of an exhibit, a statement or a thread.")
    var exhibit: FileOrID
    @Option(help: "Look in this thread alone.") var thread: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let reader = try CustodyReader(home: home, record: try await home.record())
            let found = try await reader.find(exhibit.text, thread: thread)
            emit(
                [
                    "chains": .array(
                        found.map {
                            .object(
                                CustodyWords.json($0.chain).adding([
                                    "thread": .string($0.thread.text)
                                ]))
                        })
                ], json: flag.json,
                lines: found.flatMap { ["Thread \($0.thread)"] + CustodyWords.lines($0.chain) })
            if found.contains(where: { $0.chain.standing == .broken }) {
                throw ExitCode(CommandFailure.Kind.notProven.rawValue)
            }
        }
    }
}

/// Who, where and by what power; the same for every event.
struct CustodyCircumstances: ParsableArguments {
    @Option(
        help: "Role of whoever had it in hand (default: the organ's; of a record, whoever has it).")
    var handler: String?
    @Option(help: "Where it happened.") var place: String?
    @Option(help: "The order, law or request under which it was done.") var authority: String?
    @Option(help: "Role of whoever watched.") var witness: String?

    func wish(_ event: CustodyEvent, purpose: String) -> CustodyWish {
        var wish = CustodyWish(event: event, purpose: purpose)
        wish.handler = handler
        wish.place = place
        wish.authority = authority
        wish.witness = witness
        return wish
    }

    /// An opening by this program.
    func opening(purpose: String) throws -> CustodyWish {
        var wish = wish(.opened, purpose: purpose)
        wish.isByWhoeverHasIt = false
        wish.tool = "parley"
        wish.toolVersion = ParleyCommand.configuration.version
        return wish
    }
}

struct CustodyRecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record what happened to an exhibit.",
        discussion: """
            Events: collected, sealed, transferred, opened, examined, copied, returned, destroyed, \
            and corrected, which states an earlier row anew. People are named by role.

            Example:
              parley custody record examined traffic.pcap --purpose "Search for the accounts" \\
                  --tool tshark --tool-version 4.4.2 --handler "forensic examiner"
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The event.") var event: String
    @Argument(help: "A plain file, or the id of the exhibit.") var exhibit: FileOrID
    @OptionGroup var circumstances: CustodyCircumstances
    @Option(help: "Why it was done.") var purpose: String
    @Option(help: "The thread, where several carry the exhibit.") var thread: String?
    @Option(help: "When it happened, as 2026-12-01T09:00:00Z (default: now).") var time: String?
    @Option(help: "Take both hashes from this plain file.") var file: InputFile?
    @Option(name: .customLong("hash-before"), help: "Digest of the content as found.")
    var hashBefore: String?
    @Option(name: .customLong("hash-after"), help: "Digest of the content as left.")
    var hashAfter: String?
    @Option(help: "Number or description of the seal.") var seal: String?
    @Option(help: "The tool that was used.") var tool: String?
    @Option(name: .customLong("tool-version"), help: "Its version.") var toolVersion: String?
    @Option(help: "Role of whoever took it over.") var receiver: String?
    @Option(help: "The custody event that this one states anew.") var corrects: String?
    @Option(help: "More words.") var text: String?
    @Option(help: "Language of the text, a BCP 47 tag.") var language = "en"
    @Flag(name: .customLong("despite-break"), help: "Record it although it breaks the chain.")
    var despiteBreak = false

    func run() async throws {
        try await reporting(json: flag.json) {
            let recorder = try await CustodyRecorder(home: try Home(options: home))
            let wish = try wish()
            let found = try await recorder.reader.findOne(exhibit.text, thread: thread)
            let id = try await recorder.record(wish, of: found.chain.exhibit, in: found.thread)
            emit(
                [
                    "statement": .string(id.text), "thread": .string(found.thread.text),
                    "exhibit": .string(found.chain.exhibit.text),
                    "event": .string(wish.event.rawValue),
                ], json: flag.json,
                lines: [
                    "\(wish.event.rawValue) recorded", "  exhibit   \(found.chain.exhibit)",
                    "  thread    \(found.thread)", "  statement \(id)",
                ])
        }
    }

    private func wish() throws -> CustodyWish {
        guard let event = CustodyEvent(rawValue: event) else {
            throw CommandFailure.refused(
                "custody-event-unknown", "\(event) is not a custody event",
                hint: "one of " + CustodyEvent.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var wish = circumstances.wish(event, purpose: purpose)
        if let file { wish.hashBefore = try FileDigest.of(try file.path()) }
        wish.hashAfter = wish.hashBefore
        if let hashBefore { wish.hashBefore = try digestArgument(hashBefore) }
        if let hashAfter { wish.hashAfter = try digestArgument(hashAfter) }
        if let time {
            guard let instant = Timestamp(text: time) else {
                throw CommandFailure.refused(
                    "time-malformed", "\(time) is not a time",
                    hint: "write it in UTC, as 2026-12-01T09:00:00Z")
            }
            wish.time = instant
        }
        wish.corrects = try corrects.map(statementArgument)
        wish.seal = seal
        wish.tool = tool
        wish.toolVersion = toolVersion
        wish.receiver = receiver
        wish.text = text
        wish.language = language
        wish.allowsBreak = despiteBreak
        return wish
    }

    private func digestArgument(_ text: String) throws -> Digest {
        guard let digest = Digest(text: text) else {
            throw CommandFailure.refused(
                "digest-malformed", "\(text) is not a digest",
                hint: "write sha256: and 64 digits, or name the plain file with --file")
        }
        return digest
    }
}

struct CustodyTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Print the events, who may record them, and what they say.",
        discussion: "Example:\n  parley custody table")

    func run() { Surroundings.here.output(CustodyRules.table()) }
}

struct CustodyCopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Seal an exhibit anew to others, with its custody.",
        discussion: """
            Records the opening, seals the content to the parties named without writing it to \
            disk, and records the copy with the new blob's digest. Prints the digest, which a \
            statement then names with --exhibit.

            Example:
              parley custody copy sha256:… --to acme --purpose "Asked to identify the sender"
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "A plain file, or the id of the exhibit.") var exhibit: FileOrID
    @Option(help: "A party that may open the copy; may be given several times.") var to: [String]
    @OptionGroup var circumstances: CustodyCircumstances
    @Option(help: "Why it is copied.") var purpose: String
    @Option(help: "The thread, where several carry the exhibit.") var thread: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let recorder = try await CustodyRecorder(home: home)
            let found = try await recorder.reader.findOne(exhibit.text, thread: thread)
            guard let described = found.chain.described,
                let reference = try await reference(found, home)
            else {
                throw CommandFailure.refused(
                    "body-missing", "what the exhibit is cannot be read in this home")
            }
            let opener = ExhibitOpener(recorder: recorder)
            let opening = try await opener.open(
                reference, described: described, in: found.thread,
                as: try circumstances.opening(purpose: purpose))
            let copy = try await ExhibitSealer(
                home: home, record: recorder.writer.record
            ).seal(opening, as: described, to: try to.map(partyArgument), through: opener)
            var wish = circumstances.wish(.copied, purpose: purpose)
            wish.hashBefore = opening.content
            wish.hashAfter = copy.described.digest
            wish.copy = copy.reference.blob
            wish.tool = "parley"
            wish.toolVersion = ParleyCommand.configuration.version
            let event = try await recorder.record(
                wish, of: found.chain.exhibit, in: found.thread)
            // Only now can a statement name it: no copy goes out that is not recorded.
            try home.exhibitRoom().keep(copy)
            emit(
                [
                    "blob": .string(copy.reference.blob.text), "statement": .string(event.text),
                    "opening": .string(opening.event.text),
                    "exhibit": .string(found.chain.exhibit.text),
                ], json: flag.json,
                lines: [
                    "sealed \(described.name.text) anew to \(to.joined(separator: ", "))",
                    copy.reference.blob.text, "  copy recorded: \(event)",
                ])
        }
    }

    private func reference(_ found: FoundChain, _ home: Home) async throws -> BlobReference? {
        guard let carrier = found.chain.carriers.first,
            let entry = try await home.ledger().entry(carrier)
        else { return nil }
        return try UnverifiedStatement(parsing: entry.envelope).header.exhibits
            .first { $0.blob == found.chain.exhibit }
    }
}
