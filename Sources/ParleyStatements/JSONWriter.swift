/// Writes JSON in the RFC 8785 form.
struct JSONWriter {
    var bytes: [UInt8] = []

    mutating func append(_ value: JSONValue) {
        switch value {
        case .bool(let isTrue): bytes.append(contentsOf: (isTrue ? "true" : "false").utf8)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .string(let text): append(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (place, member) in object.members.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(member.name)
                bytes.append(UInt8(ascii: ":"))
                append(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Arrays of plain values stay on one line; everything else opens a level.
    mutating func appendIndented(_ value: JSONValue, level: Int) {
        switch value {
        case .object(let object) where !object.members.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for (place, member) in object.members.enumerated() {
                breakLine(level: level + 1, afterComma: place > 0)
                append(member.name)
                bytes.append(contentsOf: ": ".utf8)
                appendIndented(member.value, level: level + 1)
            }
            breakLine(level: level, afterComma: false)
            bytes.append(UInt8(ascii: "}"))
        case .array(let elements) where elements.contains(where: \.isContainer):
            bytes.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                breakLine(level: level + 1, afterComma: place > 0)
                appendIndented(element, level: level + 1)
            }
            breakLine(level: level, afterComma: false)
            bytes.append(UInt8(ascii: "]"))
        default: append(value)
        }
    }

    private mutating func breakLine(level: Int, afterComma: Bool) {
        if afterComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 4))
    }

    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { characters in
            // Nearly every string needs no escape, and then one copy does.
            if !characters.contains(where: Self.needsEscape) {
                bytes.append(contentsOf: characters)
            } else {
                for character in characters { appendEscaping(character) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaping(_ character: UInt8) {
        switch character {
        case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
        case 0x08: bytes.append(contentsOf: "\\b".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0C: bytes.append(contentsOf: "\\f".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(digits[Int(character >> 4)])
            bytes.append(digits[Int(character & 15)])
        default: bytes.append(character)
        }
    }

    /// How a character stands in a string.
    static func escaped(_ character: Unicode.Scalar) -> [UInt8] {
        var writer = JSONWriter()
        for byte in Array(String(character).utf8) { writer.appendEscaping(byte) }
        return writer.bytes
    }

    private static func needsEscape(_ character: UInt8) -> Bool {
        character < 0x20 || character == UInt8(ascii: "\"") || character == UInt8(ascii: "\\")
    }
}

extension JSONValue {
    fileprivate var isContainer: Bool {
        switch self {
        case .array, .object: true
        case .bool, .integer, .string: false
        }
    }
}
