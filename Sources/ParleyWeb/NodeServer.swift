import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOSSL
import ParleyExchange
import ParleyLog
package import ParleyNode
package import ParleyService
import ParleyStatements
import ServiceLifecycle

/// Serves one node: the exchange to peers over TLS, and this machine's own commands over a socket
/// that only the home's owner can open.
package struct NodeServer: Sendable {
    let node: Node
    private let blobs: any BlobStore
    private let tls: TLSIdentity
    private let limits: ConnectionLimits
    private let clock: any WallClock
    /// Nil where the keys are held while the node runs.
    let shift: KeyShift?
    private let view: OperatorView
    private let ending: Ending
    private let logger: Logger
    /// A checkpoint or a proof of a fork is checked before it is known to be worth it.
    private let strangers = RateLimit(perSecond: 20, burst: 200)

    package init(
        node: Node, blobs: any BlobStore, tls: TLSIdentity, limits: ConnectionLimits,
        shift: KeyShift?, view: OperatorView, ending: Ending, clock: any WallClock,
        logger: Logger
    ) {
        self.clock = clock
        self.limits = limits
        self.shift = shift
        self.view = view
        self.ending = ending
        self.node = node
        self.blobs = blobs
        self.tls = tls
        self.logger = logger
    }

    /// Runs until asked to stop, then finishes what was accepted.
    ///
    /// Every address stops to take new connections at once; a request whose head has come is
    /// answered, as long as the limits on it allow, and its connection closed. What is then left
    /// when the time for it is over is cut off: nothing that was acknowledged is lost by that.
    ///
    /// - Parameters:
    ///   - listen: the address for peers.
    ///   - publicListen: an address where anybody reads the log and asks for a cosignature without
    ///     TLS, nil for none: what is served there proves itself.
    ///   - api: where the node's own people and programs reach it over TLS, nil for nowhere.
    ///   - operatorListen: where this machine's operator reads health and figures, beside the
    ///     socket; nil for nowhere.
    ///   - socketPath: the file of the local socket; its folder must be the owner's alone.
    ///   - isListening: called once every address takes connections.
    ///   - until: returns when the server is to end.
    package func run(
        listen: NodeAddress, publicListen: NodeAddress?, socketPath: String,
        api: (at: NodeAddress, server: APIServer, certificate: ServedCertificate)? = nil,
        operatorListen: NodeAddress? = nil,
        isListening: @escaping @Sendable () async -> Void,
        until: @escaping @Sendable () async -> Void
    ) async throws {
        // Each address says when it takes connections.
        let (openings, opening) = AsyncStream<Void>.makeStream()
        var open: [any Service] = [
            application(
                exchangeRouter(), try exchangeChannel(), "exchange", listen, opening)
        ]
        if let publicListen {
            open.append(
                application(
                    publicRouter(), .http1(configuration: limits.channel), "public", publicListen,
                    opening))
        }
        if let api {
            let base = limits.channel
            let server = HTTPServerBuilder { responder in
                ServedTLSChannel(
                    base: HTTP1Channel(responder: responder, configuration: base),
                    certificate: api.certificate)
            }
            open.append(application(api.server.router(node: node), server, "api", api.at, opening))
        }
        let local = Application(
            responder: localRouter().buildResponder(),
            configuration: .init(
                address: .unixDomainSocket(path: socketPath), serverName: "parley"),
            onServerRunning: { _ in opening.yield() }, logger: logger)
        var services: [any Service] = []
        // The first to begin is the last to end: whoever watches sees the end coming.
        if let operatorListen {
            services.append(
                application(
                    view.metricsRouter(), .http1(configuration: limits.channel), "metrics",
                    operatorListen, opening))
        }
        let addresses = services.count + open.count + 1
        services += [NodeService(node: node), local, Together(services: open)]
        // Last, so that it is the first to be stopped: no stream holds up the rest.
        if let server = api?.server {
            services.append(ReportService(desk: server.door.desk, logger: logger))
            services.append(EventService(keeper: server.events, logger: logger))
            if let notifier = server.notifier {
                try await notifier.begin()
                services.append(NotifyService(notifier: notifier, logger: logger))
            }
        }
        try await run(services) { [ending] in
            // A server that is to end before it has begun would say that it failed.
            for await _ in openings.prefix(addresses) {}
            await isListening()
            await until()
            ending.begin()
        }
    }

    private func run(
        _ services: [any Service], until: @escaping @Sendable () async -> Void
    ) async throws {
        var all = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
        all.append(
            .init(
                service: EndService(wait: until),
                successTerminationBehavior: .gracefullyShutdownGroup))
        var configuration = ServiceGroupConfiguration(services: all, logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(limits.shutdownSeconds)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch  where ending.isBegun {
            // Services that were cut off end out of turn, and the group calls that a failure.
            logger.warning("ended before everything was answered")
        }
    }

    private func exchangeChannel() throws -> HTTPServerBuilder {
        try .tls(
            .http1(configuration: limits.channel),
            configuration: TLSChannelConfiguration(
                tlsConfiguration: try tls.serverConfiguration(),
                // Any key may knock, having proven that it is its own; the handlers ask whose it
                // is, so that a wrong one hears the reason.
                customVerificationCallback: { _, verdict in
                    verdict.succeed(.certificateVerified)
                }))
    }

    private func application<Context: RequestContext>(
        _ router: Router<Context>, _ server: HTTPServerBuilder, _ name: String,
        _ address: NodeAddress, _ opening: AsyncStream<Void>.Continuation
    ) -> some ApplicationProtocol
    where Context.Source == ApplicationRequestContextSource {
        Application(
            responder: router.buildResponder(), server: server,
            configuration: configuration(name, address),
            onServerRunning: { _ in opening.yield() }, logger: logger)
    }

    private func configuration(_ name: String, _ address: NodeAddress) -> ApplicationConfiguration {
        .init(
            address: .hostname(address.host, port: address.port), serverName: "parley",
            availableConnectionsDelegate: CountedConnections(
                name, most: limits.connections, meters: view.meters))
    }

    // MARK: Exchange

    private func exchangeRouter() -> Router<PeerContext> {
        let router = Router(context: PeerContext.self)
        router.add(middleware: HostRequired())
        router.post(RouterPath(ExchangePath.deliver)) { request, context in
            try await answering { try await deliver(request, context) }
        }
        router.get(RouterPath(ExchangePath.blobs + "/:digest")) { request, context in
            try await answering { try await blobOffset(request, context) }
        }
        router.put(RouterPath(ExchangePath.blobs + "/:digest")) { request, context in
            try await answering { try await takeBlob(request, context) }
        }
        addLogRoutes(to: router, place: { Place.of($0.channel.remoteAddress) }) { context in
            guard let certificate = try await context.channel.nioSSL_peerCertificate().get()
            else { return false }
            return party(pinned: try TLSIdentity.pin(of: certificate)) != nil
        }
        return router
    }

    private func party(pinned pin: Digest) -> Party? {
        node.identity.parties.first { $0.node.tlsPins.contains(pin) }
    }

    /// The party whose pinned key the connection showed, under the agreement that it named.
    private func peer(_ request: Request, _ context: PeerContext) async throws -> PartyID {
        guard let certificate = try await context.channel.nioSSL_peerCertificate().get() else {
            throw Problem(
                status: 403, reason: "tls-key-missing", detail: "show a TLS key of your node")
        }
        let pin = try TLSIdentity.pin(of: certificate)
        // SPEC exchange §2: A node MUST answer 403 to a client whose key the agreement does not
        // list.
        guard let party = party(pinned: pin), party.id != node.identity.party.id else {
            throw Problem(
                status: 403, reason: "tls-key-not-pinned",
                detail: "the agreement lists no other party with the TLS key \(pin)")
        }
        // SPEC exchange §2: A node MUST answer 409 to a request that names another agreement than
        // the one it holds.
        let named = HTTPField.Name(ExchangePath.agreementHeader).flatMap { request.headers[$0] }
        guard named == node.identity.versions.id.text else {
            throw Problem(
                status: 409, reason: "agreement-differs",
                detail: "this node holds the agreement \(node.identity.versions.id)")
        }
        return party.id
    }

    private func deliver(_ request: Request, _ context: PeerContext) async throws -> Response {
        let party = try await peer(request, context)
        guard request.headers[.contentType] == ExchangePath.deliveryMediaType else {
            throw Problem(
                status: 415, reason: "media-type-wrong",
                detail: "a delivery is \(ExchangePath.deliveryMediaType)")
        }
        let body = try await collect(request, limitBytes: DeliveryLimits.requestBytes)
        return try await answer(body, from: party)
    }

    /// A delivery's answer as HTTP has it, whether a connection or a pouch brought it.
    func answer(_ delivery: [UInt8], from party: PartyID) async throws -> Response {
        switch try await node.intake.receive(delivery, from: party) {
        case .answered(let response):
            return bytes(response.wireBytes, type: ExchangePath.deliveryMediaType)
        case .cosignedSizeIs(let size):
            return bytes(
                Array("\(size.entryCount)\n".utf8), type: "text/x.tlog.size", status: .conflict)
        case .refused(let reason, let explanation):
            throw Problem(status: 422, reason: reason, detail: explanation)
        }
    }

    private func blobOffset(_ request: Request, _ context: PeerContext) async throws -> Response {
        _ = try await peer(request, context)
        let blob = try Self.blob(named: context.parameters.get("digest"))
        guard let expected = await node.intake.wanted.size(of: blob) else {
            throw blobNotWanted
        }
        if try await blobs.size(of: blob) == expected { return Response(status: .noContent) }
        let count = try await blobs.receivedCount(blob)
        return bytes(Array(String(count).utf8), type: "text/plain; charset=utf-8")
    }

    private func takeBlob(_ request: Request, _ context: PeerContext) async throws -> Response {
        _ = try await peer(request, context)
        let blob = try Self.blob(named: context.parameters.get("digest"))
        // SPEC exchange §5: A node MUST refuse a blob that no statement delivered to it has named.
        guard let expected = await node.intake.wanted.size(of: blob) else { throw blobNotWanted }
        let limitBytes = node.identity.versions.exhibitLimitBytes
        guard expected <= limitBytes else {
            throw Problem(
                status: 413, reason: "exhibit-too-long",
                detail: "the agreement allows \(limitBytes) bytes")
        }
        guard
            let header = HTTPField.Name(ExchangePath.offsetHeader).flatMap({ request.headers[$0] }),
            let offset = UInt64(header), let incoming = try await blobs.resume(blob, at: offset)
        else {
            throw Problem(
                status: 409, reason: "offset-differs",
                detail: "\(try await blobs.receivedCount(blob)) bytes are here")
        }
        try await receive(request, into: incoming, blob: blob, from: offset, expected: expected)
        await node.intake.wanted.arrived(blob)
        return Response(status: .noContent)
    }

    private func receive(
        _ request: Request, into incoming: any IncomingBlob, blob: BlobID, from offset: UInt64,
        expected: UInt64
    ) async throws {
        var count = offset
        do {
            for try await buffer in request.body {
                count += UInt64(buffer.readableBytes)
                guard count <= expected else {
                    throw Problem(
                        status: 413, reason: "blob-too-long",
                        detail: "the statement says \(expected) bytes")
                }
                try await incoming.append(Array(buffer: buffer))
            }
        } catch {
            // What came is kept, so that the sender goes on from there.
            try await incoming.suspend()
            throw error
        }
        guard count == expected else {
            try await incoming.suspend()
            throw Problem(
                status: 409, reason: "blob-incomplete", detail: "\(count) of \(expected) bytes")
        }
        guard try await incoming.finish() else {
            throw Problem(
                status: 422, reason: "blob-digest-differs",
                detail: "the bytes do not have the digest \(blob)")
        }
    }

    static func blob(named hex: String?) throws -> BlobID {
        guard let hex, let blob = BlobID(text: "sha256:" + hex) else {
            throw Problem(
                status: 400, reason: "digest-malformed",
                detail: "a blob is named by 64 lower-case hexadecimal digits")
        }
        return blob
    }

    private var blobNotWanted: Problem {
        Problem(
            status: 404, reason: "blob-not-wanted",
            detail: "no statement that was delivered and is not yet receipted names this blob")
    }

    // MARK: Anybody

    private func publicRouter() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: HostRequired())
        addLogRoutes(to: router, place: \.place) { _ in false }
        return router
    }

    /// - Throws: ``Problem`` where that place asks too often.
    func limitStranger(at place: String) throws {
        guard strangers.allows(place, at: clock.now()) else { throw Problem.tooOften }
    }

    // MARK: This machine's own commands

    private func localRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.post(RouterPath(ExchangePath.submit)) { request, _ in
            try await answering {
                let envelope = try await collect(request, limitBytes: 64 * 1024)
                do {
                    let id = try await node.submit(envelope)
                    return bytes(Array(id.text.utf8), type: "text/plain; charset=utf-8")
                } catch let refusal as SubmitRefusal {
                    throw Problem(
                        status: 422, reason: refusal.reason, detail: refusal.explanation)
                }
            }
        }
        addPouchRoutes(to: router)
        addKeyRoutes(to: router)
        view.addRoutes(to: router)
        router.get(RouterPath(ExchangePath.status)) { _, _ in
            try await answering {
                let skews = await node.writer.skews.sorted { $0.key < $1.key }
                let witnesses = await node.outside?.report ?? []
                let status = NodeStatus(
                    clockSkews: skews.map {
                        .init(
                            party: $0.key, secondsAhead: $0.value.secondsAhead,
                            measuredAt: $0.value.measuredAt)
                    },
                    witnesses: witnesses.map {
                        .init(
                            name: $0.name, entryCount: Int64(clamping: $0.size.entryCount),
                            cosignedAt: $0.cosignedAt, fault: $0.fault)
                    }, signingKeys: node.signingKeys.map { $0.publicKeys.keyIDs[0] })
                return bytes(status.json.canonicalBytes, type: "application/json")
            }
        }
        return router
    }

    // MARK: Answers

    func answering(_ work: () async throws -> Response) async throws -> Response {
        do {
            return try await work()
        } catch let problem as Problem {
            return APIServer.response(problem)
        } catch let refusal as NodeIdentityRefusal {
            // Nothing is wrong here: it can be done once somebody unlocks a key, or adds one.
            return APIServer.response(
                Problem(status: 503, reason: refusal.reason, detail: refusal.explanation))
        } catch {
            logger.error("request failed", metadata: ["error": "\(error)"])
            return APIServer.response(
                Problem(
                    status: 503, reason: "node-failed",
                    detail: "the node could not do this now; its operator finds why in its log"))
        }
    }

    func collect(
        _ request: Request, limitBytes: Int, status: Int = 413, reason: String = "body-too-long"
    ) async throws -> [UInt8] {
        try await APIServer.bytes(
            of: request.body, limitBytes: limitBytes, status: status, reason: reason)
    }

    func bytes(
        _ body: [UInt8], type: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type],
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// A request's context that remembers its connection, for the TLS key shown on it.
struct PeerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Ends, and with it the servers, when they are to end.
private struct EndService: Service {
    let wait: @Sendable () async -> Void

    func run() async throws { await cancelWhenGracefulShutdown { await wait() } }
}

/// Runs deliveries and the watch for silence as long as the servers run.
private struct NodeService: Service {
    let node: Node

    func run() async throws {
        await cancelWhenGracefulShutdown { await node.run() }
    }
}
