import ParleyAudit
import ParleyLog
import Testing

/// What an audit says of logs that are right, and of each way to be wrong.
struct AuditorTests {
    @Test(arguments: [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 700, 66_000])
    func `a right log of any size is proven, to its last tile`(count: Int) async throws {
        let log = BuiltLog(count: count)
        let files = try log.files()
        let source = MemoryLog(files)
        let report = try await audit(source)
        #expect(report.listed == [])
        #expect(report.isProven)
        #expect(report.reached == UInt64(count))
        #expect(report.tally.entries == UInt64(count))
        let tiles = files.keys.filter { $0.hasPrefix("tile/") && !$0.hasPrefix("tile/entries") }
        #expect(report.tally.tiles == UInt64(tiles.count))
        #expect(source.paths.sorted() == files.keys.sorted(), "every file once, and no other")
    }

    /// The second has a full tile and one above it; there, every eleventh byte is enough.
    @Test(arguments: [(5, 1), (258, 11)])
    func `each byte of a small log, when flipped, is found`(
        count: Int, step: Int
    ) async throws {
        let files = try BuiltLog(count: count).files(cosigned: 1_767_225_600)
        let cosigner = try BuiltLog.cosignerKey()
        #expect(try await audit(files, cosigners: [cosigner]).listed == [])
        for (path, bytes) in files {
            for place in stride(from: 0, to: bytes.count, by: step) {
                var flipped = files
                flipped[path]?[place] ^= 0x01
                let report = try await audit(flipped, cosigners: [cosigner])
                // A cosigner's name flipped makes a line of somebody unknown and one absent.
                #expect(!report.listed.isEmpty, "\(path) at \(place)")
                #expect(!report.isProven || path == "checkpoint", "\(path) at \(place)")
            }
        }
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let path: String
        let reasons: [String]
        let change: @Sendable ([UInt8]) -> [UInt8]?
    }

    /// Of a log of 515 entries: tiles 0 and 1 full, tile 2 of 3, and level 1 of 2.
    static let damages: [Damage] = [
        .init(
            testDescription: "a bundle is missing", path: "tile/entries/001",
            reasons: ["bundle-missing"]
        ) { _ in nil },
        .init(
            testDescription: "a tile is missing", path: "tile/0/001", reasons: ["tile-missing"]
        ) { _ in nil },
        .init(
            testDescription: "a partial tile is missing", path: "tile/0/002.p/3",
            reasons: ["tile-missing"]
        ) { _ in nil },
        .init(
            testDescription: "a tile of level 1 is missing", path: "tile/1/000.p/2",
            reasons: ["tile-missing"]
        ) { _ in nil },
        .init(
            testDescription: "a tile is cut short", path: "tile/0/000",
            reasons: ["tile-length-wrong"]
        ) { $0.dropLast(32) },
        .init(
            testDescription: "a partial tile has a hash too many", path: "tile/0/002.p/3",
            reasons: ["tile-length-wrong"]
        ) { $0 + Array(repeating: 0, count: 32) },
        .init(
            testDescription: "a tile has a byte too many", path: "tile/0/000",
            reasons: ["tile-length-wrong"]
        ) { $0 + [0] },
        .init(
            testDescription: "a bundle has a byte too many", path: "tile/entries/000",
            reasons: ["bundle-malformed"]
        ) { $0 + [0] },
        .init(
            testDescription: "a bundle ends inside an entry", path: "tile/entries/002.p/3",
            reasons: ["bundle-malformed"]
        ) { $0.dropLast() },
        .init(
            testDescription: "a bundle has an entry too few", path: "tile/entries/002.p/3",
            reasons: ["bundle-malformed"]
        ) { $0.dropLast(5) },
        .init(
            testDescription: "a bundle holds another entry", path: "tile/entries/002.p/3",
            reasons: ["entry-differs", "root-differs"]
        ) { $0.dropLast() + [0x39] },
        .init(
            testDescription: "a tile of level 0 holds another hash", path: "tile/0/001",
            reasons: ["entry-differs"]
        ) { [$0[0] ^ 1] + $0.dropFirst() },
        .init(
            testDescription: "a tile of level 1 holds another hash", path: "tile/1/000.p/2",
            reasons: ["tile-differs"]
        ) { [$0[0] ^ 1] + $0.dropFirst() },
        .init(
            testDescription: "there is no checkpoint", path: "checkpoint",
            reasons: ["checkpoint-missing"]
        ) { _ in nil },
        .init(
            testDescription: "the checkpoint is longer than 64 KiB", path: "checkpoint",
            reasons: ["checkpoint-too-long"]
        ) { _ in Array(repeating: 0x61, count: 65_537) },
    ]

    @Test(arguments: damages)
    func `damage is found for what it is`(damage: Damage) async throws {
        var files = try BuiltLog(count: 515).files()
        let whole = try #require(files[damage.path])
        files[damage.path] = damage.change(whole)
        let report = try await audit(files)
        #expect(report.reasons == damage.reasons)
        #expect(!report.isProven)
        #expect(report.listed.allSatisfy { !$0.explanation.isEmpty })
        let first = try #require(report.listed.first)
        #expect(first.place == damage.path || first.explanation.contains(damage.path))
    }

    @Test func `a partial file may be gone when the full one is there, and is cut from it`()
        async throws
    {
        var files = try BuiltLog(count: 512).files()
        files["checkpoint"] = try BuiltLog(count: 300).note()
        files["tile/1/000.p/1"] = files["tile/1/000.p/2"].map { Array($0.prefix(32)) }
        let report = try await audit(files)
        #expect(report.listed == [])
        #expect(report.reached == 300)
    }

    @Test func `a full file is not made up from a partial one`() async throws {
        var files = try BuiltLog(count: 256).files()
        let tile = try #require(files["tile/0/000"])
        files["tile/0/000"] = nil
        files["tile/0/000.p/255"] = Array(tile.prefix(255 * 32))
        #expect(try await audit(files).reasons == ["tile-missing"])
    }

    @Test func `where neither bundle nor tile is there the audit ends, and says how far it came`()
        async throws
    {
        var files = try BuiltLog(count: 600).files()
        files["tile/0/001"] = nil
        files["tile/entries/001"] = nil
        let report = try await audit(files)
        #expect(report.reasons == ["tile-missing", "bundle-missing"])
        #expect(report.reached == 256)
    }

    @Test func `entries and tiles that agree with each other but not with the root are found`()
        async throws
    {
        var files = try BuiltLog(count: 300, salt: 7).files()
        files["checkpoint"] = try BuiltLog(count: 300).note()
        #expect(try await audit(files).reasons == ["root-differs"])
    }

    @Test func `an empty log with a root of its own making is found`() async throws {
        let text = Array("\(BuiltLog.origin)\n0\n\(base64(sha([1])))\n".utf8)
        let files = [
            "checkpoint": text + [10] + Array(try BuiltLog.log.line(text).utf8)
        ]
        #expect(try await audit(files).reasons == ["root-differs"])
    }

    @Test func `entries of no byte and of 65535 bytes are read`() async throws {
        let long = Array(repeating: UInt8(5), count: 65_535)
        let log = BuiltLog(entries: [[], long, [1]])
        #expect(try await audit(log.files()).listed == [])
    }

    @Test func `more findings than are listed are counted`() async throws {
        let count = 256 * 130
        var files = try BuiltLog(count: count).files()
        for path in files.keys where path.hasPrefix("tile/0/") { files[path]?[0] ^= 1 }
        let report = try await audit(files)
        #expect(report.listed.count == 101)
        #expect(report.listed.last == .moreNotListed(count: 30))
    }

    @Test func `of a log with a giant size no more is asked than the first file that is not there`()
        async throws
    {
        let text = Array("\(BuiltLog.origin)\n\(Int64.max)\n\(base64(sha([])))\n".utf8)
        let source = MemoryLog([
            "checkpoint": text + [10] + Array(try BuiltLog.log.line(text).utf8)
        ])
        #expect(try await audit(source).reasons == ["tile-missing", "bundle-missing"])
        #expect(source.paths.count < 12)
    }
}
