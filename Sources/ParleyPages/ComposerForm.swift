import ParleyService
import ParleyStatements

/// A draft's content out of what the composer's form sends.
struct ComposerForm {
    let content: JSONObject

    /// - Throws: ``Problem`` for a number or an instant that is none.
    init(_ form: Form) throws(Problem) {
        var members: [JSONObject.Member] = []
        func add(_ name: String, _ value: JSONValue?) {
            if let value { members.append(.init(name: name, value: value)) }
        }
        for name in ["act", "thread", "document"] {
            add(name, form.text(name).flatMap { $0.isEmpty ? nil : .string($0) })
        }
        for name in ["to", "answers", "exhibits"] {
            let values = form.texts(name)
            add(name, values.isEmpty ? nil : .array(values.map(JSONValue.string)))
        }
        let terms = try Self.terms(form)
        add("terms", terms.members.isEmpty ? nil : .object(terms))
        let texts = Self.texts(form)
        add("texts", texts.isEmpty ? nil : .array(texts))
        let fields = Self.fields(form)
        add("fields", fields.isEmpty ? nil : .object(JSONObject(fields)))
        content = JSONObject(members)
    }

    private static func texts(_ form: Form) -> [JSONValue] {
        form.pairs.compactMap { pair in
            guard pair.name.hasPrefix("text."), !pair.value.trimmed.isEmpty else { return nil }
            let language = String(pair.name.dropFirst("text.".count))
            return .object([
                "language": .string(language),
                "text": .string(pair.value.replacing("\r\n", with: "\n").trimmed),
                "authentic": .bool(form.text("authentic." + language) != "no"),
            ])
        }
    }

    private static func fields(_ form: Form) -> [JSONObject.Member] {
        var members: [JSONObject.Member] = []
        for pair in form.pairs where pair.name.hasPrefix("field.") {
            let name = String(pair.name.dropFirst("field.".count))
            let text = pair.value.replacing("\r\n", with: "\n").trimmed
            guard !text.isEmpty, !members.contains(where: { $0.name == name }) else { continue }
            members.append(.init(name: name, value: .string(text)))
        }
        return members
    }

    // MARK: Terms

    /// Each names its shape beside it, as the template has it: `shape.until`, `term.until`.
    private static func terms(_ form: Form) throws(Problem) -> JSONObject {
        var members: [JSONObject.Member] = []
        for pair in form.pairs where pair.name.hasPrefix("shape.") {
            let name = String(pair.name.dropFirst("shape.".count))
            guard !members.contains(where: { $0.name == name }) else { continue }
            if let value = try value(of: name, shape: pair.value, form) {
                members.append(.init(name: name, value: value))
            }
        }
        return JSONObject(members)
    }

    private static func value(
        of name: String, shape: String, _ form: Form
    ) throws(Problem) -> JSONValue? {
        let text = form.text("term." + name) ?? ""
        switch shape {
        case "mark": return form.has("term." + name) ? .bool(true) : nil
        case "judgements":
            let parts = Set(form.texts("part." + name)).sorted()
            guard !parts.isEmpty else { return nil }
            let yes = Set(form.texts("term." + name))
            return .object(
                JSONObject(parts.map { .init(name: $0, value: .bool(yes.contains($0))) }))
        case "claims": return claims(name, form)
        case "short-names", "threads", "provisions":
            let values = text.split(whereSeparator: { $0.isNewline || $0 == ";" })
                .map { String($0).trimmed }.filter { !$0.isEmpty }
            return values.isEmpty ? nil : .array(values.map(JSONValue.string))
        default: break
        }
        if text.isEmpty { return nil }
        switch shape {
        case "number":
            guard let number = Int64(text) else { throw wrong(name, "a number") }
            return .integer(number)
        // As a browser's field for day and time has it, in UTC.
        case "instant": return .string(text.utf8.count == 16 ? text + ":00Z" : text)
        default: return .string(text)
        }
    }

    private static func claims(_ name: String, _ form: Form) -> JSONValue? {
        var claims: [JSONValue] = []
        let parts = Set(form.texts("part." + name)).sorted()
        for row in 0..<32 where form.has("term.\(name).\(row).\(parts.first ?? "")") {
            let members = parts.compactMap { part -> JSONObject.Member? in
                form.text("term.\(name).\(row).\(part)").flatMap {
                    $0.isEmpty ? nil : .init(name: part, value: .string($0))
                }
            }
            if !members.isEmpty { claims.append(.object(JSONObject(members))) }
        }
        return claims.isEmpty ? nil : .array(claims)
    }

    private static func wrong(_ name: String, _ wanted: String) -> Problem {
        Problem(
            status: 422, reason: "field-wrong", detail: "\(name) should be \(wanted)")
    }
}
