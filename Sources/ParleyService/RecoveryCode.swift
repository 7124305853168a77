package import ParleyLog
package import ParleyNode

/// Codes for whoever has lost the second factor: ten of 120 random bits, each good once. Only their
/// digests are kept; so many bits need no slow hash.
package enum RecoveryCode {
    package static let count = 10

    package static func make(_ randomness: any Randomness) -> [String] {
        (0..<count).map { _ in
            let text = Array(Base32.encode(randomness.bytes(count: 15)))
            return stride(from: 0, to: text.count, by: 4)
                .map { String(text[$0..<min($0 + 4, text.count)]) }.joined(separator: "-")
        }
    }

    /// Of the code as a person writes it: capitals, spaces and hyphens do not matter.
    package static func digest(of code: String) -> Digest {
        let plain = code.lowercased().filter { $0 != "-" && !$0.isWhitespace }
        return Digest(hashing: Array("parley/recovery/v1\u{0}\(plain)".utf8))
    }
}
