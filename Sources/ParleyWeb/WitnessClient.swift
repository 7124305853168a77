import NIOCore
import NIOHTTP1
import NIOSSL
import ParleyLog
package import ParleyNode
package import ParleyStatements

/// Brings checkpoints to the outside witnesses of an agreement over HTTPS (C2SP tlog-witness).
///
/// Whatever TLS key a server shows is taken: nothing secret is sent, and what comes back counts by
/// the witness's own signature.
package struct WitnessClient: WitnessTransport {
    private static let deadline = TimeAmount.seconds(5)
    private static let replyLimitBytes = 16 * 1024

    private let connections: [String: HTTPConnection]

    package init(_ witnesses: [OutsideWitness], identity: TLSIdentity) throws {
        var connections: [String: HTTPConnection] = [:]
        for witness in witnesses {
            guard let url = LogURL(witness.url) else { continue }
            connections[witness.url] = HTTPConnection(
                address: .host(url.host, port: url.port),
                tls: .init(
                    context: try NIOSSLContext(configuration: identity.clientConfiguration()),
                    pins: nil, serverName: url.serverName))
        }
        self.connections = connections
    }

    package func addCheckpoint(
        _ body: [UInt8], at witness: OutsideWitness
    ) async throws -> WitnessReply {
        guard let connection = connections[witness.url] else { return .refused(status: 0) }
        let reply = try await connection.send(
            .POST, "/add-checkpoint", headers: [("Content-Type", "application/octet-stream")],
            body: body, replyLimitBytes: Self.replyLimitBytes, deadline: Self.deadline)
        switch reply.status {
        case 200: return .cosigned(reply.body)
        case 409:
            let text = String(decoding: reply.body, as: UTF8.self)
            guard text.hasSuffix("\n"), let size = UInt64(text.dropLast()) else {
                return .refused(status: 409)
            }
            return .conflict(known: TreeSize(size))
        default: return .refused(status: reply.status)
        }
    }
}
