import Foundation
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyWeb

/// Files on their way to a node's desk and back, a piece at a time, gone on with where the line
/// broke.
struct FilesElsewhere {
    private static let tries = 5
    /// From there on it is told how far a file has come.
    private static let toldFromBytes: UInt64 = 64 << 20

    let client: APIClient

    /// - Parameter name: a path, or `-` for what is piped in.
    /// - Returns: the file's id at the desk.
    func bring(_ name: String) async throws -> String {
        if name == "-" {
            let limit = StatementBody.sizeLimitBytes
            let piped = [UInt8](
                try FileHandle.standardInput.read(upToCount: limit + 1) ?? Data())
            return try await bring("text", sizeBytes: UInt64(piped.count)) { offset, count in
                Array(piped[Int(offset)..<min(piped.count, Int(offset) + count)])
            }
        }
        let url = URL(filePath: name)
        guard let file = try? FileHandle(forReadingFrom: url) else {
            throw CommandFailure.failed("file-missing", "\(name) cannot be read")
        }
        defer { try? file.close() }
        let size = try file.seekToEnd()
        return try await bring(url.lastPathComponent, sizeBytes: size) { offset, count in
            try file.seek(toOffset: offset)
            return [UInt8](try file.read(upToCount: count) ?? Data())
        }
    }

    private func bring(
        _ name: String, sizeBytes: UInt64, read: (UInt64, Int) throws -> [UInt8]
    ) async throws -> String {
        let made = try await client.call(
            .post, "/files",
            ["name": .string(name), "sizeBytes": .integer(Int64(clamping: sizeBytes))])
        guard case .string(let id)? = made?["file"] else {
            throw APIClientFailure.answerMalformed(status: 201)
        }
        var offset: UInt64 = 0
        var failures = 0
        while offset < sizeBytes {
            let bytes = try read(offset, APIClient.pieceBytes)
            guard !bytes.isEmpty else {
                throw CommandFailure.failed("file-changed", "\(name) became shorter meanwhile")
            }
            do {
                _ = try await client.append(bytes, to: id, at: offset)
                offset += UInt64(bytes.count)
                failures = 0
                tell(name, offset, of: sizeBytes)
            } catch let failure as APIClientFailure {
                failures += 1
                guard failures < Self.tries, case .unreachable = failure else { throw failure }
                let clock = Surroundings.here.clock
                await clock.sleep(until: clock.now().adding(seconds: Int64(failures)))
                offset = try await received(id)
            }
        }
        return id
    }

    private func received(_ id: String) async throws -> UInt64 {
        guard
            case .integer(let count)? = try await client.call(.get, "/files/\(id)")?[
                "receivedBytes"]
        else { throw APIClientFailure.answerMalformed(status: 200) }
        return UInt64(max(0, count))
    }

    /// Writes what a command has written at the node to the places that its words name.
    func fetch(_ answer: JSONObject) async throws {
        guard case .array(let files)? = answer["files"] else { return }
        for case .object(let file) in files {
            guard case .string(let id)? = file["file"], case .string(let place)? = file["place"],
                case .string(let path)? = file["path"],
                case .integer(let size)? = file["sizeBytes"],
                Self.isBelow(path)
            else { throw APIClientFailure.answerMalformed(status: 200) }
            let root = URL(filePath: place)
            try await fetch(
                id, sizeBytes: UInt64(max(0, size)),
                to: path.isEmpty ? root : root.appending(path: path))
            _ = try? await client.call(.delete, "/files/\(id)")
        }
    }

    /// A node is believed as little as anybody about where to write on this machine.
    private static func isBelow(_ path: String) -> Bool {
        path.isEmpty
            || path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0)
            }
    }

    private func fetch(_ id: String, sizeBytes: UInt64, to file: URL) async throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let draft = try DraftFile(of: file)
        var offset: UInt64 = 0
        while offset < sizeBytes {
            let bytes = try await client.read(id, from: offset)
            guard !bytes.isEmpty else { throw APIClientFailure.answerMalformed(status: 206) }
            try draft.write(bytes)
            offset += UInt64(bytes.count)
            tell(file.lastPathComponent, offset, of: sizeBytes)
        }
        try draft.finish()
    }

    private func tell(_ name: String, _ done: UInt64, of whole: UInt64) {
        guard whole >= Self.toldFromBytes else { return }
        Surroundings.here.errorOutput(
            "parley: \(name): \(done >> 20) of \(whole >> 20) MiB")
    }
}
