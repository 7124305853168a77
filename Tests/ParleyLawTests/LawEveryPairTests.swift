import Foundation
import ParleyLaw
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// One case of `law-table/every-pair.json`: how many ordered pairs get which answer.
struct EveryPairCase: Decodable {
    struct File: Decodable { let cases: [EveryPairCase] }

    let on: String
    /// By the act's fact, then by outcome and confidence.
    let counts: [String: [String: Int]]

    static func all() throws -> [EveryPairCase] {
        try VectorFolder.files(in: "law-table").flatMap {
            try JSONDecoder().decode(File.self, from: Data(contentsOf: $0)).cases
        }
    }
}

/// Every pair of parties, every act that makes an offence, several days.
///
/// What a side makes of a conduct does not depend on the other side. So parties that make the same
/// of it are one class, and every pair of classes, two members of one class included, stands for
/// every pair of parties.
struct LawEveryPairTests {
    static let days = ["1999-01-01", "2004-07-01", "2015-09-25", "2021-03-01", "2026-11-23"]

    private struct Side: Hashable {
        let outcome: CriminalityOutcome
        let confidence: Confidence
        let provisions: [ProvisionFinding]
        let isTreatyDuty: Bool

        init(_ finding: SideFinding) {
            outcome = finding.outcome
            confidence = finding.confidence
            provisions = finding.provisions
            isTreatyDuty = finding.isTreatyDuty
        }
    }

    @Test(arguments: days)
    func `every pair and every offence is answered, alike from both sides, with its doubts`(
        on: String
    ) throws {
        let date = day(on)
        var pairCount = 0
        var counts: [String: [String: Int]] = [:]
        for fact in shipped.facts where fact.group == "act" {
            let conduct = try Conduct([fact.id: true], in: shipped)
            let offences = shipped.offences(touchedBy: conduct)
            #expect(!offences.isEmpty, "\(fact.id)")
            let classes = Dictionary(grouping: shipped.parties.map(\.id)) { party in
                offences.map { Side(shipped.finding($0.id, for: party, conduct, on: date)) }
            }.values.sorted { ($0.first?.text ?? "") < ($1.first?.text ?? "") }
            var table = CriminalityTable(of: conduct, on: date, in: shipped)
            for (number, some) in classes.enumerated() {
                for others in classes[number...] {
                    guard let one = some.first, let other = others.last, one != other else {
                        continue
                    }
                    let pairs =
                        some == others
                        ? some.count * (some.count - 1) : 2 * some.count * others.count
                    let answer = table.between(one, other)
                    check(answer, table.between(other, one))
                    pairCount += pairs
                    let name = answer.outcome.rawValue + "/" + answer.confidence.rawValue
                    counts[fact.id.text, default: [:]][name, default: 0] += pairs
                }
            }
        }
        let acts = shipped.facts.filter { $0.group == "act" }.count
        #expect(pairCount == 135 * 134 * acts)
        #expect(
            try EveryPairCase.all().first { $0.on == on }?.counts == counts, "\(pinned(counts))")
    }

    /// The counts as the vector file has them, to be looked at and pinned anew.
    private func pinned(_ counts: [String: [String: Int]]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(counts)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private func check(_ there: DualCriminality, _ back: DualCriminality) {
        #expect(there.outcome == back.outcome)
        #expect(there.confidence == back.confidence)
        #expect(there.alternatives == back.alternatives)
        #expect(there.offence == back.offence)
        #expect(there.pairs.map(\.first) == back.pairs.map(\.second))
        #expect((there.outcome == .metIf) == !there.alternatives.isEmpty)
        let sets = there.alternatives.map(Set.init)
        for (number, one) in sets.enumerated() {
            #expect(!one.isEmpty)
            for (position, other) in sets.enumerated() where position != number {
                #expect(!one.isSubset(of: other), "\(one) makes \(other) needless")
            }
        }
        for pair in there.pairs where pair.outcome == .met {
            // Met on both sides: as sure as the surest provision of the less sure side.
            let sides = [pair.first, pair.second].map { side in
                side.provisions.filter { $0.outcome == .met }.map(\.confidence).max()
            }
            #expect(sides.allSatisfy { $0 != nil })
            #expect(pair.confidence == sides.compactMap { $0 }.min())
            #expect(there.isLowConfidence || there.confidence > .low)
        }
    }

    @Test(arguments: days)
    func `every party stands to the others alike from both sides`(on: String) {
        let date = day(on)
        // Parties that stand to every instrument alike, and have no agreement of their own.
        let instruments = shipped.instruments
        let special = Set(shipped.bilateral.flatMap(\.parties) + [RowID("EU")])
        let classes = Dictionary(grouping: shipped.parties.map(\.id)) { party in
            special.contains(party)
                ? [party.text]
                : instruments.map {
                    shipped.position(of: party, in: $0, on: date).standing.rawValue
                }
        }.values.compactMap(\.first).sorted()
        for (number, one) in classes.enumerated() {
            for other in classes[(number + 1)...] {
                let there = shipped.standings(one, other, on: date)
                let back = shipped.standings(other, one, on: date)
                let joint = { (found: [InstrumentStanding]) in
                    found.filter { $0.rank != .homeLaw }
                }
                #expect(joint(there).map(\.verdict) == joint(back).map(\.verdict))
                #expect(joint(there).map(\.confidence) == joint(back).map(\.confidence))
                #expect(joint(there).map(\.first) == joint(back).map(\.second))
            }
        }
    }
}
