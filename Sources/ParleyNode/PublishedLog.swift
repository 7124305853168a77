package import ParleyLog
import ParleyStatements

/// A node's own log as others read it (`Spec/log.md` §9): nothing that its latest published
/// checkpoint does not cover, and nothing that is stored only to be published.
package struct PublishedLog: Sendable {
    private let writer: LogWriter
    private let ledger: any Ledger

    package init(writer: LogWriter, ledger: any Ledger) {
        self.writer = writer
        self.ledger = ledger
    }

    /// The latest signed note; nil before the first statement.
    package func checkpoint() async -> [UInt8]? { await writer.latestNote }

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
        guard path.width <= path.tile.hashCount(in: await writer.size) else { return nil }
        switch path.content {
        case .hashes:
            let hashes = try ledger.tileHashes(path.tile).prefix(path.width)
            guard hashes.count == path.width else { return nil }
            return hashes.flatMap(\.bytes)
        case .entries:
            let first = EntryIndex(path.number * UInt64(TileID.width))
            let ids = try await ledger.ids(from: first, count: path.width)
            guard ids.count == path.width else { return nil }
            return ids.flatMap { [0, UInt8(Digest.byteCount)] + $0.digest.bytes }
        }
    }
}
