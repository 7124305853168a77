package import ParleyLog
package import ParleyStatements

/// Rows of one origin: those shipped with the program, a party's overlay, or one both signed.
package struct LawLayer: Sendable {
    package enum Origin: Hashable, Sendable {
        case shipped
        case party(RowID)
        case agreed

        package var text: String {
            switch self {
            case .shipped: "shipped"
            case .party(let party): "party:" + party.text
            case .agreed: "agreed"
            }
        }

        /// Later layers win.
        var rank: Int {
            switch self {
            case .shipped: 0
            case .party: 1
            case .agreed: 2
            }
        }
    }

    package enum Action: String, Hashable, Sendable, CaseIterable {
        case add, supersede
    }

    package struct Entry: Sendable {
        package let action: Action
        package let reference: RowReference
        package let row: JSONObject
    }

    package static let overlayLimitBytes = 1024 * 1024

    package let origin: Origin
    package let entries: [Entry]
    /// The layer as JSON: of an overlay the document, of the shipped layer its tables' rows.
    package let document: JSONValue
    /// SHA-256 of the layer's canonical JSON.
    package let digest: Digest

    /// Parses an overlay: `{"parley":"law-overlay/1","origin":"party","party":"US","rows":[…]}`.
    ///
    /// - Throws: ``LawRefusal`` for anything that is not one.
    package init(parsingOverlay bytes: [UInt8]) throws(LawRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: bytes, limitBytes: Self.overlayLimitBytes)
        } catch {
            throw .textMalformed(error)
        }
        try self.init(overlay: value)
    }

    package init(overlay value: JSONValue) throws(LawRefusal) {
        var entries: [Entry] = []
        do throws(FieldRefusal) {
            origin = try JSONFields.reading(value) { fields throws(FieldRefusal) in
                _ = try fields.parsed("parley", "law-overlay/1") {
                    $0 == "law-overlay/1" ? $0 : nil
                }
                let isAgreed: Bool = try fields.parsed("origin", "party or agreed") {
                    ["agreed": true, "party": false][$0]
                }
                entries = try fields.array("rows", Self.entry)
                // A party's overlay names its party; one that both signed names none.
                return isAgreed ? .agreed : .party(try fields.id("party"))
            }
        } catch {
            throw .fieldWrong(nil, error)
        }
        self.entries = entries
        document = value
        digest = Digest(hashing: value.canonicalBytes)
        try checkNoneTwice()
    }

    /// The same rows as an overlay that both have signed.
    package init(agreed overlay: LawLayer) {
        origin = .agreed
        entries = overlay.entries
        document = overlay.document
        digest = overlay.digest
    }

    init(shipped tables: [(table: LawTable, rows: [JSONObject])]) throws(LawRefusal) {
        origin = .shipped
        var entries: [Entry] = []
        var text: [JSONObject.Member] = []
        for (table, rows) in tables {
            text.append(.init(name: table.rawValue, value: .array(rows.map { .object($0) })))
            for row in rows {
                guard case .string(let id) = row["id"] else {
                    throw .fieldWrong(
                        RowReference(table, RowID("?")), FieldRefusal(.missing, path: "/id"))
                }
                entries.append(
                    Entry(action: .add, reference: RowReference(table, RowID(id)), row: row))
            }
        }
        self.entries = entries
        document = .object(JSONObject(text))
        digest = Digest(hashing: document.canonicalBytes)
        try checkNoneTwice()
    }

    private func checkNoneTwice() throws(LawRefusal) {
        var seen: Set<RowReference> = []
        for entry in entries where !seen.insert(entry.reference).inserted {
            throw .rowTwice(entry.reference)
        }
    }

    private static func entry(_ value: JSONValue) throws(FieldRefusal) -> Entry {
        try JSONFields.reading(value) { fields throws(FieldRefusal) in
            // SPEC law §3: An overlay MUST only add and supersede rows; there is no way to delete
            // one.
            let action: Action = try fields.parsed(
                "action", "add or supersede", Action.init(rawValue:))
            let table: LawTable = try fields.parsed("table", "a table", LawTable.init(rawValue:))
            guard case .object(let row) = try fields.required("row") else {
                throw FieldRefusal(.wrongType("an object"), path: "/row")
            }
            guard case .string(let id) = row["id"] else {
                throw FieldRefusal(.missing, path: "/row/id")
            }
            return Entry(action: action, reference: RowReference(table, RowID(id)), row: row)
        }
    }
}
