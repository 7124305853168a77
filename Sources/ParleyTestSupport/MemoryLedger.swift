package import ParleyExchange
package import ParleyLog
package import ParleyNode
package import ParleyStatements
import Synchronization

/// A ledger that keeps what the SQLite ledger keeps, in memory.
package final class MemoryLedger: Ledger {
    private let rows = Mutex(LedgerRows())

    package init() {}

    package func tail() async throws -> LedgerTail {
        rows.withLock { rows in
            LedgerTail(
                size: TreeSize(UInt64(rows.entries.count)), note: rows.note,
                witnessedNotes: rows.witnessedNotes, cosignedSizes: rows.cosignedSizes)
        }
    }

    package func tileHashes(_ tile: TileID) throws -> [Digest] {
        guard let hashes = rows.withLock({ $0.tiles[tile] }) else {
            throw MemoryLedgerFault.tileMissing(tile)
        }
        return hashes
    }

    package func commit(_ change: LedgerChange) async throws {
        try rows.withLock { rows in
            var next = rows
            try next.apply(change)
            rows = next
        }
    }

    package func known(ids: [StatementID], payloads: [Digest]) async throws -> KnownStatements {
        rows.withLock { rows in
            var known = KnownStatements(
                entries: Set(ids.filter { rows.positions[$0] != nil }), payloads: [:])
            for payload in payloads { known.payloads[payload] = rows.payloads[payload] }
            return known
        }
    }

    package func entry(_ id: StatementID) async throws -> LedgerEntry? {
        rows.withLock { rows in rows.positions[id].map { rows.ledgerEntry(at: $0) } }
    }

    package func ids(from first: EntryIndex, count: Int) async throws -> [StatementID] {
        rows.withLock { rows in
            rows.entries.dropFirst(Int(clamping: first.position)).prefix(count).map(\.id)
        }
    }

    package func entries(in thread: ThreadID) async throws -> [LedgerEntry] {
        rows.withLock { rows in
            rows.entries.indices.filter { rows.entries[$0].thread == thread }
                .map { rows.ledgerEntry(at: $0) }
        }
    }

    package func uncovered(limit: Int) async throws -> [StatementID] {
        rows.withLock { rows in
            Array(
                rows.entries.map(\.id).filter(rows.uncovered.contains).prefix(limit))
        }
    }

    package func changes() async throws -> [LedgerEntry] {
        rows.withLock { rows in
            rows.entries.indices.filter { rows.entries[$0].changesDirectory }
                .map { rows.ledgerEntry(at: $0) }
        }
    }

    package func overlayThreads() async throws -> [ThreadID] {
        rows.withLock { rows in
            var seen: Set<ThreadID> = []
            return rows.entries.filter(\.concernsOverlay).map(\.thread)
                .filter { seen.insert($0).inserted }
        }
    }

    package func publications(of text: BlobID) async throws -> [ThreadID] {
        rows.withLock { rows in
            var seen: Set<ThreadID> = []
            return rows.entries.filter { $0.publishes == text }.map(\.thread)
                .filter { seen.insert($0).inserted }
        }
    }

    package func publishingThreads() async throws -> [ThreadID] {
        rows.withLock { rows in
            var seen: Set<ThreadID> = []
            return rows.entries.filter { $0.publishes != nil }.map(\.thread)
                .filter { seen.insert($0).inserted }
        }
    }

    package func threads() async throws -> [ThreadID] {
        rows.withLock { rows in
            var seen: Set<ThreadID> = []
            return rows.entries.map(\.thread).filter { seen.insert($0).inserted }
        }
    }

    package func touched(since mark: LedgerMark) async throws -> TouchedThreads {
        rows.withLock { rows in
            let fresh =
                rows.entries.dropFirst(Int(mark.entries)).map(\.thread)
                + rows.proven.dropFirst(Int(mark.proofs)).compactMap { id in
                    rows.positions[id].map { rows.entries[$0].thread }
                }
            return TouchedThreads(
                threads: Set(fresh).sorted(),
                mark: LedgerMark(
                    entries: Int64(rows.entries.count), proofs: Int64(rows.proven.count)))
        }
    }

    package func outbox(
        for party: PartyID, from index: EntryIndex, limit: Int
    ) async throws -> [LedgerEntry] {
        rows.withLock { rows in
            rows.outbox.filter { $0.party == party }.compactMap { rows.positions[$0.statement] }
                .filter { UInt64($0) >= index.position }.sorted().prefix(limit).map {
                    rows.ledgerEntry(at: $0)
                }
        }
    }

    package func undelivered(limit: Int) async throws -> [Undelivered] {
        rows.withLock { rows in
            rows.outbox.filter(\.mayFallSilent)
                .compactMap { row in rows.positions[row.statement].map { (row, $0) } }
                .sorted { $0.1 < $1.1 }.prefix(limit)
                .map { row, position in
                    let entry = rows.entries[position]
                    return Undelivered(
                        statement: entry.id, thread: entry.thread, party: row.party,
                        since: entry.takenAt)
                }
        }
    }

    package func refusals() async throws -> [PeerRefusal] { rows.withLock { $0.refusals } }

    package func forks() async throws -> [KnownFork] { rows.withLock { $0.forks } }

    package func forksToTell(_ party: PartyID) async throws -> [KnownFork] {
        rows.withLock { rows in
            rows.forks.filter { rows.forksToTell[party]?.contains($0.proof.digest) ?? false }
        }
    }
}

extension MemoryLedger: RawLog {
    package func entryIDs() throws -> [Digest] {
        rows.withLock { $0.entries.map(\.id.digest) }
    }

    package func storedNote() throws -> [UInt8]? { rows.withLock { $0.note } }

    package func storedTile(_ tile: TileID) throws -> [Digest]? {
        rows.withLock { $0.tiles[tile] }
    }
}

package enum MemoryLedgerFault: Error, Hashable {
    case tileMissing(TileID)
    /// What a unique index would refuse.
    case alreadyThere(StatementID)
    case positionTaken(EntryIndex)
}

private struct LedgerRows {
    struct OutboxRow {
        let statement: StatementID
        let party: PartyID
        var mayFallSilent: Bool
    }

    var entries: [LedgerChange.Entry] = []
    var positions: [StatementID: Int] = [:]
    var payloads: [Digest: StatementID] = [:]
    var tiles: [TileID: [Digest]] = [:]
    var note: [UInt8]?
    var witnessedNotes: [PartyID: [UInt8]] = [:]
    var cosignedSizes: [PartyID: TreeSize] = [:]
    var proofs: [StatementID: [HeldProof]] = [:]
    /// The statement of each proof, in the order in which the proofs came.
    var proven: [StatementID] = []
    /// A note is stored once, with the times that came with it first.
    var times: [[UInt8]: [String: Timestamp]] = [:]
    var outbox: [OutboxRow] = []
    var refusals: [PeerRefusal] = []
    var uncovered: Set<StatementID> = []
    var forks: [KnownFork] = []
    var forksToTell: [PartyID: Set<Digest>] = [:]

    mutating func apply(_ change: LedgerChange) throws {
        for entry in change.entries {
            guard entry.index.position == UInt64(entries.count) else {
                throw MemoryLedgerFault.positionTaken(entry.index)
            }
            guard positions.updateValue(entries.count, forKey: entry.id) == nil,
                payloads.updateValue(entry.id, forKey: entry.payload) == nil
            else { throw MemoryLedgerFault.alreadyThere(entry.id) }
            entries.append(entry)
        }
        for tile in change.tiles { tiles[tile.id] = tile.hashes }
        note = change.note ?? note
        witnessedNotes.merge(change.witnessedNotes) { $1 }
        cosignedSizes.merge(change.cosignedSizes) { $1 }
        for (statement, proof) in change.proofs { add(proof, to: statement) }
        uncovered.formUnion(change.uncovered)
        uncovered.subtract(change.covered)
        for delivery in change.deliveries { queue(delivery) }
        for (statement, party) in change.silenced {
            for place in outbox.indices
            where outbox[place].statement == statement && outbox[place].party == party {
                outbox[place].mayFallSilent = false
            }
        }
        for fork in change.forks
        where !forks.contains(where: { $0.proof == fork.proof })
            && forks.count(where: { $0.party == fork.party }) < KnownFork.limitPerParty
        {
            forks.append(fork)
            for party in change.forksToTell {
                forksToTell[party, default: []].insert(fork.proof.digest)
            }
        }
        for told in change.forksTold { forksToTell[told.party]?.remove(told.fork) }
        for settled in change.settlements {
            outbox.removeAll { $0.statement == settled.statement && $0.party == settled.party }
            if let envelope = settled.refusal { addRefusal(envelope, of: settled) }
        }
        for delivery in change.again { queue(delivery) }
    }

    private mutating func queue(_ delivery: LedgerChange.Delivery) {
        let isQueued = outbox.contains {
            $0.statement == delivery.statement && $0.party == delivery.party
        }
        guard positions[delivery.statement] != nil, !isQueued else { return }
        outbox.append(
            OutboxRow(
                statement: delivery.statement, party: delivery.party,
                mayFallSilent: delivery.mayFallSilent))
    }

    func ledgerEntry(at position: Int) -> LedgerEntry {
        let entry = entries[position]
        let held = proofs[entry.id] ?? []
        let sorted = held.enumerated().sorted {
            ($0.element.log, $0.offset) < ($1.element.log, $1.offset)
        }
        return LedgerEntry(
            index: entry.index, id: entry.id, envelope: entry.envelope, takenAt: entry.takenAt,
            proofs: sorted.map(\.element))
    }

    private mutating func add(_ proof: HeldProof, to statement: StatementID) {
        let kept = times[proof.note] ?? proof.times
        times[proof.note] = kept
        guard positions[statement] != nil else { return }
        let held = proofs[statement, default: []]
        guard !held.contains(where: { $0.log == proof.log && $0.note == proof.note }) else {
            return
        }
        proven.append(statement)
        proofs[statement, default: []].append(
            HeldProof(log: proof.log, place: proof.place, note: proof.note, times: kept))
    }

    private mutating func addRefusal(
        _ envelope: [UInt8], of settled: LedgerChange.Settlement
    ) {
        let isKnown = refusals.contains {
            $0.statement == settled.statement && $0.party == settled.party
        }
        guard !isKnown else { return }
        refusals.append(
            PeerRefusal(
                statement: settled.statement, party: settled.party, envelope: envelope))
    }
}
