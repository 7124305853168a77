import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// One commit of one node fails, at every place where one is made and in both ways: nothing of it
/// was done, or all of it was and nobody was told.
@Suite struct LedgerFaultTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    struct Fault: Sendable, CustomTestStringConvertible {
        let party: String
        let commit: Int
        let kind: FaultyLedger.Kind
        let restarts: Bool

        var testDescription: String {
            "\(party) commit \(commit) \(kind)\(restarts ? ", then started again" : "")"
        }
    }

    /// Three requests need this many commits on each side; `a run without faults` counts them.
    static let commitCounts = ["us": 6, "cn": 3]

    static let faults: [Fault] = commitCounts.sorted { $0 < $1 }.flatMap { party, count in
        (1...count).flatMap { commit in
            FaultyLedger.Kind.allCases.flatMap { kind in
                [false, true].map {
                    Fault(party: party, commit: commit, kind: kind, restarts: $0)
                }
            }
        }
    }

    @Test func `a run without faults makes the commits that the others fail at`() async throws {
        let ledgers = try await run(nil)
        #expect(ledgers.mapValues(\.commitCount) == Self.commitCounts)
    }

    @Test(arguments: faults)
    func `nothing acknowledged is lost or doubled by a commit that fails`(
        fault: Fault
    ) async throws {
        let ledgers = try await run(fault)
        for (name, ledger) in ledgers {
            #expect(try ledger.entryIDs().count == 3, "\(name)")
        }
    }

    @Test func `a key change that failed and was done all the same counts at once`()
        async throws
    {
        let terms = try TestAgreement()
        let us = try terms.party("us")
        let ledger = FaultyLedger(MemoryLedger())
        let village = try await Village.make(terms, seed: 1, at: Self.start) {
            $0 == "us" ? ledger : FaultyLedger(MemoryLedger())
        }
        let next = Organ.SigningKey(
            keys: us.nextSigningKey.publicKeys, notBefore: Self.start,
            notAfter: Self.start.adding(seconds: 86_400))
        let adding = try terms.keyChange(
            .keysAdd, Terms(signingKey: next), of: "us", at: Self.start)
        try await village.submit(adding, blobs: [], by: "us")
        let retiring = try terms.keyChange(
            .keysRetire, Terms(key: us.signingKey.publicKeys.keyIDs[0]), of: "us",
            at: Self.start)
        ledger.failNext(.doneButUnacknowledged)
        await #expect(throws: FaultyLedger.Failure.self) {
            try await village.submit(retiring, blobs: [], by: "us")
        }
        let node = try await village.house("us").node
        let live = node.directory.current.live(of: us.seat, at: Self.start)
        #expect(live.map(\.key.keys) == [us.nextSigningKey.publicKeys])
    }

    private func run(_ fault: Fault?) async throws -> [String: FaultyLedger] {
        let terms = try TestAgreement()
        var ledgers: [String: FaultyLedger] = [:]
        for name in ["us", "cn"] {
            let failures = fault?.party == name ? fault.map { [$0.commit: $0.kind] } : nil
            ledgers[name] = FaultyLedger(MemoryLedger(), failures: failures ?? [:])
        }
        let made = ledgers
        let village = try await Village.make(terms, seed: 1, at: Self.start) { name in
            guard let ledger = made[name] else {
                throw TestSupportFault(words: "no ledger for \(name)")
            }
            return ledger
        }
        for label in ["a", "b", "c"] {
            let request = try terms.request(label, from: "us", to: ["cn"], at: Self.start)
            do {
                try await village.submit(request.envelope, blobs: request.blobs, by: "us")
            } catch is FaultyLedger.Failure {
                // One that was done all the same goes out without being said again.
                if fault?.kind == .doneButUnacknowledged, fault?.restarts == false { continue }
                if fault?.restarts == true { try await village.restart("us") }
                // The one who was told of no success says the same again.
                try await village.submit(request.envelope, blobs: request.blobs, by: "us")
            }
            try await village.settle()
            if let fault, fault.restarts { try await village.restart(fault.party) }
        }
        try await village.settle()
        #expect(try await village.faults() == [])
        return ledgers
    }
}
