import ParleyDialogue
import ParleyExample
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// A generated record: the same each time, lawful but where it says so, and of every kind.
@Suite struct ExampleRecordTests {
    private let agreement: Agreement

    init() throws { agreement = try TestAgreement(["us", "cn", "corp"]).agreement }

    private func record(seed: UInt64) throws -> ExampleRecord {
        let from = try #require(Timestamp(text: "2026-01-10T00:00:00Z"))
        return ExampleRecord(
            agreement: agreement, seed: seed, period: from..<from.adding(seconds: 200 * 86_400))
    }

    @Test func `a seed makes the same threads each time, another seed others`() throws {
        let (one, same, other) = (try record(seed: 5), try record(seed: 5), try record(seed: 6))
        for number in 0..<20 {
            #expect(one.headers(of: number) == same.headers(of: number))
            #expect(one.headers(of: number) != other.headers(of: number))
        }
    }

    @Test func `every kind is there, every header has its form, and few are irregular`() throws {
        let record = try record(seed: 1)
        var acts: Set<Act> = []
        var effects: [String: Int] = [:]
        var count = 0
        for number in 0..<300 {
            let records = record.headers(of: number)
            #expect(!records.isEmpty, "\(number)")
            let thread = DialogueThread(folding: records.reversed(), under: agreement)
            for entry in thread.entries {
                count += 1
                effects[entry.effect.code, default: 0] += 1
                acts.insert(entry.statement.act)
                // Whatever is generated could have been signed and read.
                let payload = entry.statement.payloadBytes()
                #expect(try Statement(parsingPayload: payload) == entry.statement)
            }
        }
        #expect(Set(ThreadProtocol.all.map(\.opening)).subtracting(acts) == [.lawShare])
        #expect(acts.count > 100)
        #expect((6...10).contains(count / 300))
        let irregular = effects.filter { $0.key.hasPrefix("irregular:") }.values.reduce(0, +)
        #expect(irregular > 0 && irregular * 20 < count, "\(effects)")
        #expect((effects["untimed"] ?? 0) > 0 && (effects["waiting"] ?? 0) > 0)
    }
}
