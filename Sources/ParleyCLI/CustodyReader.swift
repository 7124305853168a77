import Foundation
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// One exhibit's chain with the thread that it lies in.
struct FoundChain {
    let thread: ThreadID
    let chain: CustodyChain
}

/// Reads threads with what this home's organ can read of their bodies.
struct CustodyReader {
    let home: Home
    let record: RecordReader
    let seals: SealOpener

    init(home: Home, record: RecordReader) throws {
        self.home = home
        self.record = record
        seals = try home.sealOpener(record.versions.id)
    }

    func thread(_ id: ThreadID) async throws -> DialogueThread {
        try await record.thread(id)
    }

    /// The version of the agreement that the thread runs under.
    func version(of thread: DialogueThread) -> Agreement {
        record.versions.version(thread.agreement) ?? record.versions.first
    }

    func chains(in id: ThreadID) async throws -> [FoundChain] {
        try await chains(of: try await thread(id), id)
    }

    func chain(of exhibit: BlobID, in thread: ThreadID) async throws -> CustodyChain? {
        try await chains(in: thread).map(\.chain).first { $0.exhibit == exhibit }
    }

    private func chains(
        of thread: DialogueThread, _ id: ThreadID
    ) async throws -> [FoundChain] {
        CustodyChain.chains(
            of: thread, bodies: try await bodies(of: thread),
            toleranceSeconds: version(of: thread).clockToleranceSeconds
        ).map { FoundChain(thread: id, chain: $0) }
    }

    /// Of the statements that carry exhibits or record custody; what is sealed to others, not here
    /// yet or not as its header says is left out, and its row shown as sealed.
    func bodies(of thread: DialogueThread) async throws -> [StatementID: StatementBody] {
        try await seals.bodies(
            of: thread.entries.filter {
                $0.statement.act == .custodyRecord || !$0.statement.exhibits.isEmpty
            }.map { ($0.id, $0.statement) })
    }

    /// Finds chains by a thread, a statement, an exhibit's blob, a content's digest or a file.
    func find(_ text: String, thread wanted: String?) async throws -> [FoundChain] {
        var threads = try await record.threads()
        if let wanted {
            threads = [try await openThread(wanted, in: record).0]
        }
        var found: [FoundChain] = []
        if let digest = try digest(of: text) {
            if let entry = try await home.ledger().entry(StatementID(digest)) {
                let header = try UnverifiedStatement(parsing: entry.envelope).header
                let blobs = header.exhibits.map(\.blob) + [header.terms.exhibit].compactMap { $0 }
                return try await chains(in: header.thread)
                    .filter { blobs.contains($0.chain.exhibit) }
            }
            for id in threads {
                found += try await chains(in: id).filter {
                    $0.chain.exhibit.digest == digest || $0.chain.described?.digest == digest
                }
            }
        } else {
            found = try await chains(in: try await openThread(text, in: record).0)
        }
        guard !found.isEmpty else {
            throw CommandFailure.refused(
                "exhibit-unknown", "no thread of this home carries the exhibit \(text)",
                hint: "name a thread, a statement, a blob or the plain file; "
                    + "parley request show THREAD --json lists the exhibits")
        }
        return found
    }

    /// Finds the one chain that a custody event is to be added to.
    func findOne(_ text: String, thread: String?) async throws -> FoundChain {
        let found = try await find(text, thread: thread)
        guard found.count == 1, let one = found.first else {
            throw CommandFailure.refused(
                "exhibit-ambiguous", "\(text) means \(found.count) exhibits",
                hint: "name one by its blob, and its thread with --thread: "
                    + found.prefix(4).map { "\($0.chain.exhibit) in \($0.thread)" }
                    .joined(separator: ", "))
        }
        return one
    }

    private func digest(of text: String) throws -> Digest? {
        if text.hasPrefix("sha256:") {
            guard let digest = Digest(text: text) else {
                throw CommandFailure.refused(
                    "digest-malformed", "\(text) is not a digest",
                    hint: "write sha256: and 64 digits")
            }
            return digest
        }
        return try InputFile.ifThere(text).map { try FileDigest.of($0) }
    }
}

/// SHA-256 of files of any size.
enum FileDigest {
    static func of(_ path: String) throws -> Digest { try measured(path).digest }

    static func measured(_ path: String) throws -> (digest: Digest, sizeBytes: UInt64) {
        guard let file = try? FileHandle(forReadingFrom: URL(filePath: path)) else {
            throw CommandFailure.failed("file-missing", "\(path) cannot be read")
        }
        defer { try? file.close() }
        var digest = RunningDigest()
        while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty {
            digest.update([UInt8](bytes))
        }
        return (digest.digest, digest.sizeBytes)
    }
}
