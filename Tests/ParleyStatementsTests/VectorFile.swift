import Foundation
import ParleyTestSupport
import Testing

@testable import ParleyStatements

/// One case of a vector file: what every case has. The rest each test reads for itself.
struct VectorCase: CustomTestStringConvertible, Sendable {
    enum Verdict: Hashable, Sendable {
        case accept
        /// The one reason, by its code.
        case refuse(String)
    }

    let name: String
    let verdict: Verdict
    /// How many texts with one byte flipped are accepted as well; nil where flips are not run.
    let flipsAccepted: Int?
    let details: JSONObject

    var testDescription: String { name }

    /// Every case of `Vectors/<path>`. Fails on a field that is not named here or in `details`.
    static func load(_ path: String, details: Set<String>) throws -> [VectorCase] {
        let bytes = try Data(contentsOf: VectorFolder.root.appending(path: path))
        let file = try JSONValue(parsing: Array(bytes), limitBytes: 16_777_216)
        return try JSONFields.reading(file) { fields throws(FieldRefusal) in
            _ = try fields.string("about")
            return try fields.array("cases") { value throws(FieldRefusal) in
                try JSONFields.reading(value) { fields throws(FieldRefusal) in
                    try VectorCase(&fields, details: details)
                }
            }
        }
    }

    private init(_ fields: inout JSONFields, details: Set<String>) throws(FieldRefusal) {
        name = try fields.string("name")
        _ = try fields.string("why")
        if let reason = try fields.optionalParsed("refuse", "a reason", { $0 }) {
            verdict = .refuse(reason)
        } else {
            verdict = try fields.bool("accept") ? .accept : .refuse("")
        }
        flipsAccepted =
            fields.optional("flipsAccepted") == nil
            ? nil : Int(try fields.integer("flipsAccepted", in: 0...1_000_000))
        var found: [JSONObject.Member] = []
        for name in details.sorted() {
            if let value = fields.optional(name) { found.append(.init(name: name, value: value)) }
        }
        self.details = JSONObject(found)
    }

    func text(_ name: String) -> String? {
        guard case .string(let text)? = details[name] else { return nil }
        return text
    }

    func required(_ name: String) throws -> String {
        try #require(text(name), "the vector has no \(name)")
    }

    /// The bytes of `text` (as often as `repeat` says), or of `hex`.
    var bytes: [UInt8] {
        if let hex = text("hex") { return decodeHex(hex) }
        var count = 1
        if case .integer(let number)? = details["repeat"] { count = Int(number) }
        return Array(String(repeating: text("text") ?? "", count: count).utf8)
    }
}

/// Test data is ours: a wrong digit stops the run.
func decodeHex(_ text: String) -> [UInt8] {
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count, by: 2).map { place in
        guard
            let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
        else { preconditionFailure("\(text) is not hexadecimal") }
        return byte
    }
}

/// How many of the texts that differ from `bytes` in one byte, its lowest bit turned, are accepted.
///
/// `step` above 1 leaves bytes out, where all of them would take minutes.
func acceptedFlips(of bytes: [UInt8], step: Int = 1, isAccepted: ([UInt8]) -> Bool) -> Int {
    var count = 0
    var flipped = bytes
    for place in stride(from: 0, to: bytes.count, by: step) {
        flipped[place] ^= 1
        if isAccepted(flipped) { count += 1 }
        flipped[place] ^= 1
    }
    return count
}
