import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

/// One ledger, stopped at each step of one commit.
@Suite struct LedgerStartTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement

    init() throws { terms = try TestAgreement() }

    @Test func `what a node has read at its start is there after a loss of power`() async throws {
        var sizes: Set<TreeSize> = []
        var step = 0
        var isStopped = true
        while isStopped {
            step += 1
            let disk = SimulatedDisk(seed: UInt64(step))
            try await log("a", to: try ledger(on: disk), signed: MemoryLastSigned())
            disk.end(.process)
            disk.restart()
            let ledger = try ledger(on: disk)
            disk.end(.process, at: step)
            try? await log("b", to: ledger, signed: MemoryLastSigned(try await signed(ledger)))
            isStopped = disk.isGone
            disk.end(.process)
            disk.restart()
            let read = try await self.ledger(on: disk).tail()
            disk.end(.power)
            disk.restart()
            let left = try await self.ledger(on: disk).tail()
            #expect(left.size == read.size, "stopped at step \(step)")
            #expect(left.note == read.note, "stopped at step \(step)")
            sizes.insert(read.size)
        }
        #expect(step > 10)
        #expect(sizes == [TreeSize(1), TreeSize(2)])
    }

    private func ledger(on disk: SimulatedDisk) throws -> SQLiteLedger {
        try SQLiteLedger(path: disk.databasePath("ledger.sqlite"))
    }

    private func signed(_ ledger: SQLiteLedger) async throws -> SignedState {
        let note = try #require(try await ledger.tail().note)
        let identity = try terms.identity(of: "us")
        let checkpoint = try UnverifiedCheckpoint(note: note).verify(
            logKey: identity.logSigner.key)
        return SignedState(own: .init(size: checkpoint.size, root: checkpoint.root))
    }

    private func log(
        _ label: String, to ledger: SQLiteLedger, signed: MemoryLastSigned
    ) async throws {
        let writer = try await LogWriter(
            ledger: ledger, lastSigned: signed, identity: try terms.identity(of: "us"),
            clock: ManualClock(Self.start))
        let request = try terms.request(label, from: "us", to: ["cn"], at: Self.start)
        let verified = try StatementVerifier(agreement: terms.agreement)
            .verify(UnverifiedStatement(parsing: request.envelope), at: Self.start, place: nil)
        _ = try await writer.perform(
            .local(
                LoggableStatement(
                    verified: verified, payload: verified.payloadDigest, authorPlace: nil,
                    earlierProofs: []), silenceFor: nil))
    }
}
