/// One tile of a log: 256 hashes wide, 8 levels of the tree high (C2SP tlog-tiles).
///
/// Level 0 holds leaf hashes; level L holds the roots of subtrees of 256^L leaves.
package struct TileID: Hashable, Sendable {
    package static let width = 256
    package static let levelLimit = 63

    package let level: Int
    package let number: UInt64

    package init(level: Int, number: UInt64) {
        self.level = level
        self.number = number
    }
}

/// The path of a tile or entry bundle below a log's prefix, such as `tile/0/x001/067.p/112`.
package struct TilePath: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case hashes(level: Int)
        case entries
    }

    package let content: Content
    package let number: UInt64
    /// Hashes or entries in it, 1 to 256; fewer than 256 only at the right edge.
    package let width: Int

    package init?(content: Content, number: UInt64, width: Int) {
        guard (1...TileID.width).contains(width) else { return nil }
        if case .hashes(let level) = content, !(0...TileID.levelLimit).contains(level) {
            return nil
        }
        self.content = content
        self.number = number
        self.width = width
    }

    package var text: String {
        let kind = switch content {
        case .hashes(let level): String(level)
        case .entries: "entries"
        }
        var groups = [Self.group(number % 1000)]
        var rest = number / 1000
        while rest > 0 {
            groups.insert("x" + Self.group(rest % 1000), at: 0)
            rest /= 1000
        }
        let path = "tile/\(kind)/" + groups.joined(separator: "/")
        return width == TileID.width ? path : path + ".p/\(width)"
    }

    /// Parses the one spelling that the specification allows.
    package init(parsing text: String) throws(TilePathRefusal) {
        guard text.utf8.count <= 64 else { throw .tooLong }
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.removeFirst() == "tile" else { throw .notATile }
        let kind = parts.removeFirst()
        if kind == "entries" {
            content = .entries
        } else {
            guard let level = Self.decimal(kind, digitCount: 1...2),
                (0...TileID.levelLimit).contains(Int(level))
            else { throw .levelWrong }
            content = .hashes(level: Int(level))
        }
        var width = TileID.width
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let last = parts.popLast(), let partial = Self.decimal(last, digitCount: 1...3),
                (1..<UInt64(TileID.width)).contains(partial)
            else { throw .widthWrong }
            width = Int(partial)
            guard let stem = parts.popLast() else { throw .numberWrong }
            parts.append(stem.dropLast(2))
        }
        self.width = width
        number = try Self.number(parts)
    }

    private static func number(_ groups: [Substring]) throws(TilePathRefusal) -> UInt64 {
        var number: UInt64 = 0
        for (place, group) in groups.enumerated() {
            let isLast = place == groups.count - 1
            guard isLast != group.hasPrefix("x") else { throw .numberWrong }
            let digits = isLast ? group : group.dropFirst()
            guard digits.utf8.count == 3, let value = plain(digits) else { throw .numberWrong }
            if place == 0, !isLast, value == 0 { throw .numberWrong }
            let (product, overflow) = number.multipliedReportingOverflow(by: 1000)
            let (sum, overflowed) = product.addingReportingOverflow(value)
            guard !overflow, !overflowed else { throw .numberWrong }
            number = sum
        }
        return number
    }

    private static func group(_ value: UInt64) -> String {
        let digits = String(value)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static func decimal(_ text: Substring, digitCount: ClosedRange<Int>) -> UInt64? {
        guard digitCount.contains(text.utf8.count), text == "0" || !text.hasPrefix("0") else {
            return nil
        }
        return plain(text)
    }

    private static func plain(_ text: Substring) -> UInt64? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return UInt64(text)
    }
}

package enum TilePathRefusal: Error, Hashable, Sendable {
    case tooLong
    case notATile
    case levelWrong
    case numberWrong
    case widthWrong

    package var reason: String {
        switch self {
        case .tooLong: "path-too-long"
        case .notATile: "not-a-tile"
        case .levelWrong: "level-wrong"
        case .numberWrong: "number-wrong"
        case .widthWrong: "width-wrong"
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong: "a tile's path has at most 64 bytes"
        case .notATile: "a tile's path begins with tile/ and has a level and a number"
        case .levelWrong: "the level is a number from 0 to 63, or entries"
        case .numberWrong: "the number is written in groups of three digits, all but the last with x"
        case .widthWrong: "a partial tile has 1 to 255 hashes"
        }
    }
}
