package import ParleyStatements

/// A row that something is computed with, read from one table.
package protocol LawRow: Sendable {
    static var table: LawTable { get }
    var marks: RowMarks { get }
    init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal)
}

extension LawRow {
    package var id: RowID { marks.id }
    package var reference: RowReference { RowReference(Self.table, marks.id) }
}

/// A state, territory or organisation, by its ISO 3166 code.
package struct LawParty: LawRow {
    package static let table = LawTable.parties
    package let marks: RowMarks
    package let name: String

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        name = try fields.string("name")
        _ = try fields.string("kind")
    }
}

/// A treaty, a regional or home law, or a promise.
package struct Instrument: LawRow {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case multilateralTreaty = "multilateral-treaty"
        case protocolToTreaty = "protocol"
        case bilateralAgreement = "bilateral-agreement"
        case politicalCommitment = "political-commitment"
        case regionalLaw = "regional-law"
        case domesticLaw = "domestic-law"
    }

    package static let table = LawTable.instruments
    package let marks: RowMarks
    package let short: String
    package let citation: String
    package let kind: Kind
    package let status: String
    package let adopted: LawDate?
    package let inForce: LawDate?
    /// A regional law is applied in the states from this day on.
    package let appliesFrom: LawDate?
    package let inForceRule: String?
    package let parent: RowID?
    package let parties: [RowID]
    package let seriousCrimeYears: Int?
    package let extraditionYears: Int?
    package let conditions: [String]
    package let languages: [String]

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        short = try fields.string("short")
        citation = try fields.string("ref")
        kind = try fields.parsed("type", "a kind of instrument", Kind.init(rawValue:))
        status = try fields.string("status")
        adopted = try fields.optionalDate("adopted")
        inForce = try fields.optionalDate("inForce")
        let applies = try fields.optionalDate("appliesFrom")
        let transposition = try fields.optionalDate("transpositionDue")
        appliesFrom = applies ?? transposition
        inForceRule = try fields.text("inForceRule")
        parent = try fields.optionalID("parent")
        parties = try fields.ids("parties")
        seriousCrimeYears = try fields.number("seriousCrimeThresholdYears")
        extraditionYears = try fields.number("extraditionMinYears")
        conditions = try fields.ids("conditions").map(\.text)
        languages = try fields.ids("authenticLanguages").map(\.text)
        fields.allow([
            "opened", "closesForSignature", "depositary", "signatoryCounts",
            "signatoriesNamedHere", "gap", "ratificationsKnown", "mlaArticle", "binding",
            "lastAmendmentKnown",
        ])
    }
}

/// How one party stands to one instrument.
package struct TreatyStatus: LawRow {
    package enum Status: String, Hashable, Sendable, CaseIterable {
        case party, signatory, invited, none
        case ratified = "ratified-not-in-force"
        case notEligible = "not-eligible"
        case memberState = "bound-as-member"
    }

    package static let table = LawTable.treatyStatus
    package let marks: RowMarks
    package let party: RowID
    package let instrument: RowID
    package let status: Status
    package let signed: LawDate?
    package let bound: LawDate?
    package let inForce: LawDate?
    /// From this day on the party is bound no longer.
    package let denounced: LawDate?

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        party = try fields.id("party")
        instrument = try fields.id("instrument")
        status = try fields.parsed("status", "a status", Status.init(rawValue:))
        signed = try fields.optionalDate("signed")
        bound = try fields.optionalDate("bound")
        inForce = try fields.optionalDate("inForce")
        denounced = try fields.optionalDate("denounced")
        fields.allow(["boundBy", "reservations", "declarations", "authoritiesDesignated"])
    }
}

/// An agreement of two parties.
package struct BilateralAgreement: LawRow {
    package static let table = LawTable.bilateral
    package let marks: RowMarks
    package let parties: [RowID]
    package let kind: String
    package let signed: LawDate?
    package let inForce: LawDate?
    package let suspended: LawDate?
    package let denounced: LawDate?
    package let status: String

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        parties = try fields.ids("parties")
        kind = try fields.string("type")
        signed = try fields.optionalDate("signed")
        inForce = try fields.optionalDate("inForce")
        suspended = try fields.optionalDate("suspended")
        denounced = try fields.optionalDate("denounced")
        status = try fields.string("status")
    }
}

/// What a party has taken out of an instrument, or how far it applies.
package struct Reservation: LawRow {
    package enum Effect: String, Hashable, Sendable, CaseIterable {
        /// The article does not bind the party.
        case notApplied = "not-applied"
        /// Something was reserved or declared; its text is not in the data.
        case notRead = "not-read"
        /// The instrument does not extend to the territory that the note names.
        case territoryExcluded = "territory-excluded"
    }

    package static let table = LawTable.reservations
    package let marks: RowMarks
    package let party: RowID
    package let instrument: RowID
    package let article: String?
    package let effect: Effect
    package let isDeclaration: Bool

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        party = try fields.id("party")
        instrument = try fields.id("instrument")
        article = try fields.text("article")
        effect = try fields.parsed("effect", "an effect", Effect.init(rawValue:))
        isDeclaration = try fields.parsed("kind", "reservation or declaration") {
            ["reservation": false, "declaration": true][$0]
        }
    }
}

/// A rule that an instrument has for requests of every kind.
package struct CooperationRule: LawRow {
    package static let table = LawTable.cooperationRules
    package let marks: RowMarks
    package let instrument: RowID
    package let about: String
    package let article: String
    package let rule: String

    package init(_ fields: inout JSONFields, marks: RowMarks) throws(FieldRefusal) {
        self.marks = marks
        instrument = try fields.id("instrument")
        about = try fields.string("about")
        article = try fields.string("article")
        rule = try fields.string("rule")
    }
}
