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
        let draft = try newDraft(named: blob.digest.hex)
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
        guard (fileSize(file) ?? 0) == offset else { return nil }
        return try ArrivingFile(
            draft: BlobDraft(resuming: file, upTo: offset), blob: blob, store: self)
    }

    /// A new file for bytes whose digest is not yet known, such as an exhibit being sealed.
    package func newDraft(named name: String) throws -> BlobDraft {
        let file = incoming.appending(path: name)
        try? FileManager.default.removeItem(at: file)
        return try BlobDraft(resuming: file, upTo: 0)
    }

    /// Makes a finished draft durable under the digest of its bytes, which is returned.
    @discardableResult
    package func adopt(_ draft: BlobDraft, as expected: BlobID? = nil) throws -> BlobID? {
        let blob = BlobID(try draft.finish())
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

    init(resuming file: URL, upTo offset: UInt64) throws {
        self.file = file
        if !FileManager.default.fileExists(atPath: file.path()) {
            guard
                FileManager.default.createFile(
                    atPath: file.path(), contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw BlobFailure.system(call: "create", code: errno) }
        }
        handle = try FileHandle(forUpdating: file)
        sizeBytes = offset
        // What an earlier run received is hashed again: its running state was never on disk.
        while let bytes = try handle.read(upToCount: 1 << 20), !bytes.isEmpty {
            hasher.update(data: bytes)
        }
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
        try handle.close()
    }

    /// Fsyncs and closes the file; the digest of everything in it.
    func finish() throws -> Digest {
        try suspend()
        return Digest(hasher.finalize())
    }
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
