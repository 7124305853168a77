extension DiskState {
    static let sectorBytes = 512

    private struct Piece {
        let change: Int
        let offset: Int
        let bytes: ArraySlice<UInt8>
    }

    /// Decides, sector by sector and in any order, which of the changes since the last flush are
    /// durable after all.
    mutating func settle(_ file: inout File) {
        let keptPercent = [0, 20, 50, 80, 100][generator.place(below: 5)]
        var pieces: [Piece] = []
        for (number, change) in file.changes.enumerated() {
            switch change {
            case .written(let bytes, let offset):
                pieces += Self.sectors(of: bytes, at: offset, change: number)
            case .truncated(let size):
                // What was written before it does not come after it.
                land(pieces, on: &file, keptPercent: keptPercent)
                pieces = []
                if generator.chance(keptPercent) { file.durable.resize(to: size) }
            }
        }
        land(pieces, on: &file, keptPercent: keptPercent)
        file.changes = []
    }

    private mutating func land(_ pieces: [Piece], on file: inout File, keptPercent: Int) {
        guard !pieces.isEmpty else { return }
        var kept: [Piece] = []
        var fates: [Int: (kept: Int, lost: Int)] = [:]
        for piece in pieces {
            if generator.chance(keptPercent) {
                kept.append(piece)
                fates[piece.change, default: (0, 0)].kept += 1
            } else {
                fates[piece.change, default: (0, 0)].lost += 1
            }
        }
        for fate in fates.values {
            switch fate {
            case (_, lost: 0): tally.keptWrites += 1
            case (kept: 0, _): tally.lostWrites += 1
            default: tally.tornWrites += 1
            }
        }
        kept.shuffle(using: &generator)
        let reaches = (generator.chance(30) ? pieces : kept).map { $0.offset + $0.bytes.count }
        extend(&file, to: reaches.max() ?? 0)
        for piece in kept {
            file.durable.overwrite(with: Array(piece.bytes), at: piece.offset)
        }
    }

    /// A file can have grown without what it grew by: there is nothing there, or what the disk
    /// held before.
    private mutating func extend(_ file: inout File, to size: Int) {
        let old = file.durable.count
        guard size > old else { return }
        file.durable.resize(to: size)
        guard generator.chance(50) else { return }
        let noise = UInt8.random(in: 1...255, using: &generator)
        for place in old..<size { file.durable[place] = noise &+ UInt8(place & 0xff) }
    }

    private static func sectors(of bytes: [UInt8], at offset: Int, change: Int) -> [Piece] {
        var pieces: [Piece] = []
        var place = 0
        while place < bytes.count {
            let room = sectorBytes - (offset + place) % sectorBytes
            let end = min(bytes.count, place + room)
            pieces.append(Piece(change: change, offset: offset + place, bytes: bytes[place..<end]))
            place = end
        }
        return pieces
    }
}

extension [UInt8] {
    mutating func resize(to size: Int) {
        if size < count {
            removeLast(count - size)
        } else {
            append(contentsOf: repeatElement(0, count: size - count))
        }
    }

    /// Puts bytes in place of those there, growing with zeros where it is too short.
    mutating func overwrite(with bytes: [UInt8], at offset: Int) {
        if offset + bytes.count > count { resize(to: offset + bytes.count) }
        withUnsafeMutableBytes { all in
            UnsafeMutableRawBufferPointer(rebasing: all[offset..<(offset + bytes.count)])
                .copyBytes(from: bytes)
        }
    }

    mutating func apply(_ change: DiskState.Change) {
        switch change {
        case .written(let bytes, let offset): overwrite(with: bytes, at: offset)
        case .truncated(let size): resize(to: size)
        }
    }
}
