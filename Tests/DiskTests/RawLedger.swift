import Foundation
import GRDB
import ParleyLog
import ParleyTestSupport

/// The rows of a ledger as they are, by a connection and SQL of the tests' own.
struct RawLedger: RawLog {
    struct Row: Sendable {
        let id: Digest
        let envelope: [UInt8]
    }

    /// Where a log says that a statement stands.
    struct Placing: Sendable {
        let id: Digest
        let log: String
        let place: Int
    }

    let rows: [Row]
    let placings: [Placing]
    /// Every signed note in it: its own, those it has cosigned, and those of all proofs.
    let notes: [[UInt8]]
    private let own: [UInt8]?
    private let tiles: [TileID: [Digest]]

    init(path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        self = try DatabaseQueue(path: path, configuration: configuration).read { db in
            try RawLedger(db)
        }
    }

    private init(_ db: Database) throws {
        rows = try GRDB.Row.fetchAll(db, sql: "SELECT id, envelope FROM entry ORDER BY position")
            .map { row in
                Row(id: try Self.digest(row["id"]), envelope: [UInt8](row["envelope"] as Data))
            }
        placings = try GRDB.Row.fetchAll(
            db, sql: "SELECT entry.id, log, place FROM proof JOIN entry USING (position)"
        ).map { row in
            Placing(id: try Self.digest(row["id"]), log: row["log"], place: row["place"])
        }
        own = try Data.fetchOne(db, sql: "SELECT note FROM own_checkpoint").map { [UInt8]($0) }
        notes = try Data.fetchAll(
            db,
            sql: """
                SELECT note FROM checkpoint UNION ALL SELECT note FROM witnessed
                UNION ALL SELECT note FROM own_checkpoint
                """
        ).map { [UInt8]($0) }
        tiles = try GRDB.Row.fetchAll(db, sql: "SELECT level, number, hashes FROM tile")
            .reduce(into: [:]) { tiles, row in
                let hashes = row["hashes"] as Data
                let id = TileID(level: row["level"], number: UInt64(row["number"] as Int64))
                tiles[id] = try stride(from: 0, to: hashes.count, by: 32).map {
                    try Self.digest(hashes.dropFirst($0).prefix(32))
                }
            }
    }

    private static func digest(_ data: Data) throws -> Digest {
        guard let digest = Digest(bytes: data) else {
            throw TestSupportFault(words: "no digest: \(data.count) bytes")
        }
        return digest
    }

    func entryIDs() throws -> [Digest] { rows.map(\.id) }

    func storedNote() throws -> [UInt8]? { own }

    func storedTile(_ tile: TileID) throws -> [Digest]? { tiles[tile] }
}
