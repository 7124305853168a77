package import ParleyLog
import ParleyStatements

/// A node's own log as others read it (`Spec/log.md` §9): nothing that its latest published
/// checkpoint does not cover, and nothing that is stored only to be published.
package struct PublishedLog: Sendable {
    private let head: PublishedHead
    private let ledger: any Ledger
    private let shelf = TileShelf()

    package init(head: PublishedHead, ledger: any Ledger) {
        self.head = head
        self.ledger = ledger
    }

    /// The log as it now stands in the ledger, for a reader beside the node.
    package init(ledger: any Ledger) async throws {
        let tail = try await ledger.tail()
        head = PublishedHead()
        head.show(note: tail.note, size: tail.size)
        self.ledger = ledger
    }

    /// The latest signed note; nil before the first statement.
    package var checkpoint: [UInt8]? { head.note }

    /// The bytes of a tile or bundle; nil when the published tree has no such tile that wide.
    ///
    /// A tile is hashes of 32 bytes; a bundle is, for each entry, its length as 16 bits big-endian
    /// and the 32 bytes of a statement's digest. Partial ones are cut from what is stored, at
    /// whatever width is asked for: they are immutable, since the first hashes of a tile never
    /// change.
    ///
    /// - Throws: errors of the ledger's.
    package func bytes(of path: TilePath) async throws -> [UInt8]? {
        // SPEC log §9: A node MUST NOT serve a tile or bundle beyond its latest published
        // checkpoint.
        let publishedWidth = path.tile.hashCount(in: head.size)
        guard path.width <= publishedWidth else { return nil }
        let name = TileShelf.Name(content: path.content, number: path.number)
        let sizeBytes = path.width * path.content.hashSizeBytes
        if let kept = shelf.bytes(name), kept.count >= sizeBytes {
            return kept.count == sizeBytes ? kept : Array(kept.prefix(sizeBytes))
        }
        let read = try await stored(path, width: publishedWidth)
        guard read.count >= sizeBytes else { return nil }
        shelf.keep(read, as: name)
        return Array(read.prefix(sizeBytes))
    }

    /// What the ledger holds of a tile or bundle, up to the width that is published.
    private func stored(_ path: TilePath, width: Int) async throws -> [UInt8] {
        switch path.content {
        case .hashes:
            return try ledger.tileHashes(path.tile).prefix(width).flatMap(\.bytes)
        case .entries:
            let first = EntryIndex(path.number * UInt64(TileID.width))
            return try await ledger.ids(from: first, count: width)
                .flatMap { [0, UInt8(Digest.byteCount)] + $0.digest.bytes }
        }
    }
}

extension TilePath.Content {
    /// How many bytes a hash takes in a tile, or an entry with its length in a bundle.
    fileprivate var hashSizeBytes: Int {
        switch self {
        case .hashes: Digest.byteCount
        case .entries: 2 + Digest.byteCount
        }
    }
}
