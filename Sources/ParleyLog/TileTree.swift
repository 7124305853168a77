/// A tile whose stored hashes a growth changed, with all of them.
package struct ChangedTile: Hashable, Sendable {
    package let id: TileID
    package let hashes: [Digest]

    package init(id: TileID, hashes: [Digest]) {
        self.id = id
        self.hashes = hashes
    }
}

/// A growing tree over stored tiles: appends leaves, and reads any hash with at most one tile's load.
///
/// A value: a batch is worked out on a copy and the copy kept only when its tiles are durable. Inside
/// a tile the inner hashes are worked out once and kept with it, so a proof costs look-ups.
package struct TileTree: HashReader, Sendable {
    package private(set) var size: TreeSize
    private let load: @Sendable (TileID) throws -> [Digest]
    private var pyramids: [TileID: Pyramid] = [:]
    /// When each was last wanted; the oldest half goes when there are too many.
    private var lastUse: [TileID: UInt64] = [:]
    private var useCount: UInt64 = 0
    private let pyramidLimit: Int

    /// - Parameters:
    ///   - load: the stored hashes of one tile, 1 to 256 of them.
    ///   - pyramidLimit: tiles held in memory, about 16 KiB each.
    package init(
        size: TreeSize, pyramidLimit: Int = 512,
        load: @escaping @Sendable (TileID) throws -> [Digest]
    ) {
        self.size = size
        self.pyramidLimit = pyramidLimit
        self.load = load
    }

    /// Appends leaf hashes in order.
    ///
    /// - Returns: every tile that grew, each with all the hashes it now holds.
    package mutating func append(_ leafHashes: [Digest]) throws -> [ChangedTile] {
        var changed: [TileID] = []
        var seen: Set<TileID> = []
        var index = size.entryCount
        for leafHash in leafHashes {
            var level = 0
            var number = index
            var hash = leafHash
            while true {
                let id = TileID(level: level, number: number / UInt64(TileID.width))
                if pyramids[id] == nil, number % UInt64(TileID.width) == 0 {
                    pyramids[id] = Pyramid()
                }
                try hold(id)
                pyramids[id]?.append(hash)
                if seen.insert(id).inserted { changed.append(id) }
                guard let top = pyramids[id]?.top else { break }
                hash = top
                number /= UInt64(TileID.width)
                level += 1
            }
            index += 1
        }
        size = TreeSize(index)
        let tiles = changed.map { id in
            ChangedTile(id: id, hashes: pyramids[id]?.levels[0] ?? [])
        }
        forgetOldest()
        return tiles
    }

    package mutating func root() throws -> Digest { try Merkle.root(of: size, reading: &self) }

    package mutating func hashes(at positions: [HashPosition]) throws -> [Digest] {
        var hashes: [Digest] = []
        hashes.reserveCapacity(positions.count)
        for position in positions {
            let inner = position.level % 8
            let place = position.index << UInt64(inner)
            let id = TileID(level: position.level / 8, number: place / UInt64(TileID.width))
            try hold(id)
            let within = Int(position.index % (UInt64(TileID.width) >> UInt64(inner)))
            guard let hash = pyramids[id]?.hash(level: inner, index: within) else {
                throw TileDamage.hashMissing(id)
            }
            hashes.append(hash)
        }
        forgetOldest()
        return hashes
    }

    private mutating func hold(_ id: TileID) throws {
        useCount += 1
        lastUse[id] = useCount
        guard pyramids[id] == nil else { return }
        let stored = try load(id)
        guard (1...TileID.width).contains(stored.count) else { throw TileDamage.widthWrong(id) }
        var pyramid = Pyramid()
        for hash in stored { pyramid.append(hash) }
        pyramids[id] = pyramid
    }

    private mutating func forgetOldest() {
        guard pyramids.count > pyramidLimit else { return }
        let byAge = lastUse.sorted { $0.value < $1.value }
        for (id, _) in byAge.prefix(pyramids.count - pyramidLimit / 2) {
            pyramids[id] = nil
            lastUse[id] = nil
        }
    }
}

/// A store that does not hold what the tree's size says it must.
package enum TileDamage: Error, Hashable, Sendable {
    case hashMissing(TileID)
    case widthWrong(TileID)
}

/// One tile's hashes and the inner hashes above them, level by level.
private struct Pyramid: Sendable {
    private(set) var levels: [[Digest]] = [[]]

    /// The tile's own root, once it is full.
    var top: Digest? { levels.count == 9 ? levels[8].first : nil }

    func hash(level: Int, index: Int) -> Digest? {
        guard levels.indices.contains(level), levels[level].indices.contains(index) else {
            return nil
        }
        return levels[level][index]
    }

    mutating func append(_ hash: Digest) {
        precondition(levels[0].count < TileID.width, "a full tile does not grow")
        levels[0].append(hash)
        var level = 0
        // Two finished siblings make their parent; that may finish the pair above, and so on.
        while levels[level].count % 2 == 0 {
            let count = levels[level].count
            let parent = Merkle.nodeHash(levels[level][count - 2], levels[level][count - 1])
            if levels.count == level + 1 { levels.append([]) }
            levels[level + 1].append(parent)
            level += 1
        }
    }
}
