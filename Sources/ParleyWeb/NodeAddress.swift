/// A host name or IP address and a port.
package struct NodeAddress: Hashable, Sendable {
    package let host: String
    package let port: Int

    /// Parses `host:port` or `[v6]:port`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// Parses `https://host` (port 443) or `https://host:port`.
    package init?(url: String) {
        guard url.hasPrefix("https://") else { return nil }
        let rest = String(url.dropFirst(8))
        guard let address = NodeAddress(rest) ?? NodeAddress(rest + ":443") else { return nil }
        self = address
    }
}
