import ArgumentParser
import Foundation
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// Grows a log in a ledger of its own, batch by batch as the log writer does: leaf hashes into the
/// tree, the tiles that changed and a signed checkpoint into SQLite, durable, and then the
/// inclusion proof of each entry.
///
/// The statements themselves stay out unless asked for: each would add its envelope and three keys
/// to the ledger, which is what `deliver` measures.
struct Append: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Append digests to a log, each with its proof.")

    @Option(help: "Where to make the ledger.")
    var folder: String
    @Option(help: "How many entries.")
    var count = 10_000_000
    @Option(help: "Entries in one durable commit.")
    var batch = 4096
    @Option(help: "The time that the checkpoints bear, in seconds since 1970.")
    var at: Int64
    @Flag(help: "Store a row for each entry too, as for a statement whose envelope is empty.")
    var rows = false

    func run() async throws {
        guard let time = Timestamp(secondsSinceEpoch: at) else {
            throw ValidationError("--at is malformed")
        }
        let path = URL(filePath: folder).appending(path: "append.sqlite").path
        let log = try GrowingLog(ledger: SQLiteLedger(path: path), time: time, rows: rows)
        var marks: [[Double]] = []
        let clock = ContinuousClock()
        let start = clock.now
        var nextMark = 0
        var proofBytes = 0
        for first in stride(from: 0, to: count, by: batch) {
            let last = min(first + batch, count)
            proofBytes += try await log.append(first..<last)
            guard last >= nextMark else { continue }
            marks.append([Double(last), (clock.now - start).inSeconds])
            nextMark += max(batch, count / 200)
        }
        let seconds = (clock.now - start).inSeconds
        try printJSON([
            "entries": count, "seconds": seconds, "marks": marks, "proofBytes": proofBytes,
            "peakBytes": try Self.peakBytes(),
            "storedBytes": try FileManager.default.attributesOfItem(atPath: path)[.size] ?? 0,
        ])
    }

    /// The most memory that this process has had.
    static func peakBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let size = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw ValidationError("/proc/self/status cannot be read")
        }
        return size * 1024
    }
}

/// The tree, the signers and the ledger of one log.
private actor GrowingLog {
    private let ledger: SQLiteLedger
    private let time: Timestamp
    private let rows: Bool
    private let signer: NoteSigner
    private let witness: NoteSigner
    private var tree: TileTree

    init(ledger: SQLiteLedger, time: Timestamp, rows: Bool) throws {
        self.ledger = ledger
        self.time = time
        self.rows = rows
        signer = try NoteSigner(
            name: "log.parley.example/bench", seed: Array(repeating: 7, count: 32), type: .log)
        witness = try NoteSigner(
            name: "wit.parley.example/bench", seed: Array(repeating: 8, count: 32),
            type: .cosigner)
        tree = TileTree(size: TreeSize(0)) { try ledger.tileHashes($0) }
    }

    /// - Returns: how many bytes the proofs of the new entries have.
    func append(_ numbers: Range<Int>) async throws -> Int {
        let digests = numbers.map { number in
            Digest(hashing: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }
        var change = LedgerChange()
        change.tiles = try tree.append(digests.map { Merkle.leafHash(of: $0) })
        let checkpoint = Checkpoint(
            origin: signer.key.name, size: tree.size, root: try tree.root())
        change.note =
            try signer.note(over: checkpoint)
            + Array(witness.cosignatureLine(over: checkpoint, at: time).utf8)
        if rows { change.entries = try zip(numbers, digests).map(row) }
        try await ledger.commit(change)
        var proofBytes = 0
        for number in numbers {
            let proof = try Merkle.inclusionProof(
                of: EntryIndex(UInt64(number)), in: checkpoint.size, reading: &tree)
            proofBytes += proof.count * Digest.byteCount
        }
        return proofBytes
    }

    private func row(_ number: Int, _ digest: Digest) throws -> LedgerChange.Entry {
        // Sixteen statements a thread; ids and payloads come in no order, as digests do.
        let thread = Digest(hashing: Array("thread \(number / 16)".utf8)).bytes
        guard let thread = ThreadID(bytes: Array(thread.prefix(16))) else {
            preconditionFailure("16 bytes are a thread id")
        }
        return .init(
            index: EntryIndex(UInt64(number)), id: StatementID(digest),
            payload: Digest(hashing: digest.bytes), thread: thread, envelope: [], takenAt: time)
    }
}
