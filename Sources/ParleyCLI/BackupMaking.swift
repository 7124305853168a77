import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// Writes a backup of a home, whose node may be at work meanwhile.
///
/// Crash story. Databases first, then what they name: an agreement, a key or a blob is durable in
/// the home before the row that names it is, and none of them is ever deleted, so whatever a copied
/// row names is there when its turn comes. The desk before the ledger: a draft that is sent between
/// the two is open in the copy and its statement in the log, and sent again it is the same
/// statement; the other way round the copy would say that something was sent which it has not got.
/// The folder gets its name when all of it is flushed (``FolderWriter``), and then the home notes
/// when that was. Dying anywhere leaves the home as it was.
struct BackupMaking {
    private static let megabyte: UInt64 = 1 << 20
    /// Room for the list and for what is said meanwhile.
    private static let spareBytes: UInt64 = 64 << 20

    let home: Home
    let holdsKeys: Bool
    var folder: FolderWriter
    let telling: HomeViews.Progress
    private var totalBytes: UInt64 = 0
    private var copiedBytes: UInt64 = 0
    private var toldBytes: UInt64 = 0
    /// What somebody has to know, in words.
    private(set) var warnings: [String] = []
    /// What lies in the home and not in the backup, with why.
    private(set) var left: [(name: String, why: String)] = []

    init(home: Home, holdsKeys: Bool, folder: FolderWriter, json: Bool) {
        self.home = home
        self.holdsKeys = holdsKeys
        self.folder = folder
        telling = HomeViews.Progress(of: "MB copied", json: json)
    }

    mutating func make() throws -> BackupManifest {
        let madeAt = Surroundings.here.clock.now()
        let agreement = try agreement()
        try survey()
        try copyDesk()
        let log = try copyLedger()
        if holdsKeys { try copyAll(BackupContents.keys) }
        for name in try names() where BackupContents.isLaterVersion(name) { try copyAll(name) }
        for name in BackupContents.places { try copyAll(name) }
        let manifest = BackupManifest(
            seat: home.ownSeat, agreement: agreement, madeAt: madeAt, log: log,
            holdsKeys: holdsKeys, files: folder.files)
        try folder.finish(vouching: manifest.bytes, as: BackupManifest.name)
        try LastBackup(at: madeAt).write(in: home.folder)
        return manifest
    }

    private func agreement() throws -> AgreementID? {
        guard FileManager.default.fileExists(atPath: home.agreementFile.path()) else { return nil }
        return try home.knownVersions().id
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: home.folder.path()).sorted()
    }

    // MARK: Before

    /// Finds out how much there is to copy, and whether the disk has room for it.
    private mutating func survey() throws {
        var fileCount = 0
        for name in try names() {
            switch BackupContents.verdict(on: name) {
            case .left(let why):
                left.append((name, why))
            case .passing:
                continue
            case .unknown:
                left.append((name, "it is no file of Parley's"))
            case .key where !holdsKeys:
                left.append((name, "keys are only copied with --with-keys"))
            case .held, .key:
                for path in paths(below: name) {
                    fileCount += 1
                    totalBytes += sizeBytes(path)
                }
            }
        }
        guard fileCount <= BackupManifest.fileLimit else {
            throw CommandFailure.failed(
                "backup-too-large",
                "the home has \(fileCount) files; a backup may have \(BackupManifest.fileLimit)",
                hint: "copy the home with the node stopped, without last-signed")
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(
            forPath: folder.draft.path())
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.uint64Value else { return }
        if totalBytes + Self.spareBytes > free {
            throw CommandFailure.failed(
                "disk-full",
                "the backup takes \(totalBytes) bytes and some more; "
                    + "\(folder.folder.path()) has room for \(free)",
                hint: "make room, or choose a folder on another disk")
        }
    }

    /// The plain files at or below a name in the home, by their paths in it.
    private func paths(below name: String) -> [String] {
        let place = home.folder.appending(path: name).path()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            return []
        }
        guard isFolder.boolValue else { return [name] }
        let found = (try? PlainFolder(home.folder.appending(path: name)))?.paths ?? []
        return found.filter { !$0.hasSuffix(".new") }.sorted().map { name + "/" + $0 }
    }

    private func sizeBytes(_ path: String) -> UInt64 {
        var status = stat()
        guard stat(home.folder.appending(path: path).path(), &status) == 0 else { return 0 }
        return UInt64(status.st_size)
    }

    // MARK: Copying

    private mutating func copyDesk() throws {
        let path = HomeDesk.path(home)
        guard FileManager.default.fileExists(atPath: path) else { return }
        let desk = try SQLiteDesk(path: path)
        try copyDatabase(BackupContents.desk) { try desk.copy(to: $0, progress: $1) }
    }

    /// - Returns: the log as the copy has it: as its own checkpoint says and as the statements in
    ///   the copy make it.
    private mutating func copyLedger() throws -> SignedState.Tree {
        let ledger = try home.ledger()
        var note: [UInt8]?
        try copyDatabase(BackupContents.ledger) { note = try ledger.copy(to: $0, progress: $1) }
        let copy = try CopiedDatabase(
            path: folder.draft.appending(path: BackupContents.ledger).path())
        let tree = try copy.logTree()
        try copy.close()
        let stated = try note.map { try Checkpoint(parsing: try SignedNote(parsing: $0).text) }
        guard stated?.size ?? TreeSize(0) == tree.size, stated?.root ?? tree.root == tree.root
        else {
            throw CommandFailure.failed(
                "ledger-damaged", "the ledger's statements are not those of its own checkpoint")
        }
        return SignedState.Tree(size: tree.size, root: tree.root)
    }

    /// What is damaged is not kept as if it could be put back.
    private mutating func copyDatabase(
        _ name: String, _ write: (String, @escaping (Int, Int) -> Void) throws -> Void
    ) throws {
        let wanted = sizeBytes(name)
        let before = copiedBytes
        let total = totalBytes
        let telling = telling
        do {
            try folder.add(as: name) { file in
                try write(file.path()) { done, pages in
                    let copied = before + wanted * UInt64(done) / UInt64(max(pages, 1))
                    telling.tell(Int(copied / Self.megabyte), of: Int(total / Self.megabyte))
                }
                let copy = try CopiedDatabase(path: file.path())
                if let damage = try copy.damage() {
                    throw CommandFailure.failed(
                        "ledger-damaged", "SQLite finds \(name) damaged: \(damage.prefix(200))")
                }
                try copy.close()
            }
        } catch DatabaseCopyFault.diskFull {
            throw FolderWriter.diskFull(folder.folder)
        }
        copiedBytes += wanted
    }

    private mutating func copyAll(_ name: String) throws {
        for path in paths(below: name) {
            guard BackupContents.path(path) != nil else {
                left.append((path, "it is no file of Parley's"))
                continue
            }
            let source = home.folder.appending(path: path)
            do {
                let copied = try folder.add(copyOf: source, as: path)
                look(at: copied, source)
                tell(copied.sizeBytes)
            } catch let failure as CommandFailure where failure.reason == "file-missing" {
                // Gone since it was listed, which nobody needs then; else it cannot be read.
                if FileManager.default.fileExists(atPath: source.path()) { throw failure }
            }
        }
    }

    private mutating func look(at copied: FolderWriter.File, _ source: URL) {
        if let blob = BackupContents.blob(at: copied.path), blob != copied.digest {
            warnings.append("\(copied.path) is damaged in the home: it is not what its name says")
        }
        if copied.path.hasSuffix(".key.json"), !KeyFile.isEncrypted(source) {
            warnings.append("\(copied.path) is not encrypted: whoever has this backup has that key")
        }
    }

    private mutating func tell(_ sizeBytes: UInt64) {
        copiedBytes += sizeBytes
        guard copiedBytes - toldBytes >= 200 * Self.megabyte else { return }
        toldBytes = copiedBytes
        telling.tell(Int(copiedBytes / Self.megabyte), of: Int(totalBytes / Self.megabyte))
    }
}
