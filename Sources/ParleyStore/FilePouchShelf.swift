package import Foundation
package import ParleyExchange
import ParleyLog
package import ParleyNode
import ParleyStatements

/// What a home remembers of opened pouches, below `pouch/`: for each a folder of its id with
/// `manifest`, `taken-NNN` for each part that was taken whole, `part-NNN` for each that is kept,
/// and `owed-NNN-NNNN` for what one delivery was answered.
///
/// Crash story. Each file is fsynced before it is renamed into place, and each call writes one: a
/// crash leaves it done or not done, and what is not done is done again when the part is opened
/// again.
package struct FilePouchShelf: PouchShelf {
    private let folder: URL

    /// Uses `pouch/` below `home`.
    package init(home: URL) throws {
        folder = home.appending(path: "pouch", directoryHint: .isDirectory)
        try DurableFile.makeFolder(folder)
    }

    package func pouches() async throws -> [ShelvedPouch] {
        try names(in: folder).compactMap(PouchID.init(text:)).sorted().compactMap { id in
            // A folder without a manifest is one that a crash left behind.
            guard let manifest = try? Data(contentsOf: place(id, "manifest")) else { return nil }
            let taken = try names(in: place(id)).compactMap { number(in: $0, after: "taken-") }
            return ShelvedPouch(id: id, manifest: [UInt8](manifest), finished: Set(taken))
        }
    }

    package func begin(_ id: PouchID, manifest: [UInt8]) async throws {
        let file = place(id, "manifest")
        guard !FileManager.default.fileExists(atPath: file.path()) else { return }
        try DurableFile.makeFolder(place(id))
        try DurableFile.write(manifest, to: file)
    }

    package func finish(part number: Int, of id: PouchID) async throws {
        let mark = place(id, "taken-" + padded(number, to: 3))
        if !FileManager.default.fileExists(atPath: mark.path()) {
            try DurableFile.write([], to: mark)
        }
        try? FileManager.default.removeItem(at: place(id, "part-" + padded(number, to: 3)))
    }

    package func keep(_ part: any PouchPart, number: Int, of id: PouchID) async throws {
        let file = place(id, "part-" + padded(number, to: 3))
        let draft = file.appendingPathExtension("new")
        let handle = try DurableFile.create(draft)
        var offset: UInt64 = 0
        while case let bytes = try await part.read(from: offset, count: 1 << 20), !bytes.isEmpty {
            try handle.write(contentsOf: Data(bytes))
            offset += UInt64(bytes.count)
        }
        try handle.synchronize()
        try handle.close()
        try DurableFile.adopt(draft, as: file)
    }

    package func kept(of id: PouchID) async throws -> [Int: any PouchPart] {
        var parts: [Int: any PouchPart] = [:]
        for name in try names(in: place(id)) {
            guard let number = number(in: name, after: "part-") else { continue }
            parts[number] = FilePouchPart(place(id, name).path())
        }
        return parts
    }

    package func owe(
        _ answers: [OwedAnswer], of id: PouchID, part number: Int, delivery: Int
    ) async throws {
        let name = "owed-" + padded(number, to: 3) + "-" + padded(delivery, to: 4)
        try DurableFile.write(Self.fileBytes(answers), to: place(id, name))
    }

    package func owed(of id: PouchID) async throws -> [OwedAnswer] {
        try names(in: place(id)).filter { $0.hasPrefix("owed-") && !$0.hasSuffix(".new") }.sorted()
            .flatMap { try Self.answers(in: [UInt8](Data(contentsOf: place(id, $0)))) }
    }

    package func clear(_ id: PouchID) async throws {
        for name in try names(in: place(id))
        where name.hasPrefix("part-") || name.hasPrefix("owed-") {
            try FileManager.default.removeItem(at: place(id, name))
        }
    }

    // MARK: Files

    /// One line an answer: the statement's id and, where it was refused, the envelope in base 64.
    private static func fileBytes(_ answers: [OwedAnswer]) -> [UInt8] {
        answers.flatMap { answer in
            let refusal = answer.refusal.map { " " + Base64.encode($0) } ?? ""
            return Array((answer.statement.text + refusal + "\n").utf8)
        }
    }

    private static func answers(in bytes: [UInt8]) throws -> [OwedAnswer] {
        try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first, let id = StatementID(text: first) else {
                throw LedgerDamage.valueMalformed(column: "owed")
            }
            return OwedAnswer(
                statement: id, refusal: words.count > 1 ? Base64.decode(words[1]) : nil)
        }
    }

    private func place(_ id: PouchID) -> URL {
        folder.appending(path: id.text, directoryHint: .isDirectory)
    }

    private func place(_ id: PouchID, _ name: String) -> URL { place(id).appending(path: name) }

    private func names(in folder: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder.path()) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path())
    }

    private func number(in name: String, after start: String) -> Int? {
        name.hasPrefix(start) ? Int(name.dropFirst(start.count)) : nil
    }

    private func padded(_ number: Int, to count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
