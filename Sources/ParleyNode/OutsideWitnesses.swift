import Logging
import ParleyExchange
package import ParleyLog
package import ParleyStatements

/// Has the witnesses outside the parties cosign this node's log (C2SP tlog-witness, as the log's
/// side; `Spec/exchange.md` §9).
///
/// Their cosignatures are gathered before a statement is delivered, so that they travel with it and
/// both nodes hold the same proofs and times. One that could not be had then is asked for again and
/// brought to the peers by delivering the statement once more.
///
/// Crash story: proofs are durable before a delivery carries them. A statement that went out
/// without all of them is noted in the ledger before it goes, so that a node that starts asks
/// again; a witness that cosigned and was not heard cosigns the same tree again.
package actor OutsideWitnesses {
    /// How long one that failed is not asked.
    static let restSeconds: Int64 = 60
    private static let batchCount = 512

    private let identity: NodeIdentity
    private let logKey: NoteKey
    private let witnesses: [(witness: OutsideWitness, key: NoteKey)]
    private let writer: LogWriter
    private let ledger: any Ledger
    private let transport: any WitnessTransport
    private let clock: any WallClock
    private let logger: Logger
    private var standings: [String: Standing] = [:]
    /// What the witnesses said last, of which tree, when.
    private var latest: (size: TreeSize, at: Timestamp, lines: [UInt8])?
    private var isAtWork = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private struct Standing {
        /// What it has cosigned, as far as this node knows since its start.
        var size = TreeSize(0)
        var cosignedAt: Timestamp?
        var fault: String?
        var restsUntil: Timestamp?
    }

    /// Nil where the agreement names no outside witness.
    init?(identity: NodeIdentity, keys: AgreementKeys, writer: LogWriter, ports: Node.Ports) throws
    {
        guard let transport = ports.witnesses, let logKey = keys.log(of: identity.party.id),
            !identity.agreement.outsideWitnesses.isEmpty
        else { return nil }
        self.identity = identity
        self.logKey = logKey
        witnesses = try identity.agreement.outsideWitnesses.map { ($0, try NoteKey(text: $0.key)) }
        self.writer = writer
        self.transport = transport
        ledger = ports.ledger
        clock = ports.clock
        logger = ports.logger
    }

    /// How each witness stands, in the agreement's order.
    package var report: [WitnessStanding] {
        witnesses.map {
            let standing = standings[$0.key.name] ?? Standing()
            return WitnessStanding(
                name: $0.key.name, size: standing.size, cosignedAt: standing.cosignedAt,
                fault: standing.fault)
        }
    }

    /// Gathers what is lacking for these statements of this node's own before they go out.
    func cover(_ statements: [StatementID]) async throws {
        _ = try await gather(statements)
    }

    /// The witnesses' lines over the head of a delivery; those of just now are used again.
    func lines(over growth: Growth) async -> [UInt8] {
        await takeTurn()
        defer { endTurn() }
        return await freshLines(growth)
    }

    /// Asks once more for what statements went out without.
    ///
    /// - Returns: the parties to which something now waits to be delivered.
    package func coverLate() async throws -> Set<PartyID> {
        let late = try await ledger.uncovered(limit: Self.batchCount)
        return late.isEmpty ? [] : try await gather(late, isLate: true)
    }

    /// Asks so again and again, until the surrounding task is cancelled.
    ///
    /// - Parameter told: called with the parties to which something now waits to be delivered.
    func run(told: @Sendable (Set<PartyID>) -> Void) async {
        while !Task.isCancelled {
            do {
                let parties = try await coverLate()
                if !parties.isEmpty { told(parties) }
            } catch {
                logger.error(
                    "outside cosignatures not stored", metadata: ["error": "\(error)"])
            }
            await clock.sleep(until: clock.now().adding(seconds: Self.restSeconds))
        }
    }

    // MARK: Gathering

    /// One at a time: what a second caller wants is mostly there when its turn comes.
    private func gather(
        _ statements: [StatementID], isLate: Bool = false
    ) async throws -> Set<PartyID> {
        await takeTurn()
        defer { endTurn() }
        var lacking: [(entry: LedgerEntry, names: Set<String>)] = []
        for id in statements {
            guard let entry = try await ledger.entry(id) else { continue }
            let names = missing(in: entry.proofs)
            if !names.isEmpty { lacking.append((entry, names)) }
        }
        guard !lacking.isEmpty,
            let growth = try await writer.growth(for: identity.party.id, from: TreeSize(0))
        else { return [] }
        return try await store(
            await freshLines(growth), lacking, growth, isLate: isLate)
    }

    private func takeTurn() async {
        if isAtWork { await withCheckedContinuation { waiting.append($0) } }
        isAtWork = true
    }

    private func endTurn() {
        if waiting.isEmpty { isAtWork = false } else { waiting.removeFirst().resume() }
    }

    private func freshLines(_ growth: Growth) async -> [UInt8] {
        let now = clock.now()
        let freshSeconds = min(Self.restSeconds, identity.agreement.clockToleranceSeconds / 2)
        if let latest, latest.size == growth.size, now.seconds(since: latest.at) <= freshSeconds,
            !isAnyRested(at: now)
        {
            return latest.lines
        }
        let lines = await ask(growth)
        latest = (growth.size, now, lines)
        return lines
    }

    /// Whether one that failed may be asked again.
    private func isAnyRested(at now: Timestamp) -> Bool {
        standings.values.contains { $0.restsUntil.map { $0 <= now } ?? false }
    }

    private func missing(in proofs: [HeldProof]) -> Set<String> {
        let held = proofs.filter { $0.log == identity.party.id }.flatMap(\.times.keys)
        return Set(witnesses.map(\.key.name)).subtracting(held)
    }

    private func store(
        _ lines: [UInt8], _ lacking: [(entry: LedgerEntry, names: Set<String>)], _ growth: Growth,
        isLate: Bool
    ) async throws -> Set<PartyID> {
        let checkpoint = try UnverifiedCheckpoint(note: growth.note + lines).verify(logKey: logKey)
        let cosigners = [identity.witnessSigner.key] + witnesses.map(\.key)
        let times = try checkpoint.cosignatures(by: cosigners)
            .reduce(into: [String: Timestamp]()) { $0[$1.key.name] = $1.time }
        let note = checkpoint.note(keeping: [logKey] + cosigners)
        var job = LogJob.CosignedOutside()
        var parties: Set<PartyID> = []
        for (entry, names) in lacking where entry.index.position < growth.size.entryCount {
            let gained = names.intersection(times.keys)
            if names == gained {
                job.covered.append(entry.id)
            } else {
                job.lacking.append(entry.id)
            }
            guard !gained.isEmpty else { continue }
            job.proofs.append(
                (
                    entry.id,
                    HeldProof(
                        log: identity.party.id,
                        place: try await writer.place(of: entry.index, in: growth.size),
                        note: note, times: times)
                ))
            guard isLate else { continue }
            for party in try UnverifiedStatement(parsing: entry.envelope).header.to {
                job.again.append((entry.id, party))
                parties.insert(party)
            }
        }
        // A delivery is tried again and again while a peer is away: what was noted as lacking
        // before costs no commit each time.
        if job.proofs.isEmpty {
            let noted = Set(try await ledger.uncovered(limit: Self.batchCount))
            if noted.isSuperset(of: job.lacking) { return [] }
        }
        _ = try await writer.perform(.cosignedOutside(job))
        return parties
    }

    // MARK: Asking

    private func ask(_ growth: Growth) async -> [UInt8] {
        let now = clock.now()
        let asked = witnesses.filter { standings[$0.key.name]?.restsUntil ?? now <= now }
        return await withTaskGroup(of: [UInt8].self) { group in
            for (witness, key) in asked {
                group.addTask { await self.line(of: witness, key, growth) }
            }
            var lines: [[UInt8]] = []
            for await line in group { lines.append(line) }
            return lines.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
        }
    }

    /// The witness's line, checked; none, and why noted, when it gives none that counts.
    private func line(of witness: OutsideWitness, _ key: NoteKey, _ growth: Growth) async -> [UInt8]
    {
        var standing = standings[key.name] ?? Standing()
        do {
            let (line, time) = try await cosignature(
                of: witness, key, growth, from: min(standing.size, growth.size))
            standing = Standing(size: growth.size, cosignedAt: time)
            standings[key.name] = standing
            return line
        } catch {
            let fault = (error as? WitnessFault)?.explanation ?? "it cannot be reached: \(error)"
            standing.fault = fault
            standing.restsUntil = clock.now().adding(seconds: Self.restSeconds)
            standings[key.name] = standing
            logger.warning(
                "outside witness failed", metadata: ["witness": "\(key.name)", "error": "\(fault)"])
            return []
        }
    }

    private func cosignature(
        of witness: OutsideWitness, _ key: NoteKey, _ growth: Growth, from size: TreeSize,
        isSecond: Bool = false
    ) async throws -> (line: [UInt8], time: Timestamp) {
        let body = try await writer.addCheckpointBody(from: size, to: growth)
        switch try await transport.addCheckpoint(body, at: witness) {
        case .conflict(let known):
            guard known <= growth.size else {
                throw WitnessFault.isAhead(theirs: known, ours: growth.size)
            }
            guard !isSecond else { throw WitnessFault.changesItsSize }
            return try await cosignature(
                of: witness, key, growth, from: known, isSecond: true)
        case .refused(let status):
            throw WitnessFault.refused(status: status)
        case .cosigned(let lines):
            let checkpoint: VerifiedCheckpoint
            do {
                checkpoint = try UnverifiedCheckpoint(note: growth.note + lines)
                    .verify(logKey: logKey)
            } catch {
                throw WitnessFault.lineWrong
            }
            guard let cosignature = try? checkpoint.cosignatures(by: [key]).first else {
                throw WitnessFault.lineWrong
            }
            // SPEC exchange §9: A node MUST NOT keep an outside witness's cosignature whose time is
            // further from its own clock than the agreement's tolerance.
            let apart = abs(cosignature.time.seconds(since: clock.now()))
            guard apart <= identity.agreement.clockToleranceSeconds else {
                throw WitnessFault.clockTooFar(secondsApart: apart)
            }
            // Of its lines only its own under the agreed key: nobody's stray line is handed on.
            let whole = checkpoint.note(keeping: [logKey, identity.witnessSigner.key, key])
            return (Array(whole.dropFirst(growth.note.count)), cosignature.time)
        }
    }
}

/// How an outside witness stands to this node's log.
package struct WitnessStanding: Hashable, Sendable {
    package let name: String
    package let size: TreeSize
    /// Nil when it has not cosigned since the node was started.
    package let cosignedAt: Timestamp?
    package let fault: String?
}

/// Why an outside witness's cosignature was not had.
enum WitnessFault: Error, Hashable {
    case refused(status: Int)
    case isAhead(theirs: TreeSize, ours: TreeSize)
    case changesItsSize
    case lineWrong
    case clockTooFar(secondsApart: Int64)

    var explanation: String {
        switch self {
        case .refused(let status): "it answers \(status)"
        case .isAhead(let theirs, let ours):
            "it has cosigned \(theirs.entryCount) entries of this log, which has "
                + "\(ours.entryCount): the ledger was restored from an old copy, or it errs"
        case .changesItsSize: "it names another size each time"
        case .lineWrong: "its answer holds no valid cosignature by the agreed key"
        case .clockTooFar(let seconds): "its clock is \(seconds) s from ours"
        }
    }
}
