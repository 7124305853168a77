import ParleyLaw
import ParleyLog
import ParleyStatements
import Testing

/// The shipped data, read once for all tests.
let shipped: LawData = {
    do { return try ShippedLaw.data() } catch { preconditionFailure("\(error)") }
}()

func day(_ text: String) -> CivilDate {
    guard let day = CivilDate(text: text) else { preconditionFailure("\(text) is no day") }
    return day
}

func conduct(_ facts: String...) throws -> Conduct {
    var said: [RowID: Bool] = [:]
    for fact in facts {
        said[RowID(fact.hasPrefix("!") ? String(fact.dropFirst()) : fact)] = !fact.hasPrefix("!")
    }
    return try Conduct(said, in: shipped)
}

func overlay(_ origin: String, _ rows: String) -> [UInt8] {
    Array(#"{"parley":"law-overlay/1",\#(origin),"rows":[\#(rows)]}"#.utf8)
}

struct LawDataTests {
    @Test func `every table ships, and every row of it says whence, when and how sure`() throws {
        let layer = try ShippedLaw.layer()
        let tables = Set(layer.entries.map(\.reference.table))
        #expect(tables == Set(LawTable.allCases))
        for entry in layer.entries where entry.reference.table != .sources {
            #expect(shipped.marks[entry.reference] != nil, "\(entry.reference)")
        }
        #expect(shipped.parties.count == 135)
        #expect(shipped.kinds.count == 18)
        #expect(shipped.offences.count == 19)
    }

    @Test func `a data set has a digest that any layer changes`() throws {
        let row = """
            {"action":"add","table":"glossary","row":{"id":"x","en":"x","zhHans":"x",\
            "source":"design","confidence":"design","asOf":"2026"}}
            """
        let layer = try LawLayer(
            parsingOverlay: overlay(#""origin":"party","party":"US""#, row))
        let data = try LawData(layers: shipped.layers + [layer])
        #expect(data.digest != shipped.digest)
        #expect(try ShippedLaw.data().digest == shipped.digest)
    }

    @Test(arguments: [
        ("2026", "2026-01-01", "2026-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-02-05", "2026-02-05", "2026-02-05"),
    ])
    func `a date that is not exact spans its days`(text: String, first: String, last: String) {
        #expect(LawDate(text: text)?.earliest == day(first))
        #expect(LawDate(text: text)?.latest == day(last))
    }

    @Test(arguments: ["", "26", "2026-13", "2026-02-30", "2026-2", "2026-02-05-01", "2026/02"])
    func `what is no date is refused`(text: String) {
        #expect(LawDate(text: text) == nil)
    }
}
