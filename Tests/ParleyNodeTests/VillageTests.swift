import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

@Suite struct VillageTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `two nodes agree in the end, whatever the wire did`(seed: UInt64) async throws {
        try await run(try TestAgreement(), seed: seed, skewSeconds: Int64(seed % 5) * 50 - 100)
    }

    @Test(arguments: 100..<110 as Range<UInt64>)
    func `three nodes agree in the end, whatever the wire did`(seed: UInt64) async throws {
        try await run(try TestAgreement(["us", "cn", "corp"]), seed: seed, skewSeconds: 20)
    }

    @Test(arguments: [Int64(100), -100])
    func `a peer's clock is measured by its receipts`(skewSeconds: Int64) async throws {
        let terms = try TestAgreement()
        let village = try await Village.make(
            terms, seed: 1, skewSeconds: skewSeconds, at: Self.start)
        let request = try terms.request("a", from: "us", to: ["cn"], at: Self.start)
        try await village.submit(request.envelope, blobs: request.blobs, by: "us")
        try await village.settle()
        let skews = try await village.house("us").node.writer.skews
        let cn = try terms.party("cn").id
        #expect(Array(skews.keys) == [cn])
        #expect(skews[cn]?.secondsAhead == skewSeconds)
    }

    private func run(_ terms: TestAgreement, seed: UInt64, skewSeconds: Int64) async throws {
        let village = try await Village.make(
            terms, seed: seed, weather: .rough, skewSeconds: skewSeconds, at: Self.start)
        var generator = SeededGenerator(seed: seed &+ 1_000_000)
        for _ in 0..<80 {
            switch generator.place(below: 100) {
            case 0..<30: try await village.speak()
            case 30..<34:
                try await village.restart(generator.pick(terms.parties)?.id.text ?? "us")
            case 34..<36: await village.advance(seconds: 4000)
            default: _ = try await village.step()
            }
        }
        await village.set(.fine)
        try await village.settle()
        #expect(try await village.faults() == [])
    }
}
