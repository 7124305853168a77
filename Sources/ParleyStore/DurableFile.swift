import Foundation

/// Files that are whole and durable, or not there.
enum DurableFile {
    /// Makes a folder that only its owner can read, and its name durable.
    static func makeFolder(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try syncFolder(folder.deletingLastPathComponent())
    }

    /// Writes beside the destination, fsyncs, and renames into place.
    static func write(_ bytes: [UInt8], to file: URL) throws {
        let draft = file.appendingPathExtension("new")
        let handle = try create(draft)
        try handle.write(contentsOf: Data(bytes))
        try handle.synchronize()
        try handle.close()
        try adopt(draft, as: file)
    }

    /// A new, empty file that only its owner can read; one of that name goes.
    static func create(_ file: URL, mode: mode_t = 0o600) throws -> FileHandle {
        let descriptor = open(file.path(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw BlobFailure.system(call: "open", code: errno) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Gives a finished file its name, in one step, and makes the name durable.
    static func adopt(_ draft: URL, as file: URL) throws {
        guard rename(draft.path(), file.path()) == 0 else {
            throw BlobFailure.system(call: "rename", code: errno)
        }
        try syncFolder(file.deletingLastPathComponent())
    }

    static func syncFolder(_ folder: URL) throws {
        let descriptor = open(folder.path(), O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw BlobFailure.system(call: "open", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw BlobFailure.system(call: "fsync", code: errno) }
    }
}
