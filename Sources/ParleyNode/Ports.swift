package import ParleyExchange
package import ParleyLog
package import ParleyStatements

/// The time of day and the passing of time. The one real clock is made in `parley`.
package protocol WallClock: Sendable {
    func now() -> Timestamp
    /// Returns at that instant or later, or early when the surrounding task is cancelled.
    func sleep(until instant: Timestamp) async
}

/// Random bytes fit for keys. The one real source is made in `parley`.
package protocol Randomness: Sendable {
    func bytes(count: Int) -> [UInt8]
}

/// The durable record of one node under one agreement.
///
/// Trust: whoever can change the ledger can hide statements from this node's own people; they
/// cannot forge one (signatures) nor rewrite what a peer has cosigned (proofs no longer fit).
package protocol Ledger: Sendable {
    /// Where the log stood when it was last committed.
    func tail() async throws -> LedgerTail
    /// The hashes of one stored tile; called from the log writer's synchronous part.
    func tileHashes(_ tile: TileID) throws -> [Digest]
    /// Makes everything in `change` durable, all of it or nothing, before it returns.
    func commit(_ change: LedgerChange) async throws
    /// Which of these statements the log holds, and which of these payloads under another id.
    func known(ids: [StatementID], payloads: [Digest]) async throws -> KnownStatements
    func entry(_ id: StatementID) async throws -> LedgerEntry?
    /// The ids of up to `count` statements in log order, beginning at `first`.
    func ids(from first: EntryIndex, count: Int) async throws -> [StatementID]
    /// All statements of a thread with the proofs held for them, in log order.
    func entries(in thread: ThreadID) async throws -> [LedgerEntry]
    func threads() async throws -> [ThreadID]
    /// The threads with a statement or a proof that came after `mark`, sorted, and how far the
    /// record goes with them.
    func touched(since mark: LedgerMark) async throws -> TouchedThreads
    /// Every statement that changes the directory (``Act/changesDirectory``), in log order.
    func changes() async throws -> [LedgerEntry]
    /// Threads that hold a statement about an overlay on the tables of law
    /// (``Act/concernsOverlay``), by their first such statement.
    func overlayThreads() async throws -> [ThreadID]
    /// Threads that hold a publication of the text (`text.publish`), lawful or not, by their first.
    func publications(of text: BlobID) async throws -> [ThreadID]
    /// Threads that hold a publication of any text, lawful or not, by their first.
    func publishingThreads() async throws -> [ThreadID]
    /// Statements from `index` on that a party still owes a receipt for, in log order.
    func outbox(
        for party: PartyID, from index: EntryIndex, limit: Int
    ) async throws -> [LedgerEntry]
    /// The oldest statements that wait for a receipt, may become a silence, and have not yet.
    func undelivered(limit: Int) async throws -> [Undelivered]
    /// This node's own statements that went out without all outside cosignatures, in log order.
    func uncovered(limit: Int) async throws -> [StatementID]
    /// Refusals that peers gave to this node's statements, newest last.
    func refusals() async throws -> [PeerRefusal]
    /// Every proof of a fork that this node has found or been given, oldest first.
    func forks() async throws -> [KnownFork]
    /// Those that a party is still to be told of.
    func forksToTell(_ party: PartyID) async throws -> [KnownFork]
}

extension Ledger {
    /// The first statements that a party still owes a receipt for, in log order.
    package func outbox(for party: PartyID, limit: Int) async throws -> [LedgerEntry] {
        try await outbox(for: party, from: EntryIndex(0), limit: limit)
    }
}

/// How far the record goes. Statements and proofs are only ever added, so two numbers say it.
package struct LedgerMark: Hashable, Sendable {
    package static let beginning = LedgerMark(entries: 0, proofs: 0)
    /// After everything: nothing is touched since.
    package static let end = LedgerMark(entries: .max, proofs: .max)

    package let entries: Int64
    package let proofs: Int64

    package init(entries: Int64, proofs: Int64) {
        self.entries = entries
        self.proofs = proofs
    }
}

package struct TouchedThreads: Sendable {
    package let threads: [ThreadID]
    package let mark: LedgerMark

    package init(threads: [ThreadID], mark: LedgerMark) {
        self.threads = threads
        self.mark = mark
    }
}

/// Content-addressed bytes outside the ledger.
///
/// Trust: whoever can change the blobs can destroy them, never alter them unnoticed: every read
/// for a person goes through the seal, every arrival through the digest.
package protocol BlobStore: Sendable {
    func contains(_ blob: BlobID) async throws -> Bool
    /// Size of the stored bytes; nil when absent.
    func size(of blob: BlobID) async throws -> UInt64?
    /// Durable when it returns; checks the digest.
    func put(_ bytes: [UInt8], as blob: BlobID) async throws
    /// Up to `count` bytes from `offset`; fewer only at the end.
    func read(_ blob: BlobID, from offset: UInt64, count: Int) async throws -> [UInt8]
    /// Bytes of a partly received blob that are already here.
    func receivedCount(_ blob: BlobID) async throws -> UInt64
    /// Opens a partly received blob for appending at exactly `offset`; nil when it stands
    /// elsewhere.
    func resume(_ blob: BlobID, at offset: UInt64) async throws -> (any IncomingBlob)?
}

/// A blob on its way in.
package protocol IncomingBlob: Sendable {
    func append(_ bytes: [UInt8]) async throws
    /// Keeps what arrived so that the sender can go on from there.
    func suspend() async throws
    /// Checks the digest and makes the blob durable; false, and nothing kept, when it differs.
    func finish() async throws -> Bool
}

/// Requests to one peer's node over a connection pinned to the keys in the agreement.
package protocol PeerTransport: Sendable {
    func deliver(_ request: DeliveryRequest, to party: PartyID) async throws -> DeliveryAnswer
    /// Hands over a proof of a fork; returns once the party's node has taken it.
    func tell(_ fork: ForkProof, to party: PartyID) async throws
    /// How many bytes of the blob the peer holds; nil when it holds all of it.
    func blobOffset(_ blob: BlobID, at party: PartyID) async throws -> UInt64?
    func sendBlob(
        _ blob: BlobID, sizeBytes: UInt64, from offset: UInt64, to party: PartyID,
        reading store: any BlobStore) async throws
}

/// Requests to the witnesses that the agreement names beside the parties (C2SP tlog-witness).
///
/// Trust: none in the connection; a cosignature counts by the witness's key alone.
package protocol WitnessTransport: Sendable {
    /// Posts an `add-checkpoint` body; throws when there is no answer in good time.
    func addCheckpoint(_ body: [UInt8], at witness: OutsideWitness) async throws -> WitnessReply
}

package enum WitnessReply: Hashable, Sendable {
    /// Signature lines, unchecked.
    case cosigned([UInt8])
    /// It has cosigned this size last.
    case conflict(known: TreeSize)
    case refused(status: Int)
}

package enum DeliveryAnswer: Hashable, Sendable {
    case answered(DeliveryResponse)
    /// The peer has cosigned our log up to this size, not the one we named.
    case cosignedSizeIs(TreeSize)
    /// The peer refused the whole delivery, with its reason and words.
    case refused(reason: String, explanation: String)
}

package struct LedgerTail: Sendable {
    package let size: TreeSize
    /// The log's own latest signed note; nil before the first.
    package let note: [UInt8]?
    /// The latest note of each peer's log that this node has cosigned.
    package let witnessedNotes: [PartyID: [UInt8]]
    /// What each peer has cosigned of this log.
    package let cosignedSizes: [PartyID: TreeSize]

    package init(
        size: TreeSize, note: [UInt8]?, witnessedNotes: [PartyID: [UInt8]],
        cosignedSizes: [PartyID: TreeSize]
    ) {
        self.size = size
        self.note = note
        self.witnessedNotes = witnessedNotes
        self.cosignedSizes = cosignedSizes
    }
}

package struct KnownStatements: Sendable {
    package var entries: Set<StatementID>
    package var payloads: [Digest: StatementID]

    package init(entries: Set<StatementID>, payloads: [Digest: StatementID]) {
        self.entries = entries
        self.payloads = payloads
    }
}

/// One statement as the ledger holds it.
package struct LedgerEntry: Sendable {
    package let index: EntryIndex
    package let id: StatementID
    package let envelope: [UInt8]
    package let takenAt: Timestamp
    package let proofs: [HeldProof]

    package init(
        index: EntryIndex, id: StatementID, envelope: [UInt8], takenAt: Timestamp,
        proofs: [HeldProof]
    ) {
        self.index = index
        self.id = id
        self.envelope = envelope
        self.takenAt = takenAt
        self.proofs = proofs
    }
}

/// Everything that one commit makes durable together.
package struct LedgerChange: Sendable {
    package struct Entry: Sendable {
        package let index: EntryIndex
        package let id: StatementID
        package let payload: Digest
        package let thread: ThreadID
        package let envelope: [UInt8]
        package let takenAt: Timestamp
        package let changesDirectory: Bool
        package let concernsOverlay: Bool
        /// The text that it publishes.
        package let publishes: BlobID?

        package init(
            index: EntryIndex, id: StatementID, payload: Digest, thread: ThreadID,
            envelope: [UInt8], takenAt: Timestamp, changesDirectory: Bool = false,
            concernsOverlay: Bool = false, publishes: BlobID? = nil
        ) {
            self.index = index
            self.id = id
            self.payload = payload
            self.thread = thread
            self.envelope = envelope
            self.takenAt = takenAt
            self.changesDirectory = changesDirectory
            self.concernsOverlay = concernsOverlay
            self.publishes = publishes
        }
    }

    package struct Delivery: Hashable, Sendable {
        package let statement: StatementID
        package let party: PartyID
        /// False for a record of silence: silence about silence would never end.
        package let mayFallSilent: Bool
    }

    package struct Settlement: Sendable {
        package let statement: StatementID
        package let party: PartyID
        /// The peer's signed refusal; nil when it gave a receipt.
        package let refusal: [UInt8]?
    }

    package var entries: [Entry] = []
    package var tiles: [ChangedTile] = []
    package var note: [UInt8]?
    package var witnessedNotes: [PartyID: [UInt8]] = [:]
    package var cosignedSizes: [PartyID: TreeSize] = [:]
    package var proofs: [(statement: StatementID, proof: HeldProof)] = []
    package var deliveries: [Delivery] = []
    package var settlements: [Settlement] = []
    /// Deliveries to be made once more, whatever `settlements` ends.
    package var again: [Delivery] = []
    /// Proofs of forks, by the party whose log it is; those known already change nothing.
    package var forks: [KnownFork] = []
    /// Whom a fork is to be told to, once it is in the ledger.
    package var forksToTell: [PartyID] = []
    /// Forks, by digest, that a party has taken word of.
    package var forksTold: [(fork: Digest, party: PartyID)] = []
    /// Statements whose silence is recorded by one of `entries`.
    package var silenced: [(statement: StatementID, party: PartyID)] = []

    /// Statements that lack outside cosignatures from now on, and that lack none any more.
    package var uncovered: [StatementID] = []
    package var covered: [StatementID] = []

    package init() {}

    package var isEmpty: Bool {
        entries.isEmpty && witnessedNotes.isEmpty && proofs.isEmpty && settlements.isEmpty
            && cosignedSizes.isEmpty && forks.isEmpty && forksTold.isEmpty && uncovered.isEmpty
            && covered.isEmpty
    }
}

/// A proof that a party's log has shown two histories.
package struct KnownFork: Hashable, Sendable {
    /// A log that forks can sign as many proofs against itself as it likes; more add nothing.
    package static let limitPerParty = 64

    package let party: PartyID
    package let proof: ForkProof
    package let foundAt: Timestamp

    package init(party: PartyID, proof: ForkProof, foundAt: Timestamp) {
        self.party = party
        self.proof = proof
        self.foundAt = foundAt
    }
}

package struct PeerRefusal: Sendable {
    package let statement: StatementID
    package let party: PartyID
    package let envelope: [UInt8]

    package init(statement: StatementID, party: PartyID, envelope: [UInt8]) {
        self.statement = statement
        self.party = party
        self.envelope = envelope
    }
}
