package import ParleyLog
package import ParleyStatements

/// What happened between this node and one peer.
package enum PeerEvent: Hashable, Sendable {
    /// Statements for the peer stand in the outbox.
    case statementsQueued
    /// The time asked for by ``PeerEffect/wake(at:)`` has come.
    case timerFired
    /// A delivery was answered. `settledCount` statements left the outbox; the blobs are still
    /// wanted; `hasMore` says whether the outbox still holds statements for the peer.
    case delivered(settledCount: Int, blobsWanted: [BlobID], hasMore: Bool)
    case blobSent(BlobID)
    /// A delivery or blob did not get through. `jitter` is a random number from 0 to 65,535.
    case failed(jitter: UInt16)
}

/// What the node is to do next for one peer.
package enum PeerEffect: Hashable, Sendable {
    case deliver
    case sendBlob(BlobID)
    case wake(at: Timestamp)
}

/// The outbox towards one peer as a state machine: never more than one request under way, blobs
/// before the statements that name them, longer and longer waits while the peer does not answer.
package struct PeerSession: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Nothing to send. Becomes `delivering`.
        case idle
        /// A delivery is under way. Becomes `idle`, `sendingBlobs`, `delivering` or `waiting`.
        case delivering
        /// Wanted blobs are under way, the first one now. Becomes `delivering` or `waiting`.
        case sendingBlobs([BlobID])
        /// The last attempt failed; nothing before that time. Becomes `delivering`.
        case waiting(until: Timestamp)
    }

    package static let firstWaitSeconds: Int64 = 1
    package static let longestWaitSeconds: Int64 = 300

    package private(set) var state: State = .idle
    /// How many attempts in a row have failed.
    package private(set) var failureCount = 0
    private var queuedMeanwhile = false
    /// What the peer wanted and has been sent since it last settled something.
    private var blobsSent: Set<BlobID> = []

    package init() {}

    package mutating func handle(_ event: PeerEvent, now: Timestamp) -> [PeerEffect] {
        switch (state, event) {
        case (.idle, .statementsQueued):
            return deliver()
        case (_, .statementsQueued):
            queuedMeanwhile = true
            return []
        case (.delivering, .delivered(let settledCount, let blobsWanted, let hasMore)):
            return delivered(
                settledCount: settledCount, blobsWanted: blobsWanted, hasMore: hasMore, now: now)
        case (.sendingBlobs(let blobs), .blobSent(let blob)) where blobs.first == blob:
            blobsSent.insert(blob)
            guard let next = blobs.dropFirst().first else { return deliver() }
            state = .sendingBlobs(Array(blobs.dropFirst()))
            return [.sendBlob(next)]
        case (.delivering, .failed(let jitter)), (.sendingBlobs, .failed(let jitter)):
            return wait(jitter: jitter, now: now)
        case (.waiting(let until), .timerFired):
            // A timer may fire early when the clock was stepped back meanwhile.
            return now >= until ? deliver() : [.wake(at: until)]
        case (_, .timerFired), (_, .delivered), (_, .blobSent), (_, .failed):
            // Left over from before a change of state; what it would say is known already.
            return []
        }
    }

    private mutating func deliver() -> [PeerEffect] {
        state = .delivering
        queuedMeanwhile = false
        return [.deliver]
    }

    private mutating func delivered(
        settledCount: Int, blobsWanted: [BlobID], hasMore: Bool, now: Timestamp
    ) -> [PeerEffect] {
        let wantsTheSame = !blobsWanted.isEmpty && blobsWanted.allSatisfy(blobsSent.contains)
        if settledCount > 0 || wantsTheSame { blobsSent = [] }
        // Nor must a peer that asks for what it has just been sent.
        if settledCount == 0, wantsTheSame { return wait(jitter: 0, now: now) }
        if let first = blobsWanted.first {
            failureCount = 0
            state = .sendingBlobs(blobsWanted)
            return [.sendBlob(first)]
        }
        guard hasMore || queuedMeanwhile else {
            failureCount = 0
            state = .idle
            return []
        }
        // An answer that settles nothing must not turn into a busy loop between two nodes.
        if settledCount == 0, !queuedMeanwhile { return wait(jitter: 0, now: now) }
        failureCount = 0
        return deliver()
    }

    private mutating func wait(jitter: UInt16, now: Timestamp) -> [PeerEffect] {
        let doubled = Self.firstWaitSeconds << Int64(min(failureCount, 16))
        let longest = min(doubled, Self.longestWaitSeconds)
        failureCount += 1
        // Up to a quarter longer, so that many peers of a node that returns do not call at once.
        let until = now.adding(seconds: longest + longest * Int64(jitter) / (4 * 65_536))
        state = .waiting(until: until)
        return [.wake(at: until)]
    }
}
