import ArgumentParser
import Foundation
import ParleyAudit
import ParleyLog
import ParleyNode
import ParleyStore
import Synchronization

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Check a whole log: every entry, tile and signature.",
        discussion: """
            Reads what the log serves to everybody, hashes it again with code of its own, and \
            compares every tile and the root with what the log has signed. With --state it \
            remembers the last checkpoint, goes on from there, and notices a log that goes back \
            or forks. A receipt whose entry the log no longer holds is proof against the log.

            A server's certificate is judged only with --agreement, by the pins of the party whose \
            log it is; otherwise the log's own signature is what is trusted.

            Exit code 3 when anything is proven wrong, unproven or missing.

            Example:
              parley audit https://us.example.org:7443/log/us-cn-2015/ \\
                  --agreement agreement.json --state us.audit.json
            """)

    @OptionGroup var options: LogOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "File that keeps how far audits of this log have come.") var state: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            try await AuditedLog.reading {
                let log = try await AuditedLog(options)
                let store = state.map { AuditStateFile(path: $0) }
                let report = try await AuditWork(options: options, log: log).run(
                    store: store, copy: nil, earlier: [])
                try AuditWords(report: report, log: log.key).print(json: flag.json)
            }
        }
    }
}

struct MirrorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mirror", abstract: "Copy a log, auditing it on the way.",
        discussion: """
            The copy can be served by any file server, and audited like the log itself. Its \
            checkpoint is written last, when everything that it needs is there and holds; \
            interrupted, it goes on where it stopped. What was verified is never replaced.

            Exit code 3 when anything is proven wrong, unproven or missing; the copy then keeps \
            the last checkpoint that held.

            Example:
              parley mirror https://us.example.org:7443/log/us-cn-2015/ --out us-log \\
                  --agreement agreement.json
            """)

    /// Beside the log's own files, and never one of them.
    private static let stateName = ".audit-state.json"

    @OptionGroup var options: LogOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "Folder of the copy.") var out: String

    func run() async throws {
        try await reporting(json: flag.json) {
            try await AuditedLog.reading {
                let log = try await AuditedLog(options)
                let published = try await publishedCheckpoint(by: log.key)
                let copy = try MirrorFolder(path: out, published: published)
                let store = AuditStateFile(path: out + "/" + Self.stateName)
                let report = try await AuditWork(options: options, log: log).run(
                    store: store, copy: copy, earlier: published.map { [$0] } ?? [])
                try AuditWords(report: report, log: log.key).print(json: flag.json)
            }
        }
    }

    /// The checkpoint that an earlier run left in the copy.
    private func publishedCheckpoint(by log: VerifierKey) async throws -> SignedCheckpoint? {
        let reading = try await LogFolder(path: out).read(
            LogPath.checkpoint, limitBytes: SignedCheckpoint.limitBytes)
        guard case .bytes(let note) = reading else { return nil }
        do throws(CheckpointFault) {
            return try SignedCheckpoint(note: note, log: log)
        } catch {
            throw CommandFailure.refused(
                "copy-of-other-log", "\(out) holds another log's checkpoint: \(error.explanation)",
                hint: "name another folder with --out")
        }
    }
}

/// One audit as commands run it.
struct AuditWork {
    let options: LogOptions
    let log: AuditedLog

    func run(
        store: AuditStateFile?, copy: (any LogCopy)?, earlier: [SignedCheckpoint]
    ) async throws -> AuditReport {
        let auditor = Auditor(
            log: log.key, cosigners: log.cosigners, receipts: log.receipts,
            earlier: earlier, fromStart: options.fromStart)
        return try await auditor.audit(
            from: try state(in: store),
            through: .init(
                source: log.source, store: store, copy: copy,
                progress: progress()))
    }

    private func progress() -> @Sendable (UInt64, UInt64) -> Void {
        guard options.progress || isatty(STDERR_FILENO) == 1 else { return { _, _ in } }
        let lines = ProgressLines()
        return { lines.tell($0, $1) }
    }

    private func state(in store: AuditStateFile?) throws -> AuditState? {
        guard let store, let bytes = try store.load() else { return nil }
        do throws(AuditStateFault) {
            return try AuditState(parsing: bytes, log: log.key)
        } catch {
            throw CommandFailure.failed(
                error.reason, "\(store.path): \(error.explanation)",
                hint: "bring back the right file, or move it away and audit from the start; what "
                    + "it knew of earlier checkpoints is then lost")
        }
    }
}

/// A line on standard error every few seconds of a long audit.
private final class ProgressLines: Sendable {
    private static let everySeconds: Int64 = 2

    private let clock: any WallClock
    private let errorOutput: @Sendable (String) -> Void
    private let told: Mutex<Timestamp>

    init() {
        clock = Surroundings.here.clock
        errorOutput = Surroundings.here.errorOutput
        told = Mutex(Surroundings.here.clock.now())
    }

    func tell(_ done: UInt64, _ all: UInt64) {
        // A look at the clock for each tile would cost more than it tells.
        guard done % (64 * 256) == 0 || done == all else { return }
        let now = clock.now()
        let isDue = told.withLock { last in
            guard now.seconds(since: last) >= Self.everySeconds else { return false }
            last = now
            return true
        }
        if isDue { errorOutput("parley: audited \(done) of \(all) entries") }
    }
}
