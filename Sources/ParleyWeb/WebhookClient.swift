import NIOCore
import NIOHTTP1
import NIOSSL
import ParleyLog
package import ParleyNode
package import ParleyService

/// Brings bodies to webhooks, over TLS alone. Whoever names one has this node connect there, so:
/// where the name leads is looked at, this machine and its own network are not told unless the
/// operator says so, and a redirect is an answer like any other.
package struct WebhookClient: WebhookSending {
    private static let deadline = TimeAmount.seconds(10)
    /// From the first byte of the connection to the last of the answer.
    private static let limitSeconds: Int64 = 20
    private static let replyLimitBytes = 64 * 1024

    private let context: NIOSSLContext
    private let mayBeNear: Bool
    private let clock: any WallClock

    /// - Parameters:
    ///   - roots: authorities to believe, PEM; nil for the machine's own.
    ///   - mayBeNear: whether a webhook may stand on this machine or in a private network.
    package init(roots: String?, mayBeNear: Bool, clock: any WallClock) throws {
        self.clock = clock
        context = try NIOSSLContext(configuration: .believing(roots))
        self.mayBeNear = mayBeNear
    }

    package func post(
        _ body: [UInt8], to url: ProviderURL, headers: [(name: String, value: String)]
    ) async throws {
        // SPEC webhook §1: A node MUST NOT send a message to a webhook but over TLS, to a server
        // whose certificate an authority has signed for that name.
        guard url.isTLS else { throw NotifyFault("webhook-not-tls") }
        let address: String
        do {
            // SPEC webhook §1: A node MUST NOT connect to its own machine or a private network for
            // a webhook, unless its operator allows that.
            address = try await CheckedAddress.find(
                url.host, port: url.port, mayBeNear: mayBeNear)
        } catch {
            throw NotifyFault(
                error == .near ? "webhook-address-refused" : "webhook-unreachable")
        }
        let isNumber = (try? SocketAddress(ipAddress: url.host, port: url.port)) != nil
        let place = url.host.contains(":") ? "[\(url.host)]" : url.host
        let connection = HTTPConnection(
            // SPEC webhook §1: A node MUST connect to the very address to which the name of a
            // webhook led when it was looked at.
            address: .host(address, port: url.port),
            tls: .init(
                context: context, pins: nil, serverName: isNumber ? nil : url.host,
                isChainJudged: true),
            name: url.port == 443 ? place : "\(place):\(url.port)")
        let reply = try await reply(connection, url, headers, body)
        await connection.end()
        try Self.judge(reply.status)
    }

    private func reply(
        _ connection: HTTPConnection, _ url: ProviderURL,
        _ headers: [(name: String, value: String)], _ body: [UInt8]
    ) async throws -> HTTPReply {
        let all =
            headers.map { ($0.name, $0.value) } + [
                ("Content-Type", "application/json"), ("Accept-Encoding", "identity"),
                ("User-Agent", "parley"), ("Connection", "close"),
            ]
        do {
            return try await inTime {
                try await connection.send(
                    .POST, url.target, headers: all, body: body,
                    replyLimitBytes: Self.replyLimitBytes, deadline: Self.deadline)
            }
        } catch HTTPFailure.timedOut {
            throw NotifyFault("webhook-timed-out")
        } catch HTTPFailure.replyTooLong {
            throw NotifyFault("webhook-answer-too-long")
        } catch NIOSSLError.handshakeFailed {
            throw NotifyFault("webhook-tls-failed")
        } catch {
            throw NotifyFault("webhook-unreachable")
        }
    }

    private static func judge(_ status: Int) throws(NotifyFault) {
        switch status {
        case 200..<300: return
        // SPEC webhook §3: A node MUST NOT follow a redirect.
        case 300..<400: throw NotifyFault("webhook-redirected")
        // RFC 9110 §15.5.11: it is gone, and who answers so wants nothing more.
        case 410: throw NotifyFault("webhook-answered-410", isForGood: true)
        default: throw NotifyFault("webhook-answered-\(status)")
        }
    }

    private func inTime(
        _ work: @escaping @Sendable () async throws -> HTTPReply
    ) async throws -> HTTPReply {
        try await withThrowingTaskGroup(of: HTTPReply?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await clock.sleep(until: clock.now().adding(seconds: Self.limitSeconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let reply = first else {
                throw HTTPFailure.timedOut
            }
            return reply
        }
    }
}
