import Logging
import ParleyExchange
import ParleyLog
import ParleyStatements

/// Records a silence for each statement that no receipt came for in the agreed time.
struct SilenceKeeper: Sendable {
    /// The oldest fall silent first; the rest is looked at in the next round.
    private static let batchCount = 256

    private let identity: NodeIdentity
    private let directory: LiveDirectory
    private let ledger: any Ledger
    private let clock: any WallClock
    private let logger: Logger
    private let changes: AsyncStream<Void>
    private let sink: AsyncStream<Void>.Continuation

    init(
        identity: NodeIdentity, directory: LiveDirectory, ledger: any Ledger, clock: any WallClock,
        logger: Logger
    ) {
        self.identity = identity
        self.directory = directory
        self.ledger = ledger
        self.clock = clock
        self.logger = logger
        (changes, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func outboxChanged() { sink.yield() }

    /// Sleeps until the next silence is due or the outbox changes, records what is due, and again.
    func run(submit: @Sendable ([UInt8], StatementID) async throws -> StatementID) async {
        let rule = SilenceRule(identity.agreement)
        var isWaiting = false
        while !Task.isCancelled {
            var next: Timestamp?
            do {
                let waiting = try await ledger.undelivered(limit: Self.batchCount)
                let now = clock.now()
                var failure: (any Error)?
                for undelivered in rule.due(among: waiting, now: now) {
                    do {
                        let statement = rule.statement(
                            for: undelivered, under: try await version(of: undelivered),
                            by: identity.seat, now: now)
                        try await record(statement, about: undelivered, submit: submit)
                    } catch {
                        // One that cannot be recorded must not hold up the others.
                        failure = error
                    }
                }
                if let failure { throw failure }
                isWaiting = false
                next = rule.next(among: try await ledger.undelivered(limit: 1))
            } catch let NodeIdentityRefusal.keysLocked(seat) {
                // Told once: a node may be locked every night.
                if !isWaiting {
                    logger.notice(
                        "silences are recorded when the keys are unlocked",
                        metadata: ["organ": "\(seat)"])
                }
                isWaiting = true
                next = clock.now().adding(seconds: 60)
            } catch {
                logger.error("silence not recorded", metadata: ["error": "\(error)"])
                next = clock.now().adding(seconds: 60)
            }
            await wait(until: next)
        }
    }

    /// The version of the agreement that the thread runs under.
    private func version(of undelivered: Undelivered) async throws -> AgreementID {
        guard let entry = try await ledger.entry(undelivered.statement) else {
            throw LogFailure.ledgerNotOurs("it lacks \(undelivered.statement)")
        }
        return try UnverifiedStatement(parsing: entry.envelope).header.agreement
    }

    private func record(
        _ statement: Statement, about undelivered: Undelivered,
        submit: @Sendable ([UInt8], StatementID) async throws -> StatementID
    ) async throws {
        let key = try identity.signingKey(in: directory.current, at: clock.now())
        _ = try await submit(try key.sign(statement), undelivered.statement)
        logger.notice(
            "silence recorded",
            metadata: [
                "peer": "\(undelivered.party)", "statement": "\(undelivered.statement)",
            ])
    }

    private func wait(until instant: Timestamp?) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                if let instant {
                    await clock.sleep(until: instant)
                    // A sleeper that was woken because something changed must not report a
                    // change itself: that would wake the next one, for ever.
                    if !Task.isCancelled { sink.yield() }
                }
            }
            for await _ in changes { break }
            group.cancelAll()
        }
    }
}
