import Crypto

/// The root hash of a complete subtree: of the 2^level leaves that begin at index · 2^level.
package struct HashPosition: Hashable, Sendable {
    package let level: Int
    package let index: UInt64

    package init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }
}

/// Where the hashes of a tree are kept.
package protocol HashReader {
    /// Returns one hash for each position, in the same order.
    mutating func hashes(at positions: [HashPosition]) throws -> [Digest]
}

/// The Merkle tree of RFC 6962 §2.1 (the same in RFC 9162 §2.1), over SHA-256.
package enum Merkle {
    /// No tree of fewer than 2^63 entries has a longer proof.
    package static let proofLimit = 63

    /// The root of the tree without entries: SHA-256 of nothing.
    package static let emptyRoot = Digest(hashing: [])

    /// SHA-256(0x00 ‖ entry).
    package static func leafHash(of entry: [UInt8]) -> Digest {
        // SPEC log §3: The hash of a leaf MUST be SHA-256 of the byte 0x00 followed by the entry.
        var hasher = SHA256()
        hasher.update(data: [0x00] as [UInt8])
        hasher.update(data: entry)
        return Digest(hasher.finalize())
    }

    /// The leaf hash of an entry that is itself a digest.
    package static func leafHash(of entry: Digest) -> Digest {
        // SPEC log §3: An entry MUST be the 32 bytes of a statement's id.
        withUnsafeTemporaryAllocation(byteCount: 33, alignment: 1) { buffer in
            buffer[0] = 0x00
            entry.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0)
            }
            return hash(buffer)
        }
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    package static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        // SPEC log §3: The hash of an inner node MUST be SHA-256 of the byte 0x01 followed by the
        // hashes of its left and right subtree.
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 1) { buffer in
            buffer[0] = 0x01
            left.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]).copyMemory(from: $0)
            }
            right.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[33...]).copyMemory(from: $0)
            }
            return hash(buffer)
        }
    }

    private static func hash(_ bytes: UnsafeMutableRawBufferPointer) -> Digest {
        var hasher = SHA256()
        hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        return Digest(hasher.finalize())
    }

    // MARK: Making

    /// The root hash of the first `size` entries.
    package static func root(
        of size: TreeSize, reading reader: inout some HashReader
    ) throws -> Digest {
        guard size.entryCount > 0 else { return emptyRoot }
        return try hash(of: 0..<size.entryCount, reading: &reader)
    }

    /// The roots of the complete subtrees that make up a tree, from left to right: all that is
    /// needed of it to go on from there.
    package static func edge(
        of size: TreeSize, reading reader: inout some HashReader
    ) throws -> [Digest] {
        try reader.hashes(at: completeSubtrees(of: 0..<size.entryCount))
    }

    /// The audit path of one entry, from the leaf's sibling upward (RFC 6962 §2.1.1).
    package static func inclusionProof(
        of index: EntryIndex, in size: TreeSize, reading reader: inout some HashReader
    ) throws -> [Digest] {
        precondition(index.position < size.entryCount, "only what is in a tree can be proven in it")
        var ranges: [Range<UInt64>] = []
        var range = 0..<size.entryCount
        while range.upperBound - range.lowerBound > 1 {
            let middle = middle(of: range)
            if index.position < middle {
                ranges.append(middle..<range.upperBound)
                range = range.lowerBound..<middle
            } else {
                ranges.append(range.lowerBound..<middle)
                range = middle..<range.upperBound
            }
        }
        return try hashes(of: ranges.reversed(), reading: &reader)
    }

    /// Proves that the tree of `old` entries is a prefix of that of `new` (RFC 6962 §2.1.2); empty
    /// when `old` is empty or equal to `new`.
    package static func consistencyProof(
        from old: TreeSize, to new: TreeSize, reading reader: inout some HashReader
    ) throws -> [Digest] {
        precondition(old <= new, "a tree never shrinks")
        guard old.entryCount > 0, old < new else { return [] }
        var ranges: [Range<UInt64>] = []
        var range = 0..<new.entryCount
        var isWhole = true
        while range.upperBound != old.entryCount {
            let middle = middle(of: range)
            if old.entryCount <= middle {
                ranges.append(middle..<range.upperBound)
                range = range.lowerBound..<middle
            } else {
                ranges.append(range.lowerBound..<middle)
                range = middle..<range.upperBound
                isWhole = false
            }
        }
        if !isWhole { ranges.append(range) }
        return try hashes(of: ranges.reversed(), reading: &reader)
    }

    private static func hashes(
        of ranges: [Range<UInt64>], reading reader: inout some HashReader
    ) throws -> [Digest] {
        // One call to the reader for everything: it may have to fetch.
        let parts = ranges.map(completeSubtrees)
        var rest = try reader.hashes(at: parts.flatMap(\.self))[...]
        return parts.map { part in
            let hashes = rest.prefix(part.count)
            rest = rest.dropFirst(part.count)
            return folded(hashes)
        }
    }

    private static func hash(
        of range: Range<UInt64>, reading reader: inout some HashReader
    ) throws -> Digest {
        folded(try reader.hashes(at: completeSubtrees(of: range))[...])
    }

    /// Joins the roots of a range's complete subtrees, smallest last, from the right.
    private static func folded(_ hashes: ArraySlice<Digest>) -> Digest {
        guard var joined = hashes.last else { return emptyRoot }
        for hash in hashes.dropLast().reversed() { joined = nodeHash(hash, joined) }
        return joined
    }

    /// The complete subtrees that make up a subtree of the tree, from left to right.
    static func completeSubtrees(of range: Range<UInt64>) -> [HashPosition] {
        var positions: [HashPosition] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let rest = range.upperBound - start
            let level = 63 - rest.leadingZeroBitCount
            positions.append(HashPosition(level: level, index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return positions
    }

    /// Where the right subtree of a range of at least 2 leaves begins.
    private static func middle(of range: Range<UInt64>) -> UInt64 {
        // SPEC log §3: The left subtree of a tree of n entries MUST hold the largest power of two
        // of entries that is smaller than n.
        let count = range.upperBound - range.lowerBound
        return range.lowerBound + (1 << UInt64(63 - (count - 1).leadingZeroBitCount))
    }
}
