/// Reads the fields of one object by name and refuses what was not asked for.
///
/// Fails at the first fault; the path is put together only then, so that the way of a good
/// statement builds none.
package struct JSONFields {
    private let members: [JSONObject.Member]
    /// One bit a member: an object of ours has far fewer than 64.
    private var read: UInt64 = 0

    package init(_ value: JSONValue) throws(FieldRefusal) {
        guard case .object(let object) = value else { throw FieldRefusal(.wrongType("an object")) }
        members = object.members
    }

    package mutating func optional(_ name: String) -> JSONValue? {
        guard let place = members.firstIndex(where: { isSameASCII($0.name, name) }) else {
            return nil
        }
        if place < 64 { read |= 1 << UInt64(place) }
        return members[place].value
    }

    package mutating func required(_ name: String) throws(FieldRefusal) -> JSONValue {
        guard let value = optional(name) else { throw FieldRefusal(.missing).inside(name) }
        return value
    }

    package mutating func string(_ name: String) throws(FieldRefusal) -> String {
        try Self.string(try required(name), name)
    }

    package mutating func bool(_ name: String) throws(FieldRefusal) -> Bool {
        guard case .bool(let isTrue) = try required(name) else {
            throw FieldRefusal(.wrongType("true or false")).inside(name)
        }
        return isTrue
    }

    package mutating func integer(
        _ name: String, in range: ClosedRange<Int64>
    ) throws(FieldRefusal) -> Int64 {
        guard case .integer(let number) = try required(name) else {
            throw FieldRefusal(.wrongType("a whole number")).inside(name)
        }
        guard range.contains(number) else {
            let expected = "\(range.lowerBound) to \(range.upperBound)"
            throw FieldRefusal(.wrongValue(expected)).inside(name)
        }
        return number
    }

    /// A string that `make` can read; `expected` says of what kind.
    package mutating func parsed<Value>(
        _ name: String, _ expected: String, _ make: (String) -> Value?
    ) throws(FieldRefusal) -> Value {
        guard let value = make(try string(name)) else {
            throw FieldRefusal(.wrongValue(expected)).inside(name)
        }
        return value
    }

    /// A mark that stands there as `true`, or not at all.
    package mutating func mark(_ name: String) throws(FieldRefusal) -> Bool {
        guard optional(name) != nil else { return false }
        guard try bool(name) else {
            throw FieldRefusal(.wrongValue("true, or nothing at all")).inside(name)
        }
        return true
    }

    package mutating func optionalParsed<Value>(
        _ name: String, _ expected: String, _ make: (String) -> Value?
    ) throws(FieldRefusal) -> Value? {
        optional(name) == nil ? nil : try parsed(name, expected, make)
    }

    /// Reads every element of an array.
    package mutating func array<Element>(
        _ name: String, _ read: (JSONValue) throws(FieldRefusal) -> Element
    ) throws(FieldRefusal) -> [Element] {
        guard case .array(let values) = try required(name) else {
            throw FieldRefusal(.wrongType("an array")).inside(name)
        }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for (place, value) in values.enumerated() {
            do throws(FieldRefusal) {
                elements.append(try read(value))
            } catch {
                throw error.inside(String(place)).inside(name)
            }
        }
        return elements
    }

    /// Reads every element of an array of strings.
    package mutating func parsedArray<Element>(
        _ name: String, _ expected: String, _ make: (String) -> Element?
    ) throws(FieldRefusal) -> [Element] {
        try array(name) { value throws(FieldRefusal) in
            guard case .string(let text) = value else {
                throw FieldRefusal(.wrongType("a string"))
            }
            guard let element = make(text) else { throw FieldRefusal(.wrongValue(expected)) }
            return element
        }
    }

    /// Reads an object inside this one, all of it.
    package mutating func object<Value>(
        _ name: String, _ read: (inout JSONFields) throws(FieldRefusal) -> Value
    ) throws(FieldRefusal) -> Value {
        let value = try required(name)
        do throws(FieldRefusal) {
            return try Self.reading(value, read)
        } catch {
            throw error.inside(name)
        }
    }

    package mutating func optionalObject<Value>(
        _ name: String, _ read: (inout JSONFields) throws(FieldRefusal) -> Value
    ) throws(FieldRefusal) -> Value? {
        optional(name) == nil ? nil : try object(name, read)
    }

    /// Opens `value`, reads it, and refuses fields that were not read.
    package static func reading<Value>(
        _ value: JSONValue, _ read: (inout JSONFields) throws(FieldRefusal) -> Value
    ) throws(FieldRefusal) -> Value {
        var fields = try JSONFields(value)
        let result = try read(&fields)
        // SPEC statement §2: An object MUST have the fields its section requires, and no field
        // that its section does not name.
        for (place, member) in fields.members.enumerated()
        where place >= 64 || fields.read & (1 << UInt64(place)) == 0 {
            throw FieldRefusal(.unknown).inside(member.name)
        }
        return result
    }

    private static func string(
        _ value: JSONValue, _ name: String
    ) throws(FieldRefusal) -> String {
        guard case .string(let text) = value else {
            throw FieldRefusal(.wrongType("a string")).inside(name)
        }
        return text
    }
}

/// What is wrong with one field, and where it stands.
package struct FieldRefusal: Error, Hashable, Sendable {
    package enum Rule: Hashable, Sendable {
        case missing
        case unknown
        /// What kind of value belongs there.
        case wrongType(String)
        /// What the value should have been.
        case wrongValue(String)
    }

    /// JSON Pointer (RFC 6901), such as `/exhibits/0/digest`; empty for the whole document.
    package let path: String
    package let rule: Rule

    package init(_ rule: Rule, path: String = "") {
        self.rule = rule
        self.path = path
    }

    /// The same refusal seen from the object around.
    package func inside(_ name: String) -> FieldRefusal {
        FieldRefusal(rule, path: jsonPointer("", name) + path)
    }

    package var reason: String {
        switch rule {
        case .missing: "field-missing"
        case .unknown: "field-unknown"
        case .wrongType: "field-type-wrong"
        case .wrongValue: "field-value-wrong"
        }
    }

    package var explanation: String {
        let place = path.isEmpty ? "The document" : path
        return switch rule {
        case .missing: "\(place) is missing."
        case .unknown: "\(place) is not a field that belongs here."
        case .wrongType(let expected), .wrongValue(let expected):
            "\(place) is not \(expected)."
        }
    }
}

/// One step further down a JSON Pointer.
func jsonPointer(_ path: String, _ name: String) -> String {
    var step = ""
    for character in name.unicodeScalars {
        switch character {
        case "~": step += "~0"
        case "/": step += "~1"
        default: step.unicodeScalars.append(character)
        }
    }
    return path + "/" + step
}
