package import ParleyExchange
package import ParleyLog
package import ParleyStatements

/// The one place where a node's log grows, its checkpoints are signed, and peers' are cosigned.
///
/// Group commit: whatever waits while one commit is under way goes into the next, in one
/// transaction; an idle queue commits at once. The caller that finds nobody at work leads one batch
/// and then hands over to the first that waits.
///
/// Crash story. A batch is worked out in memory, its checkpoint signed, and all of it committed in
/// one transaction; then what it signed is noted in `lastSigned`, apart from the ledger. Nothing
/// leaves this actor before both have returned: no cosignature, receipt or checkpoint. If we die
/// before the commit, the signed note dies with us and nobody has seen it; if we die after it,
/// start-up reads the note back, notes it, and a peer that asks again is answered from the ledger.
package actor LogWriter {
    private let ledger: any Ledger
    private let identity: NodeIdentity
    private let clock: any WallClock
    private let lastSigned: any LastSigned
    private let onFork: @Sendable (KnownFork) -> Void
    private let onCommit: @Sendable () -> Void
    private let meter: (any NodeMeter)?
    private var state: LogState
    /// What of `state` anybody may be told, for readers who do not wait for a commit.
    package nonisolated let head = PublishedHead()
    /// What `lastSigned` holds.
    private var signed: SignedState?
    private var waiting: [Waiting] = []
    private var isLed = false
    /// False after a commit that failed: it may have been done all the same.
    private var isStateCertain = true

    private struct Waiting {
        let job: LogJob
        let turn: CheckedContinuation<Turn, any Error>
    }

    private enum Turn {
        case done(LogOutcome)
        case lead
    }

    /// Reads where the log stands and checks that the ledger's note is this node's own, fits its
    /// tiles, and stands where this node last signed or beyond.
    ///
    /// - Parameters:
    ///   - onFork: called with each proof of a fork once it is durable.
    ///   - onCommit: called once something more is durable, and may be spoken of.
    /// - Throws: ``LogFailure`` when it does not; nothing is signed then.
    package init(
        ledger: any Ledger, lastSigned: any LastSigned, identity: NodeIdentity,
        clock: any WallClock, meter: (any NodeMeter)? = nil,
        onFork: @escaping @Sendable (KnownFork) -> Void = { _ in },
        onCommit: @escaping @Sendable () -> Void = {}
    ) async throws {
        self.ledger = ledger
        self.lastSigned = lastSigned
        self.identity = identity
        self.clock = clock
        self.meter = meter
        self.onFork = onFork
        self.onCommit = onCommit
        (state, signed) = try await Self.read(ledger, lastSigned, identity)
        head.show(note: state.own?.note, size: state.tree.size)
    }

    private static func read(
        _ ledger: any Ledger, _ lastSigned: any LastSigned, _ identity: NodeIdentity
    ) async throws -> (LogState, SignedState?) {
        var state = try LogState(
            tail: try await ledger.tail(), ledger: ledger, identity: identity)
        let signed = try await lastSigned.load()
        try state.check(against: signed)
        // A commit that the ledger took and that was not noted here before the end; or a beginning,
        // which is noted too, so that a ledger with something in it and no note means one was lost.
        let held = state.signed
        guard held != signed else { return (state, signed) }
        try await lastSigned.replace(signed, with: held)
        return (state, held)
    }

    package var size: TreeSize { state.tree.size }

    /// How far the peers' clocks stood from ours when they last gave a receipt.
    package var skews: [PartyID: ClockSkew] { state.skews }

    /// What this node has last cosigned of a peer's log.
    package func witnessed(_ party: PartyID) -> VerifiedCheckpoint? { state.witnessed[party] }

    /// That checkpoint's note, with this node's own line.
    package func witnessedNote(_ party: PartyID) -> [UInt8]? { state.witnessedNotes[party] }

    /// The delivery head for a peer: an `add-checkpoint` body from what it has cosigned to now.
    ///
    /// - Returns: nil before the first checkpoint.
    ///
    /// - Parameter size: what the peer says it has cosigned, where it says so. A place to start
    ///   from, not a truth: a proof from it either convinces the peer or is refused.
    package func growth(for party: PartyID, from size: TreeSize? = nil) throws -> Growth? {
        try state.growth(for: party, from: size)
    }

    /// The `add-checkpoint` body that leads from a size to a checkpoint of before.
    package func addCheckpointBody(from size: TreeSize, to growth: Growth) throws -> [UInt8] {
        AddCheckpointRequest.body(
            oldSize: size,
            proof: try Merkle.consistencyProof(
                from: size, to: growth.size, reading: &state.tree), note: growth.note)
    }

    /// Where a statement stands, proven against the checkpoint that `growth` named.
    package func place(of index: EntryIndex, in size: TreeSize) throws -> LogPlace {
        try state.place(of: index, in: size)
    }

    /// Looks again at what the ledger holds after a commit that failed, so that what was done all
    /// the same can be spoken of without waiting for the next job.
    package func settle() async throws {
        if !isStateCertain { _ = try await perform(.look) }
    }

    /// Makes the job's effects durable and returns its outcome.
    package func perform(_ job: LogJob) async throws -> LogOutcome {
        guard isLed else {
            isLed = true
            return try await lead(job)
        }
        let turn = try await withCheckedThrowingContinuation { turn in
            waiting.append(Waiting(job: job, turn: turn))
        }
        switch turn {
        case .done(let outcome): return outcome
        case .lead: return try await lead(job)
        }
    }

    private func lead(_ own: LogJob) async throws -> LogOutcome {
        // Bounded, so that the leader's own answer is not held up by a flood behind it.
        let followers = Array(waiting.prefix(255))
        waiting.removeFirst(followers.count)
        let result: Result<[LogOutcome], any Error>
        do {
            result = .success(try await commit([own] + followers.map(\.job)))
        } catch {
            result = .failure(error)
        }
        for (place, follower) in followers.enumerated() {
            follower.turn.resume(with: result.map { .done($0[place + 1]) })
        }
        if waiting.isEmpty {
            isLed = false
        } else {
            let next = waiting.removeFirst()
            nextLeaderJob(next)
        }
        return try result.get()[0]
    }

    private func nextLeaderJob(_ next: Waiting) { next.turn.resume(returning: .lead) }

    private func commit(_ jobs: [LogJob]) async throws -> [LogOutcome] {
        if !isStateCertain {
            (state, signed) = try await Self.read(ledger, lastSigned, identity)
            isStateCertain = true
        }
        let statements = jobs.flatMap(\.statements)
        let known = try await ledger.known(
            ids: statements.map(\.verified.id), payloads: statements.map(\.payload))
        // Only one leader is ever here, so the state worked on is the state committed: `isLed`
        // stays true over both awaits.
        var batch = LogBatch(state: state, known: known, identity: identity, now: clock.now())
        let drafts = try jobs.map { try batch.work($0) }
        let change = try batch.close()
        if !change.isEmpty {
            let began = meter?.nanoseconds ?? 0
            do {
                try await ledger.commit(change)
                for fork in change.forks { onFork(fork) }
                let next = batch.state.signed
                if next != signed {
                    try await lastSigned.replace(signed, with: next)
                    signed = next
                }
            } catch {
                isStateCertain = false
                throw error
            }
            if let meter {
                meter.committed(
                    statements: change.entries.count,
                    nanoseconds: meter.nanoseconds &- began)
            }
        }
        // From here on the batch is durable, and may be spoken of.
        state = batch.state
        head.show(note: state.own?.note, size: state.tree.size)
        if !change.isEmpty { onCommit() }
        return try drafts.map { try batch.outcome(of: $0) }
    }
}

/// The head of a delivery.
package struct Growth: Sendable {
    package let addCheckpointBody: [UInt8]
    package let note: [UInt8]
    package let size: TreeSize

    /// The same with more signature lines, which stand at the end of both.
    func adding(_ lines: [UInt8]) -> Growth {
        Growth(addCheckpointBody: addCheckpointBody + lines, note: note + lines, size: size)
    }
}
