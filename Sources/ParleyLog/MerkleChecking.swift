extension Merkle {
    /// Checks that the leaf stands at `index` in the tree with that size and root
    /// (RFC 9162 §2.1.3.2).
    package static func checkInclusion(
        of leafHash: Digest, at index: EntryIndex, in size: TreeSize, root: Digest,
        proof: [Digest]
    ) throws(ProofRefusal) {
        // SPEC log §4: A verifier MUST refuse an inclusion proof for an index that is not below the
        // size of the tree.
        guard index.position < size.entryCount else {
            throw .indexOutsideTree(index: index, size: size)
        }
        var node = index.position
        var last = size.entryCount - 1
        var hash = leafHash
        for sibling in proof {
            guard last != 0 else { throw .proofTooLong(count: proof.count) }
            if node & 1 == 1 || node == last {
                hash = nodeHash(sibling, hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = nodeHash(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        // SPEC log §4: A verifier MUST refuse an inclusion proof with more or fewer hashes than the
        // index and the size call for.
        guard last == 0 else { throw .proofTooShort(count: proof.count) }
        // SPEC log §4: A verifier MUST refuse an inclusion proof that does not lead from the leaf's
        // hash to the root.
        guard hash == root else { throw .rootDiffers(computed: hash, stated: root) }
    }

    /// Checks that the first tree is a prefix of the second (RFC 9162 §2.1.4.2).
    package static func checkConsistency(
        from old: TreeSize, root oldRoot: Digest, to new: TreeSize, root newRoot: Digest,
        proof: [Digest]
    ) throws(ProofRefusal) {
        // SPEC log §4: A verifier MUST refuse a consistency proof to a smaller tree.
        guard old <= new else { throw .sizeShrinks(from: old, to: new) }
        if old == new || old.entryCount == 0 {
            // SPEC log §4: A consistency proof from the empty tree, or between trees of one size,
            // MUST be empty.
            guard proof.isEmpty else { throw .proofTooLong(count: proof.count) }
            let expected = old == new ? newRoot : emptyRoot
            guard oldRoot == expected else {
                throw .rootDiffers(computed: expected, stated: oldRoot)
            }
            return
        }
        var rest = proof[...]
        let isPowerOfTwo = old.entryCount & (old.entryCount - 1) == 0
        guard let first = isPowerOfTwo ? oldRoot : rest.popFirst() else {
            throw .proofTooShort(count: 0)
        }
        var node = old.entryCount - 1
        var last = new.entryCount - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var oldHash = first
        var newHash = first
        for sibling in rest {
            guard last != 0 else { throw .proofTooLong(count: proof.count) }
            if node & 1 == 1 || node == last {
                oldHash = nodeHash(sibling, oldHash)
                newHash = nodeHash(sibling, newHash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                newHash = nodeHash(newHash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        // SPEC log §4: A verifier MUST refuse a consistency proof with more or fewer hashes than
        // the two sizes call for.
        guard last == 0 else { throw .proofTooShort(count: proof.count) }
        // SPEC log §4: A verifier MUST refuse a consistency proof that does not lead to both roots.
        guard oldHash == oldRoot else { throw .rootDiffers(computed: oldHash, stated: oldRoot) }
        guard newHash == newRoot else { throw .rootDiffers(computed: newHash, stated: newRoot) }
    }
}

/// Why a proof does not show what it claims.
package enum ProofRefusal: Error, Hashable, Sendable {
    case indexOutsideTree(index: EntryIndex, size: TreeSize)
    case sizeShrinks(from: TreeSize, to: TreeSize)
    case proofTooLong(count: Int)
    case proofTooShort(count: Int)
    case rootDiffers(computed: Digest, stated: Digest)

    package var reason: String {
        switch self {
        case .indexOutsideTree: "index-outside-tree"
        case .sizeShrinks: "size-shrinks"
        case .proofTooLong: "proof-too-long"
        case .proofTooShort: "proof-too-short"
        case .rootDiffers: "root-differs"
        }
    }

    package var explanation: String {
        switch self {
        case .indexOutsideTree(let index, let size):
            "entry \(index.position) is not in a tree of \(size.entryCount)"
        case .sizeShrinks(let old, let new):
            "a tree of \(old.entryCount) entries cannot become one of \(new.entryCount)"
        case .proofTooLong(let count): "the proof has \(count) hashes, more than the tree needs"
        case .proofTooShort(let count): "the proof has \(count) hashes, fewer than the tree needs"
        case .rootDiffers(let computed, let stated):
            "the proof leads to the root \(computed), not to \(stated)"
        }
    }
}
