import ParleyLog
import Testing

@testable import ParleyStatements

@Suite struct AgreementVectorTests {
    @Test(arguments: try AgreementVectors.cases())
    func `each agreement vector is accepted, or refused with one problem at one place`(
        vector: VectorCase
    ) throws {
        let bytes = try AgreementVectors.document(of: vector)
        switch vector.verdict {
        case .refuse(let reason):
            let refusal = #expect(throws: AgreementRefusal.self) { try Agreement(parsing: bytes) }
            #expect(refusal?.problems.map(\.reason) == [reason])
            #expect(refusal?.problems.map(\.path) == [vector.text("at") ?? ""])
            #expect(refusal?.explanation.isEmpty == false)
        case .accept:
            let agreement = try Agreement(parsing: bytes)
            #expect(agreement.canonicalBytes == bytes)
            #expect(agreement.id.digest == Digest(hashing: bytes))
        }
    }

    @Test(arguments: try AgreementVectors.cases().filter { $0.flipsAccepted != nil })
    func `an agreement with one byte flipped is refused, or is another agreement`(
        vector: VectorCase
    ) throws {
        let bytes = try AgreementVectors.document(of: vector)
        let id = try Agreement(parsing: bytes).id
        let flips = acceptedFlips(of: bytes, step: 7) { flipped in
            guard let other = try? Agreement(parsing: flipped) else { return false }
            #expect(other.id != id)
            return true
        }
        #expect(flips == vector.flipsAccepted)
    }

    @Test(arguments: try VectorCase.load("agreement/adoption.json", details: ["envelope"]))
    func `each adoption vector is accepted, or refused for the reason it names`(
        vector: VectorCase
    ) throws {
        let bytes = Array(try vector.required("envelope").utf8)
        switch vector.verdict {
        case .refuse(let reason):
            let refusal = #expect(throws: AdoptionRefusal.self) {
                try AdoptedAgreement(parsing: bytes)
            }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
        case .accept:
            let adopted = try AdoptedAgreement(parsing: bytes)
            #expect(adopted.envelopeBytes == bytes)
            // A few places of every part: the whole would verify some ten thousand signatures.
            for place in stride(from: 0, to: bytes.count, by: 97) {
                var flipped = bytes
                flipped[place] ^= 1
                #expect(throws: AdoptionRefusal.self) { try AdoptedAgreement(parsing: flipped) }
            }
        }
    }

    @Test func `all problems are told at once, in the order of the document`() throws {
        let plain = try AgreementVectors.document(named: "plain")
        let broken = String(decoding: plain, as: UTF8.self)
            .replacing("\"exercise\":true", with: "\"exercise\":1")
            .replacing("https://cn.", with: "http://cn.")
            .replacing("\"silenceAfterSeconds\":86400", with: "\"silenceAfterSeconds\":1")
        let refusal = #expect(throws: AgreementRefusal.self) {
            try Agreement(parsing: Array(broken.utf8))
        }
        #expect(
            refusal?.problems.map(\.path) == [
                "/exercise", "/parties/1/node/url", "/silenceAfterSeconds",
            ])
        #expect(refusal?.reason == "field-type-wrong")
    }

    @Test func `a flood of problems is cut off`() throws {
        let members = (100..<400).map { "\"x\($0)\":1" }.joined(separator: ",")
        let refusal = #expect(throws: AgreementRefusal.self) {
            try Agreement(parsing: Array("{\(members)}".utf8))
        }
        #expect(refusal?.problems.count == AgreementRefusal.problemLimit)
    }
}

/// The agreements of `Vectors/agreement/agreements.json`, for these and for other tests.
enum AgreementVectors {
    static func cases() throws -> [VectorCase] {
        try VectorCase.load(
            "agreement/agreements.json",
            details: ["text", "base", "set", "remove", "at", "schema"])
    }

    static func document(named name: String) throws -> [UInt8] {
        let found = try cases().first { $0.name == name }
        return try document(of: try #require(found, "no agreement named \(name)"))
    }

    /// The text itself, or the base with members set and removed, made canonical.
    static func document(of vector: VectorCase) throws -> [UInt8] {
        guard let base = vector.text("base") else { return vector.bytes }
        var value = try JSONValue(
            parsing: try document(named: base), limitBytes: Agreement.sizeLimitBytes)
        if case .object(let changes)? = vector.details["set"] {
            for change in changes.members {
                value = try value.changing(Self.steps(change.name), to: change.value)
            }
        }
        if case .array(let pointers)? = vector.details["remove"] {
            for case .string(let pointer) in pointers {
                value = try value.changing(Self.steps(pointer), to: nil)
            }
        }
        return value.canonicalBytes
    }

    private static func steps(_ pointer: String) -> ArraySlice<String> {
        pointer.split(separator: "/").map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }[...]
    }
}

extension JSONValue {
    /// This value with what stands at `steps` replaced, added, or (for nil) taken away.
    fileprivate func changing(_ steps: ArraySlice<String>, to new: JSONValue?) throws -> JSONValue {
        guard let step = steps.first else { return try #require(new) }
        let rest = steps.dropFirst()
        switch self {
        case .array(var elements):
            let place = try #require(Int(step))
            elements[place] = try elements[place].changing(rest, to: new)
            return .array(elements)
        case .object(let object):
            // By bytes: one vector adds a name that Swift holds equal to one that is there.
            var members = object.members.filter { Array($0.name.utf8) != Array(step.utf8) }
            if rest.isEmpty {
                if let new { members.append(.init(name: step, value: new)) }
            } else {
                let child = try #require(object[step])
                members.append(.init(name: step, value: try child.changing(rest, to: new)))
            }
            return .object(JSONObject(members))
        default:
            throw FieldRefusal(.wrongType("a container"), path: step)
        }
    }
}
