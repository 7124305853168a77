package import ParleyLog
package import ParleyNode
package import ParleyStatements

/// What of the queue somebody wants to see, as `queue.list` takes it.
package struct QueueFilter: Hashable, Sendable {
    package enum Turn: String, CaseIterable, Sendable {
        case ours
        case theirs
    }

    /// Nil for whoever is to act.
    package var turn: Turn?
    package var isOverdue = false
    package var isSilent = false
    /// Of a request, or of another thread.
    package var kind: String?
    package var party: PartyID?

    static let fields: [Field] = [
        .optional("turn", .word(Turn.allCases.map(\.rawValue)), "Whose turn it is"),
        .optional("overdue", .flag, "Only what is overdue"),
        .optional("silent", .flag, "Only where a silence has not ended"),
        .optional("kind", .text(1...64), "A kind of request, or of thread"),
        .optional("party", .shaped(.party), "Only with that party"),
    ]

    package init() {}

    package init(_ given: Given) {
        turn = given.text("turn").flatMap(Turn.init(rawValue:))
        isOverdue = given.flag("overdue") ?? false
        isSilent = given.flag("silent") ?? false
        kind = given.text("kind")
        party = given.text("party").flatMap { PartyID($0) }
    }

    /// Reads ``json``.
    package init(json: JSONObject) throws(Problem) {
        self.init(try Given(json, fields: Self.fields))
    }

    /// Without what it does not ask for.
    package var json: JSONObject {
        var json: JSONObject = [:]
        if let turn { json = json.adding(["turn": .string(turn.rawValue)]) }
        if isOverdue { json = json.adding(["overdue": .bool(true)]) }
        if isSilent { json = json.adding(["silent": .bool(true)]) }
        if let kind { json = json.adding(["kind": .string(kind)]) }
        if let party { json = json.adding(["party": .string(party.text)]) }
        return json
    }

    /// - Parameter us: whose queue it is.
    package func question(of us: PartyID, at now: Timestamp, limit: Int) -> QueueQuestion {
        let whose: QueueQuestion.Turn =
            switch turn {
            case .ours: .of(us)
            case .theirs: .ofOthers(than: us)
            case nil: .anybody
            }
        var question = QueueQuestion(turn: whose, limit: limit)
        question.dueBefore = isOverdue ? now : nil
        question.isSilent = isSilent
        question.kind = kind
        question.party = party
        return question
    }
}

/// What somebody calls a filter that they keep: 1 to 40 characters of any script.
package struct FilterName: Hashable, Comparable, Sendable {
    package static let characters = 1...40

    package let text: String

    /// Nil too for what gets lost in an address.
    package init?(_ text: String) {
        guard let text = OneLine.name(text, characters: Self.characters),
            // RFC 3986 §5.2.4: these steps of a path mean others.
            text != ".", text != ".."
        else { return nil }
        self.text = text
    }

    package static func < (one: FilterName, other: FilterName) -> Bool { one.text < other.text }
}

/// A filter that somebody keeps under a name.
package struct SavedFilter: Hashable, Sendable {
    /// Of one account.
    package static let most = 20

    package let name: FilterName
    package let filter: QueueFilter

    package init(name: FilterName, filter: QueueFilter) {
        self.name = name
        self.filter = filter
    }

    package var json: JSONObject {
        ["name": .string(name.text), "filter": .object(filter.json)]
    }
}

/// What people keep of the queue, each their own. Each call is one step, durable when it returns.
package protocol FilterStore: Sendable {
    /// By name.
    func filters(of account: AccountName) async throws -> [SavedFilter]
    /// In place of the one of that name; false, and nothing kept, where there are as many others.
    func keep(_ filter: SavedFilter, of account: AccountName, most: Int) async throws -> Bool
    /// False where there is none.
    func removeFilter(_ name: FilterName, of account: AccountName) async throws -> Bool
}

/// Why a filter is not kept, or not there.
package enum FilterRefusal: DeskRefusal, Hashable {
    case nameMalformed
    case unknown(String)
    case tooMany(limit: Int)

    package var reason: String {
        switch self {
        case .nameMalformed: "filter-name-malformed"
        case .unknown: "filter-unknown"
        case .tooMany: "filters-too-many"
        }
    }

    package var explanation: String {
        switch self {
        case .nameMalformed:
            "a filter's name has \(FilterName.characters.lowerBound) to "
                + "\(FilterName.characters.upperBound) characters, none of which hides or turns "
                + "what is shown"
        case .unknown(let name): "there is no filter \(name)"
        case .tooMany(let limit): "there are \(limit) filters already, as many as may be"
        }
    }

    package var hint: String? {
        switch self {
        case .tooMany: "remove one"
        case .nameMalformed, .unknown: nil
        }
    }

    package var status: Int {
        switch self {
        case .nameMalformed: 422
        case .unknown: 404
        case .tooMany: 409
        }
    }
}
