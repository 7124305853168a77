import Foundation
import ParleyLog
import ParleyStore

/// Puts files together in a folder that gets its name when it is whole.
///
/// Crash story. Everything is written below another name. Each file is flushed as it is written;
/// what vouches for the others comes last; then every folder is flushed, and only then the folder
/// is given its name, in one step, and that name flushed. Whoever dies in the middle leaves a
/// folder with the other name, which the next one removes. So whatever bears the name is whole,
/// also after a loss of power.
struct FolderWriter {
    struct File: Hashable {
        let path: String
        let sizeBytes: UInt64
        let digest: Digest
    }

    static let sumsName = "SHA256SUMS"

    let folder: URL
    let draft: URL
    private(set) var files: [File] = []
    private let calls: any FileCalls
    private var made: Set<String> = []

    init(folder: URL) throws { try self.init(folder: folder, calls: SystemFileCalls()) }

    init(folder: URL, calls: any FileCalls) throws {
        self.folder = folder
        self.calls = calls
        draft = folder.deletingLastPathComponent().appending(
            path: folder.lastPathComponent + ".making", directoryHint: .isDirectory)
        guard !FileManager.default.fileExists(atPath: folder.path()) else {
            throw CommandFailure.refused(
                "file-exists", "\(folder.path()) is there already",
                hint: "nothing is ever written over; choose another folder")
        }
        try? FileManager.default.removeItem(at: draft)
        do {
            try FileManager.default.createDirectory(
                at: draft, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure.failed(
                "file-not-written", "\(folder.path()) cannot be made",
                hint: "check that the folder around it is yours")
        }
    }

    mutating func add(_ bytes: [UInt8], as path: String) throws {
        try write(bytes, to: try place(path))
        files.append(
            File(path: path, sizeBytes: UInt64(bytes.count), digest: Digest(hashing: bytes)))
    }

    /// Copies a file of any size as far as it goes when it is read.
    ///
    /// - Returns: what was copied.
    /// - Throws: `file-missing` where it cannot be read.
    @discardableResult
    mutating func add(copyOf source: URL, as path: String) throws -> File {
        guard let from = try? FileHandle(forReadingFrom: source) else {
            throw CommandFailure.failed("file-missing", "\(source.path()) cannot be read")
        }
        defer { try? from.close() }
        let file = try place(path)
        var digest = RunningDigest()
        try calling(file) { try calls.create(file.path()) }
        while let bytes = try from.read(upToCount: 1 << 20), !bytes.isEmpty {
            let bytes = [UInt8](bytes)
            try calling(file) {
                try calls.write(bytes, to: file.path(), at: Int(digest.sizeBytes))
            }
            digest.update(bytes)
        }
        try calling(file) { try calls.flush(file.path()) }
        let copied = File(path: path, sizeBytes: digest.sizeBytes, digest: digest.digest)
        files.append(copied)
        return copied
    }

    /// A file that `write` makes at the place it is given.
    mutating func add(as path: String, write: (URL) throws -> Void) throws {
        try write(try place(path))
        try note(path)
    }

    /// Takes in what others have written below a path of the draft.
    mutating func addAll(below path: String) throws {
        for file in try PlainFolder(draft.appending(path: path)).paths.sorted() {
            _ = try place(path + "/" + file)
            try note(path + "/" + file)
        }
    }

    private mutating func note(_ path: String) throws {
        let file = draft.appending(path: path)
        try calling(file) { try calls.flush(file.path()) }
        let measured = try FileDigest.measured(file.path())
        files.append(File(path: path, sizeBytes: measured.sizeBytes, digest: measured.digest))
    }

    private mutating func place(_ path: String) throws -> URL {
        let file = draft.appending(path: path)
        var parent = file.deletingLastPathComponent()
        guard !made.contains(parent.path()) else { return file }
        try FileManager.default.createDirectory(
            at: parent, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        while parent.path().count >= draft.path().count, made.insert(parent.path()).inserted {
            parent.deleteLastPathComponent()
        }
        return file
    }

    /// Writes the sums as sha256sum does, and gives the folder its name.
    mutating func finish() throws {
        // Names never hold what sha256sum would escape.
        let sums = files.map { "\($0.digest.hex)  \($0.path)\n" }.sorted().joined()
        try finish(vouching: Array(sums.utf8), as: Self.sumsName)
    }

    /// Writes what vouches for the files that were added, and gives the folder its name.
    mutating func finish(vouching bytes: [UInt8], as path: String) throws {
        try write(bytes, to: try place(path))
        for parent in made.sorted(by: >) {
            let inside = URL(filePath: parent, directoryHint: .isDirectory).appending(path: "x")
            try calling(inside) { try calls.flushFolder(of: inside.path()) }
        }
        try calling(folder) {
            try calls.rename(draft.path(), to: folder.path())
            try calls.flushFolder(of: folder.path())
        }
    }

    private func write(_ bytes: [UInt8], to file: URL) throws {
        try calling(file) {
            try calls.create(file.path())
            try calls.write(bytes, to: file.path(), at: 0)
            try calls.flush(file.path())
        }
    }

    /// Says in words of a command's what the disk refused.
    private func calling(_ file: URL, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch LastSignedFault.system(_, let code) {
            guard code == ENOSPC || code == EDQUOT else {
                throw CommandFailure.failed(
                    "file-not-written",
                    "\(file.path()) cannot be written: \(String(cString: strerror(code)))",
                    hint: "check that the folder is yours and the disk is well")
            }
            throw Self.diskFull(folder)
        }
    }

    static func diskFull(_ folder: URL) -> CommandFailure {
        .failed(
            "disk-full", "the disk is full: \(folder.path()) was not made",
            hint: "make room, or choose a folder on another disk")
    }

    func abandon() { try? FileManager.default.removeItem(at: draft) }
}

/// A folder that somebody else has made, as far as its files are plain.
struct PlainFolder {
    let folder: URL
    /// Every file below it. A link, a pipe or a device is none, and nothing below a linked folder
    /// is: reading one could lead out of the folder, or not end.
    let paths: Set<String>
    /// What else is there.
    let others: [String]

    /// - Parameter limit: of how many files.
    init(_ folder: URL, limit: Int = 4_000_000) throws {
        self.folder = folder
        var found: Set<String> = []
        var others: [String] = []
        let names = FileManager.default.enumerator(atPath: folder.path())
        while let path = names?.nextObject() as? String {
            let place = folder.appending(path: path).path()
            let kind = try? FileManager.default.attributesOfItem(atPath: place)[.type]
            switch kind as? FileAttributeType {
            case .typeDirectory: continue
            case .typeRegular: found.insert(path)
            default: others.append(path)
            }
            guard found.count + others.count <= limit else {
                throw CommandFailure.refused(
                    "folder-too-large", "\(folder.path()) holds more than \(limit) files",
                    hint: "check the path: no command of this program writes so many")
            }
        }
        paths = found
        self.others = others
    }

    func bytes(_ path: String, limitBytes: Int) throws -> [UInt8] {
        guard paths.contains(path) else {
            throw CommandFailure.failed(
                "file-missing", "\(folder.path()) has no file \(path)")
        }
        return try PrivateFile.read(folder.appending(path: path).path(), limitBytes: limitBytes)
    }
}
