package import ParleyLog
package import ParleyStatements

/// Of what somebody can be told outside the desk: the events that people wait for, and not the
/// signs of a record at work.
package enum NotifyKind: String, CaseIterable, Comparable, Sendable {
    /// Another party has said something.
    case statement
    case silence
    /// A call over the hotline, and what follows on it.
    case hotline
    /// Another party's log holds what this one has said.
    case receipt
    case overdue
    /// A draft waits for the second person's word.
    case draft
    /// A company has handed something in.
    case filing
    case account
    /// A peer answers, or no longer does.
    case peer
    /// Asked for by whoever wants to see that it arrives.
    case test

    /// Those that somebody may want; the last comes when it is asked for.
    package static let wished = allCases.filter { $0 != .test }

    package static func < (one: NotifyKind, other: NotifyKind) -> Bool {
        one.rawValue < other.rawValue
    }
}

/// What is told of one event. Whoever reads it on its way learns that something waits and where,
/// and no word of what was said.
package struct NotifyFact: Hashable, Sendable {
    package let kind: NotifyKind
    /// When this node noticed.
    package let at: Timestamp
    package var party: PartyID?
    package var thread: ThreadID?
    package var draft: DraftID?
    package var filing: FilingID?
    package var due: Timestamp?
    /// Of a peer: whether it answers.
    package var answers: Bool?
    /// Of a call that nobody has acknowledged yet: how often it was told of before, from 0.
    package var page: Int64?

    package init(
        _ kind: NotifyKind, at: Timestamp, party: PartyID? = nil, thread: ThreadID? = nil,
        draft: DraftID? = nil, filing: FilingID? = nil, due: Timestamp? = nil, answers: Bool? = nil,
        page: Int64? = nil
    ) {
        self.kind = kind
        self.at = at
        self.party = party
        self.thread = thread
        self.draft = draft
        self.filing = filing
        self.due = due
        self.answers = answers
        self.page = page
    }

    package var json: JSONObject {
        var json: JSONObject = ["kind": .string(kind.rawValue), "at": .string(at.text)]
        for (name, text) in [
            ("party", party?.text), ("thread", thread?.text), ("draft", draft?.description),
            ("due", due?.text), ("filing", filing?.description),
        ] {
            if let text { json = json.adding([name: .string(text)]) }
        }
        if let answers { json = json.adding(["answers": .bool(answers)]) }
        if let page { json = json.adding(["page": .integer(page)]) }
        return json
    }

    /// Nil for what is none.
    package init?(_ json: JSONObject) {
        func text(_ name: String) -> String? {
            if case .string(let text)? = json[name] { return text }
            return nil
        }
        guard let kind = text("kind").flatMap(NotifyKind.init(rawValue:)),
            let at = text("at").flatMap(Timestamp.init(text:))
        else { return nil }
        self.init(kind, at: at)
        party = text("party").flatMap { PartyID($0) }
        thread = text("thread").flatMap { ThreadID(text: $0) }
        draft = text("draft").flatMap { DraftID(text: $0) }
        filing = text("filing").flatMap { FilingID(text: $0) }
        due = text("due").flatMap(Timestamp.init(text:))
        if case .bool(let answers)? = json["answers"] { self.answers = answers }
        if case .integer(let page)? = json["page"] { self.page = page }
    }
}
