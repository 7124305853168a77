import ParleyLaw
import ParleyLog
import ParleyStatements
import Testing

struct LawLayerTests {
    static let marks = #""source":"S-GK","confidence":"low","asOf":"2026-11-01""#
    static let party = #""origin":"party","party":"US""#

    private func merged(_ rows: String, _ origin: String = Self.party) throws -> LawData {
        try LawData(
            layers: shipped.layers + [LawLayer(parsingOverlay: overlay(origin, rows))])
    }

    private func refusal(_ rows: String, _ origin: String = Self.party) -> String {
        do {
            _ = try merged(rows, origin)
            return "accepted"
        } catch let refusal as LawRefusal {
            return refusal.reason
        } catch {
            return "\(error)"
        }
    }

    @Test func `an overlay that supersedes a row answers in its place, and the old one stays`()
        throws
    {
        let row = """
            {"action":"supersede","table":"treaty-status","row":{"id":"CN:ets185","party":"CN",\
            "instrument":"ets185","status":"party","bound":"2026-01-01","inForce":"2026-05-01",\
            \(Self.marks)}}
            """
        let data = try merged(row)
        let reference = RowReference(.treatyStatus, RowID("CN:ets185"))
        #expect(data.standing[reference]?.origin == .party(RowID("US")))
        #expect(data.standing[reference]?.earlier.count == 1)
        let standing = data.standings(RowID("US"), RowID("CN"), on: day("2026-06-01"))
            .first { $0.instrument == RowID("ets185") }
        #expect(standing?.verdict == .inForce)
        #expect(standing?.confidence == .low)
        let uses = data.uses(of: [reference], askedOn: day("2026-11-23"))
        #expect(uses.map(\.origin) == [.party(RowID("US"))])
    }

    @Test func `an overlay adds a row`() throws {
        let row = """
            {"action":"add","table":"treaty-status","row":{"id":"FR:uncac","party":"FR",\
            "instrument":"uncac","status":"party","inForce":"2005-12-14",\(Self.marks)}}
            """
        #expect(try merged(row).marks.count == shipped.marks.count + 1)
    }

    @Test func `what an overlay may not do is refused by name`() {
        let status = #""party":"CN","instrument":"ets185","status":"none""#
        func entry(_ action: String, _ table: String, _ row: String) -> String {
            #"{"action":"\#(action)","table":"\#(table)","row":{\#(row)}}"#
        }
        let known = #""id":"CN:ets185",\#(status),\#(Self.marks)"#
        let new = #""id":"CN:new",\#(status),\#(Self.marks)"#
        #expect(refusal(entry("add", "treaty-status", known)) == "row-exists")
        #expect(refusal(entry("supersede", "treaty-status", new)) == "row-unknown")
        #expect(refusal(entry("delete", "treaty-status", known)) == "field-value-wrong")
        #expect(refusal(entry("add", "treaties", known)) == "field-value-wrong")
        #expect(refusal(entry("add", "treaty-status", status)) == "field-missing")
        let twice = entry("add", "treaty-status", new)
        #expect(refusal(twice + "," + twice) == "row-twice")
        let unmarked = #""id":"CN:new",\#(status),"source":"S-GK","asOf":"2026""#
        #expect(refusal(entry("add", "treaty-status", unmarked)) == "field-missing")
        let more = new + #","colour":"red""#
        #expect(refusal(entry("add", "treaty-status", more)) == "field-unknown")
        let nowhere = new.replacing("\"ets185\"", with: "\"ets999\"")
        #expect(refusal(entry("add", "treaty-status", nowhere)) == "reference-dangling")
        let unsourced = new.replacing("S-GK", with: "S-NONE")
        #expect(refusal(entry("add", "treaty-status", unsourced)) == "reference-dangling")
        #expect(refusal("", #""origin":"party""#) == "field-missing")
        #expect(refusal("", #""origin":"agreed","party":"US""#) == "field-unknown")
        #expect(refusal("", #""origin":"shipped""#) == "field-value-wrong")
    }

    @Test func `layers come in one order, each once`() throws {
        let mine = try LawLayer(parsingOverlay: overlay(Self.party, ""))
        let both = try LawLayer(parsingOverlay: overlay(#""origin":"agreed""#, ""))
        for layers in [[both, mine], [mine, mine], [both, both]] {
            #expect(throws: LawRefusal.self) {
                try LawData(layers: shipped.layers + layers)
            }
        }
        #expect(throws: LawRefusal.layerOrder("the shipped layer comes first")) {
            try LawData(layers: [mine])
        }
        #expect(try LawData(layers: shipped.layers + [mine, both]).layers.count == 3)
    }

    @Test func `an overlay one byte past its limit is refused, and one at it is not`() throws {
        let bytes = overlay(Self.party, "")
        let room = LawLayer.overlayLimitBytes - bytes.count
        let full = bytes + [UInt8](repeating: 0x20, count: room)
        #expect(try LawLayer(parsingOverlay: full).entries.isEmpty)
        #expect {
            try LawLayer(parsingOverlay: full + [0x20])
        } throws: {
            ($0 as? LawRefusal)?.reason == "too-long"
        }
    }

    @Test func `an overlay that the other side signed too is exported and read back`() throws {
        let rows =
            #"{"action":"add","table":"glossary","row":{"id":"x","en":"x","zhHans":"x","#
            + #""source":"S-UNTC","confidence":"high","asOf":"2026-12-01"}}"#
        let theirs = try LawLayer(parsingOverlay: overlay(Self.party, rows))
        let data = try LawData(layers: shipped.layers + [LawLayer(agreed: theirs)])
        let export = LawExport(of: data)
        let again = try LawExport(parsing: export.bytes)
        #expect(again.bytes == export.bytes)
        #expect(again.layers.last?.origin == .agreed)
        #expect(again.digest == data.digest)
    }

    @Test func `an export one byte past its limit is refused`() {
        let bytes = [UInt8](repeating: 0x20, count: LawExport.limitBytes + 1)
        #expect {
            try LawExport(parsing: bytes)
        } throws: {
            ($0 as? LawRefusal)?.reason == "too-long"
        }
    }
}
