import ParleyExchange
import ParleyLog
import ParleyStatements

/// Many signed statements in a log of their own, ready to be delivered: what a node has in its
/// outbox after a long break.
struct Backlog: Sendable {
    let items: [DeliveryRequest.Item]
    let size: TreeSize
    private let note: [UInt8]

    /// Signs `count` statements to `party`, each with its own payload, `perThread` in a thread, and
    /// puts them in a new log.
    init(
        from home: SenderHome, to party: PartyID, count: Int, perThread: Int, at time: Timestamp
    ) async throws {
        let writer = try StatementSeries(home: home, party: party, perThread: perThread, at: time)
        let envelopes = try await writer.envelopes(count: count)
        let ids = envelopes.map { Digest(hashing: $0) }
        // Room for every tile: nothing is stored from which one could be read again.
        var tree = TileTree(size: TreeSize(0), tileLimit: count / 128 + 64) { _ in
            throw BenchFailure.tileForgotten
        }
        _ = try tree.append(ids.map { Merkle.leafHash(of: $0) })
        let signer = try home.logSigner()
        let size = tree.size
        self.size = size
        note = try signer.note(
            over: Checkpoint(origin: signer.key.name, size: size, root: try tree.root()))
        items = try envelopes.enumerated().map { number, envelope throws in
            let index = EntryIndex(UInt64(number))
            let proof = try Merkle.inclusionProof(of: index, in: size, reading: &tree)
            return DeliveryRequest.Item(
                envelope: envelope, place: LogPlace(index: index, proof: proof),
                cosignedProofs: [], blobs: [])
        }
    }

    var meanEnvelopeBytes: Double {
        Double(items.reduce(0) { $0 + $1.envelope.count }) / Double(max(items.count, 1))
    }

    /// The first delivery says how far the log has grown; it carries no statements.
    var announcement: DeliveryRequest {
        request(items: [], from: TreeSize(0), knownSize: TreeSize(0))
    }

    /// Deliveries after the announcement, in any order: the log does not grow any more.
    func request(items: [DeliveryRequest.Item], knownSize: TreeSize) -> DeliveryRequest {
        request(items: items, from: size, knownSize: knownSize)
    }

    private func request(
        items: [DeliveryRequest.Item], from old: TreeSize, knownSize: TreeSize
    ) -> DeliveryRequest {
        DeliveryRequest(
            checkpoint: AddCheckpointRequest.body(oldSize: old, proof: [], note: note),
            knownSize: knownSize, items: items)
    }
}

/// Statements without bodies, padded by what they answer to about 1 KB stored.
private struct StatementSeries: Sendable {
    private static let answerCount = 4

    private let agreement: AgreementID
    private let seat: Seat
    private let party: PartyID
    private let key: SigningKeyPair
    private let perThread: Int
    private let time: Timestamp

    init(home: SenderHome, party: PartyID, perThread: Int, at time: Timestamp) throws {
        agreement = home.agreement.id
        seat = home.seat
        self.party = party
        key = try home.signingKey()
        self.perThread = perThread
        self.time = time
    }

    func envelopes(count: Int) async throws -> [[UInt8]] {
        let slice = max(1, (count + 1) / 2)
        return try await withThrowingTaskGroup(of: (Int, [[UInt8]]).self) { group in
            for start in stride(from: 0, to: count, by: slice) {
                group.addTask {
                    let numbers = start..<min(start + slice, count)
                    return (start, try numbers.map(envelope))
                }
            }
            var parts: [(Int, [[UInt8]])] = []
            for try await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private func envelope(_ number: Int) throws -> [UInt8] {
        let seed = Array("\(time.secondsSinceEpoch) \(number / perThread)".utf8)
        guard let thread = ThreadID(bytes: Array(Digest(hashing: seed).bytes.prefix(16))) else {
            preconditionFailure("a thread id is 16 bytes")
        }
        let answers = (0..<Self.answerCount).map {
            StatementID(Digest(hashing: Array("answered \(number) \($0)".utf8)))
        }
        return try key.sign(
            Statement(
                agreement: agreement, thread: thread, act: .requestProgress, from: seat,
                to: [party], answers: answers.sorted(), at: time, terms: Terms(), body: nil,
                exhibits: []))
    }
}
