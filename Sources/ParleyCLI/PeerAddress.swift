import ParleyStatements
import ParleyWeb

/// `party=host:port` on a command line.
enum PeerAddress {
    static func parse(_ arguments: [String]) throws -> [PartyID: NodeAddress] {
        var addresses: [PartyID: NodeAddress] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let party = PartyID(String(parts[0])),
                let address = NodeAddress(String(parts[1]))
            else {
                throw CommandFailure.refused(
                    "peer-malformed", "\(argument) is not a peer's address",
                    hint: "write party=host:port, such as cn=192.0.2.7:7443")
            }
            addresses[party] = address
        }
        return addresses
    }
}
