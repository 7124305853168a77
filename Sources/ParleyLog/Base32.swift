/// Base32 in lower case without padding (RFC 4648 §6, its alphabet's letters written small).
package enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count * 8 + 4) / 5) { characters in
            var count = 0
            var pending: UInt32 = 0
            var pendingBitCount: UInt32 = 0
            func write(_ digit: UInt32) {
                characters[count] = alphabet[Int(digit & 31)]
                count += 1
            }
            for byte in bytes {
                pending = pending << 8 | UInt32(byte)
                pendingBitCount += 8
                while pendingBitCount >= 5 {
                    pendingBitCount -= 5
                    write(pending >> pendingBitCount)
                }
                pending &= (1 << pendingBitCount) - 1
            }
            if pendingBitCount > 0 { write(pending << (5 - pendingBitCount)) }
            return count
        }
    }

    /// Nil for other letters, for a length that no bytes have, and where bits are left over that
    /// are not zero: bytes have one spelling.
    package static func decode(_ text: String) -> [UInt8]? {
        guard [0, 2, 4, 5, 7].contains(text.utf8.count % 8) else { return nil }
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var pendingBitCount: UInt32 = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            pending = pending << 5 | UInt32(value)
            pendingBitCount += 5
            if pendingBitCount >= 8 {
                pendingBitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> pendingBitCount))
                pending &= (1 << pendingBitCount) - 1
            }
        }
        return pending == 0 ? bytes : nil
    }
}
