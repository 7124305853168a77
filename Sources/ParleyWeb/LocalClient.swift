import NIOHTTP1
package import ParleyStatements

/// Speaks to the node that serves this home, over its socket.
package struct LocalClient: Sendable {
    let connection: HTTPConnection

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
    /// - Throws: ``LocalRefusal`` with the node's reason.
    package func submit(_ envelope: [UInt8]) async throws -> StatementID {
        let reply = try await connection.send(.POST, ExchangePath.submit, body: envelope)
        if reply.status == 200,
            let id = StatementID(text: String(decoding: reply.body, as: UTF8.self))
        {
            return id
        }
        let problem = Problem(body: reply.body)
        throw LocalRefusal(
            reason: problem?.reason ?? "http-\(reply.status)",
            explanation: problem?.detail ?? "the node answered \(reply.status)")
    }
}

package struct LocalRefusal: Error, Hashable, Sendable {
    package let reason: String
    package let explanation: String
}
