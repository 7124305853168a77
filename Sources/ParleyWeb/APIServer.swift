import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import ParleyLog
package import ParleyNode
package import ParleyService
import ParleyStatements
import Synchronization

/// Serves a node's API: says who asks, whether they may, writes down that they did, and has the
/// desk do it.
///
/// Order of the checks: origin, who, how often, whether, what. So nobody who may not ask hears
/// anything of what is asked about.
package struct APIServer: Sendable {
    let door: FrontDoor
    private let clock: any WallClock
    let logger: Logger
    let events: EventKeeper
    /// Nil where nobody is told anything outside the desk.
    let notifier: Notifier?
    private let repeats: Repeats
    private let readiness: Readiness
    let meters: Meters

    /// - Parameter requestsPerSecond: of one account, on average; of a place from which somebody
    ///   asks without having signed in, a fiftieth of it.
    package init(
        desk: Desk, events: EventKeeper, notifier: Notifier?, clock: any WallClock,
        logger: Logger,
        requestsPerSecond: Int, readiness: Readiness, meters: Meters
    ) {
        self.notifier = notifier
        self.readiness = readiness
        self.meters = meters
        self.events = events
        repeats = Repeats(store: desk.accounts.store)
        self.clock = clock
        self.logger = logger
        door = FrontDoor(
            desk: desk, events: events, clock: clock, requestsPerSecond: requestsPerSecond)
    }

    func router(node: Node) -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: HostRequired())
        router.add(middleware: PlainRefusals())
        for operation in Operation.all {
            router.on(
                Self.route(operation.path),
                method: .init(rawValue: operation.method.rawValue) ?? .get
            ) { request, context in
                let began = meters.nanoseconds
                let response: Response
                if operation.produces == .events {
                    // In a task of its own: a task keeps the room that its deepest call took, and
                    // this one lives as long as somebody listens.
                    async let opened = respond(operation, request, context)
                    response = await opened
                } else {
                    response = await respond(operation, request, context)
                }
                meters.answered(operation.id, status: response.status.code, since: began)
                return response
            }
        }
        PageServer(door: door, node: node, clock: clock, logger: logger, meters: meters)
            .addRoutes(to: router)
        router.get("/health/live") { _, _ in Response(status: .noContent) }
        // Anybody hears whether, and only this machine's operator why not.
        router.get("/health/ready") { _, _ in
            Response(status: await readiness.isReady ? .noContent : .serviceUnavailable)
        }
        return router
    }

    private static func route(_ path: String) -> RouterPath {
        RouterPath(Operation.root + path.replacing("{", with: ":").replacing("}", with: ""))
    }

    private func respond(
        _ operation: Operation, _ request: Request, _ context: APIContext
    ) async -> Response {
        var caller = Caller.nobody
        let parameters = Self.parameters(of: operation, context)
        var object = parameters.values.first ?? ""
        do {
            do {
                // Another site's page sends the browser back here; cookie and state say whether it
                // may.
                if operation.id != "oidc.end" { try Self.checkOrigin(request) }
                let secret = try Self.secret(of: request)
                caller = try await door.caller(with: secret, for: operation, at: context.place)
                try FrontDoor.check(operation, for: caller)
                var ask = Ask(
                    caller: caller, secret: secret, place: context.place,
                    parameters: parameters,
                    given: try await Self.given(to: operation, request),
                    ifMatch: request.headers[.ifMatch])
                Self.addBytes(to: &ask, operation, request)
                ask.pending = request.cookies[Self.pendingCookieName]
                    .flatMap { Secret(.signIn, text: $0.value) }
                object = ask.object
                if operation.produces == .events {
                    return try await follow(operation, ask, request, context)
                }
                if let key = HTTPField.Name(RepeatKey.header).flatMap({ request.headers[$0] }) {
                    return try await once(key, operation, ask, request)
                }
                let answer = try await door.desk.answer(operation, ask)
                object = answer.object ?? object
                try await door.trail(operation, caller, object, "done")
                if let file = answer.file { return Self.response(file, request) }
                return Self.response(answer, to: operation, request)
            } catch let problem as Problem {
                try await door.trail(operation, caller, object, problem.reason)
                throw problem
            }
        } catch let problem as Problem {
            return Self.response(problem)
        } catch {
            // What failed, and never what was asked: bodies hold passwords.
            logger.error(
                "request failed",
                metadata: ["operation": "\(operation.id)", "error": "\(type(of: error))"])
            return Self.response(
                Problem(
                    status: 503, reason: "node-failed",
                    detail: "the node could not do this now; its operator finds why in its log"))
        }
    }

    /// Done once under its key; what is answered again stands in the trail as such.
    private func once(
        _ text: String, _ operation: Operation, _ ask: Ask, _ request: Request
    ) async throws -> Response {
        guard operation.takesKey, let account = ask.caller.account else {
            throw Problem(
                status: 400, reason: "idempotency-key-not-taken",
                detail: "\(operation.id) takes no key",
                hint: "the API's document says which operations do")
        }
        let key = try RepeatKey(text, account: account, operation: operation, ask)
        var keyed = ask
        keyed.repeatKey = key
        let (answer, isRepeated) = try await repeats.once(key, at: clock.now()) { [keyed] in
            let answer = try await door.desk.answer(operation, keyed)
            try await door.trail(operation, ask.caller, answer.object ?? ask.object, "done")
            return KeptAnswer(
                status: operation.success,
                body: answer.json.map { JSONValue.object($0).canonicalBytes })
        }
        let problem = answer.status < 400 ? nil : answer.body.flatMap(Problem.init(body:))
        if isRepeated || problem != nil {
            try await door.trail(
                operation, ask.caller, ask.object,
                isRepeated ? "repeated" : problem?.reason ?? "")
        }
        if problem != nil {
            return Self.bytes(
                answer.body, type: "application/problem+json", status: answer.status)
        }
        var response = Self.bytes(answer.body, type: "application/json", status: answer.status)
        response.headers[.eTag] = answer.body.map { "\"\(Digest(hashing: $0).hex)\"" }
        return response
    }

    /// The answer is a stream, which ends with who listens, or with the node.
    private func follow(
        _ operation: Operation, _ ask: Ask, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        let listener = try await events.open(ask)
        // Where the connection ends before a byte is written, nothing else would close it.
        context.channel.closeFuture.whenComplete { [hub = events.hub] _ in hub.close(listener) }
        do {
            try await door.trail(operation, ask.caller, ask.object, "done")
        } catch {
            events.hub.close(listener)
            throw error
        }
        // A browser that comes back asks for the same address; what it says beside it is newer.
        let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        let stream = EventStream(
            keeper: events, listener: listener, after: last ?? ask.given.text("after"))
        var response = Self.bytes(nil, type: "", status: 200)
        response.headers[.contentType] = "text/event-stream"
        response.body = stream.body()
        return response
    }

    // MARK: Who

    /// A page of another site can make a browser ask with this site's cookie; it cannot hide that
    /// it did (Fetch Metadata, and RFC 6454 before it).
    static func checkOrigin(_ request: Request) throws(Problem) {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        let origin = request.headers[.origin]
        let isSame = origin.map { $0 == "https://\(request.head.authority ?? "")" } ?? true
        guard isSame, site.map({ ["same-origin", "none"].contains($0) }) ?? true else {
            throw Problem(
                status: 403, reason: "origin-other",
                detail: "this was asked by a page of another site")
        }
    }

    /// What is no secret of ours is nobody's; who shows two is told to choose.
    static func secret(of request: Request) throws(Problem) -> Secret? {
        if let authorization = request.headers[.authorization] {
            guard request.cookies[cookieName] == nil else {
                throw Problem(
                    status: 401, reason: "credentials-two",
                    detail: "a session's cookie and a token were sent together")
            }
            guard authorization.hasPrefix("Bearer "),
                let secret = Secret(.token, text: String(authorization.dropFirst(7)))
            else { throw .signInNeeded }
            return secret
        }
        guard let cookie = request.cookies[cookieName]?.value else { return nil }
        guard let secret = Secret(.session, text: cookie) else { throw .signInNeeded }
        return secret
    }

    // MARK: What

    private static func parameters(
        of operation: Operation, _ context: APIContext
    ) -> [String: String] {
        var parameters: [String: String] = [:]
        for name in operation.parameters {
            // What is no UTF-8 names nothing.
            parameters[name] = PercentText.decoded(context.parameters.get(name) ?? "") ?? ""
        }
        return parameters
    }

    private static func given(
        to operation: Operation, _ request: Request
    ) async throws -> Given {
        guard request.headers[.contentEncoding] == nil else {
            throw Problem(
                status: 415, reason: "encoding-unsupported",
                detail: "a body is sent as it is, without compression")
        }
        if operation.takesBytes {
            guard request.headers[.contentType] == "application/octet-stream" else {
                throw Problem(
                    status: 415, reason: "media-type-wrong",
                    detail: "a file's bytes are application/octet-stream")
            }
            return try Given([:], fields: [])
        }
        if operation.method == .get {
            return try Given(
                query: try PercentText.query(request.uri.query ?? ""), fields: operation.fields)
        }
        let body = try await bytes(of: request.body, limitBytes: Operation.bodyLimitBytes)
        if body.isEmpty { return try Given([:], fields: operation.fields) }
        let type = request.headers[.contentType]?.split(separator: ";").first
        guard type?.lowercased() == "application/json" else {
            throw Problem(
                status: 415, reason: "media-type-wrong", detail: "a body is application/json")
        }
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: body, limitBytes: Operation.bodyLimitBytes)
        } catch {
            throw Problem(status: 400, reason: error.reason, detail: error.explanation)
        }
        guard case .object(let object) = value else {
            throw Problem(status: 400, reason: "json-malformed", detail: "a body is an object")
        }
        return try Given(object, fields: operation.fields)
    }

    /// - Throws: ``Problem``, also for a body that breaks off or is not in HTTP's form: that is the
    ///   client's doing, and no matter for the operator.
    static func bytes(
        of body: RequestBody, limitBytes: Int, status: Int = 413,
        reason: String = "body-too-long"
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await buffer in body {
                guard bytes.count + buffer.readableBytes <= limitBytes else {
                    throw Problem(
                        status: status, reason: reason,
                        detail: "the body may have \(limitBytes) bytes")
                }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(
                status: 400, reason: "body-broken", detail: "the body did not come whole")
        }
        return bytes
    }
}

/// A request's context that remembers where it comes from.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let place: String
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        place = Place.of(source.channel.remoteAddress)
    }
}

/// What no operation answers, answered as all else is.
private struct PlainRefusals: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            guard error.status == .notFound else {
                return APIServer.response(
                    Problem(
                        status: error.status.code, reason: "http-\(error.status.code)",
                        detail: error.status.reasonPhrase))
            }
            let methods = Operation.methods(at: request.uri.path)
            guard !methods.isEmpty else { return APIServer.response(Problem.notFound) }
            // RFC 9110 §15.5.6: what is there and does not do this says what it does.
            let allowed = methods.map(\.rawValue).sorted().joined(separator: ", ")
            var response = APIServer.response(
                Problem(
                    status: 405, reason: "method-not-allowed", detail: "this takes \(allowed)"))
            response.headers[.allow] = allowed
            return response
        }
    }
}
