import Foundation
import GRDB
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyStore

/// What only a file can do: survive, be opened twice, be damaged.
@Suite struct SQLiteLedgerTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement
    private let folder: TemporaryFolder
    private let lastSigned = MemoryLastSigned()
    private let path: String

    init() throws {
        terms = try TestAgreement()
        folder = try TemporaryFolder()
        path = folder.path("ledger.sqlite")
    }

    @Test func `a commit is flushed to the disk before it is acknowledged`() throws {
        let ledger = try SQLiteLedger(path: path)
        #expect(try ledger.synchronousLevel() == 2)
        let again = try SQLiteLedger(path: path)
        #expect(try again.synchronousLevel() == 2)
    }

    @Test func `a ledger that many open at once for the first time is made once`() async throws {
        for number in 0..<20 {
            let path = folder.path("new-\(number).sqlite")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let threads = try await SQLiteLedger(path: path).threads()
                        #expect(threads == [])
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a ledger of a later Parley is refused and left as it is`() throws {
        _ = try SQLiteLedger(path: path)
        try raw.run("PRAGMA user_version = 99")
        #expect(throws: LedgerDamage.versionUnknown(99)) { _ = try SQLiteLedger(path: path) }
    }

    @Test func `a copy makes the log that its checkpoint states, unless a statement was altered`()
        async throws
    {
        let ledger = try SQLiteLedger(path: path)
        let writer = try await writer(ledger)
        for number in 0..<3 { try await log("request \(number)", with: writer) }
        let copy = folder.path("copy.sqlite")
        let note = try #require(try ledger.copy(to: copy, progress: { _, _ in }))
        try await log("after the copy", with: writer)
        let stated = try Checkpoint(parsing: try SignedNote(parsing: note).text)
        let tree = try CopiedDatabase(path: copy).logTree()
        #expect(tree.size == TreeSize(3) && tree.size == stated.size && tree.root == stated.root)

        try RawSQLite(path: copy).run("UPDATE entry SET envelope = x'7b7d' WHERE position = 1")
        #expect(throws: LedgerDamage.envelopeAltered(EntryIndex(1))) {
            _ = try CopiedDatabase(path: copy).logTree()
        }
    }

    @Test func `a ledger that is opened again holds what was committed`() async throws {
        let before: [Digest]
        do {
            let ledger = try SQLiteLedger(path: path)
            let writer = try await writer(ledger)
            for number in 0..<3 { try await log("request \(number)", with: writer) }
            before = try raw.entryIDs()
        }
        let ledger = try SQLiteLedger(path: path)
        #expect(try raw.entryIDs() == before)
        let writer = try await writer(ledger)
        #expect(await writer.size == TreeSize(3))
        try await log("request 3", with: writer)
        #expect(try faults() == [])
    }

    @Test func `two processes that open one ledger do not fork its log`() async throws {
        let (one, two) = (try SQLiteLedger(path: path), try SQLiteLedger(path: path))
        let (first, second) = (try await writer(one), try await writer(two))
        try await log("a", with: first)
        await #expect(throws: (any Error).self) { try await log("b", with: second) }
        #expect(try raw.entryIDs().count == 1)
        #expect(try faults() == [])
        // Which then finds out where the log stands.
        try await log("b", with: second)
        #expect(try raw.entryIDs().count == 2)
        #expect(try faults() == [])
    }

    @Test func `a file that is not a ledger is not opened`() throws {
        try Data("not a database, but long enough to be looked at\n".utf8)
            .write(to: URL(filePath: path))
        #expect(throws: DatabaseError.self) { try SQLiteLedger(path: path) }
    }

    @Test func `a tile that was deleted is reported as damage at the start`() async throws {
        try await fill(300)
        try change("DELETE FROM tile WHERE level = 0 AND number = 1")
        let ledger = try SQLiteLedger(path: path)
        await #expect(throws: LedgerDamage.tileMissing(level: 0, number: 1)) {
            try await writer(ledger)
        }
    }

    @Test func `a tile deep inside that was deleted is reported as damage when it is needed`()
        async throws
    {
        try await fill(300)
        try change("DELETE FROM tile WHERE level = 0 AND number = 0")
        // The right edge is whole, so the log goes on; only proofs about old entries do not.
        let writer = try await writer(try SQLiteLedger(path: path))
        await #expect(throws: LedgerDamage.tileMissing(level: 0, number: 0)) {
            try await writer.place(of: EntryIndex(3), in: TreeSize(300))
        }
    }

    @Test func `a tile that was cut short is reported as damage`() async throws {
        try await fill(3)
        try change("UPDATE tile SET hashes = substr(hashes, 1, 64)")
        let ledger = try SQLiteLedger(path: path)
        await #expect(
            throws: TileDamage.countWrong(TileID(level: 0, number: 0), stored: 2, needed: 3)
        ) { try await writer(ledger) }
    }

    @Test func `a hash that was altered is noticed at the start`() async throws {
        try await fill(3)
        try change("UPDATE tile SET hashes = zeroblob(96)")
        let ledger = try SQLiteLedger(path: path)
        await #expect(
            throws: LogFailure.ledgerNotOurs("its checkpoint does not fit its tiles")
        ) { try await writer(ledger) }
    }

    @Test func `an entry that was taken off the end is noticed at the start`() async throws {
        try await fill(3)
        try change(
            """
            DELETE FROM outbox WHERE position = 2; DELETE FROM proof WHERE position = 2;
            DELETE FROM entry WHERE position = 2
            """)
        let ledger = try SQLiteLedger(path: path)
        await #expect(
            throws: LogFailure.ledgerNotOurs("its checkpoint does not fit its tiles")
        ) { try await writer(ledger) }
    }

    @Test func `a ledger without its note is noticed at the start`() async throws {
        try await fill(3)
        try change("DELETE FROM own_checkpoint")
        let ledger = try SQLiteLedger(path: path)
        await #expect(throws: LogFailure.ledgerNotOurs("it holds entries and no checkpoint")) {
            try await writer(ledger)
        }
    }

    @Test(arguments: [
        ("UPDATE entry SET taken_at = -1", "taken_at"),
        ("UPDATE entry SET thread = x'00'", "thread"),
        ("UPDATE entry SET id = x'00'", "digest"),
        ("UPDATE outbox SET party = '?'", "party"),
    ])
    func `a malformed value is reported as damage`(sql: String, column: String) async throws {
        try await fill(1)
        try change(sql)
        let ledger = try SQLiteLedger(path: path)
        await #expect(throws: LedgerDamage.valueMalformed(column: column)) {
            try await ledger.undelivered(limit: 9)
        }
    }

    @Test func `malformed times and hashes of a proof are reported as damage`() async throws {
        try await fill(1)
        let ledger = try SQLiteLedger(path: path)
        let id = StatementID(try #require(try raw.entryIDs().first))
        var change = LedgerChange()
        change.proofs = [
            (
                id,
                HeldProof(
                    log: try terms.party("cn").id,
                    place: LogPlace(index: EntryIndex(0), proof: [Digest(hashing: [1])]),
                    note: [1], times: ["a": Self.start])
            )
        ]
        try await ledger.commit(change)
        try self.change("UPDATE proof SET hashes = x'0102'")
        await #expect(throws: LedgerDamage.valueMalformed(column: "hashes")) {
            try await ledger.entry(id)
        }
        try self.change("UPDATE checkpoint SET times = 'noon'")
        await #expect(throws: LedgerDamage.valueMalformed(column: "times")) {
            try await ledger.entry(id)
        }
    }

    // MARK: Parts

    private func writer(_ ledger: SQLiteLedger) async throws -> LogWriter {
        try await LogWriter(
            ledger: ledger, lastSigned: lastSigned, identity: try terms.identity(of: "us"),
            clock: ManualClock(Self.start))
    }

    private func log(_ label: String, with writer: LogWriter) async throws {
        let envelope = try terms.request(label, from: "us", to: ["cn"], at: Self.start).envelope
        let verified = try StatementVerifier(agreement: terms.agreement)
            .verify(UnverifiedStatement(parsing: envelope), at: Self.start, place: nil)
        _ = try await writer.perform(
            .local(
                LoggableStatement(
                    verified: verified, payload: verified.payloadDigest, authorPlace: nil,
                    earlierProofs: []), silenceFor: nil))
    }

    /// A ledger file with that many entries, closed again.
    private func fill(_ count: Int) async throws {
        let writer = try await writer(try SQLiteLedger(path: path))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask { try await log("request \(number)", with: writer) }
            }
            try await group.waitForAll()
        }
    }

    private func change(_ sql: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    private var raw: RawSQLite { RawSQLite(path: path) }

    private func faults() throws -> [String] {
        try PlainLog.faults(in: raw, signedBy: try terms.party("us").logSigner.key)
    }
}
