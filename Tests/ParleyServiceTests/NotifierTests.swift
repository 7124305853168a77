import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Synchronization
import Testing

@testable import ParleyService

/// A notifier over a real outbox and a journal that the test writes, with a clock that it moves.
struct NotifierTests {
    private let folder: TemporaryFolder
    private let clock: ManualClock
    private let desk: Desk
    private let store: SQLiteDesk
    private let journal: SQLiteEvents
    private let views: SQLiteViews
    private let start = Timestamp(text: "2026-03-02T09:00:00Z")!
    private let thread = ThreadID(Digest(hashing: [7]))
    private let mail = Mailbag()
    private let hooks = Mailbag()

    init() async throws {
        folder = try TemporaryFolder()
        clock = ManualClock(start)
        let terms = try TestAgreement()
        let folder = folder
        let village = try await Village.make(
            terms, seed: 7, at: start, clockOfFirst: clock,
            makeLedger: { try SQLiteLedger(path: folder.path("\($0).sqlite")) })
        let house = try await village.house("us")
        store = try SQLiteDesk(path: folder.path("desk.sqlite"))
        journal = try SQLiteEvents(path: folder.path("events.sqlite"))
        views = try SQLiteViews(path: folder.path("views.sqlite"))
        desk = Desk(
            accounts: Accounts(
                of: house.party.id, store: store, clock: clock,
                randomness: SeededRandomness(seed: 1), passwordCost: 2),
            node: house.node, home: HeldHome(held: views), ledger: house.ledger, health: nil,
            blobs: house.blobs,
            files: try FolderDeskFiles(home: folder.url),
            exhibits: try FolderExhibitRoom(
                home: folder.url, blobs: FileBlobStore(folder: folder.url),
                randomness: SeededRandomness(seed: 3)),
            commands: NoCommands(), clock: clock, randomness: SeededRandomness(seed: 2),
            fourEyes: .usual, shift: nil, provider: nil, notify: nil, first: nil,
            figuresSeconds: 86_400)
        try await journal.begin(
            EventStanding(
                epoch: "aaaaaaaaaaaaaaaa", head: 0, tail: 0,
                position: EventPosition(
                    record: .init(entries: 0, proofs: 0), trail: 0,
                    clocksTo: start)))
    }

    private func notifier() -> Notifier {
        Notifier(
            ports: NotifyPorts(
                writer: PlainWriter(), from: MailAddress("parley@example.org")!, mail: mail,
                webhooks: hooks, policy: WebhookPolicy(allowing: ["*"], mayBeNear: false),
                hotlineSeconds: 60), desk: desk, store: store, journal: journal, meter: Silent())
    }

    private func person(
        _ name: String, _ roles: Set<Role> = [.officer],
        _ change: (inout NotifyWishes) -> Void = { _ in }
    ) async throws {
        let account = AccountName(name)!
        try await desk.accounts.add(
            account, organ: OrganID("poc")!, roles: roles, password: nil)
        var wishes = NotifyWishes()
        wishes.mail = MailAddress("\(name)@example.org")
        wishes.kinds = [.mail: Set(NotifyKind.wished)]
        change(&wishes)
        try await store.keep(wishes, of: account)
    }

    private func hook(_ label: String, of name: String?, kinds: Set<NotifyKind> = []) async throws {
        let hook = Webhook(
            id: WebhookID(
                bytes: SeededRandomness(seed: UInt64(label.utf8.count)).bytes(count: 16))!,
            account: name.flatMap { AccountName($0) }, label: label,
            address: Webhook.address("https://hooks.example.org/\(label)")!, kinds: kinds,
            secret: WebhookSecret(bytes: Array(0..<32))!, madeAt: start)
        #expect(try await store.add(hook, most: 8) == .added)
    }

    /// Writes events to the journal, as a keeper would.
    private func happen(_ events: ServiceEvent...) async throws {
        _ = try await journal.append(
            events,
            leadingTo: EventPosition(
                record: .init(entries: 0, proofs: 0), trail: 0, clocksTo: clock.now()))
    }

    private func statement(_ number: Int = 0, by party: String = "cn") -> ServiceEvent {
        ServiceEvent(
            .statement, for: .readers,
            [
                "act": .string("request.submit"), "from": .string(party),
                "organ": .string("poc"),
                "thread": .string(ThreadID(Digest(hashing: [UInt8(number)])).text),
                "statement": .string("sha256:" + String(repeating: "0", count: 64)),
            ])
    }

    private func hotline(_ act: Act, by party: String) -> ServiceEvent {
        ServiceEvent(
            .hotline, for: .readers,
            [
                "act": .string(act.rawValue), "from": .string(party),
                "thread": .string(thread.text),
            ])
    }

    /// As the fold of the call's thread has it.
    private func stand(_ state: String) async throws {
        var batch = ViewBatch()
        batch.threads = [
            ThreadSummary(
                id: thread, agreement: desk.agreement, subject: "hotline", kind: nil, urgency: nil,
                opener: PartyID("cn"), addressed: [PartyID("us")!], state: state, turn: nil,
                outcome: nil, clocks: [], next: nil, isPaused: false, counts: .init(),
                lastSettled: nil)
        ]
        try await views.write(batch)
    }

    /// One turn of the loop.
    private func turn(_ notifier: Notifier) async throws {
        try await notifier.take()
        try await notifier.callAgain()
        for batch in try await notifier.ready() { try await notifier.tell(batch) }
    }

    // MARK: Who hears what

    @Test func `each hears of what they want and may know, and the node's own hook of its kinds`()
        async throws
    {
        try await person("ann")
        try await person("boss", [.administrator])
        try await person("bob") { $0.kinds = [.mail: [.peer]] }
        try await hook("node", of: nil, kinds: [.statement])
        let notifier = notifier()
        try await notifier.take()
        try await happen(
            statement(1), statement(2, by: "us"),
            ServiceEvent(.account, for: .administrators, ["did": .string("account.change")]),
            ServiceEvent(.peer, for: .watchers, ["party": .string("cn"), "answers": .bool(false)]))
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["statement cn, peer cn"])
        #expect(mail.told["boss@example.org"] == ["account, peer cn"])
        #expect(mail.told["bob@example.org"] == ["peer cn"])
        #expect(hooks.told["https://hooks.example.org/node"]?.count == 1)
        #expect(try await notifier.standing().waiting == 0)
    }

    @Test func `of a receipt that more and more vouch for one is told once`() async throws {
        try await person("ann")
        let notifier = notifier()
        try await notifier.take()
        func receipt(_ log: String) -> ServiceEvent {
            ServiceEvent(
                .receipt, for: .readers,
                [
                    "statement": .string("sha256:" + String(repeating: "0", count: 64)),
                    "thread": .string(thread.text), "log": .string(log),
                ])
        }
        for log in ["cn", "us", "cn", "acme", "cn"] {
            try await happen(receipt(log))
            try await turn(notifier)
        }
        #expect(mail.told["ann@example.org"] == ["receipt cn", "receipt acme"])
    }

    @Test func `what was before anybody was told is told to nobody`() async throws {
        try await person("ann")
        try await happen(statement(1))
        let notifier = notifier()
        try await turn(notifier)
        #expect(mail.told.isEmpty)
        try await happen(statement(2))
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["statement cn"])
    }

    @Test func `what comes between a node's start and the first look is told`() async throws {
        try await person("ann")
        let notifier = notifier()
        try await notifier.begin()
        try await happen(statement(1))
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["statement cn"])
    }

    @Test func `who has lost a role or is let in no more is not told of what still waits`()
        async throws
    {
        try await person("ann") { $0.digestHours = 4 }
        try await person("bob") { $0.digestHours = 4 }
        let notifier = notifier()
        try await notifier.take()
        try await happen(statement(1))
        try await turn(notifier)
        try await desk.accounts.change(AccountName("ann")!, AccountChange(roles: [.company]))
        try await desk.accounts.change(AccountName("bob")!, AccountChange(isDisabled: true))
        clock.advance(seconds: 4 * 3600)
        try await turn(notifier)
        #expect(mail.told.isEmpty)
        #expect(try await notifier.standing().waiting == 0)
    }

    @Test func `a digest is one message, and quiet hours hold it back`() async throws {
        try await person("ann") {
            $0.digestHours = 1
            $0.quiet = QuietHours(from: 9 * 60, until: 11 * 60)
        }
        let notifier = notifier()
        try await notifier.take()
        for number in 1...3 { try await happen(statement(number)) }
        try await turn(notifier)
        clock.advance(seconds: 2 * 3600 - 1)
        try await turn(notifier)
        #expect(mail.told.isEmpty)
        clock.advance(seconds: 1)
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["statement cn, statement cn, statement cn"])
    }

    @Test func `a draft is told once to those who may approve it, and again once it came back`()
        async throws
    {
        try await person("ann", [.approver, .officer])
        try await person("bob", [.approver])
        try await person("cat", [.officer])
        var draft = Draft(
            id: DraftID(randomness: SeededRandomness(seed: 3)), organ: OrganID("poc")!,
            revision: 1, editor: AccountName("ann")!, savedAt: start,
            content: ["act": .string("allegation.make")])
        #expect(try await store.add(draft))
        let previewed = ServiceEvent(
            .draft, for: .organ(draft.organ),
            ["draft": .string(draft.id.description), "did": .string("previewed")])
        let notifier = notifier()
        try await notifier.take()
        try await happen(previewed, previewed)
        try await turn(notifier)
        try await happen(previewed)
        try await turn(notifier)
        #expect(mail.told == ["bob@example.org": ["draft"]])
        draft.review = .init(
            revision: 1, by: AccountName("bob")!, isApproved: false, note: "", at: start)
        #expect(try await store.mark(draft))
        try await happen(previewed)
        try await turn(notifier)
        #expect(mail.told["bob@example.org"]?.count == 1)
        draft.revision = 2
        #expect(try await store.save(draft, after: 1))
        try await happen(previewed)
        try await turn(notifier)
        #expect(mail.told == ["bob@example.org": ["draft", "draft"]])
    }

    // MARK: The hotline

    @Test func `a call reaches the ladder by every way each minute until a person acknowledges`()
        async throws
    {
        try await person("ann") {
            $0.isOnLadder = true
            $0.kinds = [:]
            $0.quiet = QuietHours(from: 8 * 60, until: 10 * 60)
            $0.digestHours = 24
        }
        try await person("bob")
        try await hook("pager", of: "ann")
        let notifier = notifier()
        try await notifier.take()
        try await stand("calling")
        try await happen(hotline(.hotlineCall, by: "cn"))
        try await turn(notifier)
        for _ in 0..<3 {
            clock.advance(seconds: 59)
            try await turn(notifier)
            clock.advance(seconds: 1)
            try await turn(notifier)
        }
        let pages = (0...3).map { "hotline cn \($0)" }
        #expect(mail.told["ann@example.org"] == pages)
        #expect(hooks.told["https://hooks.example.org/pager"]?.count == 4)
        // Who is not on the ladder and wants to know is told once.
        #expect(mail.told["bob@example.org"] == ["hotline cn 0"])
        #expect(try await notifier.standing().pages == 1)
        // The record says so before a clock of it has moved.
        try await happen(hotline(.hotlineAcknowledge, by: "us"))
        try await turn(notifier)
        clock.advance(seconds: 600)
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == pages)
        #expect(try await notifier.standing().pages == 0)
    }

    @Test(arguments: ["acknowledged", "closed"])
    func `a call that is over in the record is told of no more`(state: String) async throws {
        try await person("ann") { $0.isOnLadder = true }
        let notifier = notifier()
        try await notifier.take()
        try await happen(hotline(.hotlineCall, by: "cn"))
        try await turn(notifier)
        try await stand(state)
        clock.advance(seconds: 60)
        try await turn(notifier)
        clock.advance(seconds: 60)
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["hotline cn 0"])
    }

    @Test func `a call that is not in order ends by itself, one that is goes on for days`()
        async throws
    {
        try await person("ann") { $0.isOnLadder = true }
        let notifier = notifier()
        try await notifier.take()
        try await happen(hotline(.hotlineCall, by: "cn"))
        for _ in 0..<70 {
            try await turn(notifier)
            clock.advance(seconds: 60)
        }
        #expect(mail.told["ann@example.org"]?.count == 60)
        try await stand("calling")
        try await happen(hotline(.hotlineCall, by: "cn"))
        for _ in 0..<100 {
            try await turn(notifier)
            clock.advance(seconds: 60)
        }
        #expect(mail.told["ann@example.org"]?.count == 160)
    }

    @Test func `where nobody is on the ladder, whoever may acknowledge is called`() async throws {
        try await person("ann") { $0.kinds = [:] }
        try await person("eve", [.auditor]) { $0.kinds = [:] }
        let notifier = notifier()
        try await notifier.take()
        try await happen(hotline(.hotlineCall, by: "cn"), hotline(.hotlineCall, by: "us"))
        try await turn(notifier)
        #expect(mail.told == ["ann@example.org": ["hotline cn 0"]])
    }

    @Test func `pages that cannot be sent do not pile up`() async throws {
        try await person("ann") { $0.isOnLadder = true }
        let notifier = notifier()
        try await notifier.take()
        try await stand("calling")
        mail.fault.withLock { $0 = NotifyFault("mail-unreachable") }
        try await happen(hotline(.hotlineCall, by: "cn"))
        for _ in 0..<10 {
            try await turn(notifier)
            clock.advance(seconds: 60)
        }
        #expect(try await notifier.standing().waiting == 1)
        mail.fault.withLock { $0 = nil }
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["hotline cn 0"])
    }

    // MARK: What goes wrong

    @Test func `what fails is tried later and later, under one name, and holds up nobody`()
        async throws
    {
        try await person("ann")
        try await person("bob")
        let notifier = notifier()
        try await notifier.take()
        mail.failing.withLock { $0 = ["ann@example.org"] }
        try await happen(statement(1))
        var tried: [Int64] = []
        for second in 0..<600 {
            let before = mail.tries.withLock { $0["ann@example.org"] ?? 0 }
            try await turn(notifier)
            if second == 5 { try await happen(statement(2)) }
            if mail.tries.withLock({ $0["ann@example.org"] ?? 0 }) > before {
                tried.append(Int64(second))
            }
            clock.advance(seconds: 1)
        }
        #expect(tried == [0, 30, 90, 210, 450])
        #expect(mail.told["bob@example.org"] == ["statement cn", "statement cn"])
        #expect(Set(mail.names.withLock { $0["ann@example.org"] ?? [] }).count == 1)
        let standing = try await store.standing(of: .mail(AccountName("ann")!))
        #expect(standing.fault == "mail-timed-out" && standing.waiting == 2)
        mail.failing.withLock { $0 = [] }
        clock.advance(seconds: 3600)
        try await turn(notifier)
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["statement cn", "statement cn"])
        #expect(try await store.standing(of: .mail(AccountName("ann")!)).fault == nil)
    }

    @Test func `what is refused for good, or a week old, is given up and counted`() async throws {
        try await person("ann")
        try await person("bob")
        let notifier = notifier()
        try await notifier.take()
        mail.failing.withLock { $0 = ["ann@example.org"] }
        mail.refusing.withLock { $0 = ["bob@example.org"] }
        try await happen(statement(1))
        for _ in 0..<(8 * 24) {
            try await turn(notifier)
            clock.advance(seconds: 3600)
        }
        let standing = try await notifier.standing()
        #expect(standing.waiting == 0 && standing.refused == 1 && standing.dropped == 1)
        #expect(mail.tries.withLock { $0["bob@example.org"] } == 1)
    }

    @Test func `past its bound the oldest of the digest goes, and a call stays`() async throws {
        try await person("ann") {
            $0.digestHours = 168; $0.isOnLadder = true
        }
        let notifier = notifier()
        try await notifier.take()
        mail.fault.withLock { $0 = NotifyFault("mail-unreachable") }
        try await happen(hotline(.hotlineCall, by: "cn"))
        for _ in 0..<21 {
            _ = try await journal.append(
                (0..<100).map { statement($0) },
                leadingTo: EventPosition(
                    record: .init(entries: 0, proofs: 0), trail: 0, clocksTo: clock.now()))
        }
        try await notifier.take()
        let standing = try await notifier.standing()
        #expect(standing.waiting == NotifyEntry.mostOfTarget)
        #expect(standing.dropped == Int64(2101 - NotifyEntry.mostOfTarget))
        mail.fault.withLock { $0 = nil }
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["hotline cn 0"])
    }

    @Test func `a journal that was begun anew is read from its beginning`() async throws {
        try await person("ann")
        let notifier = notifier()
        try await notifier.take()
        try await happen(statement(1))
        try await turn(notifier)
        try await journal.begin(
            EventStanding(
                epoch: "bbbbbbbbbbbbbbbb", head: 0, tail: 0,
                position: EventPosition(
                    record: .init(entries: 0, proofs: 0), trail: 0, clocksTo: start)))
        try await happen(statement(2))
        try await turn(notifier)
        #expect(mail.told["ann@example.org"] == ["statement cn", "statement cn"])
    }

    /// Dies at each step in turn, before and after it was done; another begins with what is there.
    @Test(arguments: 0..<8, [false, true])
    func `whoever dies at any step loses nothing, and tells nothing more than twice`(
        step: Int, isDone: Bool
    ) async throws {
        try await person("ann")
        try await hook("pager", of: "ann")
        var wishes = try await store.wishes(of: AccountName("ann")!)
        wishes.kinds[.webhook] = [.statement]
        try await store.keep(wishes, of: AccountName("ann")!)
        try await notifier().take()
        let fate = Fate(dying: step, isDone: isDone)
        try await happen(statement(1))
        let deadly = Notifier(
            ports: NotifyPorts(
                writer: PlainWriter(), from: MailAddress("parley@example.org")!,
                mail: DyingBag(inner: mail, fate: fate),
                webhooks: DyingBag(inner: hooks, fate: fate),
                policy: WebhookPolicy(allowing: ["*"], mayBeNear: false), hotlineSeconds: 60),
            desk: desk, store: DyingStore(inner: store, fate: fate), journal: journal,
            meter: Silent())
        do { try await turn(deadly) } catch is Fate.Died {}
        clock.advance(seconds: 3600)
        let next = notifier()
        try await turn(next)
        try await turn(next)
        for (bag, target) in [
            (mail, "ann@example.org"), (hooks, "https://hooks.example.org/pager"),
        ] {
            let told = bag.told[target] ?? []
            #expect((1...2).contains(told.count), "step \(step): \(told)")
            #expect(Set(bag.names.withLock { $0[target] ?? [] }).count == 1)
        }
        #expect(try await next.standing().waiting == 0)
        #expect(fate.wasMet == (step < 6))
    }
}
