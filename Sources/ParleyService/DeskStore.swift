package import ParleyLog
package import ParleyStatements

/// What the service keeps: accounts, sessions, tokens, tries, and the trail.
///
/// Trust: whoever can change it can sign in as anybody here, and so have this node's keys sign what
/// they want. It belongs to the node's operator alone (mode 0600), like the keys.
package protocol DeskStore: RepeatStore, NotifyStore, FilterStore, FilingStore {
    func account(_ name: AccountName) async throws -> Account?
    /// The one account, if any, that is linked to whom an identity provider names so.
    func account(linkedTo subject: String) async throws -> Account?
    /// By name.
    func accounts() async throws -> [Account]
    /// False, and nothing kept, where the name is taken.
    ///
    /// - Parameter isFirst: only where there is no account at all.
    func add(_ account: Account, isFirst: Bool) async throws -> Bool
    /// Reads, changes and writes in one step; nil where there is no such account.
    ///
    /// - Parameter endingSessions: ends all its sessions in the same step.
    func change(
        _ name: AccountName, endingSessions: Bool,
        _ change: @escaping @Sendable (inout Account, _ administrators: Int) throws -> Void
    ) async throws -> Account?

    func begin(_ session: Session) async throws
    /// The session and its account, both as they stand.
    func session(_ digest: Digest) async throws -> (Session, Account)?
    /// The newest first.
    func sessions(of name: AccountName) async throws -> [Session]
    func saw(_ digest: Digest, at now: Timestamp) async throws
    func end(_ digest: Digest) async throws
    /// Forgets what is over.
    func sweep(at now: Timestamp) async throws

    /// False, and nothing kept, where the account has one with that label.
    func add(_ token: APIToken) async throws -> Bool
    func token(_ digest: Digest) async throws -> (APIToken, Account)?
    /// By label.
    func tokens(of name: AccountName) async throws -> [APIToken]
    func used(_ digest: Digest, at now: Timestamp) async throws
    /// False where there is none that is not revoked.
    func revoke(_ label: String, of name: AccountName, at now: Timestamp) async throws -> Bool

    func attempts(of key: Digest) async throws -> Attempts?
    /// One more wrong try; in one step, so that tries at the same time all count.
    func failed(_ key: Digest, at now: Timestamp) async throws
    func forgive(_ key: Digest) async throws

    func draft(_ id: DraftID) async throws -> Draft?
    /// Nil too where it is another organ's.
    func draft(_ id: DraftID, of organ: OrganID) async throws -> Draft?
    /// The organ's drafts that are open, the latest saved first.
    func drafts(of organ: OrganID) async throws -> [Draft]
    /// False, and nothing kept, where the organ has as many open ones as it may.
    func add(_ draft: Draft) async throws -> Bool
    /// Writes a further revision; false, and nothing kept, where another came first, or the draft
    /// is open no more. Every revision stays.
    func save(_ draft: Draft, after revision: Int) async throws -> Bool
    /// Writes what is said of the revision: its state, review and preview; false where there is a
    /// later one, or the draft is open no more. A filing whose draft is discarded waits again.
    func mark(_ draft: Draft) async throws -> Bool
    /// The contents that the draft has had, the first one first.
    func revisions(of id: DraftID) async throws -> [Draft]

    /// Appends to the trail; durable when it returns.
    func record(_ events: [TrailEvent]) async throws
    /// The trail's newest entry; nil before the first.
    func trailHead() async throws -> TrailEntry?
    /// Entries in their order from a number on, at most so many.
    func trail(
        from number: Int64, limit: Int, matching filter: TrailFilter
    ) async throws -> [TrailEntry]
    /// Entries before a number, the newest first, at most so many.
    func trail(
        before number: Int64, limit: Int, matching filter: TrailFilter
    ) async throws -> [TrailEntry]
}
