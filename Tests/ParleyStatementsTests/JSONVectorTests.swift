import Testing

@testable import ParleyStatements

@Suite struct JSONVectorTests {
    static let limitBytes = 262_144

    @Test(
        arguments: try VectorCase.load(
            "json/values.json", details: ["text", "hex", "repeat", "form", "canonical"]))
    func `each JSON vector is accepted, or refused for the reason it names`(
        vector: VectorCase
    ) throws {
        let bytes = vector.bytes
        let isCanonical = vector.text("form") == "canonical"
        switch vector.verdict {
        case .refuse(let reason):
            let refusal = #expect(throws: JSONRefusal.self) {
                try parse(bytes, isCanonical: isCanonical)
            }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
        case .accept:
            let value = try parse(bytes, isCanonical: isCanonical)
            #expect(value.canonicalBytes == Array((vector.text("canonical") ?? "").utf8))
            #expect(try parse(value.canonicalBytes, isCanonical: true) == value)
            let canonical = value.canonicalBytes
            let flips = acceptedFlips(of: bytes) { flipped in
                guard let other = try? parse(flipped, isCanonical: isCanonical) else {
                    return false
                }
                #expect(other.canonicalBytes != canonical)
                return true
            }
            #expect(flips == vector.flipsAccepted)
        }
    }

    private func parse(_ bytes: [UInt8], isCanonical: Bool) throws -> JSONValue {
        isCanonical
            ? try JSONValue(parsingCanonical: bytes, limitBytes: Self.limitBytes)
            : try JSONValue(parsing: bytes, limitBytes: Self.limitBytes)
    }

    @Test func `a refusal says where in the text the fault stands`() {
        #expect(throws: JSONRefusal.broken(.nullValue, offsetBytes: 5)) {
            try parse(Array(#"{"a":null}"#.utf8), isCanonical: false)
        }
        #expect(throws: JSONRefusal.tooLong(sizeBytes: 3, limitBytes: 2)) {
            try JSONValue(parsing: Array("[1]".utf8), limitBytes: 2)
        }
    }

    @Test func `every fault has a vector`() throws {
        let vectors = try VectorCase.load(
            "json/values.json", details: ["text", "hex", "repeat", "form", "canonical"])
        let reasons = Set(vectors.map(\.verdict))
        for fault in JSONRefusal.Fault.allCases {
            #expect(reasons.contains(.refuse(fault.rawValue)))
        }
    }

    @Test func `what people read parses to the value it was made from`() throws {
        let value: JSONValue = .object([
            "list": .array([.integer(1), .object(["a": .bool(true)])]), "none": .object([:]),
            "empty": .array([]), "plain": .array([.string("x"), .string("y\n")]),
        ])
        let text = String(decoding: value.indentedBytes, as: UTF8.self)
        #expect(text.hasSuffix("}\n"))
        #expect(text.contains(#"    "plain": ["x","y\n"]"#))
        #expect(try parse(value.indentedBytes, isCanonical: false) == value)
    }

    @Test func `a field refusal names the field by its JSON Pointer`() throws {
        let value = try parse(Array(#"{"a/b":{"c~":[1,{"d":"x"}]}}"#.utf8), isCanonical: false)
        let refusal = #expect(throws: FieldRefusal.self) {
            try JSONFields.reading(value) { fields throws(FieldRefusal) in
                try fields.object("a/b") { fields throws(FieldRefusal) in
                    _ = try fields.array("c~") { value throws(FieldRefusal) in
                        try JSONFields.reading(value) { fields throws(FieldRefusal) in
                            try fields.bool("d")
                        }
                    }
                }
            }
        }
        #expect(refusal?.path == "/a~1b/c~0/0")
        #expect(refusal?.reason == "field-type-wrong")
    }
}
