import NIOCore
import NIOHTTP1
import NIOSSL
package import ParleyLog
import ParleyPages
package import ParleyService
package import ParleyStatements

/// Why a node's API gave no answer.
package enum APIClientFailure: Error, Hashable, Sendable {
    case unreachable(String)
    /// No authority that this machine knows vouches for the key, or it is not the one expected.
    case keyNotTrusted(shown: Digest)
    case answerMalformed(status: Int)
}

/// A program's way to a node's API: one request at a time over one connection.
///
/// Trust: the node's TLS key is the one that was named, or one that the machine's authorities vouch
/// for. Nothing else is sent the token.
package struct APIClient: Sendable {
    /// Of a file, at a time.
    package static let pieceBytes = 4 << 20
    private static let answerLimitBytes = 32 << 20
    /// A command may take ten minutes at the node.
    private static let deadline = TimeAmount.minutes(11)

    private let url: LogURL
    private let token: String
    private let connection: HTTPConnection

    /// - Parameters:
    ///   - url: `https://`, a host, perhaps a port.
    ///   - pin: the digest of the key that the node shows; nil to ask the machine's authorities.
    package init(url: LogURL, token: String, pin: Digest?) throws {
        self.url = url
        self.token = token
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if pin != nil { configuration.certificateVerification = .noHostnameVerification }
        connection = HTTPConnection(
            address: .host(url.host, port: url.port),
            tls: .init(
                context: try NIOSSLContext(configuration: configuration),
                pins: pin.map { [$0] }, serverName: url.serverName,
                isChainJudged: pin == nil))
    }

    /// Any text as one step of a path.
    package static func step(_ text: String) -> String { Address.encoded(text) }

    /// - Parameter path: below the API's root.
    /// - Returns: what was answered; nil for an empty body.
    /// - Throws: ``Problem`` as the node gave it, or ``APIClientFailure``.
    package func call(
        _ method: Operation.Method, _ path: String, _ body: JSONObject? = nil
    ) async throws -> JSONObject? {
        var headers: [(String, String)] = []
        if body != nil { headers.append(("Content-Type", "application/json")) }
        let reply = try await send(
            HTTPMethod(rawValue: method.rawValue), path, headers,
            body.map { JSONValue.object($0).canonicalBytes } ?? [])
        return try Self.object(in: reply)
    }

    /// Sends some of a file's bytes, from `offset` on.
    package func append(
        _ bytes: [UInt8], to file: String, at offset: UInt64
    ) async throws -> JSONObject? {
        let reply = try await send(
            .PATCH, "/files/\(file)/content",
            [("Content-Type", "application/octet-stream"), ("Upload-Offset", String(offset))],
            bytes)
        return try Self.object(in: reply)
    }

    /// Fetches some of a file's bytes; fewer only at its end.
    package func read(
        _ file: String, from offset: UInt64, count: Int = APIClient.pieceBytes
    ) async throws -> [UInt8] {
        let reply = try await send(
            .GET, "/files/\(file)/content",
            [("Range", "bytes=\(offset)-\(offset + UInt64(count) - 1)")], [])
        guard reply.status == 206 else {
            _ = try Self.object(in: reply)
            throw APIClientFailure.answerMalformed(status: reply.status)
        }
        return reply.body
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ headers: [(String, String)], _ body: [UInt8]
    ) async throws -> HTTPReply {
        do {
            return try await connection.send(
                method, Operation.root + path,
                headers: headers + [("Authorization", "Bearer " + token)], body: body,
                replyLimitBytes: Self.answerLimitBytes, deadline: Self.deadline)
        } catch HTTPFailure.keyNotPinned(let shown) {
            throw APIClientFailure.keyNotTrusted(shown: shown)
        } catch {
            if let shown = await shownKey() { throw APIClientFailure.keyNotTrusted(shown: shown) }
            throw APIClientFailure.unreachable("\(error)")
        }
    }

    /// The key that the node shows, where none was named and no authority vouches for it.
    private func shownKey() async -> Digest? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .noHostnameVerification
        guard let context = try? NIOSSLContext(configuration: configuration) else { return nil }
        // No pin is met: the key is told and nothing is said to it.
        let asking = HTTPConnection(
            address: .host(url.host, port: url.port),
            tls: .init(context: context, pins: [], serverName: url.serverName))
        do {
            _ = try await asking.send(.GET, "/", deadline: .seconds(20))
        } catch HTTPFailure.keyNotPinned(let shown) {
            return shown
        } catch {
            return nil
        }
        return nil
    }

    private static func object(in reply: HTTPReply) throws -> JSONObject? {
        if reply.body.isEmpty, (200..<300).contains(reply.status) { return nil }
        guard (200..<300).contains(reply.status) else {
            guard let problem = Problem(body: reply.body) else {
                throw APIClientFailure.answerMalformed(status: reply.status)
            }
            throw problem
        }
        guard let value = try? JSONValue(parsing: reply.body, limitBytes: answerLimitBytes),
            case .object(let object) = value
        else { throw APIClientFailure.answerMalformed(status: reply.status) }
        return object
    }
}
