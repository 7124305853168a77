import ParleyStatements

/// The data that the program ships: one table a file, compiled into the executable.
package enum ShippedLaw {
    /// - Throws: ``LawRefusal`` when the files are not as `Spec/law.md` has them, which a test
    ///   finds out.
    package static func layer() throws(LawRefusal) -> LawLayer {
        var tables: [(table: LawTable, rows: [JSONObject])] = []
        for (file, text) in EmbeddedFiles.all {
            let name = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
            guard let table = LawTable(rawValue: name) else { throw .tableUnknown(name) }
            let bytes = text.withUTF8Buffer { Array($0) }
            tables.append((table, try rows(of: bytes)))
        }
        for table in LawTable.allCases where !tables.contains(where: { $0.table == table }) {
            throw .tableUnknown(table.rawValue)
        }
        return try LawLayer(shipped: tables)
    }

    /// The shipped layer alone.
    package static func data() throws(LawRefusal) -> LawData {
        try LawData(layers: [layer()])
    }

    private static func rows(of bytes: [UInt8]) throws(LawRefusal) -> [JSONObject] {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: bytes, limitBytes: LawLayer.overlayLimitBytes)
        } catch {
            throw .textMalformed(error)
        }
        do throws(FieldRefusal) {
            return try JSONFields.reading(value) { fields throws(FieldRefusal) in
                _ = try fields.string("about")
                return try fields.array("rows") { row throws(FieldRefusal) in
                    guard case .object(let object) = row else {
                        throw FieldRefusal(.wrongType("an object"))
                    }
                    return object
                }
            }
        } catch {
            throw .fieldWrong(nil, error)
        }
    }
}
