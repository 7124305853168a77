package import ParleyService
package import ParleyStatements

/// What a form sent: names and values in their order, as `application/x-www-form-urlencoded` has
/// them (WHATWG URL §5).
package struct Form: Hashable, Sendable {
    package static let limitBytes = 2 << 20
    package static let limitFields = 2000

    package let pairs: [Address.Pair]

    package init(_ pairs: [Address.Pair]) { self.pairs = pairs }

    package static let empty = Form([])

    /// Of the form that was sent last; white space at either end is nobody's wish.
    package func text(_ name: String) -> String? {
        pairs.first { $0.name == name }.map { $0.value.trimmed }
    }

    /// As it stands; line ends as a statement has them.
    package func whole(_ name: String) -> String? {
        pairs.first { $0.name == name }.map { $0.value.replacing("\r\n", with: "\n") }
    }

    package func texts(_ name: String) -> [String] {
        pairs.filter { $0.name == name && !$0.value.trimmed.isEmpty }.map { $0.value.trimmed }
    }

    package func has(_ name: String) -> Bool { pairs.contains { $0.name == name } }

    /// What an operation is given: a field that was left empty is not given at all.
    package func given(for fields: [Field]) -> JSONObject {
        var members: [JSONObject.Member] = []
        for field in fields {
            if let value = value(of: field) {
                members.append(.init(name: field.name, value: value))
            }
        }
        return JSONObject(members)
    }

    private func value(of field: Field) -> JSONValue? {
        switch field.kind {
        case .words, .list, .strings:
            let values = texts(field.name)
            return values.isEmpty ? nil : .array(values.map(JSONValue.string))
        case .flag: return has(field.name) ? .bool(text(field.name) != "false") : nil
        default: break
        }
        // A password is taken as it was typed.
        let isSecret = ["password", "old", "passphrase"].contains(field.name)
        guard let text = isSecret ? whole(field.name) : text(field.name), !text.isEmpty else {
            return nil
        }
        if case .number = field.kind, let number = Int64(text) { return .integer(number) }
        return .string(text)
    }
}
