/// An address of an identity provider: `https://`, or `http://` to this machine alone.
package struct ProviderURL: Hashable, Sendable {
    private static let limitBytes = 2048

    package let text: String
    package let isTLS: Bool
    /// A name or an address, without brackets.
    package let host: String
    package let port: Int
    /// Path and query, at least a slash.
    package let target: String

    /// Nil for other schemes, for user names and fragments, and for plain HTTP to another machine.
    package init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            (isTLS, rest) = (true, text.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (isTLS, rest) = (false, text.dropFirst(7))
        } else {
            return nil
        }
        guard text.utf8.count <= Self.limitBytes,
            rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"@#\\\"<>".utf8.contains($0) })
        else { return nil }
        let place = rest.prefix { $0 != "/" && $0 != "?" }
        guard let (host, port) = Self.parts(of: place, standardPort: isTLS ? 443 : 80) else {
            return nil
        }
        guard isTLS || ["127.0.0.1", "::1", "localhost"].contains(host) else { return nil }
        let target = rest.dropFirst(place.count)
        self.text = text
        self.host = host
        self.port = port
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    private static func parts(
        of place: Substring, standardPort: Int
    ) -> (host: String, port: Int)? {
        var host = place
        var port = standardPort
        let end = place.lastIndex(of: "]") ?? place.startIndex
        if let colon = place[end...].lastIndex(of: ":") {
            let digits = place[place.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(digits), (1...65_535).contains(number)
            else { return nil }
            (host, port) = (place[..<colon], number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else {
            guard !host.contains(where: { "[]:".contains($0) }) else { return nil }
        }
        return host.isEmpty ? nil : (host.lowercased(), port)
    }
}
