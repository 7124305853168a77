import ArgumentParser
import Foundation
import ParleyAudit
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

struct AgreementCopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy everything that this party was party to.",
        discussion: """
            A folder that anybody can check without a node: every version of the agreement, every \
            thread with its proofs, the sealed bodies and exhibits as they are, this party's log, \
            the other parties' checkpoints, refusals, and proofs of forks. No key is in it: what \
            is sealed stays sealed, so keep keys/ of the home apart.

            The node may go on meanwhile; the copy is of the log as it stood when this began.

            Example:
              parley agreement copy --home us --out us-2026
              parley verify us-2026 --agreement agreement.json
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "Folder to make.") var out: OutputPlace

    func run() async throws {
        try await reporting(json: flag.json) {
            try await AuditedLog.reading {
                let home = try Home(options: home)
                var copy = try RecordCopy(
                    home: home, record: try await home.record(), ledger: try home.ledger(),
                    folder: FolderWriter(folder: out.folder))
                do {
                    try await home.trail.record("agreement.copy", [""])
                    try await copy.make()
                } catch {
                    copy.folder.abandon()
                    throw error
                }
                emit(copy.json(out.text), json: flag.json, lines: copy.lines(out.text))
            }
        }
    }
}

/// The parts of a copied record, by their paths (`Spec/agreement.md` §14).
enum RecordCopyPath {
    static let log = "log"
    static let threads = "threads/"
    static let blobs = "blobs/"
    static let forks = "forks/"
    static let refusals = "refusals/"
    static let peers = "peers/"

    static func version(_ number: Int) -> String {
        number == 1 ? "agreement.json" : "agreement-\(number).json"
    }
}

/// Writes the copy, part by part.
private struct RecordCopy {
    let home: Home
    let record: RecordReader
    let ledger: SQLiteLedger
    var folder: FolderWriter
    private var entryCount: UInt64 = 0
    private var threadCount = 0
    private var named: Set<BlobID> = []
    private var missing: [BlobID] = []

    init(home: Home, record: RecordReader, ledger: SQLiteLedger, folder: FolderWriter) {
        self.home = home
        self.record = record
        self.ledger = ledger
        self.folder = folder
    }

    mutating func make() async throws {
        // The log first: whatever it holds is then in the threads too.
        try await addLog()
        try folder.add(copyOf: home.agreementFile, as: RecordCopyPath.version(1))
        for (place, version) in record.versions.all.enumerated() {
            guard let document = record.versions.documents[version.id] else { continue }
            try folder.add(
                document.envelopeBytes + [0x0a], as: RecordCopyPath.version(place + 1))
        }
        for id in try await record.threads() { try await addThread(id) }
        try addBlobs()
        for fork in try await ledger.forks() {
            try folder.add(
                fork.proof.fileBytes, as: RecordCopyPath.forks + "\(fork.proof.digest.hex).json")
        }
        for refusal in try await ledger.refusals() {
            try folder.add(
                refusal.envelope,
                as: RecordCopyPath.refusals
                    + "\(refusal.statement.digest.hex)-\(refusal.party).json")
        }
        for (party, note) in try await ledger.tail().witnessedNotes.sorted(by: { $0.key < $1.key })
        {
            try folder.add(note, as: RecordCopyPath.peers + "\(party).checkpoint")
        }
        try folder.finish()
    }

    /// Audits this party's own log on the way, as `parley mirror` does another's.
    private mutating func addLog() async throws {
        let log = OwnLog(published: try await PublishedLog(ledger: ledger))
        guard log.published.checkpoint != nil,
            let key = try AgreementKeys(record.versions.all).log(of: home.seat.party)
        else { return }
        let mirror = try MirrorFolder(
            path: folder.draft.appending(path: RecordCopyPath.log).path(), published: nil)
        let report = try await Auditor(
            log: try AuditedLog.key(of: key.text), cosigners: [], receipts: [], earlier: [],
            fromStart: true
        ).audit(from: nil, through: .init(source: log, copy: mirror))
        guard report.isProven else {
            throw CommandFailure.notProven(
                "log-not-proven", "this home's own log does not hold",
                hint: "parley audit tells where: serve the home, and audit its log")
        }
        entryCount = report.reached
        try folder.addAll(below: RecordCopyPath.log)
    }

    private mutating func addThread(_ id: ThreadID) async throws {
        let export = try await record.export(id)
        try folder.add(export.fileBytes, as: RecordCopyPath.threads + "\(id).json")
        threadCount += 1
        for item in export.items {
            let header = try UnverifiedStatement(parsing: item.envelope).header
            named.formUnion(header.references.map(\.blob))
        }
    }

    private mutating func addBlobs() throws {
        let blobs = try home.blobs()
        for blob in named.sorted(by: { $0.text < $1.text }) {
            let file = blobs.path(of: blob)
            guard FileManager.default.fileExists(atPath: file.path()) else {
                missing.append(blob)
                continue
            }
            try folder.add(copyOf: file, as: RecordCopyPath.blobs + blob.digest.hex)
        }
    }

    func json(_ out: String) -> JSONObject {
        [
            "folder": .string(out), "entries": .integer(Int64(clamping: entryCount)),
            "threads": .integer(Int64(threadCount)),
            "versions": .integer(Int64(record.versions.all.count)),
            "blobs": .integer(Int64(named.count - missing.count)),
            "blobsMissing": .array(missing.map { .string($0.text) }),
            "sizeBytes": .integer(
                Int64(clamping: folder.files.reduce(UInt64(0)) { $0 + $1.sizeBytes })),
        ]
    }

    func lines(_ out: String) -> [String] {
        [
            "copied \(entryCount) entries, \(threadCount) threads, "
                + "\(named.count - missing.count) sealed files to \(out)"
        ] + missing.map { "  not here, and so not copied: \($0)" } + [
            "  check it anywhere with: parley verify \(out) --agreement agreement.json"
        ]
    }
}

/// A home's own log, read as an auditor reads any.
private struct OwnLog: LogSource {
    let published: PublishedLog

    func read(_ path: String, limitBytes: Int) async throws -> LogReading {
        let bytes: [UInt8]?
        if path == LogPath.checkpoint {
            bytes = published.checkpoint
        } else {
            guard let tile = try? TilePath(parsing: path) else { return .absent }
            bytes = try await published.bytes(of: tile)
        }
        guard let bytes else { return .absent }
        return bytes.count <= limitBytes ? .bytes(bytes) : .tooLong
    }
}
