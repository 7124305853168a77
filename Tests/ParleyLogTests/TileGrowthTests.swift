import ParleyLog
import Testing

/// Growth in any batches, with any reloads, is growth one by one.
@Suite struct TileGrowthTests {
    private static let entryCount = 70_000
    private static let leaves = TileTreeTests.leaves(entryCount)

    /// Appends leaf by leaf, as slowly and plainly as can be.
    private static func grownOneByOne() throws -> (tree: TileTree, store: TileStore) {
        let store = TileStore()
        var tree = TileTree(size: TreeSize(0), tileLimit: 32) { try store.load($0) }
        for leaf in leaves { store.save(try tree.append([leaf])) }
        return (tree, store)
    }

    @Test func `random batches, reloads and batches thrown away give the tiles of single appends`()
        throws
    {
        var (plain, plainStore) = try Self.grownOneByOne()
        #expect(try plain.root() == Plain.root(Self.leaves[...]))
        for seed in 1...4 as ClosedRange<UInt64> {
            var numbers = TileTreeTests.Numbers(state: seed)
            let store = TileStore()
            var tree = TileTree(size: TreeSize(0), tileLimit: 32) { try store.load($0) }
            var start = 0
            while start < Self.entryCount {
                // Mostly short, now and then longer than a tile or than a tile of tiles.
                let limit = [1, 10, 300, 5000].randomElement(using: &numbers) ?? 1
                let count = min(
                    Int.random(in: 1...limit, using: &numbers), Self.entryCount - start)
                let batch = Array(Self.leaves[start..<start + count])
                if Bool.random(using: &numbers) {
                    var discarded = tree
                    _ = try discarded.append(batch.reversed() + [Self.leaves[0]])
                }
                store.save(try tree.append(batch))
                start += count
                if count > 100 {
                    let root = try Merkle.root(of: tree.size, reading: &plain)
                    try #require(try tree.root() == root, "seed \(seed), \(start) entries")
                    tree = TileTree(size: tree.size, tileLimit: 32) { try store.load($0) }
                }
            }
            try #require(store.ids == plainStore.ids)
            for id in store.ids { #expect(try store.load(id) == plainStore.load(id)) }
        }
    }

    @Test func `any hash read back from stored tiles is that of the leaves below it`() throws {
        let store = TileStore()
        var whole = TileTree(size: TreeSize(0)) { try store.load($0) }
        store.save(try whole.append(Self.leaves))
        var tree = TileTree(size: whole.size, tileLimit: 32) { try store.load($0) }
        let reader = LeafReader(Self.leaves)
        var numbers = TileTreeTests.Numbers(state: 5)
        for level in 0...16 {
            let last = UInt64(Self.entryCount >> level)
            for _ in 0..<(level < 8 ? 40 : 2) {
                let position = HashPosition(
                    level: level, index: UInt64.random(in: 0..<last, using: &numbers))
                #expect(try tree.hashes(at: [position]) == reader.hashes(at: [position]))
            }
            let beyond = HashPosition(level: level, index: last)
            #expect(throws: (any Error).self) { try tree.hashes(at: [beyond]) }
        }
    }
}

@Suite struct ProofLengthTests {
    @Test func `a proof without any one of its hashes is too short, with one more too long`()
        throws
    {
        let leaves = TileTreeTests.leaves(40)
        let extra = Digest(hashing: [])
        var reader = LeafReader(leaves)
        for count in 1...leaves.count {
            let size = TreeSize(UInt64(count))
            let root = Plain.root(leaves.prefix(count))
            for index in 0..<count {
                let place = EntryIndex(UInt64(index))
                let proof = try Merkle.inclusionProof(of: place, in: size, reading: &reader)
                expectLengthCounts(proof, extra) { proof throws(ProofRefusal) in
                    try Merkle.checkInclusion(
                        of: leaves[index], at: place, in: size, root: root, proof: proof)
                }
                let old = TreeSize(UInt64(index + 1))
                let oldRoot = Plain.root(leaves.prefix(index + 1))
                let growth = try Merkle.consistencyProof(from: old, to: size, reading: &reader)
                expectLengthCounts(growth, extra) { proof throws(ProofRefusal) in
                    try Merkle.checkConsistency(
                        from: old, root: oldRoot, to: size, root: root, proof: proof)
                }
            }
        }
    }

    private func expectLengthCounts(
        _ proof: [Digest], _ extra: Digest, check: ([Digest]) throws(ProofRefusal) -> Void
    ) {
        for place in 0...proof.count {
            #expect(throws: ProofRefusal.proofTooLong(count: proof.count + 1)) {
                try check(Array(proof[..<place]) + [extra] + proof[place...])
            }
            guard place < proof.count else { continue }
            #expect(throws: ProofRefusal.proofTooShort(count: proof.count - 1)) {
                try check(Array(proof[..<place]) + proof[(place + 1)...])
            }
        }
    }
}
