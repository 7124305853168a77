package import ParleyLog

/// A text that several can sign: its authentic versions in all their languages under one digest
/// (`Spec/statement.md` §8). A change in one language is another text.
package struct BoundText: Hashable, Sendable {
    package static let version = "text/1"
    package static let mediaType = "application/vnd.parley.text.v1+json"
    package static let sizeLimitBytes = StatementBody.sizeLimitBytes
    package static let saltByteCount = 16

    /// So that the digest of a short text tells nobody what it says.
    package let salt: [UInt8]
    /// Each language once, sorted by language; all authentic.
    package let texts: [StatementBody.Text]

    /// The text that a body binds; nil where it binds none.
    package init?(of body: StatementBody) {
        guard let salt = body.salt else { return nil }
        self.salt = salt
        texts = body.texts.filter(\.isAuthentic).sorted { $0.language < $1.language }
    }

    /// Parses a document that was published.
    package init(parsing bytes: [UInt8]) throws(BodyRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            // SPEC statement §8: A bound text MUST be canonical JSON of at most 262144 bytes.
            value = try JSONValue(parsingCanonical: bytes, limitBytes: Self.sizeLimitBytes)
        } catch {
            throw .json(error)
        }
        do throws(FieldRefusal) {
            (salt, texts) = try JSONFields.reading(value) { fields throws(FieldRefusal) in
                _ = try fields.parsed("parley", Self.version) {
                    isSameASCII($0, Self.version) ? true : nil
                }
                return (
                    try fields.parsed(
                        "salt", StatementBody.saltExpected, StatementBody.salt(text:)),
                    try fields.array("texts", Self.readText)
                )
            }
        } catch {
            throw .field(error)
        }
        // What a body would refuse, a published text is refused for.
        _ = try StatementBody(texts: texts, salt: salt)
        guard BoundText(salt, texts).canonicalBytes == bytes else { throw .textsNotSorted }
    }

    private init(_ salt: [UInt8], _ texts: [StatementBody.Text]) {
        self.salt = salt
        self.texts = texts.sorted { $0.language < $1.language }
    }

    private static func readText(_ value: JSONValue) throws(FieldRefusal) -> StatementBody.Text {
        try JSONFields.reading(value) { fields throws(FieldRefusal) in
            StatementBody.Text(
                language: try fields.parsed("language", "a language tag", LanguageTag.init),
                text: try fields.string("text"), isAuthentic: true)
        }
    }

    package var canonicalBytes: [UInt8] {
        JSONValue.object([
            "parley": .string(Self.version), "salt": .string(StatementBody.text(ofSalt: salt)),
            "texts": .array(
                texts.map {
                    .object([
                        "language": .string($0.language.text), "text": .string($0.text),
                    ])
                }),
        ]).canonicalBytes
    }

    /// SHA-256 of the canonical JSON: what a header's `text` says.
    package var digest: Digest { Digest(hashing: canonicalBytes) }
}
