import HTTPTypes
import Hummingbird
import ParleyService

/// Refuses a request that does not say whom it asks (RFC 9112 §3.2): such requests are made by
/// hand, or cut out of others.
struct HostRequired<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.head.authority?.isEmpty == false else {
            return APIServer.response(
                Problem(
                    status: 400, reason: "host-missing", detail: "the request names no Host"))
        }
        return try await next(request, context)
    }
}
