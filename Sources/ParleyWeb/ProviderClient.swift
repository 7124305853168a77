import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
package import ParleyService

/// Asks an identity provider, and nobody else: its certificate is judged as a browser judges one, a
/// redirect is an answer like any other, and a name that leads to this machine or its own network
/// is not asked, unless the operator says that the provider stands there.
package struct ProviderClient: ProviderConnection {
    private static let deadline = TimeAmount.seconds(10)

    private let context: NIOSSLContext
    private let mayBeNear: Bool

    /// - Parameters:
    ///   - roots: authorities to believe, PEM; nil for the machine's own.
    ///   - mayBeNear: whether it may stand on this machine or in a private network.
    package init(roots: String?, mayBeNear: Bool) throws {
        context = try NIOSSLContext(configuration: .believing(roots))
        self.mayBeNear = mayBeNear
    }

    package func get(_ url: ProviderURL, limitBytes: Int) async throws -> [UInt8] {
        try await ask(.GET, url, headers: [], body: [], limitBytes)
    }

    package func post(
        _ form: [UInt8], to url: ProviderURL, authorization: String, limitBytes: Int
    ) async throws -> [UInt8] {
        try await ask(
            .POST, url,
            headers: [
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Authorization", authorization),
            ], body: form, limitBytes)
    }

    private func ask(
        _ method: HTTPMethod, _ url: ProviderURL, headers: [(String, String)], body: [UInt8],
        _ limitBytes: Int
    ) async throws -> [UInt8] {
        guard url.isTLS || mayBeNear else { throw SignInRefusal.addressRefused("service") }
        let address: String
        do {
            address = try await CheckedAddress.find(
                url.host, port: url.port, mayBeNear: mayBeNear)
        } catch {
            throw error == .near ? SignInRefusal.addressRefused("service") : .unreachable
        }
        let isNumber = (try? SocketAddress(ipAddress: url.host, port: url.port)) != nil
        let place = url.host.contains(":") ? "[\(url.host)]" : url.host
        let connection = HTTPConnection(
            address: .host(address, port: url.port),
            tls: url.isTLS
                ? .init(
                    context: context, pins: nil, serverName: isNumber ? nil : url.host,
                    isChainJudged: true) : nil,
            name: "\(place):\(url.port)")
        let reply: HTTPReply
        do {
            reply = try await connection.send(
                method, url.target,
                headers: headers + [
                    ("Accept", "application/json"), ("Accept-Encoding", "identity"),
                    ("Connection", "close"),
                ], body: body, replyLimitBytes: limitBytes, deadline: Self.deadline)
        } catch HTTPFailure.replyTooLong {
            throw SignInRefusal.documentTooLong("answer")
        } catch {
            throw SignInRefusal.unreachable
        }
        await connection.end()
        guard reply.status == 200 else { throw SignInRefusal.answered(reply.status) }
        return reply.body
    }
}

/// Whether an address of the network is one that the whole world reaches.
package enum AddressKind: Hashable, Sendable {
    case everywhere
    /// This machine, a private network, or no single machine at all.
    case near

    /// Nil for what is no address of the network.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let four):
            // Family and port stand before the four bytes of the address (RFC 3493, `sockaddr_in`).
            self.init(four: withUnsafeBytes(of: four.address) { Array($0[4..<8]) })
        case .v6(let six):
            // Family, port and flow label stand before the sixteen (`sockaddr_in6`).
            self.init(six: withUnsafeBytes(of: six.address) { Array($0[8..<24]) })
        case .unixDomainSocket: return nil
        }
    }

    /// Nil for what is not written as an address.
    package init?(_ text: String) {
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
        self.init(address)
    }

    /// Those that the registry of special addresses (RFC 6890) has, and groups.
    private init(four: [UInt8]) {
        let near =
            switch (four[0], four[1], four[2]) {
            case (0, _, _), (10, _, _), (127, _, _), (169, 254, _), (192, 168, _): true
            case (100, 64...127, _), (172, 16...31, _), (198, 18...19, _): true
            case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113), (192, 88, 99): true
            default: four[0] >= 224
            }
        self = near ? .near : .everywhere
    }

    private init(six: [UInt8]) {
        switch (six[0], six[1]) {
        // Global unicast, but for documentation, Teredo and its kin (2001::/23), and 6to4.
        case (0x20, 0x01) where six[2] < 2 || (six[2] == 0x0d && six[3] == 0xb8): self = .near
        case (0x20, 0x02): self = .near
        case (0x20...0x3f, _): self = .everywhere
        // The rest is this machine, private, a group, an IPv4 address in disguise, or nobody's.
        default: self = .near
        }
    }
}
