package import ParleyLog
package import ParleyStatements

/// One value that an operation takes, in its JSON body or its query. What is checked and what the
/// API's document says are the same.
package struct Field: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Characters, as Unicode counts code points.
        case text(ClosedRange<Int>)
        case word([String])
        /// One or more of these, each once.
        case words([String])
        case number(ClosedRange<Int64>)
        case flag
        case instant
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
        case (.word(let words), .string(let text)):
            words.contains(text) ? nil : "one of " + words.joined(separator: ", ")
        case (.words(let words), .array(let values)):
            Self.isChoice(values, of: words)
                ? nil : "one or more, each once, of " + words.joined(separator: ", ")
        case (.number(let range), .integer(let number)):
            range.contains(number) ? nil : "\(range.lowerBound) to \(range.upperBound)"
        case (.flag, .bool): nil
        case (.instant, .string(let text)):
            Timestamp(text: text) != nil ? nil : "an instant such as 2026-12-01T09:00:00Z"
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

    /// As a query has it: every value is text there.
    fileprivate func value(ofQuery text: String) -> JSONValue? {
        switch kind {
        case .number: Int64(text).map(JSONValue.integer)
        case .flag: ["true": true, "false": false][text].map(JSONValue.bool)
        case .words: .array(text.split(separator: ",").map { .string(String($0)) })
        case .text, .word, .instant: .string(text)
        }
    }
}

/// What an operation was given, checked against its fields.
package struct Given: Sendable {
    private let values: [String: JSONValue]

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
        text(name).flatMap { Timestamp(text: $0) }
    }

    package func roles(_ name: String) -> Set<Role>? {
        texts(name).map { Set($0.compactMap(Role.init(rawValue:))) }
    }
}
