import ParleyLog
import Testing

@testable import ParleyStatements

@Suite struct DirectoryTests {
    private struct Judging {
        let verifier: StatementVerifier
        let now: Timestamp
        let place: EntryIndex
        let envelope: [UInt8]

        func verify(_ envelope: [UInt8]) throws(StatementRefusal) -> VerifiedStatement {
            try verifier.verify(UnverifiedStatement(parsing: envelope), at: now, place: place)
        }
    }

    static func cases() throws -> [VectorCase] {
        try VectorCase.load(
            "keys/keys.json", details: ["agreement", "at", "changes", "envelope", "place"])
    }

    /// The verifier once it has taken the vector's changes, in the order that `arranged` gives.
    private static func judging(
        _ vector: VectorCase, changes arranged: ([JSONValue]) -> [JSONValue] = { $0 }
    ) throws -> Judging {
        var verifier = try #require(
            StatementVectorTests.verifiers[try vector.required("agreement")])
        let now = try #require(Timestamp(text: try vector.required("at")))
        guard case .array(let changes)? = vector.details["changes"],
            case .integer(let place)? = vector.details["place"]
        else { throw VectorFault() }
        for change in arranged(changes) {
            guard case .object(let fields) = change, case .string(let text)? = fields["envelope"],
                case .integer(let place)? = fields["place"]
            else { throw VectorFault() }
            let index = EntryIndex(UInt64(place))
            // Taken when it came, whatever the time at which the last one is judged.
            let seen = try #require(Timestamp(text: "2026-06-02T00:00:00Z"))
            let verified = try verifier.verify(
                UnverifiedStatement(parsing: Array(text.utf8)), at: seen, place: index)
            try verifier.directory.apply(verified, at: index, seen: seen)
        }
        return Judging(
            verifier: verifier, now: now, place: EntryIndex(UInt64(place)),
            envelope: Array(try vector.required("envelope").utf8))
    }

    private struct VectorFault: Error {}

    @Test(arguments: try cases())
    func `each statement is judged by the changes before it in its log`(
        vector: VectorCase
    ) throws {
        let judging = try Self.judging(vector)
        switch vector.verdict {
        case .refuse(let reason):
            let refusal = #expect(throws: StatementRefusal.self) {
                try judging.verify(judging.envelope)
            }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation != reason)
        case .accept:
            _ = try judging.verify(judging.envelope)
            let flips = acceptedFlips(of: judging.envelope, step: 23) {
                (try? judging.verify($0)) != nil
            }
            #expect(flips == 0)
        }
    }

    @Test(arguments: try cases())
    func `a change that comes twice is taken once`(vector: VectorCase) throws {
        let judging = try Self.judging(vector) { $0 + $0 }
        let isAccepted = (try? judging.verify(judging.envelope)) != nil
        #expect(isAccepted == (vector.verdict == .accept))
    }

    @Test func `the organ's keys are listed with what became of them`() throws {
        let vector = try #require(
            try Self.cases().first { $0.name == "retired-revoked-signs" })
        let directory = try Self.judging(vector).verifier.directory
        let seat = try #require(Seat("us/poc"))
        let entries = try #require(directory.entries(of: seat))
        #expect(entries.map(\.isLive) == [false, true])
        #expect(entries[0].retirement?.place == EntryIndex(10))
        #expect(entries[0].revocation?.place == EntryIndex(20))
        #expect(entries[0].revocation?.since == Timestamp(text: "2026-06-15T00:00:00Z"))
        let now = try #require(Timestamp(text: "2026-07-01T00:00:00Z"))
        // The other key of the agreement is valid from December on.
        #expect(directory.live(of: seat, at: now).isEmpty)
        #expect(directory.entries(of: try #require(Seat("us/press")))?.count == nil)
    }
}
