import Hummingbird
import ParleyNode
import ParleyService
import ParleyStatements

/// What the machine's operator asks of the node's keys, over the home's own socket.
extension NodeServer {
    func addKeyRoutes(to router: Router<BasicRequestContext>) {
        let place = RouterPath(ExchangePath.keys + "/:organ")
        router.get(place) { _, context in
            try await answering { try said(of: try organ(context)) }
        }
        router.post(place) { request, context in
            try await answering {
                guard let shift else { throw Problem.keysHeld }
                let passphrase = String(
                    decoding: try await collect(request, limitBytes: 4096), as: UTF8.self)
                let organ = try organ(context)
                _ = try await shift.unlock(organ, with: passphrase, at: node)
                return try said(of: organ)
            }
        }
        router.delete(place) { _, context in
            try await answering {
                guard let shift else { throw Problem.keysHeld }
                let organ = try organ(context)
                shift.ring.lock(organ)
                return try said(of: organ)
            }
        }
    }

    private func said(of organ: OrganID) throws -> Response {
        let json = KeyShift.json(
            of: organ, in: node.identity.keys, isPolicy: shift != nil, at: node.now())
        return bytes(JSONValue.object(json).canonicalBytes, type: "application/json")
    }

    private func organ(_ context: BasicRequestContext) throws -> OrganID {
        guard let text = context.parameters.get("organ"), let organ = OrganID(text),
            node.identity.keys.organs.contains(organ)
        else {
            throw Problem(
                status: 404, reason: "organ-unknown", detail: "this node has no such organ's keys")
        }
        return organ
    }
}
