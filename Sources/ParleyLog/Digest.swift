package import Crypto

/// A whole SHA-256 digest: 32 bytes, never shortened.
///
/// Written in JSON as `sha256:` and 64 lower-case hexadecimal digits.
package struct Digest: Hashable, Sendable, Comparable {
    package static let byteCount = 32

    // Four words rather than an array: a tree of millions of these must not be millions of
    // heap allocations. The memory holds the digest's bytes in order, whatever the machine.
    // Not a SIMD vector: Swift 6.3 spills one to async frames that are not aligned for it, and
    // what stands beside it is then garbage.
    private struct Words: Hashable, Sendable {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var fourth: UInt64 = 0

        // Eight bytes of a SHA-256 are spread as well as all: folds look up little else.
        func hash(into hasher: inout Hasher) { hasher.combine(first) }
    }

    private let words: Words

    /// Returns nil unless `bytes` holds exactly 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words = Words()
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        self.words = words
    }

    /// Takes over a finished SHA-256 computation.
    package init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: Words.self) }
    }

    /// Hashes `bytes` with SHA-256 (FIPS 180-4).
    package init(hashing bytes: some Sequence<UInt8>) {
        var hasher = SHA256()
        if bytes.withContiguousStorageIfAvailable({
            hasher.update(bufferPointer: UnsafeRawBufferPointer($0))
        }) == nil {
            hasher.update(data: Array(bytes))
        }
        self.init(hasher.finalize())
    }

    /// Parses `sha256:` and 64 lower-case hexadecimal digits; nil for anything else.
    package init?(text: String) {
        guard text.hasPrefix("sha256:"), let bytes = Hex.decode(text.dropFirst(7)) else {
            return nil
        }
        self.init(bytes: bytes)
    }

    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// `sha256:` and 64 lower-case hexadecimal digits.
    package var text: String { "sha256:" + hex }

    /// The same digits without the prefix, for paths and file names.
    package var hex: String { Hex.encode(bytes) }

    /// Lends the 32 bytes without copying them.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: words, body)
    }

    /// Compares as byte strings, first byte first.
    package static func < (one: Digest, other: Digest) -> Bool {
        let (one, other) = (one.words, other.words)
        return (
            one.first.bigEndian, one.second.bigEndian, one.third.bigEndian, one.fourth.bigEndian
        ) < (
            other.first.bigEndian, other.second.bigEndian, other.third.bigEndian,
            other.fourth.bigEndian
        )
    }
}

extension Digest: CustomStringConvertible {
    package var description: String { text }
}
