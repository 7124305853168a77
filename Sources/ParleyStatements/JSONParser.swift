/// Reads one JSON text from front to back (`Spec/statement.md` §2).
///
/// On the way of every statement that arrives: strings without escapes are copied whole, and
/// whether the text is canonical is seen while reading, not by writing it out again.
struct JSONParser {
    /// Whether all that was read so far stands in its RFC 8785 form. With whole numbers, which
    /// have one spelling here, only space, the order of members and escapes can differ.
    private(set) var isCanonical = true
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func wholeText() throws(JSONRefusal) -> JSONValue {
        // SPEC statement §2: JSON text MUST be well-formed UTF-8 without a byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw refusal(.byteOrderMark) }
        skipSpace()
        let value = try value(depth: 1)
        skipSpace()
        // SPEC statement §2: After the value there MUST be nothing but white space.
        guard place == bytes.count else { throw refusal(.trailingBytes) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONRefusal) -> JSONValue {
        switch try peek() {
        case UInt8(ascii: "{"):
            try checkDepth(depth)
            return .object(try object(depth: depth))
        case UInt8(ascii: "["):
            try checkDepth(depth)
            return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            let start = place
            try literal("null")
            // SPEC statement §2: The value null MUST NOT appear.
            throw .broken(.nullValue, offsetBytes: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .integer(try integer())
        default: throw refusal(.unexpectedByte)
        }
    }

    private func checkDepth(_ depth: Int) throws(JSONRefusal) {
        // SPEC statement §2: Arrays and objects MUST NOT be nested more than 16 deep.
        guard depth <= JSONValue.depthLimit else { throw refusal(.tooDeep) }
    }

    private mutating func object(depth: Int) throws(JSONRefusal) -> JSONObject {
        let start = place
        place += 1
        var members: [JSONObject.Member] = []
        var isSorted = true
        skipSpace()
        if try peek() == UInt8(ascii: "}") {
            place += 1
            return [:]
        }
        // Room for a whole header at once instead of growing four times.
        members.reserveCapacity(depth == 1 ? 12 : 4)
        while true {
            guard try peek() == UInt8(ascii: "\"") else { throw refusal(.unexpectedByte) }
            let name = try string()
            if let last = members.last, utf16Order(last.name, name) >= 0 { isSorted = false }
            skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw refusal(.unexpectedByte) }
            place += 1
            skipSpace()
            members.append(.init(name: name, value: try value(depth: depth + 1)))
            if try isClosed(by: UInt8(ascii: "}")) { break }
        }
        // SPEC statement §2: An object MUST NOT have two members with one name.
        if !isSorted { isCanonical = false }
        guard let object = JSONObject(parsed: members, isSorted: isSorted) else {
            throw .broken(.duplicateName, offsetBytes: start)
        }
        return object
    }

    private mutating func array(depth: Int) throws(JSONRefusal) -> [JSONValue] {
        place += 1
        var elements: [JSONValue] = []
        skipSpace()
        if try peek() == UInt8(ascii: "]") {
            place += 1
            return []
        }
        while true {
            elements.append(try value(depth: depth + 1))
            if try isClosed(by: UInt8(ascii: "]")) { return elements }
        }
    }

    /// Reads a comma (false) or the closing bracket (true), and the space around it.
    private mutating func isClosed(by bracket: UInt8) throws(JSONRefusal) -> Bool {
        skipSpace()
        let next = try peek()
        guard next == bracket || next == UInt8(ascii: ",") else { throw refusal(.unexpectedByte) }
        place += 1
        if next == bracket { return true }
        skipSpace()
        return false
    }

    private mutating func string() throws(JSONRefusal) -> String {
        place += 1
        let start = place
        while true {
            skipPlainASCII()
            let byte = try peek()
            if byte == UInt8(ascii: "\"") {
                let text = String(decoding: bytes[start..<place], as: UTF8.self)
                place += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            place += try characterSize(byte)
        }
    }

    private mutating func skipPlainASCII() {
        // Most bytes of most texts pass here, so no call and no store for each of them.
        var place = place
        while place < bytes.count {
            let byte = bytes[place]
            guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""),
                byte != UInt8(ascii: "\\")
            else { break }
            place += 1
        }
        self.place = place
    }

    /// Goes on from the first escape of a string that began at `start`.
    private mutating func escapedString(from start: Int) throws(JSONRefusal) -> String {
        var text = Array(bytes[start..<place])
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") {
                place += 1
                return String(decoding: text, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                let start = place
                let character = try escape()
                text.append(contentsOf: UTF8.encode(character) ?? .init())
                // The writer is the one list of canonical escapes.
                if !bytes[start..<place].elementsEqual(JSONWriter.escaped(character)) {
                    isCanonical = false
                }
            } else {
                let size = try characterSize(byte)
                text.append(contentsOf: bytes[place..<place + size])
                place += size
            }
        }
        throw refusal(.unexpectedEnd)
    }

    private mutating func escape() throws(JSONRefusal) -> Unicode.Scalar {
        let start = place
        place += 1
        let letter = try peek()
        place += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw .broken(.badEscape, offsetBytes: start)
        }
        let unit = try fourDigits(escapeStart: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // SPEC statement §2: An escape MUST NOT stand for half of a surrogate pair.
        guard unit < 0xDC00, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
            bytes[place + 1] == UInt8(ascii: "u")
        else { throw .broken(.loneSurrogate, offsetBytes: start) }
        let lowStart = place
        place += 2
        let low = try fourDigits(escapeStart: lowStart)
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(
                0x10000 + (UInt32(unit - 0xD800) << 10) + UInt32(low - 0xDC00))
        else { throw .broken(.loneSurrogate, offsetBytes: start) }
        return scalar
    }

    private mutating func fourDigits(escapeStart: Int) throws(JSONRefusal) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch try peek() {
            case let byte where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
                digit = byte - UInt8(ascii: "0")
            case let byte where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: throw .broken(.badEscape, offsetBytes: escapeStart)
            }
            unit = unit << 4 | UInt16(digit)
            place += 1
        }
        return unit
    }

    /// Size of the character that begins with `first` at `place`, once it is seen to be well
    /// formed (the Unicode standard's table 3-7).
    private func characterSize(_ first: UInt8) throws(JSONRefusal) -> Int {
        if first < 0x80 {
            // SPEC statement §2: A control character below U+0020 MUST be escaped.
            guard first >= 0x20 else { throw refusal(.controlCharacter) }
            return 1
        }
        let size: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: size = 2
        case 0xE0: (size, second) = (3, 0xA0...0xBF)
        case 0xED: (size, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: size = 3
        case 0xF0: (size, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: size = 4
        case 0xF4: (size, second) = (4, 0x80...0x8F)
        default: throw refusal(.notUTF8)
        }
        guard place + size <= bytes.count, second.contains(bytes[place + 1]),
            bytes[(place + 2)..<max(place + size, place + 2)]
                .allSatisfy({ (0x80...0xBF).contains($0) })
        else { throw refusal(.notUTF8) }
        return size
    }

    private mutating func integer() throws(JSONRefusal) -> Int64 {
        let start = place
        let isNegative = try peek() == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let firstDigit = place
        var magnitude: Int64 = 0
        while place < bytes.count, let digit = Self.digit(bytes[place]) {
            // Held just above the limit: what follows the digits is still looked at, and the
            // sum cannot overflow.
            magnitude = min(magnitude * 10 + digit, JSONValue.integerLimit + 1)
            place += 1
        }
        guard place > firstDigit else {
            throw refusal(place < bytes.count ? .unexpectedByte : .unexpectedEnd)
        }
        // SPEC statement §2: A number MUST be an integer from -9007199254740991 to
        // 9007199254740991, without a leading zero, a negative zero, a fraction or an exponent.
        if place < bytes.count {
            if bytes[place] == UInt8(ascii: ".") { throw refusal(.fraction) }
            if bytes[place] | 0x20 == UInt8(ascii: "e") { throw refusal(.exponent) }
        }
        if place > firstDigit + 1, bytes[firstDigit] == UInt8(ascii: "0") {
            throw .broken(.leadingZero, offsetBytes: start)
        }
        if isNegative, magnitude == 0 { throw .broken(.negativeZero, offsetBytes: start) }
        guard magnitude <= JSONValue.integerLimit else {
            throw .broken(.numberTooLarge, offsetBytes: start)
        }
        return isNegative ? -magnitude : magnitude
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            ? Int64(byte - UInt8(ascii: "0")) : nil
    }

    private mutating func literal(_ word: String) throws(JSONRefusal) {
        for character in word.utf8 {
            guard try peek() == character else { throw refusal(.unexpectedByte) }
            place += 1
        }
    }

    private mutating func skipSpace() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x09, 0x0A, 0x0D:
                isCanonical = false
                place += 1
            default: return
            }
        }
    }

    private func peek() throws(JSONRefusal) -> UInt8 {
        guard place < bytes.count else { throw refusal(.unexpectedEnd) }
        return bytes[place]
    }

    private func refusal(_ fault: JSONRefusal.Fault) -> JSONRefusal {
        .broken(fault, offsetBytes: place)
    }
}
