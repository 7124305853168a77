import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// An export of one thread that went to and fro, and what a third person makes of it.
@Suite struct ThreadExportTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement

    init() throws { terms = try TestAgreement() }

    @Test func `an export of a thread proves it whole`() async throws {
        let verified = try await export().verified(under: terms.agreement)
        #expect(verified.faults == [])
        let thread = DialogueThread(folding: verified.records, under: terms.agreement)
        #expect(thread.entries.count == 2)
    }

    @Test func `a byte turned anywhere in an envelope or proof is found`() async throws {
        let export = try await export()
        let item = export.items[0]
        let proof = try #require(item.proofs.first)
        for envelope in Self.flips(of: item.envelope) {
            try expectFaults(.init(envelope: envelope, proofs: [proof]), in: export)
        }
        for text in Self.flips(of: proof.text) {
            let flipped = ThreadExport.Proof(log: proof.log, text: text)
            try expectFaults(.init(envelope: item.envelope, proofs: [flipped]), in: export)
        }
    }

    @Test func `a byte turned anywhere in the file is refused or found`() async throws {
        let bytes = try await export().fileBytes
        // Four letters of base 64 stand for three bytes; steps of 17 meet each of the four in turn.
        for place in stride(from: 0, to: bytes.count, by: 17) {
            var flipped = bytes
            flipped[place] ^= 1
            do throws(ExportRefusal) {
                let read = try ThreadExport(parsing: flipped)
                let faults = try? read.verified(under: terms.agreement).faults
                #expect(faults != [], "byte \(place)")
            } catch {
                #expect(!error.explanation.isEmpty)
            }
        }
    }

    @Test func `a statement left out is missed by the one that answers it`() async throws {
        let export = try await export()
        let cut = self.export(export, of: Array(export.items.dropFirst()))
        let verified = try cut.verified(under: terms.agreement)
        let thread = DialogueThread(folding: verified.records, under: terms.agreement)
        #expect(
            thread.entries.map(\.effect) == [
                .waiting(for: [StatementID(Digest(hashing: export.items[0].envelope))])
            ])
    }

    @Test func `a statement without any proof is found`() async throws {
        let export = try await export()
        let bare = self.export(
            export, of: export.items.map { .init(envelope: $0.envelope, proofs: []) })
        let faults = try bare.verified(under: terms.agreement).faults
        let reasons = ["quorum-missing", "time-missing"]
        #expect(faults.map(\.reason) == reasons + reasons)
    }

    @Test func `a statement with fewer cosigners than the agreement asks for is found`()
        async throws
    {
        // In a village of three, two can cosign each log; only the two that talk have.
        let strict = try TestAgreement(["us", "cn", "corp"], receiptQuorum: 2)
        let faults = try await export(strict).verified(under: strict.agreement).faults
        #expect(faults.map(\.reason) == ["quorum-missing", "quorum-missing"])
        let enough = try TestAgreement(["us", "cn", "corp"], receiptQuorum: 1)
        #expect(try await export(enough).verified(under: enough.agreement).faults == [])
    }

    @Test func `an export without statements proves nothing`() async throws {
        let empty = self.export(try await export(), of: [])
        let faults = try empty.verified(under: terms.agreement).faults
        #expect(faults.map(\.reason) == ["no-statements"])
    }

    @Test func `an export under another agreement is found`() async throws {
        let other = try TestAgreement(title: "Another village")
        let faults = try await export().verified(under: other.agreement).faults
        #expect(faults.contains { $0.reason == "agreement-differs" })
    }

    // MARK: Making

    private func export() async throws -> ThreadExport { try await export(terms) }

    private func export(_ terms: TestAgreement) async throws -> ThreadExport {
        let village = try await Village.make(terms, seed: 1, at: Self.start)
        let request = try terms.request("a", from: "us", to: ["cn"], at: Self.start)
        let asked = try await village.submit(request.envelope, blobs: request.blobs, by: "us")
        try await village.settle()
        let cn = try terms.party("cn")
        let thread = try TestAgreement.thread("a")
        let answer = Statement(
            agreement: terms.agreement.id, thread: thread, act: .requestAcknowledge,
            from: cn.seat, to: [try terms.party("us").id], answers: [asked],
            at: Self.start.adding(seconds: 60), terms: Terms(), body: nil, exhibits: [])
        try await village.submit(try cn.signingKey.sign(answer), blobs: [], by: "cn")
        try await village.settle()
        return try await village.export(thread, by: "cn")
    }

    private func export(_ whole: ThreadExport, of items: [ThreadExport.Item]) -> ThreadExport {
        ThreadExport(agreement: whole.agreement, thread: whole.thread, items: items)
    }

    private func expectFaults(_ item: ThreadExport.Item, in whole: ThreadExport) throws {
        let faults = try export(whole, of: [item]).verified(under: terms.agreement).faults
        #expect(!faults.isEmpty)
    }

    private static func flips(of bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.map { place in
            var flipped = bytes
            flipped[place] ^= 1
            return flipped
        }
    }
}
