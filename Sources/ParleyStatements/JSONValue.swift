/// A value of Parley's JSON: RFC 8259 without null and without fractions, so that every value has
/// one canonical form and no reader has to round (`Spec/statement.md` §2).
///
/// Strings compare as Swift strings do, by canonical equivalence; where bytes decide, compare
/// ``canonicalBytes``.
package enum JSONValue: Hashable, Sendable {
    /// 2^53 - 1: beyond it, readers that hold numbers as doubles disagree (RFC 8785 §3.2.2.3).
    package static let integerLimit: Int64 = 9_007_199_254_740_991
    /// Arrays and objects one inside the other.
    package static let depthLimit = 16

    case bool(Bool)
    /// Within ± ``integerLimit``.
    case integer(Int64)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Parses one JSON value; white space around tokens is allowed.
    ///
    /// - Throws: ``JSONRefusal``, naming the first fault and where it stands.
    package init(parsing bytes: [UInt8], limitBytes: Int) throws(JSONRefusal) {
        self = try Self.parse(bytes, limitBytes: limitBytes).value
    }

    /// Parses one JSON value that is already in its canonical form.
    ///
    /// - Throws: ``JSONRefusal/notCanonical`` for any other spelling of a value that parses.
    package init(parsingCanonical bytes: [UInt8], limitBytes: Int) throws(JSONRefusal) {
        let (value, isCanonical) = try Self.parse(bytes, limitBytes: limitBytes)
        // SPEC statement §2: Where canonical form is asked for, the bytes MUST equal the RFC 8785
        // form of the value they spell.
        guard isCanonical else { throw .notCanonical }
        self = value
    }

    /// The RFC 8785 form: no white space, members sorted by the UTF-16 code units of their names,
    /// the shortest escapes.
    package var canonicalBytes: [UInt8] {
        var writer = JSONWriter()
        writer.append(self)
        return writer.bytes
    }

    private static func parse(
        _ bytes: [UInt8], limitBytes: Int
    ) throws(JSONRefusal) -> (value: JSONValue, isCanonical: Bool) {
        // SPEC statement §2: A reader MUST refuse JSON text longer than the limit set for its
        // kind, before reading any of it.
        guard bytes.count <= limitBytes else {
            throw .tooLong(sizeBytes: bytes.count, limitBytes: limitBytes)
        }
        var parser = JSONParser(bytes)
        let value = try parser.wholeText()
        return (value, parser.isCanonical)
    }

    /// For files that people read: canonical order, one member a line, four spaces a level.
    package var indentedBytes: [UInt8] {
        var writer = JSONWriter()
        writer.appendIndented(self, level: 0)
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }
}

/// The members of an object, in canonical order, each name once.
package struct JSONObject: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    package let members: [Member]

    /// Traps on a name given twice: members come from our own code here. Outside text goes
    /// through ``JSONValue/init(parsing:limitBytes:)``.
    package init(_ members: [Member]) {
        guard let sorted = Self.sorted(members) else {
            preconditionFailure("an object has each name once")
        }
        self.members = sorted
    }

    /// As ``init(_:)``, of members that stand in canonical order already, whose names stand in the
    /// code that calls this: so a debug build, which tests run, traps where they do not.
    package init(inOrder members: [Member]) {
        assert(
            zip(members, members.dropFirst()).allSatisfy { utf16Order($0.name, $1.name) < 0 },
            "members stand in canonical order")
        self.members = members
    }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.map { Member(name: $0.0, value: $0.1) })
    }

    /// Nil when a name comes twice.
    init?(parsed members: [Member], isSorted: Bool) {
        if isSorted {
            self.members = members
        } else {
            guard let sorted = Self.sorted(members) else { return nil }
            self.members = sorted
        }
    }

    /// `name` must be ASCII, as every field name of Parley is.
    package subscript(name: String) -> JSONValue? {
        members.first { isSameASCII($0.name, name) }?.value
    }

    /// This object with more members. Traps on a name that is already there.
    package func adding(_ more: JSONObject) -> JSONObject {
        JSONObject(members + more.members)
    }

    private static func sorted(_ members: [Member]) -> [Member]? {
        let sorted = members.sorted { utf16Order($0.name, $1.name) < 0 }
        for (one, next) in zip(sorted, sorted.dropFirst())
        where utf16Order(one.name, next.name) == 0 {
            return nil
        }
        return sorted
    }
}

/// Whether `text` is the same bytes as `ascii`. Plain `==` is not enough: Swift holds U+212A
/// (Kelvin sign) equal to `K`.
func isSameASCII(_ text: String, _ ascii: String) -> Bool {
    text.utf8.count == ascii.utf8.count && text == ascii
}

/// Compares as RFC 8785 §3.2.3 sorts: by UTF-16 code units. Negative when `one` comes first.
///
/// UTF-8 bytes sort alike but for one case: characters above U+FFFF are surrogates in UTF-16 and
/// so come before U+E000 to U+FFFF.
func utf16Order(_ one: String, _ other: String) -> Int {
    var (one, other) = (one, other)
    return one.withUTF8 { left in
        other.withUTF8 { right in
            for place in 0..<min(left.count, right.count) where left[place] != right[place] {
                let (a, b) = (left[place], right[place])
                if a >= 0xEE, b >= 0xEE, (a >= 0xF0) != (b >= 0xF0) { return a >= 0xF0 ? -1 : 1 }
                return a < b ? -1 : 1
            }
            return left.count - right.count
        }
    }
}

/// Why bytes are not Parley's JSON.
package enum JSONRefusal: Error, Hashable, Sendable {
    case tooLong(sizeBytes: Int, limitBytes: Int)
    case notCanonical
    case broken(Fault, offsetBytes: Int)

    package enum Fault: String, Hashable, Sendable, CaseIterable {
        case byteOrderMark = "byte-order-mark"
        case notUTF8 = "not-utf8"
        case unexpectedByte = "unexpected-byte"
        case unexpectedEnd = "unexpected-end"
        case trailingBytes = "trailing-bytes"
        case tooDeep = "too-deep"
        case duplicateName = "duplicate-name"
        case nullValue = "null-value"
        case leadingZero = "leading-zero"
        case negativeZero = "negative-zero"
        case fraction
        case exponent
        case numberTooLarge = "number-too-large"
        case loneSurrogate = "lone-surrogate"
        case controlCharacter = "control-character"
        case badEscape = "bad-escape"
    }

    package var reason: String {
        switch self {
        case .tooLong: "too-long"
        case .notCanonical: "not-canonical"
        case .broken(let fault, _): fault.rawValue
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong(let sizeBytes, let limitBytes):
            "The JSON text is \(sizeBytes) bytes; it may have \(limitBytes)."
        case .notCanonical:
            "The JSON text is not in its canonical form (RFC 8785)."
        case .broken(let fault, let offsetBytes):
            "The JSON text is refused at byte \(offsetBytes): \(fault.explanation)."
        }
    }
}

extension JSONRefusal.Fault {
    fileprivate var explanation: String {
        switch self {
        case .byteOrderMark: "it begins with a byte order mark"
        case .notUTF8: "the bytes are not well-formed UTF-8"
        case .unexpectedByte: "this byte cannot stand here"
        case .unexpectedEnd: "the text ends too early"
        case .trailingBytes: "something follows the value"
        case .tooDeep: "arrays and objects are nested more than 16 deep"
        case .duplicateName: "an object has two members with one name"
        case .nullValue: "null is not used; leave the member out"
        case .leadingZero: "a number begins with a needless zero"
        case .negativeZero: "minus zero is not used"
        case .fraction: "numbers are whole"
        case .exponent: "numbers have no exponent"
        case .numberTooLarge: "the number is beyond 2^53 - 1"
        case .loneSurrogate: "an escape stands for half a character"
        case .controlCharacter: "a control character is not escaped"
        case .badEscape: "no such escape exists"
        }
    }
}
