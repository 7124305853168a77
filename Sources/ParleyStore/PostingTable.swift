import ParleyDialogue

/// Which texts hold which token, gathered in memory for one block of the index.
///
/// Open addressing over one array of bytes: a rebuild takes in some thirty tokens a statement, and
/// a dictionary of strings would cost more than all the rest of it.
struct PostingTable {
    private struct Token {
        let start: Int32
        let length: Int32
        let hash: UInt32
        /// In `postings`: the latest.
        var last: Int32
    }

    private struct Posting {
        let position: Int64
        /// Of the same token, before this one; -1 for none.
        let previous: Int32
    }

    private var bytes: [UInt8] = []
    private var tokens: [Token] = []
    private var postings: [Posting] = []
    /// Places in `tokens`, -1 for none; a power of two of them.
    private var slots: [Int32] = Array(repeating: -1, count: 1 << 12)

    /// - Parameter textCount: how many texts are to come, to have room for them.
    init(textCount: Int) {
        bytes.reserveCapacity(textCount * 64)
        tokens.reserveCapacity(textCount * 8)
        postings.reserveCapacity(textCount * 32)
    }

    /// - Parameters:
    ///   - joined: tokens, each after a space, as ``SearchTokens/append(_:to:)`` writes them.
    ///   - position: not before that of the text before.
    mutating func add(_ joined: [UInt8], at position: Int64) {
        joined.withUnsafeBufferPointer { joined in
            var start = 0
            while start < joined.count {
                start += 1
                var end = start
                // FNV-1a.
                var hash: UInt32 = 2_166_136_261
                while end < joined.count, joined[end] != 0x20 {
                    hash = (hash ^ UInt32(joined[end])) &* 16_777_619
                    end += 1
                }
                if end > start {
                    add(UnsafeBufferPointer(rebasing: joined[start..<end]), hash, at: position)
                }
                start = end
            }
        }
    }

    private mutating func add(
        _ token: UnsafeBufferPointer<UInt8>, _ hash: UInt32, at position: Int64
    ) {
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let place = Int(slots[slot])
            if tokens[place].hash == hash, isSame(tokens[place], token) {
                // A text that has it twice has it once.
                let last = tokens[place].last
                guard postings[Int(last)].position != position else { return }
                tokens[place].last = Int32(postings.count)
                postings.append(Posting(position: position, previous: last))
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(tokens.count)
        tokens.append(
            Token(
                start: Int32(bytes.count), length: Int32(token.count), hash: hash,
                last: Int32(postings.count)))
        bytes.append(contentsOf: token)
        postings.append(Posting(position: position, previous: -1))
        if tokens.count * 2 > slots.count { grow() }
    }

    private func isSame(_ token: Token, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(token.length) == other.count else { return false }
        for place in other.indices where bytes[Int(token.start) + place] != other[place] {
            return false
        }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for (place, token) in tokens.enumerated() {
            var slot = Int(token.hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(place)
        }
    }

    /// The whole table as pages: every token in the order of its bytes, each once.
    func forEachPage(_ body: (PostingPage) throws -> Void) throws {
        var page = PostingPage()
        var positions: [Int64] = []
        for place in sortedPlaces() {
            let token = tokens[place]
            positions.removeAll(keepingCapacity: true)
            var posting = Int(token.last)
            while posting >= 0 {
                positions.append(postings[posting].position)
                posting = Int(postings[posting].previous)
            }
            let start = Int(token.start)
            page.add(bytes[start..<(start + Int(token.length))], positions.reversed())
            if page.bytes.count >= PostingPage.fullBytes {
                try body(page)
                page.removeAll()
            }
        }
        if !page.bytes.isEmpty { try body(page) }
    }

    /// By the tokens' first eight bytes as a number, and only where those are alike by the rest.
    private func sortedPlaces() -> [Int] {
        bytes.withUnsafeBufferPointer { bytes in
            let keys = tokens.indices.map { place -> (beginning: UInt64, place: Int32) in
                let (start, length) = (Int(tokens[place].start), Int(tokens[place].length))
                var beginning: UInt64 = 0
                for offset in 0..<8 {
                    beginning = beginning << 8 | UInt64(offset < length ? bytes[start + offset] : 0)
                }
                return (beginning, Int32(place))
            }
            return keys.sorted { one, other in
                if one.beginning != other.beginning { return one.beginning < other.beginning }
                let (token, otherToken) = (tokens[Int(one.place)], tokens[Int(other.place)])
                return bytes[Int(token.start)..<Int(token.start + token.length)]
                    .lexicographicallyPrecedes(
                        bytes[Int(otherToken.start)..<Int(otherToken.start + otherToken.length)])
            }.map { Int($0.place) }
        }
    }
}

/// Some tokens of a block in the order of their bytes: of each its length, its bytes, how many
/// bytes its positions take, and those of the texts that hold it ascending, the first as it is and
/// each other as what it is more than the one before. Numbers have seven bits a byte, the least
/// first, the highest bit set in all bytes of a number but its last.
struct PostingPage {
    /// A page is written out once it has so many bytes.
    static let fullBytes = 4000

    private(set) var first: ArraySlice<UInt8> = []
    private(set) var bytes: [UInt8] = []
    /// One token's positions, before their length is known.
    private var list: [UInt8] = []

    mutating func removeAll() {
        first = []
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func add(_ token: ArraySlice<UInt8>, _ positions: some Collection<Int64>) {
        if bytes.isEmpty { first = token }
        list.removeAll(keepingCapacity: true)
        var last: Int64 = 0
        for position in positions {
            list.append(number: UInt64(bitPattern: position &- last))
            last = position
        }
        bytes.append(number: UInt64(token.count))
        bytes.append(contentsOf: token)
        bytes.append(number: UInt64(list.count))
        bytes.append(contentsOf: list)
    }
}

/// Reads a page's bytes from its beginning; nil wherever they are none.
struct PostingReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// The next token and where its positions begin.
    mutating func token() -> ArraySlice<UInt8>? {
        guard let count = number(), count <= UInt64(bytes.count - place) else { return nil }
        defer { place += Int(count) }
        return bytes[place..<(place + Int(count))]
    }

    /// Its positions, after ``token()``.
    mutating func positions() -> [Int64]? {
        guard let end = listEnd() else { return nil }
        var positions: [Int64] = []
        positions.reserveCapacity(end - place)
        var last: Int64 = 0
        while place < end {
            guard let more = number() else { return nil }
            let (next, isTooGreat) = last.addingReportingOverflow(Int64(bitPattern: more))
            guard !isTooGreat, positions.isEmpty || next > last else { return nil }
            positions.append(next)
            last = next
        }
        return place == end ? positions : nil
    }

    /// The same, when nobody asks for them.
    mutating func skipPositions() -> Bool {
        guard let end = listEnd() else { return false }
        place = end
        return true
    }

    private mutating func listEnd() -> Int? {
        guard let length = number(), length <= UInt64(bytes.count - place) else { return nil }
        return place + Int(length)
    }

    private mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

extension [Int64] {
    /// What stands in both of two ascending lists.
    func common(with other: [Int64]) -> [Int64] {
        var common: [Int64] = []
        var (place, otherPlace) = (0, 0)
        while place < count, otherPlace < other.count {
            if self[place] == other[otherPlace] {
                common.append(self[place])
                place += 1
                otherPlace += 1
            } else if self[place] < other[otherPlace] {
                place += 1
            } else {
                otherPlace += 1
            }
        }
        return common
    }
}
