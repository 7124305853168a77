import ArgumentParser
import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

@testable import ParleyCLI

@Suite struct BackupTests {
    private let folder: TemporaryFolder
    private let homeFolder: URL
    private let blob = Digest(hashing: Array("a blob".utf8))

    init() throws {
        folder = try TemporaryFolder()
        homeFolder = folder.url.appending(path: "us", directoryHint: .isDirectory)
        try Home.create(
            folder: homeFolder, seat: try #require(Seat("us/poc")))
        try KeyFile(purpose: .signing, secret: Array(repeating: 1, count: 32)).write(
            to: Home.keyFile(.signing, in: homeFolder), passphrase: nil,
            randomness: SeededRandomness(seed: 1))
        try put("a blob", "blobs/ab/\(blob.hex)")
        try put("{}", "parley.json")
        try put("what was signed last", "last-signed")
        try put("words of the views", "views.sqlite")
        try put("an operator's own", "notes.txt")
    }

    private func put(_ text: String, _ path: String) throws {
        let file = homeFolder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func inside<Value>(_ work: () throws -> Value) rethrows -> Value {
        let surroundings = Surroundings(
            clock: LawRun.still, randomness: LawRun.none, environment: [:], files: .here,
            behalf: nil, output: { _ in }, errorOutput: { _ in })
        return try Surroundings.$current.withValue(surroundings, operation: work)
    }

    private var backup: URL { folder.url.appending(path: "copy", directoryHint: .isDirectory) }

    private func begun(
        holdsKeys: Bool = false, calls: any FileCalls = SystemFileCalls()
    ) throws -> BackupMaking {
        let options = try HomeOptions.parse(["--home", homeFolder.path()])
        return BackupMaking(
            home: try Home(options: options), holdsKeys: holdsKeys,
            folder: try FolderWriter(folder: backup, calls: calls), json: true)
    }

    private func checked() throws -> BackupCheck {
        try inside {
            var check = try BackupCheck(backup)
            try check.run(json: true)
            return check
        }
    }

    private func faults() throws -> [String] {
        try checked().faults.map { "\($0.path ?? "-") \($0.reason)" }
    }

    // MARK: Making

    @Test func `a backup holds what cannot be made again, and says what it leaves out`() throws {
        var making = try inside { try begun() }
        let manifest = try inside { try making.make() }
        #expect(
            manifest.files.map(\.path)
                == ["blobs/ab/\(blob.hex)", "home.json", "ledger.sqlite", "parley.json"])
        let left = making.left.map(\.name)
        for name in ["keys", "last-signed", "notes.txt", "views.sqlite"] {
            #expect(left.contains(name))
        }
        #expect(making.warnings == [])
        #expect(try faults() == [])
        #expect(LastBackup.read(in: homeFolder) == LastBackup(at: LawRun.still.now()))
    }

    @Test func `only its owner may read what is in a backup`() throws {
        try inside {
            var making = try begun(holdsKeys: true)
            _ = try making.make()
        }
        let names = try FileManager.default.subpathsOfDirectory(atPath: backup.path())
        #expect(names.count > 6)
        for name in [""] + names {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: backup.appending(path: name).path())
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            #expect(attributes[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(name)")
        }
    }

    @Test func `keys are in it when they are asked for, with a word where they lie open`() throws {
        var making = try inside { try begun(holdsKeys: true) }
        let manifest = try inside { try making.make() }
        #expect(manifest.holdsKeys)
        #expect(manifest.files.contains { $0.path == "keys/signing.key.json" })
        #expect(making.warnings.count == 1)
        #expect(making.warnings.first?.hasPrefix("keys/signing.key.json is not encrypted") == true)
    }

    @Test func `a blob that is not what its name says is told of`() throws {
        try put("other bytes", "blobs/ab/\(blob.hex)")
        var making = try inside { try begun() }
        _ = try inside { try making.make() }
        #expect(making.warnings.first?.hasPrefix("blobs/ab/\(blob.hex) is damaged") == true)
    }

    @Test func `whoever dies at any call leaves no folder that looks whole`() throws {
        let whole = KilledCalls(after: .max)
        try inside {
            var making = try begun(calls: whole)
            _ = try making.make()
        }
        let count = whole.calls.count
        #expect(count > 15)
        for limit in 0..<count {
            try FileManager.default.removeItem(at: homeFolder.appending(path: LastBackup.name))
            try? FileManager.default.removeItem(at: backup)
            try inside {
                var making = try begun(calls: KilledCalls(after: limit))
                #expect(throws: KilledCalls.Killed.self) { _ = try making.make() }
            }
            // The last call makes a name durable that the folder has by then.
            let isNamed = limit == count - 1
            #expect(FileManager.default.fileExists(atPath: backup.path()) == isNamed, "\(limit)")
            if isNamed { #expect(try faults() == []) }
            #expect(LastBackup.read(in: homeFolder) == nil)
            try? FileManager.default.removeItem(at: backup)
            // Nobody cleans up by hand.
            try inside {
                var making = try begun()
                _ = try making.make()
            }
            #expect(try faults() == [])
        }
    }

    @Test func `every file and folder is flushed before the folder has its name`() throws {
        let whole = KilledCalls(after: .max)
        try inside {
            var making = try begun(calls: whole)
            _ = try making.make()
        }
        let calls = whole.calls
        let draft = backup.deletingLastPathComponent().appending(path: "copy.making").path()
        let naming = try #require(
            calls.firstIndex(of: .rename(draft + "/", to: backup.path())))
        #expect(naming == calls.count - 2)
        #expect(calls.last == .flushFolder(backup.path()))
        let flushed = Set(calls[..<naming])
        for path in try FileManager.default.subpathsOfDirectory(atPath: backup.path()) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(
                atPath: backup.appending(path: path).path(), isDirectory: &isFolder)
            let place = draft + "/" + path
            #expect(
                flushed.contains(isFolder.boolValue ? .flushFolder(place + "/x") : .flush(place)),
                "\(path)")
        }
        #expect(flushed.contains(.flushFolder(draft + "/x")))
    }

    @Test func `a disk that is full at any call is told as that`() throws {
        let full = LastSignedFault.system(call: "pwrite", code: ENOSPC)
        for limit in 0..<10 {
            try inside {
                var making = try begun(calls: KilledCalls(after: limit, fault: full))
                let failure = #expect(throws: CommandFailure.self) { _ = try making.make() }
                #expect(failure?.reason == "disk-full" && failure?.kind == .failed)
            }
            #expect(!FileManager.default.fileExists(atPath: backup.path()))
        }
    }

    // MARK: Checking

    @Test func `what was changed, taken away or put in is named`() throws {
        try inside {
            var making = try begun()
            _ = try making.make()
        }
        let file = backup.appending(path: "parley.json")
        try Data("[]".utf8).write(to: file)
        #expect(try faults() == ["parley.json file-differs"])
        try FileManager.default.removeItem(at: file)
        #expect(try faults() == ["parley.json file-missing"])
        try FileManager.default.createSymbolicLink(
            at: file, withDestinationURL: homeFolder.appending(path: "parley.json"))
        #expect(try faults() == ["parley.json file-not-plain", "parley.json file-missing"])
        try FileManager.default.removeItem(at: file)
        try Data("{}".utf8).write(to: file)
        #expect(try faults() == [])
        try Data("{}".utf8).write(to: backup.appending(path: "last-signed"))
        #expect(try faults() == ["last-signed file-not-listed"])
    }

    @Test func `a ledger that makes another log than the one listed does not pass`() throws {
        var making = try inside { try begun() }
        let made = try inside { try making.make() }
        let other = BackupManifest(
            seat: made.seat, agreement: nil, madeAt: made.madeAt,
            log: .init(size: TreeSize(1), root: blob), holdsKeys: false, files: made.files)
        try Data(other.bytes).write(to: backup.appending(path: BackupManifest.name))
        #expect(try faults() == ["ledger.sqlite log-differs"])
    }

    @Test func `a folder without its list is no backup`() throws {
        try inside {
            var making = try begun()
            _ = try making.make()
        }
        try FileManager.default.removeItem(at: backup.appending(path: BackupManifest.name))
        #expect(reason { _ = try checked() } == "backup-unfinished")
    }

    // MARK: The list

    private func reason(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch let failure as CommandFailure {
            return failure.kind == .notProven ? failure.reason : "\(failure.kind)"
        } catch {
            return "\(error)"
        }
    }

    private func manifest(_ paths: String...) throws -> BackupManifest {
        BackupManifest(
            seat: try #require(Seat("us/poc")), agreement: AgreementID(blob),
            madeAt: LawRun.still.now(), log: .init(size: TreeSize(7), root: blob),
            holdsKeys: true,
            files: paths.map { FolderWriter.File(path: $0, sizeBytes: 3, digest: blob) })
    }

    @Test func `a list is read as it was written`() throws {
        let written = try manifest(
            "agreement-2.json", "blobs/ab/\(blob.hex)", "desk.sqlite", "keys/csirt/log.key.json")
        #expect(try BackupManifest(parsing: written.bytes) == written)
    }

    @Test(arguments: [
        "../us/home.json", "/etc/passwd", "blobs/../../x", "blobs//x", "blobs/./x", "blobs/a b",
        "", "blobs/", "blobs/a/b/c/d", "blobs/\u{0}", "blobs\\x", "last-signed", "node.sock",
        "views.sqlite", "notes.txt", "agreement-0.json", "manifest.json", "ledger.sqlite-wal",
    ])
    func `a path that leads elsewhere, or that no backup has, is refused`(path: String) throws {
        #expect(BackupContents.path(path) == nil)
        let bytes = try manifest(path).bytes
        #expect(reason { _ = try BackupManifest(parsing: bytes) } == "field-value-wrong")
    }

    @Test func `a list that names a file twice is refused`() throws {
        let bytes = try manifest("home.json", "home.json").bytes
        #expect(reason { _ = try BackupManifest(parsing: bytes) } == "file-twice")
    }

    @Test func `a list one byte too long is not even read`() throws {
        try FileManager.default.createDirectory(at: backup, withIntermediateDirectories: true)
        let file = backup.appending(path: BackupManifest.name)
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: UInt64(BackupManifest.sizeLimitBytes) + 1)
        try handle.close()
        #expect(reason { _ = try checked() } == "file-too-long")
    }

    // MARK: Restoring

    @Test func `a restored home is the one that was copied, and does not know what it signed`()
        async throws
    {
        var making = try inside { try begun(holdsKeys: true) }
        let manifest = try inside { try making.make() }
        let place = folder.url.appending(path: "again", directoryHint: .isDirectory)
        var restoring = BackupRestoring(
            manifest: manifest, source: backup, home: try FolderWriter(folder: place))
        try restoring.restore()
        for file in manifest.files {
            let measured = try FileDigest.measured(place.appending(path: file.path).path())
            #expect(measured.digest == file.digest)
        }
        let options = try HomeOptions.parse(["--home", place.path()])
        let home = try inside { try Home(options: options) }
        await #expect(throws: LastSignedFault.self) { _ = try await home.lastSigned.load() }
        #expect(LastBackup.read(in: place)?.at == manifest.madeAt)
    }

    @Test func `a file that was changed after the check is not restored`() throws {
        var making = try inside { try begun() }
        let manifest = try inside { try making.make() }
        try Data("[]".utf8).write(to: backup.appending(path: "parley.json"))
        let place = folder.url.appending(path: "again", directoryHint: .isDirectory)
        var restoring = BackupRestoring(
            manifest: manifest, source: backup, home: try FolderWriter(folder: place))
        #expect(reason { try restoring.restore() } == "file-differs")
        #expect(!FileManager.default.fileExists(atPath: place.path()))
    }
}
