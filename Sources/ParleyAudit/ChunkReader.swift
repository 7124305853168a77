/// What a log serves for up to 256 entries: the bundle, and the tile of their hashes.
struct ChunkReading: Sendable {
    let number: UInt64
    /// The entries' leaf hashes; nil when neither bundle nor tile could be used.
    let leaves: HashRow?
    let findings: [Finding]
    let bundles: UInt64
    let tiles: UInt64
    /// The entries at the places that were asked for.
    let entries: [Int: [UInt8]]
}

/// Reads tiles and bundles of a tree of one size, each judged by itself.
struct ChunkReader: Sendable {
    let source: any LogSource
    let size: UInt64
    let copy: (any LogCopy)?

    /// How many hashes or entries the tree puts there.
    func width(level: Int, number: UInt64) -> Int {
        let hashes = size >> UInt64(8 * level)
        return Int(min(256, hashes - number * 256))
    }

    func read(_ number: UInt64, wanted: [Int]) async throws -> ChunkReading {
        let width = width(level: 0, number: number)
        let tileFile = LogFile(.hashes(level: 0), number: number, width: width)
        let bundleFile = LogFile(.entries, number: number, width: width)
        // The small one first, so that as few bundles as possible are held at a time.
        let tile = try await hashes(tileFile)
        let bundle = try await entries(bundleFile)
        var findings = [tile.finding, bundle.finding].compactMap(\.self)
        var leaves = tile.row
        if let entries = bundle.entries {
            let computed = HashRow(hashing: entries, count: width)
            if let row = tile.row, let place = computed.firstDifference(from: row) {
                findings.append(
                    .entryDiffers(
                        index: number * 256 + UInt64(place), path: bundleFile.path,
                        tilePath: tileFile.path))
            }
            leaves = computed
        }
        if let copy, findings.isEmpty, let row = tile.row, let entries = bundle.entries {
            try await copy.keep(entries.bytes(ofFirst: width), as: bundleFile)
            try await copy.keep(row.bytes, as: tileFile)
        }
        return ChunkReading(
            number: number, leaves: leaves, findings: findings,
            bundles: bundle.entries == nil ? 0 : 1, tiles: tile.row == nil ? 0 : 1,
            entries: Dictionary(
                uniqueKeysWithValues: wanted.compactMap { place in
                    bundle.entries?.entry(place).map { (place, $0) }
                }))
    }

    /// Compares a tile above level 0 with what the entries below it hash to.
    func check(_ tile: CompactRange.Tile) async throws -> Finding? {
        let file = LogFile(
            .hashes(level: tile.level), number: tile.number, width: tile.hashes.count)
        let served = try await hashes(file)
        guard let row = served.row else { return served.finding }
        if let place = tile.hashes.firstDifference(from: row) {
            return .tileDiffers(path: file.path, hash: place)
        }
        try await copy?.keep(row.bytes, as: file)
        return nil
    }

    private func hashes(_ file: LogFile) async throws -> (row: HashRow?, finding: Finding?) {
        let (reading, read) = try await reading(file, limitBytes: LogPath.tileWidth * 32)
        switch reading {
        case .absent: return (nil, .tileMissing(path: file.path))
        case .closed: return (nil, .fileClosed(path: file.path))
        case .bytes(let bytes):
            if bytes.count == read.width * 32, let row = HashRow(bytes: bytes) {
                return (row.prefix(file.width), nil)
            }
            return (nil, lengthWrong(read, bytes.count))
        case .tooLong: return (nil, lengthWrong(read, nil))
        }
    }

    private func lengthWrong(_ file: LogFile, _ sizeBytes: Int?) -> Finding {
        .tileLengthWrong(
            path: file.path, sizeBytes: sizeBytes, expectedBytes: file.width * 32)
    }

    private func entries(
        _ file: LogFile
    ) async throws -> (entries: EntryBundle?, finding: Finding?) {
        let (reading, read) = try await reading(file, limitBytes: EntryBundle.limitBytes)
        switch reading {
        case .absent: return (nil, .bundleMissing(path: file.path))
        // The hashes prove the tree without them; a copy cannot do without.
        case .closed where copy == nil: return (nil, .entriesClosed)
        case .closed: return (nil, .fileClosed(path: file.path))
        case .bytes(let bytes):
            if let entries = EntryBundle(parsing: bytes, count: read.width) {
                return (entries, nil)
            }
        case .tooLong: break
        }
        return (nil, .bundleMalformed(path: read.path, entries: read.width))
    }

    /// A log may delete a partial file once the full one is there, which begins with the same.
    private func reading(
        _ file: LogFile, limitBytes: Int
    ) async throws -> (reading: LogReading, read: LogFile) {
        let reading = try await source.read(file.path, limitBytes: limitBytes)
        guard reading == .absent, !file.isFull else { return (reading, file) }
        return (try await source.read(file.full.path, limitBytes: limitBytes), file.full)
    }
}
