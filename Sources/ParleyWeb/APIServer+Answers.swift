import HTTPTypes
import Hummingbird
import NIOCore
import ParleyPages
import ParleyService
import ParleyStatements

/// What is answered, as HTTP has it.
extension APIServer {
    /// The prefix makes browsers keep it to this host, to TLS and to the whole of it (RFC 6265bis).
    static let cookieName = "__Host-parley"
    /// Of a sign-in that was begun; sent along when the provider's page leads back, and so not
    /// strict.
    static let pendingCookieName = "__Host-parley-oidc"

    static func response(
        _ answer: Answer, to operation: Operation, _ request: Request
    ) -> Response {
        var response = bytes(
            answer.bytes, type: "application/json", status: operation.success)
        if let pages = answer.pages {
            response.headers[.contentType] = operation.produces.rawValue
            response.body = ResponseBody { writer in
                var next: Int64? = 0
                while let after = next {
                    let page = try await pages(after)
                    if !page.lines.isEmpty {
                        try await writer.write(ByteBuffer(bytes: page.lines))
                    }
                    next = page.next
                }
                try await writer.finish(nil)
            }
        }
        if let tag = answer.tag {
            response.headers[.eTag] = tag
            if operation.method == .get, request.headers[.ifNoneMatch] == tag {
                response = Response(status: .notModified, headers: response.headers)
                response.headers[.contentType] = nil
            }
        }
        setCookies(of: answer, in: &response)
        if operation.id == "oidc.end" {
            // A person is led on; a program has its answer.
            if request.headers[.accept]?.contains("text/html") == true {
                leadOn(&response)
            }
            response.headers.append(
                .init(
                    name: .setCookie,
                    value: cookie(pendingCookieName, "", seconds: 0, site: "Lax")))
        }
        return response
    }

    /// By a page of this node and not by a redirect: what follows the provider's own page counts as
    /// asked by another site, and a browser would leave out the session's strict cookie.
    private static func leadOn(_ response: inout Response) {
        let html = SignInPages.leadingOn()
        response.headers[.contentType] = "text/html; charset=utf-8"
        if let refresh = HTTPField.Name("Refresh") { response.headers[refresh] = "0; url=/desk" }
        response.body = .init(byteBuffer: ByteBuffer(bytes: html.bytes))
    }

    static func setCookies(of answer: Answer, in response: inout Response) {
        if let pending = answer.pending {
            response.headers[.setCookie] = cookie(
                pendingCookieName, pending.text, seconds: ProviderSignIn.goodSeconds,
                site: "Lax")
        } else if let session = answer.session {
            response.headers[.setCookie] = cookie(
                cookieName, session.text, seconds: Session.longestSeconds)
        } else if answer.endsSession {
            response.headers[.setCookie] = cookie(cookieName, "", seconds: 0)
            // Whoever sits there next finds nothing of it (W3C Clear Site Data).
            if let name = HTTPField.Name("Clear-Site-Data") {
                response.headers[name] = "\"cache\", \"cookies\", \"storage\""
            }
        }
    }

    private static func cookie(
        _ name: String, _ value: String, seconds: Int64, site: String = "Strict"
    ) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); Secure; HttpOnly; SameSite=\(site)"
    }

    static func response(_ problem: Problem) -> Response {
        var response = bytes(
            problem.body, type: "application/problem+json", status: problem.status)
        if let seconds = problem.retryAfterSeconds {
            response.headers[.retryAfter] = String(max(1, seconds))
        }
        if problem.status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }

    static func bytes(_ body: [UInt8]?, type: String, status: Int) -> Response {
        var headers: HTTPFields = [
            .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .strictTransportSecurity: "max-age=31536000; includeSubDomains",
            .contentSecurityPolicy:
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ]
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        guard let body else { return Response(status: .init(code: status), headers: headers) }
        headers[.contentType] = type
        return Response(
            status: .init(code: status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
