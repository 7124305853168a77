/// Audits a log with code of its own: every entry, every tile of every level, and the root.
///
/// It reads what anybody can read, and believes the log's key alone. Of an earlier audit it
/// believes its own state.
package struct Auditor: Sendable {
    package let log: VerifierKey
    package let cosigners: [VerifierKey]
    package let receipts: [AuditReceipt]
    /// Checkpoints that the log is known to have signed, besides those in the state.
    package let earlier: [SignedCheckpoint]
    /// Read everything again, whatever an earlier audit has seen.
    package let fromStart: Bool
    /// How many tiles of entries may be on their way or waiting at a time.
    package let chunksAhead: Int
    /// After how many tiles of entries the state is saved.
    package let chunksPerSave: Int

    package init(
        log: VerifierKey, cosigners: [VerifierKey] = [], receipts: [AuditReceipt] = [],
        earlier: [SignedCheckpoint] = [], fromStart: Bool = false, chunksAhead: Int = 16,
        chunksPerSave: Int = 256
    ) {
        self.log = log
        self.cosigners = cosigners
        self.receipts = receipts
        self.earlier = earlier
        self.fromStart = fromStart
        self.chunksAhead = chunksAhead
        self.chunksPerSave = chunksPerSave
    }

    /// What an audit works with.
    package struct Ports: Sendable {
        package let source: any LogSource
        package var store: (any AuditStateStore)?
        package var copy: (any LogCopy)?
        /// Entries done, and entries there are.
        package var progress: @Sendable (UInt64, UInt64) -> Void

        package init(
            source: any LogSource, store: (any AuditStateStore)? = nil,
            copy: (any LogCopy)? = nil,
            progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
        ) {
            self.source = source
            self.store = store
            self.copy = copy
            self.progress = progress
        }
    }

    /// - Throws: what the source, the store or the copy throws. What was audited by then is saved.
    package func audit(
        from state: AuditState?, through ports: Ports
    ) async throws -> AuditReport {
        var report = AuditReport()
        guard let checkpoint = try await checkpoint(from: ports.source, &report) else {
            return report
        }
        report.checkpoint = checkpoint
        let judged = checkpoint.judge(log: log, cosigners: cosigners)
        report.cosignatures = judged.cosignatures
        report.add(judged.findings)

        let state = state ?? AuditState(log: log)
        let known = [state.audited, state.underway].compactMap { $0?.checkpoint } + earlier
        if contradicts(known, checkpoint, &report) { return report }
        let held = check(receipts, under: checkpoint, &report)

        let start = start(in: state, held)
        var saved = state
        saved.underway = nil
        var tree = TreeAudit(
            auditor: self, checkpoint: checkpoint, range: start, known: known, receipts: held,
            state: saved, ports: ports, report: report)
        try await tree.run()
        if start.size > 0, tree.mayBeFork {
            // What was read does not continue what was audited before. Only the beginning tells
            // whether the log has changed its past or merely serves wrong bytes now.
            var again = ports
            (again.store, again.copy) = (nil, nil)
            var whole = TreeAudit(
                auditor: self, checkpoint: checkpoint, range: CompactRange(), known: known,
                receipts: held, state: saved, ports: again, report: report)
            try await whole.run()
            if whole.report.isProven { whole.report.add(tree.report.findings) }
            return whole.report
        }
        return tree.report
    }

    private func checkpoint(
        from source: any LogSource, _ report: inout AuditReport
    ) async throws -> SignedCheckpoint? {
        switch try await source.read(
            LogPath.checkpoint, limitBytes: SignedCheckpoint.limitBytes)
        {
        case .absent: report.add(.checkpointMissing)
        case .closed: report.add(.fileClosed(path: LogPath.checkpoint))
        case .tooLong: report.add(.checkpoint(.tooLong))
        case .bytes(let note):
            do throws(CheckpointFault) {
                return try SignedCheckpoint(note: note, log: log)
            } catch {
                report.add(.checkpoint(error))
            }
        }
        return nil
    }

    /// Whether the checkpoint cannot follow one that the log has signed before.
    private func contradicts(
        _ known: [SignedCheckpoint], _ checkpoint: SignedCheckpoint, _ report: inout AuditReport
    ) -> Bool {
        for earlier in known {
            if checkpoint.size < earlier.size {
                report.add(.rollback(known: earlier.size, shown: checkpoint.size))
            } else if checkpoint.size == earlier.size, checkpoint.root != earlier.root {
                report.add(
                    .fork(
                        size: checkpoint.size, signed: earlier.root, found: checkpoint.root,
                        signedIn: "its checkpoint known before"))
            } else {
                continue
            }
            report.evidence.append([earlier, checkpoint])
            return true
        }
        return false
    }

    private func check(
        _ receipts: [AuditReceipt], under checkpoint: SignedCheckpoint,
        _ report: inout AuditReport
    ) -> [HoldingReceipt] {
        var held: [HoldingReceipt] = []
        for receipt in receipts {
            let holding: HoldingReceipt
            do throws(ReceiptFault) {
                holding = try HoldingReceipt(receipt, log: log, cosigners: cosigners)
            } catch {
                report.add(.receipt(name: receipt.name, error))
                continue
            }
            let signed = holding.checkpoint
            if signed.size == checkpoint.size, signed.root != checkpoint.root {
                report.add(
                    .fork(
                        size: signed.size, signed: signed.root, found: checkpoint.root,
                        signedIn: "the receipt \(receipt.name)"))
                report.evidence.append([signed, checkpoint])
            }
            if signed.size > checkpoint.size {
                report.add(
                    .checkpointOlderThanReceipt(
                        name: receipt.name, receipt: signed.size, shown: checkpoint.size))
            }
            if holding.index < checkpoint.size {
                held.append(holding)
            } else {
                report.add(
                    .receiptNotCovered(
                        name: receipt.name, index: holding.index, size: checkpoint.size))
            }
        }
        return held
    }

    /// Where to begin. A receipt speaks of entries from the beginning on, and an entry that was
    /// read in an earlier audit is not held any more to compare it with.
    private func start(in state: AuditState, _ held: [HoldingReceipt]) -> CompactRange {
        let reached = state.underway ?? state.audited
        guard !fromStart, let range = reached?.range,
            held.allSatisfy({ $0.index >= range.size && $0.checkpoint.size >= range.size })
        else { return CompactRange() }
        return range
    }
}
