package import Foundation
import ParleyLog
package import ParleyNode
package import ParleyStatements

import struct Crypto.SHA256

/// Blobs as files: `blobs/ab/abcd…` when whole, `incoming/abcd…` while they arrive.
///
/// Crash story. Bytes are appended to a file under `incoming/` and nothing names it. When its
/// digest
/// fits, the file is fsynced, renamed into place, and the folder fsynced: only then does the caller
/// learn that the blob is there, and only then may a statement that names it be committed. A crash
/// before the rename leaves a partial file from which the sender goes on; start-up does nothing.
package struct FileBlobStore: BlobStore {
    private let whole: URL
    private let incoming: URL

    /// Uses (and makes, readable by the owner alone) `blobs/` and `incoming/` below `folder`.
    package init(folder: URL) throws {
        whole = folder.appending(path: "blobs")
        incoming = folder.appending(path: "incoming")
        for place in [whole, incoming] {
            try FileManager.default.createDirectory(
                at: place, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        // All folders before the first blob, and durable: an arriving blob then costs two fsyncs,
        // its own and its folder's.
        for number in 0..<256 {
            let name = Hex.encode([UInt8(number)])
            mkdir(whole.appending(path: name).path(), 0o700)
        }
        try syncFolder(whole)
    }

    package func contains(_ blob: BlobID) async throws -> Bool {
        FileManager.default.fileExists(atPath: path(of: blob).path())
    }

    package func size(of blob: BlobID) async throws -> UInt64? { fileSize(path(of: blob)) }

    package func put(_ bytes: [UInt8], as blob: BlobID) async throws {
        if try await contains(blob) { return }
        guard Digest(hashing: bytes) == blob.digest else { throw BlobFailure.digestDiffers(blob) }
        // A name of its own: the same blob may be arriving, or be put by somebody else.
        let draft = try BlobDraft(beside: incoming.appending(path: blob.digest.hex))
        try draft.append(bytes)
        try adopt(draft, as: blob)
    }

    package func read(
        _ blob: BlobID, from offset: UInt64, count: Int
    ) async throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: path(of: blob))
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        return [UInt8](try file.read(upToCount: count) ?? Data())
    }

    package func receivedCount(_ blob: BlobID) async throws -> UInt64 {
        fileSize(incoming.appending(path: blob.digest.hex)) ?? 0
    }

    package func resume(
        _ blob: BlobID, at offset: UInt64
    ) async throws -> (any IncomingBlob)? {
        let file = incoming.appending(path: blob.digest.hex)
        // Asked first, so that a request from elsewhere leaves no empty file behind.
        guard (fileSize(file) ?? 0) == offset,
            let draft = try BlobDraft(resuming: file, at: offset)
        else { return nil }
        return ArrivingFile(draft: draft, blob: blob, store: self)
    }

    /// A new file for bytes whose digest is not yet known, such as an exhibit being sealed.
    package func newDraft(named name: String) throws -> BlobDraft {
        let file = incoming.appending(path: name)
        try? FileManager.default.removeItem(at: file)
        guard let draft = try BlobDraft(resuming: file, at: 0) else {
            throw BlobFailure.system(call: "flock", code: EWOULDBLOCK)
        }
        return draft
    }

    /// Makes a finished draft durable under the digest of its bytes, which is returned.
    @discardableResult
    package func adopt(_ draft: BlobDraft, as expected: BlobID? = nil) throws -> BlobID? {
        let blob = BlobID(try draft.finish())
        // Closed last: until it stands under its digest nobody else may write to it.
        defer { draft.close() }
        guard expected == nil || expected == blob else {
            try FileManager.default.removeItem(at: draft.file)
            return nil
        }
        let destination = path(of: blob)
        let folder = destination.deletingLastPathComponent()
        // rename(2) replaces in one step; an equal blob already there holds the same bytes.
        guard rename(draft.file.path(), destination.path()) == 0 else {
            throw BlobFailure.system(call: "rename", code: errno)
        }
        try syncFolder(folder)
        return blob
    }

    /// Forgets a draft that came to nothing.
    func discard(_ draft: BlobDraft) throws {
        draft.close()
        try FileManager.default.removeItem(at: draft.file)
    }

    /// Where a whole blob's file is or would be.
    package func path(of blob: BlobID) -> URL {
        let hex = blob.digest.hex
        return whole.appending(path: String(hex.prefix(2))).appending(path: hex)
    }

    private func fileSize(_ file: URL) -> UInt64? {
        var status = stat()
        guard stat(file.path(), &status) == 0 else { return nil }
        return UInt64(status.st_size)
    }

    private func syncFolder(_ folder: URL) throws {
        let descriptor = open(folder.path(), O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw BlobFailure.system(call: "open", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw BlobFailure.system(call: "fsync", code: errno) }
    }
}

package enum BlobFailure: Error, Hashable {
    case digestDiffers(BlobID)
    case system(call: String, code: Int32)
}

/// A file that grows and knows the SHA-256 of what it holds.
package final class BlobDraft {
    package let file: URL
    private let handle: FileHandle
    private var hasher = SHA256()
    package private(set) var sizeBytes: UInt64

    /// Takes the file for this draft alone until it is closed; two that wrote to one file would
    /// vouch for one another's bytes.
    ///
    /// - Returns: nil when somebody else writes to the file, or it does not stand at `offset`.
    init?(resuming file: URL, at offset: UInt64) throws {
        self.file = file
        let descriptor = open(file.path(), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BlobFailure.system(call: "open", code: errno) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        sizeBytes = offset
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        var opened = stat()
        var named = stat()
        // The one who had it before us may have moved it to its place.
        guard fstat(descriptor, &opened) == 0, stat(file.path(), &named) == 0,
            opened.st_ino == named.st_ino, opened.st_size == offset
        else { return nil }
        // What an earlier run received is hashed again: its running state was never on disk.
        while let bytes = try handle.read(upToCount: 1 << 20), !bytes.isEmpty {
            hasher.update(data: bytes)
        }
    }

    /// A new file whose name begins like `file`'s.
    init(beside file: URL) throws {
        // mkstemp(3) puts characters of its own for the six X.
        var name = Array((file.path() + "-XXXXXX").utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw BlobFailure.system(call: "mkstemp", code: errno) }
        let path = name.dropLast().map { UInt8(bitPattern: $0) }
        self.file = URL(filePath: String(decoding: path, as: UTF8.self))
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        sizeBytes = 0
    }

    package func append(_ bytes: some ContiguousBytes) throws {
        try bytes.withUnsafeBytes { buffer in
            hasher.update(bufferPointer: buffer)
            var rest = buffer
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = write(handle.fileDescriptor, start, rest.count)
                guard count > 0 else { throw BlobFailure.system(call: "write", code: errno) }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            sizeBytes += UInt64(buffer.count)
        }
    }

    func suspend() throws {
        try handle.synchronize()
        close()
    }

    /// Fsyncs the file; the digest of everything in it.
    func finish() throws -> Digest {
        try handle.synchronize()
        return Digest(hasher.finalize())
    }

    func close() { try? handle.close() }
}

/// One blob on its way in; the actor keeps its file from being written by two requests at once.
actor ArrivingFile: IncomingBlob {
    private let draft: BlobDraft
    private let blob: BlobID
    private let store: FileBlobStore

    init(draft: sending BlobDraft, blob: BlobID, store: FileBlobStore) {
        self.draft = draft
        self.blob = blob
        self.store = store
    }

    func append(_ bytes: [UInt8]) throws { try draft.append(bytes) }

    func suspend() throws { try draft.suspend() }

    func finish() throws -> Bool { try store.adopt(draft, as: blob) != nil }
}
