/// Where a page is, without its language: the steps of its path, and its query.
package struct Address: Hashable, Sendable {
    /// As a path has them, below the language.
    package let steps: [String]
    /// Names and values in their order.
    package let query: [Pair]
    /// A place within the page.
    package let fragment: String?

    package struct Pair: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(_ steps: String...) { self.init(steps: steps) }

    package init(steps: [String], query: [Pair] = [], fragment: String? = nil) {
        self.steps = steps
        self.query = query
        self.fragment = fragment
    }

    /// As a browser sends it; nil for what is no UTF-8 or has a broken escape.
    package init?(escapedSteps: [String], query: some StringProtocol) {
        var steps: [String] = []
        for step in escapedSteps {
            guard let step = Self.decoded(step) else { return nil }
            steps.append(step)
        }
        guard let pairs = Self.pairs(query) else { return nil }
        self.init(steps: steps, query: pairs)
    }

    /// As `application/x-www-form-urlencoded` has them; nil for what is no UTF-8.
    package static func pairs(_ text: some StringProtocol) -> [Pair]? {
        var pairs: [Pair] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0], plus: UInt8(ascii: " ")),
                let value = decoded(parts.dropFirst().first ?? "", plus: UInt8(ascii: " "))
            else { return nil }
            pairs.append(Pair(name, value))
        }
        return pairs
    }

    /// - Parameter plus: what a `+` stands for.
    private static func decoded(
        _ text: some StringProtocol, plus: UInt8 = UInt8(ascii: "+")
    ) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte == UInt8(ascii: "+") ? plus : byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(value(ofDigit:)),
                let low = rest.popFirst().flatMap(value(ofDigit:))
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(ofDigit byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// With a query in place of the one there; pairs without a value are left out.
    package func with(_ query: (String, String?)...) -> Address {
        Address(
            steps: steps, query: query.compactMap { name, value in value.map { Pair(name, $0) } })
    }

    package func at(_ fragment: String) -> Address {
        Address(steps: steps, query: query, fragment: fragment)
    }

    /// Below a language: `/en/desk/threads/…?turn=ours`.
    package func text(in language: String) -> String {
        var text = "/" + language
        for step in steps { text += "/" + Self.encoded(step) }
        for (place, pair) in query.enumerated() {
            text +=
                (place == 0 ? "?" : "&") + Self.encoded(pair.name) + "="
                + Self.encoded(pair.value)
        }
        if let fragment { text += "#" + Self.encoded(fragment) }
        return text
    }

    /// RFC 3986 §2.1: everything but the unreserved characters as its bytes.
    package static func encoded(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            guard !isPlain(byte) else {
                bytes.append(byte)
                continue
            }
            bytes += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

/// What a browser follows: an address of this node and nothing else, so that no text of a party
/// can lead anybody elsewhere.
package struct Link: Hashable, Sendable {
    let text: String

    package init(_ address: Address, in language: String) { text = address.text(in: language) }

    /// A file that comes with the pages; its digest lets browsers keep it for good.
    package init(_ asset: Asset) { text = asset.path }

    /// A symbol of the embedded drawing.
    package init(symbol: StaticString) { text = "#" + symbol.description }

    /// An operation of the API, below its root.
    package init(api steps: String...) {
        text = "/api/v1/" + steps.map(Address.encoded).joined(separator: "/")
    }

    /// Whole, for what is read elsewhere than in a browser that is here.
    package func text(at origin: String) -> String { origin + text }

    /// As `Location` has it.
    package var location: String { text }

    /// A place within the same page.
    package init(fragment: String) { text = "#" + Address.encoded(fragment) }
}
