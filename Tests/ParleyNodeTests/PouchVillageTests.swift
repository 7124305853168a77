import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

/// Villages whose nodes never meet, or seldom: what passes between them is carried by hand, and
/// media are lost, copied, mixed up and opened in part.
@Suite struct PouchVillageTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `two nodes that only pouches join agree in the end`(seed: UInt64) async throws {
        try await run(try TestAgreement(), seed: seed, networkPercent: 0)
    }

    @Test(arguments: 100..<104 as Range<UInt64>)
    func `three nodes that only pouches join agree in the end`(seed: UInt64) async throws {
        try await run(try TestAgreement(["us", "cn", "corp"]), seed: seed, networkPercent: 0)
    }

    @Test(arguments: 200..<212 as Range<UInt64>)
    func `pouches beside a bad network do no harm`(seed: UInt64) async throws {
        try await run(try TestAgreement(), seed: seed, networkPercent: 40)
    }

    /// A pouch on its way, or one that was opened and lies about.
    private struct Carried {
        let to: String
        let parts: [[UInt8]]
    }

    private func run(
        _ terms: TestAgreement, seed: UInt64, networkPercent: Int
    ) async throws {
        let village = try await Village.make(
            terms, seed: seed, weather: .rough, skewSeconds: Int64(seed % 5) * 50 - 100,
            at: Self.start)
        let names = terms.parties.map(\.id.text)
        var generator = SeededGenerator(seed: seed &+ 5_000_000)
        var carried: [Carried] = []
        for _ in 0..<50 {
            if generator.chance(networkPercent) {
                for _ in 0..<3 { _ = try await village.step() }
            }
            await village.advance(seconds: Int64(generator.place(below: 50_000)))
            switch generator.place(below: 100) {
            case 0..<30:
                try await village.speak()
            case 30..<60:
                guard let from = generator.pick(names),
                    let to = generator.pick(names.filter { $0 != from })
                else { continue }
                let parts = try await village.pack(
                    from: from, to: to, partLimitBytes: generator.chance(60) ? 700_000 : nil)
                // A third of all media are lost.
                if !parts.isEmpty, generator.chance(67) {
                    carried.append(Carried(to: to, parts: parts))
                }
            case 60..<95:
                guard !carried.isEmpty else { continue }
                let place = generator.place(below: carried.count)
                try await open(carried[place], in: village, &generator)
                // Some are kept and opened once more, perhaps after newer ones.
                if generator.chance(60) { carried.remove(at: place) }
            default:
                try await village.restart(generator.pick(names) ?? "us")
            }
        }
        await village.set(.fine)
        try await village.settleByPouch()
        if networkPercent > 0 { try await village.settle() }
        #expect(try await village.faults() == [])
        for name in names { #expect(try await village.house(name).shelf.keptCount == 0) }
    }

    /// Opens all parts or some, in any order, at once or one after another, and is killed at times.
    private func open(
        _ pouch: Carried, in village: Village, _ generator: inout SeededGenerator
    ) async throws {
        var parts = pouch.parts
        for place in parts.indices.dropFirst() {
            parts.swapAt(place, generator.place(below: place + 1))
        }
        if generator.chance(25) { parts.removeLast(generator.place(below: parts.count)) }
        if generator.chance(30) {
            let kind = generator.pick(FaultyLedger.Kind.allCases) ?? .lost
            do {
                try await village.open(
                    parts, at: pouch.to, failing: (1 + generator.place(below: 3), kind))
            } catch is FailingDesk.Failure {
                if generator.chance(50) { try await village.restart(pouch.to) }
            }
        }
        if generator.chance(50) {
            try await village.open(parts, at: pouch.to)
        } else {
            for part in parts { try await village.open([part], at: pouch.to) }
        }
    }
}
