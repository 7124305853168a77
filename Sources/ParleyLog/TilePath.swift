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

    /// How many hashes the tile holds in a tree of that size: 0 to 256.
    package func hashCount(in size: TreeSize) -> Int {
        // Shifts beyond 63 bits give 0, as they should: no tree is that high.
        let hashCount = size.entryCount >> (8 * level)
        let fullTileCount = hashCount / UInt64(Self.width)
        if number < fullTileCount { return Self.width }
        return number == fullTileCount ? Int(hashCount % UInt64(Self.width)) : 0
    }
}

/// The path of a tile or entry bundle below a log's prefix, such as `tile/0/x001/067.p/112`.
package struct TilePath: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case hashes(level: Int)
        case entries
    }

    package static let textLimitBytes = 64

    package let content: Content
    package let number: UInt64
    /// Hashes or entries in it, 1 to 256; fewer than 256 only at the right edge.
    package let width: Int

    /// Returns nil for a level or width that no tile has.
    package init?(content: Content, number: UInt64, width: Int) {
        guard (1...TileID.width).contains(width) else { return nil }
        if case .hashes(let level) = content, !(0...TileID.levelLimit).contains(level) {
            return nil
        }
        self.content = content
        self.number = number
        self.width = width
    }

    /// The tile that the path names, or for a bundle the tile of its entries' leaf hashes.
    package var tile: TileID {
        switch content {
        case .hashes(let level): TileID(level: level, number: number)
        case .entries: TileID(level: 0, number: number)
        }
    }

    package var text: String {
        let kind =
            switch content {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        var groups = [Self.threeDigits(number % 1000)]
        var rest = number / 1000
        while rest > 0 {
            groups.append("x" + Self.threeDigits(rest % 1000))
            rest /= 1000
        }
        let path = "tile/\(kind)/" + groups.reversed().joined(separator: "/")
        return width == TileID.width ? path : path + ".p/\(width)"
    }

    /// Parses the one spelling that the specification allows.
    package init(parsing text: String) throws(TilePathRefusal) {
        guard text.utf8.count <= Self.textLimitBytes else {
            throw .tooLong(sizeBytes: text.utf8.count, limitBytes: Self.textLimitBytes)
        }
        var parts = text.utf8
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        guard parts.count >= 3, parts.removeFirst() == Array("tile".utf8) else { throw .notATile }
        let kind = parts.removeFirst()
        if kind == Array("entries".utf8) {
            content = .entries
        } else {
            // SPEC log §8: The level in a tile's path MUST be a decimal number from 0 to 63 without
            // leading zeros.
            guard let level = Self.decimal(kind, limit: TileID.levelLimit) else {
                throw .levelWrong
            }
            content = .hashes(level: level)
        }
        var width = TileID.width
        if parts.count >= 2, parts[parts.count - 2].suffix(2) == Array(".p".utf8)[...] {
            // SPEC log §8: The width in a partial tile's path MUST be a decimal number from 1 to
            // 255 without leading zeros.
            guard let partial = Self.decimal(parts.removeLast(), limit: TileID.width - 1),
                partial > 0
            else { throw .widthWrong }
            width = partial
            parts[parts.count - 1].removeLast(2)
        }
        self.width = width
        number = try Self.number(parts)
    }

    private static func number(_ groups: [[UInt8]]) throws(TilePathRefusal) -> UInt64 {
        // SPEC log §8: The number in a tile's path MUST be groups of three digits, every group but
        // the last preceded by `x`, and the first group not `x000`.
        var number: UInt64 = 0
        for (place, group) in groups.enumerated() {
            let isLast = place == groups.count - 1
            guard group.count == (isLast ? 3 : 4), isLast || group[0] == UInt8(ascii: "x") else {
                throw .numberWrong
            }
            var value: UInt64 = 0
            for digit in group.suffix(3) {
                guard (0x30...0x39).contains(digit) else { throw .numberWrong }
                value = value * 10 + UInt64(digit - 0x30)
            }
            guard place > 0 || isLast || value > 0 else { throw .numberWrong }
            let (product, overflow) = number.multipliedReportingOverflow(by: 1000)
            let (sum, sumOverflow) = product.addingReportingOverflow(value)
            guard !overflow, !sumOverflow else { throw .numberWrong }
            number = sum
        }
        return number
    }

    private static func threeDigits(_ value: UInt64) -> String {
        String(String(1000 + value).dropFirst())
    }

    private static func decimal(_ digits: [UInt8], limit: Int) -> Int? {
        guard (1...3).contains(digits.count), digits.count == 1 || digits.first != 0x30,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return value <= limit ? value : nil
    }
}

/// Why a path names no tile.
package enum TilePathRefusal: Error, Hashable, Sendable {
    case tooLong(sizeBytes: Int, limitBytes: Int)
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
        case .tooLong(let size, let limit): "the path is \(size) bytes; it may have \(limit)"
        case .notATile: "a tile's path begins with tile/ and has a level and a number"
        case .levelWrong: "the level is a number from 0 to 63, or entries"
        case .numberWrong: "the number is groups of three digits, all but the last after an x"
        case .widthWrong: "a partial tile has 1 to 255 hashes"
        }
    }
}
