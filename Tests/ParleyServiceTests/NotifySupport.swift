import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import Synchronization

/// Views as the test has written them.
struct HeldHome: DeskHome {
    let held: SQLiteViews

    var tokens: SearchTokens { SQLiteViews.tokens }

    func views() async throws -> any Views { held }
    func searchable() async throws -> any Views { held }
    func titled() async throws -> any Views { held }

    func body(of header: Statement, _ id: StatementID) async throws -> StatementBody {
        throw Problem.notFound
    }

    func law(with other: PartyID?) async throws -> LawData { try ShippedLaw.data() }
    func agreementEnvelope() async throws -> [UInt8] { throw Problem.notFound }
    func figures(of other: PartyID) async throws -> [UInt8]? { nil }
    var backup: BackupStanding { BackupStanding(lastAt: nil, warnDays: 0) }
}

/// Keeps what arrives, by where; does not take what it is told not to.
final class Mailbag: MailSending, WebhookSending {
    private let taken = Mutex<[String: [String]]>([:])
    /// What each message was called, whether it was taken or not.
    let names = Mutex<[String: [String]]>([:])
    let tries = Mutex<[String: Int]>([:])
    let fault = Mutex<NotifyFault?>(nil)
    let failing = Mutex<Set<String>>([])
    let refusing = Mutex<Set<String>>([])

    var told: [String: [String]] { taken.withLock { $0 } }

    func send(_ message: MailMessage) async throws {
        try take(message.text, at: message.to.text, called: message.id)
    }

    func post(
        _ body: [UInt8], to url: ProviderURL, headers: [(name: String, value: String)]
    ) async throws {
        try take(String(decoding: body, as: UTF8.self), at: url.text, called: headers[0].value)
    }

    private func take(_ text: String, at place: String, called name: String) throws {
        tries.withLock { $0[place, default: 0] += 1 }
        names.withLock { $0[place, default: []].append(name) }
        if let fault = fault.withLock({ $0 }) { throw fault }
        if failing.withLock({ $0.contains(place) }) { throw NotifyFault("mail-timed-out") }
        if refusing.withLock({ $0.contains(place) }) {
            throw NotifyFault("mail-answered-550", isForGood: true)
        }
        taken.withLock { $0[place, default: []].append(text) }
    }
}

/// Facts in the fewest words.
struct PlainWriter: NotifyWriting {
    func subject(_ facts: [NotifyFact], language: String) -> String { "\(facts.count)" }

    func text(_ facts: [NotifyFact], language: String) -> String {
        facts.map { fact in
            [fact.kind.rawValue, fact.party?.text, fact.page.map(String.init)]
                .compactMap { $0 }.joined(separator: " ")
        }.joined(separator: ", ")
    }

    func link(_ fact: NotifyFact, language: String) -> String { "https://node.example.org/" }
}

struct Silent: NotifyMeter {
    func told(by channel: NotifyChannel) {}
    func failed(by channel: NotifyChannel, _ reason: String) {}
    func gaveUp(by channel: NotifyChannel, _ reason: String) {}
    func dropped(_ count: Int) {}
    func journalLost() {}
}

/// When a process dies: at a step of a number, before or after it was done. All after it fail too.
final class Fate: Sendable {
    struct Died: Error {}

    private let dying: Int
    private let isDone: Bool
    private let step = Mutex(0)

    init(dying: Int, isDone: Bool) {
        self.dying = dying
        self.isDone = isDone
    }

    var wasMet: Bool { step.withLock { $0 > dying } }

    func meet<Value>(_ work: () async throws -> Value) async throws -> Value {
        let number = step.withLock { step in
            defer { step += 1 }
            return step
        }
        if number > dying || number == dying && !isDone { throw Died() }
        let value = try await work()
        if number == dying { throw Died() }
        return value
    }
}

struct DyingBag: MailSending, WebhookSending {
    let inner: Mailbag
    let fate: Fate

    func send(_ message: MailMessage) async throws {
        try await fate.meet { try await inner.send(message) }
    }

    func post(
        _ body: [UInt8], to url: ProviderURL, headers: [(name: String, value: String)]
    ) async throws {
        try await fate.meet { try await inner.post(body, to: url, headers: headers) }
    }
}

/// What is written is a step; what is only read is none.
struct DyingStore: NotifyStore {
    let inner: SQLiteDesk
    let fate: Fate

    func wishes(of name: AccountName) async throws -> NotifyWishes {
        try await inner.wishes(of: name)
    }
    func keep(_ wishes: NotifyWishes, of name: AccountName) async throws {
        try await inner.keep(wishes, of: name)
    }
    func receivers() async throws -> [NotifyReceiver] { try await inner.receivers() }
    func receiver(_ name: AccountName) async throws -> NotifyReceiver? {
        try await inner.receiver(name)
    }
    func webhooks(of name: AccountName?) async throws -> [Webhook] {
        try await inner.webhooks(of: name)
    }
    func webhook(_ id: WebhookID) async throws -> Webhook? { try await inner.webhook(id) }
    func add(_ webhook: Webhook, most: Int) async throws -> WebhookAdding {
        try await inner.add(webhook, most: most)
    }
    func removeWebhook(_ label: String, of name: AccountName?) async throws -> Bool {
        try await inner.removeWebhook(label, of: name)
    }
    func notifyCursor() async throws -> EventCursor? { try await inner.notifyCursor() }
    func take(
        _ taking: NotifyTaking, leadingTo cursor: EventCursor?, at now: Timestamp
    ) async throws -> Int {
        try await fate.meet { try await inner.take(taking, leadingTo: cursor, at: now) }
    }
    func pages(dueAt now: Timestamp) async throws -> [HotlinePage] {
        try await inner.pages(dueAt: now)
    }
    func batches(dueAt now: Timestamp, limit: Int) async throws -> [NotifyBatch] {
        try await fate.meet { try await inner.batches(dueAt: now, limit: limit) }
    }
    func arrived(_ batch: NotifyBatch, at now: Timestamp) async throws {
        try await fate.meet { try await inner.arrived(batch, at: now) }
    }
    func failed(
        _ batch: NotifyBatch, _ fault: String, at now: Timestamp, again: Timestamp
    ) async throws {
        try await fate.meet { try await inner.failed(batch, fault, at: now, again: again) }
    }
    func giveUp(
        _ batch: NotifyBatch, _ fault: String?, isRefused: Bool, at now: Timestamp
    ) async throws {
        try await fate.meet {
            try await inner.giveUp(batch, fault, isRefused: isRefused, at: now)
        }
    }
    func notifyStanding(at now: Timestamp) async throws -> NotifyStanding {
        try await inner.notifyStanding(at: now)
    }
    func standing(of target: NotifyTarget) async throws -> NotifyTargetStanding {
        try await inner.standing(of: target)
    }
    func takeTest(
        _ entries: [NotifyEntry], of name: AccountName, at now: Timestamp
    ) async throws -> Bool {
        try await inner.takeTest(entries, of: name, at: now)
    }
}
