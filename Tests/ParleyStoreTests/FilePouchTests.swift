import Foundation
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyStore

@Suite struct FilePouchTests {
    private let folder: TemporaryFolder
    private let shelf: FilePouchShelf
    private let id: PouchID

    init() throws {
        folder = try TemporaryFolder()
        shelf = try FilePouchShelf(home: folder.url)
        id = try #require(PouchID(text: String(repeating: "0f", count: 16)))
    }

    private var names: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(
                atPath: folder.url.appending(path: "pouch/\(id)").path()
            ).sorted()
        }
    }

    private func path(_ name: String) -> String { folder.url.appending(path: name).path() }

    // MARK: The shelf

    @Test func `a pouch that was begun is known to the next run`() async throws {
        try await shelf.begin(id, manifest: [1, 2])
        try await shelf.begin(id, manifest: [3])
        try await shelf.finish(part: 2, of: id)
        let next = try await FilePouchShelf(home: folder.url).pouches()
        #expect(next.map(\.id) == [id])
        #expect(next.first?.manifest == [1, 2])
        #expect(next.first?.finished == [2])
    }

    @Test func `a kept part is read back, and goes when the part is finished`() async throws {
        var generator = SeededGenerator(seed: 3)
        let bytes = generator.bytes(count: 3_000_000)
        try await shelf.begin(id, manifest: [1])
        try await shelf.keep(MemoryPouchPart(bytes), number: 12, of: id)
        let kept = try #require(try await shelf.kept(of: id)[12])
        #expect(try await kept.read(from: 0, count: .max) == bytes)
        #expect(try await kept.read(from: 2_999_999, count: 10) == [bytes[2_999_999]])
        #expect(try names == ["manifest", "part-012"])
        try await shelf.finish(part: 12, of: id)
        #expect(try names == ["manifest", "taken-012"])
    }

    @Test func `answers owed are replaced by delivery and read back in order`() async throws {
        let ids = (0..<3).map { StatementID(Digest(hashing: [$0])) }
        try await shelf.begin(id, manifest: [1])
        try await shelf.owe(
            [OwedAnswer(statement: ids[2], refusal: nil)], of: id, part: 2, delivery: 1)
        try await shelf.owe(
            [OwedAnswer(statement: ids[0], refusal: nil)], of: id, part: 1, delivery: 1)
        let first = [
            OwedAnswer(statement: ids[0], refusal: [7, 8]),
            OwedAnswer(statement: ids[1], refusal: nil),
        ]
        try await shelf.owe(first, of: id, part: 1, delivery: 1)
        let last = OwedAnswer(statement: ids[2], refusal: nil)
        #expect(try await shelf.owed(of: id) == first + [last])
        try await shelf.clear(id)
        #expect(try await shelf.owed(of: id) == [])
        #expect(try await shelf.pouches().map(\.id) == [id])
    }

    @Test func `what a crash left half written counts for nothing`() async throws {
        try await shelf.begin(id, manifest: [1])
        for name in ["part-001.new", "owed-001-0001.new", "taken-001.new"] {
            try Data([1]).write(to: folder.url.appending(path: "pouch/\(id)/\(name)"))
        }
        let other = String(repeating: "aa", count: 16)
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "pouch/\(other)"), withIntermediateDirectories: false)
        #expect(try await shelf.pouches().map(\.finished) == [[]])
        #expect(try await shelf.kept(of: id).isEmpty)
        #expect(try await shelf.owed(of: id) == [])
    }

    // MARK: The box

    @Test func `a part has its name only once it has its label`() async throws {
        let box = FilePouchBox(path: path("out"), isSplit: true)
        try await box.beginPart()
        try await box.append([1, 2, 3])
        try await box.beginPart()
        try await box.append([4])
        #expect(!FileManager.default.fileExists(atPath: path("out.001")))
        let labels = [1, 2].map { PouchLabel(number: $0, envelope: [9]) }
        try await box.close(labels: labels)
        #expect(
            try [UInt8](Data(contentsOf: URL(filePath: path("out.001"))))
                == labels[0].bytes + [1, 2, 3])
        let second = FilePouchPart(path("out.002"))
        #expect(try await second.read(from: 0, count: .max) == labels[1].bytes + [4])
        #expect(!FileManager.default.fileExists(atPath: path("out.002.new")))
    }

    @Test func `a file that is there is not overwritten, and nothing is left`() async throws {
        try Data([1]).write(to: URL(filePath: path("out.002")))
        let box = FilePouchBox(path: path("out"), isSplit: true)
        try await box.beginPart()
        await #expect(throws: PouchFileExists(name: path("out.002"))) { try await box.beginPart() }
        await box.discard()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path())
        #expect(left.sorted() == ["out.002", "pouch"])
    }

    @Test func `parts are numbered with three digits, and a single file is not`() {
        let box = FilePouchBox(path: "out", isSplit: true)
        #expect([1, 10, 100, 256].map(box.name) == ["out.001", "out.010", "out.100", "out.256"])
        #expect(FilePouchBox(path: "out", isSplit: false).name(of: 1) == "out")
    }
}
