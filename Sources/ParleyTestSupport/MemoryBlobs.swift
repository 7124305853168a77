import ParleyLog
package import ParleyNode
package import ParleyStatements
import Synchronization

/// Blobs in memory.
package final class MemoryBlobs: BlobStore {
    fileprivate struct State {
        var whole: [BlobID: [UInt8]] = [:]
        var partial: [BlobID: [UInt8]] = [:]
    }

    fileprivate let state = Mutex(State())

    package init() {}

    package var count: Int { state.withLock { $0.whole.count } }

    package func contains(_ blob: BlobID) async throws -> Bool {
        state.withLock { $0.whole[blob] != nil }
    }

    package func size(of blob: BlobID) async throws -> UInt64? {
        state.withLock { $0.whole[blob].map { UInt64($0.count) } }
    }

    package func put(_ bytes: [UInt8], as blob: BlobID) async throws {
        guard Digest(hashing: bytes) == blob.digest else {
            throw TestSupportFault(words: "the bytes do not have the digest \(blob)")
        }
        state.withLock { $0.whole[blob] = bytes }
    }

    package func read(
        _ blob: BlobID, from offset: UInt64, count: Int
    ) async throws -> [UInt8] {
        guard let bytes = state.withLock({ $0.whole[blob] }) else {
            throw TestSupportFault(words: "the blob \(blob) is not here")
        }
        return Array(bytes.dropFirst(Int(offset)).prefix(count))
    }

    package func receivedCount(_ blob: BlobID) async throws -> UInt64 {
        state.withLock { UInt64($0.partial[blob]?.count ?? 0) }
    }

    package func resume(
        _ blob: BlobID, at offset: UInt64
    ) async throws -> (any IncomingBlob)? {
        let isThere = state.withLock { state in
            guard UInt64(state.partial[blob]?.count ?? 0) == offset else { return false }
            state.partial[blob, default: []] += []
            return true
        }
        return isThere ? ArrivingBytes(blob: blob, store: self) : nil
    }
}

private struct ArrivingBytes: IncomingBlob {
    let blob: BlobID
    let store: MemoryBlobs

    func append(_ bytes: [UInt8]) async throws {
        store.state.withLock { $0.partial[blob, default: []] += bytes }
    }

    func suspend() async throws {}

    func finish() async throws -> Bool {
        store.state.withLock { state in
            guard let bytes = state.partial.removeValue(forKey: blob),
                Digest(hashing: bytes) == blob.digest
            else { return false }
            state.whole[blob] = bytes
            return true
        }
    }
}
