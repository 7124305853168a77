import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

struct ReceiptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Show and verify receipts.",
        discussion: "Example:\n  parley receipt show sha256:… --out receipt.tlog-proof",
        subcommands: [ReceiptShowCommand.self, ReceiptVerifyCommand.self])
}

func statementArgument(_ text: String) throws -> StatementID {
    guard let id = StatementID(text: text) else {
        throw CommandFailure.refused(
            "statement-malformed", "\(text) is not a statement's id",
            hint: "write sha256: and 64 digits, as request show prints them")
    }
    return id
}

struct ReceiptShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the proofs held for a statement.",
        discussion: "Example:\n  parley receipt show sha256:… --out receipt.tlog-proof")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The statement's id.") var statement: String
    @Option(help: "Whose log (default: the receiver's, else the author's).") var log: String?
    @Option(help: "Write the C2SP tlog-proof to this file.") var out: OutputPlace?

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let id = try statementArgument(statement)
            guard let entry = try await home.ledger().entry(id) else {
                throw CommandFailure.refused(
                    "statement-unknown", "this home does not hold \(id)")
            }
            let header = try UnverifiedStatement(parsing: entry.envelope).header
            let author = header.from.party
            let agreement = record.versions.version(header.agreement) ?? record.versions.first
            let keys = try AgreementKeys(record.versions.all)
            let wanted = try log.map(partyArgument)
            let receipts = entry.proofs.filter { $0.log != author }
            let fitting =
                wanted.map { party in entry.proofs.filter { $0.log == party } }
                ?? (receipts.isEmpty ? entry.proofs : receipts)
            func outside(_ proof: HeldProof) -> Set<String> {
                keys.outside(proof.log, among: proof.times.keys)
            }
            // Of several the one that most have cosigned, and of those the first.
            guard
                let proof = fitting.reversed().max(by: { outside($0).count < outside($1).count })
            else {
                throw CommandFailure.refused(
                    "receipt-missing", "no proof of that log is held for \(id) yet",
                    hint: "see what waits with: parley request show THREAD")
            }
            let outside = outside(proof)
            let isComplete = outside.count >= agreement.receiptQuorum
            if let out {
                // SPEC receipt §3: A node MUST NOT hand out as a receipt, or accept as one, what
                // has fewer cosigners than the agreement's receiptQuorum.
                guard isComplete else {
                    throw ReceiptVerifyCommand.quorumMissing(outside.count, agreement)
                }
                try await home.trail.record("receipt.show", [id.text])
                try PrivateFile.write(proof.text, to: out.file, mode: 0o644)
            }
            var lines = [
                "\(proof.log == author ? "author's proof" : "receipt") of \(id)",
                "  log \(proof.log), entry \(proof.place.index.position)",
            ]
            lines += proof.times.sorted { $0.key < $1.key }.map {
                "  cosigned \($0.value) by \($0.key)"
            }
            lines.append(
                isComplete
                    ? "  quorum met (\(outside.count) of \(agreement.receiptQuorum))"
                    : "  quorum not met (\(outside.count) of \(agreement.receiptQuorum))")
            let times = proof.times.map {
                JSONObject.Member(name: $0.key, value: .string($0.value.text))
            }
            emit(
                [
                    "statement": .string(id.text), "log": .string(proof.log.text),
                    "index": .integer(Int64(proof.place.index.position)),
                    "cosigned": .object(JSONObject(times)), "quorumMet": .bool(isComplete),
                    "proof": .string(String(decoding: proof.text, as: UTF8.self)),
                ], json: flag.json, lines: lines)
        }
    }
}

struct ReceiptVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify a receipt with nothing but the agreement.",
        discussion: """
            Example:
              parley receipt verify receipt.tlog-proof --statement sha256:… \\
                  --agreement agreement.json
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The receipt, a C2SP tlog-proof.") var file: String
    @Option(help: "The statement's id.") var statement: String
    @Option(help: "The agreement's envelope.") var agreement: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let agreement = try AgreementFile.adopted(agreement).agreement
            let keys = try AgreementKeys(agreement)
            let id = try statementArgument(statement)
            let text = try PrivateFile.read(file, limitBytes: 64 * 1024)
            var refusal: (any Error)?
            for party in agreement.parties {
                guard let logKey = keys.log(of: party.id) else { continue }
                do {
                    let proof = try HeldProof(
                        checking: text, entry: id, log: party.id, logKey: logKey,
                        cosigners: keys.cosigners)
                    let outside = keys.outside(party.id, among: proof.times.keys)
                    guard outside.count >= agreement.receiptQuorum else {
                        throw Self.quorumMissing(outside.count, agreement)
                    }
                    let times = proof.times.sorted { $0.key < $1.key }
                    emit(
                        [
                            "verified": .bool(true), "log": .string(party.id.text),
                            "index": .integer(Int64(proof.place.index.position)),
                            "cosigned": .object(
                                JSONObject(
                                    times.map {
                                        .init(name: $0.key, value: .string($0.value.text))
                                    })),
                        ], json: flag.json,
                        lines: [
                            "verified: entry \(proof.place.index.position) of the log of "
                                + party.id.text
                        ] + times.map { "  cosigned \($0.value) by \($0.key)" })
                    return
                } catch let failure as CommandFailure {
                    throw failure
                } catch {
                    // The refusal of the log that the receipt names tells most.
                    if logKey.name == origin(of: text) || refusal == nil { refusal = error }
                }
            }
            let typed = refusal as? ReceiptRefusal
            throw CommandFailure.notProven(
                typed?.reason ?? "receipt-wrong",
                typed?.explanation ?? "the receipt is of no log in the agreement",
                hint: "it proves nothing as it is; check that statement, agreement and file belong "
                    + "together, or ask for the file again")
        }
    }

    static func quorumMissing(_ count: Int, _ agreement: Agreement) -> CommandFailure {
        .notProven(
            "quorum-missing",
            "\(count) cosigners outside the log's own party have signed; the agreement asks for "
                + "\(agreement.receiptQuorum)",
            hint: "wait until more have cosigned; parley log show says who has seen how much")
    }

    /// The first line of the checkpoint in a receipt, for choosing which refusal to tell.
    private func origin(of text: [UInt8]) -> String? {
        let lines = String(decoding: text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.firstIndex(of: "").flatMap {
            lines.indices.contains($0 + 1) ? String(lines[$0 + 1]) : nil
        }
    }
}

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a thread with its proofs as one file.",
        discussion: "Example:\n  parley export THREAD --out thread.json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The thread, or the beginning of its id.") var thread: String
    @Option(help: "File to write.") var out: OutputPlace

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let (id, _) = try await openThread(thread, in: record)
            let export = try await record.export(id)
            let bytes = export.fileBytes
            try await home.trail.record("thread.export", [id.text])
            try PrivateFile.write(bytes, to: out.file, mode: 0o644)
            emit(
                [
                    "file": .string(out.text), "statements": .integer(Int64(export.items.count)),
                    "changes": .integer(Int64(export.changes.count)),
                    "amendments": .integer(Int64(export.amendments.count)),
                    "sizeBytes": .integer(Int64(bytes.count)),
                ], json: flag.json,
                lines: [
                    "wrote \(out): \(export.items.count) statements, \(bytes.count) bytes",
                    "  check it anywhere with: parley verify \(out) --agreement agreement.json",
                ])
        }
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove a thread, or a copied record, from the agreement alone, offline.",
        discussion: """
            Checks every signature, proof and cosignature, works the clocks out again, and says \
            what was said, in which order, and whether it was answered in time. Of a folder that \
            parley agreement copy made, every thread is checked so, and that no entry of the log \
            is left out; what was not done in time is named. Exit code 3 when anything is not \
            proven.

            The agreement is its first version: later ones are in the file.

            Example:
              parley verify thread.json --agreement agreement.json
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The file that parley export wrote, or the folder of agreement copy.")
    var file: String
    @Option(help: "The agreement's envelope.") var agreement: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let agreement = try AgreementFile.adopted(agreement).agreement
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
                isFolder.boolValue
            {
                return try await verifyCopy(under: agreement)
            }
            let export: ThreadExport
            do {
                export = try ThreadExport(
                    parsing: try PrivateFile.read(
                        file, limitBytes: ThreadExport.sizeLimitBytes))
            } catch let refusal as ExportRefusal {
                throw CommandFailure.notProven(refusal.reason, refusal.explanation)
            }
            let verified = try export.verified(under: agreement)
            let versions = verified.directory.versions
            let thread = DialogueThread(folding: verified.records, under: versions)
            let version = versions.version(thread.agreement) ?? agreement
            // SPEC custody §6: A verifier of an export MUST show the chains of custody of the
            // exhibits in it, as far as the headers tell them.
            let chains = CustodyChain.chains(
                of: thread, bodies: [:], toleranceSeconds: version.clockToleranceSeconds)
            let words = ThreadWords(versions: versions, now: Surroundings.here.clock.now())
            let faults = verified.faults.map { fault -> String in
                let place = fault.place.map { "statement \($0 + 1): " } ?? ""
                return "  \(place)\(fault.explanation) [\(fault.reason)]"
            }
            emit(
                words.json(thread).adding([
                    "verified": .bool(faults.isEmpty),
                    "summary": .string(thread.canonicalSummary()),
                    "custody": .array(chains.map { .object(CustodyWords.json($0)) }),
                    "faults": .array(
                        verified.faults.map {
                            .object([
                                "reason": .string($0.reason),
                                "explanation": .string($0.explanation),
                                "statement": .integer(Int64($0.place ?? -1)),
                            ])
                        }),
                ]), json: flag.json,
                lines: words.page(thread) + chains.flatMap { [""] + CustodyWords.lines($0) } + [""]
                    + (faults.isEmpty
                        ? [
                            "PROVEN: \(verified.records.count) statements; every signature, "
                                + "proof and cosignature holds under \(agreement.id)"
                        ] : ["NOT PROVEN:"] + faults))
            if !faults.isEmpty { throw ExitCode(CommandFailure.Kind.notProven.rawValue) }
        }
    }
    private func verifyCopy(under agreement: Agreement) async throws {
        var check = try RecordCopyCheck(
            URL(filePath: file, directoryHint: .isDirectory), under: agreement)
        try await check.run()
        emit(check.json, json: flag.json, lines: check.lines)
        if !check.faults.isEmpty { throw ExitCode(CommandFailure.Kind.notProven.rawValue) }
    }
}
