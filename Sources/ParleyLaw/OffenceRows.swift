package import ParleyStatements

/// Something that can be said of a conduct: an act, a result, a target, an intent, an amount.
package struct Fact: LawRow {
    package static let table = LawTable.facts
    package let marks: RowMarks
    package let group: String
    package let label: String
    package let labelZh: String
    package let implies: [RowID]
    /// For an amount: the fact holds above ``over`` of this currency.
    package let currency: String?
    package let over: Int

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        currency = try fields.text("currency")
        over = try fields.number("over") ?? 0
        group = try fields.string("group")
        label = try fields.string("label")
        labelZh = try fields.string("labelZh")
        implies = try fields.ids("implies")
    }
}

/// A generic offence, and the acts that bring a conduct under it.
package struct Offence: LawRow {
    package static let table = LawTable.offences
    package let marks: RowMarks
    package let title: String
    package let acts: [RowID]
    package let isStateActSensitive: Bool

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        title = try fields.string("title")
        acts = try fields.ids("acts")
        isStateActSensitive = try fields.bool("stateActSensitive")
        fields.allow(["group"])
    }
}

/// One provision of one legal system that makes an offence punishable, or the word that none does.
package struct OffenceProvision: LawRow {
    package enum Fit: String, Hashable, Sendable, CaseIterable {
        case full, partial, none
        case civilOnly = "civil-only"
    }

    package static let table = LawTable.offenceMap
    package let marks: RowMarks
    package let offence: RowID
    package let system: RowID
    package let instrument: RowID?
    package let article: String?
    package let fit: Fit
    /// 0 means a fine only; nil that the data does not say.
    package let maxYears: Int?
    package let maxYearsAggravated: Int?
    package let isLifePossible: Bool
    /// Of a directive: what the maximum in each state has to be at least.
    package let requiredMaximumYears: Int?
    package let thresholds: [String]

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        offence = try fields.id("offence")
        system = try fields.id("system")
        instrument = try fields.optionalID("instrument")
        article = try fields.text("article")
        fit = try fields.parsed("fit", "a fit", Fit.init(rawValue:))
        maxYears = try fields.number("maxYears")
        maxYearsAggravated = try fields.number("maxYearsAggravated")
        isLifePossible = try fields.bool("lifePossible")
        requiredMaximumYears = try fields.number("requiredMinimumOfMaximumYears")
        thresholds =
            fields.has("thresholds") ? try fields.parsedArray("thresholds", "a text") { $0 } : []
    }
}

/// The thresholds of one provision, read into facts. All of `needs`, of each any one.
package struct OffenceConditions: LawRow {
    package struct Step: Hashable, Sendable {
        package let when: [[RowID]]
        /// Nil for life.
        package let years: Int?
    }

    package static let table = LawTable.offenceConditions
    package let marks: RowMarks
    package let needs: [[RowID]]
    package let steps: [Step]

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        needs = try Self.conditions("needs", in: &fields)
        steps = try fields.array("steps") { value throws(FieldRefusal) in
            try JSONFields.reading(value) { step throws(FieldRefusal) in
                let when = try Self.conditions("when", in: &step)
                let isLife = try step.flag("life") ?? false
                let years = try step.number("years")
                guard isLife == (years == nil) else {
                    throw FieldRefusal(.wrongValue("years, or life"))
                }
                return Step(when: when, years: years)
            }
        }
    }

    private static func conditions(
        _ name: String, in fields: inout JSONFields
    ) throws(FieldRefusal) -> [[RowID]] {
        try fields.array(name) { value throws(FieldRefusal) in
            guard case .array(let names) = value, !names.isEmpty else {
                throw FieldRefusal(.wrongType("an array of facts"))
            }
            var any: [RowID] = []
            for name in names {
                guard case .string(let text) = name else {
                    throw FieldRefusal(.wrongType("a fact"))
                }
                any.append(RowID(text))
            }
            return any
        }
    }
}

/// A rule of dual criminality that an answer cites.
package struct DualCriminalityRule: LawRow {
    package static let table = LawTable.dualCriminality
    package let marks: RowMarks
    package let rule: String

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        rule = try fields.string("rule")
        fields.allow(["basis"])
    }
}
