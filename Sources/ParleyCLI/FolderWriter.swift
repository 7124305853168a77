import Foundation
import ParleyLog

/// Puts files together in a folder that gets its name when it is whole.
///
/// Crash story: whoever dies in the middle leaves a folder with another name, which the next one
/// removes.
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
    private var made: Set<String> = []

    init(folder: URL) throws {
        self.folder = folder
        draft = folder.deletingLastPathComponent().appending(
            path: folder.lastPathComponent + ".making", directoryHint: .isDirectory)
        guard !FileManager.default.fileExists(atPath: folder.path()) else {
            throw CommandFailure.refused(
                "file-exists", "\(folder.path()) is there already",
                hint: "nothing is ever written over; choose another folder")
        }
        try? FileManager.default.removeItem(at: draft)
        try FileManager.default.createDirectory(
            at: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    mutating func add(_ bytes: [UInt8], as path: String) throws {
        try PrivateFile.write(bytes, to: try place(path))
        files.append(
            File(path: path, sizeBytes: UInt64(bytes.count), digest: Digest(hashing: bytes)))
    }

    mutating func add(copyOf source: URL, as path: String) throws {
        try FileManager.default.copyItem(at: source, to: try place(path))
        try note(path)
    }

    /// A file that `write` makes at the place it is given.
    mutating func add(as path: String, write: (URL) throws -> Void) throws {
        try write(try place(path))
        try note(path)
    }

    /// Takes in what others have written below a path of the draft.
    mutating func addAll(below path: String) throws {
        for file in try PlainFolder(draft.appending(path: path)).paths.sorted() {
            try note(path + "/" + file)
        }
    }

    private mutating func note(_ path: String) throws {
        let measured = try FileDigest.measured(draft.appending(path: path).path())
        files.append(File(path: path, sizeBytes: measured.sizeBytes, digest: measured.digest))
    }

    private mutating func place(_ path: String) throws -> URL {
        let file = draft.appending(path: path)
        let parent = file.deletingLastPathComponent()
        if made.insert(parent.path()).inserted {
            try FileManager.default.createDirectory(
                at: parent, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        return file
    }

    /// Writes the sums as sha256sum does, and gives the folder its name.
    mutating func finish() throws {
        // Names never hold what sha256sum would escape.
        let sums = files.map { "\($0.digest.hex)  \($0.path)\n" }.sorted().joined()
        try PrivateFile.write(Array(sums.utf8), to: try place(Self.sumsName))
        guard rename(draft.path(), folder.path()) == 0 else {
            throw CommandFailure.failed("file-not-written", "\(folder.path()) cannot be written")
        }
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
