package import ParleyLog
import ParleyNode
package import ParleyStatements

/// One value that an operation takes, in its JSON body or its query. What is checked and what the
/// API's document says are the same.
package struct Field: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Characters, as Unicode counts code points.
        case text(ClosedRange<Int>)
        /// Printable ASCII, so long.
        case ascii(ClosedRange<Int>)
        /// Text of one shape.
        case shaped(Shape)
        case word([String])
        /// One or more of these, each once.
        case words([String])
        case number(ClosedRange<Int64>)
        case flag
        case instant
        /// So many texts of one shape.
        case list(Shape, least: Int = 0, most: Int)
        /// So many texts, each so long at most, in characters.
        case strings(least: Int = 0, most: Int, longest: Int)
        /// A text in several languages, each once.
        case texts
        /// An object that is looked into elsewhere.
        case object
    }

    /// Spellings that types of ours parse, as the document tells them; the type has the last word.
    package enum Shape: String, Hashable, Sendable {
        case account = "^[a-z][a-z0-9._@-]{1,63}$"
        case party = "^[a-z][a-z0-9-]{1,31}$"
        case label = "^[A-Za-z0-9._-]{1,64}$"
        case number = "^[1-9][0-9]{0,17}$"
        case thread = "^[a-z2-7]{25}[aeimquy4]$"
        case statement = "^sha256:[0-9a-f]{64}$"
        case mediaType = "^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$"
        case eventCursor = "^[a-z2-7]{16}[.](0|[1-9][0-9]{0,17})$"
        case queueCursor = "^(0|[1-9][0-9]{0,10})[.][a-z2-7]{25}[aeimquy4]$"

        func isMet(by text: String) -> Bool {
            switch self {
            case .account: AccountName(text) != nil
            case .party: PartyID(text) != nil
            case .label: APIToken.isLabel(text)
            case .number:
                text.utf8.count <= 18 && text.first != "0" && text.utf8.allSatisfy { $0 < 0x3A }
                    && Int64(text) != nil
            case .thread: ThreadID(text: text) != nil
            case .statement: StatementID(text: text) != nil
            case .mediaType:
                isMediaType(text) && text.split(separator: "/").allSatisfy { $0.utf8.count <= 63 }
            case .eventCursor: EventCursor(text: text) != nil
            case .queueCursor: QueueCursor(text: text) != nil
            }
        }
    }

    package let name: String
    package let kind: Kind
    package let isRequired: Bool
    package let summary: String

    static func required(_ name: String, _ kind: Kind, _ summary: String) -> Field {
        Field(name: name, kind: kind, isRequired: true, summary: summary)
    }

    static func optional(_ name: String, _ kind: Kind, _ summary: String) -> Field {
        Field(name: name, kind: kind, isRequired: false, summary: summary)
    }

    /// Nil where it is good, else what it should be.
    fileprivate func fault(in value: JSONValue) -> String? {
        switch (kind, value) {
        case (.text(let range), .string(let text)):
            range.contains(text.unicodeScalars.count)
                ? nil : "\(range.lowerBound) to \(range.upperBound) characters"
        case (.ascii(let range), .string(let text)):
            range.contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
                ? nil : "\(range.lowerBound) to \(range.upperBound) characters of ASCII"
        case (.shaped(let shape), .string(let text)):
            shape.isMet(by: text) ? nil : "as " + shape.rawValue
        case (.word(let words), .string(let text)):
            words.contains(text) ? nil : "one of " + words.joined(separator: ", ")
        case (.words(let words), .array(let values)):
            Self.isChoice(values, of: words)
                ? nil : "one or more, each once, of " + words.joined(separator: ", ")
        case (.number(let range), .integer(let number)):
            range.contains(number) ? nil : "\(range.lowerBound) to \(range.upperBound)"
        case (.flag, .bool), (.object, .object): nil
        case (.list(let shape, let least, let most), .array(let values)):
            (least...most).contains(values.count) && values.allSatisfy { Self.isShaped($0, shape) }
                ? nil : "\(least) to \(most), each as \(shape.rawValue)"
        case (.strings(let least, let most, let longest), .array(let values)):
            (least...most).contains(values.count)
                && values.allSatisfy { Self.isString($0, longest: longest) }
                ? nil : "\(least) to \(most) texts of at most \(longest) characters"
        case (.texts, .array(let values)):
            values.count <= StatementBody.textLimit && values.allSatisfy(Self.isText)
                ? nil : "at most \(StatementBody.textLimit) objects with language and text"
        case (.instant, .string(let text)):
            DateTime.timestamp(text) != nil ? nil : "an instant such as 2026-12-01T09:00:00Z"
        default: "of another type"
        }
    }

    private static func isChoice(_ values: [JSONValue], of words: [String]) -> Bool {
        let texts = values.compactMap { value -> String? in
            guard case .string(let text) = value, words.contains(text) else { return nil }
            return text
        }
        return !values.isEmpty && texts.count == values.count && Set(texts).count == texts.count
    }

    private static func isShaped(_ value: JSONValue, _ shape: Shape) -> Bool {
        guard case .string(let text) = value else { return false }
        return shape.isMet(by: text)
    }

    private static func isString(_ value: JSONValue, longest: Int) -> Bool {
        guard case .string(let text) = value else { return false }
        return text.unicodeScalars.count <= longest
    }

    private static func isText(_ value: JSONValue) -> Bool {
        guard case .object(let object) = value, case .string(let language)? = object["language"],
            case .string? = object["text"], LanguageTag(language) != nil
        else { return false }
        return object.members.allSatisfy { member in
            switch (member.name, member.value) {
            case ("language", _), ("text", _), ("authentic", .bool), ("machine", .bool): true
            default: false
            }
        }
    }

    /// As a query has it: every value is text there.
    fileprivate func value(ofQuery text: String) -> JSONValue? {
        switch kind {
        case .number: text.first == "+" ? nil : Int64(text).map(JSONValue.integer)
        case .flag: ["true": true, "false": false][text].map(JSONValue.bool)
        case .words: .array(text.split(separator: ",").map { .string(String($0)) })
        case .text, .ascii, .shaped, .word, .instant: .string(text)
        case .list, .strings, .texts, .object: nil
        }
    }
}

/// What an operation was given, checked against its fields.
package struct Given: Sendable {
    private let values: [String: JSONValue]
    /// All of it, as it came.
    package let object: JSONObject

    /// - Throws: `field-missing`, `field-unknown` or `field-wrong`, naming the field.
    package init(_ object: JSONObject, fields: [Field]) throws(Problem) {
        var values: [String: JSONValue] = [:]
        for member in object.members {
            guard let field = fields.first(where: { $0.name == member.name }) else {
                throw Self.problem("field-unknown", "there is no field \(member.name) here")
            }
            if let fault = field.fault(in: member.value) {
                throw Self.problem("field-wrong", "\(member.name) should be \(fault)")
            }
            values[member.name] = member.value
        }
        for field in fields where field.isRequired && values[field.name] == nil {
            throw Self.problem("field-missing", "\(field.name) is missing")
        }
        self.values = values
        self.object = object
    }

    /// - Parameter query: names and values as they came, in order.
    package init(query: [(String, String)], fields: [Field]) throws(Problem) {
        var members: [JSONObject.Member] = []
        for (name, text) in query {
            guard let field = fields.first(where: { $0.name == name }) else {
                throw Self.problem("field-unknown", "there is no field \(name) here")
            }
            guard !members.contains(where: { $0.name == name }) else {
                throw Self.problem("field-wrong", "\(name) stands there twice")
            }
            guard let value = field.value(ofQuery: text) else {
                throw Self.problem("field-wrong", "\(name) is of another type")
            }
            members.append(.init(name: name, value: value))
        }
        try self.init(JSONObject(members), fields: fields)
    }

    private static func problem(_ reason: String, _ detail: String) -> Problem {
        Problem(status: 400, reason: reason, detail: detail)
    }

    package func has(_ name: String) -> Bool { values[name] != nil }

    package func text(_ name: String) -> String? {
        guard case .string(let text)? = values[name] else { return nil }
        return text
    }

    package func texts(_ name: String) -> [String]? {
        guard case .array(let values)? = values[name] else { return nil }
        return values.compactMap { value in
            guard case .string(let text) = value else { return nil }
            return text
        }
    }

    package func number(_ name: String) -> Int64? {
        guard case .integer(let number)? = values[name] else { return nil }
        return number
    }

    package func flag(_ name: String) -> Bool? {
        guard case .bool(let isTrue)? = values[name] else { return nil }
        return isTrue
    }

    package func instant(_ name: String) -> Timestamp? {
        text(name).flatMap(DateTime.timestamp)
    }

    package func roles(_ name: String) -> Set<Role>? {
        texts(name).map { Set($0.compactMap(Role.init(rawValue:))) }
    }
}
