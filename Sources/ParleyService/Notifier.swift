import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements
import Synchronization

/// Tells a node's own people, outside the desk, of what they want to know: reads the journal of
/// events as a listener that has missed nothing, and hands each message on.
///
/// Crash story. Step by step, each durable before the next: (1) the keeper has written an event
/// into its journal; (2) what is to be told of it, to whom and when, is written to the outbox in
/// one transaction with how far the journal was read; (3) entries that are due are bound to a
/// batch; (4) the batch is sent; (5) it is taken out of the outbox. Who dies after 1 reads the
/// event again; after 2 or 3 the entries lie there; between 4 and 5 the same batch goes a second
/// time under the same name, by which its receiver knows it. So nothing is lost, and nothing is
/// told more often than once for each time that the node died. Nothing here is awaited by who says
/// or receives a statement.
///
/// Where the journal was begun anew, what it had not told is not to be had: that is logged, and the
/// new one is read from its beginning.
package final class Notifier: Sendable {
    static let pageCount = 200
    /// At once, beside as many for the hotline.
    static let mostAtOnce = 8
    static let retrySeconds: ClosedRange<Int64> = 30...3600
    static let openedWithinSeconds: Int64 = 3600

    package let ports: NotifyPorts
    private let desk: Desk
    private let journal: any EventJournal
    private let meter: any NotifyMeter
    private let store: any NotifyStore
    private let flying = Mutex<Set<Flight>>([])
    /// Whether there was no journal yet when the node began: then all of it is told.
    private let isFirst = Mutex(false)

    /// A target that is being told just now; of the hotline beside all else.
    private struct Flight: Hashable {
        let target: NotifyTarget
        let isHotline: Bool
    }

    package init(
        ports: NotifyPorts, desk: Desk, store: any NotifyStore, journal: any EventJournal,
        meter: any NotifyMeter
    ) {
        self.store = store
        self.ports = ports
        self.desk = desk
        self.journal = journal
        self.meter = meter
    }

    private var clock: any WallClock { desk.clock }

    /// Notes where the journal stands before anything is added to it: nobody is told of what was
    /// before anybody could be, and of all that comes after.
    package func begin() async throws {
        guard try await store.notifyCursor() == nil else { return }
        guard let standing = try await journal.standing() else {
            isFirst.withLock { $0 = true }
            return
        }
        _ = try await store.take(NotifyTaking(), leadingTo: standing.cursor, at: clock.now())
    }

    /// Runs until the surrounding task is cancelled; what is on its way then goes again later.
    ///
    /// - Parameter onFault: called with what could not be found out or kept; it is tried again.
    package func run(onFault: @escaping @Sendable (any Error) -> Void) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do {
                    try await take()
                    try await callAgain()
                    for batch in try await ready() {
                        group.addTask { [self] in
                            do { try await tell(batch) } catch { onFault(error) }
                        }
                    }
                } catch {
                    onFault(error)
                }
                await clock.sleep(until: clock.now().adding(seconds: 1))
            }
            group.cancelAll()
        }
    }

    // MARK: From the journal to the outbox

    /// Reads what the journal has beyond what was read, and keeps what is to be told of it.
    package func take() async throws {
        guard let standing = try await journal.standing() else { return }
        var cursor = try await cursor(standing)
        while cursor.number < standing.head {
            let events = try await journal.events(after: cursor.number, limit: Self.pageCount)
            guard let last = events.last else { return }
            let next = EventCursor(epoch: standing.epoch, number: last.number)
            var plan = try await plan()
            for event in events.map(\.event) {
                plan.add(event, draft: try await waitingDraft(event))
            }
            try await keep(plan.taking, leadingTo: next)
            cursor = next
        }
    }

    private func cursor(_ standing: EventStanding) async throws -> EventCursor {
        guard let held = try await store.notifyCursor() else {
            let start =
                isFirst.withLock { $0 }
                ? EventCursor(epoch: standing.epoch, number: standing.tail) : standing.cursor
            _ = try await store.take(NotifyTaking(), leadingTo: start, at: clock.now())
            return start
        }
        if standing.leads(from: held) { return held }
        meter.journalLost()
        return EventCursor(epoch: standing.epoch, number: standing.tail)
    }

    private func plan() async throws -> NotifyPlan {
        NotifyPlan(
            party: desk.node.identity.party.id, receivers: try await store.receivers(),
            webhooks: try await store.webhooks(of: nil), hotlineSeconds: ports.hotlineSeconds,
            has: ports.has, now: clock.now())
    }

    private func keep(_ taking: NotifyTaking, leadingTo cursor: EventCursor?) async throws {
        let dropped = try await store.take(taking, leadingTo: cursor, at: clock.now())
        if dropped > 0 { meter.dropped(dropped) }
    }

    /// A draft that somebody has looked at as it would leave, and that may not leave yet.
    private func waitingDraft(_ event: ServiceEvent) async throws -> Draft? {
        guard event.kind == .draft, event.facts["did"] == .string("previewed"),
            case .string(let text)? = event.facts["draft"], let id = DraftID(text: text),
            let draft = try await desk.accounts.store.draft(id), draft.state == .open,
            draft.review?.revision != draft.revision,
            try await desk.approvalNeed(draft).isNeeded
        else { return nil }
        return draft
    }

    /// Tells of calls that nobody has acknowledged, again and again.
    package func callAgain() async throws {
        let due = try await store.pages(dueAt: clock.now())
        guard !due.isEmpty else { return }
        let views = try await desk.home.views()
        var plan = try await plan()
        for page in due {
            // A person's word may stand in the record and not in the journal yet.
            let state = try await views.summary(of: page.thread)?.state
            // A call that is not in order opens nothing, and nobody could ever acknowledge it; one
            // that is has its time within minutes.
            let isNew = page.count * ports.hotlineSeconds < Self.openedWithinSeconds
            let isOpen =
                state == ThreadState.calling.rawValue
                || isNew && (state == nil || state == ThreadState.unopened.rawValue)
            if isOpen { plan.page(page) } else { plan.stop(page.thread) }
        }
        try await keep(plan.taking, leadingTo: nil)
    }

    // MARK: From the outbox to the world

    /// What is to be told now and is not on its way already; whoever asks tells it.
    package func ready() async throws -> [NotifyBatch] {
        let batches = try await store.batches(dueAt: clock.now(), limit: Self.mostAtOnce * 2)
        return flying.withLock { flying in
            batches.filter { batch in
                let room = flying.count { $0.isHotline == batch.isHotline } < Self.mostAtOnce
                return room && flying.insert(Self.flight(batch)).inserted
            }
        }
    }

    private static func flight(_ batch: NotifyBatch) -> Flight {
        Flight(target: batch.target, isHotline: batch.isHotline)
    }

    package func tell(_ batch: NotifyBatch) async throws {
        defer { flying.withLock { _ = $0.remove(Self.flight(batch)) } }
        let wait = try await wait(for: batch)
        do {
            guard let message = try await message(of: batch) else {
                // Nobody is there, or nobody may know of it, any more.
                try await store.giveUp(batch, nil, isRefused: false, at: clock.now())
                return
            }
            try await Self.sent(by: batch.target.channel, message)
            try await store.arrived(batch, at: clock.now())
            meter.told(by: batch.target.channel)
        } catch let fault as NotifyFault {
            let now = clock.now()
            meter.failed(by: batch.target.channel, fault.reason)
            let isOld = now.seconds(since: batch.oldest) > NotifyEntry.keptSeconds
            if fault.isForGood || isOld {
                try await store.giveUp(
                    batch, fault.reason, isRefused: fault.isForGood, at: now)
                meter.gaveUp(by: batch.target.channel, fault.reason)
            } else {
                try await store.failed(batch, fault.reason, at: now, again: wait(now))
            }
        }
    }

    /// - Throws: ``NotifyFault`` alone, whatever went wrong on the way.
    private static func sent(
        by channel: NotifyChannel, _ message: @Sendable () async throws -> Void
    ) async throws(NotifyFault) {
        do {
            try await message()
        } catch let fault as NotifyFault {
            throw fault
        } catch {
            throw NotifyFault("\(channel.rawValue)-failed")
        }
    }

    /// When what fails now is tried again: later and later, and of a call as often as it is told.
    private func wait(
        for batch: NotifyBatch
    ) async throws -> @Sendable (Timestamp) -> Timestamp {
        let doubled = Self.retrySeconds.lowerBound << Int64(min(batch.tries, 10))
        let seconds = min(doubled, Self.retrySeconds.upperBound)
        if batch.isHotline {
            return { [ports] now in now.adding(seconds: min(seconds, ports.hotlineSeconds)) }
        }
        let wishes = try await owner(of: batch.target)?.wishes
        return { now in
            let again = now.adding(seconds: seconds)
            return wishes?.awake(from: again) ?? again
        }
    }

    private func owner(of target: NotifyTarget) async throws -> NotifyReceiver? {
        switch target {
        case .mail(let name): return try await store.receiver(name)
        case .webhook(let id):
            guard let name = try await store.webhook(id)?.account else { return nil }
            return try await store.receiver(name)
        }
    }

    /// What sends it; nil where nobody is to be told any more.
    private func message(
        of batch: NotifyBatch
    ) async throws -> (@Sendable () async throws -> Void)? {
        let owner = try await owner(of: batch.target)
        let facts = batch.entries.filter { entry in
            guard let owner else { return true }
            return entry.audience?.includes(owner.account.caller) ?? true
        }.map(\.fact)
        guard !facts.isEmpty else { return nil }
        switch batch.target {
        case .mail:
            guard let owner, let to = owner.wishes.mail, let from = ports.from else { return nil }
            guard let mail = ports.mail else { throw NotifyFault("mail-off") }
            let language = owner.wishes.language
            let message = MailMessage(
                from: from, to: to, subject: ports.writer.subject(facts, language: language),
                text: ports.writer.text(facts, language: language), language: language,
                date: clock.now(), id: name(of: batch))
            return { try await mail.send(message) }
        case .webhook(let id):
            guard let webhook = try await store.webhook(id), webhook.account == owner?.account.name
            else { return nil }
            guard let sender = ports.webhooks, let policy = ports.policy else {
                throw NotifyFault("webhook-off")
            }
            guard policy.allows(webhook.address) else { throw NotifyFault("webhook-not-allowed") }
            let name = name(of: batch)
            let body = JSONValue.object(
                body(facts, name, language: owner?.wishes.language ?? "en")
            ).canonicalBytes
            let headers = webhook.secret.headers(id: name, at: clock.now(), body: body)
            return { try await sender.post(body, to: webhook.address, headers: headers) }
        }
    }

    private func body(
        _ facts: [NotifyFact], _ name: String, language: String
    ) -> JSONObject {
        [
            "parley": .string("webhook/1"), "id": .string(name),
            "party": .string(desk.node.identity.party.id.text),
            "agreement": .string(desk.agreement.text),
            "events": .array(
                facts.map { fact in
                    .object(
                        fact.json.adding([
                            "link": .string(ports.writer.link(fact, language: language))
                        ]))
                }),
        ]
    }

    /// Of a batch, the same each time that it is tried, and of no other.
    private func name(of batch: NotifyBatch) -> String {
        // SPEC webhook §2: A node MUST give a message that it sends again the id that it had.
        let parts = [
            desk.agreement.text, desk.node.identity.party.id.text, batch.target.text,
            String(batch.number), batch.oldest.text,
        ]
        let digest = Digest(hashing: Array(parts.joined(separator: "\u{0}").utf8))
        return Base32.encode(digest.bytes)
    }

    /// For health and figures.
    package func standing() async throws -> NotifyStanding {
        try await store.notifyStanding(at: clock.now())
    }
}

/// Hears how the telling goes, for whoever counts and logs it.
package protocol NotifyMeter: Sendable {
    func told(by channel: NotifyChannel)
    func failed(by channel: NotifyChannel, _ reason: String)
    /// Refused for good, or too old.
    func gaveUp(by channel: NotifyChannel, _ reason: String)
    func dropped(_ count: Int)
    /// What the journal had not told is gone with it.
    func journalLost()
}
