import Foundation
import Logging
import ParleyLog
import ParleyNode
import ParleyWeb
import X509

/// The time-stamps of a home's own checkpoints: in `stamps/`, for each the note that was stamped
/// and the authority's response, which `openssl ts -verify` reads as well.
///
/// Crash story: the note is durable before the response that names its bytes; a note alone is a
/// query that was not answered, and says nothing.
struct StampFolder {
    let folder: URL

    init(_ home: Home) throws {
        folder = home.folder.appending(path: "stamps")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    /// One stamped note, by the size of the log; not checked.
    struct Stored {
        let size: UInt64
        let note: [UInt8]
        let response: [UInt8]
    }

    private func file(_ size: UInt64, _ suffix: String) -> URL {
        folder.appending(path: "\(size).\(suffix)")
    }

    func keep(_ note: [UInt8], size: TreeSize) throws {
        try PrivateFile.write(note, to: file(size.entryCount, "note"), mode: 0o644)
    }

    func keep(_ response: [UInt8], of size: TreeSize) throws {
        try PrivateFile.write(response, to: file(size.entryCount, "tsr"), mode: 0o644)
    }

    /// The note kept under that digest, for a response that was fetched by hand.
    func note(withDigest imprint: [UInt8]) throws -> (note: [UInt8], size: TreeSize)? {
        for size in try sizes("note") {
            let note = try PrivateFile.read(file(size, "note").path(), limitBytes: 64 * 1024)
            if ParleyLog.Digest(hashing: note).bytes == imprint { return (note, TreeSize(size)) }
        }
        return nil
    }

    /// Every stamped note, smallest log first.
    func all() throws -> [Stored] {
        try sizes("tsr").map { size in
            Stored(
                size: size,
                note: try PrivateFile.read(file(size, "note").path(), limitBytes: 64 * 1024),
                response: try PrivateFile.read(
                    file(size, "tsr").path(), limitBytes: TimeStamp.sizeLimitBytes))
        }
    }

    func isStamped(_ size: TreeSize) -> Bool {
        FileManager.default.fileExists(atPath: file(size.entryCount, "tsr").path())
    }

    private func sizes(_ suffix: String) throws -> [UInt64] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path()).compactMap { name in
            name.hasSuffix("." + suffix) ? UInt64(name.dropLast(suffix.count + 1)) : nil
        }.sorted()
    }
}

/// Has one authority stamp checkpoints.
struct Stamper {
    let folder: StampFolder
    let client: TimeStampClient
    let roots: [Certificate]
    let logKey: NoteKey

    /// Stamps a log's note, without its cosignatures, and keeps both.
    func stamp(_ latest: [UInt8]) async throws -> (size: TreeSize, stamp: TimeStamp) {
        let checkpoint = try UnverifiedCheckpoint(note: latest).verify(logKey: logKey)
        let note = checkpoint.note(keeping: [logKey])
        try folder.keep(note, size: checkpoint.size)
        let nonce = Surroundings.here.randomness.bytes(count: 16)
        let response = try await client.ask(try TimeStamp.query(for: note, nonce: nonce))
        let stamp = try await TimeStamp(
            verifying: response, over: note, nonce: nonce, roots: roots)
        try folder.keep(response, of: checkpoint.size)
        return (checkpoint.size, stamp)
    }

    /// Stamps the node's log whenever it has grown, every so often, until cancelled.
    func run(_ node: Node, everySeconds: Int64, logger: Logger) async {
        let clock = Surroundings.here.clock
        while !Task.isCancelled {
            do {
                let head = node.writer.head
                if let note = head.note, !folder.isStamped(head.size) {
                    let (size, stamp) = try await stamp(note)
                    logger.notice(
                        "checkpoint time-stamped",
                        metadata: ["entries": "\(size.entryCount)", "time": "\(stamp.time)"])
                }
            } catch {
                logger.warning(
                    "time-stamp not had",
                    metadata: [
                        "error": "\((error as? TimeStampRefusal)?.explanation ?? "\(error)")"
                    ])
            }
            await clock.sleep(until: clock.now().adding(seconds: everySeconds))
        }
    }
}
