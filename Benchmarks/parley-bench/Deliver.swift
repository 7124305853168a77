import ArgumentParser
import Foundation
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyWeb

/// Delivers a backlog to a serving node and checks every receipt afterwards.
struct Deliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Deliver signed statements to a serving node, as fast as it takes them.")

    @Option(help: "Home of the party that delivers; its node must not be running.")
    var home: String
    @Option(help: "The party that receives.")
    var to: String
    @Option(help: "Where the receiving node listens, host:port.")
    var address: String
    @Option(help: "The receiving node's process, for its use of the processor.")
    var pid: Int
    @Option(help: "The time that the statements bear, in seconds since 1970.")
    var at: Int64
    @Option var count = 20_480
    @Option var batch = DeliveryLimits.statementCount
    @Option(help: "Statements in each thread.")
    var perThread = 8
    @Option(help: "Deliveries under way at a time.")
    var connections = 1
    @Option(help: "Statements a second, whether or not answers have come; 0 for all it can.")
    var perSecond = 0.0

    func run() async throws {
        let home = try SenderHome(path: home)
        guard let party = PartyID(to), let address = NodeAddress(address),
            let time = Timestamp(secondsSinceEpoch: at)
        else { throw ValidationError("--to, --address or --at is malformed") }
        let backlog = try await Backlog(
            from: home, to: party, count: count, perThread: perThread, at: time)
        let lines = try (0..<connections).map { _ in
            try PeerClient(
                agreement: home.agreement.id, parties: home.agreement.parties,
                identity: try home.tlsIdentity(), addresses: [party: address])
        }
        let theirLog = try NoteKey(text: home.party(party).node.logKey)
        // Handshakes, and the one growth of the log, before the clock starts.
        guard case .answered = try await lines[0].deliver(backlog.announcement, to: party) else {
            throw BenchFailure.deliveryNotTaken("the announcement")
        }
        for line in lines.dropFirst() {
            let empty = backlog.request(items: [], knownSize: TreeSize(0))
            _ = try await line.deliver(empty, to: party)
        }

        let desk = DeliveryDesk(backlog: backlog, batch: batch, theirLog: theirLog)
        // `clock` is the processor's here.
        let wallClock = ContinuousClock()
        let pace = Pace(perSecond: perSecond, start: wallClock.now)
        let serverBefore = try processSeconds(pid)
        let ownBefore = clock()
        let elapsed = try await wallClock.measure {
            try await withThrowingTaskGroup { group in
                for line in lines {
                    group.addTask {
                        while let next = await desk.next() {
                            let due = try await pace.wait(for: next.firstItem)
                            let answer = try await line.deliver(next.request, to: party)
                            let latency = (wallClock.now - due).inSeconds * 1000
                            try await desk.take(answer, to: next, after: latency)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let ownSeconds = Double(clock() - ownBefore) / Double(CLOCKS_PER_SEC)
        let serverSeconds = try processSeconds(pid) - serverBefore
        let receiptCount = try await desk.checkReceipts()
        try printJSON([
            "statements": receiptCount, "seconds": elapsed.inSeconds,
            "perSecond": Double(receiptCount) / elapsed.inSeconds,
            "serverSeconds": serverSeconds, "generatorSeconds": ownSeconds,
            "meanEnvelopeBytes": backlog.meanEnvelopeBytes,
            "latencyMilliseconds": await desk.latencies,
        ])
    }

    /// User and system time that a process has had so far.
    private func processSeconds(_ pid: Int) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // The name in brackets may hold spaces; what follows it begins with field 3.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13])
        else { throw ValidationError("/proc/\(pid)/stat cannot be read") }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}

/// When each delivery is to leave: at a rate that does not wait for answers, or as soon as it can.
private struct Pace: Sendable {
    let perSecond: Double
    let start: ContinuousClock.Instant

    /// - Returns: when the delivery was due, so that what a late one waited counts too.
    func wait(for item: Int) async throws -> ContinuousClock.Instant {
        let clock = ContinuousClock()
        guard perSecond > 0 else { return clock.now }
        let due = start.advanced(by: .seconds(Double(item) / perSecond))
        try await clock.sleep(until: due)
        return due
    }
}

/// Hands out batches and keeps the answers, to be checked once the clock has stopped.
private actor DeliveryDesk {
    struct Batch: Sendable {
        let request: DeliveryRequest
        let firstItem: Int
    }

    private let backlog: Backlog
    private let batch: Int
    private let theirLog: NoteKey
    private var nextItem = 0
    /// As a node does: the next delivery names the growth that it has seen in an answer.
    private var knownSize = TreeSize(0)
    private var answered: [(batch: Batch, response: DeliveryResponse)] = []
    /// From when each delivery was due to its answer, which holds its receipts.
    private(set) var latencies: [Double] = []

    init(backlog: Backlog, batch: Int, theirLog: NoteKey) {
        self.backlog = backlog
        self.batch = batch
        self.theirLog = theirLog
    }

    func next() -> Batch? {
        guard nextItem < backlog.items.count else { return nil }
        let items = backlog.items[nextItem..<min(nextItem + batch, backlog.items.count)]
        defer { nextItem += items.count }
        return Batch(
            request: backlog.request(items: Array(items), knownSize: knownSize),
            firstItem: nextItem)
    }

    func take(_ answer: DeliveryAnswer, to batch: Batch, after milliseconds: Double) throws {
        guard case .answered(let response) = answer else {
            throw BenchFailure.deliveryNotTaken("\(answer)")
        }
        answered.append((batch, response))
        latencies.append(milliseconds)
        let growth = try AddCheckpointRequest(parsing: response.checkpoint, logKey: theirLog)
        knownSize = max(knownSize, growth.checkpoint.size)
    }

    /// - Returns: how many statements have a receipt that verifies; all of them.
    func checkReceipts() throws -> Int {
        var receipted = 0
        var known = 0
        var refused = 0
        var blobsMissing = 0
        for (batch, response) in answered {
            let checkpoint = try AddCheckpointRequest(
                parsing: response.checkpoint, logKey: theirLog
            ).checkpoint
            for (item, outcome) in zip(batch.request.items, response.outcomes) {
                switch outcome {
                case .receipted(let place):
                    try Merkle.checkInclusion(
                        of: Merkle.leafHash(of: Digest(hashing: item.envelope)), at: place.index,
                        in: checkpoint.size, root: checkpoint.root, proof: place.proof)
                    receipted += 1
                case .known: known += 1
                case .refused: refused += 1
                case .blobsMissing: blobsMissing += 1
                }
            }
        }
        guard receipted == backlog.items.count else {
            throw BenchFailure.outcomesDiffer(
                receipted: receipted, known: known, refused: refused, blobsMissing: blobsMissing)
        }
        return receipted
    }
}
