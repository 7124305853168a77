import Logging
import ParleyDialogue
import ParleyExample
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// Has the nodes of an example say its threads to each other, in one process: signed, sealed,
/// delivered and receipted as between machines, by the example's own clock.
///
/// Time goes in steps; what falls into one is said and delivered together. A statement that its own
/// node refuses, such as an irregular one, is left out.
struct ExampleTalk {
    private let homes: ExampleHomes
    private let threads: Int
    private let desks: [PartyID: ExampleDesk]
    private let steps: Int

    private static let stepLimit = 4000

    init(_ homes: ExampleHomes, threads: Int) async throws {
        self.homes = homes
        self.threads = threads
        steps = min(Self.stepLimit, threads * 20)
        let street = ExampleStreet()
        var desks: [PartyID: ExampleDesk] = [:]
        for party in homes.parties {
            let home = try homes.home(of: party)
            let desk = try await Surroundings.$current.withValue(homes.surroundings) {
                try await ExampleDesk(home, street: street)
            }
            desks[party] = desk
            await street.add(desk)
        }
        self.desks = desks
    }

    /// - Returns: how many statements there are.
    func run(
        telling tell: (_ said: Int, _ done: Int, _ of: Int) -> Void
    ) async throws -> Int {
        let period = homes.record.period
        // Whoever began late is given time to go on.
        let lengthSeconds = period.upperBound.seconds(since: period.lowerBound) + 20 * 86_400
        let stepSeconds = max(1, lengthSeconds / Int64(steps))
        func place(_ time: Timestamp) -> Int {
            Int(time.seconds(since: period.lowerBound) / stepSeconds)
        }
        var waiting: [[Talking]] = Array(repeating: [], count: steps + 1)
        var count = 0
        for number in 0..<threads {
            let begins = place(homes.record.thread(number).last)
            waiting[min(begins, steps)].append(.number(number))
        }
        for step in 0...steps where !waiting[step].isEmpty {
            let time = period.lowerBound.adding(seconds: Int64(step + 1) * stepSeconds)
            homes.clock.move(to: time)
            let talking = waiting[step]
            waiting[step] = []
            for thread in try await said(talking, at: homes.clock.now(), count: &count) {
                guard case .thread(_, let next) = thread else { continue }
                let later = max(step + 1, place(next.at))
                if later <= steps { waiting[later].append(thread) }
            }
            if step % 200 == 199 { tell(count, step + 1, steps) }
        }
        return count
    }

    private enum Talking {
        /// One that has not begun.
        case number(Int)
        case thread(ExampleThread, next: ExampleStep)
    }

    /// Says what is to be said now, and returns the threads that go on.
    private func said(
        _ talking: [Talking], at now: Timestamp, count: inout Int
    ) async throws -> [Talking] {
        var waiting: [(thread: ExampleThread, step: ExampleStep, id: StatementID)] = []
        var goingOn: [Talking] = []
        for one in talking {
            var thread: ExampleThread
            var next: ExampleStep?
            switch one {
            case .number(let number):
                thread = homes.record.thread(number)
                next = thread.next()
            case .thread(let begun, let step): (thread, next) = (begun, step)
            }
            while let step = next?.said(at: now), let desk = desks[step.from.party] {
                if !step.isIrregular, let id = try await desk.say(step, among: desks) {
                    waiting.append((thread, step, id))
                    break
                }
                next = thread.next()
                if let next, next.at > now {
                    goingOn.append(.thread(thread, next: next))
                    break
                }
            }
        }
        for desk in desks.values { try await desk.deliver() }
        count += waiting.count
        for var one in waiting {
            guard let record = try await desks[one.step.from.party]?.recorded(one.id) else {
                continue
            }
            one.thread.take(record, content: one.step.content)
            if let next = one.thread.next() { goingOn.append(.thread(one.thread, next: next)) }
        }
        return goingOn
    }
}

/// One party's home and node in an example.
actor ExampleDesk {
    nonisolated let party: PartyID
    nonisolated let node: Node
    private let home: Home
    private let signingKey: SigningKeyPair
    private let versions: AgreementVersions
    private let ledger: SQLiteLedger
    nonisolated let blobs: FileBlobStore
    private let courier: Courier
    private let surroundings: Surroundings
    /// Bodies that were sealed before, by whom they are for and what they say.
    private var sealed: [[PartyID]: [StatementBody: BlobReference]] = [:]

    init(_ home: Home, street: ExampleStreet) async throws {
        self.home = home
        surroundings = Surroundings.here
        let record = try await home.record()
        versions = record.versions
        signingKey = try home.signingKey(in: record)
        ledger = try home.ledger()
        blobs = try home.blobs()
        let identity = try home.identity(
            record.versions, keys: try home.keyRing(of: home.organs))
        party = home.seat.party
        let transport = ExampleTransport(from: party, street: street)
        node = try await Node(
            identity: identity,
            ports: .init(
                ledger: ledger, lastSigned: home.lastSigned, blobs: blobs, transport: transport,
                clock: surroundings.clock, randomness: surroundings.randomness,
                logger: Logger(label: "parley example")))
        courier = Courier(
            identity: identity, keys: node.keys, directory: node.directory, writer: node.writer,
            ledger: ledger, blobs: blobs, transport: transport, clock: surroundings.clock)
    }

    /// Nil where the node refuses it.
    func say(
        _ step: ExampleStep, among desks: [PartyID: ExampleDesk]
    ) async throws -> StatementID? {
        var body: BlobReference?
        if let content = step.content {
            body = try await reference(to: content, for: step.to, among: desks)
        }
        if let document = step.document {
            try await keep(document.canonicalBytes, for: step.to, among: desks)
        }
        do {
            return try await node.submit(
                try signingKey.sign(step.statement(body: body)), silenceFor: nil)
        } catch is SubmitRefusal {
            return nil
        }
    }

    private func reference(
        to content: StatementBody, for parties: [PartyID], among desks: [PartyID: ExampleDesk]
    ) async throws -> BlobReference {
        if let known = sealed[parties]?[content] { return known }
        let bytes = try Surroundings.$current.withValue(surroundings) {
            try SealWriter.sealed(
                content.canonicalBytes, agreement: versions.id,
                recipients: try home.sealingKeys(parties, in: versions),
                contentKey: surroundings.randomness.bytes(count: 32))
        }
        let blob = try await keep(bytes, for: parties, among: desks)
        let reference = BlobReference(
            blob: blob, sizeBytes: UInt64(bytes.count), mediaType: StatementBody.mediaType,
            isSealed: true)
        sealed[parties, default: [:]][content] = reference
        return reference
    }

    /// In every home that it is for, as if it had been sent.
    @discardableResult
    private func keep(
        _ bytes: [UInt8], for parties: [PartyID], among desks: [PartyID: ExampleDesk]
    ) async throws -> BlobID {
        let blob = BlobID(Digest(hashing: bytes))
        for party in parties + [party] { try await desks[party]?.blobs.put(bytes, as: blob) }
        return blob
    }

    /// Until every party has receipted everything.
    func deliver() async throws {
        for other in versions.parties(at: surroundings.clock.now()).map(\.id) where other != party {
            while case .delivered(_, _, true) = try await courier.deliver(to: other) {}
        }
    }

    func recorded(_ id: StatementID) async throws -> RecordedStatement? {
        try await ledger.entry(id).map { try ParleyNode.recorded($0, keys: node.keys) }
    }
}

/// Who can be reached.
actor ExampleStreet {
    private var nodes: [PartyID: Node] = [:]

    func add(_ desk: ExampleDesk) { nodes[desk.party] = desk.node }

    func node(of party: PartyID) throws -> Node {
        guard let node = nodes[party] else { throw NoTransport.NotServing() }
        return node
    }
}

/// Hands a delivery's bytes over; blobs are there already.
private struct ExampleTransport: PeerTransport {
    let from: PartyID
    let street: ExampleStreet

    func deliver(_ request: DeliveryRequest, to party: PartyID) async throws -> DeliveryAnswer {
        try await street.node(of: party).intake.receive(request.wireBytes, from: from)
    }

    func tell(_ fork: ForkProof, to party: PartyID) async throws {}

    func blobOffset(_ blob: BlobID, at party: PartyID) async throws -> UInt64? { nil }

    func sendBlob(
        _ blob: BlobID, sizeBytes: UInt64, from offset: UInt64, to party: PartyID,
        reading store: any BlobStore
    ) async throws {}
}
