import ParleyLog
import Testing

@Suite struct TileTreeTests {
    /// Numbers that look random and are the same every time (SplitMix64).
    struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    static func leaves(_ count: Int) -> [Digest] {
        var leaf = Digest(hashing: [])
        return (0..<count).map { _ in
            leaf = Merkle.leafHash(of: leaf)
            return leaf
        }
    }

    @Test(arguments: [1, 7, 255, 256, 257, 1000])
    func `batches of any length make the same tree`(batchSize: Int) throws {
        let leaves = Self.leaves(2100)
        let store = TileStore()
        var tree = TileTree(size: TreeSize(0)) { try store.load($0) }
        for start in stride(from: 0, to: leaves.count, by: batchSize) {
            let batch = Array(leaves[start..<min(start + batchSize, leaves.count)])
            store.save(try tree.append(batch))
            let count = start + batch.count
            #expect(tree.size == TreeSize(UInt64(count)))
            if count % 7 == 0 || count == leaves.count {
                #expect(try tree.root() == Plain.root(leaves.prefix(count)))
            }
        }
        let ids = (0..<9).map { TileID(level: 0, number: $0) } + [TileID(level: 1, number: 0)]
        #expect(store.ids == Set(ids))
        for number in 0..<9 {
            let tile = try store.load(TileID(level: 0, number: UInt64(number)))
            #expect(tile[...] == leaves[(number * 256)...].prefix(256))
        }
        #expect(
            try store.load(TileID(level: 1, number: 0))
                == (0..<8).map { Plain.root(leaves[($0 * 256)..<($0 * 256 + 256)]) })
    }

    @Test func `seventy thousand entries have the tiles that tlog-tiles says`() throws {
        let leaves = Self.leaves(70_000)
        let store = TileStore()
        var tree = TileTree(size: TreeSize(0)) { try store.load($0) }
        store.save(try tree.append(leaves))
        #expect(store.ids.count == 274 + 2 + 1)
        for (level, number, width) in [
            (0, 272, 256), (0, 273, 112), (1, 0, 256), (1, 1, 17), (2, 0, 1),
        ] as [(Int, UInt64, Int)] {
            let id = TileID(level: level, number: number)
            #expect(id.hashCount(in: tree.size) == width)
            #expect(try store.load(id).count == width)
        }
        #expect(TileID(level: 0, number: 274).hashCount(in: tree.size) == 0)
        #expect(TileID(level: 3, number: 0).hashCount(in: tree.size) == 0)
        #expect(TileID(level: 63, number: 0).hashCount(in: TreeSize(.max)) == 0)

        // A second reader, with few tiles in memory and nothing but the store.
        var reopened = TileTree(size: tree.size, tileLimit: 32) { try store.load($0) }
        let root = try reopened.root()
        #expect(try root == tree.root())
        #expect(root == Plain.root(leaves[...]))
        var numbers = Numbers(state: 1)
        for _ in 0..<500 {
            let size = UInt64.random(in: 1...70_000, using: &numbers)
            let index = EntryIndex(UInt64.random(in: 0..<size, using: &numbers))
            let sizeRoot = try Merkle.root(of: TreeSize(size), reading: &reopened)
            try Merkle.checkInclusion(
                of: leaves[Int(index.position)], at: index, in: TreeSize(size), root: sizeRoot,
                proof: try Merkle.inclusionProof(
                    of: index, in: TreeSize(size), reading: &reopened))
            try Merkle.checkConsistency(
                from: TreeSize(size), root: sizeRoot, to: tree.size, root: root,
                proof: try Merkle.consistencyProof(
                    from: TreeSize(size), to: tree.size, reading: &reopened))
        }
    }

    @Test func `a batch on a copy can be thrown away`() throws {
        let leaves = Self.leaves(600)
        let store = TileStore()
        var tree = TileTree(size: TreeSize(0)) { try store.load($0) }
        store.save(try tree.append(Array(leaves[..<300])))
        var failed = tree
        _ = try failed.append(Array(leaves[400...]))
        #expect(failed.size == TreeSize(500))
        #expect(tree.size == TreeSize(300))
        #expect(try tree.root() == Plain.root(leaves[..<300]))
        store.save(try tree.append(Array(leaves[300...])))
        #expect(try tree.root() == Plain.root(leaves[...]))
        var reopened = TileTree(size: tree.size) { try store.load($0) }
        #expect(try reopened.root() == tree.root())
    }

    @Test func `proofs over a large batch need no tile that is not stored yet`() throws {
        let leaves = Self.leaves(20_000)
        var tree = TileTree(size: TreeSize(0), tileLimit: 32) { _ in throw TileStore.Missing() }
        _ = try tree.append(leaves)
        let root = try tree.root()
        for index in stride(from: UInt64(0), to: 20_000, by: 199) {
            try Merkle.checkInclusion(
                of: leaves[Int(index)], at: EntryIndex(index), in: tree.size, root: root,
                proof: try Merkle.inclusionProof(
                    of: EntryIndex(index), in: tree.size, reading: &tree))
        }
    }

    @Test func `an append that cannot read the right edge leaves the tree as it was`() throws {
        let leaves = Self.leaves(700)
        let store = TileStore()
        var tree = TileTree(size: TreeSize(0)) { try store.load($0) }
        store.save(try tree.append(Array(leaves[..<600])))
        let edge = TileID(level: 0, number: 2)
        let kept = try store.load(edge)
        store.remove(edge)
        var reopened = TileTree(size: TreeSize(600)) { try store.load($0) }
        #expect(throws: TileStore.Missing.self) { try reopened.append(Array(leaves[600...])) }
        #expect(reopened.size == TreeSize(600))
        store.save([ChangedTile(id: edge, hashes: kept)])
        store.save(try reopened.append(Array(leaves[600...])))
        #expect(try reopened.root() == Plain.root(leaves[...]))
    }

    @Test func `a store that has less than the tree's size calls for is found out`() throws {
        let leaves = Self.leaves(600)
        let store = TileStore()
        var tree = TileTree(size: TreeSize(0)) { try store.load($0) }
        store.save(try tree.append(leaves))
        let edge = TileID(level: 0, number: 2)
        store.cut(edge, to: 87)
        var reopened = TileTree(size: TreeSize(600)) { try store.load($0) }
        let damage = #expect(throws: TileDamage.self) { try reopened.root() }
        #expect(damage == .countWrong(edge, stored: 87, needed: 88))
        #expect(damage?.reason == "tile-count-wrong")
        #expect(damage?.explanation.contains("87") == true)
    }

    @Test func `a reader of an older size is not disturbed when the store has grown`() throws {
        let leaves = Self.leaves(600)
        let store = TileStore()
        var tree = TileTree(size: TreeSize(0)) { try store.load($0) }
        store.save(try tree.append(leaves))
        var older = TileTree(size: TreeSize(520)) { try store.load($0) }
        #expect(try older.root() == Plain.root(leaves[..<520]))
        #expect(throws: TileDamage.hashMissing(HashPosition(level: 0, index: 520))) {
            try older.hashes(at: [HashPosition(level: 0, index: 520)])
        }
    }
}
