import ParleyLog
import Testing

@testable import ParleyStatements

/// Who stands under which version of the agreement (`Spec/agreement.md` §12, §13).
@Suite struct AmendmentTests {
    private struct Fault: Error {}

    static func documents() throws -> [VectorCase] {
        try VectorCase.load("amendment/documents.json", details: ["known", "document"])
    }

    static func statements() throws -> [VectorCase] {
        try VectorCase.load(
            "amendment/statements.json", details: ["known", "changes", "envelope", "place", "at"])
    }

    private static let directory: Directory? = StatementVectorTests.verifiers["plain"]?.directory

    private static let named = Dictionary(
        ((try? documents()) ?? []).map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })

    private static func adopted(_ vector: VectorCase) throws -> AdoptedAgreement {
        try AdoptedAgreement(parsing: Array(try vector.required("document").utf8))
    }

    /// A directory that has learned what the vector says it knows, in the order that `arranged`
    /// gives.
    private static func knowing(
        _ vector: VectorCase, arranged: ([AdoptedAgreement]) -> [AdoptedAgreement] = { $0 }
    ) throws -> Directory {
        guard case .array(let names)? = vector.details["known"] else { throw Fault() }
        let known = try names.map { name throws -> AdoptedAgreement in
            guard case .string(let name) = name, let one = named[name] else { throw Fault() }
            return try adopted(one)
        }
        var directory = try #require(directory)
        #expect(directory.learn(arranged(known)) == [])
        return directory
    }

    private struct Refused: Error, Equatable {
        let reason: String
    }

    private func learn(_ bytes: [UInt8], _ directory: inout Directory) throws {
        do {
            try directory.learn(try AdoptedAgreement(parsing: bytes))
        } catch let refusal as AdoptionRefusal {
            throw Refused(reason: refusal.reason)
        } catch let refusal as AmendmentRefusal {
            #expect(refusal.explanation != refusal.reason)
            throw Refused(reason: refusal.reason)
        }
    }

    @Test(arguments: try documents())
    func `each version is judged by those before it`(vector: VectorCase) throws {
        var directory = try Self.knowing(vector)
        let bytes = Array(try vector.required("document").utf8)
        switch vector.verdict {
        case .refuse(let reason):
            #expect(throws: Refused(reason: reason)) { try learn(bytes, &directory) }
        case .accept:
            let adopted = try Self.adopted(vector)
            try directory.learn(adopted)
            let count = directory.versions.all.count
            try directory.learn(adopted)
            #expect(directory.versions.all.count == count)
            #expect(directory.versions.version(adopted.agreement.id) == adopted.agreement)
            #expect(
                directory.versions.amendments(upTo: adopted.agreement.id).last?.id
                    == adopted.agreement.id)
        }
    }

    private struct Judging {
        let verifier: StatementVerifier
        let now: Timestamp
        let place: EntryIndex

        init(_ vector: VectorCase, reversed: Bool = false, twice: Bool = false) throws {
            guard case .array(var changes)? = vector.details["changes"],
                case .integer(let place)? = vector.details["place"]
            else { throw Fault() }
            var verifier = StatementVerifier(
                directory: try knowing(vector) { reversed ? $0.reversed() : $0 })
            if twice { changes += changes }
            for change in changes {
                guard case .object(let fields) = change,
                    case .string(let text)? = fields["envelope"],
                    case .integer(let place)? = fields["place"],
                    case .string(let seen)? = fields["seen"], let seen = Timestamp(text: seen)
                else { throw Fault() }
                let index = EntryIndex(UInt64(place))
                let verified = try verifier.verify(
                    UnverifiedStatement(parsing: Array(text.utf8)), at: seen, place: index)
                try verifier.directory.apply(verified, at: index, seen: seen)
            }
            self.verifier = verifier
            self.place = EntryIndex(UInt64(place))
            now = try #require(Timestamp(text: try vector.required("at")))
        }

        func verify(_ envelope: [UInt8]) throws(StatementRefusal) {
            _ = try verifier.verify(UnverifiedStatement(parsing: envelope), at: now, place: place)
        }
    }

    @Test(arguments: try statements())
    func `each statement is judged by the version its author stands under`(
        vector: VectorCase
    ) throws {
        let envelope = Array(try vector.required("envelope").utf8)
        for judging in [
            try Judging(vector), try Judging(vector, reversed: true),
            try Judging(vector, twice: true),
        ] {
            switch vector.verdict {
            case .refuse(let reason):
                let refusal = #expect(throws: StatementRefusal.self) {
                    try judging.verify(envelope)
                }
                #expect(refusal?.reason == reason)
                #expect(refusal?.explanation != reason)
            case .accept:
                try judging.verify(envelope)
            }
        }
        guard vector.verdict == .accept else { return }
        let judging = try Judging(vector)
        #expect(acceptedFlips(of: envelope, step: 23) { (try? judging.verify($0)) != nil } == 0)
    }

    @Test func `a party is as the version under which it stands describes it`() throws {
        let vector = try #require(
            try Self.statements().first { $0.name == "to-joined" })
        let versions = try Judging(vector).verifier.versions
        let now = try #require(Timestamp(text: "2026-12-05T00:00:00Z"))
        #expect(versions.parties(at: now).map(\.id.text) == ["us", "cn", "acme"])
        let us = try #require(PartyID("us"))
        let cn = try #require(PartyID("cn"))
        #expect(versions.version(of: us, at: now).parties.count == 3)
        #expect(versions.version(of: cn, at: now) == versions.first)
        let before = try #require(Timestamp(text: "2026-09-30T23:59:59Z"))
        #expect(versions.version(of: us, at: before) == versions.first)
        let next = versions.nextChange(after: before)
        #expect(next == Timestamp(text: "2026-10-01T00:00:00Z"))
        #expect(versions.nextChange(after: now) == nil)
        #expect(versions.number(versions.first.id) == 0)
    }

    @Test func `no documents in a row that none can follow are all named`() throws {
        let third = try Self.adopted(try #require(Self.named["third"]))
        let alone = try Self.adopted(try #require(Self.named["left-out"]))
        var directory = try #require(Self.directory)
        #expect(
            directory.learn([third, alone]).map(\.reason)
                == ["amended-version-unknown", "amended-version-unknown"])
        #expect(directory.versions.all.count == 1)
    }
}
