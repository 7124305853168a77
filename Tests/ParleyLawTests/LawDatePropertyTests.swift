import ParleyLaw
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// Dates, over overlays made by chance from fixed seeds.
struct LawDatePropertyTests {
    /// What an overlay has a party do, in days after 1 January 2002.
    private struct Story {
        let party: RowID
        let signed: Int
        let bound: Int
        let inForce: Int
        let denounced: Int?

        var row: String {
            var dates = [("signed", signed), ("bound", bound), ("inForce", inForce)]
            if let denounced { dates.append(("denounced", denounced)) }
            let said = dates.map { #""\#($0.0)":"\#(LawDatePropertyTests.date($0.1).text)""# }
            return """
                {"action":"supersede","table":"treaty-status","row":{"id":"\(party):ets185",\
                "party":"\(party)","instrument":"ets185","status":"party",\
                \(said.joined(separator: ",")),"source":"S-GK","confidence":"medium",\
                "asOf":"2026-11-01"}}
                """
        }

        /// Said a second way, from the definitions.
        func standing(on day: Int) -> PartyStanding {
            if let denounced, day >= denounced { return .denounced }
            if day >= inForce { return .inForce }
            if day >= bound { return .bound }
            return day >= signed ? .signed : .notYet
        }
    }

    fileprivate static let origin = day("2002-01-01").daysSinceEpoch

    fileprivate static func date(_ number: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: origin + number)
    }

    private static func stories(_ dice: inout SeededGenerator) -> [Story] {
        shipped.parties.map(\.id).filter {
            !shipped.references(to: "treaty-status/\($0):ets185").isEmpty
        }.map { party in
            let signed = Int.random(in: 0...3000, using: &dice)
            let bound = signed + Int.random(in: 1...2000, using: &dice)
            let inForce = bound + Int.random(in: 1...200, using: &dice)
            let isLeft = Int.random(in: 0..<3, using: &dice) == 0
            let denounced = inForce + Int.random(in: 1...3000, using: &dice)
            return Story(
                party: party, signed: signed, bound: bound, inForce: inForce,
                denounced: isLeft ? denounced : nil)
        }
    }

    private static func merged(_ rows: [String]) throws -> LawData {
        let bytes = overlay(#""origin":"agreed""#, rows.joined(separator: ","))
        return try LawData(layers: shipped.layers + [LawLayer(parsingOverlay: bytes)])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a treaty binds from its entry into force for both until one leaves, on no other day`(
        seed: UInt64
    ) throws {
        var dice = SeededGenerator(seed: seed)
        let stories = Self.stories(&dice)
        #expect(stories.count > 80)
        let data = try Self.merged(stories.map(\.row))
        let treaty = try #require(data.instrument(RowID("ets185")))
        let general = try #require(treaty.inForce).earliest.daysSinceEpoch - Self.origin
        for story in stories {
            // Each turn of the story, the day before it, and days by chance.
            let turns = [story.signed, story.bound, story.inForce] + [story.denounced ?? 9000]
            let days =
                turns + turns.map { $0 - 1 }
                + (0..<4).map { _ in Int.random(in: 0...9000, using: &dice) }
            let other = stories[Int.random(in: stories.indices, using: &dice)]
            for number in days where number >= 0 {
                let on = Self.date(number)
                let position = data.position(of: story.party, in: treaty, on: on)
                #expect(position.standing == story.standing(on: number), "\(story) \(on)")
                guard other.party != story.party else { continue }
                let verdict = data.standings(story.party, other.party, on: on)
                    .first { $0.instrument == treaty.id }?.verdict
                let isInForce =
                    number >= general && story.standing(on: number) == .inForce
                    && other.standing(on: number) == .inForce
                #expect(verdict == (isInForce ? .inForce : .notInForce), "\(story) \(on)")
            }
        }
    }

    @Test(arguments: [4, 5] as [UInt64])
    func `between consent and entry into force nothing can be asked on the treaty`(
        seed: UInt64
    ) throws {
        var dice = SeededGenerator(seed: seed)
        let stories = Self.stories(&dice)
        let data = try Self.merged(stories.map(\.row))
        for story in stories.prefix(20) {
            let other = RowID(story.party.text == "US" ? "JP" : "US")
            for number in [story.signed, story.bound, story.inForce - 1] {
                let question = try LawQuestion(
                    other, story.party, on: Self.date(number), conduct: nil, in: data)
                let open = question.bases(for: RowID("preservation")).open
                #expect(!open.contains { $0.instrument == RowID("ets185") }, "\(story)")
            }
        }
    }

    @Test(arguments: [6, 7] as [UInt64])
    func `an article that either side does not apply is closed, and no other`(
        seed: UInt64
    ) throws {
        var dice = SeededGenerator(seed: seed)
        let rows = shipped.bases.filter { $0.instrument == RowID("ets185") }
        let reserved = rows[Int.random(in: rows.indices, using: &dice)]
        let who = Bool.random(using: &dice) ? "US" : "JP"
        let row = """
            {"action":"add","table":"reservations","row":{"id":"\(who):test","party":"\(who)",\
            "instrument":"ets185","article":"\(reserved.article)","kind":"reservation",\
            "effect":"not-applied","source":"S-GK","confidence":"low","asOf":"2026-11-01"}}
            """
        let data = try Self.merged([row])
        for basis in rows {
            let asked = try LawQuestion(
                RowID("US"), RowID("JP"), on: day("2026-11-23"), conduct: nil, in: data
            ).bases(for: basis.kind)
            let closed = asked.closed.first { $0.instrument == basis.instrument }
            if basis.article == reserved.article {
                #expect(closed?.why == .reserved, "\(basis.id)")
                #expect(
                    closed?.rows == [RowReference(.reservations, RowID(who + ":test"))])
            } else {
                #expect(closed == nil, "\(basis.id)")
            }
        }
    }

    @Test func `when the Second Protocol is in force, it opens for its parties alone`() throws {
        let instrument = try #require(
            shipped.standing[
                RowReference(.instruments, RowID("cets224"))]?.row)
        let later = JSONObject(
            instrument.members.filter { !["inForceRule", "status"].contains($0.name) }
        ).adding(["inForce": .string("2027-03-01"), "status": .string("in-force")])
        var rows = [
            #"{"action":"supersede","table":"instruments","row":"#
                + String(decoding: JSONValue.object(later).canonicalBytes, as: UTF8.self) + "}"
        ]
        for party in ["HU", "RS", "JP"] {
            rows.append(
                """
                {"action":"supersede","table":"treaty-status","row":{"id":"\(party):cets224",\
                "party":"\(party)","instrument":"cets224","status":"party",\
                "bound":"2026-02-05","inForce":"2027-03-01","source":"S-GK",\
                "confidence":"low","asOf":"2026-11-01"}}
                """)
        }
        let data = try Self.merged(rows)
        func ways(_ first: String, _ second: String, _ on: String) throws -> (
            open: [LegalBasis], closed: [ClosedBasis]
        ) {
            try LawQuestion(
                RowID(first), RowID(second), on: day(on), conduct: nil, in: data
            ).bases(for: RowID("subscriber-direct"))
        }
        #expect(try ways("HU", "RS", "2027-02-28").open.isEmpty)
        let open = try ways("HU", "RS", "2027-03-01").open
        #expect(open.map(\.instrument) == [RowID("cets224")])
        #expect(open.first?.confidence == .low)
        // Japan does not apply article 7; the United States have signed alone.
        #expect(try ways("HU", "JP", "2027-03-01").closed.map(\.why) == [.reserved])
        #expect(try ways("HU", "US", "2027-03-01").closed.map(\.why) == [.notInForce])
    }
}
