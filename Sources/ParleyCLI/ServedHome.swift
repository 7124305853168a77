import Foundation
import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore

/// The home that a serving node's desk reads: its views, and the bodies that its key opens while it
/// is not locked.
///
/// The views are the same file that commands read; they are brought up to date under the same lock
/// and only when the record has grown since.
actor ServedHome: DeskHome {
    private let home: Home
    private let ledger: SQLiteLedger
    private let keys: KeyRing
    private let agreement: AgreementID
    private let blobs: FileBlobStore
    private let clock: any WallClock
    private let backupWarnDays: Int64
    private var held: SQLiteViews?
    private var foldedTo: LedgerMark?
    private var readTo: LedgerMark?
    private var isReadingOn = false
    /// As of one state of the record: the tables are long, and change when an overlay is shared.
    private var law: [PartyID?: (mark: LedgerMark, data: LawData)] = [:]

    init(
        _ home: Home, agreement: AgreementID, keys: KeyRing, clock: any WallClock,
        backupWarnDays: Int64
    ) throws {
        self.backupWarnDays = backupWarnDays
        self.home = home
        self.agreement = agreement
        self.keys = keys
        self.clock = clock
        ledger = try home.ledger()
        blobs = try home.blobs()
    }

    /// Of the keys as they are held at this moment.
    nonisolated private func key() throws(Problem) -> SealingPrivateKey {
        guard let key = keys.sealing(at: clock.now()) else { throw Problem.keysLocked }
        return key
    }

    nonisolated private func seals() throws(Problem) -> SealOpener {
        SealOpener(
            agreement: agreement, key: try key(), blobs: blobs,
            // Whoever asks the API stands in the trail by name.
            record: { _ in })
    }

    nonisolated var tokens: SearchTokens { SQLiteViews.tokens }

    func views() async throws -> any Views {
        let mark = try await ledger.mark()
        if let held, foldedTo == mark { return held }
        try await HomeViews.reading(home, json: true) { _ in }
        foldedTo = mark
        return try reopened()
    }

    func searchable() async throws -> any Views { try await read(.max) }

    /// One at a time reads on; whoever comes meanwhile has what was read.
    func titled() async throws -> any Views {
        _ = try key()
        if isReadingOn { return try await views() }
        isReadingOn = true
        defer { isReadingOn = false }
        return try await read(200)
    }

    /// - Parameter most: so many statements are looked at.
    private func read(_ most: Int) async throws -> any Views {
        // Words that were read before are as sealed as the bodies that they stand in.
        let key = try key()
        let mark = try await ledger.mark()
        if let held, readTo == mark { return held }
        let isWhole = try await HomeViews.reading(home, json: true) { held in
            try await BodyTexts(held, key: { key }).bringUpToDate(json: true, most: most).isWhole
        }
        foldedTo = mark
        if isWhole { readTo = mark }
        return try reopened()
    }

    /// The file may have been made anew under its name.
    private func reopened() throws -> SQLiteViews {
        if let held, held.isCurrent { return held }
        let views = try SQLiteViews(path: HomeViews.path(home))
        held = views
        return views
    }

    func law(with other: PartyID?) async throws -> LawData {
        let mark = try await ledger.mark()
        if let held = law[other], held.mark == mark { return held.data }
        do {
            let data = try await HomeLaw(home: home, record: try await home.record())
                .data(with: other)
            law[other] = (mark, data)
            return data
        } catch let failure as CommandFailure {
            throw Problem(failure)
        }
    }

    nonisolated var backup: BackupStanding {
        BackupStanding(
            lastAt: LastBackup.read(in: home.folder)?.at, warnDays: backupWarnDays)
    }

    static func figuresFolder(of home: Home) -> URL { home.folder.appending(path: "figures") }

    static func figuresFile(of party: PartyID, in home: Home) -> URL {
        figuresFolder(of: home).appending(path: party.text + ".json")
    }

    nonisolated func agreementEnvelope() async throws -> [UInt8] {
        try PrivateFile.read(
            home.agreementFile.path(), limitBytes: Agreement.envelopeSizeLimitBytes)
    }

    nonisolated func figures(of other: PartyID) async throws -> [UInt8]? {
        let file = Self.figuresFile(of: other, in: home).path()
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        return try PrivateFile.read(file, limitBytes: ScorecardFile.sizeLimitBytes)
    }

    nonisolated func body(
        of header: Statement, _ id: StatementID
    ) async throws -> StatementBody {
        guard header.body != nil else {
            throw Problem(
                status: 404, reason: "body-missing",
                detail: "\(header.act.rawValue) has no body and no exhibits")
        }
        let seals = try seals()
        do {
            return try await seals.body(of: header, id)
        } catch let failure as CommandFailure {
            throw Problem(failure)
        }
    }
}

extension Problem {
    /// What a command would have said.
    fileprivate init(_ failure: CommandFailure) {
        self.init(
            status: 422, reason: failure.reason, detail: failure.message, hint: failure.hint)
    }
}
