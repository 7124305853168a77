import Foundation

/// Files that only their owner may read.
enum PrivateFile {
    /// Writes a new file beside the old one, fsyncs it and renames it into place.
    static func write(_ bytes: [UInt8], to file: URL, mode: Int = 0o600) throws {
        let draft = try DraftFile(of: file, mode: mode)
        try draft.write(bytes)
        try draft.finish()
    }

    /// - Parameter name: what its user calls it; the path, if nothing is said.
    static func read(
        _ path: String, named name: String? = nil, limitBytes: Int
    ) throws -> [UInt8] {
        let url = URL(filePath: path)
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int
        if let size, size > limitBytes {
            throw CommandFailure.refused(
                "file-too-long", "\(name ?? path) is \(size) bytes; it may have \(limitBytes)")
        }
        guard let data = try? Data(contentsOf: url) else {
            throw CommandFailure.failed("file-missing", "\(name ?? path) cannot be read")
        }
        return [UInt8](data)
    }
}

/// A file in the making, beside the one whose place it takes when it is finished.
final class DraftFile {
    private let file: URL
    private let draft: URL
    private let handle: FileHandle
    private var waiting = Data()

    init(of file: URL, mode: Int = 0o600) throws {
        self.file = file
        draft = file.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: draft)
        guard
            FileManager.default.createFile(
                atPath: draft.path(), contents: nil, attributes: [.posixPermissions: mode])
        else {
            throw CommandFailure.failed(
                "file-not-written", "\(file.path()) cannot be written",
                hint: "check that the folder exists and is yours")
        }
        handle = try FileHandle(forWritingTo: draft)
    }

    func write(_ bytes: [UInt8]) throws {
        waiting.append(contentsOf: bytes)
        if waiting.count >= 1 << 20 { try flush() }
    }

    private func flush() throws {
        try handle.write(contentsOf: waiting)
        waiting.removeAll(keepingCapacity: true)
    }

    func finish() throws {
        try flush()
        try handle.synchronize()
        try handle.close()
        guard rename(draft.path(), file.path()) == 0 else {
            throw CommandFailure.failed("file-not-written", "\(file.path()) cannot be replaced")
        }
    }
}
