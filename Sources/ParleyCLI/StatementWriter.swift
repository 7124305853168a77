import Foundation
import Logging
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
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
    var text: String?
    var language: String
    var fields: [String: String] = [:]
    /// Plain files to be sealed and attached.
    var files: [AttachedFile] = []
    /// Exhibits sealed before by `parley attach`.
    var prepared: [PreparedExhibit] = []
    /// An open exhibit that the record itself relies on; nothing else is attached then.
    var document: BlobReference?
}

struct AttachedFile {
    let path: String
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
        let blobs = try home.blobs()
        let thread = try await record.thread(draft.thread, opening: agreement.id)
        var exhibits = draft.prepared
        let version = thread.agreement
        let document = draft.document.map { [$0] } ?? []
        var plain = statement(
            draft, under: version, body: nil, exhibits: exhibits.map(\.reference) + document)
        do {
            try thread.admit(plain)
        } catch {
            throw CommandFailure.refused(
                error.reason, error.explanation,
                hint: hint(thread))
        }
        for file in draft.files {
            exhibits.append(
                try await ExhibitSealer(home: home, record: record, blobs: blobs)
                    .seal(file, to: draft.to))
        }
        guard draft.text != nil || draft.fields.isEmpty else {
            throw CommandFailure.refused(
                "text-missing", "fields stand beside a text, and there is none",
                hint: "say in words what is asked: --text …")
        }
        var body: BlobReference?
        if let text = draft.text {
            body = try await sealBody(text, draft, exhibits: exhibits, into: blobs)
        }
        plain = statement(
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

    /// Signs with the organ's newest key.
    func handIn(_ statement: Statement) async throws -> StatementID {
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
        guard let thread = ThreadID(bytes: surroundings.randomness.bytes(count: 16)) else {
            preconditionFailure("16 bytes make a thread's id")
        }
        let now = surroundings.clock.now()
        let draft = StatementDraft(
            thread: thread, act: act,
            to: (versions ?? record.versions).parties(at: now).map(\.id)
                .filter { $0 != home.seat.party },
            answers: [], terms: terms, text: text, language: language)
        var body: BlobReference?
        if let text {
            body = try await sealBody(text, draft, exhibits: [], into: try home.blobs())
        }
        return statement(
            draft, under: version ?? agreement.id, body: body,
            exhibits: document.map { [$0] } ?? [])
    }

    private func hint(_ thread: DialogueThread) -> String? {
        let acts = thread.lawfulActs(for: home.seat.party).map(\.rawValue)
        return acts.isEmpty
            ? "nothing is lawful for \(home.seat.party) in this thread now"
            : "lawful now: " + acts.joined(separator: ", ")
    }

    private func statement(
        _ draft: StatementDraft, under version: AgreementID, body: BlobReference?,
        exhibits: [BlobReference]
    ) -> Statement {
        Statement(
            agreement: version, thread: draft.thread, act: draft.act, from: home.seat,
            to: draft.to.sorted(), answers: draft.answers.sorted(), at: surroundings.clock.now(),
            terms: draft.terms, body: body, exhibits: exhibits)
    }

    private func sealBody(
        _ text: String, _ draft: StatementDraft, exhibits: [PreparedExhibit],
        into blobs: FileBlobStore
    ) async throws -> BlobReference {
        guard let language = LanguageTag(draft.language) else {
            throw CommandFailure.refused(
                "language-malformed", "\(draft.language) is not a language tag",
                hint: "write a BCP 47 tag such as en or zh-Hans")
        }
        let body: StatementBody
        do {
            body = try StatementBody(
                texts: [.init(language: language, text: text, isAuthentic: true)],
                fields: draft.fields, exhibits: exhibits.map(\.described))
        } catch {
            throw CommandFailure.refused(error.reason, error.explanation)
        }
        let sealed = try SealWriter.sealed(
            body.canonicalBytes, agreement: record.versions.id,
            recipients: try home.sealingKeys(draft.to, in: record.versions),
            contentKey: surroundings.randomness.bytes(count: 32))
        let blob = BlobID(Digest(hashing: sealed))
        try await blobs.put(sealed, as: blob)
        return BlobReference(
            blob: blob, sizeBytes: UInt64(sealed.count), mediaType: StatementBody.mediaType,
            isSealed: true)
    }
}

extension Home {
    /// Hands a signed statement to the node, or to one of this process's own; returns once it is
    /// durable in the log.
    func submit(_ envelope: [UInt8]) async throws -> StatementID {
        do {
            return try await NodeAtHand.work(at: self) {
                try await $0.submit(envelope)
            }
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
        return try (parties + [seat.party]).flatMap { id -> [SealingPublicKey] in
            guard let party = versions.party(id, at: now) else {
                throw CommandFailure.refused(
                    "party-not-in-agreement", "the agreement does not list the party \(id)",
                    hint: "its parties are "
                        + versions.parties(at: now).map(\.id.text).joined(separator: ", "))
            }
            return try party.organs.map { try SealingPublicKey(bytes: $0.sealingKey) }
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
