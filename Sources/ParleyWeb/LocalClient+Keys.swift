import NIOHTTP1
import ParleyService
package import ParleyStatements

extension LocalClient {
    package enum KeyWish: Hashable, Sendable {
        case show
        case unlock(passphrase: String)
        case lock
    }

    /// - Returns: what the node then says of the organ's keys.
    /// - Throws: ``LocalRefusal`` with the node's reason; ``LocalNodeGone`` when none answers.
    package func keys(of organ: OrganID, _ wish: KeyWish) async throws -> JSONObject {
        let path = ExchangePath.keys + "/" + organ.text
        let reply: HTTPReply
        switch wish {
        case .show: reply = try await send(.GET, path)
        case .unlock(let passphrase):
            reply = try await send(.POST, path, body: Array(passphrase.utf8))
        case .lock: reply = try await send(.DELETE, path)
        }
        if reply.status == 200,
            case .object(let json)? = try? JSONValue(parsing: reply.body, limitBytes: 4096)
        {
            return json
        }
        throw LocalRefusal(reply)
    }
}
