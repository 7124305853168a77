import ParleyStatements

/// The name of a row within its table.
package struct RowID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }

    package static func < (one: RowID, other: RowID) -> Bool { one.text < other.text }
}

/// A row among all tables: `treaty-status/US:ets185`.
package struct RowReference: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let table: LawTable
    package let id: RowID

    package init(_ table: LawTable, _ id: RowID) {
        self.table = table
        self.id = id
    }

    package var description: String { table.rawValue + "/" + id.text }

    package static func < (one: RowReference, other: RowReference) -> Bool {
        (one.table.rawValue, one.id) < (other.table.rawValue, other.id)
    }
}

/// The tables of the data, each a file of `Sources/ParleyLaw/Data`.
package enum LawTable: String, Hashable, Sendable, CaseIterable {
    case sources, parties, instruments, provisions, bilateral, reservations, offences, facts
    case treatyStatus = "treaty-status"
    case offenceMap = "offence-map"
    case offenceConditions = "offence-conditions"
    case dualCriminality = "dual-criminality"
    case requestKinds = "request-kinds"
    case requestBases = "request-bases"
    case cooperationRules = "cooperation-rules"
    case refusalGrounds = "refusal-grounds"
    case timeRules = "time-rules"
    case calendars
    case confidenceScales = "confidence-scales"
    case lifecycles, norms
    case evidenceProfile = "evidence-profile"
    case directorySchema = "directory-schema"
    case surveyTemplate = "survey-template"
    case glossary
}

/// How sure a row is of what it says.
package enum Confidence: String, Hashable, Sendable, CaseIterable, Comparable {
    case low, medium, high
    /// The program's own proposal or reading: no source claims it.
    case design

    /// Least sure first; a reading of ours weighs no less than the row that it reads.
    package static func < (one: Confidence, other: Confidence) -> Bool {
        one.rank < other.rank
    }

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .design: 3
        }
    }
}

/// What every row says of itself.
package struct RowMarks: Hashable, Sendable {
    package let id: RowID
    package let source: RowID
    package let confidence: Confidence
    package let asOf: LawDate
    package let note: String?
    /// What the row's author asks to be checked.
    package let check: String?
    package let moreSources: [RowID]
    package let validFrom: LawDate?
    package let validTo: LawDate?
    /// The row's title or rule in Chinese; nil where it stands in English alone.
    package let zh: String?

    init(_ fields: inout JSONFields) throws(FieldRefusal) {
        id = try fields.parsed("id", "a name", RowID.init(naming:))
        source = try fields.parsed("source", "a source's id", RowID.init(naming:))
        confidence = try fields.parsed(
            "confidence", "high, medium, low or design", Confidence.init(rawValue:))
        asOf = try fields.date("asOf")
        note = try fields.optionalParsed("note", "a text") { $0 }
        check = try fields.optionalParsed("check", "a text") { $0 }
        moreSources =
            fields.has("extraSources")
            ? try fields.parsedArray("extraSources", "a source's id", RowID.init(naming:)) : []
        validFrom = try fields.optionalDate("validFrom")
        validTo = try fields.optionalDate("validTo")
        zh = try fields.optionalParsed("zh", "a text") { $0 }
        for name in ["supersededBy", "checkedBy"] {
            _ = try fields.optionalParsed(name, "a text") { $0 }
        }
    }
}

extension RowID {
    /// 1 to 96 characters without white space at the ends.
    package init?(naming text: String) {
        guard (1...96).contains(text.utf8.count), text.first != " ", text.last != " " else {
            return nil
        }
        self.init(text)
    }
}

extension JSONFields {
    mutating func has(_ name: String) -> Bool { optional(name) != nil }

    mutating func date(_ name: String) throws(FieldRefusal) -> LawDate {
        try parsed(name, "a date: YYYY, YYYY-MM or YYYY-MM-DD", LawDate.init(text:))
    }

    mutating func optionalDate(_ name: String) throws(FieldRefusal) -> LawDate? {
        has(name) ? try date(name) : nil
    }

    mutating func id(_ name: String) throws(FieldRefusal) -> RowID {
        try parsed(name, "a row's id", RowID.init(naming:))
    }

    mutating func optionalID(_ name: String) throws(FieldRefusal) -> RowID? {
        has(name) ? try id(name) : nil
    }

    mutating func ids(_ name: String) throws(FieldRefusal) -> [RowID] {
        has(name) ? try parsedArray(name, "a row's id", RowID.init(naming:)) : []
    }

    mutating func text(_ name: String) throws(FieldRefusal) -> String? {
        has(name) ? try string(name) : nil
    }

    mutating func number(_ name: String) throws(FieldRefusal) -> Int? {
        has(name) ? Int(try integer(name, in: 0...9999)) : nil
    }

    mutating func flag(_ name: String) throws(FieldRefusal) -> Bool? {
        has(name) ? try bool(name) : nil
    }

    /// Fields that nothing computes with yet: allowed, and kept in the row itself.
    mutating func allow(_ names: [String]) {
        for name in names { _ = optional(name) }
    }
}
