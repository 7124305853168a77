import ParleyLog
import ParleyNode
import ParleyStatements

/// Whom an event is told to, and when: events and wishes in, entries out.
struct NotifyPlan {
    let party: PartyID
    let receivers: [NotifyReceiver]
    /// The node's own.
    let webhooks: [Webhook]
    let hotlineSeconds: Int64
    let has: (NotifyChannel) -> Bool
    let now: Timestamp
    private(set) var taking = NotifyTaking()

    init(
        party: PartyID, receivers: [NotifyReceiver], webhooks: [Webhook], hotlineSeconds: Int64,
        has: @escaping (NotifyChannel) -> Bool, now: Timestamp
    ) {
        self.party = party
        self.receivers = receivers
        self.webhooks = webhooks
        self.hotlineSeconds = hotlineSeconds
        self.has = has
        self.now = now
    }

    /// - Parameter draft: of a draft that was looked at, that which waits for approval now.
    mutating func add(_ event: ServiceEvent, draft: Draft?) {
        if event.kind == .hotline { follow(event) }
        guard let fact = fact(of: event, draft: draft) else { return }
        let entries = entries(fact, for: event.audience) { receiver in
            if event.kind == .filing { return Self.mayTake(receiver.account) }
            // Whoever wrote it has read it, and whoever may not approve need not.
            return draft.map { draft in
                receiver.account.name != draft.editor && Self.mayApprove(receiver.account)
            } ?? true
        }
        if let draft {
            let review = draft.review?.revision ?? 0
            taking.once.append((name: "draft \(draft.id) \(review)", entries: entries))
        } else if event.kind == .receipt, case .string(let text)? = event.facts["statement"],
            let log = fact.party
        {
            // Each further cosigner makes another event of it.
            taking.once.append((name: "receipt \(text) \(log)", entries: entries))
        } else {
            taking.entries += entries
        }
    }

    private static func mayApprove(_ account: Account) -> Bool {
        Operation.named("draft.review")?.isAllowed(to: account.caller) ?? false
    }

    private static func mayTake(_ account: Account) -> Bool {
        Operation.named("intake.take")?.isAllowed(to: account.caller) ?? false
    }

    private static func mayAcknowledge(_ account: Account) -> Bool {
        Operation.named("draft.send")?.isAllowed(to: account.caller) ?? false
    }

    /// Nil for what nobody waits for.
    private func fact(of event: ServiceEvent, draft: Draft?) -> NotifyFact? {
        let facts = event.facts
        func text(_ name: String) -> String? {
            if case .string(let text)? = facts[name] { return text }
            return nil
        }
        func party(_ name: String) -> PartyID? { text(name).flatMap { PartyID($0) } }
        let thread = text("thread").flatMap { ThreadID(text: $0) }
        switch event.kind {
        case .statement:
            guard let from = party("from"), from != self.party else { return nil }
            return NotifyFact(.statement, at: now, party: from, thread: thread)
        case .silence: return NotifyFact(.silence, at: now, party: party("party"), thread: thread)
        case .hotline:
            // A call to this side goes to its ladder, page by page.
            guard !isCall(event) else { return nil }
            return NotifyFact(.hotline, at: now, party: party("from"), thread: thread)
        case .receipt:
            guard let log = party("log"), log != self.party else { return nil }
            return NotifyFact(.receipt, at: now, party: log, thread: thread)
        case .overdue:
            return NotifyFact(
                .overdue, at: now, party: party("party"), thread: thread,
                due: text("due").flatMap(Timestamp.init(text:)))
        case .draft:
            guard let draft else { return nil }
            return NotifyFact(.draft, at: now, draft: draft.id)
        case .filing:
            guard text("did") == EventPage.filingWords["filing.hand-in"] else { return nil }
            return NotifyFact(
                .filing, at: now, filing: text("filing").flatMap { FilingID(text: $0) })
        case .account: return NotifyFact(.account, at: now)
        case .peer:
            return NotifyFact(
                .peer, at: now, party: party("party"), answers: facts["answers"] == .bool(true))
        case .proof: return nil
        }
    }

    private func entries(
        _ fact: NotifyFact, for audience: ServiceEvent.Audience,
        where isMeant: (NotifyReceiver) -> Bool
    ) -> [NotifyEntry] {
        var entries: [NotifyEntry] = []
        for receiver in receivers
        where audience.includes(receiver.account.caller) && isMeant(receiver) {
            for (channel, target) in targets(of: receiver)
            where receiver.wishes.wants(fact.kind, by: channel) {
                entries.append(
                    NotifyEntry(
                        target: target, fact: fact, audience: audience,
                        isDigest: receiver.wishes.isDigest(fact.kind),
                        due: receiver.wishes.due(fact.kind, at: now)))
            }
        }
        return entries + ofNode(fact)
    }

    private func targets(of receiver: NotifyReceiver) -> [(NotifyChannel, NotifyTarget)] {
        var targets: [(NotifyChannel, NotifyTarget)] = []
        if has(.mail), receiver.wishes.mail != nil {
            targets.append((.mail, .mail(receiver.account.name)))
        }
        if has(.webhook) { targets += receiver.webhooks.map { (.webhook, .webhook($0.id)) } }
        return targets
    }

    private func ofNode(_ fact: NotifyFact) -> [NotifyEntry] {
        guard has(.webhook) else { return [] }
        return webhooks.filter { $0.kinds.contains(fact.kind) }.map {
            NotifyEntry(
                target: .webhook($0.id), fact: fact, audience: nil, isDigest: false, due: now)
        }
    }

    // MARK: The hotline

    private func act(_ event: ServiceEvent) -> Act? {
        guard case .string(let text)? = event.facts["act"] else { return nil }
        return Act(rawValue: text)
    }

    private func isOurs(_ event: ServiceEvent) -> Bool {
        event.facts["from"] == .string(party.text)
    }

    private func isCall(_ event: ServiceEvent) -> Bool {
        act(event) == .hotlineCall && !isOurs(event)
    }

    private mutating func follow(_ event: ServiceEvent) {
        guard case .string(let text)? = event.facts["thread"], let thread = ThreadID(text: text),
            case .string(let from)? = event.facts["from"], let caller = PartyID(from)
        else { return }
        if isCall(event) {
            taking.answered.remove(thread)
            page(HotlinePage(thread: thread, party: caller, count: 0, due: now))
            return
        }
        // What a person of this side says, and an end by whoever called, is an end of calling.
        let ends: [Act] = isOurs(event) ? [.hotlineAcknowledge] : [.hotlineEnd, .hotlineClose]
        if let act = act(event), ends.contains(act) {
            taking.answered.insert(thread)
            taking.pages.removeAll { $0.thread == thread }
        }
    }

    /// Tells everybody on the ladder, by every channel they have, and says when again.
    mutating func page(_ page: HotlinePage) {
        let fact = NotifyFact(
            .hotline, at: now, party: page.party, thread: page.thread, page: page.count)
        let readers = receivers.filter {
            ServiceEvent.Audience.readers.includes($0.account.caller)
        }
        var called = readers.filter(\.wishes.isOnLadder)
        // A ladder on which nobody is must not mean that nobody hears.
        if called.isEmpty { called = readers.filter { Self.mayAcknowledge($0.account) } }
        let names = Set(called.map(\.account.name))
        for receiver in readers {
            let isCalled = names.contains(receiver.account.name)
            // Those who are not called and want to know of calls hear of each once.
            for (channel, target) in targets(of: receiver)
            where isCalled || page.count == 0 && receiver.wishes.wants(.hotline, by: channel) {
                taking.entries.append(
                    NotifyEntry(
                        target: target, fact: fact, audience: .readers, isDigest: false, due: now))
            }
        }
        taking.entries += ofNode(fact)
        taking.pages.append(
            HotlinePage(
                thread: page.thread, party: page.party, count: page.count + 1,
                due: now.adding(seconds: hotlineSeconds)))
    }

    mutating func stop(_ thread: ThreadID) { taking.answered.insert(thread) }
}

extension Account {
    /// As whom its holder would ask.
    var caller: Caller {
        Caller(account: name, organ: organ, roles: roles, means: .session)
    }
}
