import Logging
import ParleyDialogue
import ParleyExchange
package import ParleyLog
package import ParleyNode
package import ParleyStatements

/// One node of a village, with what it stands on.
package struct House: Sendable {
    package let party: TestParty
    package let identity: NodeIdentity
    package let ledger: any Ledger
    package let lastSigned: any LastSigned
    package let blobs: any BlobStore
    package let shelf: MemoryPouchShelf
    package let clock: ManualClock
    package fileprivate(set) var node: Node
    fileprivate var courier: Courier
}

/// Nodes of one agreement in one process, driven step by step, so that a seed tells all that
/// happens: what is said, what the wire does, who is started again and when.
package actor Village {
    private enum Move {
        case effect(PeerEffect, from: PartyID, to: PartyID)
        /// A copy of a request that was delivered, or lost, long ago.
        case lateCopy([UInt8], from: PartyID, to: PartyID)
    }

    private struct Way: Hashable {
        let from: PartyID
        let to: PartyID
    }

    package nonisolated let terms: TestAgreement
    private let witness: TestWitness?
    package private(set) var weather: Weather
    /// How often a delivery or blob did not get through, by what was said about it.
    package private(set) var failures: [String: Int] = [:]
    var generator: SeededGenerator
    private(set) var houses: [PartyID: House] = [:]
    private var sessions: [Way: PeerSession] = [:]
    private var moves: [Move] = []
    private var wakes: [Way: Timestamp] = [:]
    private var down: Set<PartyID> = []
    /// Hears every byte that a node sends, also those that get lost.
    private var ear: (@Sendable ([UInt8]) -> Void)?
    /// What `submit` returned for, in order, by party.
    package private(set) var acknowledged: [PartyID: [StatementID]] = [:]
    /// What it threw for, though nobody refused it.
    package private(set) var unanswered: [(envelope: [UInt8], party: PartyID)] = []
    private var nesting = 0

    /// - Parameters:
    ///   - makeLedger: a new, empty ledger for the party of that name.
    ///   - witness: the outside witness that the first party's node asks.
    ///   - clockOfFirst: the first party's clock, where the test shares it.
    package static func make(
        _ terms: TestAgreement, seed: UInt64, weather: Weather = .fine, skewSeconds: Int64 = 0,
        at now: Timestamp, witness: TestWitness? = nil, clockOfFirst: ManualClock? = nil,
        makeLedger: (String) throws -> any Ledger = { _ in MemoryLedger() },
        makeLastSigned: (String) throws -> any LastSigned = { _ in MemoryLastSigned() }
    ) async throws -> Village {
        let village = Village(terms, seed: seed, weather: weather, witness: witness)
        for (place, party) in terms.parties.enumerated() {
            let skew = place % 2 == 1 ? skewSeconds : 0
            try await village.build(
                party, ledger: try makeLedger(party.id.text),
                lastSigned: try makeLastSigned(party.id.text),
                clock: (place == 0 ? clockOfFirst : nil)
                    ?? ManualClock(now.adding(seconds: skew)))
        }
        return village
    }

    private init(
        _ terms: TestAgreement, seed: UInt64, weather: Weather, witness: TestWitness?
    ) {
        self.witness = witness
        self.terms = terms
        self.weather = weather
        generator = SeededGenerator(seed: seed)
    }

    package func house(_ name: String) throws -> House {
        guard let house = houses.values.first(where: { $0.party.id.text == name }) else {
            throw TestSupportFault(words: "nobody lives in \(name)")
        }
        return house
    }

    package func set(_ weather: Weather) { self.weather = weather }

    package func listen(_ ear: @escaping @Sendable ([UInt8]) -> Void) { self.ear = ear }

    /// A party that is down answers nothing.
    package func set(_ name: String, down isDown: Bool) throws {
        let party = try house(name).party.id
        if isDown { down.insert(party) } else { down.remove(party) }
    }

    // MARK: Building

    private func build(
        _ party: TestParty, ledger: any Ledger, lastSigned: any LastSigned, clock: ManualClock
    ) async throws {
        let identity = try terms.identity(of: party)
        houses[party.id] = try await start(
            party, identity, ledger: ledger, lastSigned: lastSigned,
            blobs: MemoryBlobs(), shelf: MemoryPouchShelf(), clock: clock)
    }

    private func start(
        _ party: TestParty, _ identity: NodeIdentity, ledger: any Ledger,
        lastSigned: any LastSigned, blobs: any BlobStore, shelf: MemoryPouchShelf,
        clock: ManualClock
    ) async throws -> House {
        let transport = LoopTransport(from: party.id, village: self)
        let node = try await Node(
            identity: identity,
            ports: Node.Ports(
                ledger: ledger, lastSigned: lastSigned, blobs: blobs, transport: transport,
                witnesses: party.id == terms.parties.first?.id ? witness : nil, clock: clock,
                randomness: SeededRandomness(seed: 1),
                logger: Logger(label: party.id.text) { _ in SwiftLogNoOpLogHandler() }))
        let courier = Courier(
            identity: identity, keys: node.keys, directory: node.directory, writer: node.writer,
            ledger: ledger, blobs: blobs, transport: transport, clock: clock,
            outside: node.outside)
        return House(
            party: party, identity: identity, ledger: ledger, lastSigned: lastSigned,
            blobs: blobs, shelf: shelf, clock: clock, node: node, courier: courier)
    }

    /// Stops a node between two steps and starts another over the same ledger and blobs, or over
    /// what was opened anew.
    package func restart(
        _ name: String, ledger: (any Ledger)? = nil, lastSigned: (any LastSigned)? = nil
    ) async throws {
        let old = try house(name)
        let party = old.party.id
        houses[party] = try await start(
            old.party, old.identity, ledger: ledger ?? old.ledger,
            lastSigned: lastSigned ?? old.lastSigned,
            blobs: old.blobs, shelf: old.shelf, clock: old.clock)
        moves.removeAll {
            if case .effect(_, from: party, _) = $0 { true } else { false }
        }
        for other in terms.parties.map(\.id) where other != party {
            let way = Way(from: party, to: other)
            sessions[way] = nil
            wakes[way] = nil
            handle(.statementsQueued, on: way)
        }
    }

    /// Says that a node's outbox holds something, as its own parts would.
    package func statementsQueued(by name: String) throws {
        let party = try house(name).party.id
        for other in terms.parties.map(\.id) where other != party {
            handle(.statementsQueued, on: Way(from: party, to: other))
        }
    }

    // MARK: Steps

    /// Says something as a party's own people would, and puts it on its way.
    @discardableResult
    package func submit(
        _ envelope: [UInt8], blobs: [[UInt8]], by name: String
    ) async throws -> StatementID {
        let house = try house(name)
        for bytes in blobs {
            try await house.blobs.put(bytes, as: BlobID(Digest(hashing: bytes)))
        }
        let addressees = try UnverifiedStatement(parsing: envelope).header.to
        defer {
            for to in addressees {
                handle(.statementsQueued, on: Way(from: house.party.id, to: to))
            }
        }
        do {
            let id = try await house.node.submit(envelope)
            acknowledged[house.party.id, default: []].append(id)
            return id
        } catch {
            if !(error is SubmitRefusal) { unanswered.append((envelope, house.party.id)) }
            throw error
        }
    }

    /// Takes one of ``unanswered`` off the list.
    package func takeUnanswered() -> (envelope: [UInt8], party: PartyID)? {
        unanswered.isEmpty ? nil : unanswered.removeFirst()
    }

    /// Does one thing that waits to be done; moves the clocks when nothing does.
    ///
    /// - Returns: false when there is nothing left to do, now or later.
    package func step() async throws -> Bool {
        advance(seconds: Int64(generator.place(below: 3)))
        guard !moves.isEmpty else { return passTime() }
        switch moves.remove(at: generator.place(below: moves.count)) {
        case .lateCopy(let bytes, let from, let to):
            if let house = houses[to] { _ = try await receive(bytes, from: from, at: house) }
        case .effect(let effect, let from, let to):
            let way = Way(from: from, to: to)
            handle(await perform(effect, on: way), on: way)
        }
        return true
    }

    /// Steps until nothing is left to do.
    package func settle(stepLimit: Int = 20_000) async throws {
        for _ in 0..<stepLimit {
            guard try await step() else { return }
        }
        throw TestSupportFault(words: "not settled after \(stepLimit) steps: \(failures)")
    }

    package func advance(seconds: Int64) {
        for house in houses.values { house.clock.advance(seconds: seconds) }
    }

    private func passTime() -> Bool {
        guard
            let (way, instant) = wakes.min(by: {
                ($0.value, $0.key.from, $0.key.to) < ($1.value, $1.key.from, $1.key.to)
            }),
            let house = houses[way.from]
        else { return false }
        advance(seconds: max(0, instant.seconds(since: house.clock.now())))
        wakes[way] = nil
        handle(.timerFired, on: way)
        return true
    }

    private func handle(_ event: PeerEvent, on way: Way) {
        guard let now = houses[way.from]?.clock.now() else { return }
        for effect in sessions[way, default: PeerSession()].handle(event, now: now) {
            if case .wake(let instant) = effect {
                wakes[way] = instant
            } else {
                moves.append(.effect(effect, from: way.from, to: way.to))
            }
        }
    }

    private func perform(_ effect: PeerEffect, on way: Way) async -> PeerEvent {
        guard let house = houses[way.from] else { return .timerFired }
        do {
            switch effect {
            case .deliver:
                let event = try await house.courier.deliver(to: way.to)
                // As the node's own parts are told of what is to be delivered once more.
                for other in terms.parties.map(\.id) where other != way.from {
                    if try await !house.ledger.outbox(for: other, limit: 1).isEmpty {
                        handle(.statementsQueued, on: Way(from: way.from, to: other))
                    }
                }
                return event
            case .sendBlob(let blob):
                let transport = LoopTransport(from: way.from, village: self)
                let size = try await house.blobs.size(of: blob) ?? 0
                if let offset = try await transport.blobOffset(blob, at: way.to) {
                    try await transport.sendBlob(
                        blob, sizeBytes: size, from: min(offset, size), to: way.to,
                        reading: house.blobs)
                }
                return .blobSent(blob)
            case .wake:
                return .timerFired
            }
        } catch {
            failures["\(error)", default: 0] += 1
            return .failed(jitter: UInt16(generator.place(below: 65_536)))
        }
    }

    // MARK: The wire

    func carry(_ bytes: [UInt8], from: PartyID, to: PartyID) async throws -> DeliveryAnswer {
        ear?(bytes)
        guard !down.contains(to), let house = houses[to] else { throw WireFault.unreachable(to) }
        if generator.chance(weather.delays) {
            moves.append(.lateCopy(bytes, from: from, to: to))
        }
        if generator.chance(weather.losesRequest) { throw WireFault.requestLost }
        var answer = try await receive(bytes, from: from, at: house)
        if generator.chance(weather.duplicates) {
            answer = try await receive(bytes, from: from, at: house)
        }
        if nesting < 2, !moves.isEmpty, generator.chance(weather.interleaves) {
            nesting += 1
            defer { nesting -= 1 }
            _ = try await step()
        }
        if generator.chance(weather.losesAnswer) { throw WireFault.answerLost }
        return answer
    }

    private func receive(
        _ bytes: [UInt8], from: PartyID, at house: House
    ) async throws -> DeliveryAnswer {
        let answer = try await house.node.intake.receive(bytes, from: from)
        if let ear, case .answered(let response) = answer { ear(response.wireBytes) }
        return answer
    }

    func tell(_ fork: [UInt8], to: PartyID) async throws {
        guard !down.contains(to), let house = houses[to] else { throw WireFault.unreachable(to) }
        _ = try await house.node.witness.takeForkProof(fork)
    }

    func blobOffset(_ blob: BlobID, at party: PartyID) async throws -> UInt64? {
        guard !down.contains(party), let house = houses[party] else {
            throw WireFault.unreachable(party)
        }
        guard let size = await house.node.intake.wanted.size(of: blob) else {
            throw WireFault.blobRefused("blob-not-wanted")
        }
        if try await house.blobs.size(of: blob) == size { return nil }
        return try await house.blobs.receivedCount(blob)
    }

    func incoming(
        _ blob: BlobID, at party: PartyID, from offset: UInt64
    ) async throws -> any IncomingBlob {
        guard let house = houses[party],
            let incoming = try await house.blobs.resume(blob, at: offset)
        else { throw WireFault.blobRefused("offset-differs") }
        return incoming
    }

    func breaksBlob() -> Bool { generator.chance(weather.breaksBlob) }

    func arrived(_ blob: BlobID, at party: PartyID) async {
        await houses[party]?.node.intake.wanted.arrived(blob)
    }
}
