import Foundation
import ParleyLog
package import ParleyService
package import ParleyStatements

/// A command that a node does for somebody, as its own process is told of it: in a file of the
/// command's folder, since what it says is nobody's who lists the machine's processes.
package struct CommandOrder: Sendable {
    /// Names the folder, in the environment of the process.
    static let variable = "PARLEY_ORDER"
    static let sizeLimitBytes = 1 << 20
    private static let fileName = "order.json"
    /// Where the process leaves the id of the draft that came of it.
    static let draftName = "draft"

    package struct Behalf: Hashable, Sendable {
        package let account: AccountName
        package let organ: OrganID
    }

    /// The words that name the command, as who allowed it has read them.
    let name: String
    let words: [String]
    /// Below the folder, by the name that the command line has for it.
    let inputs: [String: String]
    let behalf: Behalf

    func write(in folder: URL) throws {
        let json: JSONObject = [
            "name": .string(name), "words": .array(words.map(JSONValue.string)),
            "inputs": .object(
                JSONObject(inputs.map { .init(name: $0.key, value: .string($0.value)) })),
            "account": .string(behalf.account.text), "organ": .string(behalf.organ.text),
        ]
        try PrivateFile.write(
            JSONValue.object(json).canonicalBytes, to: folder.appending(path: Self.fileName))
    }

    init(name: String, words: [String], inputs: [String: String], behalf: Behalf) {
        self.name = name
        self.words = words
        self.inputs = inputs
        self.behalf = behalf
    }

    init(readingFrom folder: URL) throws {
        let bytes = try PrivateFile.read(
            folder.appending(path: Self.fileName).path(), limitBytes: Self.sizeLimitBytes)
        do {
            let value = try JSONValue(parsing: bytes, limitBytes: Self.sizeLimitBytes)
            self = try JSONFields.reading(value, Self.read)
        } catch {
            throw CommandFailure.failed("order-malformed", "the node's order cannot be read")
        }
    }

    private static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> CommandOrder {
        let words = try fields.array("words") { value throws(FieldRefusal) in
            guard case .string(let text) = value else {
                throw FieldRefusal(.wrongType("a string"))
            }
            return text
        }
        var inputs: [String: String] = [:]
        if case .object(let object)? = fields.optional("inputs") {
            for member in object.members {
                if case .string(let path) = member.value { inputs[member.name] = path }
            }
        }
        return CommandOrder(
            name: try fields.string("name"), words: words, inputs: inputs,
            behalf: Behalf(
                account: try fields.parsed("account", "an account", { AccountName($0) }),
                organ: try fields.parsed("organ", "an organ", { OrganID($0) })))
    }
}

extension Surroundings {
    /// Who is written down as having done what a command does.
    var caller: Caller {
        guard let behalf else { return .command }
        return Caller(
            account: behalf.account, organ: behalf.organ, roles: [], means: .command)
    }
}
