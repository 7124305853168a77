/// A text with signature lines (C2SP signed-note), taken apart and not yet verified.
package struct SignedNote: Hashable, Sendable {
    package static let sizeLimitBytes = 64 * 1024
    package static let signatureLimit = 64

    package struct Signature: Hashable, Sendable {
        package let keyName: String
        package let keyID: UInt32
        package let bytes: [UInt8]

        func isBy(_ key: NoteKey) -> Bool { keyName.isSpelled(key.name) && keyID == key.keyID }

        /// The line: a dash, the key's name, and base 64 of key id and signature.
        var line: String {
            "\u{2014} \(keyName) \(Base64.encode(NoteKey.bytes(ofID: keyID) + bytes))\n"
        }
    }

    /// The signed bytes: everything before the last empty line, with its final line feed.
    package let text: [UInt8]
    package let signatures: [Signature]
    /// The note as it came.
    package let bytes: [UInt8]

    package init(parsing bytes: [UInt8]) throws(NoteRefusal) {
        // SPEC log §2: A reader MUST refuse a note of more than 65536 bytes or 64 signature lines.
        guard bytes.count <= Self.sizeLimitBytes else {
            throw .tooLong(sizeBytes: bytes.count, limitBytes: Self.sizeLimitBytes)
        }
        // SPEC log §2: A note MUST be UTF-8 without control characters below U+0020 other than line
        // feed.
        guard String(validating: bytes, as: UTF8.self) != nil,
            bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0a })
        else { throw .notText }
        // SPEC log §2: A note MUST be a text that ends in a line feed, an empty line, and one or
        // more signature lines that each end in a line feed.
        guard bytes.last == 0x0a, let emptyLine = Self.lastEmptyLine(bytes),
            emptyLine < bytes.count - 1
        else { throw .signaturesMissing }
        let lines = bytes[(emptyLine + 1)...].dropLast()
            .split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count <= Self.signatureLimit else {
            throw .tooManySignatures(count: lines.count, limit: Self.signatureLimit)
        }
        var signatures: [Signature] = []
        for line in lines { signatures.append(try Self.signature(line)) }
        self.signatures = signatures
        self.bytes = bytes
        // The last, because a text may hold empty lines and a signature block cannot.
        text = Array(bytes[..<emptyLine])
    }

    /// Where the line feed that makes the last empty line stands.
    private static func lastEmptyLine(_ bytes: [UInt8]) -> Int? {
        bytes.indices.dropFirst().last { bytes[$0] == 0x0a && bytes[$0 - 1] == 0x0a }
    }

    private static func signature(_ line: ArraySlice<UInt8>) throws(NoteRefusal) -> Signature {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        // SPEC log §2: A signature line MUST be an em dash, a space, a key name, a space, and the
        // base 64 of the key id (4 bytes, big-endian) and at least one byte of signature.
        guard parts.count == 3, parts[0] == "\u{2014}", NoteKey.isName(parts[1]),
            let bytes = Base64.decode(parts[2]), bytes.count > 4
        else { throw .signatureMalformed }
        return Signature(
            keyName: parts[1], keyID: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            bytes: Array(bytes.dropFirst(4)))
    }

    /// Verifies the note under keys that sign the text as it stands (type 0x01).
    ///
    /// Keys of other types are passed over: they sign no plain text, or cannot be verified here.
    /// - Returns: the keys that signed, each once, in the order given; never empty.
    package func verify(by keys: [NoteKey]) throws(NoteRefusal) -> [NoteKey] {
        var verified: [NoteKey] = []
        for key in keys where key.algorithm == .ed25519 {
            // SPEC log §2: A reader MUST pass over a signature line whose key name and key id are
            // not both those of a key it knows.
            for signature in signatures where signature.isBy(key) {
                // SPEC log §2: A reader MUST refuse the whole note when a line by a key it knows
                // does not verify.
                guard key.isValid(signature.bytes, over: text) else {
                    throw .signatureWrong(keyName: key.name)
                }
                if !verified.contains(key) { verified.append(key) }
            }
        }
        // SPEC log §2: A reader MUST refuse a note that no key it knows has signed.
        guard !verified.isEmpty else { throw .notSignedByKnownKey }
        return verified
    }
}

/// Why a note is not believed.
package enum NoteRefusal: Error, Hashable, Sendable {
    case tooLong(sizeBytes: Int, limitBytes: Int)
    case notText
    case signaturesMissing
    case tooManySignatures(count: Int, limit: Int)
    case signatureMalformed
    case signatureWrong(keyName: String)
    case cosignatureTimeUnfit(keyName: String)
    case notSignedByKnownKey

    package var reason: String {
        switch self {
        case .tooLong: "note-too-long"
        case .notText: "note-not-text"
        case .signaturesMissing: "note-signatures-missing"
        case .tooManySignatures: "note-too-many-signatures"
        case .signatureMalformed: "note-signature-malformed"
        case .signatureWrong: "note-signature-wrong"
        case .cosignatureTimeUnfit: "cosignature-time-unfit"
        case .notSignedByKnownKey: "note-not-signed-by-known-key"
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong(let size, let limit): "the note is \(size) bytes; it may have \(limit)"
        case .notText: "the note is not UTF-8 text without control characters"
        case .signaturesMissing: "the note has no empty line followed by signature lines"
        case .tooManySignatures(let count, let limit):
            "the note has \(count) signature lines; it may have \(limit)"
        case .signatureMalformed: "a signature line is not a dash, a key name and base 64"
        case .signatureWrong(let name): "the signature by \(name) does not verify"
        case .cosignatureTimeUnfit(let name):
            "the cosignature by \(name) states no time from 1970 to 9999"
        case .notSignedByKnownKey: "no key that is known here has signed the note"
        }
    }
}
