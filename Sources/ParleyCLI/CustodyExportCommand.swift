import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyWeb

struct CustodyExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write exhibits with their custody as one package.",
        discussion: """
            A folder: a signed manifest, SHA256SUMS, the thread with its receipts for parley \
            verify, the sealed exhibits, the words about their custody, and the chains as CASE/UCO \
            JSON-LD. With --open the exhibits also plain, each opening recorded first.

            Example:
              parley custody export THREAD --out package --open --purpose "For the court of …"
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "A plain file, or the id of an exhibit, a statement or a thread.")
    var exhibit: FileOrID
    @Option(help: "The folder to make.") var out: OutputPlace
    @Option(help: "The thread, where several carry the exhibit.") var thread: String?
    @Flag(help: "Put the exhibits in plain too.") var open = false
    @OptionGroup var circumstances: CustodyCircumstances
    @Option(help: "Why the exhibits are opened.") var purpose = "To hand the exhibit over"

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let recorder = try await CustodyRecorder(home: home)
            let found = try await recorder.reader.find(exhibit.text, thread: thread)
            guard let id = found.first?.thread, found.allSatisfy({ $0.thread == id }) else {
                throw CommandFailure.refused(
                    "exhibit-ambiguous", "several threads carry \(exhibit.text)",
                    hint: "choose one with --thread")
            }
            var maker = CustodyPackageMaker(
                recorder: recorder, thread: id, exhibits: found.map(\.chain.exhibit),
                writer: try CustodyPackageWriter(
                    folder: out.folder))
            do {
                try await home.trail.record("custody.export", [id.text])
                let manifest = try await maker.make(
                    opening: open ? try circumstances.opening(purpose: purpose) : nil)
                emit(
                    [
                        "folder": .string(out.text), "thread": .string(id.text),
                        "files": .integer(Int64(manifest.files.count)),
                        "exhibits": .array(manifest.exhibits.map { .string($0.text) }),
                        "gaps": .array(manifest.gaps.map { .string($0) }),
                    ], json: flag.json,
                    lines: [
                        "wrote \(out): \(manifest.exhibits.count) exhibit(s), "
                            + "\(manifest.files.count) files"
                    ] + manifest.gaps.map { "  not in it: \($0)" } + [
                        "  check it anywhere with: parley custody check \(out) "
                            + "--agreement agreement.json",
                        "  or without Parley: cd \(out) && sha256sum -c SHA256SUMS",
                    ])
            } catch {
                maker.writer.abandon()
                throw error
            }
        }
    }
}

/// Gathers what belongs to the exhibits of one thread.
struct CustodyPackageMaker {
    let recorder: CustodyRecorder
    let thread: ThreadID
    let exhibits: [BlobID]
    var writer: CustodyPackageWriter
    private var gaps: [String] = []
    private static let waitSeconds = 20
    private var reader: CustodyReader { recorder.reader }
    private var home: Home { recorder.reader.home }

    init(
        recorder: CustodyRecorder, thread: ThreadID, exhibits: [BlobID],
        writer: CustodyPackageWriter
    ) {
        self.recorder = recorder
        self.thread = thread
        self.exhibits = exhibits
        self.writer = writer
    }

    mutating func make(opening wish: CustodyWish?) async throws -> CustodyManifest {
        if let wish {
            try await addItems(opening: wish)
            try await waitForReceipts()
        }
        // Read after the openings, so that the chains in the package hold them.
        let folded = try await reader.thread(thread)
        let chains = try await reader.chains(in: thread).map(\.chain)
            .filter { exhibits.contains($0.exhibit) }
        let agreement = reader.version(of: folded)
        try writer.add(
            copyOf: home.agreementFile, as: "agreement.json", kind: "agreement")
        try await addThread()
        addSealed()
        gaps += folded.entries.filter { $0.settledTime == nil }.map {
            "the time of \($0.id): no receipt has come yet; export again when it has"
        }
        let bodies = try await addBodies(of: folded)
        try writer.add(
            JSONValue.object([
                "chains": .array(chains.map { .object(CustodyWords.json($0)) })
            ]).indentedBytes, as: "custody.json", kind: "custody")
        try writer.add(
            authority(of: folded, bodies, agreement).indentedBytes, as: "authority.json",
            kind: "authority")
        try writer.add(
            CustodyGraph(of: chains, in: thread).fileBytes(agreement: agreement),
            as: "case.jsonld", kind: "case")
        let manifest = CustodyManifest(
            agreement: reader.record.versions.id, thread: thread, from: home.seat,
            madeAt: Surroundings.here.clock.now(), exhibits: exhibits, files: writer.files,
            gaps: gaps)
        try writer.finish(manifest, signedWith: try home.signingKey(in: reader.record))
        return manifest
    }

    private mutating func addItems(opening wish: CustodyWish) async throws {
        let opener = ExhibitOpener(recorder: recorder)
        let entries = try await reader.thread(thread).entries
        for (place, exhibit) in exhibits.enumerated() {
            let reference = entries.lazy.flatMap(\.statement.exhibits).first { $0.blob == exhibit }
            guard let reference,
                let described = try await reader.chain(of: exhibit, in: thread)?.described
            else {
                gaps.append("\(exhibit) in plain: what it is cannot be read in this home")
                continue
            }
            let opening = try await opener.open(
                reference, described: described, in: thread, as: wish)
            // Two exhibits of one thread may bear one name.
            try writer.add(as: "items/\(place + 1)-\(described.name)", kind: "item") {
                try opener.write(opening, of: described, to: $0)
            }
        }
    }

    /// Where a node serves the home, the openings' receipts are mostly a moment away, and a package
    /// without them proves less.
    private func waitForReceipts() async throws {
        let clock = Surroundings.here.clock
        guard await LocalClient(socketPath: home.socketPath).status() != nil else { return }
        for _ in 0..<Self.waitSeconds {
            let entries = try await reader.thread(thread).entries
            if entries.allSatisfy({ $0.settledTime != nil && !$0.record.receipts.isEmpty }) {
                return
            }
            await clock.sleep(until: clock.now().adding(seconds: 1))
        }
    }

    private mutating func addThread() async throws {
        let entries = try await home.ledger().entries(in: thread)
        let export = try await reader.record.export(thread)
        try writer.add(export.fileBytes, as: "thread.json", kind: "thread")
        for entry in entries {
            for proof in entry.proofs {
                try writer.add(
                    proof.text, as: "receipts/\(entry.id.digest.hex)-\(proof.log).tlog-proof",
                    kind: "receipt")
            }
        }
    }

    private mutating func addSealed() {
        for exhibit in exhibits {
            do {
                try writer.add(
                    copyOf: reader.seals.blobs.path(of: exhibit),
                    as: "sealed/\(exhibit.digest.hex)", kind: "sealed")
            } catch {
                gaps.append("\(exhibit) as it was sent: it is not in this home")
            }
        }
    }

    /// The words of carriers and custody events, as this home's organ opened them.
    private mutating func addBodies(
        of folded: DialogueThread
    ) async throws -> [StatementID: StatementBody] {
        let bodies = try await reader.bodies(of: folded)
        for entry in folded.entries where isAbout(entry.statement) {
            guard let body = bodies[entry.id], let reference = entry.statement.body else {
                gaps.append("the words of \(entry.id): they cannot be read in this home")
                continue
            }
            try writer.add(
                body.canonicalBytes, as: "bodies/\(entry.id.digest.hex).json", kind: "body")
            try writer.add(
                copyOf: reader.seals.blobs.path(of: reference.blob),
                as: "sealed/\(reference.blob.digest.hex)", kind: "sealed")
        }
        return bodies
    }

    private func isAbout(_ statement: Statement) -> Bool {
        statement.terms.exhibit.map(exhibits.contains)
            ?? statement.exhibits.contains { exhibits.contains($0.blob) }
    }

    /// Under what power it was asked and handled, as far as anybody has said so.
    private func authority(
        of folded: DialogueThread, _ bodies: [StatementID: StatementBody], _ agreement: Agreement
    ) -> JSONValue {
        let said = folded.entries.compactMap { entry -> JSONValue? in
            guard isAbout(entry.statement), let fields = bodies[entry.id]?.fields else {
                return nil
            }
            let legal = fields.filter { field in
                ["authority", "legal", "offence"].contains(where: field.key.hasPrefix)
            }
            guard !legal.isEmpty else { return nil }
            return .object([
                "statement": .string(entry.id.text),
                "by": .string(entry.statement.from.description),
                "fields": .object(
                    JSONObject(legal.map { .init(name: $0.key, value: .string($0.value)) })),
            ])
        }
        return .object([
            "agreement": .string(agreement.id.text), "name": .string(agreement.name),
            "kind": .string(folded.requestKind ?? folded.kind.name),
            "urgency": .string(folded.urgency?.rawValue ?? "-"),
            "requester": .string(folded.opener?.text ?? "-"),
            "requested": .string(folded.requested?.text ?? "-"), "said": .array(said),
        ])
    }
}
