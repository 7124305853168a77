import Foundation
import ParleyLaw
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// One case of `law/dual-criminality.json` and the like: a question and its answer.
struct LawCase: Decodable, CustomTestStringConvertible {
    struct File: Decodable {
        let about: String
        let cases: [LawCase]
    }

    let name: String
    let why: String
    let source: String
    let accept: Bool
    let first: String
    let second: String
    let on: String
    let facts: [String]?
    let outcome: String?
    let conditions: [String]?
    let alternatives: [[String]]?
    let confidence: String?
    let standings: [String: String]?
    let kind: String?
    let open: [String]?
    let closed: [String: String]?
    let dual: [String: String]?
    let coverage: [String: [String]]?

    var testDescription: String { name }

    static let names: Set<String> = [
        "name", "why", "source", "accept", "first", "second", "on", "facts", "outcome",
        "conditions", "alternatives", "confidence", "standings", "kind", "open", "closed", "dual",
        "coverage",
    ]

    static func all() throws -> [LawCase] {
        try VectorFolder.files(in: "law").flatMap { file in
            let data = try Data(contentsOf: file)
            let top = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            for one in top?["cases"] as? [[String: Any]] ?? [] {
                precondition(Set(one.keys).isSubset(of: names), "an unknown field in \(one)")
            }
            return try JSONDecoder().decode(File.self, from: data).cases
        }
    }

    func answer() throws -> LawAnswer {
        var said: [RowID: Bool] = [:]
        for fact in facts ?? [] {
            let holds = !fact.hasPrefix("!")
            said[RowID(holds ? fact : String(fact.dropFirst()))] = holds
        }
        let conduct = facts == nil ? nil : try Conduct(said, in: shipped)
        let question = try LawQuestion(
            shipped.party(named: first), shipped.party(named: second), on: day(on),
            conduct: conduct, in: shipped)
        return try LawAnswer(
            question, about: .basis(kind.map { RowID($0) }), askedOn: day("2026-11-23"))
    }
}

struct LawVectorTests {
    @Test func `there are eighty cases and more, each naming a source of the data`() throws {
        let cases = try LawCase.all()
        #expect(cases.count >= 80)
        for one in cases { #expect(shipped.sources[RowID(one.source)] != nil, "\(one.name)") }
    }

    @Test(arguments: try LawCase.all())
    func `each case is answered as its source has it`(one: LawCase) throws {
        let answer = try one.answer()
        if let outcome = one.outcome {
            let dual = try #require(answer.question.dual)
            #expect(dual.outcome.rawValue == outcome)
            if let conditions = one.conditions {
                #expect(dual.conditions.map(\.key).sorted() == conditions.sorted())
            }
            if let alternatives = one.alternatives {
                #expect(dual.alternatives.map { $0.map(\.key) } == alternatives)
            }
            if let confidence = one.confidence {
                #expect(dual.confidence.rawValue == confidence)
            }
        }
        for (instrument, verdict) in one.standings ?? [:] {
            let found = answer.question.standings.first { $0.instrument.text == instrument }
            #expect(found?.verdict.rawValue == verdict, "\(instrument)")
        }
        if let open = one.open { #expect(answer.open.map(\.instrument.text) == open) }
        for (instrument, why) in one.closed ?? [:] {
            let found = answer.closed.first { $0.instrument.text == instrument }
            #expect(found?.why.rawValue == why, "\(instrument)")
        }
        for (instrument, outcome) in one.dual ?? [:] {
            let found = answer.open.first { $0.instrument.text == instrument }
            #expect(found?.dualCriminality.rawValue == outcome, "\(instrument)")
        }
        for (instrument, conditions) in one.coverage ?? [:] {
            let found = answer.open.first { $0.instrument.text == instrument }
            var keys: [String]?
            if case .coveredIf(let open) = found?.coverage { keys = open.map(\.key).sorted() }
            if found?.coverage == .covered { keys = [] }
            #expect(keys == conditions.sorted(), "\(instrument)")
        }
    }
}
