import ParleyLog
import Testing

@Suite struct MerkleTests {
    static let largest = 130
    let leaves = (0..<MerkleTests.largest).map { Merkle.leafHash(of: [UInt8($0)]) }
    let wrong = Digest(hashing: [])

    @Test func `every inclusion proof up to 130 entries is the plain one, and each hash counts`()
        throws
    {
        var tree = try wholeTree()
        for size in 1...Self.largest {
            let root = try Merkle.root(of: TreeSize(UInt64(size)), reading: &tree)
            try #require(root == Plain.root(leaves.prefix(size)))
            for index in 0..<size {
                let check = { (leaf: Digest, proof: [Digest]) in
                    try Merkle.checkInclusion(
                        of: leaf, at: EntryIndex(UInt64(index)), in: TreeSize(UInt64(size)),
                        root: root, proof: proof)
                }
                let proof = try Merkle.inclusionProof(
                    of: EntryIndex(UInt64(index)), in: TreeSize(UInt64(size)), reading: &tree)
                try #require(proof == Plain.inclusion(of: index, in: leaves.prefix(size)))
                try check(leaves[index], proof)
                for place in proof.indices {
                    var changed = proof
                    changed[place] = wrong
                    try #require(throws: ProofRefusal.self) { try check(leaves[index], changed) }
                }
                try #require(throws: ProofRefusal.self) { try check(wrong, proof) }
                try #require(throws: ProofRefusal.proofTooLong(count: proof.count + 1)) {
                    try check(leaves[index], proof + [wrong])
                }
                if !proof.isEmpty {
                    try #require(throws: ProofRefusal.self) {
                        try check(leaves[index], proof.dropLast())
                    }
                }
            }
        }
    }

    @Test func `every consistency proof up to 130 entries is the plain one, and each hash counts`()
        throws
    {
        var tree = try wholeTree()
        for new in 1...Self.largest {
            for old in 1...new {
                let oldRoot = Plain.root(leaves.prefix(old))
                let newRoot = Plain.root(leaves.prefix(new))
                let check = { (oldRoot: Digest, newRoot: Digest, proof: [Digest]) in
                    try Merkle.checkConsistency(
                        from: TreeSize(UInt64(old)), root: oldRoot, to: TreeSize(UInt64(new)),
                        root: newRoot, proof: proof)
                }
                let proof = try Merkle.consistencyProof(
                    from: TreeSize(UInt64(old)), to: TreeSize(UInt64(new)), reading: &tree)
                try #require(proof == Plain.consistency(from: old, in: leaves.prefix(new)))
                try check(oldRoot, newRoot, proof)
                for place in proof.indices {
                    var changed = proof
                    changed[place] = wrong
                    try #require(throws: ProofRefusal.self) {
                        try check(oldRoot, newRoot, changed)
                    }
                }
                try #require(throws: ProofRefusal.self) { try check(wrong, newRoot, proof) }
                try #require(throws: ProofRefusal.self) { try check(oldRoot, wrong, proof) }
                try #require(throws: ProofRefusal.proofTooLong(count: proof.count + 1)) {
                    try check(oldRoot, newRoot, proof + [wrong])
                }
            }
        }
    }

    @Test func `from the empty tree to any other there is nothing to prove`() throws {
        var tree = try wholeTree()
        let proof = try Merkle.consistencyProof(
            from: TreeSize(0), to: TreeSize(7), reading: &tree)
        #expect(proof.isEmpty)
    }

    @Test func `an entry that is a digest has the leaf hash of its 32 bytes`() {
        let entry = Digest(hashing: [1, 2, 3])
        #expect(Merkle.leafHash(of: entry) == Merkle.leafHash(of: entry.bytes))
    }

    @Test func `sizes and indices near 2 to the 64 are judged without a trap`() {
        for size in [.max, .max - 1, 1 << 63, (1 << 63) + 1] as [UInt64] {
            #expect(throws: ProofRefusal.proofTooShort(count: 3)) {
                try Merkle.checkInclusion(
                    of: wrong, at: EntryIndex(size - 1), in: TreeSize(size), root: wrong,
                    proof: [wrong, wrong, wrong])
            }
            #expect(throws: ProofRefusal.proofTooShort(count: 3)) {
                try Merkle.checkConsistency(
                    from: TreeSize(3), root: wrong, to: TreeSize(size), root: wrong,
                    proof: [wrong, wrong, wrong])
            }
        }
    }

    private func wholeTree() throws -> TileTree {
        var tree = TileTree(size: TreeSize(0)) { _ in throw TileStore.Missing() }
        _ = try tree.append(leaves)
        return tree
    }
}
