import ArgumentParser
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyWeb

/// Hands single requests to a serving node and waits for each one's receipt.
struct Lone: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time single requests from the node's answer to the stored receipt.")

    @Option(help: "Home whose node is serving, and can reach the other party's.")
    var home: String
    @Option(help: "The party that receives.")
    var to: String
    @Option(help: "The time that the statements bear, in seconds since 1970.")
    var at: Int64
    @Option var count = 50
    @Option(help: "Requests before the ones that are timed.")
    var warmups = 5

    func run() async throws {
        let home = try SenderHome(path: home)
        guard let party = PartyID(to), let time = Timestamp(secondsSinceEpoch: at) else {
            throw ValidationError("--to or --at is malformed")
        }
        let blobs = try FileBlobStore(folder: home.folder)
        let ledger = try SQLiteLedger(path: home.ledgerPath)
        let client = LocalClient(socketPath: home.socketPath)
        let clock = ContinuousClock()
        var accepted: [Double] = []
        var receipted: [Double] = []
        for number in 0..<(warmups + count) {
            let envelope = try await request(number, from: home, to: party, at: time, into: blobs)
            let start = clock.now
            let id = try await client.submit(envelope)
            let taken = clock.now
            while try await ledger.entry(id)?.proofs.contains(where: { $0.log == party }) != true {
                guard clock.now - taken < .seconds(20) else { throw BenchFailure.receiptTimedOut }
                try await clock.sleep(for: .milliseconds(1))
            }
            if number >= warmups {
                accepted.append((taken - start).inSeconds * 1000)
                receipted.append((clock.now - taken).inSeconds * 1000)
            }
            try await clock.sleep(for: .milliseconds(50))
        }
        try printJSON(["acceptedMilliseconds": accepted, "receiptedMilliseconds": receipted])
    }

    /// A signed request whose sealed body lies in the home already, as the command leaves it.
    private func request(
        _ number: Int, from home: SenderHome, to party: PartyID, at time: Timestamp,
        into blobs: FileBlobStore
    ) async throws -> [UInt8] {
        let seed = Digest(hashing: Array("lone \(time.secondsSinceEpoch) \(number)".utf8)).bytes
        guard let thread = ThreadID(bytes: Array(seed.prefix(16))),
            let language = LanguageTag("en")
        else { preconditionFailure("16 bytes are a thread id, and en is a language tag") }
        let organs = try [party, home.seat.party].flatMap { try home.party($0).organs }
        let body = try StatementBody(
            texts: [.init(language: language, text: "Request \(number)", isAuthentic: true)])
        let sealed = try SealWriter.sealed(
            body.canonicalBytes, agreement: home.agreement.id,
            recipients: try organs.map { try SealingPublicKey(bytes: $0.sealingKey) },
            contentKey: seed)
        let blob = BlobID(Digest(hashing: sealed))
        try await blobs.put(sealed, as: blob)
        return try home.signingKey().sign(
            Statement(
                agreement: home.agreement.id, thread: thread, act: .requestSubmit,
                from: home.seat, to: [party], answers: [], at: time,
                terms: Terms(kind: "information", urgency: .normal),
                body: BlobReference(
                    blob: blob, sizeBytes: UInt64(sealed.count),
                    mediaType: StatementBody.mediaType, isSealed: true),
                exhibits: []))
    }
}
