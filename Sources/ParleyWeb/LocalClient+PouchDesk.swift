import NIOHTTP1
package import ParleyExchange
package import ParleyLog
package import ParleyNode
import ParleyService
package import ParleyStatements

/// Opens pouches at the node that serves this home.
extension LocalClient: PouchDesk {
    package func witnessed(_ party: PartyID) async throws -> TreeSize {
        let reply = try await send(.GET, ExchangePath.pouch(of: party))
        guard reply.status == 200, let size = reply.treeSize else { throw LocalRefusal(reply) }
        return size
    }

    package func receive(
        _ delivery: [UInt8], from party: PartyID
    ) async throws -> DeliveryAnswer {
        try DeliveryAnswer(
            try await send(
                .POST, ExchangePath.pouch(of: party) + "/deliveries", body: delivery))
    }

    package func store(
        _ answers: [PouchAnswer], from party: PartyID
    ) async throws -> AnswersStored {
        let reply = try await send(
            .POST, ExchangePath.pouch(of: party) + "/answers", body: answers.flatMap(\.frames))
        guard reply.status == 200 else { throw LocalRefusal(reply) }
        return try AnswersStored(json: reply.body)
    }
}

extension HTTPReply {
    /// The size in a body of `text/x.tlog.size`.
    var treeSize: TreeSize? {
        let text = String(decoding: body, as: UTF8.self)
        guard text.hasSuffix("\n"), let size = UInt64(text.dropLast()) else { return nil }
        return TreeSize(size)
    }
}

extension DeliveryAnswer {
    /// What a node's HTTP reply to a delivery says.
    init(_ reply: HTTPReply) throws {
        switch reply.status {
        case 200:
            self = .answered(try DeliveryResponse(parsing: reply.body))
        case 409 where reply.headers.first(name: "content-type") == "text/x.tlog.size":
            guard let size = reply.treeSize else {
                throw CourierFailure.answerWrong("409 without a size")
            }
            self = .cosignedSizeIs(size)
        default:
            let problem = Problem(body: reply.body)
            self = .refused(
                reason: problem?.reason ?? "http-\(reply.status)",
                explanation: problem?.detail ?? "the peer answered \(reply.status)")
        }
    }
}
