import ArgumentParser
import Foundation
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Open the body and exhibits of a statement.",
        discussion: """
            Writes body.json and every exhibit under its name into a folder. A file appears only \
            when its seal, its digest and its size hold to the last byte.

            Example:
              parley fetch sha256:… --out opened
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The statement's id.") var statement: String
    @Option(help: "Folder to write to; made when absent.") var out: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let agreement = try home.agreement()
            let id = try statementArgument(statement)
            guard let entry = try await home.ledger().entry(id) else {
                throw CommandFailure.refused(
                    "statement-unknown", "this home does not hold \(id)")
            }
            let header = try UnverifiedStatement(parsing: entry.envelope).header
            let folder = URL(filePath: out, directoryHint: .isDirectory)
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            let opener = SealOpener(
                agreement: agreement.id, key: try home.sealingKey(), blobs: try home.blobs())
            guard let bodyReference = header.body else {
                throw CommandFailure.refused(
                    "body-missing", "\(header.act.rawValue) \(id) has no body and no exhibits")
            }
            let body = try opener.body(bodyReference)
            do throws(BodyRefusal) {
                try body.check(against: header)
            } catch {
                throw CommandFailure.notProven(error.reason, error.explanation)
            }
            try PrivateFile.write(body.canonicalBytes, to: folder.appending(path: "body.json"))
            var written = ["body.json"]
            for (reference, described) in zip(header.exhibits, body.exhibits) {
                let file = folder.appending(path: described.name.text)
                try opener.exhibit(reference, described: described, to: file)
                written.append(described.name.text)
            }
            emit(
                [
                    "statement": .string(id.text), "folder": .string(out),
                    "files": .array(written.map { .string($0) }),
                ], json: flag.json,
                lines: body.texts.map { "[\($0.language.text)] \($0.text)" }
                    + written.map { "  \(out)/\($0)" })
        }
    }
}

/// Opens sealed blobs for this home's organ.
struct SealOpener {
    let agreement: AgreementID
    let key: SealingPrivateKey
    let blobs: FileBlobStore

    func body(_ reference: BlobReference) throws -> StatementBody {
        let sealed = try PrivateFile.read(
            blobs.path(of: reference.blob).path(), limitBytes: 1024 * 1024)
        do {
            let plain = try SealReader.opened(sealed, agreement: agreement, key: key)
            return try StatementBody(parsing: plain)
        } catch let refusal as SealRefusal {
            throw CommandFailure.notProven(refusal.reason, refusal.explanation)
        } catch let refusal as BodyRefusal {
            throw CommandFailure.notProven(refusal.reason, refusal.explanation)
        }
    }

    /// Writes beside the destination first: what is not whole never bears the exhibit's name.
    func exhibit(
        _ reference: BlobReference, described: StatementBody.Exhibit, to file: URL
    ) throws {
        let draft = file.appendingPathExtension("opening")
        try? FileManager.default.removeItem(at: draft)
        try PrivateFile.write([], to: draft)
        let output = try FileHandle(forWritingTo: draft)
        guard let input = try? FileHandle(forReadingFrom: blobs.path(of: reference.blob)) else {
            throw CommandFailure.failed(
                "exhibit-missing", "the exhibit \(described.name.text) is not in this home")
        }
        defer { try? input.close() }
        var reader = SealReader(agreement: agreement, key: key)
        do {
            while let sealed = try input.read(upToCount: 1 << 20), !sealed.isEmpty {
                try output.write(contentsOf: Data(try reader.open(sealed)))
            }
            let whole = try reader.finish()
            guard whole.plainDigest == described.digest, whole.sizeBytes == described.sizeBytes
            else {
                throw CommandFailure.notProven(
                    "exhibit-differs", "\(described.name.text) is not what the body describes")
            }
        } catch let refusal as SealRefusal {
            try? FileManager.default.removeItem(at: draft)
            throw CommandFailure.notProven(
                refusal.reason, "\(described.name.text): \(refusal.explanation)")
        }
        try output.synchronize()
        try output.close()
        guard rename(draft.path(), file.path()) == 0 else {
            throw CommandFailure.failed("file-not-written", "\(file.path()) cannot be written")
        }
    }
}
