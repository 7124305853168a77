import ParleyLaw
import ParleyLog
import Testing

/// What stands, and who may be asked.
struct LawTableTests {
    @Test func `an agreement with the union stands for its members, not between it and them`() {
        func agreements(_ one: String, _ other: String) -> [String] {
            shipped.standings(RowID(one), RowID(other), on: day("2026-11-23"))
                .filter { $0.rank == .bilateral }.map(\.instrument.text)
        }
        #expect(agreements("US", "DE") == ["us-eu-mla-2003"])
        #expect(agreements("DE", "US") == ["us-eu-mla-2003"])
        #expect(agreements("US", "EU") == ["us-eu-mla-2003"])
        #expect(agreements("EU", "DE") == [])
        #expect(agreements("DE", "EU") == [])
        #expect(agreements("DE", "FR") == [])
    }

    @Test func `an instrument in force stays in force until a row says otherwise`() {
        for one in ["JP", "DE", "BR", "NG", "GB", "HU"] {
            var wasInForce = false
            for year in 2000...2030 {
                let standing = shipped.standings(RowID("US"), RowID(one), on: day("\(year)-06-15"))
                    .first { $0.instrument == RowID("ets185") }
                let isInForce = standing?.verdict == .inForce
                #expect(isInForce || !wasInForce, "\(one) \(year)")
                wasInForce = isInForce
            }
            #expect(wasInForce)
        }
    }

    @Test func `who asks itself, or asks for a party that is not there, is told so`() {
        let date = day("2026-11-23")
        #expect(throws: LawRefusal.sameParty("US")) {
            try LawQuestion(RowID("US"), RowID("US"), on: date, conduct: nil, in: shipped)
        }
        #expect(throws: LawRefusal.partyUnknown("XX")) { try shipped.party(named: "XX") }
        #expect(throws: LawRefusal.factUnknown("hacking")) { try conduct("hacking") }
        #expect(throws: LawRefusal.factContradicted("serious-circumstances")) {
            try conduct("especially-serious", "!serious-circumstances")
        }
    }

    @Test func `a request that lacks a field is told which, and a ground that is none is refused`()
        throws
    {
        let basis = try #require(shipped.bases.first { $0.id == RowID("preservation:ets185") })
        let check = RequestCheck(
            fields: ["authority": "x", "data": " ", "colour": "red"],
            under: basis)
        #expect(check.missing.map(\.key) == ["offence-facts", "data", "necessity", "mla-intent"])
        #expect(check.missing.first?.article == "29(2)(b)")
        #expect(check.missing.allSatisfy { !$0.example.isEmpty })
        #expect(check.unknown == ["colour"])
        #expect(shipped.verdict(on: RowID("R-SOV"), under: basis) == .allowed)
        #expect(shipped.verdict(on: RowID("R-DUAL"), under: basis) == .notOfThisBasis)
        #expect(shipped.verdict(on: RowID("X-FISCAL"), under: basis) == .forbidden)
    }
}
