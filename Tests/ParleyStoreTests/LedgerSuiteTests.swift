import Foundation
import ParleyExchange
import ParleyLog
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

@testable import ParleyNode

/// What every ledger does, run against each of them.
@Suite struct LedgerSuiteTests {
    enum Kind: CaseIterable { case sqlite, memory }

    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement
    private let folder: TemporaryFolder
    private let lastSigned = MemoryLastSigned()

    init() throws {
        terms = try TestAgreement(["us", "cn", "corp"])
        folder = try TemporaryFolder()
    }

    @Test(arguments: Kind.allCases)
    func `an empty ledger says so`(kind: Kind) async throws {
        let ledger = try make(kind)
        let tail = try await ledger.tail()
        #expect(tail.size == TreeSize(0))
        #expect(tail.note == nil)
        #expect(tail.witnessedNotes.isEmpty)
        #expect(tail.cosignedSizes.isEmpty)
        #expect(try await ledger.threads() == [])
        #expect(try await ledger.undelivered(limit: 9).isEmpty)
        #expect(try await ledger.refusals().isEmpty)
        let id = StatementID(Digest(hashing: [1]))
        #expect(try await ledger.entry(id) == nil)
        #expect(throws: (any Error).self) {
            try ledger.tileHashes(TileID(level: 0, number: 0))
        }
    }

    @Test(arguments: Kind.allCases)
    func `statements are read back in log order, by id, by thread and from the outbox`(
        kind: Kind
    ) async throws {
        let ledger = try make(kind)
        let writer = try await writer(ledger)
        var sent: [LoggableStatement] = []
        for number in 0..<5 {
            let to = number % 2 == 0 ? "cn" : "corp"
            sent.append(try loggable("request \(number)", to: to))
        }
        for one in sent { _ = try await writer.perform(.local(one, silenceFor: nil)) }
        let ids = sent.map(\.verified.id)
        #expect(try await ledger.tail().size == TreeSize(5))
        #expect(try await ledger.threads() == sent.map(\.verified.statement.thread))
        for (place, one) in sent.enumerated() {
            let entry = try #require(try await ledger.entry(ids[place]))
            #expect(entry.index == EntryIndex(UInt64(place)))
            #expect(entry.envelope == one.verified.envelopeBytes)
            #expect(entry.takenAt == Self.start)
            #expect(entry.proofs == [])
            let thread = try await ledger.entries(in: one.verified.statement.thread)
            #expect(thread.map(\.id) == [ids[place]])
        }
        let cn = try terms.party("cn").id
        #expect(try await ledger.outbox(for: cn, limit: 9).map(\.id) == [ids[0], ids[2], ids[4]])
        #expect(try await ledger.outbox(for: cn, limit: 2).map(\.id) == [ids[0], ids[2]])
        #expect(try await ledger.undelivered(limit: 9).map(\.statement) == ids)
        #expect(try await ledger.undelivered(limit: 2).map(\.statement) == Array(ids[..<2]))
        #expect(try await ledger.undelivered(limit: 1).first?.since == Self.start)
    }

    @Test(arguments: Kind.allCases)
    func `what is known is told by id and by payload`(kind: Kind) async throws {
        let ledger = try make(kind)
        let writer = try await writer(ledger)
        let one = try loggable("a", to: "cn")
        _ = try await writer.perform(.local(one, silenceFor: nil))
        let other = StatementID(Digest(hashing: [1]))
        let known = try await ledger.known(
            ids: [one.verified.id, other], payloads: [one.payload, Digest(hashing: [2])])
        #expect(known.entries == [one.verified.id])
        #expect(known.payloads == [one.payload: one.verified.id])
    }

    @Test(arguments: Kind.allCases)
    func `a settlement empties the outbox, and keeps the refusal and the proofs once`(
        kind: Kind
    ) async throws {
        let ledger = try make(kind)
        let writer = try await writer(ledger)
        let one = try loggable("a", to: "cn")
        let two = try loggable("b", to: "cn")
        for each in [one, two] { _ = try await writer.perform(.local(each, silenceFor: nil)) }
        let cn = try terms.party("cn").id
        let proof = try heldProof(of: 0, at: 10)
        var change = LedgerChange()
        change.settlements = [
            .init(statement: one.verified.id, party: cn, refusal: nil),
            .init(statement: two.verified.id, party: cn, refusal: [1, 2, 3]),
        ]
        change.proofs = [(one.verified.id, proof), (one.verified.id, try heldProof(of: 1, at: 20))]
        try await ledger.commit(change)
        try await ledger.commit(change)
        #expect(try await ledger.outbox(for: cn, limit: 9).isEmpty)
        #expect(try await ledger.undelivered(limit: 9).isEmpty)
        let refusals = try await ledger.refusals()
        #expect(refusals.map(\.statement) == [two.verified.id])
        #expect(refusals.map(\.party) == [cn])
        #expect(refusals.map(\.envelope) == [[1, 2, 3]])
        let held = try #require(try await ledger.entry(one.verified.id)).proofs
        #expect(held == [proof, try heldProof(of: 1, at: 20)])
    }

    @Test(arguments: Kind.allCases)
    func `a proof of a statement that is not held is not kept`(kind: Kind) async throws {
        let ledger = try make(kind)
        let stranger = StatementID(Digest(hashing: [9]))
        var change = LedgerChange()
        change.proofs = [(stranger, try heldProof(of: 0, at: 10))]
        try await ledger.commit(change)
        #expect(try await ledger.entry(stranger) == nil)
    }

    @Test(arguments: Kind.allCases)
    func `a recorded silence is waited for no more, and still delivered`(
        kind: Kind
    ) async throws {
        let ledger = try make(kind)
        let writer = try await writer(ledger)
        let one = try loggable("a", to: "cn")
        _ = try await writer.perform(.local(one, silenceFor: nil))
        let waiting = try #require(try await ledger.undelivered(limit: 9).first)
        let us = try terms.party("us")
        let silence = SilenceRule(terms.agreement).statement(
            for: waiting, under: terms.agreement.id, by: us.seat, now: Self.start)
        let loggable = try loggable(try us.signingKey.sign(silence))
        _ = try await writer.perform(.local(loggable, silenceFor: one.verified.id))
        #expect(try await ledger.undelivered(limit: 9).isEmpty)
        let owed = try await ledger.outbox(for: try terms.party("cn").id, limit: 9)
        #expect(owed.map(\.id) == [one.verified.id, loggable.verified.id])
    }

    @Test(arguments: Kind.allCases)
    func `the tail keeps the latest note of each peer and the size it has cosigned`(
        kind: Kind
    ) async throws {
        let ledger = try make(kind)
        let (cn, corp) = (try terms.party("cn").id, try terms.party("corp").id)
        var change = LedgerChange()
        change.note = [1]
        change.witnessedNotes = [cn: [2], corp: [3]]
        change.cosignedSizes = [cn: TreeSize(7)]
        try await ledger.commit(change)
        var later = LedgerChange()
        later.witnessedNotes = [cn: [4]]
        later.cosignedSizes = [cn: TreeSize(9), corp: TreeSize(1)]
        try await ledger.commit(later)
        let tail = try await ledger.tail()
        #expect(tail.note == [1])
        #expect(tail.witnessedNotes == [cn: [4], corp: [3]])
        #expect(tail.cosignedSizes == [cn: TreeSize(9), corp: TreeSize(1)])
    }

    @Test(arguments: Kind.allCases)
    func `a change that cannot be made whole is not made at all`(kind: Kind) async throws {
        let ledger = try make(kind)
        let first = try await writer(ledger)
        let second = try await writer(ledger)
        _ = try await first.perform(.local(try loggable("a", to: "cn"), silenceFor: nil))
        let before = try await ledger.tail()
        // The second stands where the first stood, and takes the same place in the log.
        await #expect(throws: (any Error).self) {
            try await second.perform(.local(try loggable("b", to: "cn"), silenceFor: nil))
        }
        let after = try await ledger.tail()
        #expect(after.size == before.size)
        #expect(after.note == before.note)
        let log = raw(ledger)
        let faults = try PlainLog.faults(
            in: log, signedBy: try terms.party("us").logSigner.key)
        #expect(faults == [])
        #expect(try await ledger.outbox(for: try terms.party("cn").id, limit: 9).count == 1)
    }

    @Test(arguments: Kind.allCases)
    func `a log of more than two tiles has the rows of the tree it says`(
        kind: Kind
    ) async throws {
        let ledger = try make(kind)
        let writer = try await writer(ledger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<600 {
                let one = try loggable("number \(number)", to: "cn")
                group.addTask { _ = try await writer.perform(.local(one, silenceFor: nil)) }
            }
            try await group.waitForAll()
        }
        let log = raw(ledger)
        #expect(try log.entryIDs().count == 600)
        let key = try terms.party("us").logSigner.key
        #expect(try PlainLog.faults(in: log, signedBy: key) == [])
        // Another writer finds its way in them.
        let restarted = try await self.writer(ledger)
        _ = try await restarted.perform(.local(try loggable("last", to: "cn"), silenceFor: nil))
        #expect(try PlainLog.faults(in: log, signedBy: key) == [])
    }

    // MARK: Parts

    private func make(_ kind: Kind) throws -> any Ledger {
        switch kind {
        case .sqlite: try SQLiteLedger(path: folder.path("ledger.sqlite"))
        case .memory: MemoryLedger()
        }
    }

    private func raw(_ ledger: any Ledger) -> any RawLog {
        (ledger as? any RawLog) ?? RawSQLite(path: folder.path("ledger.sqlite"))
    }

    private func writer(_ ledger: any Ledger) async throws -> LogWriter {
        try await LogWriter(
            ledger: ledger, lastSigned: lastSigned, identity: try terms.identity(of: "us"),
            clock: ManualClock(Self.start))
    }

    private func loggable(_ label: String, to: String) throws -> LoggableStatement {
        try loggable(try terms.request(label, from: "us", to: [to], at: Self.start).envelope)
    }

    private func loggable(_ envelope: [UInt8]) throws -> LoggableStatement {
        let verified = try StatementVerifier(agreement: terms.agreement)
            .verify(UnverifiedStatement(parsing: envelope), at: Self.start, place: nil)
        return LoggableStatement(
            verified: verified, payload: verified.payloadDigest, authorPlace: nil,
            earlierProofs: [])
    }

    /// Not a true proof: a ledger keeps what it is given.
    private func heldProof(of index: UInt64, at seconds: Int64) throws -> HeldProof {
        HeldProof(
            log: try terms.party("cn").id,
            place: LogPlace(
                index: EntryIndex(index),
                proof: [Digest(hashing: [UInt8(index)]), Digest(hashing: [7])]),
            note: [UInt8(index), 2, 3],
            times: [
                "us.example.org/witness": Self.start,
                "cn.example.org/witness": Self.start.adding(seconds: seconds),
            ])
    }
}
