import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ParleyLog

/// What came back for one request.
struct HTTPReply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
    /// Whether the server means to take another request on this connection.
    var isKeptAlive = true
}

enum HTTPFailure: Error, Hashable {
    /// The server showed a key that the agreement does not list for this party.
    case keyNotPinned(shown: Digest)
    case connectionClosed
    case replyTooLong(limitBytes: Int)
    case timedOut
}

/// Where a server is reached.
enum HTTPAddress: Hashable, Sendable {
    case host(String, port: Int)
    case unixSocket(path: String)
}

/// One HTTP/1.1 connection: one request at a time, kept open between requests.
///
/// Our own rather than a general client, because the server's key is to be compared with the pins
/// in the agreement and nothing else believed: no authority, no host name.
actor HTTPConnection {
    private let address: HTTPAddress
    private let name: String?
    private let tls: TLS?
    private var channel: (any Channel)?

    struct TLS: Sendable {
        let context: NIOSSLContext
        /// Nil where no key is judged: what is read there is proven by other means.
        let pins: [Digest]?
        var serverName: String?
        /// Whether the context's own trust roots and the server's name decide, as in a browser.
        var isChainJudged = false
    }

    /// `tls` is nil only towards a socket of this machine's own.
    ///
    /// - Parameter name: what `Host` says, where it is not the address.
    init(address: HTTPAddress, tls: TLS?, name: String? = nil) {
        self.name = name
        self.address = address
        self.tls = tls
    }

    /// Sends a request whose body `write` gives piece by piece, and waits for the reply.
    func send(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)], bodyLength: UInt64,
        replyLimitBytes: Int = RequestHandler.replyLimitBytes, deadline: TimeAmount? = nil,
        write: (@Sendable (_ piece: ([UInt8]) async throws -> Void) async throws -> Void)
    ) async throws -> HTTPReply {
        let channel = try await openChannel()
        // A node that ends does not wait for what a peer may yet answer: it will ask again.
        return try await withTaskCancellationHandler {
            try await send(
                method, path, headers: headers, bodyLength: bodyLength,
                replyLimitBytes: replyLimitBytes, deadline: deadline, over: channel, write: write)
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private func send(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)], bodyLength: UInt64,
        replyLimitBytes: Int, deadline: TimeAmount?, over channel: any Channel,
        write: (@Sendable (_ piece: ([UInt8]) async throws -> Void) async throws -> Void)
    ) async throws -> HTTPReply {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
        head.headers.add(name: "Host", value: hostHeader)
        head.headers.add(name: "Content-Length", value: String(bodyLength))
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        let reply = channel.eventLoop.makePromise(of: HTTPReply.self)
        let timer = deadline.map { limit in
            channel.eventLoop.scheduleTask(in: limit) {
                reply.fail(HTTPFailure.timedOut)
                channel.close(promise: nil)
            }
        }
        defer { timer?.cancel() }
        do {
            try await channel.writeAndFlush(
                HTTPRequestPiece.head(head, reply, replyLimitBytes: replyLimitBytes)
            ).get()
            try await write { piece in
                var buffer = channel.allocator.buffer(capacity: piece.count)
                buffer.writeBytes(piece)
                try await channel.writeAndFlush(HTTPRequestPiece.body(buffer)).get()
            }
            try await channel.writeAndFlush(HTTPRequestPiece.end).get()
        } catch {
            // The server may have answered and closed before it read everything.
            close()
            reply.fail(error)
            return try await reply.futureResult.get()
        }
        do {
            let reply = try await reply.futureResult.get()
            if !reply.isKeptAlive { close() }
            return reply
        } catch {
            close()
            throw error
        }
    }

    func send(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)] = [],
        body: [UInt8] = [], replyLimitBytes: Int = RequestHandler.replyLimitBytes,
        deadline: TimeAmount? = nil
    ) async throws -> HTTPReply {
        try await send(
            method, path, headers: headers, bodyLength: UInt64(body.count),
            replyLimitBytes: replyLimitBytes, deadline: deadline
        ) { write in
            if !body.isEmpty { try await write(body) }
        }
    }

    private var hostHeader: String {
        if let name { return name }
        return switch address {
        case .host(let host, let port):
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket: "localhost"
        }
    }

    /// For a caller that asks no more.
    func end() { close() }

    private func close() {
        channel?.close(promise: nil)
        channel = nil
    }

    private func openChannel() async throws -> any Channel {
        if let channel, channel.isActive { return channel }
        let shownKey = NIOLockedValueBox<Digest?>(nil)
        // Kept here: a connection that has failed already has no handlers left to ask.
        let handshake = NIOLockedValueBox<EventLoopFuture<Void>?>(nil)
        let tls = tls
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.addHandlers(
                        to: channel, tls: tls, shownKey: shownKey, handshake: handshake)
                }
            }
        let channel: any Channel
        switch address {
        case .host(let host, let port):
            channel = try await Self.made(bootstrap.connect(host: host, port: port))
        case .unixSocket(let path):
            channel = try await Self.made(bootstrap.connect(unixDomainSocketPath: path))
        }
        if tls != nil {
            do {
                try await withTaskCancellationHandler {
                    try await handshake.withLockedValue { $0 }?.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
            } catch {
                channel.close(promise: nil)
                if let shown = shownKey.withLockedValue({ $0 }) {
                    throw HTTPFailure.keyNotPinned(shown: shown)
                }
                throw error
            }
        }
        self.channel = channel
        return channel
    }

    /// Waits for a connection no longer than the surrounding task is wanted.
    private static func made(
        _ connecting: EventLoopFuture<any Channel>
    ) async throws -> any Channel {
        let wanted = connecting.eventLoop.makePromise(of: (any Channel).self)
        connecting.cascade(to: wanted)
        return try await withTaskCancellationHandler {
            try await wanted.futureResult.get()
        } onCancel: {
            wanted.fail(CancellationError())
            connecting.whenSuccess { $0.close(promise: nil) }
        }
    }

    private static func addHandlers(
        to channel: any Channel, tls: TLS?, shownKey: NIOLockedValueBox<Digest?>,
        handshake: NIOLockedValueBox<EventLoopFuture<Void>?>
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls, tls.isChainJudged {
            try pipeline.addHandler(
                NIOSSLClientHandler(context: tls.context, serverHostname: tls.serverName))
            let waiter = HandshakeWaiter(promise: channel.eventLoop.makePromise(of: Void.self))
            handshake.withLockedValue { $0 = waiter.finished }
            try pipeline.addHandler(waiter)
        } else if let tls {
            let pins = tls.pins
            try pipeline.addHandler(
                NIOSSLClientHandler(
                    context: tls.context, serverHostname: tls.serverName,
                    customVerificationCallback: { certificates, verdict in
                        guard let pins else {
                            verdict.succeed(.certificateVerified)
                            return
                        }
                        // SPEC exchange §2: A node MUST close a connection whose server key is not
                        // among the pins that the agreement lists for that party.
                        guard let shown = certificates.first,
                            let pin = try? TLSIdentity.pin(of: shown), pins.contains(pin)
                        else {
                            shownKey.withLockedValue {
                                $0 = certificates.first.flatMap { try? TLSIdentity.pin(of: $0) }
                            }
                            verdict.succeed(.failed)
                            return
                        }
                        verdict.succeed(.certificateVerified)
                    }))
            let waiter = HandshakeWaiter(promise: channel.eventLoop.makePromise(of: Void.self))
            handshake.withLockedValue { $0 = waiter.finished }
            try pipeline.addHandler(waiter)
        }
        try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(60)))
        try pipeline.addHTTPClientHandlers()
        try pipeline.addHandler(RequestHandler())
    }
}
