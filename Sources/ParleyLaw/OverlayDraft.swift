package import ParleyStatements

/// An overlay in the making: one row is superseded or added, and everything is checked again.
package struct OverlayDraft: Sendable {
    /// What an overlay's author has to say anew: the shipped marks are not theirs.
    package static let marks = ["source", "confidence", "asOf"]

    package enum Origin: Hashable, Sendable {
        case party(RowID)
        case agreed
    }

    package let origin: Origin
    package private(set) var rows: [JSONValue]

    package init(_ origin: Origin) {
        self.origin = origin
        rows = []
    }

    /// Continues an overlay; its rows stay as they are.
    package init(continuing layer: LawLayer) {
        if case .party(let party) = layer.origin {
            origin = .party(party)
        } else {
            origin = .agreed
        }
        rows = layer.entries.map {
            Self.row($0.action, $0.reference.table, $0.row)
        }
    }

    package mutating func put(_ action: LawLayer.Action, _ table: LawTable, _ row: JSONObject) {
        rows.append(Self.row(action, table, row))
    }

    package var document: JSONValue {
        let kind: JSONObject =
            switch origin {
            case .party(let party): ["origin": .string("party"), "party": .string(party.text)]
            case .agreed: ["origin": .string("agreed")]
            }
        return .object(
            kind.adding(["parley": .string("law-overlay/1"), "rows": .array(rows)]))
    }

    private static func row(
        _ action: LawLayer.Action, _ table: LawTable, _ row: JSONObject
    ) -> JSONValue {
        .object([
            "action": .string(action.rawValue), "table": .string(table.rawValue),
            "row": .object(row),
        ])
    }

    /// `row` with fields set or, where the value is nil, taken out.
    package static func changed(
        _ row: JSONObject, _ changes: [(name: String, value: JSONValue?)]
    ) -> JSONObject {
        let named = Set(changes.map(\.name))
        var members = row.members.filter { !named.contains($0.name) }
        var seen: Set<String> = []
        // The last word on a field holds.
        for change in changes.reversed() where seen.insert(change.name).inserted {
            if let value = change.value { members.append(.init(name: change.name, value: value)) }
        }
        return JSONObject(members)
    }
}
