/// A tile whose stored hashes a growth changed, with all of them.
package struct ChangedTile: Hashable, Sendable {
    package let id: TileID
    package let hashes: [Digest]

    package init(id: TileID, hashes: [Digest]) {
        self.id = id
        self.hashes = hashes
    }
}

/// A growing tree over stored tiles: appends leaves, reads any hash with at most one tile's load.
///
/// A value: a batch is worked out on a copy, and the copy kept only when its tiles are durable.
/// Inside a tile the inner hashes are worked out once and kept with it, so a proof costs look-ups.
/// A copy is cheap: it shares every tile that it does not change.
package struct TileTree: HashReader, Sendable {
    package static let defaultTileLimit = 512

    package private(set) var size: TreeSize
    private let load: @Sendable (TileID) throws -> [Digest]
    private let tileLimit: Int
    private var held: [TileID: Held] = [:]
    /// What the latest append changed. The store may not have it yet, so it is not let go.
    private var unsettled: Set<TileID> = []
    private var useCount: UInt64 = 0

    private struct Held {
        var pyramid = Pyramid()
        var lastUse: UInt64 = 0
    }

    /// - Parameters:
    ///   - tileLimit: tiles held in memory, 16 KiB each, besides those of the latest append.
    ///   - load: the stored hashes of one tile; may give more than this tree's size calls for, when
    ///     the store has gone on growing.
    package init(
        size: TreeSize, tileLimit: Int = Self.defaultTileLimit,
        load: @escaping @Sendable (TileID) throws -> [Digest]
    ) {
        precondition(tileLimit >= 32, "the right edge alone is up to eight tiles")
        self.size = size
        self.tileLimit = tileLimit
        self.load = load
    }

    /// Appends leaf hashes in order. What an earlier append changed must be stored by now.
    ///
    /// - Returns: every tile that grew, each with all the hashes it now holds.
    /// - Throws: what loading the right edge throws; the tree is then as it was.
    package mutating func append(_ leafHashes: [Digest]) throws -> [ChangedTile] {
        guard !leafHashes.isEmpty else { return [] }
        // All that can fail comes first.
        try holdEdge()
        unsettled = []
        forgetOldest()
        var changed: [ChangedTile] = []
        var hashes = leafHashes
        var level = 0
        while !hashes.isEmpty {
            hashes = grow(level, by: hashes, changed: &changed)
            level += 1
        }
        size = TreeSize(size.entryCount + UInt64(leafHashes.count))
        return changed
    }

    /// The root over all entries.
    package mutating func root() throws -> Digest { try Merkle.root(of: size, reading: &self) }

    /// - Throws: ``TileDamage`` when the store has less than the tree's size calls for, and what
    ///   loading throws.
    package mutating func hashes(at positions: [HashPosition]) throws -> [Digest] {
        var hashes: [Digest] = []
        hashes.reserveCapacity(positions.count)
        for position in positions {
            // Eight levels to a tile; the place is counted along the tile's row of that height.
            let (level, inner) = position.level.quotientAndRemainder(dividingBy: 8)
            let id = TileID(level: level, number: position.index >> (8 - inner))
            try hold(id)
            let place = Int(position.index & (1 << (8 - inner) - 1))
            guard let hash = held[id]?.pyramid.hash(level: inner, place: place) else {
                throw TileDamage.hashMissing(position)
            }
            hashes.append(hash)
        }
        forgetOldest()
        return hashes
    }

    private mutating func holdEdge() throws {
        for level in 0..<8 {
            let number = size.entryCount >> (8 * level) / UInt64(TileID.width)
            let id = TileID(level: level, number: number)
            if id.hashCount(in: size) > 0 { try hold(id) }
        }
    }

    private mutating func hold(_ id: TileID) throws {
        useCount += 1
        let count = id.hashCount(in: size)
        if held[id] == nil, count > 0 {
            let stored = try load(id)
            // SPEC log §8: A node MUST NOT compute a hash from a stored tile with fewer hashes than
            // its tree's size calls for.
            guard stored.count >= count, stored.count <= TileID.width else {
                throw TileDamage.countWrong(id, stored: stored.count, needed: count)
            }
            var pyramid = Pyramid()
            pyramid.append(stored.prefix(count))
            held[id] = Held(pyramid: pyramid)
        }
        held[id]?.lastUse = useCount
    }

    /// - Returns: the roots of the tiles that became full, which the level above grows by.
    private mutating func grow(
        _ level: Int, by hashes: [Digest], changed: inout [ChangedTile]
    ) -> [Digest] {
        var roots: [Digest] = []
        var rest = hashes[...]
        var place = size.entryCount >> (8 * level)
        while !rest.isEmpty {
            let id = TileID(level: level, number: place / UInt64(TileID.width))
            let used = Int(place % UInt64(TileID.width))
            let part = rest.prefix(TileID.width - used)
            rest = rest.dropFirst(part.count)
            place += UInt64(part.count)
            // Taken out while it changes, so that its memory is not copied.
            var tile = held.removeValue(forKey: id) ?? Held()
            precondition(tile.pyramid.count == used, "the right edge is held before it grows")
            tile.pyramid.append(part)
            tile.lastUse = useCount
            changed.append(ChangedTile(id: id, hashes: tile.pyramid.hashes))
            // SPEC log §8: A partial tile MUST NOT be hashed into the level above.
            if let root = tile.pyramid.root { roots.append(root) }
            held[id] = tile
            unsettled.insert(id)
        }
        return roots
    }

    /// Lets go of the longer unused half when there are too many, so that this is seldom done.
    private mutating func forgetOldest() {
        guard held.count - unsettled.count > tileLimit else { return }
        let old = held.filter { !unsettled.contains($0.key) }
            .sorted { $0.value.lastUse < $1.value.lastUse }
        for (id, _) in old.dropLast(tileLimit / 2) { held[id] = nil }
    }
}

/// One tile's hashes and the inner hashes above them.
private struct Pyramid: Sendable {
    private(set) var count = 0
    /// 256 hashes, then the 128 above them, and so on to the one over all; unset beyond `count`.
    private var rows = [Digest](repeating: Merkle.emptyRoot, count: 2 * TileID.width - 1)

    var hashes: [Digest] { Array(rows.prefix(count)) }

    /// The tile's own root, once it is full.
    var root: Digest? { hash(level: 8, place: 0) }

    func hash(level: Int, place: Int) -> Digest? {
        (place + 1) << level <= count ? rows[Self.start(of: level) + place] : nil
    }

    mutating func append(_ hashes: some Collection<Digest>) {
        precondition(count + hashes.count <= TileID.width, "a full tile does not grow")
        for hash in hashes {
            rows[count] = hash
            count += 1
            // Two finished siblings make their parent; that may finish the pair above, and so on.
            var level = 0
            var finished = count
            while finished % 2 == 0 {
                let right = Self.start(of: level) + finished - 1
                finished /= 2
                level += 1
                rows[Self.start(of: level) + finished - 1] =
                    Merkle.nodeHash(rows[right - 1], rows[right])
            }
        }
    }

    private static func start(of level: Int) -> Int {
        2 * TileID.width - (2 * TileID.width) >> level
    }
}

/// A store that does not hold what the tree's size says it must.
package enum TileDamage: Error, Hashable, Sendable {
    case hashMissing(HashPosition)
    case countWrong(TileID, stored: Int, needed: Int)

    package var reason: String {
        switch self {
        case .hashMissing: "tree-hash-missing"
        case .countWrong: "tile-count-wrong"
        }
    }

    package var explanation: String {
        switch self {
        case .hashMissing(let position):
            "the tree has no hash \(position.index) at level \(position.level)"
        case .countWrong(let id, let stored, let needed):
            "tile \(id.number) of level \(id.level) holds \(stored) hashes; \(needed) are needed"
        }
    }
}
