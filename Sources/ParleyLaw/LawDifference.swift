package import ParleyStatements

/// What one data set has otherwise than another: rows, and in them fields.
package struct LawDifference: Sendable {
    package struct Field: Hashable, Sendable {
        package let name: String
        /// Nil where the field was not there.
        package let old: JSONValue?
        /// Nil where the field is there no longer.
        package let new: JSONValue?
    }

    package struct Row: Hashable, Sendable {
        package enum Change: String, Hashable, Sendable, CaseIterable {
            case added, superseded
            /// Only between two shipped layers: an overlay cannot.
            case removed
        }

        package let reference: RowReference
        package let change: Change
        package let fields: [Field]
    }

    package let rows: [Row]

    /// In the order of names.
    package init(from old: LawExport, to new: LawExport) {
        let (before, after) = (old.rows, new.rows)
        rows = Set(before.keys).union(after.keys).sorted().compactMap { reference in
            let fields = Self.fields(before[reference], after[reference])
            guard !fields.isEmpty else { return nil }
            let change: Row.Change =
                before[reference] == nil
                ? .added : after[reference] == nil ? .removed : .superseded
            return Row(reference: reference, change: change, fields: fields)
        }
    }

    /// What an overlay has otherwise than the layers below it, in the overlay's order.
    package init(of overlay: LawLayer, over data: LawData) {
        rows = overlay.entries.map { entry in
            let below = data.standing[entry.reference]?.earlier.last?.row
            return Row(
                reference: entry.reference, change: entry.action == .add ? .added : .superseded,
                fields: Self.fields(below, entry.row))
        }
    }

    /// The fields that differ, in the order of names.
    private static func fields(_ old: JSONObject?, _ new: JSONObject?) -> [Field] {
        let before = (old?.members ?? []).map { ($0.name, $0.value) }
        let after = (new?.members ?? []).map { ($0.name, $0.value) }
        var found: [String: (JSONValue?, JSONValue?)] = [:]
        for (name, value) in before { found[name] = (value, nil) }
        for (name, value) in after { found[name] = (found[name]?.0, value) }
        return found.filter { $0.value.0?.canonicalBytes != $0.value.1?.canonicalBytes }
            .sorted { $0.key < $1.key }
            .map { Field(name: $0.key, old: $0.value.0, new: $0.value.1) }
    }
}
