import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// A ledger that stands behind what its node has signed, and is not signed from.
@Suite struct RollbackTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement

    init() throws { terms = try TestAgreement() }

    @Test func `a ledger restored from an old copy is noticed before anything is signed`()
        async throws
    {
        let (lastSigned, ledgers) = (MemoryLastSigned(), [MemoryLedger(), MemoryLedger()])
        let newer = try await writer(ledgers[0], lastSigned)
        for label in ["a", "b", "c"] { try await log(label, with: newer) }
        // The old copy holds the first of them.
        try await log("a", with: try await writer(ledgers[1], MemoryLastSigned()))
        await #expect(
            throws: LogFailure.rolledBack(log: nil, signed: TreeSize(3), held: TreeSize(1))
        ) { try await writer(ledgers[1], lastSigned) }
    }

    @Test func `a ledger that was written anew is noticed, at the same size and beyond`()
        async throws
    {
        let lastSigned = MemoryLastSigned()
        try await log("a", with: try await writer(MemoryLedger(), lastSigned))
        for labels in [["x"], ["x", "y", "z"]] {
            let other = MemoryLedger()
            let forger = try await writer(other, MemoryLastSigned())
            for label in labels { try await log(label, with: forger) }
            await #expect(
                throws: LogFailure.rolledBack(
                    log: nil, signed: TreeSize(1), held: TreeSize(UInt64(labels.count)))
            ) { try await writer(other, lastSigned) }
        }
    }

    @Test func `an empty ledger in place of one that was signed from is noticed`() async throws {
        let lastSigned = MemoryLastSigned()
        try await log("a", with: try await writer(MemoryLedger(), lastSigned))
        await #expect(
            throws: LogFailure.rolledBack(log: nil, signed: TreeSize(1), held: TreeSize(0))
        ) { try await writer(MemoryLedger(), lastSigned) }
    }

    @Test func `a ledger without the file that says what was signed is not signed from`()
        async throws
    {
        let ledger = MemoryLedger()
        try await log("a", with: try await writer(ledger, MemoryLastSigned()))
        await #expect(throws: LogFailure.lastSignedMissing) {
            try await writer(ledger, MemoryLastSigned())
        }
    }

    @Test func `a crash between the ledger and the note of what was signed loses nothing`()
        async throws
    {
        let (lastSigned, ledger) = (MemoryLastSigned(), MemoryLedger())
        try await log("a", with: try await writer(ledger, lastSigned))
        let before = try #require(try await lastSigned.load())
        try await log("b", with: try await writer(ledger, lastSigned))
        let again = MemoryLastSigned(before)
        let restarted = try await writer(ledger, again)
        #expect(await restarted.size == TreeSize(2))
        #expect(try await again.load() == (try await lastSigned.load()))
        try await log("c", with: restarted)
    }

    @Test func `what was cosigned of another's log is not forgotten either`() async throws {
        let village = try await Village.make(terms, seed: 1, at: Self.start)
        let request = try terms.request("a", from: "us", to: ["cn"], at: Self.start)
        try await village.submit(request.envelope, blobs: request.blobs, by: "us")
        try await village.settle()
        let cn = try await village.house("cn")
        let us = try terms.party("us").id
        var signed = try #require(try await cn.lastSigned.load())
        let held = try #require(signed.witnessed[us])
        signed.witnessed[us] = .init(size: TreeSize(9), root: held.root)
        await #expect(
            throws: LogFailure.rolledBack(log: us, signed: TreeSize(9), held: held.size)
        ) {
            try await LogWriter(
                ledger: cn.ledger, lastSigned: MemoryLastSigned(signed), identity: cn.identity,
                clock: cn.clock)
        }
    }

    private func writer(
        _ ledger: any Ledger, _ lastSigned: any LastSigned
    ) async throws -> LogWriter {
        try await LogWriter(
            ledger: ledger, lastSigned: lastSigned, identity: try terms.identity(of: "us"),
            clock: ManualClock(Self.start))
    }

    private func log(_ label: String, with writer: LogWriter) async throws {
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
