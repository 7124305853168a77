package import ParleyLog

/// The right edge of a tree: at each level, the hashes of the tile that is not full yet.
///
/// It holds what is needed to take the next entry, to give the root, and to know every tile that
/// fills up. Level 0 holds leaf hashes, level L roots of complete subtrees of 256^L leaves; so the
/// counts are the digits of the size to the base 256.
package struct CompactRange: Hashable, Sendable {
    struct Tile: Hashable, Sendable {
        let level: Int
        let number: UInt64
        let hashes: HashRow
    }

    package private(set) var size: UInt64
    private(set) var rows: [HashRow]

    /// The edge of the empty tree.
    package init() {
        size = 0
        rows = []
    }

    /// Returns nil unless the rows are as long as the size calls for.
    package init?(size: UInt64, rows: [HashRow]) {
        var rest = size
        for row in rows {
            guard row.count == Int(rest % 256) else { return nil }
            rest /= 256
        }
        // One spelling: no empty row at the top, none missing.
        guard rest == 0, rows.last?.isEmpty != true else { return nil }
        self.size = size
        self.rows = rows
    }

    /// The leaf hashes of the tile of level 0 that is not full yet.
    var newestLeaves: HashRow { rows.first ?? HashRow() }

    package var root: Digest { root(adding: HashRow()) }

    /// The root of the tree with more leaves, which may fill the newest tile and not pass it.
    func root(adding leaves: HashRow) -> Digest {
        precondition(newestLeaves.count + leaves.count <= LogPath.tileWidth, "one tile at a time")
        var bottom = newestLeaves
        bottom.append(leaves)
        var tail = bottom.root()
        for row in rows.dropFirst() { tail = row.root(followedBy: tail) }
        return tail ?? Digest(hashing: [])
    }

    /// Adds leaves, which may fill the newest tile and not pass it.
    ///
    /// - Returns: the tiles above level 0 that this filled, lowest first.
    mutating func append(_ leaves: HashRow) -> [Tile] {
        precondition(newestLeaves.count + leaves.count <= LogPath.tileWidth, "one tile at a time")
        guard !leaves.isEmpty else { return [] }
        if rows.isEmpty { rows.append(HashRow()) }
        rows[0].append(leaves)
        size += UInt64(leaves.count)
        var filled: [Tile] = []
        var level = 0
        while rows[level].count == LogPath.tileWidth, let root = rows[level].root() {
            if level > 0 { filled.append(tile(level, before: size)) }
            rows[level] = HashRow()
            level += 1
            if rows.count == level { rows.append(HashRow()) }
            rows[level].append(root)
        }
        return filled
    }

    /// The tiles above level 0 that are not full, lowest first.
    var partialTiles: [Tile] {
        rows.indices.dropFirst().filter { !rows[$0].isEmpty }
            .map { Tile(level: $0, number: size >> UInt64(8 * ($0 + 1)), hashes: rows[$0]) }
    }

    /// The tile of a level that has just been filled by the last of `size` entries.
    private func tile(_ level: Int, before size: UInt64) -> Tile {
        Tile(
            level: level, number: (size - 1) >> UInt64(8 * (level + 1)), hashes: rows[level])
    }
}
