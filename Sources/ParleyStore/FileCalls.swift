import Foundation

/// The calls by which a small file reaches the disk, one each, so that a disk of the tests can stop
/// between any two of them.
package protocol FileCalls: Sendable {
    /// All of it; nil when there is no such file.
    func contents(of path: String) throws -> [UInt8]?
    /// Makes a new, empty file that only its owner can read; one of that name goes.
    func create(_ path: String) throws
    /// Overwrites in place; durable after the next ``flush(_:)``.
    func write(_ bytes: [UInt8], to path: String, at offset: Int) throws
    func flush(_ path: String) throws
    /// Gives a file another name, in one step, in place of what bore it.
    func rename(_ path: String, to name: String) throws
    /// Makes the names in the folder durable that the file is in.
    func flushFolder(of path: String) throws
}

/// The real ones.
package struct SystemFileCalls: FileCalls {
    package init() {}

    package func contents(of path: String) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        try check(descriptor, "open")
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        return try handle.readToEnd().map { [UInt8]($0) } ?? []
    }

    package func create(_ path: String) throws {
        close(try opened(path, O_RDWR | O_CREAT | O_TRUNC))
    }

    package func write(_ bytes: [UInt8], to path: String, at offset: Int) throws {
        let descriptor = try opened(path, O_RDWR)
        defer { close(descriptor) }
        let count = bytes.withUnsafeBytes {
            pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
        }
        guard count == bytes.count else {
            throw LastSignedFault.system(call: "pwrite", code: count < 0 ? errno : ENOSPC)
        }
    }

    package func flush(_ path: String) throws {
        let descriptor = try opened(path, O_RDONLY)
        defer { close(descriptor) }
        try check(fdatasync(descriptor), "fdatasync")
    }

    package func rename(_ path: String, to name: String) throws {
        try check(Foundation.rename(path, name), "rename")
    }

    package func flushFolder(of path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path()
        let descriptor = try opened(folder, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        try check(fsync(descriptor), "fsync")
    }

    private func opened(_ path: String, _ flags: Int32) throws -> Int32 {
        let descriptor = open(path, flags | O_CLOEXEC, 0o600)
        try check(descriptor, "open")
        return descriptor
    }

    private func check(_ result: Int32, _ call: String) throws {
        guard result >= 0 else { throw LastSignedFault.system(call: call, code: errno) }
    }
}
