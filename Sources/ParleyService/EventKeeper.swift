import ParleyDialogue
import ParleyLog
package import ParleyNode
import ParleyStatements

/// Finds out what has changed, once for everybody who follows, and tells them.
///
/// Crash story. Events are made from what is durable elsewhere (record and trail), in its order,
/// and kept together with how far it was read, in one transaction; only then are they told. Who
/// dies before it makes the same events again and nobody has heard them; who dies after it has them
/// in the journal for those who come back. While nobody listens nothing is read, unless the node
/// tells its people elsewhere; what happened meanwhile is caught up with when somebody does.
package struct EventKeeper: Sendable {
    static let pageCount = 500
    /// Further behind than this, a journal is begun anew: to read what is there is quicker.
    static let lagLimit: Int64 = 20_000
    static let keptCount = 100_000

    package let hub: EventHub
    package let journal: any EventJournal
    private let desk: Desk
    private let record: any RecordChanges
    /// Whether the journal is read though nobody listens.
    private let isRead: Bool

    /// - Parameter isRead: whether somebody reads the journal, beside those who listen.
    package init(
        hub: EventHub, journal: any EventJournal, desk: Desk, record: any RecordChanges,
        isRead: Bool
    ) {
        self.isRead = isRead
        self.hub = hub
        self.journal = journal
        self.desk = desk
        self.record = record
    }

    private var clock: any WallClock { desk.clock }

    struct State {
        var standing: EventStanding
        /// As in the journal; the standing may be further, where nothing of it was worth telling.
        var kept: EventPosition
        var reach: [PartyID: Bool] = [:]
    }

    // MARK: Running

    /// Runs until the surrounding task is cancelled, and ends every stream then.
    ///
    /// - Parameter onFault: called with what could not be found out; it is tried again.
    package func run(onFault: @Sendable (any Error) -> Void) async {
        defer { hub.end() }
        let stirs = desk.node.news.stirs()
        var state: State?
        while !Task.isCancelled {
            let isListenedTo = isRead || hub.isListenedTo
            if isListenedTo {
                do {
                    var current: State
                    if let state { current = state } else { current = try await load() }
                    try await pass(&current)
                    state = current
                    try await recheck { $0.until <= clock.now() }
                } catch {
                    onFault(error)
                    state = nil
                }
                hub.beat(at: clock.now())
            }
            await wait(for: stirs, orASecond: isListenedTo)
        }
    }

    /// Clocks run out, and commands write the trail, without a stir.
    private func wait(for stirs: AsyncStream<Void>, orASecond isTicking: Bool) async {
        let until = clock.now().adding(seconds: 1)
        await withDiscardingTaskGroup { group in
            if isTicking {
                group.addTask {
                    await clock.sleep(until: until)
                    // Woken because something changed, it must not say so itself.
                    if !Task.isCancelled { desk.node.news.stir() }
                }
            }
            // Here and not in a task that is cancelled, which would end the stream for good.
            for await _ in stirs { break }
            group.cancelAll()
        }
    }

    /// Takes up somebody who may follow.
    ///
    /// - Throws: ``Problem`` at a limit.
    package func open(_ ask: Ask) async throws -> EventListener {
        let now = clock.now()
        guard let secret = ask.secret?.digest,
            let standing = try await desk.accounts.standing(
                of: secret, by: ask.caller.means, under: desk.agreement, at: now)
        else { throw Problem.signInNeeded }
        let listener = try hub.open(
            standing.caller, secret: secret, until: standing.until, at: now)
        desk.node.news.stir()
        return listener
    }

    /// Something was written to the trail.
    package func stir() { desk.node.news.stir() }

    // MARK: One pass

    func load() async throws -> State {
        if let standing = try await journal.standing(), try await isNear(standing.position) {
            return State(standing: standing, kept: standing.position)
        }
        let epoch = Base32.encode(desk.randomness.bytes(count: 10))
        let standing = EventStanding(
            epoch: epoch, head: 0, tail: 0,
            position: EventPosition(
                record: try await record.mark(),
                trail: try await desk.accounts.store.trailHead()?.number ?? 0,
                clocksTo: clock.now()))
        try await journal.begin(standing)
        // Whoever listens already would be told numbers of another journal.
        hub.endBegun()
        return State(standing: standing, kept: standing.position)
    }

    /// False where the sources stand behind the journal, as after a backup was put back, or far
    /// before it.
    private func isNear(_ position: EventPosition) async throws -> Bool {
        let mark = try await record.mark()
        let trail = try await desk.accounts.store.trailHead()?.number ?? 0
        return [
            (mark.entries, position.record.entries), (mark.proofs, position.record.proofs),
            (trail, position.trail),
        ].allSatisfy { (0...Self.lagLimit).contains($0 - $1) }
    }

    func pass(_ state: inout State) async throws {
        while true {
            var page = EventPage(position: state.standing.position)
            try await readRecord(into: &page)
            try await readTrail(into: &page)
            try await readClocks(into: &page)
            readReach(into: &page, state: &state)
            try await keep(page, &state)
            if !page.accounts.isEmpty {
                try await recheck { page.accounts.contains($0.account) }
            }
            if !page.hasMore { break }
        }
        hub.begin(at: state.standing)
    }

    private func keep(_ page: EventPage, _ state: inout State) async throws {
        state.standing.position = page.position
        let isFar = page.position.trail - state.kept.trail > Self.lagLimit / 4
        guard !page.events.isEmpty || isFar else { return }
        let told = try await journal.append(page.events, leadingTo: page.position)
        state.kept = page.position
        state.standing.head = told.last?.number ?? state.standing.head
        if state.standing.head - state.standing.tail > Int64(Self.keptCount) * 5 / 4 {
            state.standing.tail = try await journal.prune(keeping: Self.keptCount)
        }
        hub.publish(told, epoch: state.standing.epoch, at: clock.now())
    }

    /// Asks again who those are that listen: what was taken from them is taken at once.
    private func recheck(_ isMeant: (EventListener) -> Bool) async throws {
        var known: [Digest: Accounts.Standing?] = [:]
        for listener in hub.listeners where isMeant(listener) {
            if known[listener.secret] == nil {
                known[listener.secret] = try await desk.accounts.standing(
                    of: listener.secret, by: listener.caller.means, under: desk.agreement,
                    at: clock.now())
            }
            if let standing = known[listener.secret] ?? nil,
                Operation.named("event.follow")?.isAllowed(to: standing.caller) == true
            {
                listener.renew(standing.caller, until: standing.until)
            } else {
                hub.close(listener)
            }
        }
    }

    // MARK: Sources

    private func readRecord(into page: inout EventPage) async throws {
        let mark = page.position.record
        let statements = try await record.statements(from: mark.entries, limit: Self.pageCount)
        let proofs = try await record.proofs(after: mark.proofs, limit: Self.pageCount)
        page.position.record = LedgerMark(
            entries: statements.last.map { $0.position + 1 } ?? mark.entries,
            proofs: proofs.last?.number ?? mark.proofs)
        page.hasMore = statements.count == Self.pageCount || proofs.count == Self.pageCount
        for statement in statements {
            page.add(statement, try UnverifiedStatement(parsing: statement.envelope).header)
        }
        var seen: Set<EventPage.ProofKey> = []
        for proof in proofs {
            let header = try UnverifiedStatement(parsing: proof.statement.envelope).header
            guard seen.insert(.init(proof.statement.id, proof.log)).inserted else { continue }
            page.add(proof, header)
        }
    }

    private func readTrail(into page: inout EventPage) async throws {
        let store = desk.accounts.store
        let entries = try await store.trail(
            from: page.position.trail + 1, limit: Self.pageCount, matching: TrailFilter())
        guard let last = entries.last else { return }
        page.position.trail = last.number
        page.hasMore = page.hasMore || entries.count == Self.pageCount
        for entry in entries where entry.event.outcome == "done" {
            if let did = EventPage.draftWords[entry.event.operation],
                let id = DraftID(text: entry.event.object), let draft = try await store.draft(id)
            {
                page.events.append(
                    ServiceEvent(
                        .draft, for: .organ(draft.organ),
                        ["draft": .string(entry.event.object), "did": .string(did)]))
            }
            if let did = EventPage.filingWords[entry.event.operation],
                let id = FilingID(text: entry.event.object),
                let filing = try await store.filing(id)
            {
                page.events.append(
                    ServiceEvent(
                        .filing, for: .organ(filing.organ),
                        ["filing": .string(entry.event.object), "did": .string(did)]))
            }
            page.addAccount(entry.event)
        }
    }

    private func readClocks(into page: inout EventPage) async throws {
        let now = clock.now()
        guard !page.threads.isEmpty || page.position.clocksTo < now else { return }
        let views = try await desk.home.views()
        var clocks: [RunningClock] = []
        for thread in page.threads.sorted() {
            guard let summary = try await views.summary(of: thread) else { continue }
            clocks += summary.clocks.filter(\.isRunning)
                .map { RunningClock(thread: thread, clock: $0) }
        }
        let from = page.position.clocksTo
        let passed = try await views.running(dueFrom: from, before: now, limit: Self.pageCount)
        if passed.count == Self.pageCount, let last = passed.last?.clock.due {
            page.hasMore = true
            // More than a page may be due in one second; the rest of it goes with this page.
            page.position.clocksTo = last.adding(seconds: 1)
            clocks += passed.filter { $0.clock.due != last }
            clocks += try await views.running(
                dueFrom: last, before: page.position.clocksTo, limit: .max)
        } else {
            clocks += passed
            page.position.clocksTo = max(from, now)
        }
        for one in clocks { page.add(one, at: now) }
    }

    private func readReach(into page: inout EventPage, state: inout State) {
        let reach = desk.node.news.reach
        for (party, answers) in reach.sorted(by: { $0.key < $1.key })
        // That a peer answers is news only where it did not.
        where state.reach[party] ?? true != answers {
            page.events.append(
                ServiceEvent(
                    .peer, for: .watchers,
                    ["party": .string(party.text), "answers": .bool(answers)]))
        }
        state.reach = reach
    }
}
