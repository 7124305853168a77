/// Works out the root of a log from its leaf hashes as they come: what it holds does not grow with
/// the log.
package struct RootFold: Sendable {
    /// The roots of the complete subtrees so far, from left to right, with their levels.
    private var edge: [(level: Int, hash: Digest)] = []
    private var count: UInt64 = 0

    /// The empty tree.
    package init() {}

    package var size: TreeSize { TreeSize(count) }

    /// Takes the next leaf's hash.
    package mutating func append(_ leafHash: Digest) {
        edge.append((0, leafHash))
        count += 1
        // Two finished siblings make their parent; that may finish the pair above, and so on.
        while edge.count >= 2, edge[edge.count - 2].level == edge[edge.count - 1].level {
            let right = edge.removeLast()
            let left = edge.removeLast()
            edge.append((left.level + 1, Merkle.nodeHash(left.hash, right.hash)))
        }
    }

    /// The root of the tree of what has come.
    package var root: Digest {
        guard var root = edge.last?.hash else { return Merkle.emptyRoot }
        for left in edge.dropLast().reversed() { root = Merkle.nodeHash(left.hash, root) }
        return root
    }
}
