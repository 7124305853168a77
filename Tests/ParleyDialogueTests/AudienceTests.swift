import ParleyDialogue
import ParleyStatements
import Testing

@Suite struct AudienceTests {
    @Test func `the specification prints the matrix`() throws {
        let section = try SpecPage.section("3", of: "audience")
        #expect(section.contains(Act.audienceTable()), "write it anew with: parley audience")
    }

    @Test func `only a publication is for anybody, and an open log adds the digest`() {
        for act in Act.allCases {
            let closed = act.parts(knownTo: .anybody)
            #expect(closed == (act == .textPublish ? [.document] : []))
            #expect(
                act.parts(knownTo: .anybody, publicLog: [.hashes, .entries])
                    == closed.union([.digest]))
        }
    }

    @Test func `whoever is not addressed never knows who said what`() {
        for act in Act.allCases {
            for audience in [Audience.otherState, .otherCompany, .anybody] {
                #expect(act.parts(knownTo: audience).isDisjoint(with: [.header, .body]))
            }
            #expect(!act.parts(knownTo: .auditor).contains(.body))
        }
    }
}
