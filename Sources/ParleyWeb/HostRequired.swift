import HTTPTypes
import Hummingbird
import ParleyService

/// Refuses a request that does not say once, as hosts are written, whom it asks (RFC 9112 §3.2):
/// such requests are made by hand, cut out of others, or meant to be read by two servers in two
/// ways.
struct HostRequired<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let host = request.head.authority, !host.isEmpty else {
            return APIServer.response(
                Problem(
                    status: 400, reason: "host-missing", detail: "the request names no Host"))
        }
        // The first is the authority; what is left among the fields is another.
        let another = HTTPField.Name("Host").flatMap { request.headers[$0] }
        guard Self.isHost(host), another == nil else {
            return APIServer.response(
                Problem(
                    status: 400, reason: "host-wrong",
                    detail: "the request names its Host twice, or as no host is written"))
        }
        return try await next(request, context)
    }

    /// Of a name or an address, with a port or without one.
    private static func isHost(_ text: String) -> Bool {
        text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || Array(".-_:[]%".utf8).contains(byte)
            }
    }
}
