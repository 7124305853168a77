import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// What a witness outside the parties adds, and what happens when it does not.
@Suite struct OutsideWitnessTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement
    private let village: Village
    private let witness: TestWitness

    init() async throws {
        let terms = try TestAgreement(
            outsideWitnesses: [try TestWitness.listed()], receiptQuorum: 2)
        let clock = ManualClock(Self.start)
        witness = try TestWitness(
            logKey: try NoteKey(text: try terms.party("us").logSigner.key.text), clock: clock)
        village = try await Village.make(
            terms, seed: 1, at: Self.start, witness: witness, clockOfFirst: clock)
        self.terms = terms
    }

    private func say(_ label: String) async throws -> StatementID {
        let request = try terms.request(label, from: "us", to: ["cn"], at: Self.start)
        return try await village.submit(request.envelope, blobs: request.blobs, by: "us")
    }

    private func proofs(_ id: StatementID, at name: String) async throws -> [HeldProof] {
        try await village.house(name).ledger.entry(id)?.proofs ?? []
    }

    /// Whether a single proof of the author's log holds both cosigners, the peer and the witness.
    private func isWhole(_ id: StatementID, at name: String) async throws -> Bool {
        let keys = try AgreementKeys(terms.agreement)
        return try await proofs(id, at: name).contains {
            $0.log == (try? terms.party("us").id)
                && keys.outside($0.log, among: $0.times.keys).count == 2
        }
    }

    @Test func `its cosignature is in the proofs of both nodes`() async throws {
        let id = try await say("one")
        try await village.settle()
        #expect(try await isWhole(id, at: "us"))
        #expect(try await isWhole(id, at: "cn"))
        #expect(try await village.house("us").ledger.uncovered(limit: 9) == [])
        #expect(try await village.faults() == [])
    }

    @Test func `what a peer that is away was told has a time, and so has its silence`()
        async throws
    {
        try await village.set("cn", down: true)
        let id = try await say("one")
        _ = try await village.step()
        let thread = try TestAgreement.thread("one")
        #expect(try await village.thread(thread, at: "us").entries.first?.record.time != nil)
        await village.advance(seconds: TestAgreement.silenceAfter)
        let us = try terms.party("us")
        let rule = SilenceRule(terms.agreement)
        let waiting = try await village.house("us").ledger.undelivered(limit: 9)
        let now = try await village.house("us").clock.now()
        let due = try #require(rule.due(among: waiting, now: now).first)
        #expect(due.statement == id)
        let silence = rule.statement(
            for: due, under: terms.agreement.id, by: us.seat, now: now)
        try await village.submit(try us.signingKey.sign(silence), blobs: [], by: "us")
        for _ in 0..<3 { _ = try await village.step() }
        let silences = try await village.thread(thread, at: "us").silences
        #expect(silences.map(\.isWitnessed) == [true])
        // Back again, the peer is given the early proofs, and computes the same.
        try await village.set("cn", down: false)
        await village.advance(seconds: 3600)
        try await village.settle()
        #expect(try await village.thread(thread, at: "cn").silences.map(\.isWitnessed) == [true])
        #expect(try await village.faults() == [])
    }

    @Test(arguments: [
        TestWitness.Mood.away, .wrongKey, .ahead, .clockOff(seconds: 301), .clockOff(seconds: -301),
    ])
    func `one that fails holds up nothing, and is brought later`(mood: TestWitness.Mood)
        async throws
    {
        witness.set(mood)
        let id = try await say("one")
        try await village.settle()
        #expect(try await !isWhole(id, at: "us"))
        let outside = try #require(try await village.house("us").node.outside)
        #expect(await outside.report.map(\.name) == [witness.name])
        #expect(await outside.report.first?.fault != nil)
        #expect(try await village.house("us").ledger.uncovered(limit: 9) == [id])
        // It is left in peace for a minute.
        let asked = witness.askedCount
        #expect(try await outside.coverLate() == [])
        #expect(witness.askedCount == asked)
        witness.set(.fine)
        await village.advance(seconds: 61)
        #expect(try await outside.coverLate() == [try terms.party("cn").id])
        try await village.statementsQueued(by: "us")
        try await village.settle()
        #expect(try await isWhole(id, at: "us"))
        #expect(try await isWhole(id, at: "cn"))
        #expect(try await village.house("us").ledger.uncovered(limit: 9) == [])
        #expect(await outside.report.first?.fault == nil)
    }

    @Test func `a node that starts anew knows what is lacking`() async throws {
        witness.set(.away)
        let id = try await say("one")
        try await village.settle()
        witness.set(.fine)
        try await village.restart("us")
        let outside = try #require(try await village.house("us").node.outside)
        #expect(try await !outside.coverLate().isEmpty)
        try await village.settle()
        #expect(try await isWhole(id, at: "cn"))
        #expect(try await village.faults() == [])
    }
}
