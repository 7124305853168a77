import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// Versions of the agreement that are put on record while the nodes go on.
@Suite struct AmendmentVillageTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private func opened(
        _ label: String, from: String, to: String, under version: AgreementID,
        in village: Village
    ) async throws -> StatementID {
        let request = try village.terms.request(
            label, from: from, to: [to], at: Self.start, under: version)
        return try await village.submit(request.envelope, blobs: request.blobs, by: from)
    }

    private func putOnRecord(
        _ document: AdoptedAgreement, by name: String, in village: Village
    ) async throws {
        let amendment = try village.terms.amendment(document, by: name, at: Self.start)
        try await village.submit(amendment.envelope, blobs: amendment.blobs, by: name)
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `what is opened under a version arrives after it, whatever the wire did`(
        seed: UInt64
    ) async throws {
        let terms = try TestAgreement(seed % 2 == 0 ? ["us", "cn", "corp"] : ["us", "cn"])
        let village = try await Village.make(
            terms, seed: seed, weather: .rough, skewSeconds: 40, at: Self.start)
        // Now and then larger than what travels inside a delivery.
        let second = try terms.amended(
            terms.agreement, silenceAfterSeconds: 7000, kindCount: seed == 1 ? 24 : 0)
        let third = try terms.amended(second.agreement, silenceAfterSeconds: 8000)
        var opened: [StatementID: AgreementID] = [:]
        let names = terms.parties.map(\.id.text)
        var stand = Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })
        let versions = [terms.agreement, second.agreement, third.agreement].map(\.id)
        let documents = [second, third]
        var generator = SeededGenerator(seed: seed &+ 9)
        for round in 0..<30 {
            let name = names[generator.place(below: names.count)]
            let place = stand[name] ?? 0
            switch generator.place(below: 10) {
            case 0..<2 where place < 2:
                try await putOnRecord(documents[place], by: name, in: village)
                stand[name] = place + 1
            case 2: try await village.restart(name)
            case 3..<6:
                let others = names.filter { $0 != name }
                let other = others[generator.place(below: others.count)]
                let id = try await self.opened(
                    "\(round)", from: name, to: other, under: versions[place], in: village)
                opened[id] = versions[place]
            default: _ = try await village.step()
            }
        }
        await village.set(.fine)
        for name in names { try await village.restart(name) }
        try await village.settle()
        let faults = try await village.faults()
        #expect(faults == [])
        for name in names {
            let house = try await village.house(name)
            #expect(try await house.ledger.refusals().count == 0)
            let known = house.node.record.versions
            for party in terms.parties {
                #expect(known.recorded(by: party.id).count == stand[party.id.text])
            }
            for (id, version) in opened {
                guard let entry = try await house.ledger.entry(id) else { continue }
                let header = try UnverifiedStatement(parsing: entry.envelope).header
                let thread = try await house.node.record.thread(header.thread)
                #expect(thread.agreement == version)
                let export = try await house.node.record.export(header.thread)
                #expect(try export.verified(under: terms.agreement).faults == [])
            }
        }
    }

    @Test func `a version whose document is not here is not put on record`() async throws {
        let terms = try TestAgreement()
        let village = try await Village.make(terms, seed: 1, at: Self.start)
        let second = try terms.amended(terms.agreement, silenceAfterSeconds: 7000)
        let amendment = try terms.amendment(second, by: "us", at: Self.start)
        let refusal = await #expect(throws: SubmitRefusal.self) {
            try await village.submit(amendment.envelope, blobs: [], by: "us")
        }
        #expect(refusal?.reason == "document-missing")
        // A document beside the one that is named is another blob.
        let third = try terms.amended(second.agreement, silenceAfterSeconds: 8000)
        await #expect(throws: SubmitRefusal.self) {
            try await village.submit(
                amendment.envelope, blobs: [third.envelopeBytes], by: "us")
        }
        #expect(try await village.house("us").node.record.versions.all.count == 1)
        try await putOnRecord(second, by: "us", in: village)
        #expect(try await village.house("us").node.record.versions.all.count == 2)
    }

    @Test func `a document that is not the version named is refused by the receiver`()
        async throws
    {
        let terms = try TestAgreement()
        let village = try await Village.make(terms, seed: 1, at: Self.start)
        let second = try terms.amended(terms.agreement, silenceAfterSeconds: 7000)
        let other = try terms.amended(terms.agreement, silenceAfterSeconds: 9000)
        let author = try terms.party("us")
        let bytes = other.envelopeBytes
        let statement = Statement(
            agreement: second.agreement.id, thread: try TestAgreement.thread("swapped"),
            act: .agreementAmend, from: author.seat, to: [try terms.party("cn").id], answers: [],
            at: Self.start, terms: Terms(), body: nil,
            exhibits: [
                BlobReference(
                    blob: BlobID(Digest(hashing: bytes)), sizeBytes: UInt64(bytes.count),
                    mediaType: Agreement.payloadType, isSealed: false)
            ])
        let envelope = try author.signingKey.sign(statement)
        let refusal = await #expect(throws: SubmitRefusal.self) {
            try await village.submit(envelope, blobs: [bytes], by: "us")
        }
        #expect(refusal?.reason == "document-other")
    }

    @Test func `a pouch brings a version and what was opened under it`() async throws {
        let terms = try TestAgreement()
        let village = try await Village.make(terms, seed: 1, at: Self.start)
        let second = try terms.amended(
            terms.agreement, silenceAfterSeconds: 7000, kindCount: 24)
        try await putOnRecord(second, by: "us", in: village)
        let id = try await opened(
            "by hand", from: "us", to: "cn", under: second.agreement.id, in: village)
        let reports = try await village.open(
            try await village.pack(from: "us", to: "cn"), at: "cn")
        #expect(reports.first?.tally.taken.count == 2)
        #expect(try await village.house("cn").ledger.entry(id) != nil)
        try await village.open(try await village.pack(from: "cn", to: "us"), at: "us")
        let faults = try await village.faults()
        #expect(faults == [])
    }
}
