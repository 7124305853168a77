import GRDB
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

/// One bit of a ledger flips: the node refuses, or what it says is refuted by its own proofs, or
/// nothing that it says is different.
@Suite struct RotTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    /// What a node says of itself.
    private struct Sayings: Equatable {
        var note: [UInt8]?
        var tile: [Digest] = []
        var ids: [StatementID] = []
        var exports: [ThreadID: [UInt8]] = [:]
        var summaries: [ThreadID: String] = [:]
    }

    private enum Fate: String, CaseIterable {
        case refused, refuted, unchanged, believed
    }

    @Test func `a bit that rots is noticed or changes nothing that is said`() async throws {
        let terms = try TestAgreement()
        let disk = SimulatedDisk(seed: 1)
        let lastSigned = MemoryLastSigned()
        let village = try await Village.make(
            terms, seed: 5, at: Self.start,
            makeLedger: {
                guard $0 == "us" else { return MemoryLedger() }
                return try SQLiteLedger(path: disk.databasePath("ledger.sqlite"))
            }, makeLastSigned: { $0 == "us" ? lastSigned : MemoryLastSigned() })
        for _ in 0..<12 {
            try await village.speak()
            try await village.settle()
        }
        // Opened and closed by nobody else: all of it is in the one file then.
        disk.end(.process)
        disk.restart()
        _ = try SQLiteLedger(path: disk.databasePath("ledger.sqlite"))
        let signed = try await lastSigned.load()
        let truth = try await sayings(of: disk, terms, signed)
        #expect(truth.exports.count > 3)
        var fates: [Fate: Int] = [:]
        for seed in try Seeds.chosen(otherwise: 180..<204) {
            let rotten = SimulatedDisk(copying: disk, seed: seed)
            let place = try #require(rotten.rot("ledger.sqlite"))
            let fate = await fate(of: rotten, truth, terms, signed)
            fates[fate, default: 0] += 1
            #expect(fate != .believed, "byte \(place); repeat with PARLEY_SEEDS=\(seed)-\(seed)")
        }
        let counts = Fate.allCases.map { "\(fates[$0] ?? 0) \($0.rawValue)" }
        print("rotten bits: \(counts.joined(separator: ", "))")
    }

    private func fate(
        of disk: SimulatedDisk, _ truth: Sayings, _ terms: TestAgreement,
        _ signed: SignedState?
    ) async -> Fate {
        do {
            let said = try await sayings(of: disk, terms, signed)
            if said == truth { return .unchanged }
            let log = try RawLedger(path: disk.databasePath("ledger.sqlite"))
            let key = try terms.party("us").logSigner.key
            if try PlainLog.faults(in: log, signedBy: key) != [] { return .refuted }
            if let note = said.note, said.note != truth.note {
                // Its log's signature holds: the reader of a rotten cosignature sees that.
                let witness = try terms.party("us").witnessSigner.key
                let checkpoint = try UnverifiedCheckpoint(note: note).verify(logKey: key)
                if try checkpoint.cosignatures(by: [witness]) == [] { return .refuted }
            }
            for bytes in said.exports.values {
                let export = try ThreadExport(parsing: bytes)
                if try export.verified(under: terms.agreement).faults != [] { return .refuted }
            }
            return .believed
        } catch {
            return .refused
        }
    }

    private func sayings(
        of disk: SimulatedDisk, _ terms: TestAgreement, _ signed: SignedState?
    ) async throws -> Sayings {
        let ledger = try SQLiteLedger(path: disk.databasePath("ledger.sqlite"))
        let identity = try terms.identity(of: "us")
        let writer = try await LogWriter(
            ledger: ledger, lastSigned: MemoryLastSigned(signed),
            identity: identity, clock: ManualClock(Self.start))
        let record = try await RecordReader(
            known: AgreementVersions(terms.agreement), ledger: ledger, blobs: MemoryBlobs())
        var said = Sayings(note: writer.head.note)
        said.tile = try ledger.tileHashes(TileID(level: 0, number: 0))
        said.ids = try await ledger.ids(from: EntryIndex(0), count: 256)
        for id in try await record.threads() {
            said.exports[id] = try await record.export(id).fileBytes
            said.summaries[id] = try await record.thread(id).canonicalSummary()
        }
        return said
    }
}
