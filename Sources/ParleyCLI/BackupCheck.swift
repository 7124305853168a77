import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// Checks a backup against its own list, and its log against the statements in it: nothing in the
/// folder is believed before.
struct BackupCheck {
    struct Fault: Equatable {
        /// The file; nil for the backup as a whole.
        let path: String?
        let reason: String
        let explanation: String
    }

    let folder: URL
    let manifest: BackupManifest
    /// Of the list's bytes: noted elsewhere, it finds a list that somebody has changed.
    let digest: Digest
    private(set) var faults: [Fault] = []
    private let files: PlainFolder
    private var whole: Set<String> = []

    /// - Throws: what is wrong with the list itself; `backup-unfinished` for a folder without one.
    init(_ folder: URL) throws {
        self.folder = folder
        files = try PlainFolder(folder)
        guard files.paths.contains(BackupManifest.name) else {
            throw CommandFailure.notProven(
                "backup-unfinished",
                "\(folder.path()) has no \(BackupManifest.name): it is no whole backup",
                hint: "check the path; a backup that was broken off is made again")
        }
        let bytes: [UInt8]
        do {
            bytes = try files.bytes(
                BackupManifest.name, limitBytes: BackupManifest.sizeLimitBytes)
        } catch let failure as CommandFailure where failure.reason == "file-too-long" {
            throw CommandFailure.notProven(failure.reason, failure.message)
        }
        manifest = try BackupManifest(parsing: bytes)
        digest = Digest(hashing: bytes)
    }

    mutating func run(json: Bool) throws {
        for path in files.others.sorted() { fault(path, "file-not-plain", "is not a plain file") }
        checkFiles(HomeViews.Progress(of: "files checked", json: json))
        for name in [BackupContents.desk, BackupContents.ledger] where whole.contains(name) {
            try checkDatabase(name)
        }
        guard manifest.files.contains(where: { $0.path == BackupContents.ledger }) else {
            return fault(BackupContents.ledger, "file-missing", "is not listed: it is no backup")
        }
    }

    private mutating func fault(_ path: String?, _ reason: String, _ explanation: String) {
        faults.append(Fault(path: path, reason: reason, explanation: explanation))
    }

    private mutating func checkFiles(_ telling: HomeViews.Progress) {
        for (place, file) in manifest.files.enumerated() {
            if place % HomeViews.Progress.quietBelow == 0 {
                telling.tell(place, of: manifest.files.count)
            }
            let path = folder.appending(path: file.path).path()
            guard files.paths.contains(file.path), let measured = try? FileDigest.measured(path)
            else {
                fault(file.path, "file-missing", "is listed and not there")
                continue
            }
            if measured.digest == file.digest, measured.sizeBytes == file.sizeBytes {
                whole.insert(file.path)
            } else {
                fault(file.path, "file-differs", "is not the file that was listed")
            }
        }
        let listed = Set(manifest.files.map(\.path)).union([BackupManifest.name])
        for path in files.paths.subtracting(listed).sorted() {
            fault(path, "file-not-listed", "is there and not listed")
        }
    }

    private mutating func checkDatabase(_ name: String) throws {
        do {
            let copy = try CopiedDatabase(path: folder.appending(path: name).path())
            if let damage = try copy.damage() {
                fault(name, "database-damaged", "is damaged, says SQLite: \(damage.prefix(200))")
            }
            if name == BackupContents.ledger { checkLog(try copy.logTree()) }
            try copy.close()
        } catch let damage as LedgerDamage {
            let failure = CommandFailure(damage)
            fault(name, failure.reason, failure.message)
        } catch {
            fault(name, "database-damaged", "cannot be read: \(error)")
        }
    }

    private mutating func checkLog(_ tree: (size: TreeSize, root: Digest)) {
        guard tree.size == manifest.log.size, tree.root == manifest.log.root else {
            return fault(
                BackupContents.ledger, "log-differs",
                "makes a log of \(tree.size.entryCount) entries with the root \(tree.root.text); "
                    + "listed are \(manifest.log.size.entryCount) and \(manifest.log.root.text)")
        }
    }

    // MARK: Words

    var json: JSONObject {
        BackupWords(manifest, digest).json.adding([
            "verified": .bool(faults.isEmpty),
            "faults": .array(
                faults.map {
                    .object([
                        "file": .string($0.path ?? "-"), "reason": .string($0.reason),
                        "explanation": .string($0.explanation),
                    ])
                }),
        ])
    }

    var lines: [String] {
        let head = ["a backup of \(manifest.seat)"] + BackupWords(manifest, digest).lines
        guard !faults.isEmpty else {
            return head + [
                "PROVEN: every file is the one that was listed, and the statements make this log"
            ]
        }
        return head + ["NOT PROVEN:"]
            + faults.map { "  \($0.path.map { "\($0) " } ?? "")\($0.explanation) [\($0.reason)]" }
    }
}

/// What every command of `parley backup` tells of one.
struct BackupWords {
    private let manifest: BackupManifest
    private let digest: Digest

    init(_ manifest: BackupManifest, _ digest: Digest) {
        self.manifest = manifest
        self.digest = digest
    }

    var json: JSONObject {
        let json: JSONObject = [
            "party": .string(manifest.seat.party.text), "madeAt": .string(manifest.madeAt.text),
            "entries": .integer(Int64(clamping: manifest.log.size.entryCount)),
            "root": .string(manifest.log.root.text), "keys": .bool(manifest.holdsKeys),
            "files": .integer(Int64(manifest.files.count)),
            "sizeBytes": .integer(Int64(clamping: manifest.sizeBytes)),
            "manifest": .string(digest.text),
        ]
        return manifest.agreement.map {
            json.adding(["agreement": .string($0.text)])
        } ?? json
    }

    var lines: [String] {
        [
            "  as of \(manifest.madeAt): \(manifest.log.size.entryCount) entries, "
                + "\(manifest.files.count) files, \(manifest.sizeBytes) bytes, "
                + (manifest.holdsKeys ? "with keys" : "without keys"),
            "  root \(manifest.log.root.text)",
            "  manifest \(digest.text)",
        ]
    }
}
