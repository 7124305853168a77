import ParleyExchange
import ParleyLog
import ParleyStatements
import Testing

@Suite struct PeerSessionTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest
    private static let allDone = PeerEvent.delivered(
        settledCount: 1, blobsWanted: [], hasMore: false)

    @Test func `what is queued is delivered, and then the session is idle`() {
        var session = PeerSession()
        #expect(session.handle(.statementsQueued, now: Self.start) == [.deliver])
        #expect(session.state == .delivering)
        #expect(session.handle(Self.allDone, now: Self.start) == [])
        #expect(session.state == .idle)
    }

    @Test func `what is queued meanwhile is delivered next, once however often it is said`() {
        var session = delivering()
        #expect(session.handle(.statementsQueued, now: Self.start) == [])
        #expect(session.handle(.statementsQueued, now: Self.start) == [])
        #expect(session.handle(Self.allDone, now: Self.start) == [.deliver])
        #expect(session.handle(Self.allDone, now: Self.start) == [])
        #expect(session.state == .idle)
    }

    @Test func `an outbox that holds more is delivered on`() {
        var session = delivering()
        let more = PeerEvent.delivered(settledCount: 512, blobsWanted: [], hasMore: true)
        #expect(session.handle(more, now: Self.start) == [.deliver])
        #expect(session.state == .delivering)
    }

    @Test func `wanted blobs are sent one by one in the order wanted, then the statements again`() {
        var session = delivering()
        let blobs = [blob("a"), blob("b"), blob("c")]
        let wanted = PeerEvent.delivered(settledCount: 3, blobsWanted: blobs, hasMore: true)
        #expect(session.handle(wanted, now: Self.start) == [.sendBlob(blobs[0])])
        #expect(session.state == .sendingBlobs(blobs))
        #expect(session.handle(.blobSent(blobs[1]), now: Self.start) == [])
        #expect(session.handle(.blobSent(blobs[0]), now: Self.start) == [.sendBlob(blobs[1])])
        #expect(session.handle(.blobSent(blobs[1]), now: Self.start) == [.sendBlob(blobs[2])])
        #expect(session.state == .sendingBlobs([blobs[2]]))
        #expect(session.handle(.blobSent(blobs[2]), now: Self.start) == [.deliver])
        #expect(session.handle(Self.allDone, now: Self.start) == [])
        #expect(session.state == .idle)
    }

    @Test func `a peer that wants the blobs again that it has just had is not served in a loop`() {
        var session = delivering()
        let wanted = PeerEvent.delivered(
            settledCount: 0, blobsWanted: [blob("a")], hasMore: true)
        #expect(session.handle(wanted, now: Self.start) == [.sendBlob(blob("a"))])
        #expect(session.handle(.blobSent(blob("a")), now: Self.start) == [.deliver])
        let later = Self.start.adding(seconds: 1)
        #expect(session.handle(wanted, now: Self.start) == [.wake(at: later)])
        #expect(session.handle(.timerFired, now: later) == [.deliver])
        // It may have been started again meanwhile and know nothing of what came.
        #expect(session.handle(wanted, now: later) == [.sendBlob(blob("a"))])
        #expect(session.handle(.blobSent(blob("a")), now: later) == [.deliver])
        #expect(session.handle(Self.allDone, now: later) == [])
        #expect(session.failureCount == 0)
    }

    @Test func `waits double with each failure in a row up to the longest`() {
        var session = PeerSession()
        var now = Self.start
        var waits: [Int64] = []
        #expect(session.handle(.statementsQueued, now: now) == [.deliver])
        for count in 1...12 {
            let effects = session.handle(.failed(jitter: 0), now: now)
            guard case .wake(let instant)? = effects.first else {
                Issue.record("no wait after \(count) failures")
                return
            }
            waits.append(instant.seconds(since: now))
            #expect(session.state == .waiting(until: instant))
            #expect(session.failureCount == count)
            now = instant
            #expect(session.handle(.timerFired, now: now) == [.deliver])
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    }

    @Test func `a success ends the row of failures`() {
        var session = delivering()
        _ = session.handle(.failed(jitter: 0), now: Self.start)
        _ = session.handle(.timerFired, now: Self.start.adding(seconds: 1))
        _ = session.handle(.failed(jitter: 0), now: Self.start)
        _ = session.handle(.timerFired, now: Self.start.adding(seconds: 2))
        #expect(session.failureCount == 2)
        _ = session.handle(Self.allDone, now: Self.start)
        #expect(session.failureCount == 0)
        #expect(session.handle(.statementsQueued, now: Self.start) == [.deliver])
        #expect(
            session.handle(.failed(jitter: 0), now: Self.start)
                == [.wake(at: Self.start.adding(seconds: 1))])
    }

    @Test(arguments: [(0, 256), (32_768, 288), (65_535, 319)])
    func `jitter makes a wait up to a quarter longer`(jitter: Int, seconds: Int64) {
        var session = delivering()
        var now = Self.start
        for _ in 0..<8 {
            _ = session.handle(.failed(jitter: 0), now: now)
            now = now.adding(seconds: 300)
            _ = session.handle(.timerFired, now: now)
        }
        #expect(
            session.handle(.failed(jitter: UInt16(jitter)), now: now)
                == [.wake(at: now.adding(seconds: seconds))])
    }

    @Test func `a blob that does not get through is waited for, and asked about again`() {
        var session = delivering()
        let wanted = PeerEvent.delivered(
            settledCount: 0, blobsWanted: [blob("a"), blob("b")], hasMore: true)
        _ = session.handle(wanted, now: Self.start)
        let later = Self.start.adding(seconds: 1)
        #expect(session.handle(.failed(jitter: 0), now: Self.start) == [.wake(at: later)])
        #expect(session.handle(.timerFired, now: later) == [.deliver])
        #expect(session.handle(wanted, now: later) == [.sendBlob(blob("a"))])
    }

    @Test func `a timer that fires early is set again`() {
        var session = delivering()
        let until = Self.start.adding(seconds: 1)
        #expect(session.handle(.failed(jitter: 0), now: Self.start) == [.wake(at: until)])
        let steppedBack = Self.start.adding(seconds: -3600)
        #expect(session.handle(.timerFired, now: steppedBack) == [.wake(at: until)])
        #expect(session.state == .waiting(until: until))
        #expect(session.handle(.timerFired, now: until) == [.deliver])
    }

    @Test func `what is queued while waiting does not shorten the wait`() {
        var session = delivering()
        let until = Self.start.adding(seconds: 1)
        _ = session.handle(.failed(jitter: 0), now: Self.start)
        #expect(session.handle(.statementsQueued, now: Self.start) == [])
        #expect(session.state == .waiting(until: until))
    }

    @Test func `an answer that settles nothing is waited on, not repeated at once`() {
        var session = delivering()
        let nothing = PeerEvent.delivered(settledCount: 0, blobsWanted: [], hasMore: true)
        var now = Self.start
        for seconds: Int64 in [1, 2, 4] {
            let until = now.adding(seconds: seconds)
            #expect(session.handle(nothing, now: now) == [.wake(at: until)])
            #expect(session.handle(.timerFired, now: until) == [.deliver])
            now = until
        }
    }

    @Test(arguments: [
        PeerEvent.timerFired, allDone, .failed(jitter: 9), .blobSent(blob("a")),
        .delivered(settledCount: 0, blobsWanted: [blob("a")], hasMore: true),
    ])
    func `an event from before is passed over when idle`(event: PeerEvent) {
        var session = PeerSession()
        #expect(session.handle(event, now: Self.start) == [])
        #expect(session == PeerSession())
    }

    @Test(arguments: [PeerEvent.timerFired, .blobSent(blob("a"))])
    func `an event from before is passed over while delivering`(event: PeerEvent) {
        var session = delivering()
        #expect(session.handle(event, now: Self.start) == [])
        #expect(session == delivering())
    }

    @Test(arguments: [allDone, .failed(jitter: 9), .blobSent(blob("a"))])
    func `an event from before is passed over while waiting`(event: PeerEvent) {
        var session = delivering()
        _ = session.handle(.failed(jitter: 0), now: Self.start)
        let before = session
        #expect(session.handle(event, now: Self.start) == [])
        #expect(session == before)
    }

    private func delivering() -> PeerSession {
        var session = PeerSession()
        _ = session.handle(.statementsQueued, now: Self.start)
        return session
    }
}

private func blob(_ label: String) -> BlobID { BlobID(Digest(hashing: Array(label.utf8))) }
