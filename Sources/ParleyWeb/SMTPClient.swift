import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import ParleyLog
package import ParleyService
import ParleyStatements

/// Hands messages to one mail server, each over a connection of its own. Its certificate is judged
/// as a browser judges one.
package struct SMTPClient: MailSending {
    private static let replySeconds = TimeAmount.seconds(60)
    /// RFC 5321 §4.5.3.2.6: who gives up sooner sends twice.
    private static let decisionSeconds = TimeAmount.seconds(600)

    private let server: NodeAddress
    private let security: SMTPDialogue.Security
    private let credentials: SMTPDialogue.Credentials?
    private let context: NIOSSLContext
    private let ownName: String

    /// - Parameter roots: authorities to believe, PEM; nil for the machine's own.
    package init(
        server: NodeAddress, security: SMTPDialogue.Security,
        credentials: SMTPDialogue.Credentials?, roots: String?, ownName: String
    ) throws {
        self.server = server
        self.security = security
        self.credentials = credentials
        self.ownName = ownName
        context = try NIOSSLContext(configuration: .believing(roots))
    }

    package func send(_ message: MailMessage) async throws {
        // Kept here: a connection that has failed already has no handlers left to ask.
        let handshake = NIOLockedValueBox<EventLoopFuture<Void>?>(nil)
        let channel: any Channel
        do {
            channel = try await connected(handshake)
        } catch {
            throw NotifyFault("mail-unreachable")
        }
        defer { channel.close(promise: nil) }
        try await withTaskCancellationHandler {
            if let handshake = handshake.withLockedValue({ $0 }) {
                try await Self.finish(handshake, on: channel)
            }
            try await talk(message, over: channel)
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private static func finish(
        _ handshake: EventLoopFuture<Void>, on channel: any Channel
    ) async throws(NotifyFault) {
        let timer = channel.eventLoop.scheduleTask(in: replySeconds) {
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        do {
            try await handshake.get()
        } catch {
            throw NotifyFault("mail-tls-failed")
        }
    }

    private func connected(
        _ handshake: NIOLockedValueBox<EventLoopFuture<Void>?>
    ) async throws -> any Channel {
        let isTLS = security == .tls
        let context = context
        let name = serverName
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if isTLS {
                        let waiter = HandshakeWaiter(
                            promise: channel.eventLoop.makePromise(of: Void.self))
                        handshake.withLockedValue { $0 = waiter.finished }
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: name))
                        try pipeline.addHandler(waiter)
                    }
                    try pipeline.addHandler(SMTPHandler(context: context, serverName: name))
                }
            }
            .connect(host: server.host, port: server.port).get()
    }

    /// As a certificate has it; an address is looked for as the other end's.
    private var serverName: String? {
        (try? SocketAddress(ipAddress: server.host, port: 0)) == nil ? server.host : nil
    }

    private func talk(_ message: MailMessage, over channel: any Channel) async throws {
        var dialogue = SMTPDialogue(
            message, security: security, credentials: credentials, ownName: ownName)
        var reply = try await Self.reply(to: nil, over: channel, within: Self.replySeconds)
        while true {
            switch try dialogue.hear(reply) {
            case .say(let bytes):
                reply = try await Self.reply(
                    to: bytes, over: channel,
                    within: dialogue.isDeciding ? Self.decisionSeconds : Self.replySeconds)
            case .secure:
                try await Self.secure(channel)
                guard case .say(let bytes) = dialogue.secured() else {
                    preconditionFailure("a talk begins with a greeting")
                }
                reply = try await Self.reply(
                    to: bytes, over: channel, within: Self.replySeconds)
            case .done(let farewell):
                // It has the message: how it says good-bye changes nothing.
                try? await channel.writeAndFlush(
                    SMTPPiece.say(farewell, nil, within: Self.replySeconds)
                ).get()
                return
            }
        }
    }

    private static func reply(
        to bytes: [UInt8]?, over channel: any Channel, within limit: TimeAmount
    ) async throws -> SMTPReply {
        let promise = channel.eventLoop.makePromise(of: SMTPReply.self)
        channel.writeAndFlush(SMTPPiece.say(bytes ?? [], promise, within: limit))
            .whenFailure { _ in promise.fail(NotifyFault("mail-broken-off")) }
        return try await promise.futureResult.get()
    }

    private static func secure(_ channel: any Channel) async throws {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.writeAndFlush(SMTPPiece.secure(promise))
            .whenFailure { _ in promise.fail(NotifyFault("mail-tls-failed")) }
        try await finish(promise.futureResult, on: channel)
    }
}

extension TLSConfiguration {
    /// A client's, that judges certificates by these authorities, PEM, or by the machine's.
    static func believing(_ roots: String?) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let roots {
            configuration.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(roots.utf8)))
        }
        return configuration
    }
}

/// What goes down the pipeline: what is said, with the promise of what is answered.
enum SMTPPiece: Sendable {
    /// Nothing said waits for the server to speak first.
    case say([UInt8], EventLoopPromise<SMTPReply>?, within: TimeAmount)
    case secure(EventLoopPromise<Void>)
}

/// Collects a server's replies, one for each thing said.
final class SMTPHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = SMTPPiece
    typealias OutboundOut = ByteBuffer

    private let tls: NIOSSLContext
    private let serverName: String?
    private var promise: EventLoopPromise<SMTPReply>?
    private var timer: Scheduled<Void>?
    private var bytes: [UInt8] = []
    private var lines: [String] = []
    private var early: SMTPReply?

    init(context: NIOSSLContext, serverName: String?) {
        tls = context
        self.serverName = serverName
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .say(let said, let reply, let limit):
            expect(reply, within: limit, context)
            guard !said.isEmpty else {
                promise?.succeed(())
                return
            }
            var buffer = context.channel.allocator.buffer(capacity: said.count)
            buffer.writeBytes(said)
            context.write(wrapOutboundOut(buffer), promise: promise)
        case .secure(let secured):
            // What came before TLS and is not read yet was said by nobody who is known.
            guard bytes.isEmpty, lines.isEmpty, early == nil else {
                secured.fail(NotifyFault("mail-tls-failed"))
                promise?.succeed(())
                return
            }
            do {
                let handler = try NIOSSLClientHandler(
                    context: tls, serverHostname: serverName)
                let waiter = HandshakeWaiter(
                    promise: context.eventLoop.makePromise(of: Void.self))
                waiter.finished.cascade(to: secured)
                let pipeline = context.pipeline.syncOperations
                try pipeline.addHandler(waiter, position: .first)
                try pipeline.addHandler(handler, position: .first)
                promise?.succeed(())
            } catch {
                secured.fail(error)
                promise?.succeed(())
            }
        }
    }

    private func expect(
        _ reply: EventLoopPromise<SMTPReply>?, within limit: TimeAmount,
        _ context: ChannelHandlerContext
    ) {
        guard let reply else { return }
        if let early {
            self.early = nil
            reply.succeed(early)
            return
        }
        promise = reply
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: limit) {
            reply.fail(NotifyFault("mail-timed-out"))
            channel.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        while let end = bytes.firstIndex(of: 0x0a) {
            let line = bytes[..<end].last == 0x0d ? bytes[..<(end - 1)] : bytes[..<end]
            let text = String(decoding: line, as: UTF8.self)
            bytes.removeSubrange(...end)
            guard take(text) else {
                broken(context)
                return
            }
        }
        let held = bytes.count + lines.reduce(0) { $0 + $1.utf8.count }
        if held > SMTPReply.limitBytes { broken(context) }
    }

    /// False for what is no line of a reply, and for a reply to nothing.
    private func take(_ line: String) -> Bool {
        guard let code = Int(line.prefix(3)), (200...599).contains(code), line.utf8.count >= 3
        else { return false }
        lines.append(String(line.dropFirst(4)))
        switch line.dropFirst(3).first {
        case "-": return true
        case " ", nil: break
        default: return false
        }
        let reply = SMTPReply(code: code, lines: lines)
        lines = []
        if let promise {
            self.promise = nil
            timer?.cancel()
            promise.succeed(reply)
            return true
        }
        guard early == nil else { return false }
        early = reply
        return true
    }

    private func broken(_ context: ChannelHandlerContext) {
        fail(NotifyFault("mail-answer-malformed"))
        context.close(promise: nil)
    }

    private func fail(_ error: any Error) {
        timer?.cancel()
        promise?.fail(error)
        promise = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(NotifyFault("mail-broken-off"))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(NotifyFault("mail-broken-off"))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { fail(NotifyFault("mail-broken-off")) }
}
