import ParleyLaw
import ParleyLog
import Testing

/// Every pair, every offence, several days.
struct LawTableTests {
    static let days = ["1999-01-01", "2004-07-01", "2015-09-25", "2021-03-01", "2026-11-23"]

    @Test(arguments: days)
    func `no pair and no offence makes it stumble, and both directions agree`(on: String) throws {
        let date = day(on)
        // The sides that differ: home laws, a Budapest party, a member state, one of neither.
        let parties = ["US", "CN", "GB", "DE", "JP", "VN", "DK", "HK"].map { RowID($0) }
        for fact in shipped.facts where fact.group == "act" {
            let conduct = try Conduct([fact.id: true], in: shipped)
            for one in parties {
                for other in parties where one < other {
                    let there = shipped.dualCriminality(one, other, conduct, on: date)
                    let back = shipped.dualCriminality(other, one, conduct, on: date)
                    #expect(there.outcome == back.outcome)
                    #expect(there.confidence == back.confidence)
                    #expect(there.conditions == back.conditions)
                    #expect(there.pairs.map(\.first) == back.pairs.map(\.second))
                    // Never met on a row of low confidence without saying so.
                    for pair in there.pairs where pair.outcome == .met {
                        let rests = [pair.first.best, pair.second.best].compactMap {
                            $0?.confidence
                        }
                        #expect(pair.confidence == rests.min())
                    }
                }
            }
        }
    }

    @Test func `every party stands to every other, on every day, without a stumble`() {
        let date = day("2026-11-23")
        for one in shipped.parties {
            for other in [RowID("US"), RowID("CN")] where one.id != other {
                let there = shipped.standings(one.id, other, on: date)
                let back = shipped.standings(other, one.id, on: date)
                let verdicts = { (found: [InstrumentStanding]) in
                    found.filter { $0.rank != .homeLaw }.map(\.verdict)
                }
                #expect(verdicts(there) == verdicts(back))
            }
        }
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
