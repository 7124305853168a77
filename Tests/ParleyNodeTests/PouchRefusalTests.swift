import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// Pouches that are not what they say, and answers that are not believed.
@Suite struct PouchRefusalTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement
    private let village: Village
    private let statement: StatementID
    private let part: [UInt8]

    init() async throws {
        terms = try TestAgreement(["us", "cn", "corp"])
        village = try await Village.make(terms, seed: 1, at: Self.start)
        let request = try terms.request("one", from: "us", to: ["cn"], at: Self.start)
        statement = try await village.submit(request.envelope, blobs: request.blobs, by: "us")
        part = try #require(try await village.pack(from: "us", to: "cn").first)
    }

    private func reason(_ parts: [[UInt8]], at name: String = "cn") async throws -> String? {
        do {
            try await village.open(parts, at: name)
            return nil
        } catch let part as PouchPartRefusal {
            return part.refusal.reason
        }
    }

    /// The part under a label that states its contents rightly.
    private func relabelled(
        number: Int = 1, to: String = "cn", from: String = "us", signer: String = "us",
        under agreement: AgreementID? = nil
    ) throws -> [UInt8] {
        let sealed = Array(part.dropFirst(PouchLabel.sizeBytes))
        let manifest = PouchManifest(
            agreement: agreement ?? terms.agreement.id,
            id: try #require(PouchID(text: String(repeating: "5a", count: 16))),
            from: try terms.party(from).seat, to: try terms.party(to).id, packedAt: Self.start,
            parts: [.init(sizeBytes: UInt64(sealed.count), digest: Digest(hashing: sealed))])
        let envelope = try manifest.signed(with: try terms.party(signer).signingKey)
        return PouchLabel(number: number, envelope: envelope).bytes + sealed
    }

    @Test func `a pouch for another party, of one's own or of another agreement is refused`()
        async throws
    {
        #expect(try await reason([part], at: "corp") == "pouch-to-another-party")
        #expect(try await reason([part], at: "us") == "pouch-to-another-party")
        let own = try relabelled(to: "us")
        #expect(try await reason([own], at: "us") == "pouch-of-this-party")
        let elsewhere = try TestAgreement(["us", "cn"], title: "Elsewhere").agreement.id
        #expect(
            try await reason([try relabelled(under: elsewhere)]) == "pouch-of-another-agreement")
    }

    @Test func `a pouch that its sender's organ has not signed is refused`() async throws {
        #expect(try await reason([try relabelled(signer: "corp")]) == "signature-unknown")
        #expect(try await reason([try relabelled(signer: "cn")]) == "signature-unknown")
    }

    @Test func `a part that its manifest does not list is refused`() async throws {
        #expect(try await reason([try relabelled(number: 2)]) == "pouch-part-number-wrong")
    }

    @Test func `a part with a byte more, a byte less or a byte turned is refused`() async throws {
        #expect(try await reason([part + [0]]) == "pouch-part-too-long")
        #expect(try await reason([Array(part.dropLast())]) == "pouch-part-truncated")
        #expect(
            try await reason([Array(part.prefix(PouchLabel.sizeBytes))]) == "pouch-part-truncated")
        #expect(
            try await reason([Array(part.prefix(PouchLabel.sizeBytes - 1))])
                == "pouch-label-truncated")
        var turned = part
        for place in PouchLabel.sizeBytes..<part.count where place % 97 == 0 {
            turned[place] ^= 1
            #expect(try await reason([turned]) == "pouch-part-altered", "byte \(place)")
            turned[place] ^= 1
        }
        #expect(try await village.house("cn").ledger.entry(statement) == nil)
    }

    @Test func `no byte of a label can be turned`() async throws {
        var turned = part
        // Every byte up to the end of the manifest, and some of the zeros.
        for place in Array(0..<1400) + [5_000, PouchLabel.sizeBytes - 1] {
            turned[place] ^= 1
            #expect(try await reason([turned]) != nil, "byte \(place)")
            turned[place] ^= 1
        }
        #expect(try await village.house("cn").ledger.entry(statement) == nil)
        #expect(try await reason([part]) == nil)
    }

    @Test func `one part that is refused keeps the others from being opened`() async throws {
        let other = try relabelled(signer: "corp")
        #expect(try await reason([part, other]) == "signature-unknown")
        #expect(try await village.house("cn").ledger.entry(statement) == nil)
    }

    @Test func `two manifests of one pouch are refused`() async throws {
        let one = try relabelled()
        let sealed = Array(part.dropFirst(PouchLabel.sizeBytes))
        let manifest = PouchManifest(
            agreement: terms.agreement.id,
            id: try #require(PouchID(text: String(repeating: "5a", count: 16))),
            from: try terms.party("us").seat, to: try terms.party("cn").id,
            packedAt: Self.start.adding(seconds: 1),
            parts: [.init(sizeBytes: UInt64(sealed.count), digest: Digest(hashing: sealed))])
        let envelope = try manifest.signed(with: try terms.party("us").signingKey)
        let two = PouchLabel(number: 1, envelope: envelope).bytes + sealed
        #expect(try await reason([one, two]) == "pouch-manifest-differs")
        #expect(try await reason([one]) == nil)
        #expect(try await reason([two]) == "pouch-manifest-differs")
    }

    @Test func `contents sealed to somebody else are refused`() async throws {
        let sealed = try SealWriter.sealed(
            [], agreement: terms.agreement.id,
            recipients: [try terms.party("corp").sealingKey.publicKey],
            contentKey: Array(repeating: 1, count: 32))
        #expect(try await reason([try labelled(sealed)]) == "not-a-recipient")
    }

    @Test func `a growth that begins beyond what this node has cosigned is refused`() async throws {
        let growth = PouchGrowth(
            base: TreeSize(1), size: TreeSize(1), edge: [Merkle.leafHash(of: statement.digest)])
        #expect(
            try await reason([try labelled(try sealed(growth.frame))]) == "growth-begins-beyond")
    }

    @Test func `a blob that no statement before it names is not kept`() async throws {
        let bytes = Array(repeating: UInt8(7), count: 10)
        let stray = BlobID(Digest(hashing: bytes))
        let request = try terms.request("two", from: "us", to: ["cn"], at: Self.start)
        let piece = PouchPiece(blob: stray, sizeBytes: 10, offset: 0, length: 10)
        let frames =
            PouchFrame.bytes(.guide, request.envelope) + piece.frame
            + PouchFrame.bytes(.data, bytes)
        #expect(try await reason([try labelled(try sealed(frames))]) == nil)
        #expect(try await village.house("cn").blobs.size(of: stray) == nil)
        #expect(try await village.house("cn").blobs.receivedCount(stray) == 0)
    }

    private func sealed(_ plain: [UInt8]) throws -> [UInt8] {
        try SealWriter.sealed(
            plain, agreement: terms.agreement.id,
            recipients: [try terms.party("cn").sealingKey.publicKey],
            contentKey: Array(repeating: 1, count: 32))
    }

    private func labelled(_ sealed: [UInt8]) throws -> [UInt8] {
        let manifest = PouchManifest(
            agreement: terms.agreement.id,
            id: try #require(PouchID(text: String(repeating: "77", count: 16))),
            from: try terms.party("us").seat, to: try terms.party("cn").id, packedAt: Self.start,
            parts: [.init(sizeBytes: UInt64(sealed.count), digest: Digest(hashing: sealed))])
        let envelope = try manifest.signed(with: try terms.party("us").signingKey)
        return PouchLabel(number: 1, envelope: envelope).bytes + sealed
    }

    // MARK: Answers

    /// What cn would answer once it has opened the pouch.
    private func answer() async throws -> PouchAnswer {
        try await village.open([part], at: "cn")
        let cn = try await village.house("cn")
        let proofs = try #require(try await cn.ledger.entry(statement)).proofs
        let receipt = try #require(proofs.first { $0.log == cn.party.id })
        let authorProof = try #require(proofs.first { $0.log != cn.party.id })
        return PouchAnswer(
            statement: statement,
            outcome: .receipted(receipt: receipt.text, authorProof: authorProof.text))
    }

    private func faults(
        _ answer: PouchAnswer, from name: String = "cn", at other: String = "us"
    ) async throws -> [String] {
        let stored = try await village.house(other).node.store(
            [answer], from: try terms.party(name).id)
        #expect(stored.settledCount == 0)
        return stored.faults.map(\.reason)
    }

    @Test func `an answer is taken from the addressee about the author's own statement alone`()
        async throws
    {
        let answer = try await answer()
        #expect(try await faults(answer, from: "corp") == ["answer-of-another"])
        #expect(try await faults(answer, from: "us", at: "cn") == ["answer-of-another"])
        let unknown = PouchAnswer(
            statement: StatementID(Digest(hashing: [1])), outcome: answer.outcome)
        #expect(try await faults(unknown) == ["answer-of-another"])
    }

    @Test func `a receipt from the future is not believed, nor one from before the statement`()
        async throws
    {
        let cn = try await village.house("cn")
        cn.clock.advance(seconds: TestAgreement.tolerance + 1)
        let answer = try await answer()
        #expect(try await faults(answer) == ["receipt-time-unfit"])
        try await village.house("us").clock.advance(seconds: 1)
        let stored = try await village.house("us").node.store([answer], from: cn.party.id)
        #expect(stored.settledCount == 1)
    }

    @Test func `a receipt from before its statement was logged is not believed`() async throws {
        let us = try await village.house("us")
        us.clock.advance(seconds: TestAgreement.tolerance + 1)
        let request = try terms.request("two", from: "us", to: ["cn"], at: Self.start)
        let second = try await village.submit(request.envelope, blobs: request.blobs, by: "us")
        try await village.open(try await village.pack(from: "us", to: "cn"), at: "cn")
        let back = try await village.pack(from: "cn", to: "us")
        let report = try #require(try await village.open(back, at: "us").first)
        #expect(report.tally.answers.settledCount == 1)
        #expect(report.tally.answers.faults.map(\.statement) == [second])
        #expect(report.tally.answers.faults.map(\.reason) == ["receipt-time-unfit"])
    }

    @Test func `proofs that do not hold, or swapped ones, are not believed`() async throws {
        let answer = try await answer()
        guard case .receipted(let receipt, let authorProof) = answer.outcome else { return }
        let swapped = PouchAnswer(
            statement: statement,
            outcome: .receipted(receipt: authorProof, authorProof: receipt))
        #expect(try await faults(swapped) == ["checkpoint-origin-differs"])
        var turned = receipt
        turned[turned.count - 5] ^= 1
        let wrong = PouchAnswer(
            statement: statement, outcome: .receipted(receipt: turned, authorProof: authorProof))
        #expect(try await faults(wrong) == ["note-signature-wrong"])
        let forged = PouchAnswer(statement: statement, outcome: .refused([]))
        #expect(try await faults(forged) == ["unexpected-end"])
        let stored = try await village.house("us").node.store(
            [answer], from: try terms.party("cn").id)
        #expect(stored.settledCount == 1)
    }
}
