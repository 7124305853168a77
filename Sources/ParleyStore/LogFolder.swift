import Foundation
package import ParleyAudit

/// A log kept as files in the layout of tlog-tiles, as any static file server would serve it.
package struct LogFolder: LogSource {
    private let root: String

    package init(path: String) { root = path.hasSuffix("/") ? path : path + "/" }

    package func read(_ path: String, limitBytes: Int) async throws -> LogReading {
        try LocalFile.read(root + path, limitBytes: limitBytes)
    }
}

/// How far an audit has come, in one file.
package struct AuditStateFile: AuditStateStore {
    package let path: String

    package init(path: String) { self.path = path }

    /// Returns nil when there is no file yet.
    package func load() throws -> [UInt8]? {
        switch try LocalFile.read(path, limitBytes: AuditState.limitBytes) {
        case .bytes(let bytes): return bytes
        case .absent, .closed: return nil
        case .tooLong: throw AuditStateFault.tooLong
        }
    }

    package func save(_ state: [UInt8]) async throws {
        try LocalFile.write(state, to: path)
        try LocalFile.syncFolder(of: path)
    }
}

/// A file that could not be read or written.
package struct LocalFileFailure: Error, Hashable, Sendable {
    package let path: String
    /// The machine's error number.
    package let code: Int32

    package var reason: String { "file-not-usable" }
    package var explanation: String { "\(path): \(String(cString: strerror(code)))" }
}

/// Whole files, read within a limit and replaced atomically.
enum LocalFile {
    /// What is no regular file counts as absent.
    static func read(_ path: String, limitBytes: Int) throws -> LogReading {
        // Without O_NONBLOCK, opening a pipe that somebody left there would wait for ever.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return .absent }
            throw LocalFileFailure(path: path, code: errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw LocalFileFailure(path: path, code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .absent }
        guard status.st_size <= limitBytes else { return .tooLong }
        let size = Int(status.st_size)
        let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size, let start = buffer.baseAddress {
                let got = Foundation.read(file, start + count, size - count)
                guard got >= 0 else { throw LocalFileFailure(path: path, code: errno) }
                // Cut off meanwhile: its length tells the caller.
                if got == 0 { break }
                count += got
            }
        }
        return .bytes(bytes)
    }

    /// Writes beside the old file, fsyncs, and renames into place; the folder is the caller's to
    /// fsync.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let draft = path + ".new"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw LocalFileFailure(path: path, code: errno) }
        do {
            defer { close(file) }
            try bytes.withUnsafeBytes { buffer in
                var count = 0
                while count < buffer.count, let start = buffer.baseAddress {
                    let put = Foundation.write(file, start + count, buffer.count - count)
                    guard put > 0 else { throw LocalFileFailure(path: path, code: errno) }
                    count += put
                }
            }
            guard fsync(file) == 0 else { throw LocalFileFailure(path: path, code: errno) }
        }
        guard rename(draft, path) == 0 else { throw LocalFileFailure(path: path, code: errno) }
    }

    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }

    static func syncFolder(of path: String) throws { try sync(folder(of: path)) }

    static func sync(_ folder: String) throws {
        let file = open(folder, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw LocalFileFailure(path: folder, code: errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw LocalFileFailure(path: folder, code: errno) }
    }
}
