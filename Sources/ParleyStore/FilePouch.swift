import Foundation
package import ParleyExchange
import ParleyNode

/// A part of a pouch as a file.
package struct FilePouchPart: PouchPart {
    package let name: String
    private let file: URL

    package init(_ path: String) {
        name = path
        file = URL(filePath: path)
    }

    package func read(from offset: UInt64, count: Int) async throws -> [UInt8] {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        try handle.seek(toOffset: offset)
        return [UInt8](try handle.read(upToCount: count) ?? Data())
    }
}

/// Writes a pouch's parts as `FILE`, or `FILE.001`, `FILE.002` and so on where it may be split.
///
/// Crash story. Each part grows under a name that ends in `.new` with room for its label. The
/// label comes last, then the fsync, then the name: a file with a pouch's name is a whole part.
package actor FilePouchBox: PouchBox {
    private let path: String
    private let isSplit: Bool
    private var drafts: [(draft: URL, file: URL)] = []
    private var handle: FileHandle?

    package init(path: String, isSplit: Bool) {
        self.path = path
        self.isSplit = isSplit
    }

    /// Where the part of that number is written.
    package nonisolated func name(of number: Int) -> String {
        isSplit
            ? path + "." + String(repeating: "0", count: number < 10 ? 2 : number < 100 ? 1 : 0)
                + String(number) : path
    }

    package func beginPart() throws {
        try closePart()
        let file = URL(filePath: name(of: drafts.count + 1))
        // A part that lies there already may be somebody's only copy.
        guard !FileManager.default.fileExists(atPath: file.path()) else {
            throw PouchFileExists(name: name(of: drafts.count + 1))
        }
        let draft = file.appendingPathExtension("new")
        let handle = try DurableFile.create(draft, mode: 0o644)
        drafts.append((draft, file))
        self.handle = handle
        try handle.seek(toOffset: UInt64(PouchLabel.sizeBytes))
    }

    package func append(_ sealed: [UInt8]) throws {
        precondition(handle != nil, "a part is begun before it is written")
        try handle?.write(contentsOf: Data(sealed))
    }

    package func close(labels: [PouchLabel]) throws {
        precondition(labels.count == drafts.count, "each part has one label")
        try closePart()
        for (place, label) in zip(drafts, labels) {
            let handle = try FileHandle(forUpdating: place.draft)
            try handle.write(contentsOf: Data(label.bytes))
            try handle.synchronize()
            try handle.close()
        }
        for place in drafts { try DurableFile.adopt(place.draft, as: place.file) }
        drafts = []
    }

    package func discard() {
        try? handle?.close()
        handle = nil
        for place in drafts { try? FileManager.default.removeItem(at: place.draft) }
        drafts = []
    }

    private func closePart() throws {
        try handle?.close()
        handle = nil
    }
}

package struct PouchFileExists: Error, Hashable {
    package let name: String
}
