import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyStatements

struct CustodyCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Prove a custody package, offline, from the agreement.",
        discussion: """
            Checks the manifest's signature, every file's digest, the thread with its receipts, \
            that the sealed exhibits are those that were sent, and works the chains out again. \
            Exit code 3 when anything is not proven or a chain is broken.

            Example:
              parley custody check package --agreement agreement.json
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The folder that parley custody export wrote.") var folder: String
    @Option(help: "The agreement's envelope.") var agreement: String

    func run() async throws {
        try await reporting(json: flag.json) {
            var check = try CustodyPackageCheck(
                folder: URL(filePath: folder, directoryHint: .isDirectory),
                agreement: try AgreementFile.adopted(agreement).agreement)
            let manifest = try check.manifest()
            try check.checkFiles(manifest)
            let chains = try check.chains(manifest)
            let isBroken = chains.contains { $0.standing == .broken }
            emit(
                [
                    "verified": .bool(check.faults.isEmpty),
                    "from": .string(manifest.from.description),
                    "madeAt": .string(manifest.madeAt.text),
                    "chains": .array(chains.map { .object(CustodyWords.json($0)) }),
                    "gaps": .array(manifest.gaps.map { .string($0) }),
                    "faults": .array(
                        check.faults.map {
                            .object([
                                "reason": .string($0.reason),
                                "explanation": .string($0.explanation),
                            ])
                        }),
                ], json: flag.json,
                lines: chains.flatMap(CustodyWords.lines)
                    + manifest.gaps.map { "not in the package: \($0)" } + [""]
                    + (check.faults.isEmpty
                        ? [
                            "PROVEN: \(manifest.files.count) files as \(manifest.from) listed them "
                                + "at \(manifest.madeAt); the words are as \(manifest.from) opened "
                                + "them"
                        ]
                        : ["NOT PROVEN:"]
                            + check.faults.map { "  \($0.explanation) [\($0.reason)]" }))
            if !check.faults.isEmpty || isBroken {
                throw ExitCode(CommandFailure.Kind.notProven.rawValue)
            }
        }
    }
}

/// Checks a folder that somebody else has made: nothing in it is believed before it is checked.
struct CustodyPackageCheck {
    struct Fault {
        let reason: String
        let explanation: String
    }

    private let files: PlainFolder
    let agreement: Agreement
    private(set) var faults: [Fault] = []

    init(folder: URL, agreement: Agreement) throws {
        files = try PlainFolder(folder, limit: CustodyManifest.fileLimit)
        self.agreement = agreement
        faults = files.others.map {
            Fault(reason: "file-not-plain", explanation: "\($0) is not a plain file")
        }
    }

    private func bytes(_ path: String, limitBytes: Int) throws -> [UInt8] {
        try files.bytes(path, limitBytes: limitBytes)
    }

    mutating func manifest() throws -> CustodyManifest {
        let limits = CustodyManifest.limits
        let plain = try bytes(CustodyManifest.name, limitBytes: limits.payloadSizeBytes)
        let manifest = try CustodyManifest(parsing: plain)
        do {
            let envelope = try Envelope(
                parsing: try bytes(
                    CustodyManifest.signatureName, limitBytes: limits.envelopeSizeBytes),
                payloadType: CustodyManifest.payloadType, limits: limits)
            // SPEC custody §7: A verifier of a package MUST check that an organ of the agreement
            // has signed the very bytes of its manifest.
            if envelope.payload != plain {
                fault("manifest-differs", "the signature is over another manifest")
            }
            try StatementVerifier(directory: directory()).verify(
                envelope, by: manifest.from, at: manifest.madeAt)
        } catch let refusal as EnvelopeRefusal {
            fault(refusal.reason, "manifest: \(refusal.explanation)")
        } catch let refusal as StatementRefusal {
            fault(refusal.reason, "manifest: \(refusal.explanation)")
        }
        if manifest.agreement != agreement.id {
            fault("agreement-differs", "the package names the agreement \(manifest.agreement)")
        }
        return manifest
    }

    /// Who speaks, as the changes in the package's thread leave it.
    private func directory() -> Directory {
        guard
            let file = try? bytes(
                "thread.json", limitBytes: ThreadExport.sizeLimitBytes),
            let verified = try? ThreadExport(parsing: file).verified(under: agreement)
        else { return Directory(agreement) }
        return verified.directory
    }

    mutating func checkFiles(_ manifest: CustodyManifest) throws {
        // SPEC custody §7: A verifier of a package MUST report a file that the manifest does not
        // list, and one listed that is missing or whose size or digest is another.
        var listed = Set(CustodyManifest.vouching)
        for file in manifest.files {
            if !listed.insert(file.path).inserted {
                fault("file-twice", "\(file.path) is listed twice")
            }
            let place = files.folder.appending(path: file.path).path()
            guard files.paths.contains(file.path), let measured = try? FileDigest.measured(place)
            else {
                fault("file-missing", "\(file.path) is not in the package")
                continue
            }
            if measured.digest != file.digest || measured.sizeBytes != file.sizeBytes {
                fault("file-differs", "\(file.path) is not the file that was listed")
            }
        }
        for path in files.paths.subtracting(listed).sorted() {
            fault("file-not-listed", "\(path) is in the package and not in its manifest")
        }
    }

    /// The chains of the package's exhibits, worked out from the thread and the words beside it.
    mutating func chains(_ manifest: CustodyManifest) throws -> [CustodyChain] {
        let export: ThreadExport
        do {
            export = try ThreadExport(
                parsing: try bytes("thread.json", limitBytes: ThreadExport.sizeLimitBytes))
        } catch let refusal as ExportRefusal {
            throw CommandFailure.notProven(refusal.reason, refusal.explanation)
        }
        let verified = try export.verified(under: agreement)
        for found in verified.faults {
            let place = found.place.map { "statement \($0 + 1): " } ?? ""
            fault(found.reason, place + found.explanation)
        }
        if export.thread != manifest.thread {
            fault("thread-differs", "the thread in the package is \(export.thread)")
        }
        let versions = verified.directory.versions
        let thread = DialogueThread(folding: verified.records, under: versions)
        let version = versions.version(thread.agreement) ?? agreement
        var bodies: [StatementID: StatementBody] = [:]
        for entry in thread.entries {
            if let body = body(of: entry) { bodies[entry.id] = body }
        }
        let chains = CustodyChain.chains(
            of: thread, bodies: bodies, toleranceSeconds: version.clockToleranceSeconds
        ).filter { manifest.exhibits.contains($0.exhibit) }
        for exhibit in manifest.exhibits where !chains.contains(where: { $0.exhibit == exhibit }) {
            fault("exhibit-unknown", "no statement of the thread carries \(exhibit)")
        }
        checkContents(chains, manifest)
        return chains
    }

    private mutating func body(of entry: ThreadEntry) -> StatementBody? {
        let path = "bodies/\(entry.id.digest.hex).json"
        guard
            let plain = try? bytes(path, limitBytes: StatementBody.sizeLimitBytes)
        else { return nil }
        do throws(BodyRefusal) {
            let body = try StatementBody(parsing: plain)
            try body.check(against: entry.statement)
            return body
        } catch {
            fault(error.reason, "\(path): \(error.explanation)")
            return nil
        }
    }

    private mutating func checkContents(_ chains: [CustodyChain], _ manifest: CustodyManifest) {
        // SPEC custody §7: A verifier of a package MUST report a sealed file whose digest is not
        // its name, and a plain item whose digest is not that of the exhibit whose place in the
        // list its name begins with.
        for file in manifest.files where file.kind == "sealed" {
            if file.path != "sealed/\(file.digest.hex)" {
                fault("sealed-differs", "\(file.path) is not the blob of that digest")
            }
        }
        for file in manifest.files where file.kind == "item" {
            let number = file.path.dropFirst("items/".count).prefix { $0 != "-" }
            let exhibit = Int(number).flatMap { place in
                manifest.exhibits.indices.contains(place - 1) ? manifest.exhibits[place - 1] : nil
            }
            let described = chains.first { $0.exhibit == exhibit }?.described
            if described?.digest != file.digest {
                fault("item-differs", "\(file.path) is not the content that was sealed")
            }
        }
    }

    private mutating func fault(_ reason: String, _ explanation: String) {
        faults.append(Fault(reason: reason, explanation: explanation))
    }
}
