package import ParleyLog

/// What a statement says at length, before it is sealed (`Spec/statement.md` §7).
package struct StatementBody: Hashable, Sendable {
    package static let version = "body/1"
    package static let mediaType = "application/vnd.parley.body.v1+json"
    package static let sizeLimitBytes = 262_144
    package static let textLimit = 16
    package static let fieldLimit = 64

    /// One text in several languages, each language once; at least one is authentic.
    package let texts: [Text]
    /// Named particulars, such as `authority` or `offence_facts`.
    package let fields: [String: String]
    /// What the statement's exhibits are, in the same order.
    package let exhibits: [Exhibit]
    /// Where its authentic texts are a ``BoundText``.
    package let salt: [UInt8]?

    package struct Text: Hashable, Sendable {
        package let language: LanguageTag
        package let text: String
        /// Whether the author stands by this language's wording.
        package let isAuthentic: Bool
        /// Translated by a machine, and so never authentic.
        package let isMachine: Bool

        package init(
            language: LanguageTag, text: String, isAuthentic: Bool, isMachine: Bool = false
        ) {
            self.language = language
            self.text = text
            self.isAuthentic = isAuthentic
            self.isMachine = isMachine
        }
    }

    package struct Exhibit: Hashable, Sendable {
        package let name: ExhibitName
        package let mediaType: String
        /// Of the plain content.
        package let sizeBytes: UInt64
        /// SHA-256 of the plain content.
        package let digest: Digest

        package init(name: ExhibitName, mediaType: String, sizeBytes: UInt64, digest: Digest) {
            self.name = name
            self.mediaType = mediaType
            self.sizeBytes = sizeBytes
            self.digest = digest
        }
    }

    package init(
        texts: [Text], fields: [String: String] = [:], exhibits: [Exhibit] = [],
        salt: [UInt8]? = nil
    ) throws(BodyRefusal) {
        self.texts = texts
        self.fields = fields
        self.exhibits = exhibits
        self.salt = salt
        try check()
        let sizeBytes = canonicalBytes.count
        guard sizeBytes <= Self.sizeLimitBytes else {
            throw .json(.tooLong(sizeBytes: sizeBytes, limitBytes: Self.sizeLimitBytes))
        }
    }

    /// Parses the canonical JSON of a body.
    package init(parsing bytes: [UInt8]) throws(BodyRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            // SPEC statement §7: A body MUST be canonical JSON of at most 262144 bytes.
            value = try JSONValue(parsingCanonical: bytes, limitBytes: Self.sizeLimitBytes)
        } catch {
            throw .json(error)
        }
        do throws(FieldRefusal) {
            (texts, fields, exhibits, salt) = try JSONFields.reading(value, Self.read)
        } catch {
            throw .field(error)
        }
        try check()
    }

    package var canonicalBytes: [UInt8] {
        var object: JSONObject = [
            "parley": .string(Self.version),
            "texts": .array(
                texts.map(\.json)),
            "exhibits": .array(exhibits.map(\.json)),
        ]
        if let salt { object = object.adding(["salt": .string(Self.text(ofSalt: salt))]) }
        if !fields.isEmpty {
            let members = fields.map { JSONObject.Member(name: $0.key, value: .string($0.value)) }
            object = object.adding(["fields": .object(JSONObject(members))])
        }
        return JSONValue.object(object).canonicalBytes
    }

    /// Compares what the body says of the exhibits with what the header names.
    package func check(against header: Statement) throws(BodyRefusal) {
        // SPEC statement §7: A body MUST describe as many exhibits as its header names, in the
        // same order and with the same media types.
        guard exhibits.map(\.mediaType) == header.exhibits.map(\.mediaType) else {
            throw .exhibitsDiffer(bodyCount: exhibits.count, headerCount: header.exhibits.count)
        }
        // SPEC statement §8: The body of an act that proposes a text MUST have a salt, and the
        // digest of its bound text MUST be the header's text.
        if header.act.proposesText {
            guard let text = BoundText(of: self), text.digest == header.terms.text else {
                throw .textDiffers
            }
        } else {
            // SPEC statement §8: Any other body MUST NOT have a salt.
            guard salt == nil else { throw .saltNotAllowed }
        }
    }

    private func check() throws(BodyRefusal) {
        // SPEC statement §7: texts MUST hold from 1 to 16 texts.
        guard (1...Self.textLimit).contains(texts.count) else {
            throw .textCountWrong(count: texts.count)
        }
        // SPEC statement §7: texts MUST NOT hold two texts in one language.
        guard Set(texts.map(\.language)).count == texts.count else { throw .languageTwice }
        // SPEC statement §7: At least one text MUST be authentic.
        guard texts.contains(where: \.isAuthentic) else { throw .noAuthenticText }
        // SPEC statement §7: A text marked machine MUST NOT be authentic.
        guard !texts.contains(where: { $0.isMachine && $0.isAuthentic }) else {
            throw .machineAuthentic
        }
        // SPEC statement §7: A text or field value MUST have at least one character, and no
        // control character but line feed (U+000A) and tab (U+0009).
        for text in texts.map(\.text) + fields.values {
            guard !text.isEmpty, !text.unicodeScalars.contains(where: isControlInText) else {
                throw .textUnfit
            }
        }
        // SPEC statement §7: fields MUST hold at most 64 fields, each name a letter a-z and then
        // up to 63 of a-z 0-9 . _ and -.
        guard fields.count <= Self.fieldLimit, fields.keys.allSatisfy(isFieldName) else {
            throw .fieldNameWrong
        }
        // SPEC statement §7: exhibits MUST describe at most 64 exhibits, no two with one name.
        guard exhibits.count <= Statement.exhibitLimit else {
            throw .tooManyExhibits(count: exhibits.count, limitCount: Statement.exhibitLimit)
        }
        guard Set(exhibits.map(\.name)).count == exhibits.count else { throw .exhibitNameTwice }
        guard exhibits.allSatisfy({ isMediaType($0.mediaType) }) else { throw .mediaTypeWrong }
    }

    private typealias Parts = (
        texts: [Text], fields: [String: String], exhibits: [Exhibit], salt: [UInt8]?
    )

    private static func read(_ reader: inout JSONFields) throws(FieldRefusal) -> Parts {
        // SPEC statement §7: parley MUST be body/1.
        _ = try reader.parsed("parley", version) { isSameASCII($0, version) ? true : nil }
        let texts = try reader.array("texts") { value throws(FieldRefusal) in
            try JSONFields.reading(value, Text.read)
        }
        let exhibits = try reader.array("exhibits") { value throws(FieldRefusal) in
            try JSONFields.reading(value, Exhibit.read)
        }
        let salt = try reader.optionalParsed("salt", saltExpected, salt(text:))
        return (texts, try readFields(&reader), exhibits, salt)
    }

    static let saltExpected = "16 bytes in base64"

    static func salt(text: String) -> [UInt8]? {
        // SPEC statement §8: A salt MUST be 16 bytes in base64.
        guard let bytes = Base64.decode(text), bytes.count == BoundText.saltByteCount else {
            return nil
        }
        return bytes
    }

    static func text(ofSalt salt: [UInt8]) -> String { Base64.encode(salt) }

    private static func readFields(
        _ reader: inout JSONFields
    ) throws(FieldRefusal) -> [String: String] {
        guard let value = reader.optional("fields") else { return [:] }
        // SPEC statement §7: fields MUST be absent when there are none.
        guard case .object(let object) = value, !object.members.isEmpty else {
            throw FieldRefusal(.wrongType("an object with at least one member"), path: "/fields")
        }
        var fields: [String: String] = [:]
        for member in object.members {
            // Checked here as well: as dictionary keys, equivalent names would fall together.
            guard case .string(let text) = member.value, isFieldName(member.name) else {
                throw FieldRefusal(.wrongValue("a named text")).inside(member.name)
                    .inside("fields")
            }
            fields[member.name] = text
        }
        return fields
    }
}

extension StatementBody.Text {
    fileprivate var json: JSONValue {
        let fields: JSONObject = [
            "authentic": .bool(isAuthentic), "language": .string(language.text),
            "text": .string(text),
        ]
        return .object(isMachine ? fields.adding(["machine": .bool(true)]) : fields)
    }

    fileprivate static func read(
        _ reader: inout JSONFields
    ) throws(FieldRefusal) -> StatementBody.Text {
        StatementBody.Text(
            language: try reader.parsed("language", "a language tag", LanguageTag.init),
            text: try reader.string("text"), isAuthentic: try reader.bool("authentic"),
            // SPEC statement §7: machine MUST be true where it stands.
            isMachine: try reader.mark("machine"))
    }
}

extension StatementBody.Exhibit {
    fileprivate var json: JSONValue {
        .object([
            "digest": .string(digest.text), "mediaType": .string(mediaType),
            "name": .string(name.text),
            "sizeBytes": .integer(Int64(clamping: min(sizeBytes, UInt64(JSONValue.integerLimit)))),
        ])
    }

    fileprivate static func read(
        _ reader: inout JSONFields
    ) throws(FieldRefusal) -> StatementBody.Exhibit {
        StatementBody.Exhibit(
            name: try reader.parsed("name", "a safe file name", ExhibitName.init),
            mediaType: try reader.string("mediaType"),
            sizeBytes: UInt64(try reader.integer("sizeBytes", in: 0...JSONValue.integerLimit)),
            digest: try reader.parsed("digest", "a SHA-256 digest", Digest.init(text:)))
    }
}

/// A file name that is safe to show and to store under.
package struct ExhibitName: Hashable, Sendable, CustomStringConvertible {
    package static let sizeLimitBytes = 200

    package let text: String

    /// Nil for what could leave its folder, hide, or look like another name.
    package init?(_ text: String) {
        // SPEC statement §7: An exhibit's name MUST have from 1 to 200 bytes, not begin with a
        // full stop, and have no slash, backslash, control character or bidirectional control.
        guard (1...Self.sizeLimitBytes).contains(text.utf8.count),
            text.utf8.first != UInt8(ascii: "."),
            !text.utf8.contains(UInt8(ascii: "/")), !text.utf8.contains(UInt8(ascii: "\\")),
            !text.unicodeScalars.contains(where: { isControl($0) || isBidirectionalControl($0) })
        else { return nil }
        self.text = text
    }

    package var description: String { text }
}

/// U+0000 to U+001F and U+007F to U+009F: what moves a cursor and is no letter.
package func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
}

private func isControlInText(_ scalar: Unicode.Scalar) -> Bool {
    isControl(scalar) && scalar != "\n" && scalar != "\t"
}

/// U+061C, U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069 turn the order of what is shown.
package func isBidirectionalControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
}

private func isFieldName(_ name: String) -> Bool {
    guard (1...64).contains(name.utf8.count), let first = name.utf8.first,
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    else { return false }
    return name.utf8.allSatisfy { isLowerLetterOrDigit($0) || "._-".utf8.contains($0) }
}

/// Why bytes are not a statement's body.
package enum BodyRefusal: Error, Hashable, Sendable {
    case json(JSONRefusal)
    case field(FieldRefusal)
    case textCountWrong(count: Int)
    case languageTwice
    case noAuthenticText
    case textUnfit
    case fieldNameWrong
    case tooManyExhibits(count: Int, limitCount: Int)
    case exhibitNameTwice
    case mediaTypeWrong
    case exhibitsDiffer(bodyCount: Int, headerCount: Int)
    case machineAuthentic
    case saltNotAllowed
    case textDiffers
    case textsNotSorted

    package var reason: String {
        switch self {
        case .json(let refusal): refusal.reason
        case .field(let refusal): refusal.reason
        case .textCountWrong: "text-count-wrong"
        case .languageTwice: "language-twice"
        case .noAuthenticText: "no-authentic-text"
        case .textUnfit: "text-unfit"
        case .fieldNameWrong: "field-name-wrong"
        case .tooManyExhibits: "too-many-exhibits"
        case .exhibitNameTwice: "exhibit-name-twice"
        case .mediaTypeWrong: "media-type-wrong"
        case .exhibitsDiffer: "exhibits-differ"
        case .machineAuthentic: "machine-authentic"
        case .saltNotAllowed: "salt-not-allowed"
        case .textDiffers: "text-differs"
        case .textsNotSorted: "texts-not-sorted"
        }
    }

    package var explanation: String {
        switch self {
        case .json(let refusal): "Body: \(refusal.explanation)"
        case .field(let refusal): "Body: \(refusal.explanation)"
        case .textCountWrong(let count):
            "The body has \(count) texts; it needs 1 to \(StatementBody.textLimit)."
        case .languageTwice: "The body has two texts in one language."
        case .noAuthenticText: "No text of the body is marked authentic."
        case .textUnfit: "A text is empty or has a control character."
        case .fieldNameWrong: "A field's name is not allowed, or there are too many fields."
        case .tooManyExhibits(let count, let limitCount):
            "The body describes \(count) exhibits; it may describe \(limitCount)."
        case .exhibitNameTwice: "Two exhibits have one name."
        case .mediaTypeWrong: "An exhibit's media type is not type/subtype in lower case."
        case .exhibitsDiffer(let bodyCount, let headerCount):
            "The body describes \(bodyCount) exhibits, the header names \(headerCount), "
                + "or their media types differ."
        case .machineAuthentic: "A machine's translation is marked authentic."
        case .saltNotAllowed: "The body binds a text, and its act proposes none."
        case .textDiffers:
            "The words are not those that the header's digest names: a version was changed."
        case .textsNotSorted: "The texts are not sorted by language."
        }
    }
}
