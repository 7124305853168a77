import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// Keys that come and go between two nodes, over the network and by hand.
@Suite struct KeyChangeTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement
    private let village: Village
    private let us: TestParty

    init() async throws {
        terms = try TestAgreement()
        village = try await Village.make(terms, seed: 1, at: Self.start)
        us = try terms.party("us")
    }

    private func addNext() async throws {
        try await change(
            .keysAdd,
            Terms(
                signingKey: .init(
                    keys: us.nextSigningKey.publicKeys, notBefore: Self.start,
                    notAfter: Self.start.adding(seconds: 365 * 86_400))))
    }

    private func retireFirst() async throws {
        try await change(.keysRetire, Terms(key: us.signingKey.publicKeys.keyIDs[0]))
    }

    private func change(_ act: Act, _ changes: Terms) async throws {
        try await village.submit(
            try terms.keyChange(act, changes, of: "us", at: Self.start), blobs: [], by: "us")
    }

    @discardableResult
    private func say(_ label: String, with key: SigningKeyPair) async throws -> StatementID {
        let request = try terms.request(
            label, from: "us", to: ["cn"], at: Self.start, signedBy: key)
        return try await village.submit(request.envelope, blobs: request.blobs, by: "us")
    }

    private func isHeld(_ id: StatementID, at name: String) async throws -> Bool {
        try await village.house(name).ledger.entry(id) != nil
    }

    @Test func `a key that was added speaks everywhere, and the retired one nowhere`()
        async throws
    {
        let early = try await say("early", with: us.signingKey)
        try await addNext()
        try await retireFirst()
        let late = try await say("late", with: us.nextSigningKey)
        await #expect(throws: SubmitRefusal.self) {
            try await say("too late", with: us.signingKey)
        }
        try await village.settle()
        #expect(try await isHeld(early, at: "cn"))
        #expect(try await isHeld(late, at: "cn"))
        for name in ["us", "cn"] {
            try await village.restart(name)
            let directory = try await village.house(name).node.record.directory
            let live = directory.live(of: us.seat, at: Self.start)
            #expect(live.map(\.key.keys) == [us.nextSigningKey.publicKeys])
        }
        #expect(try await village.faults() == [])
    }

    @Test func `a pouch brings the key change that its statements need`() async throws {
        try await addNext()
        try await retireFirst()
        let late = try await say("late", with: us.nextSigningKey)
        // Its manifest is signed with a key that cn knows of.
        let reports = try await village.open(
            try await village.pack(from: "us", to: "cn"), at: "cn")
        #expect(reports.first?.tally.taken.count == 3)
        #expect(try await isHeld(late, at: "cn"))
        try await village.open(try await village.pack(from: "cn", to: "us"), at: "us")
        // Receipted now, so that the next one is signed with the new key.
        try await say("later", with: us.nextSigningKey)
        let next = try await village.open(
            try await village.pack(from: "us", to: "cn"), at: "cn")
        #expect(next.first?.tally.taken.count == 1)
        try await village.settleByPouch()
        #expect(try await village.faults() == [])
    }

    @Test func `an export proves by the key changes in it and not without them`() async throws {
        try await addNext()
        try await retireFirst()
        try await say("late", with: us.nextSigningKey)
        try await village.settle()
        let export = try await village.export(try TestAgreement.thread("late"), by: "cn")
        #expect(export.changes.count == 2)
        let read = try ThreadExport(parsing: export.fileBytes)
        #expect(try read.verified(under: terms.agreement).faults == [])
        let turned = ThreadExport(
            agreement: export.agreement, thread: export.thread, items: export.items,
            changes: export.changes.reversed())
        #expect(try turned.verified(under: terms.agreement).faults == [])
        let bare = ThreadExport(
            agreement: export.agreement, thread: export.thread, items: export.items)
        #expect(
            try bare.verified(under: terms.agreement).faults.map(\.reason)
                == ["signature-unknown"])
        let wrong = ThreadExport(
            agreement: export.agreement, thread: export.thread, items: export.items,
            changes: export.changes + export.items)
        #expect(
            try wrong.verified(under: terms.agreement).faults.map(\.reason)
                == ["no-change"])
    }
}
