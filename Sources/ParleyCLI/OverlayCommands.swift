import ArgumentParser
import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements

struct OverlayShareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share", abstract: "Put this party's overlay on record, for all to see.",
        discussion: """
            From then on this home's answers and requests use it. Another party may adopt it: then \
            it is what both have signed.

            Example:
              parley law overlay share overlay.json
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The overlay (see Spec/law.md).") var file: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let writer = try await StatementWriter(home: try Home(options: saying.home))
            let law = try await HomeLaw(home: writer.home, record: writer.record)
            let limit = Act.Document.lawOverlay.limitBytes
            let bytes = try PrivateFile.read(file, limitBytes: limit)
            let party = writer.home.seat.party
            let layer = try law.layer(parsing: bytes, by: party)
            // Rows that do not fit are found before anybody else has them.
            _ = try lawful { try LawData(layers: [ShippedLaw.layer(), layer]) }
            let thread = newThread()
            let now = Surroundings.here.clock.now()
            let others = writer.record.versions.parties(at: now).map(\.id)
                .filter { $0 != party }.sorted()
            try await saying.say(
                .lawShare, in: thread, to: others, answers: [], through: writer,
                document: try await writer.document(bytes, .lawOverlay))
        }
    }
}

struct OverlayAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Sign another party's overlay too.",
        discussion: """
            Between the two it then stands above what either has of its own.

            Example:
              parley law overlay adopt THREAD
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let writer = try await StatementWriter(home: try Home(options: saying.home))
            let law = try await HomeLaw(home: writer.home, record: writer.record)
            let (id, thread) = try await openThread(thread, in: writer.record)
            guard let overlay = law.overlays.all.first(where: { $0.thread == id }),
                let opening = thread.opening
            else {
                throw CommandFailure.refused(
                    "overlay-unknown", "no overlay with a time yet was shared in \(id)",
                    hint: "parley law overlay list")
            }
            let layer = try await law.layer(of: overlay)
            _ = try lawful { try LawData(layers: [ShippedLaw.layer(), LawLayer(agreed: layer)]) }
            let party = writer.home.seat.party
            try await saying.say(
                .lawAdopt, in: id, to: opening.others(than: party),
                answers: thread.heads(for: party), through: writer,
                document: try await writer.document(law.bytes(of: overlay), .lawOverlay))
        }
    }
}

struct OverlayWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take this party's overlay back.",
        discussion: "Example:\n  parley law overlay withdraw THREAD")

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The thread, or the beginning of its id.") var thread: String

    func run() async throws { try await saying.say(.lawWithdraw, in: thread) }
}

struct OverlayListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the overlays on record.",
        discussion: "Example:\n  parley law overlay list")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let overlays = try await home.record().overlays().all
            emit(
                [
                    "overlays": .array(
                        overlays.map { overlay in
                            .object([
                                "thread": .string(overlay.thread.text),
                                "author": .string(overlay.author.text),
                                "document": .string(overlay.document.text),
                                "sharedAt": .string(overlay.sharedAt.text),
                                "withdrawn": .bool(overlay.isWithdrawn),
                                "adoptedBy": .array(
                                    overlay.adoptions.keys.sorted().map { .string($0.text) }),
                            ])
                        })
                ], json: flag.json,
                lines: overlays.isEmpty
                    ? ["no overlay is on record"]
                    : overlays.map { overlay in
                        var line = "\(overlay.thread)  \(overlay.author)  \(overlay.sharedAt)"
                        if overlay.isWithdrawn { line += "  withdrawn" }
                        for (party, time) in overlay.adoptions.sorted(by: { $0.key < $1.key }) {
                            line += "  adopted by \(party) \(time)"
                        }
                        return line
                    })
        }
    }
}

struct OverlayTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Print the protocol: states, acts and sides.",
        discussion: "Example:\n  parley law overlay table")

    func run() { Surroundings.here.output(ThreadProtocol.overlay.table()) }
}

struct OverlayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overlay", abstract: "A party's own rows over the tables of law.",
        discussion: """
            It is made and checked as a file; then it is shared as a statement, and counts.

            Example:
              parley law overlay check ours.json
              parley law overlay share ours.json
            """,
        subcommands: [
            OverlayNewCommand.self, OverlayCheckCommand.self, OverlayShowCommand.self,
            OverlayShareCommand.self, OverlayAdoptCommand.self, OverlayWithdrawCommand.self,
            OverlayListCommand.self, OverlayTableCommand.self,
        ])
}
