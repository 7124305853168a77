package import ParleyDialogue
package import ParleyLaw
import ParleyLog
package import ParleyNode
package import ParleyStatements
import Synchronization

/// What the desk needs of the home that it serves, beside the node.
package protocol DeskHome: Sendable {
    /// The views of threads, brought up to date.
    func views() async throws -> any Views
    /// The same, with the words of every body that this home opens.
    func searchable() async throws -> any Views
    /// The same, with the words of some more bodies than before: a list does not wait for all of a
    /// large record to be read.
    func titled() async throws -> any Views
    /// The tokens of which a text consists, as the views have them.
    var tokens: SearchTokens { get }
    /// The opened body of a statement.
    ///
    /// - Throws: ``Problem`` where it has none, or it cannot be opened here.
    func body(of header: Statement, _ id: StatementID) async throws -> StatementBody
    /// The tables of law as they are between this home's party and another.
    ///
    /// - Throws: ``Problem`` where an overlay cannot be read.
    func law(with other: PartyID?) async throws -> LawData
    /// The agreement's first version as all its parties signed it.
    func agreementEnvelope() async throws -> [UInt8]
    /// The scorecard that another party published, as it was put beside ours; nil for none.
    func figures(of other: PartyID) async throws -> [UInt8]?
    /// How this home's backups stand.
    var backup: BackupStanding { get }
}

/// Does what is asked of a node's API. Who may ask for what, ``Operation`` says, and whoever calls
/// has checked it.
///
/// One object: what it holds is some kilobytes, and every request would carry a copy of it.
package final class Desk: Sendable {
    package let accounts: Accounts
    let node: Node
    let home: any DeskHome
    let ledger: any Ledger
    /// Nil where nobody asks what waits in the ledger.
    let health: (any LedgerHealth)?
    let files: any DeskFiles
    let exhibits: any ExhibitRoom
    let commands: any CommandRunner
    let blobs: any BlobStore
    let clock: any WallClock
    let randomness: any Randomness
    let fourEyes: FourEyes
    let composer: StatementComposer
    /// Nil where the keys are held while the node runs.
    let shift: KeyShift?
    /// Nil where nobody signs in elsewhere.
    let provider: ProviderSignIn?
    /// What was worked out for the public.
    let shelf = AnswerShelf()
    /// What reports take from every thread.
    let reports: ReportedRecord
    /// The public figures stand as of the last whole one of so many seconds (UTC).
    let figuresSeconds: Int64
    /// Nil where nobody is told anything outside the desk.
    let notify: NotifyPorts?
    private let first: FirstLink

    /// - Parameter first: what was printed for whoever makes the first account; nil when there are
    ///   accounts.
    package init(
        accounts: Accounts, node: Node, home: any DeskHome, ledger: any Ledger,
        health: (any LedgerHealth)?,
        blobs: any BlobStore, files: any DeskFiles, exhibits: any ExhibitRoom,
        commands: any CommandRunner, clock: any WallClock,
        randomness: any Randomness,
        fourEyes: FourEyes, shift: KeyShift?, provider: ProviderSignIn?, notify: NotifyPorts?,
        first: Secret?, figuresSeconds: Int64
    ) {
        self.notify = notify
        self.figuresSeconds = figuresSeconds
        self.files = files
        self.exhibits = exhibits
        self.commands = commands
        self.blobs = blobs
        self.provider = provider
        self.shift = shift
        self.randomness = randomness
        self.fourEyes = fourEyes
        reports = ReportedRecord(node.record, ledger: ledger)
        composer = StatementComposer(
            seat: node.identity.seat, record: node.record, blobs: blobs, clock: clock,
            randomness: randomness)
        self.accounts = accounts
        self.node = node
        self.home = home
        self.ledger = ledger
        self.health = health
        self.clock = clock
        self.first = FirstLink(first)
    }

    /// Whether people may sign in at an identity provider.
    package var hasProvider: Bool { provider != nil }

    package var agreement: AgreementID { node.identity.versions.id }

    /// Whose node it is.
    var party: PartyID { node.identity.party.id }

    /// Written once: it is long, and anybody may ask for it.
    private static let document = Answer(OpenAPI.document)

    /// - Throws: ``Problem``, or what could not be found out.
    package func answer(_ operation: Operation, _ ask: Ask) async throws -> Answer {
        do {
            return try await done(operation, ask)
        } catch let refusal as AccountRefusal {
            var wait: Int64?
            if case .waits(let until) = refusal { wait = until.seconds(since: clock.now()) }
            throw Problem(refusal, retryAfterSeconds: wait)
        } catch let refusal as any DeskRefusal {
            throw Problem(refusal)
        }
    }

    private func done(_ operation: Operation, _ ask: Ask) async throws -> Answer {
        switch operation.id {
        case "document.show": return Self.document
        case "first.add": return try await addFirst(ask)
        case "session.begin": return try await signIn(ask)
        case "oidc.begin": return try await beginAtProvider()
        case "oidc.end": return try await endAtProvider(ask)
        case "session.show": return try await showSession(ask)
        case "session.end": return try await signOut(ask)
        case "session.list": return try await sessions(ask)
        case "session.end-all": return try await signOutEverywhere(ask)
        case "password.set": return try await setPassword(ask)
        case "factor.begin": return try await beginFactor(ask)
        case "factor.confirm": return try await confirmFactor(ask)
        case "factor.remove": return try await removeFactor(ask)
        case "token.list": return try await tokens(ask)
        case "token.add": return try await addToken(ask)
        case "token.revoke": return try await revokeToken(ask)
        case "account.list": return try await listAccounts()
        case "account.add": return try await addAccount(ask)
        case "account.show": return try await showAccount(ask)
        case "account.change": return try await changeAccount(ask)
        case "trail.list": return try await trail(ask)
        case "trail.export": return exportTrail()
        case "trail.check": return try await checkTrail(ask)
        case "node.show": return try await showNode()
        case "queue.count": return try await countQueue(ask)
        case "queue.list": return try await queue(ask)
        case "thread.list": return try await threads(ask)
        case "thread.show": return try await thread(ask)
        case "body.show": return try await body(ask)
        case "text.search": return try await search(ask)
        case "act.list": return try await listActs(ask)
        case "act.show": return try await showAct(ask)
        case "keys.show": return try showKeys(ask)
        case "keys.unlock": return try await unlockKeys(ask)
        case "keys.lock": return try lockKeys(ask)
        default: return try await publicDone(operation, ask)
        }
    }

    /// What anybody may ask for.
    private func publicDone(_ operation: Operation, _ ask: Ask) async throws -> Answer {
        switch operation.id {
        case "portal.show": return try await showPortal()
        case "portal.agreement": return try await publicAgreement(ask)
        case "portal.threads": return try await publicThreads(ask)
        case "portal.thread": return try await publicThread(ask)
        case "portal.text": return try await publicText(ask)
        case "portal.feed": return try await publicFeed(ask)
        case "portal.scorecard": return try await publicScorecard(ask)
        case "portal.record": return try await publicRecord()
        case "receipt.check": return try checkReceipt(ask)
        default: return try await draftDone(operation, ask)
        }
    }

    private func draftDone(_ operation: Operation, _ ask: Ask) async throws -> Answer {
        switch operation.id {
        case "draft.list": return try await listDrafts(ask)
        case "draft.add": return try await addDraft(ask)
        case "draft.show": return try await showDraft(ask)
        case "draft.change": return try await changeDraft(ask)
        case "draft.discard": return try await discardDraft(ask)
        case "draft.revisions": return try await draftRevisions(ask)
        case "draft.review": return try await reviewDraft(ask)
        case "draft.preview": return try await previewDraft(ask)
        case "draft.send": return try await sendDraft(ask)
        case "file.list": return try await listFiles(ask)
        case "file.add": return try await addFile(ask)
        case "file.show": return try await showFile(ask)
        case "file.discard": return try await discardFile(ask)
        case "file.append": return try await appendToFile(ask)
        case "file.content": return try await fileContent(ask)
        case "exhibit.prepare": return try await prepareExhibit(ask)
        case "command.run": return try await runCommand(ask)
        default: return try await tellingDone(operation, ask)
        }
    }

    private func tellingDone(_ operation: Operation, _ ask: Ask) async throws -> Answer {
        switch operation.id {
        case "notify.show": return try await showNotify(ask)
        case "notify.set": return try await setNotify(ask)
        case "notify.test": return try await testNotify(ask)
        case "webhook.list": return try await listWebhooks(ask)
        case "webhook.add": return try await addWebhook(ask)
        case "webhook.remove": return try await removeWebhook(ask)
        case "node-webhook.list": return try await listNodeWebhooks()
        case "node-webhook.add": return try await addNodeWebhook(ask)
        case "node-webhook.remove": return try await removeNodeWebhook(ask)
        case "filter.list": return try await listFilters(ask)
        case "filter.add": return try await saveFilter(ask)
        case "filter.remove": return try await removeFilter(ask)
        default: return try await filingDone(operation, ask)
        }
    }

    private func filingDone(_ operation: Operation, _ ask: Ask) async throws -> Answer {
        switch operation.id {
        case "filing.list": return try await listFilings(ask)
        case "filing.add": return try await addFiling(ask)
        case "filing.show": return try await showFiling(ask)
        case "filing.change": return try await changeFiling(ask)
        case "filing.hand-in": return try await handIn(ask)
        case "filing.withdraw": return try await withdrawFiling(ask)
        case "intake.list": return try await listIntake(ask)
        case "intake.show": return try await showIntake(ask)
        case "intake.take": return try await takeFiling(ask)
        case "intake.return": return try await returnFiling(ask)
        case "report.scorecard": return try await scorecardReport(ask)
        case "report.agenda": return try await agendaReport(ask)
        case "report.cases": return try await caseReport(ask)
        default: preconditionFailure("\(operation.id) stands in the table and nobody does it")
        }
    }

    private func addFirst(_ ask: Ask) async throws -> Answer {
        let text = ask.given.text("name") ?? ""
        guard let name = AccountName(text) else { throw AccountRefusal.nameMalformed(text) }
        guard first.isSame(as: ask.given.text("first") ?? "") else {
            throw AccountRefusal.firstLinkWrong
        }
        // The store makes it only where there is no account at all, whoever else tries.
        try await accounts.add(
            name, organ: node.identity.seat.organ, roles: [.administrator],
            password: ask.given.text("password"), isFirst: true)
        first.use()
        return Answer(["name": .string(name.text)])
    }
}

/// The one-time secret of the first start, gone once it was used.
private final class FirstLink: Sendable {
    private let digest: Mutex<Digest?>

    init(_ secret: Secret?) { digest = Mutex(secret?.digest) }

    func isSame(as text: String) -> Bool {
        guard let given = Secret(.first, text: text) else { return false }
        // Digests of what is secret may be compared in any way.
        return digest.withLock { $0 == given.digest }
    }

    func use() { digest.withLock { $0 = nil } }
}
