package import ParleyLog

/// The rows under a log, read without the code that wrote them.
package protocol RawLog: Sendable {
    /// Statement ids in log order.
    func entryIDs() throws -> [Digest]
    func storedNote() throws -> [UInt8]?
    func storedTile(_ tile: TileID) throws -> [Digest]?
}

/// A second, simple checker of a log: RFC 6962 §2.1 word for word, and a note cut by hand.
package enum PlainLog {
    /// What is wrong with the log; empty when nothing is.
    package static func faults(in log: some RawLog, signedBy key: NoteKey) throws -> [String] {
        let entries = try log.entryIDs()
        var faults: [String] = []
        if Set(entries).count != entries.count { faults.append("an entry stands in it twice") }
        guard let note = try log.storedNote() else {
            return entries.isEmpty ? faults : faults + ["it holds entries and no note"]
        }
        let lines = String(decoding: note, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 4 else { return faults + ["the note has \(lines.count) lines"] }
        let leaves = entries.map { leaf($0) }
        if lines[1] != String(entries.count) {
            faults.append("the note says \(lines[1]) entries; there are \(entries.count)")
        }
        if lines[2] != Base64.encode(root(leaves[...]).bytes) {
            faults.append("the note says another root")
        }
        if lines[3] != "" { faults.append("the note has a fourth line") }
        do throws(CheckpointRefusal) {
            _ = try UnverifiedCheckpoint(note: note).verify(logKey: key)
        } catch {
            faults.append("the note does not verify: \(error.reason)")
        }
        return faults + (try tileFaults(in: log, leaves: leaves))
    }

    /// Whether a note states a tree that these entries begin with.
    package static func isPrefix(_ note: [UInt8], of entries: [Digest]) -> Bool {
        let lines = String(decoding: note, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 4, let size = Int(lines[1]), size <= entries.count else {
            return false
        }
        let leaves = entries.prefix(size).map { leaf($0) }
        return lines[2] == Base64.encode(root(leaves[...]).bytes)
    }

    package static func root(of entries: [Digest]) -> Digest {
        root(entries.map { leaf($0) }[...])
    }

    private static func leaf(_ entry: Digest) -> Digest { Digest(hashing: [0] + entry.bytes) }

    private static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard let first = leaves.first else { return Digest(hashing: []) }
        guard leaves.count > 1 else { return first }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        return Digest(
            hashing: [1] + root(leaves.prefix(split)).bytes + root(leaves.dropFirst(split)).bytes)
    }

    private static func tileFaults(in log: some RawLog, leaves: [Digest]) throws -> [String] {
        var faults: [String] = []
        var row = leaves
        for level in 0..<8 where !row.isEmpty {
            for start in stride(from: 0, to: row.count, by: 256) {
                let id = TileID(level: level, number: UInt64(start / 256))
                let hashes = Array(row[start..<min(start + 256, row.count)])
                if try log.storedTile(id) != hashes {
                    faults.append("tile \(id.number) of level \(level) holds other hashes")
                }
            }
            // Only whole tiles have a hash in the level above.
            row = stride(from: 0, to: row.count / 256 * 256, by: 256).map {
                root(row[$0..<($0 + 256)])
            }
        }
        return faults
    }
}
