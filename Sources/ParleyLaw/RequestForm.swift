package import ParleyLog
package import ParleyStatements

/// What a request is based on, and whether it is in due form: asked before anything is sealed or
/// signed, by whatever way a request comes.
package struct RequestForm: Sendable {
    private let agreement: Agreement
    private let data: LawData
    private let today: CivilDate

    package struct Choice: Sendable {
        package let basis: BasisID
        package let row: RequestBasisRow
        /// Others of the kind that stand between the two, best first.
        package let others: [BasisID]
    }

    package init(agreement: Agreement, data: LawData, today: CivilDate) {
        self.agreement = agreement
        self.data = data
        self.today = today
    }

    /// - Parameters:
    ///   - named: The basis asked for; nil for the best that stands.
    ///   - fields: The fields of the request's body.
    /// - Returns: Nil where the kind has no bases.
    /// - Throws: ``RequestFormRefusal``, or ``LawRefusal`` where the tables do not answer.
    package func choose(
        _ kind: RequestKind, named: String?, from: PartyID, to: PartyID,
        fields: [String: String]
    ) throws -> Choice? {
        guard let choice = try basis(kind, named: named, from: from, to: to) else { return nil }
        let check = RequestCheck(fields: fields, under: choice.row)
        guard check.missing.isEmpty else {
            throw RequestFormRefusal.fieldsMissing(
                choice.basis, check.missing, unknown: check.unknown)
        }
        return choice
    }

    /// The same, before there are any fields.
    package func basis(
        _ kind: RequestKind, named: String?, from: PartyID, to: PartyID
    ) throws -> Choice? {
        guard !kind.bases.isEmpty else {
            guard named == nil else { throw RequestFormRefusal.kindWithoutBases(kind.name) }
            return nil
        }
        let standing = try standing(kind, from: from, to: to)
        let basis = try pick(kind, named: named, standing: standing)
        guard let row = data.row(of: basis) else { throw RequestFormRefusal.basisUnknown(basis) }
        return Choice(
            basis: basis, row: row, others: (standing ?? []).filter { $0 != basis })
    }

    /// The kind's bases that stand between the two today, best first; nil where nobody knows under
    /// whose law one of them stands.
    package func standing(
        _ kind: RequestKind, from: PartyID, to: PartyID
    ) throws(LawRefusal) -> [BasisID]? {
        guard let first = agreement.jurisdiction(of: from, in: data),
            let second = agreement.jurisdiction(of: to, in: data),
            first != second
        else { return nil }
        let question = try LawQuestion(first, second, on: today, conduct: nil, in: data)
        let kinds = Set(kind.bases.compactMap { data.row(of: $0.id)?.kind })
        return kinds.flatMap { question.bases(for: $0).open }
            .sorted { $0.rank.rawValue < $1.rank.rawValue }
            .compactMap { BasisID($0.row?.id.text ?? "") }
            .filter { kind.basis($0) != nil }
    }

    private func pick(
        _ kind: RequestKind, named: String?, standing: [BasisID]?
    ) throws(RequestFormRefusal) -> BasisID {
        let agreed = kind.bases.map(\.id)
        if let named {
            guard let basis = BasisID(named), kind.basis(basis) != nil else {
                throw .basisNotAgreed(named, kind: kind.name, lawful: agreed)
            }
            guard standing?.contains(basis) ?? true else {
                throw .basisNotOpen(basis, standing: standing ?? [])
            }
            return basis
        }
        guard let standing else {
            if kind.bases.count == 1, let only = kind.bases.first { return only.id }
            throw .basisMissing(kind: kind.name, lawful: agreed)
        }
        guard let best = standing.first else {
            throw .noBasisOpen(kind: kind.name, agreed: agreed)
        }
        return best
    }

    /// The field of a body that shows an emergency.
    package static let emergencyField = "emergency"

    /// An emergency is not a matter of haste: danger to somebody's life or safety is, and a
    /// company's loss is not.
    package static func checkEmergency(
        _ urgency: Urgency?, fields: [String: String]
    ) throws(RequestFormRefusal) {
        guard urgency == .emergency else { return }
        // SPEC law §9: An emergency MUST be submitted with the field emergency: the facts that show
        // great and near danger to a person's life or safety.
        guard fields[emergencyField]?.contains(where: { !$0.isWhitespace }) ?? false else {
            throw .emergencyNotShown
        }
    }
}

extension Agreement {
    /// Under whose law the party stands: what the agreement says or, of a state, its id.
    package func jurisdiction(of id: PartyID, in data: LawData) -> RowID? {
        guard let party = party(id) else { return nil }
        if let code = party.jurisdiction { return try? data.party(named: code) }
        return party.kind == .state ? try? data.party(named: id.text) : nil
    }
}

/// How what a request has is given where it comes from.
package struct RequestFormWords: Sendable {
    let basis: String
    let field: @Sendable (String) -> String
    let urgency: String
    /// Where all that a basis asks can be read.
    let whole: String

    package init(
        basis: String, field: @escaping @Sendable (String) -> String, urgency: String, whole: String
    ) {
        self.basis = basis
        self.field = field
        self.urgency = urgency
        self.whole = whole
    }
}

/// Why a request is not in due form.
package enum RequestFormRefusal: Error, Hashable, Sendable {
    case kindWithoutBases(String)
    case basisNotAgreed(String, kind: String, lawful: [BasisID])
    case basisNotOpen(BasisID, standing: [BasisID])
    case basisMissing(kind: String, lawful: [BasisID])
    case noBasisOpen(kind: String, agreed: [BasisID])
    case basisUnknown(BasisID)
    case fieldsMissing(BasisID, [RequestBasisRow.Field], unknown: [String])
    case emergencyNotShown

    package var reason: String {
        switch self {
        case .kindWithoutBases, .basisNotAgreed: "basis-not-agreed"
        case .basisNotOpen, .noBasisOpen: "basis-not-open"
        case .basisMissing: "basis-missing"
        case .basisUnknown: "basis-unknown"
        case .fieldsMissing: "fields-missing"
        case .emergencyNotShown: "emergency-not-shown"
        }
    }

    package func explanation(in words: RequestFormWords) -> String {
        switch self {
        case .kindWithoutBases(let kind): "the agreement has no bases for \(kind)"
        case .basisNotAgreed(let named, let kind, _): "\(named) is no basis of \(kind)"
        case .basisNotOpen(let basis, _): "\(basis) does not stand between the two today"
        case .basisMissing(let kind, _): "a request of the kind \(kind) names its basis in law"
        case .noBasisOpen(let kind, _):
            "no basis of \(kind) stands between the two today"
        case .basisUnknown(let basis): "the tables of law here have no row \(basis)"
        case .fieldsMissing(let basis, let fields, _):
            "\(basis) asks for \(fields.count) more of the request:"
                + fields.map {
                    "\n  \(words.field($0.key))  \($0.label) (\($0.article)), such as: "
                        + $0.example
                }.joined()
        case .emergencyNotShown:
            "an emergency is great and near danger to a person's life or safety, and the request "
                + "does not show it"
        }
    }

    package func hint(in words: RequestFormWords) -> String {
        let names = { (bases: [BasisID]) in bases.map(\.text).joined(separator: ", ") }
        return switch self {
        case .kindWithoutBases: "leave \(words.basis) out"
        case .basisNotAgreed(_, _, let lawful): "one of " + names(lawful)
        case .basisNotOpen(_, let standing):
            standing.isEmpty
                ? "parley law basis says why it is closed" : "what stands: " + names(standing)
        case .basisMissing(_, let lawful): "\(words.basis) and one of " + names(lawful)
        case .noBasisOpen(_, let agreed):
            "agreed are \(names(agreed)); parley law basis says why each is closed"
        case .basisUnknown: "take the overlay that has it, or another basis"
        case .fieldsMissing(_, _, let unknown):
            unknown.isEmpty
                ? "\(words.whole) shows all that it asks"
                : "no field of this basis: " + unknown.joined(separator: ", ")
        case .emergencyNotShown:
            "\(words.field(RequestForm.emergencyField)): who is in danger, of what, how near; for "
                + "a company's loss take \(words.urgency)"
        }
    }
}
