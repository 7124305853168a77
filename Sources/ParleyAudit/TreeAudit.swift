import ParleyLog

/// One pass over a log's entries, in order, up to a checkpoint.
struct TreeAudit {
    private let auditor: Auditor
    private let checkpoint: SignedCheckpoint
    private let ports: Auditor.Ports
    private let reader: ChunkReader
    /// Checkpoints inside the pass that the log has signed, smallest first.
    private var known: [(checkpoint: SignedCheckpoint, name: String)]
    private let receipts: [UInt64: [HoldingReceipt]]
    private var range: CompactRange
    private var state: AuditState
    private var forks: [(finding: Finding, checkpoint: SignedCheckpoint)] = []
    /// Nothing could be had for some entries, so that what follows has no place to stand on.
    private var isBroken = false
    /// Nothing has been found that speaks against the tree or the checkpoint.
    private var isClean: Bool
    var report: AuditReport

    init(
        auditor: Auditor, checkpoint: SignedCheckpoint, range: CompactRange,
        known: [SignedCheckpoint], receipts: [HoldingReceipt], state: AuditState,
        ports: Auditor.Ports, report: AuditReport
    ) {
        self.auditor = auditor
        self.checkpoint = checkpoint
        self.ports = ports
        self.range = range
        self.state = state
        self.report = report
        isClean = !report.holds {
            if case .cosignatureWrong = $0 { return true }
            return $0.severity == .provenMisbehaviour
        }
        self.receipts = Dictionary(grouping: receipts) { $0.index / 256 }
        self.known =
            (known.map { ($0, "its checkpoint known before") }
            + receipts.map { ($0.checkpoint, "the receipt \($0.name)") })
            .filter { $0.0.size > range.size && $0.0.size < checkpoint.size }
            .sorted { $0.0.size < $1.0.size }
        self.report.startedAt = range.size
        reader = ChunkReader(
            source: ports.source, size: checkpoint.size, copy: ports.copy)
    }

    /// What was read is not what was audited before, continued.
    var mayBeFork: Bool {
        report.holds {
            switch $0 {
            case .rootDiffers, .entryChanged: true
            default: false
            }
        }
    }

    mutating func run() async throws {
        if ports.copy != nil { try await save() }
        do {
            try await readEntries()
        } catch {
            // What failed is more important than that the way so far could not be kept.
            if isClean { try? await save() }
            throw error
        }
        if !isBroken { try await finish() }
        report.reached = range.size
        report.receipts = receipts.values.joined().map { receipt in
            .init(
                name: receipt.name, index: receipt.index,
                holds: isClean && !report.holds { $0.place == receipt.name })
        }.sorted { ($0.index, $0.name) < ($1.index, $1.name) }
    }

    private mutating func add(_ findings: [Finding]) {
        report.add(findings)
        isClean = isClean && findings.allSatisfy { $0.severity == .note }
    }

    /// Chunks are read several at a time and taken in order.
    private mutating func readEntries() async throws {
        guard range.size < checkpoint.size else { return }
        let end = (checkpoint.size + 255) / 256
        var due = range.size / 256
        var next = due
        var waiting: [UInt64: ChunkReading] = [:]
        let (reader, receipts) = (reader, receipts)
        try await withThrowingTaskGroup(of: ChunkReading.self) { group in
            while due < end {
                while next < end, next - due < UInt64(auditor.chunksAhead) {
                    let number = next
                    let wanted = (receipts[number] ?? []).map { Int($0.index % 256) }
                    group.addTask {
                        try await reader.read(number, wanted: Array(Set(wanted)))
                    }
                    next += 1
                }
                guard let reading = waiting.removeValue(forKey: due) else {
                    guard let arrived = try await group.next() else { return }
                    waiting[arrived.number] = arrived
                    continue
                }
                try await take(reading)
                if isBroken {
                    group.cancelAll()
                    return
                }
                due += 1
            }
        }
    }

    private mutating func take(_ reading: ChunkReading) async throws {
        add(reading.findings)
        report.tally.bundles += reading.bundles
        report.tally.tiles += reading.tiles
        guard let leaves = reading.leaves else {
            (isBroken, isClean) = (true, false)
            return
        }
        checkReceipts(reading, leaves)
        let heldCount = range.newestLeaves.count
        if let place = leaves.prefix(heldCount).firstDifference(from: range.newestLeaves) {
            add([
                .entryChanged(
                    index: reading.number * 256 + UInt64(place),
                    path: LogPath.entries(number: reading.number, width: leaves.count))
            ])
        }
        let new = leaves.dropFirst(heldCount)
        checkKnown(upTo: range.size + UInt64(new.count), new)
        report.tally.entries += UInt64(new.count)
        for tile in range.append(new) { try await check(tile) }
        ports.progress(range.size, checkpoint.size)
        if (reading.number + 1) % UInt64(auditor.chunksPerSave) == 0, isClean,
            range.size < checkpoint.size
        {
            try await save()
        }
    }

    private mutating func check(_ tile: CompactRange.Tile) async throws {
        report.tally.tiles += 1
        if let finding = try await reader.check(tile) { add([finding]) }
    }

    /// Holds every checkpoint that the log has signed on the way against the tree at its size.
    private mutating func checkKnown(upTo size: UInt64, _ new: HashRow) {
        while let next = known.first, next.checkpoint.size <= size {
            known.removeFirst()
            let signed = next.checkpoint
            let found = range.root(adding: new.prefix(Int(signed.size - range.size)))
            guard found != signed.root else { continue }
            forks.append(
                (
                    .fork(
                        size: signed.size, signed: signed.root, found: found, signedIn: next.name),
                    signed
                ))
        }
    }

    private mutating func checkReceipts(_ reading: ChunkReading, _ leaves: HashRow) {
        for receipt in receipts[reading.number] ?? [] {
            let place = Int(receipt.index % 256)
            guard leaves[place] != receipt.leaf else { continue }
            add([
                .receiptedEntryMissing(
                    name: receipt.name, index: receipt.index, entry: receipt.entry,
                    served: reading.entries[place], signedSize: receipt.checkpoint.size)
            ])
            report.evidence.append([receipt.checkpoint, checkpoint])
        }
    }

    private mutating func finish() async throws {
        if range.size > report.startedAt {
            for tile in range.partialTiles { try await check(tile) }
        }
        let found = range.root
        if found != checkpoint.root {
            add([.rootDiffers(size: checkpoint.size, signed: checkpoint.root, found: found)])
        } else {
            // Only a tree that the checkpoint vouches for can accuse the log of another one.
            for fork in forks {
                add([fork.finding])
                report.evidence.append([fork.checkpoint, checkpoint])
            }
        }
        let reached = AuditState.Reached(checkpoint: checkpoint, range: range)
        if isClean {
            if let copy = ports.copy {
                // Everything that it vouches for before the checkpoint, or a reader would find
                // that it does not hold.
                try await copy.settle()
                try await copy.publish(checkpoint)
            }
            state.audited = reached
            state.underway = nil
        }
        // After a finding, back to the last checkpoint that held: a saved way that ended in a
        // wrong root must not be gone again.
        try await ports.store?.save(state.bytes)
    }

    private mutating func save() async throws {
        guard let store = ports.store else { return }
        try await ports.copy?.settle()
        var halfway = state
        halfway.underway = .init(checkpoint: checkpoint, range: range)
        try await store.save(halfway.bytes)
    }
}
