import ParleyLog

/// Base 64 for addresses, without padding (RFC 4648 §5), one spelling for each byte string.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        String(
            Base64.encode(bytes).prefix { $0 != "=" }
                .map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    /// Nil for padding, another alphabet, or unused bits set.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.allSatisfy({ !"+/=".utf8.contains($0) }) else { return nil }
        let plain = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return Base64.decode(
            String(plain) + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }
}
