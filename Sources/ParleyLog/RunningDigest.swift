import Crypto

/// SHA-256 of bytes that come in pieces.
package struct RunningDigest: Sendable {
    private var hasher = SHA256()
    /// How many bytes have come.
    package private(set) var sizeBytes: UInt64 = 0

    package init() {}

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        sizeBytes += UInt64(bytes.count)
    }

    /// The digest of what has come so far.
    package var digest: Digest { Digest(hasher.finalize()) }
}
