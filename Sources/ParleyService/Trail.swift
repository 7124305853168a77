package import ParleyLog
package import ParleyStatements

/// Who did something at this node, and by what.
package struct Caller: Hashable, Sendable {
    package enum Means: Hashable, Sendable {
        case session
        case token(label: String)
        /// On this machine, with the home's own files.
        case command
        /// Not signed in.
        case nothing

        package var text: String {
            switch self {
            case .session: "session"
            case .token(let label): "token:\(label)"
            case .command: "command"
            case .nothing: "nothing"
            }
        }
    }

    package let account: AccountName?
    package let organ: OrganID?
    package let roles: Set<Role>
    package let means: Means
    /// Until the account has the second factor that the node asks of its roles, this session is for
    /// setting one up.
    package let lacksFactor: Bool

    package init(
        account: AccountName?, organ: OrganID?, roles: Set<Role>, means: Means,
        lacksFactor: Bool = false
    ) {
        self.account = account
        self.organ = organ
        self.roles = roles
        self.means = means
        self.lacksFactor = lacksFactor
    }

    package static let nobody = Caller(account: nil, organ: nil, roles: [], means: .nothing)
    package static let command = Caller(
        account: nil, organ: nil, roles: Set(Role.allCases), means: .command)
}

/// One thing that somebody did, or was refused, at this node.
package struct TrailEvent: Hashable, Sendable {
    package let at: Timestamp
    /// An account's name, or empty.
    package let account: String
    package let means: String
    /// An ``Operation``, or a command's words.
    package let operation: String
    /// What it was done to: a thread, a statement, an account; or empty.
    package let object: String
    /// `done`, or the reason of the refusal.
    package let outcome: String

    package init(
        at: Timestamp, caller: Caller, operation: String, object: String, outcome: String
    ) {
        self.init(
            at: at, account: caller.account?.text ?? "", means: caller.means.text,
            operation: operation, object: object, outcome: outcome)
    }

    package init(
        at: Timestamp, account: String, means: String, operation: String, object: String,
        outcome: String
    ) {
        self.at = at
        self.account = account
        self.means = means
        self.operation = operation
        self.object = object
        self.outcome = outcome
    }
}

/// An event in its place: what follows bears its digest, so that none can be taken out, put in or
/// changed without all after it showing that.
package struct TrailEntry: Hashable, Sendable {
    /// From 1.
    package let number: Int64
    package let event: TrailEvent
    /// Of the entry before; of nothing, for the first.
    package let previous: Digest

    package static let beginning = Digest(hashing: Array("parley/trail/v1".utf8))

    package init(number: Int64, event: TrailEvent, previous: Digest) {
        self.number = number
        self.event = event
        self.previous = previous
    }

    package var json: JSONObject {
        [
            "parley": .string("trail/1"), "number": .integer(number),
            "at": .string(event.at.text), "account": .string(event.account),
            "means": .string(event.means), "operation": .string(event.operation),
            "object": .string(event.object), "outcome": .string(event.outcome),
            "previous": .string(previous.text),
        ]
    }

    /// SHA-256 of ``json``'s canonical bytes.
    package var digest: Digest { Digest(hashing: JSONValue.object(json).canonicalBytes) }

    package init(_ value: JSONValue) throws(FieldRefusal) {
        self = try JSONFields.reading(value) { (fields) throws(FieldRefusal) in
            _ = try fields.parsed("parley", "trail/1") { $0 == "trail/1" ? $0 : nil }
            return TrailEntry(
                number: try fields.integer("number", in: 1...JSONValue.integerLimit),
                event: TrailEvent(
                    at: try fields.parsed("at", "an instant") { Timestamp(text: $0) },
                    account: try fields.string("account"), means: try fields.string("means"),
                    operation: try fields.string("operation"),
                    object: try fields.string("object"), outcome: try fields.string("outcome")),
                previous: try fields.parsed("previous", "a digest") { Digest(text: $0) })
        }
    }
}

/// What somebody looks for in the trail; nil stands for all.
package struct TrailFilter: Hashable, Sendable {
    package var account: String?
    package var operation: String?
    package var object: String?
    package var since: Timestamp?
    package var until: Timestamp?

    package init() {}
}

/// Follows a trail from its first entry and says whether it is whole.
package struct TrailCheck: Sendable {
    package enum Fault: Error, Hashable, Sendable {
        case numberWrong(Int64, expected: Int64)
        case linkBroken(number: Int64)
        /// Whole, and not the trail whose head was noted.
        case elsewhere

        package var reason: String {
            switch self {
            case .numberWrong: "trail-number-wrong"
            case .linkBroken: "trail-broken"
            case .elsewhere: "trail-elsewhere"
            }
        }

        package var explanation: String {
            switch self {
            case .numberWrong(let number, let expected):
                "entry \(number) stands where \(expected) should"
            case .linkBroken(let number):
                "entry \(number) does not follow on the one before: that one, or it, was changed"
            case .elsewhere: "the trail is whole and does not lead through that head"
            }
        }

        package var hint: String? {
            self == .elsewhere ? "it was cut short, or written anew from some entry on" : nil
        }
    }

    package private(set) var count: Int64 = 0
    package private(set) var head = TrailEntry.beginning
    private let wanted: Digest?
    /// Whether the trail has led through the head that was looked for.
    package private(set) var isThrough: Bool

    /// - Parameter wanted: a head that was noted before; nil for none.
    package init(through wanted: Digest? = nil) {
        self.wanted = wanted
        isThrough = wanted == nil || wanted == TrailEntry.beginning
    }

    /// Follows the whole of a store's trail.
    ///
    /// - Throws: ``Fault``, or what could not be found out.
    package mutating func follow(
        _ store: any DeskStore, each: (TrailEntry) async throws -> Void = { _ in }
    ) async throws {
        while true {
            let entries = try await store.trail(
                from: count + 1, limit: 1000, matching: TrailFilter())
            if entries.isEmpty { return }
            for entry in entries {
                try add(entry)
                try await each(entry)
            }
        }
    }

    /// - Throws: ``Fault/elsewhere`` where it did not lead through the head looked for.
    package func finish() throws(Fault) {
        guard isThrough else { throw .elsewhere }
    }

    package mutating func add(_ entry: TrailEntry) throws(Fault) {
        guard entry.number == count + 1 else {
            throw .numberWrong(entry.number, expected: count + 1)
        }
        guard entry.previous == head else { throw .linkBroken(number: entry.number) }
        count = entry.number
        head = entry.digest
        if head == wanted { isThrough = true }
    }
}
