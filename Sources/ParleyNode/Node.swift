package import Logging
import ParleyDialogue
package import ParleyExchange
package import ParleyLog
package import ParleyStatements

/// One party's running node under one agreement.
package struct Node: Sendable {
    package let identity: NodeIdentity
    package let keys: AgreementKeys
    package let writer: LogWriter
    package let intake: Intake
    package let record: RecordReader
    package let published: PublishedLog
    package let publishedTexts: PublishedTexts
    package let witness: WitnessDuty
    /// Takes in answers that were carried by hand.
    package let answers: AnswerKeeper
    package let outside: OutsideWitnesses?
    package let news: NodeNews
    private let ledger: any Ledger
    private let blobs: any BlobStore
    private let clock: any WallClock
    private let runners: [PartyID: PeerRunner]
    private let silences: SilenceKeeper
    package let directory: LiveDirectory
    private let forks: AsyncStream<KnownFork>
    /// To whom something is to be delivered once more.
    private let queued: AsyncStream<Set<PartyID>>
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
        /// Nil where nobody counts.
        let meter: (any NodeMeter)?

        package init(
            ledger: any Ledger, lastSigned: any LastSigned, blobs: any BlobStore,
            transport: any PeerTransport, witnesses: (any WitnessTransport)? = nil,
            clock: any WallClock, randomness: any Randomness, logger: Logger,
            meter: (any NodeMeter)? = nil
        ) {
            self.ledger = ledger
            self.lastSigned = lastSigned
            self.blobs = blobs
            self.transport = transport
            self.witnesses = witnesses
            self.clock = clock
            self.randomness = randomness
            self.logger = logger
            self.meter = meter
        }
    }

    package init(identity: NodeIdentity, ports: Ports) async throws {
        self.identity = identity
        directory = try LiveDirectory(
            try await ports.ledger.directory(
                knowing: identity.versions, blobs: ports.blobs))
        keys = directory.keys
        ledger = ports.ledger
        blobs = ports.blobs
        clock = ports.clock
        logger = ports.logger
        let (forks, forkSink) = AsyncStream<KnownFork>.makeStream()
        self.forks = forks
        let (queued, queueSink) = AsyncStream<Set<PartyID>>.makeStream()
        self.queued = queued
        let news = NodeNews()
        self.news = news
        writer = try await LogWriter(
            ledger: ports.ledger, lastSigned: ports.lastSigned, identity: identity,
            clock: ports.clock, meter: ports.meter, onFork: { forkSink.yield($0) },
            onCommit: { news.stir() })
        try identity.checkSigningKeys(in: directory.current)
        intake = Intake(
            identity: identity, keys: keys, directory: directory, writer: writer,
            ledger: ports.ledger,
            blobs: ports.blobs, clock: ports.clock)
        record = RecordReader(directory: directory, ledger: ports.ledger)
        published = PublishedLog(head: writer.head, ledger: ports.ledger)
        publishedTexts = PublishedTexts(
            record: record, ledger: ports.ledger, blobs: ports.blobs)
        witness = WitnessDuty(identity: identity, keys: keys, writer: writer)
        answers = AnswerKeeper(
            identity: identity, keys: keys, directory: directory, writer: writer,
            ledger: ports.ledger, clock: ports.clock)
        outside = try OutsideWitnesses(
            identity: identity, keys: keys, writer: writer, ports: ports)
        let courier = Courier(
            identity: identity, keys: keys, directory: directory, writer: writer,
            ledger: ports.ledger, blobs: ports.blobs, transport: ports.transport,
            clock: ports.clock, outside: outside, onQueued: { queueSink.yield($0) })
        var runners: [PartyID: PeerRunner] = [:]
        for party in identity.parties where party.id != identity.party.id {
            runners[party.id] = PeerRunner(
                party: party.id, courier: courier, blobs: ports.blobs,
                transport: ports.transport, clock: ports.clock, randomness: ports.randomness,
                news: news, logger: ports.logger, meter: ports.meter)
        }
        self.runners = runners
        silences = SilenceKeeper(
            identity: identity, directory: directory, ledger: ports.ledger, clock: ports.clock,
            logger: ports.logger)
    }

    package func now() -> Timestamp { clock.now() }

    /// Those of the node's own organ that it holds now.
    package var signingKeys: [SigningKeyPair] {
        identity.keys.keys(of: identity.seat.organ, at: clock.now())?.signing ?? []
    }

    /// Delivers and watches for silence until the surrounding task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for runner in runners.values { group.addTask { await runner.run() } }
            group.addTask { await tellOfForks() }
            group.addTask {
                for await parties in queued {
                    for party in parties { runners[party]?.statementsQueued() }
                }
            }
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

    /// Returns when this node is to be made anew: a version of the agreement was put on record or
    /// has come into force, or a key was added; or when the surrounding task is cancelled.
    package func awaitRenewal() async {
        await withDiscardingTaskGroup { group in
            let (woken, wake) = AsyncStream<Void>.makeStream()
            group.addTask {
                for await _ in directory.renewals { break }
                wake.finish()
            }
            if let next = identity.versions.nextChange(after: identity.madeAt) {
                group.addTask {
                    while !Task.isCancelled, clock.now() < next {
                        await clock.sleep(until: next)
                    }
                    wake.finish()
                }
            }
            for await _ in woken {}
            group.cancelAll()
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
        try await directory.settle(ledger)
        let (verified, document) = try await verify(envelope)
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
        let retold = try await retold(with: statement)
        let change = DirectoryChange(verified: verified, document: document)
        let outcome: LogOutcome
        do {
            outcome = try await writer.perform(
                .local(loggable, silenceFor: silenceFor, retold: retold))
        } catch {
            if statement.act.changesDirectory {
                directory.mayHaveTaken(change)
                try? await directory.settle(ledger)
            }
            throw error
        }
        guard case .logged(let id, _) = outcome else {
            preconditionFailure("a local statement is logged")
        }
        if statement.act.changesDirectory {
            // Noted first: reading it back may fail too.
            directory.mayHaveTaken(change)
            try await directory.settle(ledger)
        }
        if silenceFor == nil { silences.outboxChanged() }
        return id
    }

    /// Who joins with a version has not been told of the changes before it, and could not judge by
    /// them what it is told from then on.
    private func retold(with statement: Statement) async throws -> [LogJob.Retold] {
        guard statement.act == .agreementAmend else { return [] }
        var retold: [LogJob.Retold] = []
        for entry in try await ledger.changes() {
            let header = try UnverifiedStatement(parsing: entry.envelope).header
            guard header.from.party == identity.party.id else { continue }
            retold += statement.to.filter { !header.to.contains($0) }
                .map { .init(statement: entry.id, party: $0) }
        }
        return retold
    }

    private func verify(
        _ envelope: [UInt8]
    ) async throws -> (VerifiedStatement, document: AdoptedAgreement?) {
        do {
            let claim = try UnverifiedStatement(parsing: envelope)
            var verifier = StatementVerifier(directory: directory.current)
            var document: AdoptedAgreement?
            if claim.header.act == .agreementAmend {
                let read = try await blobs.document(of: claim.header)
                try verifier.directory.learn(read)
                document = read
            }
            return (try verifier.verify(claim, at: clock.now(), place: nil), document)
        } catch let refusal as StatementRefusal {
            throw SubmitRefusal.notVerifiable(
                reason: refusal.reason, explanation: refusal.explanation)
        } catch let refusal as AmendmentRefusal {
            throw SubmitRefusal.notVerifiable(
                reason: refusal.reason, explanation: refusal.explanation)
        } catch let fault as DocumentFault {
            throw SubmitRefusal.notVerifiable(
                reason: fault.reason, explanation: fault.explanation)
        }
    }

    private func admit(_ statement: Statement) async throws {
        let thread = try await record.thread(statement.thread, opening: statement.agreement)
        do throws(ActRefusal) {
            if statement.act.changesDirectory {
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
