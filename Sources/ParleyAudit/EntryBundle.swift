/// The entries of one tile: each a length of two bytes, big-endian, and its bytes.
struct EntryBundle {
    /// 256 entries of the longest kind.
    static let limitBytes = LogPath.tileWidth * (2 + 65_535)

    let bytes: [UInt8]
    /// Where each entry's bytes stand.
    let ranges: [Range<Int>]

    /// Returns nil unless the bytes are exactly that many entries.
    init?(parsing bytes: [UInt8], count: Int) {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(count)
        var place = 0
        for _ in 0..<count {
            guard bytes.count - place >= 2 else { return nil }
            let length = Int(bytes[place]) << 8 | Int(bytes[place + 1])
            guard bytes.count - place - 2 >= length else { return nil }
            ranges.append((place + 2)..<(place + 2 + length))
            place += 2 + length
        }
        guard place == bytes.count else { return nil }
        self.bytes = bytes
        self.ranges = ranges
    }

    /// The bytes of the first entries, as a narrower bundle would hold them.
    func bytes(ofFirst count: Int) -> [UInt8] {
        guard count < ranges.count else { return bytes }
        return Array(bytes.prefix(count == 0 ? 0 : ranges[count - 1].upperBound))
    }

    /// The bytes of one entry; nil outside the bundle.
    func entry(_ place: Int) -> [UInt8]? {
        ranges.indices.contains(place) ? Array(bytes[ranges[place]]) : nil
    }
}
