import Foundation
import ParleyLog
import ParleyStatements
import ParleyStore

/// An opening of a seal that stands in the log: without one, nothing writes plain content.
struct RecordedOpening {
    let event: StatementID
    let exhibit: BlobID
    let content: Digest
    let sizeBytes: UInt64

    fileprivate init(event: StatementID, exhibit: BlobID, content: Digest, sizeBytes: UInt64) {
        self.event = event
        self.exhibit = exhibit
        self.content = content
        self.sizeBytes = sizeBytes
    }
}

/// Opens the seals of exhibits, each opening recorded first.
///
/// Crash story: the seal is tried in memory; the event is durable in the log; only then are plain
/// bytes written, under another name, fsynced, and renamed. Whoever dies in between leaves an
/// opening that is recorded and no file under the exhibit's name, and opens again with another
/// event. Twice decrypting is the price: the event states the digest of what comes out.
struct ExhibitOpener {
    let recorder: CustodyRecorder
    private var seals: SealOpener { recorder.reader.seals }

    /// - Parameter wish: An opening, with why and by whom; its hash is filled in here.
    func open(
        _ reference: BlobReference, described: StatementBody.Exhibit, in thread: ThreadID,
        as wish: CustodyWish
    ) async throws -> RecordedOpening {
        let whole = try seals.stream(reference.blob, named: described.name.text) { _ in }
        guard whole.plainDigest == described.digest, whole.sizeBytes == described.sizeBytes else {
            throw Self.differs(described)
        }
        // SPEC custody §2: A node MUST NOT write the plain content of an exhibit anywhere before
        // the opening of its seal stands in its own log.
        var wish = wish
        wish.hashAfter = whole.plainDigest
        let event = try await recorder.record(wish, of: reference.blob, in: thread)
        try await recorder.reader.home.trail.record("exhibit.open", [reference.blob.text])
        return RecordedOpening(
            event: event, exhibit: reference.blob, content: whole.plainDigest,
            sizeBytes: whole.sizeBytes)
    }

    /// Writes beside the destination first: what is not whole never bears the exhibit's name.
    func write(_ opening: RecordedOpening, of described: StatementBody.Exhibit, to file: URL) throws
    {
        let draft = file.appendingPathExtension("opening")
        try? FileManager.default.removeItem(at: draft)
        try PrivateFile.write([], to: draft)
        let output = try FileHandle(forWritingTo: draft)
        do {
            try stream(opening, named: described.name.text) {
                try output.write(contentsOf: Data($0))
            }
        } catch {
            try? FileManager.default.removeItem(at: draft)
            throw error
        }
        try output.synchronize()
        try output.close()
        guard rename(draft.path(), file.path()) == 0 else {
            throw CommandFailure.failed("file-not-written", "\(file.path()) cannot be written")
        }
    }

    /// The plain content of a recorded opening, in pieces, for what seals it anew.
    func stream(
        _ opening: RecordedOpening, named name: String, take: ([UInt8]) throws -> Void
    ) throws {
        let whole = try seals.stream(opening.exhibit, named: name, take: take)
        // What was recorded is what is written, should the blob have been changed meanwhile.
        guard whole.plainDigest == opening.content else {
            throw CommandFailure.notProven(
                "exhibit-differs", "\(name) is not what its opening recorded")
        }
    }

    private static func differs(_ described: StatementBody.Exhibit) -> CommandFailure {
        .notProven("exhibit-differs", "\(described.name.text) is not what the body describes")
    }
}

extension SealOpener {
    /// Opens an exhibit piece by piece; private to this file, so that no plain content comes out
    /// but through a ``RecordedOpening``.
    fileprivate func stream(
        _ blob: BlobID, named name: String, take: ([UInt8]) throws -> Void
    ) throws -> (plainDigest: Digest, sizeBytes: UInt64) {
        guard let input = try? FileHandle(forReadingFrom: blobs.path(of: blob)) else {
            throw CommandFailure.failed(
                "exhibit-missing", "the exhibit \(name) is not in this home")
        }
        defer { try? input.close() }
        var reader = SealReader(agreement: agreement, key: key)
        do {
            while let sealed = try input.read(upToCount: 1 << 20), !sealed.isEmpty {
                try take(try reader.open(sealed))
            }
            return try reader.finish()
        } catch let refusal as SealRefusal {
            throw CommandFailure.notProven(refusal.reason, "\(name): \(refusal.explanation)")
        }
    }
}
