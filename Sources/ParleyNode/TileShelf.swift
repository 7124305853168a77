import ParleyLog
import Synchronization

/// Tiles and bundles as they were last read, so that what many ask for is not read for each.
///
/// What is on the shelf never becomes wrong: the first hashes of a tile never change, and one that
/// has grown since is read again by whoever asks for more of it.
final class TileShelf: Sendable {
    struct Name: Hashable, Sendable {
        let content: TilePath.Content
        let number: UInt64
    }

    /// Twice as many tiles at most are held, of at most 8,704 bytes each: 18 MB.
    static let limit = 1024

    /// Those used since the shelf was last tidied, and those used before that.
    private struct Rows: Sendable {
        var recent: [Name: [UInt8]] = [:]
        var older: [Name: [UInt8]] = [:]
    }

    private let rows = Mutex(Rows())

    /// The bytes kept under that name, which may be of fewer entries than the tile has by now.
    func bytes(_ name: Name) -> [UInt8]? {
        rows.withLock { rows in
            if let bytes = rows.recent[name] { return bytes }
            guard let bytes = rows.older[name] else { return nil }
            Self.put(bytes, as: name, in: &rows)
            return bytes
        }
    }

    func keep(_ bytes: [UInt8], as name: Name) {
        rows.withLock { Self.put(bytes, as: name, in: &$0) }
    }

    private static func put(_ bytes: [UInt8], as name: Name, in rows: inout Rows) {
        // Two rows and no order within them: what nobody asked for while a whole row filled goes.
        if rows.recent.count >= limit {
            rows.older = rows.recent
            rows.recent = [:]
        }
        rows.recent[name] = bytes
    }
}
