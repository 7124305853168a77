import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyStore

@Suite struct FileBlobStoreTests {
    private let folder: TemporaryFolder
    private let store: FileBlobStore
    private let bytes: [UInt8]
    private let blob: BlobID

    init() throws {
        folder = try TemporaryFolder()
        store = try FileBlobStore(folder: folder.url)
        var generator = SeededGenerator(seed: 7)
        bytes = generator.bytes(count: 100_000)
        blob = BlobID(Digest(hashing: bytes))
    }

    @Test func `a blob that is put is read back, whole and in parts`() async throws {
        #expect(try await store.size(of: blob) == nil)
        #expect(try await !store.contains(blob))
        try await store.put(bytes, as: blob)
        #expect(try await store.contains(blob))
        #expect(try await store.size(of: blob) == 100_000)
        #expect(try await store.read(blob, from: 0, count: 200_000) == bytes)
        #expect(try await store.read(blob, from: 99_990, count: 100) == Array(bytes.suffix(10)))
        #expect(try await store.read(blob, from: 100_000, count: 1) == [])
    }

    @Test func `bytes of another digest are not put`() async throws {
        let other = BlobID(Digest(hashing: [1]))
        await #expect(throws: BlobFailure.digestDiffers(other)) {
            try await store.put(bytes, as: other)
        }
        #expect(try await !store.contains(other))
        #expect(try names(in: "incoming") == [])
    }

    @Test func `putting a blob again changes nothing`() async throws {
        try await store.put(bytes, as: blob)
        let before = try FileManager.default.attributesOfItem(atPath: file.path())
        try await store.put(bytes, as: blob)
        let after = try FileManager.default.attributesOfItem(atPath: file.path())
        #expect(before[.systemFileNumber] as? UInt64 == after[.systemFileNumber] as? UInt64)
        #expect(try names(in: "incoming") == [])
    }

    @Test func `a whole blob lies under its digest, for its owner alone`() async throws {
        try await store.put(bytes, as: blob)
        #expect(file == store.path(of: blob))
        #expect(Array(try Data(contentsOf: file)) == bytes)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path())
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let parent = try FileManager.default.attributesOfItem(
            atPath: folder.path("blobs"))
        #expect(parent[.posixPermissions] as? Int == 0o700)
    }

    @Test func `a blob arrives in pieces, over interruptions`() async throws {
        var place = 0
        for size in [1, 40_000, 0, 59_999] {
            #expect(try await store.receivedCount(blob) == UInt64(place))
            let incoming = try #require(try await store.resume(blob, at: UInt64(place)))
            try await incoming.append(Array(bytes[place..<(place + size)]))
            place += size
            if place < bytes.count {
                try await incoming.suspend()
                #expect(try await !store.contains(blob))
            } else {
                #expect(try await incoming.finish())
            }
        }
        #expect(try await store.read(blob, from: 0, count: 200_000) == bytes)
        #expect(try names(in: "incoming") == [])
        #expect(try await store.receivedCount(blob) == 0)
    }

    @Test func `a blob goes on only from where it stands`() async throws {
        let incoming = try #require(try await store.resume(blob, at: 0))
        try await incoming.append(Array(bytes.prefix(10)))
        try await incoming.suspend()
        #expect(try await store.resume(blob, at: 9) == nil)
        #expect(try await store.resume(blob, at: 11) == nil)
        #expect(try await store.resume(blob, at: 0) == nil)
        let further = try #require(try await store.resume(blob, at: 10))
        try await further.suspend()
    }

    @Test func `bytes that make another digest leave nothing behind`() async throws {
        let incoming = try #require(try await store.resume(blob, at: 0))
        try await incoming.append(Array(bytes.dropLast()))
        #expect(try await incoming.finish() == false)
        #expect(try await !store.contains(blob))
        #expect(try await store.receivedCount(blob) == 0)
        #expect(try names(in: "incoming") == [])
        let again = try #require(try await store.resume(blob, at: 0))
        try await again.append(bytes)
        #expect(try await again.finish())
    }

    @Test func `a store that starts over a partial file goes on from it`() async throws {
        let incoming = try #require(try await store.resume(blob, at: 0))
        try await incoming.append(Array(bytes.prefix(70_000)))
        try await incoming.suspend()
        let restarted = try FileBlobStore(folder: folder.url)
        #expect(try await restarted.receivedCount(blob) == 70_000)
        let further = try #require(try await restarted.resume(blob, at: 70_000))
        try await further.append(Array(bytes.suffix(30_000)))
        #expect(try await further.finish())
        #expect(try await restarted.read(blob, from: 0, count: 200_000) == bytes)
    }

    @Test func `a partial file that a crash left altered is found out at the end`() async throws {
        let partial = folder.url.appending(path: "incoming/\(blob.digest.hex)")
        var spoilt = Array(bytes.prefix(70_000))
        spoilt[69_999] ^= 1
        try Data(spoilt).write(to: partial)
        let further = try #require(try await store.resume(blob, at: 70_000))
        try await further.append(Array(bytes.suffix(30_000)))
        #expect(try await further.finish() == false)
        #expect(try await store.receivedCount(blob) == 0)
    }

    @Test func `one blob does not arrive over two requests at once`() async throws {
        let first = try #require(try await store.resume(blob, at: 0))
        // Both would write into one file: the digest of one sender's bytes would vouch for the
        // bytes of the other.
        #expect(try await store.resume(blob, at: 0) == nil)
        try await first.append(bytes)
        #expect(try await store.resume(blob, at: 100_000) == nil)
        #expect(try await first.finish())
        #expect(Array(try Data(contentsOf: file)) == bytes)
    }

    @Test func `a sender who has gone away does not keep the next one out`() async throws {
        do {
            let first = try #require(try await store.resume(blob, at: 0))
            try await first.append(Array(bytes.prefix(10)))
        }
        let next = try #require(try await store.resume(blob, at: 10))
        try await next.append(Array(bytes.dropFirst(10)))
        #expect(try await next.finish())
    }

    @Test func `a blob that is put while it arrives is whole, and so is what arrives`() async throws
    {
        let arriving = try #require(try await store.resume(blob, at: 0))
        try await arriving.append(Array(bytes.prefix(10)))
        try await store.put(bytes, as: blob)
        #expect(Array(try Data(contentsOf: file)) == bytes)
        try await arriving.append(Array(bytes.dropFirst(10)))
        #expect(try await arriving.finish())
        #expect(Array(try Data(contentsOf: file)) == bytes)
    }

    @Test func `one blob that is put many times at once is put whole`() async throws {
        for round in 0..<20 {
            let bytes = [UInt8](repeating: UInt8(round), count: 60_000)
            let blob = BlobID(Digest(hashing: bytes))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try await store.put(bytes, as: blob) } }
                try await group.waitForAll()
            }
            #expect(Array(try Data(contentsOf: store.path(of: blob))) == bytes)
        }
        #expect(try names(in: "incoming") == [])
    }

    @Test func `a draft takes the name of its bytes`() throws {
        let draft = try store.newDraft(named: "seal-0")
        try draft.append(Array(bytes.prefix(50_000)))
        try draft.append(Array(bytes.suffix(50_000)))
        #expect(draft.sizeBytes == 100_000)
        #expect(try store.adopt(draft) == blob)
        #expect(Array(try Data(contentsOf: file)) == bytes)
    }

    private var file: URL {
        folder.url.appending(path: "blobs/\(blob.digest.hex.prefix(2))/\(blob.digest.hex)")
    }

    private func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted()
    }
}
