/// What a tlog-proof and an `add-checkpoint` body have in common: lines, an empty line, and a
/// checkpoint note.
struct ProofText {
    let lines: [String]
    let note: [UInt8]

    /// Cuts at the first empty line; nil where there is none or the lines are not UTF-8.
    init?(_ bytes: [UInt8]) {
        let emptyLine = bytes.indices.dropFirst().first {
            bytes[$0] == 0x0a && bytes[$0 - 1] == 0x0a
        }
        guard let emptyLine, case let end = emptyLine - 1,
            let head = String(validating: bytes[..<end], as: UTF8.self)
        else { return nil }
        lines = head.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        note = Array(bytes[(emptyLine + 1)...])
    }

    static func bytes(lines: [String], note: [UInt8]) -> [UInt8] {
        Array((lines.joined(separator: "\n") + "\n\n").utf8) + note
    }

    /// The hashes of a proof, one in each line.
    static func hashes(_ lines: some Collection<String>) throws(ProofTextRefusal) -> [Digest] {
        // SPEC log §4: A reader MUST refuse a proof of more than 63 hashes.
        guard lines.count <= Merkle.proofLimit else {
            throw .tooManyHashes(count: lines.count, limit: Merkle.proofLimit)
        }
        var hashes: [Digest] = []
        for line in lines {
            // SPEC log §4: Each hash in a text MUST be the base 64 of exactly 32 bytes, padded and
            // with no unused bit set.
            guard let bytes = Base64.decode(line), let hash = Digest(bytes: bytes) else {
                throw .hashMalformed
            }
            hashes.append(hash)
        }
        return hashes
    }

    /// The number in a line such as `index 7`.
    static func number(
        in line: String?, after word: String
    ) throws(ProofTextRefusal) -> UInt64 {
        guard let line, let digits = line.text(after: word), let number = decimal(digits) else {
            throw .numberMalformed(after: word)
        }
        return number
    }
}

/// A number as C2SP texts write it; nil for anything else.
func decimal(_ text: String) -> UInt64? {
    // SPEC log §5: A number in a text MUST be decimal, without leading zeros, and below 2^63.
    let digits = text.utf8
    guard (1...19).contains(digits.count), digits.count == 1 || digits.first != 0x30,
        digits.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text)
    else { return nil }
    return UInt64(number)
}

extension String {
    /// Equality of Swift strings passes over different spellings of one character; names must not.
    func isSpelled(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// What follows the word and a space; nil when the line begins otherwise.
    func text(after word: String) -> String? {
        let start = word + " "
        guard utf8.starts(with: start.utf8) else { return nil }
        return String(decoding: utf8.dropFirst(start.utf8.count), as: UTF8.self)
    }
}

/// Why the lines before a checkpoint cannot be read.
package enum ProofTextRefusal: Error, Hashable, Sendable {
    case numberMalformed(after: String)
    case tooManyHashes(count: Int, limit: Int)
    case hashMalformed

    package var reason: String {
        switch self {
        case .numberMalformed: "number-malformed"
        case .tooManyHashes: "too-many-hashes"
        case .hashMalformed: "hash-malformed"
        }
    }

    package var explanation: String {
        switch self {
        case .numberMalformed(let word):
            "there is no line \(word) with a decimal number below 2^63 and no leading zero"
        case .tooManyHashes(let count, let limit):
            "the proof has \(count) hashes; no proof has more than \(limit)"
        case .hashMalformed: "a line of the proof is not the base 64 of 32 bytes"
        }
    }
}
