import Foundation
import ParleyDialogue
import ParleyLog
import ParleyStatements
import ParleyTestSupport

/// A vector file that cannot be read as `Spec/request.md` has it.
struct VectorFault: Error, CustomStringConvertible {
    let description: String
}

/// The members of one JSON object, each read once; what nobody read is a fault.
struct VectorFields {
    let place: String
    private var members: [String: Any]

    init(_ value: Any, at place: String) throws {
        guard let members = value as? [String: Any] else {
            throw VectorFault(description: "\(place) is not an object")
        }
        self.place = place
        self.members = members
    }

    mutating func optional<Value>(_ name: String, _ type: Value.Type = Value.self) throws -> Value?
    {
        guard let any = members.removeValue(forKey: name) else { return nil }
        guard let value = any as? Value else {
            throw VectorFault(description: "\(place).\(name) is not \(type)")
        }
        return value
    }

    mutating func required<Value>(_ name: String, _ type: Value.Type = Value.self) throws -> Value {
        guard let value = try optional(name, type) else {
            throw VectorFault(description: "\(place) has no \(name)")
        }
        return value
    }

    mutating func fields(_ name: String) throws -> VectorFields? {
        try optional(name, Any.self).map { try VectorFields($0, at: place + "." + name) }
    }

    mutating func list(_ name: String) throws -> [VectorFields]? {
        try optional(name, [Any].self)?.enumerated().map {
            try VectorFields($0.element, at: "\(place).\(name)[\($0.offset)]")
        }
    }

    mutating func time(_ name: String) throws -> Timestamp? {
        try optional(name, String.self).map {
            try known(Timestamp(text: $0), "\(place).\(name) is not an instant")
        }
    }

    /// One word, or a list of them.
    mutating func words(_ name: String) throws -> [String]? {
        guard let any: Any = try optional(name) else { return nil }
        if let word = any as? String { return [word] }
        return try known(any as? [String], "\(place).\(name) is not words")
    }

    var names: [String] { members.keys.sorted() }

    func done() throws {
        guard members.isEmpty else {
            throw VectorFault(description: "\(place) has unknown members: \(names)")
        }
    }
}

func known<Value>(_ value: Value?, _ fault: String) throws -> Value {
    guard let value else { throw VectorFault(description: fault) }
    return value
}

/// What a case expects of the code under test.
enum Expectation: Hashable {
    case accept
    case refuse(String)

    init(_ fields: inout VectorFields) throws {
        let accept: Bool? = try fields.optional("accept")
        let reason: String? = try fields.optional("refuse")
        switch (accept, reason) {
        case (true, nil): self = .accept
        case (nil, let reason?): self = .refuse(reason)
        default: throw VectorFault(description: "\(fields.place) expects not one thing")
        }
    }
}

/// Every case of a folder, with its name, made by `read` from what is left of its members.
func cases<Case>(
    in folder: String, except excluded: Set<String>,
    _ read: (String, inout VectorFields) throws -> Case
) throws -> [Case] {
    try VectorFolder.files(in: folder).filter { !excluded.contains($0.lastPathComponent) }
        .flatMap { try cases(of: $0, read) }
}

func cases<Case>(
    of file: URL, _ read: (String, inout VectorFields) throws -> Case
) throws -> [Case] {
    let name = file.lastPathComponent
    var top = try VectorFields(
        JSONSerialization.jsonObject(with: Data(contentsOf: file)), at: name)
    _ = try top.required("about", String.self)
    let list = try known(top.list("cases"), name + " has no cases")
    try top.done()
    return try list.map { fields in
        var fields = fields
        let caseName: String = try fields.required("name")
        _ = try fields.required("why", String.self)
        let value = try read(name + " " + caseName, &fields)
        try fields.done()
        return value
    }
}
