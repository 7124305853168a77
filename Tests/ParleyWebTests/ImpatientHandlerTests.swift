import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import ParleyWeb

/// Every limit, one second before it and at it, in time that the test moves.
struct ImpatientHandlerTests {
    private let channel: EmbeddedChannel
    private let limits = ConnectionLimits()

    init() throws {
        channel = EmbeddedChannel(handler: ImpatientHandler(ConnectionLimits()))
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 7443)).wait()
    }

    private func pass(_ seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    private func head() throws {
        try channel.writeInbound(
            HTTPRequestPart.head(
                HTTPRequest(method: .post, scheme: "https", authority: "example.org", path: "/")))
    }

    private func body(_ count: Int) throws {
        try channel.writeInbound(
            HTTPRequestPart.body(ByteBuffer(repeating: 0x61, count: count)))
    }

    private func end() throws { try channel.writeInbound(HTTPRequestPart.end(nil)) }

    private func answer() throws {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    @Test func `a connection on which no head comes is closed`() {
        pass(limits.headSeconds - 1)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    @Test func `between requests it is kept as long as may be idle, and no longer`() throws {
        for _ in 0..<3 {
            try head()
            try end()
            try answer()
            pass(limits.idleSeconds - 1)
            #expect(channel.isActive)
        }
        pass(1)
        #expect(!channel.isActive)
    }

    @Test func `however long the node takes to answer, it does not close`() throws {
        try head()
        try end()
        pass(100_000)
        #expect(channel.isActive)
        try answer()
        #expect(channel.isActive)
    }

    @Test func `a body that does not come is closed after the grace`() throws {
        try head()
        pass(limits.bodyGraceSeconds - 1)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    @Test func `a body that drips is closed, one at the least rate is not`() throws {
        try head()
        var seconds: Int64 = 0
        // A byte each second is progress to nobody.
        while channel.isActive, seconds < 1000 {
            try body(1)
            pass(1)
            seconds += 1
        }
        #expect(seconds == limits.bodyGraceSeconds)

        let other = EmbeddedChannel(handler: ImpatientHandler(limits))
        try other.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 7443)).wait()
        try other.writeInbound(
            HTTPRequestPart.head(
                HTTPRequest(method: .put, scheme: "https", authority: "example.org", path: "/")))
        for _ in 0..<10_000 {
            try other.writeInbound(
                HTTPRequestPart.body(
                    ByteBuffer(repeating: 0x61, count: Int(limits.bodyBytesPerSecond))))
            other.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(other.isActive)
    }

    @Test func `an answer given before the body has come does not lift the body's limit`() throws {
        try head()
        try answer()
        pass(limits.bodyGraceSeconds)
        #expect(!channel.isActive)
    }

    @Test func `a client that takes nothing of what is answered is closed`() throws {
        try head()
        try end()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        pass(limits.stallSeconds - 1)
        #expect(channel.isActive)
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        pass(limits.stallSeconds)
        #expect(channel.isActive)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        pass(limits.stallSeconds)
        #expect(!channel.isActive)
    }
}
