package import ParleyLog
package import ParleyStatements

/// All layers of a data set in one file, so that two can be compared years apart.
package struct LawExport: Sendable {
    package static let limitBytes = 32 * 1024 * 1024

    package let layers: [LawLayer]

    package init(of data: LawData) { layers = data.layers }

    /// - Throws: ``LawRefusal`` for anything that ``bytes`` does not write.
    package init(parsing bytes: [UInt8]) throws(LawRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: bytes, limitBytes: Self.limitBytes)
        } catch {
            throw .textMalformed(error)
        }
        var claimed: Digest?
        var parts: [Part] = []
        do throws(FieldRefusal) {
            try JSONFields.reading(value) { fields throws(FieldRefusal) in
                _ = try fields.parsed("parley", "law-data/1") { $0 == "law-data/1" ? $0 : nil }
                claimed = try fields.parsed("digest", "a digest", Digest.init(text:))
                parts = try fields.array("layers", Part.init)
            }
        } catch {
            throw .fieldWrong(nil, error)
        }
        var layers: [LawLayer] = []
        for part in parts {
            let layer = try part.layer()
            // SPEC law §3: Whoever reads an export MUST work out each layer's digest and the
            // digest of the data, and refuse one that differs.
            guard layer.origin.text == part.origin, layer.digest == part.digest else {
                throw .digestWrong(part.origin)
            }
            layers.append(layer)
        }
        try LawData.checkOrder(of: layers)
        guard LawData.digest(of: layers) == claimed else { throw .digestWrong("data") }
        self.layers = layers
    }

    package var digest: Digest { LawData.digest(of: layers) }

    package var bytes: [UInt8] {
        let layers = layers.map { layer in
            JSONValue.object([
                "origin": .string(layer.origin.text), "digest": .string(layer.digest.text),
                "document": layer.document,
            ])
        }
        return JSONValue.object([
            "parley": .string("law-data/1"), "digest": .string(digest.text),
            "layers": .array(layers),
        ]).canonicalBytes
    }

    /// The rows as they stand after all layers.
    package var rows: [RowReference: JSONObject] {
        var rows: [RowReference: JSONObject] = [:]
        for entry in layers.flatMap(\.entries) { rows[entry.reference] = entry.row }
        return rows
    }

    private struct Part {
        let origin: String
        let digest: Digest
        let document: JSONValue

        init(_ value: JSONValue) throws(FieldRefusal) {
            (origin, digest, document) = try JSONFields.reading(value) {
                fields throws(FieldRefusal) in
                (
                    try fields.string("origin"),
                    try fields.parsed("digest", "a digest", Digest.init(text:)),
                    try fields.required("document")
                )
            }
        }

        func layer() throws(LawRefusal) -> LawLayer {
            if origin == LawLayer.Origin.shipped.text {
                return try LawLayer(shipped: LawExport.tables(of: document))
            }
            let layer = try LawLayer(overlay: document)
            // A party's overlay that another has signed too stays as its author wrote it.
            return origin == LawLayer.Origin.agreed.text ? LawLayer(agreed: layer) : layer
        }
    }

    fileprivate static func tables(
        of document: JSONValue
    ) throws(LawRefusal) -> [(table: LawTable, rows: [JSONObject])] {
        guard case .object(let object) = document else {
            throw .fieldWrong(nil, FieldRefusal(.wrongType("an object"), path: "/document"))
        }
        var tables: [(table: LawTable, rows: [JSONObject])] = []
        for member in object.members {
            guard let table = LawTable(rawValue: member.name) else {
                throw .tableUnknown(member.name)
            }
            guard case .array(let values) = member.value else {
                throw .fieldWrong(nil, FieldRefusal(.wrongType("an array"), path: "/document"))
            }
            var rows: [JSONObject] = []
            for value in values {
                guard case .object(let row) = value else {
                    throw .fieldWrong(nil, FieldRefusal(.wrongType("rows"), path: "/document"))
                }
                rows.append(row)
            }
            tables.append((table, rows))
        }
        return tables
    }
}
