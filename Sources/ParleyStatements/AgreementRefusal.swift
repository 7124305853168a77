/// Everything that is wrong with an agreement, a party card or a set of terms.
package struct AgreementRefusal: Error, Hashable, Sendable {
    /// In the order of the document, at least one, at most ``problemLimit``.
    package let problems: [AgreementProblem]

    package static let problemLimit = 100

    init(_ problems: [AgreementProblem]) {
        precondition(!problems.isEmpty, "a refusal names at least one problem")
        self.problems = problems
    }

    init(_ rule: AgreementProblem.Rule, at path: String, _ explanation: String) {
        self.init([AgreementProblem(path: path, reason: rule.rawValue, explanation: explanation)])
    }

    init(_ refusal: JSONRefusal) {
        self.init([
            AgreementProblem(path: "", reason: refusal.reason, explanation: refusal.explanation)
        ])
    }

    /// The first problem's reason.
    package var reason: String { problems.first?.reason ?? "" }

    package var explanation: String {
        problems.map { ($0.path.isEmpty ? "" : $0.path + ": ") + $0.explanation }
            .joined(separator: "\n")
    }
}

/// One thing that is wrong, and where.
package struct AgreementProblem: Hashable, Sendable {
    /// JSON Pointer (RFC 6901); empty for the whole document.
    package let path: String
    /// Short code: a ``Rule``, or the reason of a ``JSONRefusal``.
    package let reason: String
    package let explanation: String

    package enum Rule: String, Hashable, Sendable, CaseIterable {
        case fieldMissing = "field-missing"
        case fieldUnknown = "field-unknown"
        case typeWrong = "field-type-wrong"
        case valueWrong = "field-value-wrong"
        case countWrong = "count-wrong"
        case twice
        case languageUnknown = "language-unknown"
        case titleMissing = "title-missing"
        case ed25519Missing = "ed25519-missing"
        case keySizeWrong = "key-size-wrong"
        case keySmallOrder = "key-small-order"
        case keyNotCanonical = "key-not-canonical"
        case keyMalformed = "key-malformed"
        case keyAlgorithmsWrong = "key-algorithms-wrong"
        case keyTwice = "key-twice"
        case validityEmpty = "validity-empty"
        case urlWrong = "url-wrong"
        case verifierKeyWrong = "verifier-key-wrong"
        case logNameWrong = "log-name-wrong"
        case calendarUnknown = "calendar-unknown"
        case calendarsDiffer = "calendars-differ"
        case dayOutsideYear = "day-outside-year"
        case dayNotWeekend = "day-not-weekend"
        case dayOffAndWorked = "day-off-and-worked"
        case offsetsNotSorted = "offsets-not-sorted"
        case offsetOutsideYear = "offset-outside-year"
        case timeLimitWrong = "time-limit-wrong"
        case quorumUnreachable = "quorum-unreachable"
    }
}

/// Reads a document that people wrote: goes on after a fault, so that its author sees every
/// problem at once. Each method notes what is wrong and returns nil; nil in, nil out, in silence.
struct AgreementReader {
    private(set) var problems: [AgreementProblem] = []

    mutating func note(_ rule: AgreementProblem.Rule, at path: String, _ explanation: String) {
        guard problems.count < AgreementRefusal.problemLimit else { return }
        problems.append(
            AgreementProblem(path: path, reason: rule.rawValue, explanation: explanation))
    }

    /// Opens an object, noting each required field that is missing and each that is unknown.
    mutating func object(
        _ value: JSONValue?, at path: String, required: [String], optional: [String] = []
    ) -> JSONObject? {
        guard let value else { return nil }
        guard case .object(let object) = value else {
            note(.typeWrong, at: path, "This is not an object.")
            return nil
        }
        // SPEC agreement §2: An object MUST have every field that its section requires, and no
        // field that its section does not name.
        for name in required where object[name] == nil {
            note(.fieldMissing, at: jsonPointer(path, name), "This field is missing.")
        }
        for member in object.members
        where !(required + optional).contains(where: { isSameASCII(member.name, $0) }) {
            note(.fieldUnknown, at: jsonPointer(path, member.name), "This field is not known.")
        }
        return object
    }

    mutating func text(_ value: JSONValue?, at path: String) -> String? {
        guard let value else { return nil }
        guard case .string(let text) = value else {
            note(.typeWrong, at: path, "This is not a string.")
            return nil
        }
        return text
    }

    mutating func parsed<Value>(
        _ value: JSONValue?, at path: String, _ expected: String, _ make: (String) -> Value?
    ) -> Value? {
        guard let text = text(value, at: path) else { return nil }
        guard let result = make(text) else {
            note(.valueWrong, at: path, "This is not \(expected).")
            return nil
        }
        return result
    }

    /// Words for people: not empty, no control characters, at most 1000 bytes.
    mutating func words(_ value: JSONValue?, at path: String) -> String? {
        // SPEC agreement §2: A title, name or source MUST have from 1 to 1000 bytes and no control
        // character.
        parsed(value, at: path, "a text of 1 to 1000 bytes without control characters") { text in
            let isFit =
                (1...1000).contains(text.utf8.count)
                && !text.unicodeScalars.contains(where: isControl)
            return isFit ? text : nil
        }
    }

    mutating func bool(_ value: JSONValue?, at path: String) -> Bool? {
        guard let value else { return nil }
        guard case .bool(let isTrue) = value else {
            note(.typeWrong, at: path, "This is neither true nor false.")
            return nil
        }
        return isTrue
    }

    mutating func integer(
        _ value: JSONValue?, at path: String, in range: ClosedRange<Int64>
    ) -> Int64? {
        guard let value else { return nil }
        guard case .integer(let number) = value else {
            note(.typeWrong, at: path, "This is not a whole number.")
            return nil
        }
        guard range.contains(number) else {
            note(
                .valueWrong, at: path,
                "This is \(number); it must be \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }

    /// Reads every element, and gives the list only when all of them could be read.
    mutating func list<Element>(
        _ value: JSONValue?, at path: String, count: ClosedRange<Int>,
        _ read: (inout AgreementReader, JSONValue, String) -> Element?
    ) -> [Element]? {
        guard let value else { return nil }
        guard case .array(let values) = value else {
            note(.typeWrong, at: path, "This is not an array.")
            return nil
        }
        guard isCount(values.count, in: count, at: path) else { return nil }
        var elements: [Element] = []
        for (place, value) in values.enumerated() {
            if let element = read(&self, value, jsonPointer(path, String(place))) {
                elements.append(element)
            }
        }
        return elements.count == values.count ? elements : nil
    }

    /// Reads every member of an object whose names are data.
    mutating func map<Key: Hashable, Element>(
        _ value: JSONValue?, at path: String, count: ClosedRange<Int>, _ expected: String,
        key: (String) -> Key?, _ read: (inout AgreementReader, JSONValue, String) -> Element?
    ) -> [Key: Element]? {
        guard let value else { return nil }
        guard case .object(let object) = value else {
            note(.typeWrong, at: path, "This is not an object.")
            return nil
        }
        guard isCount(object.members.count, in: count, at: path) else { return nil }
        var elements: [Key: Element] = [:]
        for member in object.members {
            let memberPath = jsonPointer(path, member.name)
            guard let key = key(member.name) else {
                note(.valueWrong, at: memberPath, "The name of this member is not \(expected).")
                continue
            }
            elements[key] = read(&self, member.value, memberPath)
        }
        return elements.count == object.members.count ? elements : nil
    }

    /// Reads an array of strings, each once.
    mutating func names<Element: Hashable>(
        _ value: JSONValue?, at path: String, count: ClosedRange<Int>, _ expected: String,
        _ make: (String) -> Element?
    ) -> [Element]? {
        let elements = list(value, at: path, count: count) { reader, value, path in
            reader.parsed(value, at: path, expected, make)
        }
        noteRepeats(elements ?? [], at: path)
        return elements
    }

    mutating func noteRepeats(_ values: [some Hashable], at path: String) {
        // SPEC agreement §2: A list of ids, names, languages, algorithms, days, grounds or pins
        // MUST NOT hold one value twice.
        var seen: Set<AnyHashable> = []
        for (place, value) in values.enumerated() where !seen.insert(value).inserted {
            note(.twice, at: jsonPointer(path, String(place)), "This comes twice.")
        }
    }

    private mutating func isCount(
        _ count: Int, in range: ClosedRange<Int>, at path: String
    ) -> Bool {
        guard range.contains(count) else {
            note(
                .countWrong, at: path,
                "There are \(count); there must be \(range.lowerBound) to \(range.upperBound).")
            return false
        }
        return true
    }
}
