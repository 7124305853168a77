import Foundation
import Logging
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyWeb

/// What a command wants said, before sealing and signing.
struct StatementDraft {
    var thread: ThreadID
    var act: Act
    var to: [PartyID]
    var answers: [StatementID]
    var terms = Terms()
    /// One text in several languages.
    var texts: [StatementBody.Text] = []
    var fields: [String: String] = [:]
    /// Plain files to be sealed and attached.
    var files: [AttachedFile] = []
    /// Exhibits sealed before by `parley attach`.
    var prepared: [PreparedExhibit] = []
    /// An open exhibit that the record itself relies on; nothing else is attached then.
    var document: BlobReference?
}

struct AttachedFile {
    let file: InputFile
    let mediaType: String
}

/// Seals, signs and hands over statements of one home.
///
/// Crash story: blobs are durable in the home before the statement is handed over, and the
/// statement
/// is said to be sent only when the log holds it. A crash in between leaves blobs that nothing
/// names.
struct StatementWriter {
    let home: Home
    let record: RecordReader
    private let surroundings = Surroundings.here

    init(home: Home) async throws {
        self.home = home
        record = try await home.record()
    }

    /// The version under which a thread is opened now.
    var agreement: Agreement { home.agreement(in: record) }

    /// Checks that the act is lawful, before anything is sealed or signed.
    func write(_ draft: StatementDraft) async throws -> StatementID {
        let thread = try await record.thread(draft.thread, opening: agreement.id)
        var exhibits = draft.prepared
        let version = thread.agreement
        let document = draft.document.map { [$0] } ?? []
        var plain = try statement(
            draft, under: version, body: nil, exhibits: exhibits.map(\.reference) + document)
        do {
            try thread.admit(plain)
        } catch {
            throw CommandFailure.refused(
                error.reason, error.explanation,
                hint: hint(thread))
        }
        do throws(ExhibitRefusal) {
            for exhibit in exhibits { try exhibit.check(isFor: draft.to) }
        } catch {
            throw CommandFailure(error)
        }
        try checkApproval(of: plain)
        for file in draft.files {
            exhibits.append(
                try await ExhibitSealer(home: home, record: record)
                    .seal(file, to: draft.to))
        }
        if let behalf = surroundings.behalf, draft.act != .custodyRecord {
            throw try await DraftMade(
                draft, header: plain.json, exhibits, for: behalf, at: home)
        }
        guard !draft.texts.isEmpty || draft.fields.isEmpty else {
            throw CommandFailure.refused(
                "text-missing", "fields stand beside a text, and there is none",
                hint: "say in words what is asked: --text …")
        }
        var (draft, body) = (draft, BlobReference?.none)
        if !draft.texts.isEmpty {
            let content = try content(draft, exhibits: exhibits)
            // The header names the text that the body binds.
            draft.terms.text = BoundText(of: content)?.digest ?? draft.terms.text
            body = try await seal(content, to: draft.to)
        }
        plain = try statement(
            draft, under: version, body: body, exhibits: exhibits.map(\.reference) + document)
        return try await handIn(plain)
    }

    /// Keeps a document among the blobs, open to read.
    func document(
        _ bytes: [UInt8], _ kind: Act.Document
    ) async throws -> BlobReference {
        let blob = BlobID(Digest(hashing: bytes))
        try await home.blobs().put(bytes, as: blob)
        return BlobReference(
            blob: blob, sizeBytes: UInt64(bytes.count), mediaType: kind.mediaType, isSealed: false)
    }

    /// At the machine itself nobody is known by name, so nobody can be a second person; what comes
    /// from elsewhere becomes a draft, which that person approves.
    private func checkApproval(of statement: Statement) throws {
        if surroundings.behalf != nil { return }
        let version = record.versions.version(statement.agreement)
        guard version?.needsApproval(statement.act) ?? false else { return }
        throw CommandFailure.refused(
            "approval-missing",
            "the agreement lets \(statement.act.rawValue) leave only once a second person has "
                + "approved it",
            hint: "draft it at the node's API (parley serve --api): one account writes, another "
                + "with the role approver approves")
    }

    /// Signs with the organ's newest key.
    func handIn(_ statement: Statement) async throws -> StatementID {
        guard surroundings.behalf == nil || statement.act == .custodyRecord else {
            throw CommandFailure.refused(
                "command-on-machine", "\(statement.act.rawValue) is said on the node's machine")
        }
        try checkApproval(of: statement)
        let envelope: [UInt8]
        do {
            envelope = try home.signingKey(in: record).sign(statement)
        } catch let refusal as StatementRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        }
        return try await home.submit(envelope)
    }

    /// A change of keys or versions, not yet signed.
    ///
    /// - Parameter versions: whose parties are told, every one of any version, since what was begun
    ///   with it goes on; nil for those on the record.
    func change(
        _ act: Act, _ terms: Terms, under version: AgreementID? = nil,
        tellingPartiesOf versions: AgreementVersions? = nil, document: BlobReference? = nil,
        text: String? = nil, language: String = "en"
    ) async throws -> Statement {
        let thread = newThread()
        let now = surroundings.clock.now()
        let draft = StatementDraft(
            thread: thread, act: act,
            to: (versions ?? record.versions).parties(at: now).map(\.id)
                .filter { $0 != home.seat.party },
            answers: [], terms: terms,
            texts: try text.map { [try authentic($0, in: language)] } ?? [])
        var body: BlobReference?
        if !draft.texts.isEmpty {
            body = try await seal(try content(draft, exhibits: []), to: draft.to)
        }
        return try statement(
            draft, under: version ?? agreement.id, body: body,
            exhibits: document.map { [$0] } ?? [])
    }

    private func hint(_ thread: DialogueThread) -> String? {
        let acts = thread.lawfulActs(for: home.seat.party).map(\.rawValue)
        return acts.isEmpty
            ? "nothing is lawful for \(home.seat.party) in this thread now"
            : "lawful now: " + acts.joined(separator: ", ")
    }

    private func composer() throws -> StatementComposer {
        StatementComposer(
            seat: home.seat, record: record, blobs: try home.blobs(), clock: surroundings.clock,
            randomness: surroundings.randomness)
    }

    private func statement(
        _ draft: StatementDraft, under version: AgreementID, body: BlobReference?,
        exhibits: [BlobReference]
    ) throws -> Statement {
        try composer().header(
            draft.act, in: draft.thread, under: version, to: draft.to, answers: draft.answers,
            terms: draft.terms, body: body, exhibits: exhibits)
    }

    private func content(
        _ draft: StatementDraft, exhibits: [PreparedExhibit]
    ) throws -> StatementBody {
        let composer = try composer()
        do throws(BodyRefusal) {
            return try composer.body(
                of: draft.act, texts: draft.texts, fields: draft.fields,
                exhibits: exhibits.map(\.described))
        } catch {
            throw CommandFailure.refused(error.reason, error.explanation)
        }
    }

    private func seal(
        _ body: StatementBody, to parties: [PartyID]
    ) async throws -> BlobReference {
        // Asked first, for the hint that names the parties.
        _ = try home.sealingKeys(parties, in: record.versions)
        return try await composer().seal(body, to: parties)
    }
}

/// A text that its author stands by.
func authentic(_ text: String, in language: String) throws -> StatementBody.Text {
    .init(language: try languageArgument(language), text: text, isAuthentic: true)
}

func languageArgument(_ text: String) throws -> LanguageTag {
    guard let language = LanguageTag(text) else {
        throw CommandFailure.refused(
            "language-malformed", "\(text) is not a language tag",
            hint: "write a BCP 47 tag such as en or zh-Hans")
    }
    return language
}

extension Home {
    /// Hands a signed statement to the node, or to one of this process's own; returns once it is
    /// durable in the log.
    func submit(_ envelope: [UInt8]) async throws -> StatementID {
        do {
            let id = try await NodeAtHand.work(at: self) {
                try await $0.submit(envelope)
            }
            try await trail.record("statement.send", [id.text])
            return id
        } catch let refusal as LocalRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        } catch let refusal as SubmitRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        }
    }
}

extension Home {
    /// Those of the addressees' organs as they now are, and of this party's own, who must be able
    /// to read what it said.
    func sealingKeys(
        _ parties: [PartyID], in versions: AgreementVersions
    ) throws -> [SealingPublicKey] {
        let now = Surroundings.here.clock.now()
        do throws(RecipientsRefusal) {
            return try versions.recipients(of: seat.party, to: parties, at: now)
        } catch {
            throw CommandFailure.refused(
                error.reason, error.explanation,
                hint: "its parties are "
                    + versions.parties(at: now).map(\.id.text).joined(separator: ", "))
        }
    }
}

/// Delivers nothing: a command that runs without the node leaves that to the node.
struct NoTransport: PeerTransport {
    struct NotServing: Error {}

    func deliver(
        _ request: DeliveryRequest, to party: PartyID
    ) async throws -> DeliveryAnswer { throw NotServing() }

    func tell(_ fork: ForkProof, to party: PartyID) async throws { throw NotServing() }

    func blobOffset(_ blob: BlobID, at party: PartyID) async throws -> UInt64? {
        throw NotServing()
    }

    func sendBlob(
        _ blob: BlobID, sizeBytes: UInt64, from offset: UInt64, to party: PartyID,
        reading store: any BlobStore
    ) async throws { throw NotServing() }
}
