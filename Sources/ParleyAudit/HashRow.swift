import struct Crypto.SHA256
package import struct ParleyLog.Digest

/// Hashes side by side, as a tile holds them; at most 256.
///
/// One array of bytes rather than an array of digests: tiles come as bytes, are compared as bytes,
/// and two hashes that stand side by side are what the hash above them is made of.
package struct HashRow: Hashable, Sendable {
    private(set) var bytes: [UInt8]

    package init() { bytes = [] }

    /// Returns nil unless the bytes are whole hashes, and no more of them than a tile has.
    package init?(bytes: [UInt8]) {
        guard bytes.count % Digest.byteCount == 0,
            bytes.count <= LogPath.tileWidth * Digest.byteCount
        else { return nil }
        self.bytes = bytes
    }

    /// The leaf hashes of a bundle's first entries.
    init(hashing bundle: EntryBundle, count: Int) {
        bytes = [UInt8](unsafeUninitializedCapacity: count * Digest.byteCount) { row, written in
            let row = UnsafeMutableRawBufferPointer(row)
            bundle.bytes.withUnsafeBytes { source in
                for (place, range) in bundle.ranges.prefix(count).enumerated() {
                    Self.hash(
                        after: 0x00, UnsafeRawBufferPointer(rebasing: source[range]),
                        into: row, at: place)
                }
            }
            written = count * Digest.byteCount
        }
    }

    package var count: Int { bytes.count / Digest.byteCount }
    package var isEmpty: Bool { bytes.isEmpty }

    package subscript(place: Int) -> Digest {
        let start = place * Digest.byteCount
        guard let hash = Digest(bytes: bytes[start..<(start + Digest.byteCount)]) else {
            preconditionFailure("a row holds whole hashes")
        }
        return hash
    }

    mutating func append(_ hash: Digest) { hash.withBytes { bytes.append(contentsOf: $0) } }
    mutating func append(_ row: HashRow) { bytes += row.bytes }

    func prefix(_ count: Int) -> HashRow { HashRow(Array(bytes.prefix(count * 32))) }
    func dropFirst(_ count: Int) -> HashRow { HashRow(Array(bytes.dropFirst(count * 32))) }
    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The first place at which the rows differ; nil when they are the same.
    func firstDifference(from other: HashRow) -> Int? {
        guard bytes != other.bytes else { return nil }
        let same = zip(bytes, other.bytes).prefix { $0 == $1 }.count
        return same / Digest.byteCount
    }

    /// The root over the row's hashes, then perhaps over a smaller tree to the right of them; nil
    /// when there is neither.
    ///
    /// RFC 6962 §2.1 splits at the largest power of two; that is pairing neighbours and carrying a
    /// last one without neighbour up as it is.
    func root(followedBy tail: Digest? = nil) -> Digest? {
        var row = self
        if let tail { row.append(tail) }
        guard !row.isEmpty else { return nil }
        row.bytes.withUnsafeMutableBytes { hashes in
            var count = hashes.count / Digest.byteCount
            while count > 1 {
                for pair in 0..<(count / 2) {
                    let both = UnsafeRawBufferPointer(
                        rebasing: hashes[(pair * 64)..<(pair * 64 + 64)])
                    Self.hash(after: 0x01, both, into: hashes, at: pair)
                }
                if count % 2 == 1 {
                    let last = hashes[((count - 1) * 32)..<(count * 32)]
                    let place = (count / 2) * 32
                    UnsafeMutableRawBufferPointer(rebasing: hashes[place..<(place + 32)])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: last))
                }
                count = (count + 1) / 2
            }
        }
        return row[0]
    }

    private static func hash(
        after prefix: UInt8, _ bytes: UnsafeRawBufferPointer,
        into row: UnsafeMutableRawBufferPointer, at place: Int
    ) {
        var hasher = SHA256()
        withUnsafeBytes(of: prefix) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: bytes)
        hasher.finalize().withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: row[(place * 32)..<(place * 32 + 32)])
                .copyMemory(from: $0)
        }
    }
}
