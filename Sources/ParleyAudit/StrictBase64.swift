/// Base 64 as C2SP texts carry it (RFC 4648 §4, padded, one spelling for each byte string).
///
/// The auditor's own, as every reader in this module is: a fault in the code that wrote a log must
/// not hide itself by being in the code that audits it.
enum StrictBase64 {
    /// Returns nil for any other alphabet, missing padding, white space, or unused bits set.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var place = 0
        var paddingCount: UInt32 = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                guard place >= 2 else { return nil }
                paddingCount += 1
                group <<= 6
            } else {
                guard paddingCount == 0, let value = value(of: character) else { return nil }
                group = group << 6 | value
            }
            place += 1
            guard place == 4 else { continue }
            guard group & ((1 << (8 * paddingCount)) - 1) == 0 else { return nil }
            for shift in [16, 8, 0].dropLast(Int(paddingCount)) {
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(shift)))
            }
            group = 0
            place = 0
        }
        return bytes
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

/// A number as C2SP texts write it: decimal, no leading zero, below 2^63; nil for anything else.
func plainNumber(_ digits: some Collection<UInt8>) -> UInt64? {
    guard (1...19).contains(digits.count) else { return nil }
    var number: UInt64 = 0
    for digit in digits {
        // Nineteen digits stay below 2^64.
        guard (0x30...0x39).contains(digit) else { return nil }
        number = number * 10 + UInt64(digit - 0x30)
    }
    guard digits.count == 1 || digits.first != 0x30, number < 1 << 63 else { return nil }
    return number
}
