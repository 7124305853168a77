import ParleyExchange
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

@Suite struct RefusalTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let terms: TestAgreement
    private let verifier: StatementVerifier
    private let statement = StatementID(Digest(hashing: Array("a statement".utf8)))

    init() throws {
        terms = try TestAgreement(["us", "cn", "corp"])
        verifier = StatementVerifier(agreement: terms.agreement)
    }

    @Test func `a refusal that is signed is read back as it was`() throws {
        let refusal = try refusal(by: "cn")
        let bytes = try refusal.signed(with: try terms.party("cn").signingKey)
        #expect(try check(bytes, by: "cn") == refusal)
        #expect(try Refusal(recorded: bytes) == refusal)
    }

    @Test func `a refusal of another statement, party or agreement is not believed`() throws {
        let key = try terms.party("cn").signingKey
        let bytes = try refusal(by: "cn").signed(with: key)
        let another = StatementID(Digest(hashing: [1]))
        #expect(reason { try check(bytes, by: "cn", about: another) } == "refusal-of-another")
        #expect(reason { try check(bytes, by: "corp") } == "refusal-of-another")
        let elsewhere = try TestAgreement(["us", "cn"], title: "Elsewhere").agreement.id
        let stray = try refusal(by: "cn", under: elsewhere).signed(with: key)
        #expect(reason { try check(stray, by: "cn") } == "refusal-of-another")
    }

    @Test func `a refusal is believed from an organ of the party alone`() throws {
        let forged = try refusal(by: "cn").signed(with: try terms.party("corp").signingKey)
        #expect(reason { try check(forged, by: "cn") } == "signature-unknown")
        let organ = try #require(OrganID("other"))
        let cn = try terms.party("cn")
        let refusal = Refusal(
            agreement: terms.agreement.id, statement: statement, reason: "key-expired",
            explanation: "words", by: Seat(party: cn.id, organ: organ), at: Self.start)
        let unknown = try refusal.signed(with: cn.signingKey)
        #expect(reason { try check(unknown, by: "cn") } == "organ-unknown")
    }

    @Test func `no byte of a refusal can be changed`() throws {
        let bytes = try refusal(by: "cn").signed(with: try terms.party("cn").signingKey)
        var flipped = bytes
        var accepted: [Int] = []
        for place in bytes.indices {
            flipped[place] ^= 1
            if (try? check(flipped, by: "cn")) != nil { accepted.append(place) }
            flipped[place] ^= 1
        }
        #expect(accepted == [])
    }

    @Test func `an envelope of a statement is no refusal`() throws {
        let request = try terms.request("a", from: "cn", to: ["us"], at: Self.start)
        #expect(reason { try check(request.envelope, by: "cn") } == "payload-type-wrong")
    }

    @Test func `a payload that is not the document of a refusal is refused`() throws {
        let key = try terms.party("cn").signingKey
        let texts = [
            ("{", "unexpected-end"), ("{}", "field-missing"),
            (#"{"agreement": 1}"#, "not-canonical"),
        ]
        for (text, expected) in texts {
            let bytes = try key.sign(
                payloadType: Refusal.payloadType, payload: Array(text.utf8)
            ).storedBytes
            #expect(reason { try check(bytes, by: "cn") } == expected, "\(text)")
        }
    }

    private func refusal(by name: String, under agreement: AgreementID? = nil) throws -> Refusal {
        Refusal(
            agreement: agreement ?? terms.agreement.id, statement: statement,
            reason: "key-expired", explanation: "The key is not valid any more.",
            by: try terms.party(name).seat, at: Self.start)
    }

    private func check(
        _ bytes: [UInt8], by name: String, about other: StatementID? = nil
    ) throws -> Refusal {
        try Refusal(
            checking: bytes, about: other ?? statement, by: try terms.party(name).id,
            verifier: verifier, at: Self.start)
    }

    private func reason(_ body: () throws -> Refusal) -> String? {
        #expect(throws: RefusalFault.self) { try body() }?.reason
    }
}
