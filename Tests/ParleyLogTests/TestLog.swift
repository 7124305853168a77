import ParleyLog
import Synchronization
import Testing

/// Hashes of complete subtrees, worked out again from the leaves each time they are asked for.
struct LeafReader: HashReader {
    let leaves: [Digest]

    init(_ leaves: [Digest]) { self.leaves = leaves }

    func hashes(at positions: [HashPosition]) throws -> [Digest] {
        positions.map { position in
            let count = 1 << position.level
            let start = Int(position.index) * count
            return Plain.root(leaves[start..<start + count])
        }
    }
}

/// The tree as RFC 6962 §2.1 writes it down: recursive, slow, and plain to see.
enum Plain {
    static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard let first = leaves.first else { return Digest(hashing: []) }
        guard leaves.count > 1 else { return first }
        let cut = leaves.startIndex + split(leaves.count)
        return Merkle.nodeHash(root(leaves[..<cut]), root(leaves[cut...]))
    }

    static func inclusion(of index: Int, in leaves: ArraySlice<Digest>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let cut = split(leaves.count)
        let left = leaves.prefix(cut)
        let right = leaves.dropFirst(cut)
        return index < cut
            ? inclusion(of: index, in: left) + [root(right)]
            : inclusion(of: index - cut, in: right) + [root(left)]
    }

    static func consistency(
        from old: Int, in leaves: ArraySlice<Digest>, isWhole: Bool = true
    ) -> [Digest] {
        if old == leaves.count { return isWhole ? [] : [root(leaves)] }
        let cut = split(leaves.count)
        let left = leaves.prefix(cut)
        let right = leaves.dropFirst(cut)
        return old <= cut
            ? consistency(from: old, in: left, isWhole: isWhole) + [root(right)]
            : consistency(from: old - cut, in: right, isWhole: false) + [root(left)]
    }

    private static func split(_ count: Int) -> Int {
        var split = 1
        while split * 2 < count { split *= 2 }
        return split
    }
}

/// Stored tiles, as a ledger would keep them.
final class TileStore: Sendable {
    struct Missing: Error {}

    private let tiles = Mutex<[TileID: [Digest]]>([:])

    func save(_ changed: [ChangedTile]) {
        tiles.withLock { tiles in
            for tile in changed { tiles[tile.id] = tile.hashes }
        }
    }

    func load(_ id: TileID) throws -> [Digest] {
        guard let hashes = tiles.withLock({ $0[id] }) else { throw Missing() }
        return hashes
    }

    func remove(_ id: TileID) { tiles.withLock { $0[id] = nil } }

    func cut(_ id: TileID, to count: Int) {
        tiles.withLock { tiles in tiles[id] = tiles[id].map { Array($0.prefix(count)) } }
    }

    var ids: Set<TileID> { tiles.withLock { Set($0.keys) } }
}

/// A whole log with fixed keys, whose entries are the digests of `statement 1` and so on.
struct TestLog {
    static let time = Timestamp(text: "2026-01-01T00:00:00Z") ?? .latest

    let signer: NoteSigner
    let witness: NoteSigner
    let entries: [Digest]
    let leaves: [Digest]

    init(entryCount: Int) throws {
        signer = try NoteSigner(
            name: "log.example.org/a", seed: Array(repeating: 1, count: 32), type: .log)
        witness = try NoteSigner(
            name: "witness.example.org/b", seed: Array(repeating: 2, count: 32), type: .cosigner)
        entries = (0..<entryCount).map { Digest(hashing: Array("statement \($0 + 1)".utf8)) }
        leaves = entries.map { Merkle.leafHash(of: $0) }
    }

    func checkpoint(of count: Int) -> Checkpoint {
        Checkpoint(
            origin: signer.key.name, size: TreeSize(UInt64(count)),
            root: Plain.root(leaves.prefix(count)))
    }

    /// The checkpoint's note with the witness's line.
    func note(of count: Int, at time: Timestamp = TestLog.time) throws -> [UInt8] {
        let checkpoint = checkpoint(of: count)
        return try signer.note(over: checkpoint)
            + Array(witness.cosignatureLine(over: checkpoint, at: time).utf8)
    }

    func receipt(of index: UInt64, in count: Int, note: [UInt8]) throws -> Receipt {
        var reader = LeafReader(leaves)
        return Receipt(
            index: EntryIndex(index),
            proof: try Merkle.inclusionProof(
                of: EntryIndex(index), in: TreeSize(UInt64(count)), reading: &reader),
            checkpointNote: note)
    }
}
