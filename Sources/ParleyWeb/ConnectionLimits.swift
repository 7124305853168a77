import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOHTTPTypes

/// How much patience and room a listener has for its clients.
package struct ConnectionLimits: Sendable {
    /// From the connection, or from a request's first byte, to the end of its head: TLS handshakes
    /// that stall and heads that drip end here.
    package var headSeconds: Int64 = 20
    /// Between requests.
    package var idleSeconds: Int64 = 75
    /// After so many seconds a body must have come at the least rate on average.
    package var bodyGraceSeconds: Int64 = 30
    /// Slower than any line an officer would send an exhibit over: 64 kB take four minutes.
    package var bodyBytesPerSecond: Int64 = 256
    /// Without taking a byte of what is answered.
    package var stallSeconds: Int64 = 60
    /// At once; more wait in the kernel's queue until one ends.
    package var connections = 20_000
    /// For what was accepted when the server is asked to end.
    package var shutdownSeconds: Int64 = 20

    package init() {}

    /// A head's fields together, and one of them; a session's cookie and a token need far less.
    static let headBytes = 32 * 1024
    static let headFields = 100

    /// HTTP/1.1 that keeps to these limits.
    var channel: HTTP1Channel.Configuration {
        let limits = self
        return .init(
            additionalChannelHandlers: [ImpatientHandler(limits)],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Self.headBytes, maxHeaderListSize: Self.headBytes,
                maxHeaderFieldCount: Self.headFields))
    }
}

/// Closes a connection whose client keeps it waiting.
///
/// Stands behind the decoder, so that a byte now and then is no progress: only whole heads, and
/// bodies at a rate, are. States: *waiting* for a head (from the connection's beginning, or from
/// the end of an answer), *receiving* a body, *answering*; each lasts no longer than its limit.
final class ImpatientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private var deadline: Scheduled<Void>?
    private var stall: Scheduled<Void>?
    private var bodyBegan: NIODeadline?
    private var receivedBytes: Int64 = 0
    /// Requests whose head has come and whose answer has not ended.
    private var openRequests = 0

    init(_ limits: ConnectionLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        expectHead(within: limits.headSeconds, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    private func forget() {
        deadline?.cancel()
        stall?.cancel()
        (deadline, stall) = (nil, nil)
    }

    private func expectHead(within seconds: Int64, _ context: ChannelHandlerContext) {
        close(after: .seconds(seconds), context)
    }

    private func close(after time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: time) {
            bound.value.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            openRequests += 1
            bodyBegan = context.eventLoop.now
            receivedBytes = 0
            expectBody(context)
        case .body(let buffer):
            receivedBytes += Int64(buffer.readableBytes)
            expectBody(context)
        case .end:
            bodyBegan = nil
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    /// Until the bytes that have come would be too few.
    private func expectBody(_ context: ChannelHandlerContext) {
        guard let began = bodyBegan else { return }
        let seconds = limits.bodyGraceSeconds + receivedBytes / limits.bodyBytesPerSecond
        close(after: began + .seconds(seconds) - context.eventLoop.now, context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            openRequests = max(0, openRequests - 1)
            // A body that is still coming keeps its own limit.
            if openRequests == 0, bodyBegan == nil {
                expectHead(within: limits.idleSeconds, context)
            }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = nil
        if !context.channel.isWritable {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            stall = context.eventLoop.scheduleTask(in: .seconds(limits.stallSeconds)) {
                bound.value.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }
}
