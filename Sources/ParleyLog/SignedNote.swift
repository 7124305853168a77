/// A text with signature lines (C2SP signed-note), taken apart and not yet verified.
package struct SignedNote: Hashable, Sendable {
    package static let sizeLimitBytes = 64 * 1024
    package static let signatureLimit = 64

    package struct Signature: Hashable, Sendable {
        package let keyName: String
        package let keyID: UInt32
        package let bytes: [UInt8]
    }

    /// The signed bytes: everything before the last empty line, with its final line feed.
    package let text: [UInt8]
    package let signatures: [Signature]
    /// The note as it came.
    package let bytes: [UInt8]

    package init(parsing bytes: [UInt8]) throws(NoteRefusal) {
        // SPEC log §2: A reader MUST refuse a note of more than 64 KiB or 64 signature lines.
        guard bytes.count <= Self.sizeLimitBytes else {
            throw .tooLong(sizeBytes: bytes.count, limitBytes: Self.sizeLimitBytes)
        }
        guard let whole = String(validating: bytes, as: UTF8.self) else { throw .notText }
        // SPEC log §2: A note MUST be UTF-8 without control characters other than line feed.
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0a }) else { throw .notText }
        guard whole.utf8.last == 0x0a, let cut = Self.lastEmptyLine(bytes), cut > 0 else {
            throw .signaturesMissing
        }
        text = Array(bytes[...cut])
        self.bytes = bytes
        let lines = String(decoding: bytes[(cut + 2)...].dropLast(), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Self.signatureLimit else {
            throw .tooManySignatures(limit: Self.signatureLimit)
        }
        var signatures: [Signature] = []
        for line in lines { signatures.append(try Self.signature(line)) }
        self.signatures = signatures
    }

    /// Where the text's final line feed stands: the one before the last empty line.
    private static func lastEmptyLine(_ bytes: [UInt8]) -> Int? {
        var place = bytes.count - 2
        while place > 0 {
            if bytes[place] == 0x0a, bytes[place - 1] == 0x0a {
                return place + 1 < bytes.count ? place - 1 : nil
            }
            place -= 1
        }
        return nil
    }

    private static func signature(_ line: Substring) throws(NoteRefusal) -> Signature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "\u{2014}", NoteKey.isName(String(parts[1])),
            let bytes = Base64.decode(String(parts[2])), bytes.count > 4
        else { throw .signatureMalformed }
        return Signature(
            keyName: String(parts[1]), keyID: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            bytes: Array(bytes.dropFirst(4)))
    }

    /// The lines by that key: name and id must both be its own.
    func signatures(by key: NoteKey) -> [Signature] {
        signatures.filter { $0.keyName == key.name && $0.keyID == key.keyID }
    }

    /// Verifies the note under keys that sign the text as it stands (type 0x01).
    ///
    /// - Returns: the keys that signed, each once; never empty.
    package func verify(by keys: [NoteKey]) throws(NoteRefusal) -> [NoteKey] {
        var verified: [NoteKey] = []
        for key in keys {
            for signature in signatures(by: key) {
                // SPEC log §2: A reader MUST refuse the whole note when a line by a key it knows does not verify.
                guard key.isValid(signature.bytes, over: text) else {
                    throw .signatureWrong(keyName: key.name)
                }
                if !verified.contains(key) { verified.append(key) }
            }
        }
        guard !verified.isEmpty else { throw .notSignedByKnownKey }
        return verified
    }
}

package enum NoteRefusal: Error, Hashable, Sendable {
    case tooLong(sizeBytes: Int, limitBytes: Int)
    case notText
    case signaturesMissing
    case tooManySignatures(limit: Int)
    case signatureMalformed
    case signatureWrong(keyName: String)
    case notSignedByKnownKey

    package var reason: String {
        switch self {
        case .tooLong: "note-too-long"
        case .notText: "note-not-text"
        case .signaturesMissing: "note-signatures-missing"
        case .tooManySignatures: "note-too-many-signatures"
        case .signatureMalformed: "note-signature-malformed"
        case .signatureWrong: "note-signature-wrong"
        case .notSignedByKnownKey: "note-not-signed-by-known-key"
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong(let size, let limit): "the note is \(size) bytes; it may have \(limit)"
        case .notText: "the note is not UTF-8 text without control characters"
        case .signaturesMissing: "the note has no empty line followed by signature lines"
        case .tooManySignatures(let limit): "the note has more than \(limit) signature lines"
        case .signatureMalformed: "a signature line is not a dash, a key name and base 64"
        case .signatureWrong(let name): "the signature by \(name) does not verify"
        case .notSignedByKnownKey: "no key that is known here has signed the note"
        }
    }
}
