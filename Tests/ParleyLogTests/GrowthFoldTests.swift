import ParleyLog
import Testing

@Suite struct GrowthFoldTests {
    private static func leaves(_ count: UInt64) -> [Digest] {
        (0..<count).map { Merkle.leafHash(of: [UInt8(truncatingIfNeeded: $0)]) }
    }

    /// Every leaf hash, from which any hash of the tree follows.
    private struct Leaves: HashReader {
        let leaves: [Digest]

        mutating func hashes(at positions: [HashPosition]) throws -> [Digest] {
            positions.map { hash(at: $0) }
        }

        private func hash(at position: HashPosition) -> Digest {
            guard position.level > 0 else { return leaves[Int(position.index)] }
            let left = HashPosition(level: position.level - 1, index: 2 * position.index)
            let right = HashPosition(level: position.level - 1, index: 2 * position.index + 1)
            return Merkle.nodeHash(hash(at: left), hash(at: right))
        }
    }

    @Test func `every proof from any size between base and size is that of the whole tree`() throws
    {
        let count: UInt64 = 21
        var tree = Leaves(leaves: Self.leaves(count))
        for base in 0...count {
            let edge = try Merkle.edge(of: TreeSize(base), reading: &tree)
            for size in base...count {
                for from in base...size {
                    var fold = try #require(
                        GrowthFold(
                            base: TreeSize(base), edge: edge, from: TreeSize(from),
                            to: TreeSize(size)))
                    for leaf in tree.leaves[Int(base)..<Int(size)] {
                        #expect(fold.proof == nil)
                        fold.append(leaf)
                    }
                    let proof = try Merkle.consistencyProof(
                        from: TreeSize(from), to: TreeSize(size), reading: &tree)
                    #expect(fold.proof == proof, "\(base) \(from) \(size)")
                }
            }
        }
    }

    @Test func `leaves beyond the size are passed over`() throws {
        var tree = Leaves(leaves: Self.leaves(8))
        var fold = try #require(
            GrowthFold(base: TreeSize(0), edge: [], from: TreeSize(3), to: TreeSize(5)))
        for leaf in tree.leaves { fold.append(leaf) }
        #expect(
            try fold.proof
                == Merkle.consistencyProof(from: TreeSize(3), to: TreeSize(5), reading: &tree))
    }

    @Test func `an edge of another size, and sizes out of order, make no fold`() {
        let hash = Merkle.emptyRoot
        let sizes: [(base: UInt64, edge: Int, from: UInt64, to: UInt64)] = [
            (3, 1, 3, 5), (3, 3, 3, 5), (4, 1, 3, 5), (4, 1, 6, 5), (0, 0, 0, 1 << 63),
        ]
        for size in sizes {
            #expect(
                GrowthFold(
                    base: TreeSize(size.base), edge: Array(repeating: hash, count: size.edge),
                    from: TreeSize(size.from), to: TreeSize(size.to)) == nil)
        }
    }
}
