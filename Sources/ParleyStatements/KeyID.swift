package import ParleyLog

/// Names one public key: its algorithm and the SHA-256 of its raw bytes.
///
/// Text form: `ed25519:` or `ml-dsa-65:` and 64 lower-case hexadecimal digits. A hint that finds
/// the key; what counts is the key's bytes.
package struct KeyID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let algorithm: SignatureAlgorithm
    package let digest: Digest

    package init(algorithm: SignatureAlgorithm, publicKey: [UInt8]) {
        self.algorithm = algorithm
        digest = Digest(hashing: publicKey)
    }

    package init?(text: String) {
        for algorithm in SignatureAlgorithm.allCases {
            let name = algorithm.rawValue
            guard text.utf8.count == name.utf8.count + 65, text.hasPrefix(name) else { continue }
            // By bytes: dropping characters would swallow a combining mark after the colon.
            let rest = Substring(text.utf8.dropFirst(name.utf8.count))
            guard let digest = Digest(text: "sha256" + rest) else { return nil }
            self.algorithm = algorithm
            self.digest = digest
            return
        }
        return nil
    }

    package var text: String { algorithm.rawValue + ":" + digest.hex }
    package var description: String { text }

    /// The order of the text forms.
    package static func < (one: KeyID, other: KeyID) -> Bool {
        one.algorithm == other.algorithm
            ? one.digest < other.digest : one.algorithm.rawValue < other.algorithm.rawValue
    }
}
