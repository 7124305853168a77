import ArgumentParser
import Foundation
import ParleyLog

import struct Crypto.SHA256

/// Writes a log of many entries as files, with the node's own tree code: what the auditor is to
/// check shares nothing with what checks it.
struct AuditLog: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a log of 32-byte entries to a folder.")

    @Option(help: "Where to write it.")
    var folder: String

    @Option(help: "How many entries.")
    var count = 1_000_000

    func run() throws {
        let signer = try NoteSigner(
            name: "log.parley.example/bench", seed: Array(repeating: 7, count: 32), type: .log)
        // Room for every tile: none is read again from its file.
        var tree = TileTree(size: TreeSize(0), tileLimit: count / 128 + 64) { _ in
            throw BenchFailure.tileForgotten
        }
        for start in stride(from: 0, to: count, by: 65_536) {
            let entries = (start..<min(start + 65_536, count)).map {
                Digest(hashing: Array("entry \($0)".utf8))
            }
            for first in stride(from: 0, to: entries.count, by: 256) {
                try writeBundle(entries[first..<min(first + 256, entries.count)], start + first)
            }
            for tile in try tree.append(entries.map { Merkle.leafHash(of: $0) }) {
                try write(
                    tile.hashes.flatMap(\.bytes), .hashes(level: tile.id.level), tile.id.number,
                    width: tile.hashes.count)
            }
        }
        let checkpoint = Checkpoint(
            origin: signer.key.name, size: tree.size, root: try tree.root())
        try Data(try signer.note(over: checkpoint))
            .write(to: URL(filePath: folder).appending(path: "checkpoint"))
        try printJSON(["key": signer.key.text, "entries": count])
    }

    private func writeBundle(_ entries: ArraySlice<Digest>, _ start: Int) throws {
        try write(
            entries.flatMap { [0, 32] + $0.bytes }, .entries, UInt64(start / 256),
            width: entries.count)
    }

    private func write(
        _ bytes: [UInt8], _ content: TilePath.Content, _ number: UInt64, width: Int
    ) throws {
        guard let path = TilePath(content: content, number: number, width: width) else { return }
        let file = URL(filePath: folder).appending(path: path.text)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }
}

/// One core's rate of hashing what an audit hashes: a leaf of 33 bytes and a node of 65 an entry.
struct HashRate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hash leaves and nodes of a tree, one after another.")

    @Option(help: "How many entries.")
    var count = 1_000_000

    func run() throws {
        let leaf = [UInt8](repeating: 0, count: 33)
        var node = [UInt8](repeating: 1, count: 65)
        var last: UInt8 = 0
        let elapsed = ContinuousClock().measure {
            for _ in 0..<count {
                last ^= Self.firstByte(leaf)
                node[1] = last
                last ^= Self.firstByte(node)
            }
        }
        try printJSON(["entriesPerSecond": Double(count) / elapsed.inSeconds, "last": Int(last)])
    }

    private static func firstByte(_ bytes: [UInt8]) -> UInt8 {
        var hasher = SHA256()
        bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return hasher.finalize().withUnsafeBytes { $0[0] }
    }
}
