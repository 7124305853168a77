import NIOCore

/// Where a connection comes from, as far as limits on strangers count it as one.
enum Place {
    /// An address of IPv4; of IPv6 the network of 64 bits, in which one customer may have as many
    /// addresses as there are; never the port.
    static func of(_ address: SocketAddress?) -> String {
        guard let text = address?.ipAddress else { return "local" }
        guard text.contains(":") else { return text }
        // An address of IPv4 in the spelling of IPv6.
        if text.contains(".") { return String(text.split(separator: ":").last ?? "") }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
            .map { $0.split(separator: ":") }
        let (head, tail) = (halves[0], halves.count > 1 ? halves[1] : [])
        let zeros = Array(repeating: Substring("0"), count: max(0, 8 - head.count - tail.count))
        return (head + zeros + tail).prefix(4).joined(separator: ":") + "::/64"
    }
}
