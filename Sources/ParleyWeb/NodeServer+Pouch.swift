import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements

/// What a command that opens a pouch asks of the node that serves its home. Only the home's owner
/// reaches this: it could write the ledger itself.
extension NodeServer {
    func addPouchRoutes(to router: Router<BasicRequestContext>) {
        let place = ExchangePath.pouch + "/:party"
        router.get(RouterPath(place)) { _, context in
            try await answering {
                let size = try await node.witnessed(try party(context))
                return bytes(
                    Array("\(size.entryCount)\n".utf8), type: "text/x.tlog.size")
            }
        }
        router.post(RouterPath(place + "/deliveries")) { request, context in
            try await answering {
                let party = try party(context)
                let body = try await collect(request, limitBytes: DeliveryLimits.requestBytes)
                return try await answer(body, from: party)
            }
        }
        router.post(RouterPath(place + "/answers")) { request, context in
            try await answering {
                let party = try party(context)
                let body = try await collect(request, limitBytes: DeliveryLimits.requestBytes)
                let stored = try await node.store(try answers(in: body), from: party)
                return bytes(stored.json.canonicalBytes, type: "application/json")
            }
        }
    }

    private func party(_ context: BasicRequestContext) throws -> PartyID {
        guard let text = context.parameters.get("party"), let party = PartyID(text) else {
            throw Problem(
                status: 404, reason: "party-unknown", detail: "the agreement has no such party")
        }
        return party
    }

    private func answers(in body: [UInt8]) throws -> [PouchAnswer] {
        var reader = PouchReader()
        do throws(PouchRefusal) {
            let events = try reader.take(body)
            try reader.finish()
            return events.compactMap { if case .answer(let answer) = $0 { answer } else { nil } }
        } catch {
            throw Problem(status: 422, reason: error.reason, detail: error.explanation)
        }
    }
}

extension AnswersStored {
    var json: JSONValue {
        .object([
            "settled": .integer(Int64(settledCount)), "known": .integer(Int64(knownCount)),
            "faults": .array(
                faults.map {
                    .object([
                        "statement": .string($0.statement.text), "reason": .string($0.reason),
                        "explanation": .string($0.explanation),
                    ])
                }),
        ])
    }

    init(json bytes: [UInt8]) throws {
        let value = try JSONValue(
            parsingCanonical: bytes, limitBytes: RequestHandler.replyLimitBytes)
        self = try JSONFields.reading(value) { fields throws(FieldRefusal) in
            var stored = AnswersStored()
            stored.settledCount = Int(
                try fields.integer("settled", in: 0...JSONValue.integerLimit))
            stored.knownCount = Int(try fields.integer("known", in: 0...JSONValue.integerLimit))
            stored.faults = try fields.array("faults") { value throws(FieldRefusal) in
                try JSONFields.reading(value) { fields throws(FieldRefusal) in
                    Fault(
                        statement: try fields.parsed(
                            "statement", "a digest", StatementID.init(text:)),
                        reason: try fields.string("reason"),
                        explanation: try fields.string("explanation"))
                }
            }
            return stored
        }
    }
}
