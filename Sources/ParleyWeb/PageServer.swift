import Crypto
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ParleyLog
import ParleyNode
import ParleyPages
import ParleyService
import ParleyStatements

/// Serves the pages of a node to browsers, at the address of its API: says who looks, has the page
/// written, and sends it with the headers that keep a browser to this node.
///
/// A form is taken only from a page of this node: its origin must say so, the session's cookie is
/// sent by no other site's page, and it bears a token that only this session's pages know.
struct PageServer: Sendable {
    let door: FrontDoor
    let node: Node
    let clock: any WallClock
    let logger: Logger
    let meters: Meters

    func addRoutes(to router: Router<APIContext>) {
        router.get("/") { request, _ in
            request.uri.path == "/"
                ? Self.toLanguage(request) : APIServer.response(Problem.notFound)
        }
        // Where a sign-in at a provider leads back to.
        router.get("/desk") { request, _ in
            Self.seeOther(Link(Address("desk"), in: Self.language(of: request)))
        }
        // As it is printed at the first start.
        router.get("/first/:first") { request, context in
            Self.seeOther(
                Link(
                    Address("first", context.parameters.get("first") ?? ""),
                    in: Self.language(of: request)))
        }
        router.get(RouterPath(Asset.root + ":digest/:name")) { request, _ in
            Self.asset(request)
        }
        for words in Words.all {
            for path in ["/\(words.code)", "/\(words.code)/**"] {
                router.get(RouterPath(path)) { request, context in
                    await answered(words, request, context, isPost: false)
                }
                router.post(RouterPath(path)) { request, context in
                    await answered(words, request, context, isPost: true)
                }
            }
        }
    }

    private func answered(
        _ words: Words, _ request: Request, _ context: APIContext, isPost: Bool
    ) async -> Response {
        let began = meters.nanoseconds
        let response = await respond(words, request, context, isPost: isPost)
        meters.answered(isPost ? "form" : "page", status: response.status.code, since: began)
        return response
    }

    private func respond(
        _ words: Words, _ request: Request, _ context: APIContext, isPost: Bool
    ) async -> Response {
        let steps = request.uri.path.split(separator: "/").dropFirst().map(String.init)
        // One page has one spelling of its address: an empty step is none.
        let isPlain = !request.uri.path.contains("//")
        let address =
            Address(escapedSteps: isPlain ? steps : ["unreadable"], query: request.uri.query ?? "")
            ?? Address("unreadable")
        var sheet = sheet(words, address, Caller.nobody, nil)
        do {
            do {
                if isPost { try Self.checkForm(request) }
                let secret = try Self.session(of: request)
                // A session that is over signs in again; nothing else is wrong with it.
                let caller = try await door.caller(with: secret, for: nil, at: context.place)
                sheet = self.sheet(words, address, caller, secret)
                guard let (page, parameters) = PageRouter.page(at: address.steps) else {
                    throw Problem.notFound
                }
                let form = isPost ? try await Self.form(of: request) : .empty
                var refused: Problem?
                if let viewer = sheet.viewer, isPost { refused = Self.fault(of: form, of: viewer) }
                let desk = Asking(
                    door: door, caller: caller, secret: secret, place: context.place)
                let reply = try await PageRouter.reply(
                    page,
                    PageRequest(
                        sheet: sheet, parameters: parameters, form: form, desk: desk,
                        origin: request.head.authority.map { "https://" + $0 } ?? ""),
                    isPost: isPost, refused: refused)
                return Self.response(reply, in: words)
            } catch let problem as Problem {
                return Self.response(ProblemPage.reply(problem, sheet), in: words)
            }
        } catch {
            // What failed, and never what was asked: forms hold passwords.
            logger.error("page failed", metadata: ["error": "\(type(of: error))"])
            let problem = Problem(
                status: 503, reason: "node-failed",
                detail: "the node could not do this now; its operator finds why in its log")
            return Self.response(ProblemPage.reply(problem, sheet), in: words)
        }
    }

    private func sheet(
        _ words: Words, _ address: Address, _ caller: Caller, _ secret: Secret?
    ) -> Sheet {
        let viewer = secret.flatMap {
            Sheet.Viewer(caller, formToken: Self.formToken(of: $0))
        }
        let identity = node.identity
        return Sheet(
            words: words, address: address, agreement: identity.agreement,
            party: identity.party.id, viewer: viewer, hasProvider: door.desk.hasProvider,
            now: clock.now())
    }

    // MARK: Forms

    /// Of one session: who knows it has seen a page of that session. It tells nothing of the
    /// session's secret.
    private static func formToken(of secret: Secret) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("parley/form/v1".utf8), using: SymmetricKey(data: Array(secret.text.utf8)))
        return Base32.encode(Array(code))
    }

    /// Nothing is done with a form of another session; what was typed into it is not lost.
    private static func fault(of form: Form, of viewer: Sheet.Viewer) -> Problem? {
        let given = Digest(hashing: Array((form.text("form-token") ?? "").utf8))
        guard given != Digest(hashing: Array(viewer.formToken.utf8)) else { return nil }
        return Problem(
            status: 403, reason: "form-token-wrong",
            detail: "this form was not sent by a page of this session",
            hint: "look at it and send it once more")
    }

    /// A browser says where a form comes from; what does not say so is no form of ours.
    private static func checkForm(_ request: Request) throws(Problem) {
        try APIServer.checkOrigin(request)
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        guard request.headers[.origin] != nil || site == "same-origin" else {
            throw Problem(
                status: 403, reason: "origin-missing",
                detail: "a form says which page it comes from (Origin)")
        }
        guard request.headers[.contentEncoding] == nil,
            let type = request.headers[.contentType]?.split(separator: ";").first,
            type.lowercased() == "application/x-www-form-urlencoded"
        else {
            throw Problem(
                status: 415, reason: "media-type-wrong",
                detail: "a form is application/x-www-form-urlencoded")
        }
    }

    private static func form(of request: Request) async throws -> Form {
        let bytes = try await APIServer.bytes(of: request.body, limitBytes: Form.limitBytes)
        guard let text = String(validating: bytes, as: UTF8.self), let pairs = Address.pairs(text),
            pairs.count <= Form.limitFields
        else {
            throw Problem(
                status: 400, reason: "form-malformed",
                detail: "a form is UTF-8 with at most \(Form.limitFields) fields")
        }
        return Form(pairs)
    }

    /// A page is for whoever has a session; programs ask the API.
    private static func session(of request: Request) throws(Problem) -> Secret? {
        guard let cookie = request.cookies[APIServer.cookieName]?.value else { return nil }
        return Secret(.session, text: cookie)
    }

    // MARK: Answers

    private static func response(_ reply: PageReply, in words: Words) -> Response {
        switch reply {
        case .page(let html, let status):
            return page(html, status: status)
        case .file(let bytes, let type):
            return APIServer.bytes(bytes, type: type, status: 200)
        case .saved(let tag, let note):
            var response = APIServer.bytes(
                Array(note.utf8), type: "text/plain; charset=utf-8", status: 200)
            response.headers[.eTag] = tag
            return response
        case .leave(let address, let answer):
            var response = APIServer.bytes(nil, type: "", status: 303)
            response.headers[.location] = address
            APIServer.setCookies(of: answer, in: &response)
            return response
        case .redirect(let address, let answer):
            var response = seeOther(Link(address, in: words.code))
            if let answer { APIServer.setCookies(of: answer, in: &response) }
            return response
        }
    }

    private static func page(_ html: HTML, status: Int) -> Response {
        var response = APIServer.bytes(
            html.bytes, type: "text/html; charset=utf-8", status: status)
        // Nothing is run or shown but what this node sends as a file of its own.
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'"
        for (name, value) in [
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("Referrer-Policy", "same-origin"),
        ] {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        return response
    }

    private static func seeOther(_ link: Link) -> Response {
        var response = APIServer.bytes(nil, type: "", status: 303)
        response.headers[.location] = link.location
        return response
    }

    private static func toLanguage(_ request: Request) -> Response {
        var response = seeOther(Link(Address(), in: language(of: request)))
        response.headers[.vary] = "Accept-Language"
        return response
    }

    /// The first that the browser asks for and the pages speak; else English (RFC 9110 §12.5.4).
    private static func language(of request: Request) -> String {
        let wanted = (request.headers[.acceptLanguage] ?? "").prefix(256).lowercased()
            .split(separator: ",").map { entry -> (main: Substring, weight: Double) in
                let parts = entry.split(separator: ";")
                let weight = parts.dropFirst().first.flatMap {
                    Double($0.split(separator: "=").last ?? "")
                }
                let tag = (parts.first ?? "").drop { $0 == " " }
                return (tag.prefix { $0 != "-" }, weight ?? 1)
            }.sorted { $0.weight > $1.weight }
        return wanted.lazy.compactMap { Words.named(String($0.main)) }.first?.code ?? "en"
    }

    /// Named by its digest, so it never changes under its name.
    private static func asset(_ request: Request) -> Response {
        guard let asset = Asset.at(request.uri.path) else {
            return APIServer.response(Problem.notFound)
        }
        var response = APIServer.bytes(asset.bytes, type: asset.mediaType, status: 200)
        response.headers[.cacheControl] = "public, max-age=31536000, immutable"
        return response
    }
}

/// The desk as one page asks it.
private struct Asking: PageDesk {
    let door: FrontDoor
    let caller: Caller
    let secret: Secret?
    let place: String

    func answers(_ questions: [PageQuestion]) async throws -> [Result<Answer, Problem>] {
        var asks: [(Operation, Result<Ask, Problem>)] = []
        for question in questions {
            guard let operation = Operation.named(question.operation) else {
                preconditionFailure("\(question.operation) is no operation")
            }
            do throws(Problem) {
                let given = try Given(question.given, fields: operation.fields)
                asks.append(
                    (
                        operation,
                        .success(
                            Ask(
                                caller: caller, secret: secret, place: place,
                                parameters: question.parameters, given: given,
                                ifMatch: question.ifMatch))
                    ))
            } catch {
                asks.append((operation, .failure(error)))
            }
        }
        return try await door.answers(asks, to: caller)
    }
}
