import ArgumentParser
import Foundation
import ParleyAudit
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// Checks a folder that `parley agreement copy` made, with nothing but the agreement's first
/// version (`Spec/agreement.md` §14).
struct RecordCopyCheck {
    struct Fault {
        /// The file; nil for the copy as a whole.
        let place: String?
        let reason: String
        let explanation: String
    }

    private let files: PlainFolder
    private let first: Agreement
    private var versions: AgreementVersions
    private(set) var faults: [Fault] = []
    private var origin = "-"
    private var logged: [Digest] = []
    private var held: Set<Digest> = []
    private var threadCount = 0
    private var statementCount = 0
    private var blobCount = 0
    private var requestCounts: [String: Int] = [:]
    /// Threads in which a time limit was not kept, or nobody answered.
    private var unkept: [(row: [String], json: JSONObject)] = []
    /// Every change of keys and versions that any thread's export brings.
    private var changes: Set<ThreadExport.Item> = []

    init(_ folder: URL, under first: Agreement) throws {
        files = try PlainFolder(folder)
        self.first = first
        versions = AgreementVersions(first)
    }

    mutating func run() async throws {
        for other in files.others { fault(other, "file-not-plain", "it is not a plain file") }
        checkSums()
        checkVersions()
        for path in below(RecordCopyPath.threads) { checkThread(path) }
        try await checkLog()
        // SPEC agreement §14: A verifier of a copy MUST report an entry of the log that no thread
        // of the copy holds.
        for (place, id) in logged.enumerated() where !held.contains(id) {
            fault(
                RecordCopyPath.log, "entry-not-in-copy",
                "entry \(place) is the statement \(id.text), which no thread in the copy holds")
        }
        checkForks()
        checkRefusals()
        checkPeers()
    }

    private func below(_ folder: String) -> [String] {
        files.paths.filter { $0.hasPrefix(folder) }.sorted()
    }

    private mutating func fault(_ place: String?, _ reason: String, _ explanation: String) {
        faults.append(Fault(place: place, reason: reason, explanation: explanation))
    }

    private mutating func bytes(_ path: String, limitBytes: Int) -> [UInt8]? {
        do {
            return try files.bytes(path, limitBytes: limitBytes)
        } catch {
            let failure = error as? CommandFailure
            fault(path, failure?.reason ?? "file-missing", failure?.message ?? "\(error)")
            return nil
        }
    }

    // MARK: Files

    private mutating func checkSums() {
        let limitBytes = 1 << 30
        guard let sums = bytes(FolderWriter.sumsName, limitBytes: limitBytes) else { return }
        var listed: Set<String> = [FolderWriter.sumsName]
        // SPEC agreement §14: A verifier of a copy MUST report a file that SHA256SUMS does not
        // list, and one listed that is missing or has another digest.
        for line in sums.split(separator: 0x0a) {
            let text = String(decoding: line, as: UTF8.self)
            let path = String(text.dropFirst(66))
            listed.insert(path)
            let place = files.folder.appending(path: path).path()
            guard files.paths.contains(path), let digest = try? FileDigest.of(place) else {
                fault(path, "file-missing", "it is listed and not there")
                continue
            }
            if !text.hasPrefix(digest.hex + "  ") {
                fault(path, "file-differs", "it is not the file that was listed")
            }
        }
        for path in files.paths.subtracting(listed).sorted() {
            fault(path, "file-not-listed", "it is there and not listed")
        }
    }

    private mutating func checkVersions() {
        var documents: [AdoptedAgreement] = []
        var number = 1
        while files.paths.contains(RecordCopyPath.version(number)) {
            let path = RecordCopyPath.version(number)
            number += 1
            do {
                let adopted = try AgreementFile.adopted(files.folder.appending(path: path).path())
                if adopted.agreement.amends != nil {
                    documents.append(adopted)
                } else if adopted.agreement.id != first.id {
                    fault(path, "agreement-other", "it is the agreement \(adopted.agreement.id)")
                }
            } catch {
                let failure = error as? CommandFailure
                fault(path, failure?.reason ?? "unexpected", failure?.message ?? "\(error)")
            }
        }
        for document in documents {
            do throws(AmendmentRefusal) {
                try versions.learn(document)
            } catch {
                fault(nil, error.reason, error.explanation)
            }
        }
    }

    // MARK: Threads

    private mutating func checkThread(_ path: String) {
        guard let file = bytes(path, limitBytes: ThreadExport.sizeLimitBytes) else { return }
        do {
            let export = try ThreadExport(parsing: file)
            let verified = try export.verified(under: first)
            for found in verified.faults {
                let place = found.place.map { "statement \($0 + 1): " } ?? ""
                fault(path, found.reason, place + found.explanation)
            }
            threadCount += 1
            statementCount += verified.records.count
            tally(
                DialogueThread(
                    folding: verified.records, under: verified.directory.versions),
                under: verified.directory.versions)
            changes.formUnion(export.changes)
            for record in verified.records {
                held.insert(record.id.digest)
                for reference in record.statement.references {
                    checkBlob(reference, of: record.id)
                }
            }
        } catch let refusal as ExportRefusal {
            fault(path, refusal.reason, refusal.explanation)
        } catch {
            fault(path, "thread-not-read", "\(error)")
        }
    }

    /// What came of a request, its clocks worked out again from the proofs alone.
    private mutating func tally(_ thread: DialogueThread, under versions: AgreementVersions) {
        guard thread.isDialogue, thread.kind == .request else { return }
        requestCounts[thread.state.rawValue, default: 0] += 1
        let now = Surroundings.here.clock.now()
        let isUnkept = thread.clocks.contains { clock in
            switch clock.verdict(at: now) {
            case .overdue, .late: true
            default: false
            }
        }
        guard isUnkept || !thread.silences.isEmpty else { return }
        let words = ThreadWords(versions: versions, now: now)
        unkept.append((words.row(thread), words.json(thread)))
    }

    private mutating func checkBlob(_ reference: BlobReference, of statement: StatementID) {
        let path = RecordCopyPath.blobs + reference.blob.digest.hex
        let place = files.folder.appending(path: path).path()
        // SPEC agreement §14: A verifier of a copy MUST report a body or exhibit that a statement
        // names and that is missing or is not the bytes of that digest.
        guard files.paths.contains(path), let measured = try? FileDigest.measured(place) else {
            return fault(path, "blob-missing", "the statement \(statement) names it")
        }
        guard measured.digest == reference.blob.digest, measured.sizeBytes == reference.sizeBytes
        else { return fault(path, "blob-differs", "its bytes are not those of its name") }
        blobCount += 1
    }

    // MARK: The log and what is beside it

    private mutating func checkLog() async throws {
        let source = LogFolder(path: files.folder.appending(path: RecordCopyPath.log).path())
        guard
            case .bytes(let note) = try await source.read(
                LogPath.checkpoint, limitBytes: SignedCheckpoint.limitBytes)
        else {
            // A party that never said or received anything has no checkpoint.
            if threadCount > 0 { fault(RecordCopyPath.log, "checkpoint-missing", "it is not here") }
            return
        }
        let stated = SignedCheckpoint.statedOrigin(of: note) ?? "-"
        let keys = try AgreementKeys(versions.all)
        let logs = versions.all.flatMap { $0.parties.map(\.id) }.compactMap(keys.log)
        guard let key = logs.first(where: { $0.name.utf8.elementsEqual(stated.utf8) }) else {
            return fault(
                RecordCopyPath.log, "log-not-in-agreement",
                "the agreement lists no log named \(stated)")
        }
        origin = key.name
        let report = try await Auditor(
            log: try AuditedLog.key(of: key.text), cosigners: [], receipts: [], earlier: [],
            fromStart: true
        ).audit(from: nil, through: .init(source: source))
        for finding in report.listed where finding.severity != .note {
            fault(
                RecordCopyPath.log + (finding.place.map { "/\($0)" } ?? ""), finding.reason,
                finding.explanation)
        }
        guard report.isProven else { return }
        try await readEntries(of: report.reached, from: source)
    }

    /// The entries under the root that the audit has proven.
    private mutating func readEntries(of count: UInt64, from source: LogFolder) async throws {
        let width = UInt64(LogPath.tileWidth)
        for number in 0..<(count + width - 1) / width {
            let path = LogPath.entries(
                number: number, width: Int(min(width, count - number * width)))
            guard
                case .bytes(let bundle) = try await source.read(
                    path, limitBytes: LogPath.tileWidth * (2 + Digest.byteCount))
            else {
                return fault(RecordCopyPath.log + "/" + path, "file-missing", "it is not here")
            }
            let entry = 2 + Digest.byteCount
            for start in stride(from: 0, to: bundle.count, by: entry) {
                guard let digest = Digest(bytes: bundle[start...].dropFirst(2).prefix(32)) else {
                    continue
                }
                logged.append(digest)
            }
        }
    }

    private mutating func checkForks() {
        for path in below(RecordCopyPath.forks) {
            guard let file = bytes(path, limitBytes: ForkProof.sizeLimitBytes) else { continue }
            do throws(ForkProofRefusal) {
                _ = try ForkProof(checking: file)
            } catch {
                fault(path, error.reason, error.explanation)
            }
        }
    }

    private mutating func checkRefusals() {
        let paths = below(RecordCopyPath.refusals)
        guard !paths.isEmpty, let thread = ThreadID(bytes: Array(repeating: 0, count: 16)) else {
            return
        }
        let all = ThreadExport(
            agreement: first.id, thread: thread, items: [], changes: Array(changes),
            amendments: versions.all.compactMap { versions.documents[$0.id]?.envelopeBytes })
        let directory = (try? all.verified(under: first).directory) ?? Directory(first)
        for path in paths {
            guard let file = bytes(path, limitBytes: Envelope.Limits.statement.envelopeSizeBytes)
            else { continue }
            do throws(RefusalFault) {
                let refusal = try Refusal(recorded: file)
                _ = try Refusal(
                    checking: file, about: refusal.statement, by: refusal.by.party,
                    verifier: StatementVerifier(directory: directory), at: refusal.at)
            } catch {
                fault(path, error.reason, error.explanation)
            }
        }
    }

    private mutating func checkPeers() {
        guard let keys = try? AgreementKeys(versions.all) else { return }
        for path in below(RecordCopyPath.peers) {
            guard let note = bytes(path, limitBytes: SignedCheckpoint.limitBytes) else { continue }
            let name = path.dropFirst(RecordCopyPath.peers.count).split(separator: ".").first
            guard let party = name.flatMap({ PartyID(String($0)) }), let key = keys.log(of: party),
                (try? UnverifiedCheckpoint(note: note).verify(logKey: key)) != nil
            else {
                fault(path, "checkpoint-not-signed", "the party's log has not signed it")
                continue
            }
        }
    }

    // MARK: Words

    var json: JSONObject {
        [
            "verified": .bool(faults.isEmpty), "agreement": .string(first.id.text),
            "log": .string(origin), "entries": .integer(Int64(logged.count)),
            "threads": .integer(Int64(threadCount)),
            "statements": .integer(Int64(statementCount)),
            "versions": .integer(Int64(versions.all.count)),
            "requests": .object(
                JSONObject(
                    requestCounts.map { .init(name: $0.key, value: .integer(Int64($0.value))) })),
            "notInTime": .array(unkept.map { .object($0.json) }),
            "faults": .array(
                faults.map {
                    .object([
                        "file": .string($0.place ?? "-"), "reason": .string($0.reason),
                        "explanation": .string($0.explanation),
                    ])
                }),
        ]
    }

    var lines: [String] {
        let counts = requestCounts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        var lines = [
            "the record of \(origin) under \(first.name)"
                + (first.isExercise ? " · EXERCISE" : ""),
            "  \(logged.count) entries, \(threadCount) threads, \(statementCount) statements, "
                + "\(blobCount) bodies and exhibits, \(versions.all.count) version(s)",
            "  requests: " + (counts.isEmpty ? "none" : counts.joined(separator: ", ")),
        ]
        if !unkept.isEmpty { lines += ["", "Not in time:"] + unkept.flatMap(\.row) }
        lines.append("")
        guard !faults.isEmpty else {
            return lines + [
                "PROVEN: the copy holds every entry of the log; every signature, proof and "
                    + "cosignature holds under \(first.id)"
            ]
        }
        return lines + ["NOT PROVEN:"]
            + faults.map { fault in
                let place = fault.place.map { "\($0): " } ?? ""
                return "  \(place)\(fault.explanation) [\(fault.reason)]"
            }
    }
}
