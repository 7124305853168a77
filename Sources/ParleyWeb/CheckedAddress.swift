import NIOCore
import NIOPosix

/// Where a name leads, looked at before anything is sent there.
enum CheckedAddress {
    enum Fault: Error, Hashable {
        case unreachable
        /// This machine, a private network, or no single machine at all.
        case near
    }

    /// - Returns: the very address that was looked at: a name may lead elsewhere the next moment.
    static func find(
        _ host: String, port: Int, mayBeNear: Bool
    ) async throws(Fault) -> String {
        let resolved: SocketAddress
        do {
            // It blocks, so on a thread that is there for that.
            resolved = try await NIOThreadPool.singleton.runIfActive {
                try SocketAddress.makeAddressResolvingHost(host, port: port)
            }
        } catch {
            throw .unreachable
        }
        guard let text = resolved.ipAddress, let kind = AddressKind(resolved) else {
            throw .unreachable
        }
        guard kind == .everywhere || mayBeNear else { throw .near }
        return text
    }
}
