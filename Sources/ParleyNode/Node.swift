package import Logging
import ParleyDialogue
package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// One party's running node under one agreement.
package struct Node: Sendable {
    package let identity: NodeIdentity
    package let keys: AgreementKeys
    package let writer: LogWriter
    package let intake: Intake
    package let record: RecordReader
    package let published: PublishedLog
    package let witness: WitnessDuty
    /// Takes in answers that were carried by hand.
    package let answers: AnswerKeeper
    package let outside: OutsideWitnesses?
    private let ledger: any Ledger
    private let blobs: any BlobStore
    private let clock: any WallClock
    private let runners: [PartyID: PeerRunner]
    private let silences: SilenceKeeper
    package let liveKeys: LiveKeys
    private let forks: AsyncStream<KnownFork>
    private let logger: Logger

    /// The outside of a node: what it stands on, passed in so that tests can put in others.
    package struct Ports: Sendable {
        let ledger: any Ledger
        let lastSigned: any LastSigned
        let blobs: any BlobStore
        let transport: any PeerTransport
        /// Nil where nothing is delivered.
        let witnesses: (any WitnessTransport)?
        let clock: any WallClock
        let randomness: any Randomness
        let logger: Logger

        package init(
            ledger: any Ledger, lastSigned: any LastSigned, blobs: any BlobStore,
            transport: any PeerTransport, witnesses: (any WitnessTransport)? = nil,
            clock: any WallClock, randomness: any Randomness, logger: Logger
        ) {
            self.ledger = ledger
            self.lastSigned = lastSigned
            self.blobs = blobs
            self.transport = transport
            self.witnesses = witnesses
            self.clock = clock
            self.randomness = randomness
            self.logger = logger
        }
    }

    package init(identity: NodeIdentity, ports: Ports) async throws {
        self.identity = identity
        keys = try AgreementKeys(identity.agreement)
        ledger = ports.ledger
        blobs = ports.blobs
        clock = ports.clock
        logger = ports.logger
        let (forks, forkSink) = AsyncStream<KnownFork>.makeStream()
        self.forks = forks
        writer = try await LogWriter(
            ledger: ports.ledger, lastSigned: ports.lastSigned, identity: identity,
            clock: ports.clock, onFork: { forkSink.yield($0) })
        liveKeys = try await LiveKeys(identity.agreement, ledger: ports.ledger)
        try identity.checkSigningKeys(in: liveKeys.current)
        intake = Intake(
            identity: identity, keys: keys, liveKeys: liveKeys, writer: writer,
            ledger: ports.ledger,
            blobs: ports.blobs, clock: ports.clock)
        record = RecordReader(
            agreement: identity.agreement, keys: keys, ledger: ports.ledger)
        published = PublishedLog(head: writer.head, ledger: ports.ledger)
        witness = WitnessDuty(identity: identity, keys: keys, writer: writer)
        answers = AnswerKeeper(
            identity: identity, keys: keys, liveKeys: liveKeys, writer: writer,
            ledger: ports.ledger, clock: ports.clock)
        outside = try OutsideWitnesses(
            identity: identity, keys: keys, writer: writer, ports: ports)
        let courier = Courier(
            identity: identity, keys: keys, liveKeys: liveKeys, writer: writer,
            ledger: ports.ledger, blobs: ports.blobs, transport: ports.transport,
            clock: ports.clock, outside: outside)
        var runners: [PartyID: PeerRunner] = [:]
        for party in identity.agreement.parties where party.id != identity.party.id {
            runners[party.id] = PeerRunner(
                party: party.id, courier: courier, blobs: ports.blobs,
                transport: ports.transport, clock: ports.clock, randomness: ports.randomness,
                logger: ports.logger)
        }
        self.runners = runners
        silences = SilenceKeeper(
            identity: identity, liveKeys: liveKeys, ledger: ports.ledger, clock: ports.clock,
            logger: ports.logger)
    }

    /// Delivers and watches for silence until the surrounding task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for runner in runners.values { group.addTask { await runner.run() } }
            group.addTask { await tellOfForks() }
            if let outside {
                group.addTask {
                    await outside.run { parties in
                        for party in parties { runners[party]?.statementsQueued() }
                    }
                }
            }
            group.addTask { await silences.run { try await submit($0, silenceFor: $1) } }
        }
    }

    private func tellOfForks() async {
        for await fork in forks {
            logger.critical(
                "a log has shown two histories",
                metadata: ["party": "\(fork.party)", "proof": "\(fork.proof.digest)"])
            for runner in runners.values { runner.statementsQueued() }
        }
    }

    /// Takes one statement of this party's own into the log and sends it on its way.
    ///
    /// The blobs that it names must be in the blob store already. The same statement again is
    /// answered like the first time.
    ///
    /// - Throws: ``SubmitRefusal`` when it is not this party's, not verifiable or not lawful now.
    package func submit(_ envelope: [UInt8], silenceFor: StatementID? = nil) async throws
        -> StatementID
    {
        try await liveKeys.settle(ledger)
        let verified: VerifiedStatement
        do {
            verified = try StatementVerifier(
                agreement: identity.agreement, directory: liveKeys.current
            ).verify(UnverifiedStatement(parsing: envelope), at: clock.now(), place: nil)
        } catch {
            throw SubmitRefusal.notVerifiable(
                reason: error.reason, explanation: error.explanation)
        }
        let statement = verified.statement
        guard statement.from.party == identity.party.id else {
            throw SubmitRefusal.notOurs(statement.from.party)
        }
        for reference in statement.references
        where try await blobs.size(of: reference.blob) != reference.sizeBytes {
            throw SubmitRefusal.blobMissing(reference.blob)
        }
        if try await ledger.entry(verified.id) == nil { try await admit(statement) }
        let loggable = LoggableStatement(
            verified: verified, payload: verified.payloadDigest, authorPlace: nil,
            earlierProofs: [])
        // Also after a commit that failed: it may have been done all the same, and is then to go
        // out like any other.
        defer { for party in statement.to { runners[party]?.statementsQueued() } }
        let outcome: LogOutcome
        do {
            outcome = try await writer.perform(.local(loggable, silenceFor: silenceFor))
        } catch {
            if statement.act.changesKeys {
                liveKeys.mayHaveTaken(verified)
                try? await liveKeys.settle(ledger)
            }
            throw error
        }
        guard case .logged(let id, _) = outcome else {
            preconditionFailure("a local statement is logged")
        }
        if statement.act.changesKeys {
            // Noted first: reading it back may fail too.
            liveKeys.mayHaveTaken(verified)
            try await liveKeys.settle(ledger)
        }
        if silenceFor == nil { silences.outboxChanged() }
        return id
    }

    private func admit(_ statement: Statement) async throws {
        let thread = try await record.thread(statement.thread)
        do throws(ActRefusal) {
            if statement.act.changesKeys {
                // A thread of its own; what it may change, the verifier has seen.
                guard thread.entries.isEmpty else { throw .threadAlreadyOpen }
            } else {
                try thread.admit(statement)
            }
        } catch {
            throw SubmitRefusal.notLawful(reason: error.reason, explanation: error.explanation)
        }
    }
}

package enum SubmitRefusal: Error, Hashable, Sendable {
    case notVerifiable(reason: String, explanation: String)
    case notOurs(PartyID)
    case blobMissing(BlobID)
    case notLawful(reason: String, explanation: String)

    package var reason: String {
        switch self {
        case .notVerifiable(let reason, _), .notLawful(let reason, _): reason
        case .notOurs: "author-not-this-party"
        case .blobMissing: "blob-missing"
        }
    }

    package var explanation: String {
        switch self {
        case .notVerifiable(_, let explanation), .notLawful(_, let explanation): explanation
        case .notOurs(let party): "the statement is \(party)'s, not this party's"
        case .blobMissing(let blob): "the blob \(blob) is not in this home"
        }
    }
}
