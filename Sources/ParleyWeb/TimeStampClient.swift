import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks a time-stamping authority over HTTP (RFC 3161 §3.4).
///
/// Whatever TLS key the server shows is taken: the query holds a digest of what is public, and the
/// answer counts by the authority's own certificate.
package struct TimeStampClient: Sendable {
    private static let deadline = TimeAmount.seconds(30)

    private let connection: HTTPConnection
    private let path: String

    package init(url: LogURL, identity: TLSIdentity) throws {
        // The address as it was written: an authority's is no prefix.
        path = url.text.hasSuffix("/") || url.path == "/" ? url.path : String(url.path.dropLast())
        connection = HTTPConnection(
            address: .host(url.host, port: url.port),
            tls: url.isTLS
                ? .init(
                    context: try NIOSSLContext(configuration: identity.clientConfiguration()),
                    pins: nil, serverName: url.serverName) : nil)
    }

    /// - Returns: the response's bytes, unchecked.
    /// - Throws: ``LogClientFailure`` when there is none.
    package func ask(_ query: [UInt8]) async throws -> [UInt8] {
        let reply: HTTPReply
        do {
            reply = try await connection.send(
                .POST, path, headers: [("Content-Type", "application/timestamp-query")],
                body: query, replyLimitBytes: TimeStamp.sizeLimitBytes, deadline: Self.deadline)
        } catch let failure as HTTPFailure {
            throw LogClientFailure(failure, path: path)
        } catch {
            throw LogClientFailure.unreachable(words: "\(error)")
        }
        guard reply.status == 200 else {
            throw LogClientFailure.answered(path: path, status: reply.status)
        }
        return reply.body
    }
}
