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
            let treeSize = TreeSize(UInt64(size))
            let root = try Merkle.root(of: treeSize, reading: &tree)
            try #require(root == Plain.root(leaves.prefix(size)))
            var faults: [String] = []
            for index in 0..<size {
                let entryIndex = EntryIndex(UInt64(index))
                let refusal = { (leaf: Digest, proof: [Digest]) -> ProofRefusal? in
                    do throws(ProofRefusal) {
                        try Merkle.checkInclusion(
                            of: leaf, at: entryIndex, in: treeSize, root: root, proof: proof)
                        return nil
                    } catch {
                        return error
                    }
                }
                let proof = try Merkle.inclusionProof(
                    of: entryIndex, in: treeSize, reading: &tree)
                if proof != Plain.inclusion(of: index, in: leaves.prefix(size)) {
                    faults.append("\(index) is proven otherwise")
                }
                if refusal(leaves[index], proof) != nil { faults.append("\(index) is refused") }
                for place in proof.indices {
                    var changed = proof
                    changed[place] = wrong
                    if refusal(leaves[index], changed)?.reason != "root-differs" {
                        faults.append("\(index) is believed with another hash at \(place)")
                    }
                }
                if refusal(wrong, proof)?.reason != "root-differs" {
                    faults.append("\(index) is believed of another leaf")
                }
                let longer = refusal(leaves[index], proof + [wrong])
                let shorter = proof.isEmpty ? nil : refusal(leaves[index], proof.dropLast())
                if longer != .proofTooLong(count: proof.count + 1)
                    || !proof.isEmpty && shorter != .proofTooShort(count: proof.count - 1)
                {
                    faults.append("\(index) is believed with a hash too many or too few")
                }
            }
            #expect(faults.isEmpty, "in \(size)")
        }
    }

    @Test func `every consistency proof up to 130 entries is the plain one, and each hash counts`()
        throws
    {
        var tree = try wholeTree()
        let roots = (0...Self.largest).map { Plain.root(leaves.prefix($0)) }
        for new in 1...Self.largest {
            var faults: [String] = []
            for old in 1...new {
                let (oldSize, newSize) = (TreeSize(UInt64(old)), TreeSize(UInt64(new)))
                let refusal = { (oldRoot: Digest, newRoot: Digest, proof: [Digest]) -> String? in
                    do throws(ProofRefusal) {
                        try Merkle.checkConsistency(
                            from: oldSize, root: oldRoot, to: newSize, root: newRoot,
                            proof: proof)
                        return nil
                    } catch {
                        return error.reason
                    }
                }
                let proof = try Merkle.consistencyProof(
                    from: oldSize, to: newSize, reading: &tree)
                if proof != Plain.consistency(from: old, in: leaves.prefix(new)) {
                    faults.append("from \(old) is proven otherwise")
                }
                if refusal(roots[old], roots[new], proof) != nil {
                    faults.append("from \(old) is refused")
                }
                for place in proof.indices {
                    var changed = proof
                    changed[place] = wrong
                    if refusal(roots[old], roots[new], changed) != "root-differs" {
                        faults.append("from \(old) is believed with another hash at \(place)")
                    }
                }
                if refusal(wrong, roots[new], proof) != "root-differs"
                    || refusal(roots[old], wrong, proof) != "root-differs"
                {
                    faults.append("from \(old) is believed with another root")
                }
                if refusal(roots[old], roots[new], proof + [wrong]) != "proof-too-long" {
                    faults.append("from \(old) is believed with a hash too many")
                }
            }
            #expect(faults.isEmpty, "to \(new)")
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
        for size in [.max, .max - 1, 1 << 63] as [UInt64] {
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
        let odd = TreeSize((1 << 63) + 1)
        #expect(throws: ProofRefusal.proofTooLong(count: 3)) {
            try Merkle.checkInclusion(
                of: wrong, at: EntryIndex(1 << 63), in: odd, root: wrong,
                proof: [wrong, wrong, wrong])
        }
    }

    private func wholeTree() throws -> TileTree {
        var tree = TileTree(size: TreeSize(0)) { _ in throw TileStore.Missing() }
        _ = try tree.append(leaves)
        return tree
    }
}
