import Foundation
import ParleyLog
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

struct FolderDeskFilesTests {
    private let folder: TemporaryFolder
    private let files: FolderDeskFiles
    private let file: DeskFile

    init() async throws {
        folder = try TemporaryFolder()
        files = try FolderDeskFiles(home: folder.url)
        file = DeskFile(
            id: FileID(randomness: SeededRandomness(seed: 5)), owner: AccountName("ann")!,
            name: "traffic.pcap", sizeBytes: 10, digest: Digest(hashing: [1]),
            madeAt: Timestamp(text: "2026-11-24T03:00:00Z")!, receivedBytes: 0)
        try await files.add(file)
    }

    private func append(_ bytes: [UInt8], at offset: UInt64) async throws -> Bool {
        guard let writer = try await files.append(to: file.id, at: offset) else { return false }
        try await writer.append(bytes)
        try await writer.finish()
        return true
    }

    @Test func `bytes are taken where the file stands, and by one writer at a time`() async throws {
        #expect(try await append([1, 2, 3], at: 0))
        #expect(try await append([9], at: 0) == false)
        #expect(try await append([9], at: 4) == false)
        let writer = try #require(try await files.append(to: file.id, at: 3))
        #expect(try await files.append(to: file.id, at: 3) == nil)
        try await writer.append([4, 5])
        try await writer.finish()
        #expect(try await files.file(file.id)?.receivedBytes == 5)
        #expect(try await files.read(file.id, from: 1, count: 3) == [2, 3, 4])
        #expect(try await files.read(file.id, from: 4, count: 9) == [5])
        try await files.empty(file.id)
        #expect(try await files.file(file.id)?.receivedBytes == 0)
    }

    @Test func `what was said of a file is there after a start, and what was half made is gone`()
        async throws
    {
        #expect(try await append([1, 2], at: 0))
        // A node that died while it made a file, or while it removed one.
        let half = folder.url.appending(path: "files/half")
        try FileManager.default.createDirectory(at: half, withIntermediateDirectories: true)
        try Data([1]).write(to: half.appending(path: "content"))
        let again = try FolderDeskFiles(home: folder.url)
        var expected = file
        expected.receivedBytes = 2
        #expect(try await again.all() == [expected])
        #expect(!FileManager.default.fileExists(atPath: half.path()))
    }

    @Test func `a file that is removed is nobody's`() async throws {
        try await files.remove(file.id)
        #expect(try await files.file(file.id) == nil)
        #expect(try await files.all().isEmpty)
    }

    @Test func `a description that is none is nobody's file`() async throws {
        let about = folder.url.appending(path: "files/\(file.id)/about.json")
        for text in [
            "", "{}", "[]",
            #"{"made":"2026-11-24T03:00:00Z","name":"x","owner":"ann","sizeBytes":-1}"#,
        ] {
            try Data(text.utf8).write(to: about)
            #expect(try await files.file(file.id) == nil, "\(text)")
        }
    }
}
