import NIOCore
import NIOHTTP1
import NIOSSL
package import ParleyAudit
package import ParleyLog

/// The prefix of a log on the web: `http://` or `https://`, a host, perhaps a port and a path.
package struct LogURL: Hashable, Sendable {
    package let text: String
    package let isTLS: Bool
    let host: String
    let port: Int
    /// Begins and ends with a slash.
    let path: String

    /// A server of many names needs to be told which; an address is no name.
    var serverName: String? {
        host.contains { $0.isLetter } && !host.contains(":") ? host : nil
    }

    /// Returns nil for other schemes, and for user names, queries and fragments.
    package init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            (isTLS, rest) = (true, text.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (isTLS, rest) = (false, text.dropFirst(7))
        } else {
            return nil
        }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"@?#\\".utf8.contains($0) }) else {
            return nil
        }
        let place = rest.prefix { $0 != "/" }
        let standard = isTLS ? ":443" : ":80"
        guard let address = NodeAddress(String(place)) ?? NodeAddress(place + standard) else {
            return nil
        }
        self.text = text
        host = address.host
        port = address.port
        let path = rest.dropFirst(place.count)
        self.path = path.hasSuffix("/") ? String(path) : path + "/"
    }
}

/// Reads a log over HTTP: a few connections, kept open, one request at a time on each.
///
/// It follows no redirect and keeps no cookie: what it asks for is there or is not.
package struct LogClient: LogSource {
    private static let connectionCount = 8
    private static let deadline = TimeAmount.seconds(120)

    private let prefix: String
    private let pool: ConnectionPool

    /// - Parameters:
    ///   - identity: shown to servers that ask for one; it says nothing to anybody.
    ///   - pins: keys that the server may show; nil to judge none, since what the log serves is
    ///     proven by its own signature.
    package init(url: LogURL, identity: TLSIdentity, pins: [Digest]?) throws {
        prefix = url.path
        var tls: HTTPConnection.TLS?
        if url.isTLS {
            tls = .init(
                context: try NIOSSLContext(configuration: try identity.clientConfiguration()),
                pins: pins, serverName: url.serverName)
        }
        let address = HTTPAddress.host(url.host, port: url.port)
        pool = ConnectionPool(
            (0..<Self.connectionCount).map { _ in HTTPConnection(address: address, tls: tls) })
    }

    package func read(_ path: String, limitBytes: Int) async throws -> LogReading {
        let reply: HTTPReply
        do {
            reply = try await pool.get(
                prefix + path, limitBytes: limitBytes, deadline: Self.deadline)
        } catch HTTPFailure.replyTooLong {
            return .tooLong
        } catch let failure as HTTPFailure {
            throw LogClientFailure(failure, path: path)
        } catch {
            throw LogClientFailure.unreachable(words: "\(error)")
        }
        switch reply.status {
        case 200:
            let encodings = reply.headers["content-encoding"].filter { $0 != "identity" }
            guard encodings.isEmpty else {
                throw LogClientFailure.encoded(path: path, encoding: encodings[0])
            }
            return .bytes(reply.body)
        case 404, 410: return .absent
        case 401, 403: return .closed
        case 300..<400: throw LogClientFailure.redirected(path: path)
        default: throw LogClientFailure.answered(path: path, status: reply.status)
        }
    }
}

/// Connections to one server, lent out one request at a time.
private actor ConnectionPool {
    /// A server that closes after each reply is dialled for each request; small ones have room for
    /// five callers at their door, and keep the rest waiting for seconds.
    private static let countForClosingServers = 4

    private var count: Int
    private var idle: [HTTPConnection]
    private var waiting: [CheckedContinuation<HTTPConnection, Never>] = []

    init(_ connections: [HTTPConnection]) { (idle, count) = (connections, connections.count) }

    func get(_ path: String, limitBytes: Int, deadline: TimeAmount) async throws -> HTTPReply {
        let connection = await take()
        var isKeptAlive = true
        defer { giveBack(connection, isKeptAlive: isKeptAlive) }
        let reply: HTTPReply
        do {
            reply = try await Self.get(path, limitBytes, deadline, connection)
        } catch let failure as HTTPFailure where failure != .connectionClosed {
            throw failure
        } catch {
            // A server may close a connection that it kept open just as we ask again.
            reply = try await Self.get(path, limitBytes, deadline, connection)
        }
        isKeptAlive = reply.isKeptAlive
        return reply
    }

    private static func get(
        _ path: String, _ limitBytes: Int, _ deadline: TimeAmount, _ connection: HTTPConnection
    ) async throws -> HTTPReply {
        try await connection.send(
            .GET, path, headers: [("Accept-Encoding", "identity")],
            replyLimitBytes: limitBytes, deadline: deadline)
    }

    private func take() async -> HTTPConnection {
        if let connection = idle.popLast() { return connection }
        return await withCheckedContinuation { waiting.append($0) }
    }

    private func giveBack(_ connection: HTTPConnection, isKeptAlive: Bool) {
        if !isKeptAlive, count > Self.countForClosingServers {
            count -= 1
        } else if waiting.isEmpty {
            idle.append(connection)
        } else {
            waiting.removeFirst().resume(returning: connection)
        }
    }
}

/// Why it could not be found out what a log holds.
package enum LogClientFailure: Error, Hashable, Sendable {
    case unreachable(words: String)
    case timedOut(path: String)
    case keyNotPinned(Digest)
    case redirected(path: String)
    case encoded(path: String, encoding: String)
    case answered(path: String, status: Int)

    init(_ failure: HTTPFailure, path: String) {
        switch failure {
        case .keyNotPinned(let shown): self = .keyNotPinned(shown)
        case .timedOut: self = .timedOut(path: path)
        case .connectionClosed, .replyTooLong:
            self = .unreachable(words: "the server closed the connection")
        }
    }

    package var reason: String {
        switch self {
        case .unreachable: "log-unreachable"
        case .timedOut: "log-timed-out"
        case .keyNotPinned: "tls-key-not-pinned"
        case .redirected: "log-redirects"
        case .encoded: "log-encoding-unknown"
        case .answered(_, let status): "http-\(status)"
        }
    }

    package var explanation: String {
        switch self {
        case .unreachable(let words): "the log cannot be reached: \(words)"
        case .timedOut(let path): "the log did not send \(path) in time"
        case .keyNotPinned(let shown):
            "the server shows the TLS key \(shown), which the agreement does not list for the log"
        case .redirected(let path): "the log redirects \(path) elsewhere, which is not followed"
        case .encoded(let path, let encoding):
            "the log sends \(path) as \(encoding) though it was asked for plain bytes"
        case .answered(let path, let status): "the log answers \(status) for \(path)"
        }
    }
}
