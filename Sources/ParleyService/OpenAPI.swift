package import ParleyStatements

/// The API's own document (OpenAPI 3.1), made from ``Operation/all``; `Spec/openapi.json` is a copy
/// of it, and a test compares them.
package enum OpenAPI {
    package static let document: JSONObject = [
        "openapi": .string("3.1.0"),
        "info": .object([
            "title": .string("Parley"), "version": .string("1"),
            "description": .string(
                "The API of one party's node. Every answer that is no success is a problem (RFC "
                    + "9457) with a `reason` that does not change. Sign in for a session's "
                    + "cookie, or send a token. What is not listed here is refused."),
        ]),
        "servers": .array([.object(["url": .string(Operation.root)])]),
        "paths": .object(paths),
        "components": .object([
            "securitySchemes": .object([
                "session": .object([
                    "type": .string("apiKey"), "in": .string("cookie"),
                    "name": .string("__Host-parley"),
                ]),
                "token": .object(["type": .string("http"), "scheme": .string("bearer")]),
            ]),
            "schemas": .object(["Problem": .object(problem)]),
        ]),
    ]

    private static let problem: JSONObject = [
        "type": .string("object"),
        "required": .array(["type", "status", "reason", "detail"].map(JSONValue.string)),
        "properties": .object([
            "type": .object(["type": .string("string")]),
            "status": .object(["type": .string("integer")]),
            "reason": .object([
                "type": .string("string"), "description": .string("A code that does not change"),
            ]),
            "detail": .object(["type": .string("string")]),
            "hint": .object([
                "type": .string("string"), "description": .string("What to do"),
            ]),
        ]),
    ]

    private static var paths: JSONObject {
        var order: [String] = []
        var byPath: [String: [JSONObject.Member]] = [:]
        for operation in Operation.all {
            if byPath[operation.path] == nil { order.append(operation.path) }
            byPath[operation.path, default: []].append(
                .init(
                    name: operation.method.rawValue.lowercased(),
                    value: .object(describe(operation))))
        }
        return JSONObject(
            order.map { .init(name: $0, value: .object(JSONObject(byPath[$0] ?? []))) })
    }

    private static func describe(_ operation: Operation) -> JSONObject {
        var json: JSONObject = [
            "operationId": .string(operation.id), "summary": .string(operation.summary),
            "security": security(operation), "responses": .object(responses(operation)),
        ]
        var words: [String] = []
        if case .roles(let roles) = operation.access {
            words.append(
                "For the roles " + roles.sorted().map(\.rawValue).joined(separator: ", "))
        }
        if operation.method == .post, !operation.takesKey {
            words.append(
                "Takes no \(RepeatKey.header): what it is given or answers is secret, and is kept "
                    + "nowhere")
        }
        if !words.isEmpty {
            json = json.adding(["description": .string(words.joined(separator: ". "))])
        }
        let all = parameters(of: operation)
        if !all.isEmpty { json = json.adding(["parameters": .array(all)]) }
        if operation.method != .get, !operation.fields.isEmpty {
            json = json.adding(["requestBody": .object(body(operation.fields))])
        }
        if operation.takesBytes {
            json = json.adding([
                "requestBody": .object([
                    "required": .bool(true),
                    "content": .object(["application/octet-stream": anyBytes]),
                ])
            ])
        }
        return json
    }

    private static func parameters(of operation: Operation) -> [JSONValue] {
        let inPath = operation.parameters.map { name in
            JSONValue.object([
                "name": .string(name), "in": .string("path"), "required": .bool(true),
                "schema": .object(["type": .string("string")]),
            ])
        }
        let inQuery = (operation.method == .get ? operation.fields : []).map { field in
            JSONValue.object([
                "name": .string(field.name), "in": .string("query"),
                "required": .bool(field.isRequired), "description": .string(field.summary),
                "schema": .object(schema(field.kind)),
            ])
        }
        return inPath + inQuery + (operation.needsMatch ? [match] : [])
            + (operation.takesKey ? [repeatKey] : []) + (operation.takesBytes ? [offset] : [])
    }

    private static let match = JSONValue.object([
        "name": .string("If-Match"), "in": .string("header"), "required": .bool(true),
        "description": .string("The ETag of the state that is changed"),
        "schema": .object(["type": .string("string")]),
    ])
    private static let repeatKey = JSONValue.object([
        "name": .string(RepeatKey.header), "in": .string("header"), "required": .bool(false),
        "description": .string(
            "Done once under this key for a day: sent again, it is answered as the first time"),
        "schema": .object([
            "type": .string("string"),
            "pattern": .string("^[!-~]{1,\(RepeatKey.limitBytes)}$"),
        ]),
    ])
    private static let offset = JSONValue.object([
        "name": .string("Upload-Offset"), "in": .string("header"), "required": .bool(true),
        "description": .string("How many bytes came before these"),
        "schema": .object([
            "type": .string("integer"), "minimum": .integer(0),
            "maximum": .integer(Int64(DeskFile.sizeLimitBytes)),
        ]),
    ])

    private static let anyBytes = JSONValue.object(["schema": .object([:])])

    private static func security(_ operation: Operation) -> JSONValue {
        let session = JSONValue.object(["session": .array([])])
        let token = JSONValue.object(["token": .array([])])
        return switch operation.access {
        case .anybody: .array([])
        case .person: .array([session])
        case .roles: .array([session, token])
        }
    }

    private static func responses(_ operation: Operation) -> JSONObject {
        var done: JSONObject = ["description": .string("Done")]
        if operation.produces == .bytes {
            done = done.adding(["content": .object(["application/octet-stream": anyBytes])])
            return responses(operation, done).adding(["206": .object(done)])
        }
        if operation.success != 204 {
            done = done.adding([
                "content": .object([
                    operation.produces.rawValue: .object([
                        "schema": .object([
                            "type": .string(operation.produces == .json ? "object" : "string")
                        ])
                    ])
                ])
            ])
        }
        return responses(operation, done)
    }

    private static func responses(_ operation: Operation, _ done: JSONObject) -> JSONObject {
        [
            String(operation.success): .object(done),
            "default": .object([
                "description": .string("Not done, and why"),
                "content": .object([
                    "application/problem+json": .object([
                        "schema": .object(["$ref": .string("#/components/schemas/Problem")])
                    ])
                ]),
            ]),
        ]
    }

    private static func body(_ fields: [Field]) -> JSONObject {
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        var schema: JSONObject = [
            "type": .string("object"), "additionalProperties": .bool(false),
            "properties": .object(
                JSONObject(
                    fields.map { field in
                        .init(
                            name: field.name,
                            value: .object(
                                self.schema(field.kind).adding([
                                    "description": .string(field.summary)
                                ])))
                    })),
        ]
        if !required.isEmpty { schema = schema.adding(["required": .array(required)]) }
        return [
            "required": .bool(!required.isEmpty),
            "content": .object([
                "application/json": .object(["schema": .object(schema)])
            ]),
        ]
    }

    private static func schema(_ kind: Field.Kind) -> JSONObject {
        switch kind {
        case .text(let range):
            [
                "type": .string("string"), "minLength": .integer(Int64(range.lowerBound)),
                "maxLength": .integer(Int64(range.upperBound)),
            ]
        case .ascii(let range):
            [
                "type": .string("string"),
                "pattern": .string("^[ -~]{\(range.lowerBound),\(range.upperBound)}$"),
            ]
        case .shaped(let shape):
            ["type": .string("string"), "pattern": .string(shape.rawValue)]
        case .word(let words):
            ["type": .string("string"), "enum": .array(words.map(JSONValue.string))]
        case .words(let words):
            [
                "type": .string("array"), "minItems": .integer(1), "uniqueItems": .bool(true),
                "items": .object([
                    "type": .string("string"), "enum": .array(words.map(JSONValue.string)),
                ]),
            ]
        case .number(let range):
            [
                "type": .string("integer"), "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
            ]
        case .flag: ["type": .string("boolean")]
        case .object: ["type": .string("object")]
        case .list(let shape, let least, let most):
            [
                "type": .string("array"), "minItems": .integer(Int64(least)),
                "maxItems": .integer(Int64(most)),
                "items": .object(schema(.shaped(shape))),
            ]
        case .strings(let least, let most, let longest):
            [
                "type": .string("array"), "minItems": .integer(Int64(least)),
                "maxItems": .integer(Int64(most)),
                "items": .object([
                    "type": .string("string"), "maxLength": .integer(Int64(longest)),
                ]),
            ]
        case .texts:
            [
                "type": .string("array"),
                "maxItems": .integer(Int64(StatementBody.textLimit)),
                "items": .object([
                    "type": .string("object"), "additionalProperties": .bool(false),
                    "required": .array([.string("language"), .string("text")]),
                    "properties": .object([
                        "language": .object([
                            "type": .string("string"), "description": .string("BCP 47"),
                        ]),
                        "text": .object(["type": .string("string")]),
                        "authentic": .object(["type": .string("boolean")]),
                        "machine": .object(["type": .string("boolean")]),
                    ]),
                ]),
            ]
        case .instant: ["type": .string("string"), "format": .string("date-time")]
        }
    }
}
