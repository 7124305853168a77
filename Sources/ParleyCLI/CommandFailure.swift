import ParleyStatements

/// What a command ends with when it does not do what was asked.
struct CommandFailure: Error {
    /// The exit codes of every command, as `parley --help` lists them.
    enum Kind: Int32 {
        /// It could not be done: a file, the network, a key, the node.
        case failed = 1
        /// It was refused: the input is not lawful, valid or complete.
        case refused = 2
        /// Something that was to be proven is not.
        case notProven = 3
        /// The command line itself is wrong (EX_USAGE of sysexits).
        case usage = 64
    }

    let kind: Kind
    let reason: String
    let message: String
    let hint: String?

    private init(kind: Kind, reason: String, message: String, hint: String?) {
        self.kind = kind
        self.reason = reason
        self.message = message
        self.hint = hint ?? ReasonHints.byReason[reason]
    }

    static func failed(
        _ reason: String, _ message: String, hint: String? = nil
    ) -> CommandFailure {
        CommandFailure(kind: .failed, reason: reason, message: message, hint: hint)
    }

    static func refused(
        _ reason: String, _ message: String, hint: String? = nil
    ) -> CommandFailure {
        CommandFailure(kind: .refused, reason: reason, message: message, hint: hint)
    }

    static func notProven(
        _ reason: String, _ message: String, hint: String? = nil
    ) -> CommandFailure {
        CommandFailure(kind: .notProven, reason: reason, message: message, hint: hint)
    }

    static func usage(_ message: String) -> CommandFailure {
        CommandFailure(kind: .usage, reason: "usage", message: message, hint: nil)
    }

    func printed(asJSON: Bool) -> String {
        if asJSON {
            var fields: JSONObject = [
                "error": .string(reason), "message": .string(message),
                "exitCode": .integer(Int64(kind.rawValue)),
            ]
            if let hint { fields = fields.adding(["hint": .string(hint)]) }
            return String(decoding: JSONValue.object(fields).canonicalBytes, as: UTF8.self)
        }
        return "parley: error: \(message)" + (hint.map { "\nparley: hint: \($0)" } ?? "")
    }
}
