import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// What one reading of the sources found, as events in their order.
struct EventPage {
    struct ProofKey: Hashable {
        let statement: StatementID
        let log: PartyID

        init(_ statement: StatementID, _ log: PartyID) {
            self.statement = statement
            self.log = log
        }
    }

    var position: EventPosition
    var events: [ServiceEvent] = []
    /// Whose clocks may run otherwise now.
    var threads: Set<ThreadID> = []
    /// Who may be allowed less now.
    var accounts: Set<String> = []
    var hasMore = false

    init(position: EventPosition) { self.position = position }

    static let draftWords = [
        "draft.add": "saved", "draft.change": "saved", "draft.review": "reviewed",
        "draft.preview": "previewed",
        "draft.send": "sent", "draft.discard": "discarded",
    ]

    /// What a company does before it hands a thing in is its own.
    static let filingWords = [
        "filing.hand-in": "handed-in", "filing.withdraw": "withdrawn", "intake.take": "taken",
        "intake.return": "returned",
    ]

    mutating func add(_ statement: AddedStatement, _ header: Statement) {
        threads.insert(header.thread)
        var facts: JSONObject = [
            "statement": .string(statement.id.text), "thread": .string(header.thread.text),
            "act": .string(header.act.rawValue), "from": .string(header.from.party.text),
            "organ": .string(header.from.organ.text),
        ]
        var kind = ServiceEvent.Kind.statement
        if header.act == .deliverySilence {
            kind = .silence
            if let party = header.terms.silentParty {
                facts = facts.adding(["party": .string(party.text)])
            }
        } else if header.act.rawValue.hasPrefix("hotline.") {
            kind = .hotline
        }
        events.append(ServiceEvent(kind, for: .readers, facts))
    }

    mutating func add(_ proof: AddedProof, _ header: Statement) {
        threads.insert(header.thread)
        events.append(
            ServiceEvent(
                proof.log == header.from.party ? .proof : .receipt, for: .readers,
                [
                    "statement": .string(proof.statement.id.text),
                    "thread": .string(header.thread.text), "log": .string(proof.log.text),
                ]))
    }

    mutating func add(_ running: RunningClock, at now: Timestamp) {
        let clock = running.clock
        guard let due = clock.due, now > due else { return }
        events.append(
            ServiceEvent(
                .overdue, for: .readers,
                [
                    "thread": .string(running.thread.text), "clock": .string(clock.name),
                    "party": .string(clock.party.text), "due": .string(due.text),
                ],
                once: "\(running.thread.text) \(clock.name) \(clock.start.secondsSinceEpoch) "
                    + "\(due.secondsSinceEpoch)"))
    }

    /// What was done to accounts, sessions and tokens, through the API or by a command.
    mutating func addAccount(_ event: TrailEvent) {
        let subject = event.operation.prefix { $0 != "." }
        guard ["account", "session", "password", "factor", "token", "first"].contains(subject),
            !event.operation.hasSuffix(".list"), !event.operation.hasSuffix(".show")
        else { return }
        // A command names a token with whose it is; a program's own stands by itself.
        let object = String(event.object.prefix { $0 != "/" })
        let isOwn = !event.account.isEmpty && subject != "account"
        let account = isOwn ? event.account : object
        accounts.formUnion([account, event.account])
        events.append(
            ServiceEvent(
                .account, for: .administrators,
                ["account": .string(account), "did": .string(event.operation)]))
    }
}
