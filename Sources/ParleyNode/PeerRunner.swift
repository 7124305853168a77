package import Logging
import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Carries out what one peer's ``PeerSession`` decides: deliveries, blobs, waiting.
package struct PeerRunner: Sendable {
    private let party: PartyID
    private let courier: Courier
    private let blobs: any BlobStore
    private let transport: any PeerTransport
    private let clock: any WallClock
    private let randomness: any Randomness
    private let news: NodeNews
    private let logger: Logger
    private let meter: (any NodeMeter)?
    private let events: AsyncStream<PeerEvent>
    private let sink: AsyncStream<PeerEvent>.Continuation

    package init(
        party: PartyID, courier: Courier, blobs: any BlobStore, transport: any PeerTransport,
        clock: any WallClock, randomness: any Randomness, news: NodeNews, logger: Logger,
        meter: (any NodeMeter)? = nil
    ) {
        self.party = party
        self.courier = courier
        self.blobs = blobs
        self.transport = transport
        self.clock = clock
        self.randomness = randomness
        self.news = news
        self.logger = logger
        self.meter = meter
        (events, sink) = AsyncStream.makeStream()
    }

    /// Says that the outbox for this peer holds something.
    package func statementsQueued() { sink.yield(.statementsQueued) }

    /// Runs until the surrounding task is cancelled.
    package func run() async {
        var session = PeerSession()
        // What an earlier run left in the outbox.
        sink.yield(.statementsQueued)
        await withDiscardingTaskGroup { group in
            for await event in events {
                for effect in session.handle(event, now: clock.now()) {
                    group.addTask { sink.yield(await perform(effect)) }
                }
            }
            group.cancelAll()
        }
    }

    private func perform(_ effect: PeerEffect) async -> PeerEvent {
        do {
            switch effect {
            case .deliver:
                let event = try await courier.deliver(to: party)
                // Where nothing waits, nobody was asked.
                if case .delivered(let settled, let wanted, _) = event,
                    settled > 0 || !wanted.isEmpty
                {
                    news.tried(party, answered: true)
                }
                return event
            case .sendBlob(let blob):
                try await send(blob)
                news.tried(party, answered: true)
                return .blobSent(blob)
            case .wake(let instant):
                await clock.sleep(until: instant)
                return .timerFired
            }
        } catch {
            // A peer that refuses was reached, and what is missing here says nothing of it.
            if !(error is CourierFailure) { news.tried(party, answered: false) }
            meter?.deliveryFailed(to: party)
            logger.notice(
                "peer not reached", metadata: ["peer": "\(party)", "error": "\(error)"])
            let random = randomness.bytes(count: 2)
            return .failed(jitter: random.reduce(0) { $0 << 8 | UInt16($1) })
        }
    }

    private func send(_ blob: BlobID) async throws {
        guard let size = try await blobs.size(of: blob) else {
            throw CourierFailure.blobAbsent(blob)
        }
        guard let offset = try await transport.blobOffset(blob, at: party) else { return }
        try await transport.sendBlob(
            blob, sizeBytes: size, from: min(offset, size), to: party, reading: blobs)
    }
}

package enum CourierFailure: Error, Hashable, Sendable {
    case blobAbsent(BlobID)
    case peerRefused(reason: String, explanation: String)
    /// The answer does not fit the delivery, or something in it does not verify.
    case answerWrong(String)
    case clockTooFar(secondsApart: Int64)
}
