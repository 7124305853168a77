import NIOCore
import NIOHTTP1
import NIOSSL
package import ParleyExchange
import ParleyLog
package import ParleyNode
import ParleyService
package import ParleyStatements

/// Reaches the other parties' nodes over TLS 1.3, each pinned to the keys in the agreement.
package struct PeerClient: PeerTransport {
    private let agreement: AgreementID
    private let connections: [PartyID: HTTPConnection]

    /// - Parameter agreement: its first version.
    /// - Parameter addresses: where to reach a node instead of the address in the agreement; the
    ///   pins hold all the same, so an address needs no trust.
    package init(
        agreement: AgreementID, parties: [Party], identity: TLSIdentity,
        addresses: [PartyID: NodeAddress]
    ) throws {
        self.agreement = agreement
        let context = try NIOSSLContext(configuration: try identity.clientConfiguration())
        var connections: [PartyID: HTTPConnection] = [:]
        for party in parties {
            guard let address = addresses[party.id] ?? NodeAddress(url: party.node.url) else {
                continue
            }
            connections[party.id] = HTTPConnection(
                address: .host(address.host, port: address.port),
                tls: .init(context: context, pins: party.node.tlsPins))
        }
        self.connections = connections
    }

    package func deliver(
        _ request: DeliveryRequest, to party: PartyID
    ) async throws -> DeliveryAnswer {
        try DeliveryAnswer(
            try await connection(to: party).send(
                .POST, ExchangePath.deliver,
                headers: [
                    ("Content-Type", ExchangePath.deliveryMediaType),
                    (ExchangePath.agreementHeader, agreement.text),
                ], body: request.wireBytes))
    }

    package func tell(_ fork: ForkProof, to party: PartyID) async throws {
        let reply = try await connection(to: party).send(
            .POST, LogPath.forks, headers: [("Content-Type", "application/json")],
            body: fork.fileBytes)
        guard reply.status == 204 else { throw refused(reply) }
    }

    package func blobOffset(_ blob: BlobID, at party: PartyID) async throws -> UInt64? {
        let reply = try await connection(to: party).send(
            .GET, ExchangePath.blob(blob),
            headers: [(ExchangePath.agreementHeader, agreement.text)])
        switch reply.status {
        case 204:
            return nil
        case 200:
            guard let offset = UInt64(String(decoding: reply.body, as: UTF8.self)) else {
                throw CourierFailure.answerWrong("a blob's offset is not a number")
            }
            return offset
        default:
            throw refused(reply)
        }
    }

    package func sendBlob(
        _ blob: BlobID, sizeBytes: UInt64, from offset: UInt64, to party: PartyID,
        reading store: any BlobStore
    ) async throws {
        let reply = try await connection(to: party).send(
            .PUT, ExchangePath.blob(blob),
            headers: [
                ("Content-Type", "application/octet-stream"),
                (ExchangePath.agreementHeader, agreement.text),
                (ExchangePath.offsetHeader, String(offset)),
            ], bodyLength: sizeBytes - offset
        ) { write in
            var position = offset
            while position < sizeBytes {
                let bytes = try await store.read(blob, from: position, count: 256 * 1024)
                guard !bytes.isEmpty else { throw CourierFailure.blobAbsent(blob) }
                try await write(bytes)
                position += UInt64(bytes.count)
            }
        }
        guard reply.status == 204 else { throw refused(reply) }
    }

    /// The latest note of the log with that origin that the party's node has cosigned; nil when it
    /// has cosigned none.
    package func witnessedNote(origin: String, at party: PartyID) async throws -> [UInt8]? {
        let digest = Digest(hashing: Array(origin.utf8)).hex
        let reply = try await connection(to: party).send(
            .GET, LogPath.witness + "/\(digest)/checkpoint", headers: [])
        switch reply.status {
        case 200: return reply.body
        case 404: return nil
        default: throw refused(reply)
        }
    }

    private func refused(_ reply: HTTPReply) -> CourierFailure {
        let problem = Problem(body: reply.body)
        return .peerRefused(
            reason: problem?.reason ?? "http-\(reply.status)",
            explanation: problem?.detail ?? "the peer answered \(reply.status)")
    }

    private func connection(to party: PartyID) throws -> HTTPConnection {
        guard let connection = connections[party] else {
            throw CourierFailure.answerWrong("the agreement gives no address for \(party)")
        }
        return connection
    }
}
