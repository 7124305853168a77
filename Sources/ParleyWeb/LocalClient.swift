import NIOHTTP1
import ParleyService
package import ParleyStatements

/// Speaks to the node that serves this home, over its socket.
package struct LocalClient: Sendable {
    private let connection: HTTPConnection

    package init(socketPath: String) {
        connection = HTTPConnection(address: .unixSocket(path: socketPath), tls: nil)
    }

    /// What the node knows of itself; nil when none answers.
    package func status() async -> NodeStatus? {
        guard let reply = try? await connection.send(.GET, ExchangePath.status),
            reply.status == 200
        else { return nil }
        return NodeStatus(bytes: reply.body)
    }

    /// Hands a signed statement to the node; returns once it is durable in the log.
    ///
    /// - Throws: ``LocalRefusal`` with the node's reason; ``LocalNodeGone`` when it may be said
    ///   again, to whoever then serves the home.
    package func submit(_ envelope: [UInt8]) async throws -> StatementID {
        let reply = try await send(.POST, ExchangePath.submit, body: envelope)
        if reply.status == 200,
            let id = StatementID(text: String(decoding: reply.body, as: UTF8.self))
        {
            return id
        }
        throw LocalRefusal(reply)
    }

    func send(_ method: HTTPMethod, _ path: String, body: [UInt8] = []) async throws -> HTTPReply {
        do {
            return try await connection.send(method, path, body: body)
        } catch {
            throw LocalNodeGone(explanation: "\(error)")
        }
    }
}

/// The node ended, or was made anew, before it answered; what was asked of it may have been done.
package struct LocalNodeGone: Error, Hashable, Sendable {
    package let explanation: String
}

package struct LocalRefusal: Error, Hashable, Sendable {
    package let reason: String
    package let explanation: String

    init(_ reply: HTTPReply) {
        let problem = Problem(body: reply.body)
        reason = problem?.reason ?? "http-\(reply.status)"
        explanation = problem?.detail ?? "the node answered \(reply.status)"
    }
}
