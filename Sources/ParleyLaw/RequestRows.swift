package import ParleyStatements

/// A kind of request.
package struct RequestKindRow: LawRow {
    package static let table = LawTable.requestKinds
    package let marks: RowMarks
    package let title: String
    package let isCoercive: Bool
    package let isUrgentAllowed: Bool
    package let channel: String

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        title = try fields.string("title")
        isCoercive = try fields.bool("coercive")
        isUrgentAllowed = try fields.bool("urgentAllowed")
        channel = try fields.string("defaultChannel")
    }
}

/// What one instrument asks of one kind of request.
package struct RequestBasisRow: LawRow {
    package struct Field: Hashable, Sendable {
        package let key: String
        package let label: String
        package let labelZh: String?
        package let article: String
        package let isRequired: Bool
        package let example: String
    }

    package struct TimeLimit: Hashable, Sendable {
        /// What of a request thread a limit can hold for.
        package enum Governed: String, Hashable, Sendable, CaseIterable {
            case acknowledge, decide, answer, hold
        }

        package let what: String
        package let whatZh: String?
        /// Nil where the limit is for something beside the thread's clocks and holds.
        package let governs: Governed?
        /// Nil where the instrument gives no number.
        package let value: Int?
        package let unit: String?
        package let sense: String
        package let article: String
        package let clock: String
    }

    package enum DualCriminalityNeed: String, Hashable, Sendable, CaseIterable {
        case notRequiredForTreatyOffences = "not-required-for-treaty-offences"
        case notRequired = "not-required"
        case notApplicable = "not-applicable"
        case asPreservation = "as-preservation"
        case mayBeRequired = "may-be-required"
        case required, unknown
    }

    package static let table = LawTable.requestBases
    package let marks: RowMarks
    package let kind: RowID
    package let instrument: RowID
    package let article: String
    package let fields: [Field]
    package let timeLimits: [TimeLimit]
    package let grounds: [RowID]
    package let dualCriminality: DualCriminalityNeed

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        kind = try fields.id("kind")
        instrument = try fields.id("instrument")
        article = try fields.string("article")
        grounds = try fields.ids("refusal")
        dualCriminality = try fields.parsed(
            "dualCriminality", "a need", DualCriminalityNeed.init(rawValue:))
        self.fields = try fields.array("fields") { value throws(FieldRefusal) in
            try JSONFields.reading(value) { field throws(FieldRefusal) in
                Field(
                    key: try field.string("key"), label: try field.string("label"),
                    labelZh: try field.text("zh"), article: try field.string("basis"),
                    isRequired: try field.bool("required"),
                    example: try field.string("example"))
            }
        }
        timeLimits = try fields.array("timeLimits") { value throws(FieldRefusal) in
            try JSONFields.reading(value) { limit throws(FieldRefusal) in
                TimeLimit(
                    what: try limit.string("what"), whatZh: try limit.text("zh"),
                    governs: try limit.optionalParsed(
                        "governs", "a clock or hold", TimeLimit.Governed.init(rawValue:)),
                    value: try limit.number("value"),
                    unit: try limit.text("unit"), sense: try limit.string("sense"),
                    article: try limit.string("basis"), clock: try limit.string("clock"))
            }
        }
    }
}

/// A ground on which a request may be refused, or what may not be one.
package struct RefusalGround: LawRow {
    package static let table = LawTable.refusalGrounds
    package let marks: RowMarks
    /// As an agreement and a refusal name it.
    package let name: String
    package let title: String
    /// `ets185 27(4)(a)`: an instrument and an article.
    package let bases: [String]
    package let isForbidden: Bool
    package let isRefusal: Bool

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        name = try fields.string("name")
        title = try fields.string("title")
        bases = try fields.parsedArray("bases", "an instrument and an article") { $0 }
        isForbidden = try fields.flag("forbidden") ?? false
        isRefusal = try fields.flag("isRefusal") ?? true
        fields.allow(["optional", "stateReasons"])
    }

    /// Where `instrument` has it.
    package func article(in instrument: RowID) -> String? {
        let prefix = instrument.text + " "
        return bases.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
}

/// A limit, a target or the model of timeliness.
package struct TimeRule: LawRow {
    package static let table = LawTable.timeRules
    package let marks: RowMarks
    package let what: String

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        what = try fields.string("what")
        fields.allow([
            "basis", "value", "unit", "sense", "kind", "acknowledgeHours", "answerOrStatusHours",
            "answerOrStatusDays", "acknowledgeDays", "stamps", "clocks", "pauses", "measures",
            "qualityCriteria", "qualityScale", "rule",
        ])
    }
}

/// A row that is shown and explained, and computed with elsewhere or not at all.
package struct ShownRow: Sendable {
    package let marks: RowMarks

    /// - Throws: for a field that the table does not have.
    init(_ fields: inout JSONFields, table: LawTable) throws(FieldRefusal) {
        marks = try RowMarks(&fields)
        fields.allow(Self.fields[table] ?? [])
    }

    private static let fields: [LawTable: [String]] = [
        .provisions: ["instrument", "article", "title"],
        .calendars: [
            "year", "party", "tz", "utcOffset", "dst", "weekend", "rule", "daysOff",
            "workingWeekends",
        ],
        .confidenceScales: ["steps", "rule"],
        .lifecycles: ["states", "transitions", "rules", "denialReasons"],
        .norms: ["ref", "title", "date", "place", "items", "party", "fact"],
        .evidenceProfile: ["items", "party", "rule", "gist", "inForce"],
        .directorySchema: [
            "role", "roles", "fields", "launched", "members", "next", "title", "adopted",
            "complete",
        ],
        .surveyTemplate: [
            "scale", "rule", "topics", "publisher", "optimistic", "somewhatOptimisticOrNeutral",
            "remainder", "remainderIs", "earlier", "caution",
        ],
        .glossary: ["en", "zhHans"],
    ]
}
