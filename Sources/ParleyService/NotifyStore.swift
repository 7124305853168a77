package import ParleyLog
package import ParleyStatements

/// Where something is to arrive.
package enum NotifyTarget: Hashable, Sendable {
    case mail(AccountName)
    case webhook(WebhookID)

    package var text: String {
        switch self {
        case .mail(let name): "mail:" + name.text
        case .webhook(let id): "webhook:" + id.text
        }
    }

    package init?(text: String) {
        if text.hasPrefix("mail:"), let name = AccountName(String(text.dropFirst(5))) {
            self = .mail(name)
        } else if text.hasPrefix("webhook:"), let id = WebhookID(text: String(text.dropFirst(8))) {
            self = .webhook(id)
        } else {
            return nil
        }
    }

    package var channel: NotifyChannel {
        switch self {
        case .mail: .mail
        case .webhook: .webhook
        }
    }
}

/// One event for one target, until it has arrived.
package struct NotifyEntry: Hashable, Sendable {
    /// Past either, the oldest that wait for a digest are dropped, then the oldest of all.
    package static let mostOfTarget = 2000
    package static let most = 50_000
    /// What could not be told for so long is old news.
    package static let keptSeconds: Int64 = 7 * 86_400

    package let target: NotifyTarget
    package let fact: NotifyFact
    /// Asked again before it is told: who may know of it may have changed. Nil for what its
    /// receiver has asked for, and for the node's own webhooks.
    package let audience: ServiceEvent.Audience?
    package let isDigest: Bool
    package let due: Timestamp

    package init(
        target: NotifyTarget, fact: NotifyFact, audience: ServiceEvent.Audience?, isDigest: Bool,
        due: Timestamp
    ) {
        self.target = target
        self.fact = fact
        self.audience = audience
        self.isDigest = isDigest
        self.due = due
    }
}

/// Entries that go in one message, the same ones however often it is tried: what arrives twice
/// bears the same name both times.
package struct NotifyBatch: Hashable, Sendable {
    package static let mostEntries = 100

    package let number: Int64
    package let target: NotifyTarget
    package let entries: [NotifyEntry]
    /// How often it was tried in vain.
    package let tries: Int

    package init(number: Int64, target: NotifyTarget, entries: [NotifyEntry], tries: Int) {
        self.number = number
        self.target = target
        self.entries = entries
        self.tries = tries
    }

    package var isHotline: Bool { entries.first?.fact.kind == .hotline }

    /// When the node first noticed the oldest of them.
    package var oldest: Timestamp { entries.map(\.fact.at).min() ?? .latest }
}

/// A call over the hotline that nobody at this side has acknowledged.
package struct HotlinePage: Hashable, Sendable {
    package let thread: ThreadID
    package let party: PartyID
    /// How often those on the ladder were told of it.
    package let count: Int64
    /// When they are told again.
    package let due: Timestamp

    package init(thread: ThreadID, party: PartyID, count: Int64, due: Timestamp) {
        self.thread = thread
        self.party = party
        self.count = count
        self.due = due
    }
}

/// Somebody who is told, and by what.
package struct NotifyReceiver: Sendable {
    package let account: Account
    package let wishes: NotifyWishes
    package let webhooks: [Webhook]

    package init(account: Account, wishes: NotifyWishes, webhooks: [Webhook]) {
        self.account = account
        self.wishes = wishes
        self.webhooks = webhooks
    }
}

/// What one reading of the journal comes to.
package struct NotifyTaking: Sendable {
    package var entries: [NotifyEntry] = []
    /// Told once under this name, and then not again: the entries of each.
    package var once: [(name: String, entries: [NotifyEntry])] = []
    package var pages: [HotlinePage] = []
    /// Calls that are to be told of no more.
    package var answered: Set<ThreadID> = []

    package init() {}
}

/// How the telling stands, for health and figures.
package struct NotifyStanding: Hashable, Sendable {
    package var waiting = 0
    /// Due and not arrived.
    package var late = 0
    /// Tried in vain at least once.
    package var failing = 0
    package var oldestAt: Timestamp?
    /// Since there is a file.
    package var dropped: Int64 = 0
    package var refused: Int64 = 0
    /// Why the latest that failed did.
    package var fault: String?
    package var pages = 0

    package init() {}

    package var json: JSONObject {
        var json: JSONObject = [
            "waiting": .integer(Int64(waiting)), "late": .integer(Int64(late)),
            "failing": .integer(Int64(failing)), "dropped": .integer(dropped),
            "refused": .integer(refused), "calls": .integer(Int64(pages)),
        ]
        if let oldestAt { json = json.adding(["oldest": .string(oldestAt.text)]) }
        if let fault { json = json.adding(["fault": .string(fault)]) }
        return json
    }
}

/// How one target stands, for whoever is told there.
package struct NotifyTargetStanding: Hashable, Sendable {
    package var waiting = 0
    package var arrivedAt: Timestamp?
    /// Since the last that arrived.
    package var fault: String?
    package var faultAt: Timestamp?

    package init() {}

    package var json: JSONObject {
        var json: JSONObject = ["waiting": .integer(Int64(waiting))]
        if let arrivedAt { json = json.adding(["arrived": .string(arrivedAt.text)]) }
        if let fault { json = json.adding(["fault": .string(fault)]) }
        if let faultAt { json = json.adding(["faultAt": .string(faultAt.text)]) }
        return json
    }
}

package enum WebhookAdding: Hashable, Sendable {
    case added
    case labelTaken
    case tooMany
}

/// What the telling keeps, beside the accounts whose it is: wishes, webhooks, what waits, and how
/// far the journal of events was read. Each call is one step, durable when it returns.
package protocol NotifyStore: Sendable {
    func wishes(of name: AccountName) async throws -> NotifyWishes
    func keep(_ wishes: NotifyWishes, of name: AccountName) async throws
    /// Those accounts, disabled ones left out, that have a mailbox or a webhook.
    func receivers() async throws -> [NotifyReceiver]
    func receiver(_ name: AccountName) async throws -> NotifyReceiver?
    /// Of an account, or the node's own; by label.
    func webhooks(of name: AccountName?) async throws -> [Webhook]
    func webhook(_ id: WebhookID) async throws -> Webhook?
    func add(_ webhook: Webhook, most: Int) async throws -> WebhookAdding
    /// With what waits for it; false where there is none.
    func removeWebhook(_ label: String, of name: AccountName?) async throws -> Bool

    /// How far the journal was read; nil before the first time.
    func notifyCursor() async throws -> EventCursor?
    /// Keeps what is to be told and how far the journal was read with it.
    ///
    /// - Returns: how many were dropped because there were too many.
    func take(_ taking: NotifyTaking, leadingTo cursor: EventCursor?, at now: Timestamp)
        async throws -> Int
    /// Calls that are due to be told of again.
    func pages(dueAt now: Timestamp) async throws -> [HotlinePage]
    /// What is to be sent now, the hotline first: those begun before as they were, and of what is
    /// due besides, a batch for each target that has none.
    func batches(dueAt now: Timestamp, limit: Int) async throws -> [NotifyBatch]
    func arrived(_ batch: NotifyBatch, at now: Timestamp) async throws
    func failed(
        _ batch: NotifyBatch, _ fault: String, at now: Timestamp, again: Timestamp
    ) async throws
    /// Gives it up.
    ///
    /// - Parameter isRefused: by the receiver, for good; else it is too old.
    func giveUp(
        _ batch: NotifyBatch, _ fault: String?, isRefused: Bool, at now: Timestamp
    ) async throws
    func notifyStanding(at now: Timestamp) async throws -> NotifyStanding
    func standing(of target: NotifyTarget) async throws -> NotifyTargetStanding
    /// False, and nothing kept, where one was asked for within the minute.
    func takeTest(_ entries: [NotifyEntry], of name: AccountName, at now: Timestamp)
        async throws -> Bool
}
