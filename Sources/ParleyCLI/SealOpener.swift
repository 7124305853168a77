import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// Opens sealed blobs for this home's organ.
///
/// No body comes out of it before its opening was told to whoever keeps the trail.
struct SealOpener {
    let agreement: AgreementID
    let key: SealingPrivateKey
    let blobs: FileBlobStore
    /// Returns once it stands in the trail that these bodies were opened.
    private let record: @Sendable ([StatementID]) async throws -> Void

    init(
        agreement: AgreementID, key: SealingPrivateKey, blobs: FileBlobStore,
        record: @escaping @Sendable ([StatementID]) async throws -> Void
    ) {
        self.agreement = agreement
        self.key = key
        self.blobs = blobs
        self.record = record
    }

    /// The body of a statement, as its header says it is.
    func body(of header: Statement, _ id: StatementID) async throws -> StatementBody {
        guard let reference = header.body else {
            throw CommandFailure.refused(
                "body-missing", "\(header.act.rawValue) \(id) has no body and no exhibits")
        }
        let body = try opened(reference)
        do throws(BodyRefusal) {
            try body.check(against: header)
        } catch {
            throw CommandFailure.notProven(error.reason, error.explanation)
        }
        try await record([id])
        return body
    }

    /// Those of the bodies that can be opened and are as their headers say, told of at once.
    func bodies(
        of statements: [(id: StatementID, header: Statement)]
    ) async throws -> [StatementID: StatementBody] {
        var bodies: [StatementID: StatementBody] = [:]
        for (id, header) in statements {
            guard let reference = header.body, let body = try? opened(reference),
                (try? body.check(against: header)) != nil
            else { continue }
            bodies[id] = body
        }
        try await record(statements.map(\.id).filter { bodies[$0] != nil })
        return bodies
    }

    private func opened(_ reference: BlobReference) throws -> StatementBody {
        let sealed = try PrivateFile.read(
            blobs.path(of: reference.blob).path(), limitBytes: 1024 * 1024)
        do {
            let plain = try SealReader.opened(sealed, agreement: agreement, key: key)
            return try StatementBody(parsing: plain)
        } catch let refusal as SealRefusal {
            throw CommandFailure.notProven(refusal.reason, refusal.explanation)
        } catch let refusal as BodyRefusal {
            throw CommandFailure.notProven(refusal.reason, refusal.explanation)
        }
    }
}

extension Home {
    /// What opens bodies for a command, whose trail tells of each.
    func sealOpener(_ agreement: AgreementID) throws -> SealOpener {
        SealOpener(
            agreement: agreement, key: try sealingKey(), blobs: try blobs(),
            record: { [trail] in try await trail.opened($0) })
    }

    /// A statement that this home holds, with its words.
    func opened(_ id: StatementID) async throws -> (header: Statement, body: StatementBody) {
        guard let entry = try await ledger().entry(id) else {
            throw CommandFailure.refused("statement-unknown", "this home does not hold \(id)")
        }
        let header = try UnverifiedStatement(parsing: entry.envelope).header
        return (header, try await sealOpener(knownVersions().id).body(of: header, id))
    }
}
