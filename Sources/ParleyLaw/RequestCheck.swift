/// What a request lacks under a basis.
package struct RequestCheck: Hashable, Sendable {
    package let missing: [RequestBasisRow.Field]
    /// Fields that the basis does not know; no fault, but perhaps a slip of the pen.
    package let unknown: [String]

    /// A field counts as there when it has more than white space.
    package init(fields: [String: String], under basis: RequestBasisRow) {
        let given = Set(
            fields.filter { !$0.value.allSatisfy(\.isWhitespace) }.map(\.key))
        // SPEC law §8: A request MUST have every mandatory field of its basis; one that lacks a
        // field is refused with the field, its article and an example.
        missing = basis.fields.filter { $0.isRequired && !given.contains($0.key) }
        let known = Set(basis.fields.map(\.key))
        unknown = fields.keys.filter { !known.contains($0) }.sorted()
    }
}

/// Whether a ground may be given under a basis.
package enum GroundVerdict: String, Hashable, Sendable, CaseIterable {
    case allowed
    /// The data says that it is no ground.
    case forbidden
    case notOfThisBasis = "not-of-this-basis"
    case postponement
    case unknown
}

extension LawData {
    package func verdict(on ground: RowID, under basis: RequestBasisRow) -> GroundVerdict {
        guard let row = groundByID[ground] else { return .unknown }
        // SPEC law §8: A refusal MUST rest on a ground of its basis, and never on one that the
        // data marks as no ground.
        if row.isForbidden { return .forbidden }
        guard basis.grounds.contains(ground) else { return .notOfThisBasis }
        return row.isRefusal ? .allowed : .postponement
    }
}
