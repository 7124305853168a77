import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// What goes down the pipeline: the promise of the reply travels with the head.
enum HTTPRequestPiece: Sendable {
    case head(HTTPRequestHead, EventLoopPromise<HTTPReply>, replyLimitBytes: Int)
    case body(ByteBuffer)
    case end
}

/// Collects one reply at a time and fulfils the promise that came with its request.
final class RequestHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPRequestPiece
    typealias OutboundOut = HTTPClientRequestPart

    static let replyLimitBytes = 16 * 1024 * 1024

    private var promise: EventLoopPromise<HTTPReply>?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var limitBytes = RequestHandler.replyLimitBytes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head, let reply, let replyLimitBytes):
            self.promise?.fail(HTTPFailure.connectionClosed)
            self.promise = reply
            self.head = nil
            body = []
            limitBytes = replyLimitBytes
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let buffer):
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: promise)
        case .end:
            context.write(wrapOutboundOut(.end(nil)), promise: promise)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
        case .body(let buffer):
            guard body.count + buffer.readableBytes <= limitBytes else {
                finish(.failure(HTTPFailure.replyTooLong(limitBytes: limitBytes)))
                context.close(promise: nil)
                return
            }
            body.append(contentsOf: buffer.readableBytesView)
        case .end:
            // 100-continue and its kin are not replies.
            guard let head, head.status.code >= 200 else { return }
            finish(
                .success(
                    HTTPReply(
                        status: Int(head.status.code), headers: head.headers, body: body,
                        isKeptAlive: head.isKeepAlive)))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            finish(.failure(HTTPFailure.timedOut))
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(HTTPFailure.connectionClosed))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish(.failure(HTTPFailure.connectionClosed))
    }

    private func finish(_ result: Result<HTTPReply, any Error>) {
        promise?.completeWith(result)
        promise = nil
    }
}

/// Says when the TLS handshake is over, or how it failed.
final class HandshakeWaiter: ChannelInboundHandler, Sendable {
    typealias InboundIn = NIOAny

    private let promise: EventLoopPromise<Void>

    var finished: EventLoopFuture<Void> { promise.futureResult }

    init(promise: EventLoopPromise<Void>) { self.promise = promise }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { promise.succeed(()) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.fireErrorCaught(error)
    }

    /// Also where the connection was never made: then nothing else is called, and a promise left
    /// open would be a trap.
    func handlerRemoved(context: ChannelHandlerContext) {
        promise.fail(HTTPFailure.connectionClosed)
    }
}
