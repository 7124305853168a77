import NIOCore
import Testing

@testable import ParleyWeb

struct PlaceTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::1", "0:0:0:0::/64"),
        // The same machine, as a socket for both kinds of address names it.
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ])
    func `a network of IPv6 is one place, and a port none`(
        address: String, place: String
    ) throws {
        for port in [1, 65_535] {
            #expect(Place.of(try SocketAddress(ipAddress: address, port: port)) == place)
        }
    }

    @Test func `a socket in the file system is this machine`() throws {
        #expect(Place.of(nil) == "local")
        #expect(Place.of(try SocketAddress(unixDomainSocketPath: "node.socket")) == "local")
    }
}
