import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyStatements

/// Chooses what a request is based on, and refuses one that is not in due form before anything is
/// sealed or signed.
struct RequestComposer {
    let agreement: Agreement
    let data: LawData
    let today: CivilDate

    struct Choice {
        let basis: BasisID
        let row: RequestBasisRow
        /// Others of the kind that stand between the two, best first.
        let others: [BasisID]
    }

    /// - Parameters:
    ///   - named: The basis asked for; nil for the best that stands.
    ///   - fields: The fields of the request's body.
    func choose(
        _ kind: RequestKind, named: String?, from: PartyID, to: PartyID,
        fields: [String: String]
    ) throws -> Choice? {
        guard !kind.bases.isEmpty else {
            guard named == nil else {
                throw CommandFailure.refused(
                    "basis-not-agreed", "the agreement has no bases for \(kind.name)",
                    hint: "leave --basis out")
            }
            return nil
        }
        let standing = try standing(kind, from: from, to: to)
        let basis = try pick(kind, named: named, standing: standing)
        guard let row = data.row(of: basis) else {
            throw CommandFailure.refused(
                "basis-unknown", "the tables of law here have no row \(basis)",
                hint: "take the overlay that has it, or another basis")
        }
        let check = RequestCheck(fields: fields, under: row)
        guard check.missing.isEmpty else { throw incomplete(check, basis) }
        return Choice(
            basis: basis, row: row, others: (standing ?? []).filter { $0 != basis })
    }

    /// The kind's bases that stand between the two today, best first; nil where nobody knows under
    /// whose law one of them stands.
    private func standing(
        _ kind: RequestKind, from: PartyID, to: PartyID
    ) throws -> [BasisID]? {
        guard let first = agreement.jurisdiction(of: from, in: data),
            let second = agreement.jurisdiction(of: to, in: data),
            first != second
        else { return nil }
        let question = try lawful {
            try LawQuestion(first, second, on: today, conduct: nil, in: data)
        }
        let kinds = Set(kind.bases.compactMap { data.row(of: $0.id)?.kind })
        return kinds.flatMap { question.bases(for: $0).open }
            .sorted { $0.rank.rawValue < $1.rank.rawValue }
            .compactMap { BasisID($0.row?.id.text ?? "") }
            .filter { kind.basis($0) != nil }
    }

    private func pick(
        _ kind: RequestKind, named: String?, standing: [BasisID]?
    ) throws -> BasisID {
        let agreed = kind.bases.map(\.id.text).joined(separator: ", ")
        if let named {
            guard let basis = BasisID(named), kind.basis(basis) != nil else {
                throw CommandFailure.refused(
                    "basis-not-agreed", "\(named) is no basis of \(kind.name)",
                    hint: "one of " + agreed)
            }
            guard standing?.contains(basis) ?? true else {
                throw CommandFailure.refused(
                    "basis-not-open", "\(basis) does not stand between the two today",
                    hint: hint(standing ?? []))
            }
            return basis
        }
        guard let standing else {
            if kind.bases.count == 1, let only = kind.bases.first { return only.id }
            throw CommandFailure.refused(
                "basis-missing", "a request of the kind \(kind.name) names its basis in law",
                hint: "--basis and one of " + agreed)
        }
        guard let best = standing.first else {
            throw CommandFailure.refused(
                "basis-not-open", "no basis of \(kind.name) stands between the two today",
                hint: "agreed are " + agreed + "; parley law basis says why each is closed")
        }
        return best
    }

    private func hint(_ standing: [BasisID]) -> String {
        standing.isEmpty
            ? "parley law basis says why it is closed"
            : "what stands: " + standing.map(\.text).joined(separator: ", ")
    }

    private func incomplete(_ check: RequestCheck, _ basis: BasisID) -> CommandFailure {
        let lines = check.missing.map {
            "\n  --field \($0.key)=…  \($0.label) (\($0.article)), such as: \($0.example)"
        }
        return .refused(
            "fields-missing",
            "\(basis) asks for \(check.missing.count) more of the request:" + lines.joined(),
            hint: check.unknown.isEmpty
                ? "parley law basis shows all that it asks"
                : "no field of this basis: " + check.unknown.joined(separator: ", "))
    }

    /// An emergency is not a matter of haste: danger to somebody's life or safety is, and a
    /// company's loss is not.
    static func checkEmergency(_ urgency: Urgency, fields: [String: String]) throws {
        guard urgency == .emergency else { return }
        // SPEC law §9: An emergency MUST be submitted with the field emergency: the facts that show
        // great and near danger to a person's life or safety.
        guard fields["emergency"]?.contains(where: { !$0.isWhitespace }) ?? false else {
            throw CommandFailure.refused(
                "emergency-not-shown",
                "an emergency is great and near danger to a person's life or safety, and the "
                    + "request does not show it",
                hint: "--field emergency=\"who is in danger, of what, how near\"; for a company's "
                    + "loss take --urgency urgent")
        }
    }
}
