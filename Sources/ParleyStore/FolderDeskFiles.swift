package import Foundation
import ParleyLog
package import ParleyService
import ParleyStatements
import Synchronization

/// The desk's files as folders: for each one of its id, with `about.json` and `content`.
///
/// Crash story. `about.json` is renamed into place before the file is answered for: a folder
/// without one is nobody's, and is removed at the next start. `content` grows; what a crash
/// leaves of it is as much as the disk has, and the sender is told that and no more.
package struct FolderDeskFiles: DeskFiles {
    private let folder: URL
    private let writing = Writing()

    /// Uses `files/` below `home`.
    package init(home: URL) throws {
        folder = home.appending(path: "files", directoryHint: .isDirectory)
        try DurableFile.makeFolder(folder)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path()) {
            let about = folder.appending(path: name).appending(path: "about.json")
            if !FileManager.default.fileExists(atPath: about.path()) {
                try FileManager.default.removeItem(at: folder.appending(path: name))
            }
        }
    }

    package func all() async throws -> [DeskFile] {
        var found: [DeskFile] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path()) {
            guard let id = FileID(text: name) else { continue }
            if let file = try await file(id) { found.append(file) }
        }
        return found
    }

    package func file(_ id: FileID) async throws -> DeskFile? {
        guard let about = try? Data(contentsOf: place(id, "about.json")),
            let value = try? JSONValue(parsing: [UInt8](about), limitBytes: 4096),
            case .object(let fields) = value, case .string(let owner)? = fields["owner"],
            let owner = AccountName(owner), case .string(let name)? = fields["name"],
            case .integer(let size)? = fields["sizeBytes"],
            case .string(let made)? = fields["made"],
            let made = Timestamp(text: made), size >= 0
        else { return nil }
        var digest: Digest?
        if case .string(let text)? = fields["digest"] { digest = Digest(text: text) }
        return DeskFile(
            id: id, owner: owner, name: name, sizeBytes: UInt64(size), digest: digest,
            madeAt: made, receivedBytes: byteCount(of: content(of: id)))
    }

    package func add(_ file: DeskFile) async throws {
        try DurableFile.makeFolder(place(file.id))
        try DurableFile.create(content(of: file.id)).close()
        try about(file)
    }

    /// Takes in a file that lies in the same file system, under the name it has there.
    package func take(_ source: URL, as file: DeskFile) throws {
        try DurableFile.makeFolder(place(file.id))
        try DurableFile.adopt(source, as: content(of: file.id))
        try about(file)
    }

    private func about(_ file: DeskFile) throws {
        var fields: JSONObject = [
            "owner": .string(file.owner.text), "name": .string(file.name),
            "sizeBytes": .integer(Int64(file.sizeBytes)), "made": .string(file.madeAt.text),
        ]
        if let digest = file.digest {
            fields = fields.adding(["digest": .string(digest.text)])
        }
        try DurableFile.write(
            JSONValue.object(fields).canonicalBytes, to: place(file.id, "about.json"))
    }

    package func remove(_ id: FileID) async throws {
        // Its name first: half of a removal is nobody's file.
        try? FileManager.default.removeItem(at: place(id, "about.json"))
        try FileManager.default.removeItem(at: place(id))
    }

    package func append(
        to id: FileID, at offset: UInt64
    ) async throws -> (any DeskFileWriter)? {
        guard writing.begin(id) else { return nil }
        let path = content(of: id).path()
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0, byteCount(of: content(of: id)) == offset else {
            if descriptor >= 0 { close(descriptor) }
            writing.end(id)
            return nil
        }
        return Writer(
            handle: FileHandle(fileDescriptor: descriptor, closeOnDealloc: true), id: id,
            writing: writing)
    }

    package func read(
        _ id: FileID, from offset: UInt64, count: Int
    ) async throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: content(of: id))
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        return [UInt8](try file.read(upToCount: count) ?? Data())
    }

    package func empty(_ id: FileID) async throws {
        try DurableFile.create(content(of: id)).close()
    }

    /// Where its bytes lie.
    package func content(of id: FileID) -> URL { place(id, "content") }

    private func place(_ id: FileID, _ name: String? = nil) -> URL {
        let place = folder.appending(path: id.description, directoryHint: .isDirectory)
        return name.map { place.appending(path: $0) } ?? place
    }

    private func byteCount(of file: URL) -> UInt64 {
        var status = stat()
        guard stat(file.path(), &status) == 0 else { return 0 }
        return UInt64(status.st_size)
    }
}

/// Which files somebody writes to now; one process serves a home.
private final class Writing: Sendable {
    private let files = Mutex<Set<FileID>>([])

    func begin(_ id: FileID) -> Bool { files.withLock { $0.insert(id).inserted } }

    func end(_ id: FileID) { _ = files.withLock { $0.remove(id) } }
}

private final class Writer: DeskFileWriter {
    private let handle: FileHandle
    private let id: FileID
    private let writing: Writing

    init(handle: FileHandle, id: FileID, writing: Writing) {
        self.handle = handle
        self.id = id
        self.writing = writing
    }

    deinit { writing.end(id) }

    func append(_ bytes: [UInt8]) async throws {
        try handle.write(contentsOf: Data(bytes))
    }

    func finish() async throws {
        try handle.synchronize()
        try handle.close()
        writing.end(id)
    }
}
