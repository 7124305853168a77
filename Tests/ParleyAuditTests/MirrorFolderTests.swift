import Foundation
import ParleyAudit
import ParleyStore
import ParleyTestSupport
import Testing

/// A copy that grows with its log, file by file, the checkpoint last.
struct MirrorFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var out: String { folder.path("copy") }

    /// One run of a mirror, from what the last one left.
    private func mirror(
        _ files: [String: [UInt8]], readings: Int = .max, fromStart: Bool = false
    ) async throws -> AuditReport {
        let key = try BuiltLog.key()
        var published: SignedCheckpoint?
        if case .bytes(let note) = try await LogFolder(path: out).read(
            "checkpoint", limitBytes: 65_536)
        {
            published = try SignedCheckpoint(note: note, log: key)
        }
        let copy = try MirrorFolder(path: out, published: published)
        let file = AuditStateFile(path: out + "/.state.json")
        let auditor = Auditor(
            log: key, earlier: published.map { [$0] } ?? [], fromStart: fromStart,
            chunksAhead: 3, chunksPerSave: 1)
        return try await auditor.audit(
            from: try file.load().map { try AuditState(parsing: $0, log: key) },
            through: .init(
                source: MemoryLog(files, readings: readings), store: file, copy: copy))
    }

    private func copied() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: out)
        where !path.hasPrefix(".state") {
            let file = URL(filePath: out).appending(path: path)
            if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                files[path] = [UInt8](try Data(contentsOf: file))
            }
        }
        return files
    }

    @Test(arguments: [0, 1, 256, 300, 66_000])
    func `the copy is the log, and can be audited like it`(count: Int) async throws {
        let files = try BuiltLog(count: count).files()
        #expect(try await mirror(files).isProven)
        #expect(try copied() == files)
        let report = try await Auditor(log: try BuiltLog.key()).audit(
            from: nil, through: .init(source: LogFolder(path: out)))
        #expect(report.isProven)
    }

    @Test func `the copy grows, and a partial file goes when the full one is there`()
        async throws
    {
        for count in [100, 300, 700] {
            #expect(try await mirror(try BuiltLog(count: count).files()).isProven)
        }
        var expected = try BuiltLog(count: 700).files()
        // Level 1 is still partial: what earlier readers ask for stays.
        expected["tile/1/000.p/1"] = expected["tile/1/000.p/2"].map { Array($0.prefix(32)) }
        #expect(try copied() == expected)
    }

    @Test func `a mirror may be stopped at any reading, and its checkpoint always holds`()
        async throws
    {
        let old = try BuiltLog(count: 300).files()
        let files = try BuiltLog(count: 1100).files()
        for readings in 0..<10 {
            try? FileManager.default.removeItem(atPath: out)
            #expect(try await mirror(old).isProven)
            await #expect(throws: MemoryLog.Stopped.self) {
                try await mirror(files, readings: readings)
            }
            let key = try BuiltLog.key()
            let halfway = try await Auditor(log: key).audit(
                from: nil, through: .init(source: LogFolder(path: out)))
            #expect(halfway.isProven, "after \(readings) readings")
            #expect(halfway.reached == 300)
            #expect(try await mirror(files).isProven)
            var expected = files
            expected["tile/1/000.p/1"] = old["tile/1/000.p/1"]
            #expect(try copied() == expected, "after \(readings) readings")
        }
    }

    @Test func `a log that turns bad leaves the copy with the last checkpoint that held`()
        async throws
    {
        let old = try BuiltLog(count: 300).files()
        #expect(try await mirror(old).isProven)
        var bad = try BuiltLog(count: 900, salt: 1).files()
        bad["checkpoint"] = try BuiltLog(count: 900).note()
        #expect(try await mirror(bad).isProven == false)
        #expect(try copied()["checkpoint"] == old["checkpoint"])
        let files = try BuiltLog(count: 900).files()
        #expect(try await mirror(files).isProven, "what the bad run left is replaced")
        #expect(try copied()["tile/0/002"] == files["tile/0/002"])
    }

    @Test func `a verified file that was damaged is not overwritten`() async throws {
        let files = try BuiltLog(count: 600).files()
        #expect(try await mirror(files).isProven)
        let path = out + "/tile/0/000"
        var damaged = try #require(files["tile/0/000"])
        damaged[0] ^= 1
        try Data(damaged).write(to: URL(filePath: path))
        await #expect(throws: MirrorFailure.verifiedFileDiffers(path: "tile/0/000")) {
            try await mirror(files, fromStart: true)
        }
        #expect(try copied()["tile/0/000"] == damaged)
    }

    @Test func `a folder that is read holds no pipes, no folders and nothing over the limit`()
        async throws
    {
        let source = LogFolder(path: folder.url.path())
        try Data([1, 2, 3]).write(to: folder.url.appending(path: "three"))
        #expect(try await source.read("three", limitBytes: 3) == .bytes([1, 2, 3]))
        #expect(try await source.read("three", limitBytes: 2) == .tooLong)
        #expect(try await source.read("three/more", limitBytes: 2) == .absent)
        #expect(try await source.read("none", limitBytes: 2) == .absent)
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "inside"), withIntermediateDirectories: false)
        #expect(try await source.read("inside", limitBytes: 2) == .absent)
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        #expect(try await source.read("pipe", limitBytes: 2) == .absent)
    }
}
