/// Works out the consistency proof between two sizes of a log from the leaf hashes between them, as
/// they come: what it holds does not grow with the log.
///
/// Believes nothing: of wrong hashes it makes a wrong proof, which whoever checks it refuses.
package struct GrowthFold: Sendable {
    package let from: TreeSize
    package let to: TreeSize
    private let wanted: Set<HashPosition>
    private var found: [HashPosition: Digest] = [:]
    /// The roots of the complete subtrees so far, from left to right.
    private var edge: [(position: HashPosition, hash: Digest)] = []
    private var count: UInt64

    /// - Parameters:
    ///   - base: the size at which the leaf hashes begin.
    ///   - edge: ``Merkle/edge(of:reading:)`` at `base`.
    /// - Returns: nil unless `base` ≤ `from` ≤ `to` below 2^63 and `edge` has the hashes of `base`.
    package init?(base: TreeSize, edge: [Digest], from: TreeSize, to: TreeSize) {
        guard base <= from, from <= to, to.entryCount < 1 << 63,
            edge.count == base.entryCount.nonzeroBitCount
        else { return nil }
        var asked = Asked()
        // A reader that only notes what it is asked for cannot fail.
        _ = try? Merkle.consistencyProof(from: from, to: to, reading: &asked)
        wanted = asked.positions
        self.from = from
        self.to = to
        count = base.entryCount
        for (position, hash) in zip(Merkle.completeSubtrees(of: 0..<base.entryCount), edge) {
            keep(position, hash)
        }
    }

    /// Takes the next leaf's hash; one beyond `to` is passed over.
    package mutating func append(_ leafHash: Digest) {
        guard count < to.entryCount else { return }
        keep(HashPosition(level: 0, index: count), leafHash)
        count += 1
        // Two finished siblings make their parent; that may finish the pair above, and so on.
        while edge.count >= 2,
            case let (left, right) = (edge[edge.count - 2], edge[edge.count - 1]),
            left.position.level == right.position.level, right.position.index % 2 == 1
        {
            edge.removeLast(2)
            keep(
                HashPosition(level: right.position.level + 1, index: right.position.index / 2),
                Merkle.nodeHash(left.hash, right.hash))
        }
    }

    /// The proof, once every leaf hash up to `to` has come; nil before.
    package var proof: [Digest]? {
        guard count == to.entryCount else { return nil }
        var known = Known(hashes: found)
        return try? Merkle.consistencyProof(from: from, to: to, reading: &known)
    }

    private mutating func keep(_ position: HashPosition, _ hash: Digest) {
        edge.append((position, hash))
        if wanted.contains(position) { found[position] = hash }
    }

    private struct Asked: HashReader {
        var positions: Set<HashPosition> = []

        mutating func hashes(at positions: [HashPosition]) throws -> [Digest] {
            self.positions.formUnion(positions)
            return positions.map { _ in Merkle.emptyRoot }
        }
    }

    private struct Known: HashReader {
        struct Missing: Error {}
        let hashes: [HashPosition: Digest]

        mutating func hashes(at positions: [HashPosition]) throws -> [Digest] {
            try positions.map { position in
                guard let hash = hashes[position] else { throw Missing() }
                return hash
            }
        }
    }
}
