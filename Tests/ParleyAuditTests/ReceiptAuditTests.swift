import ParleyAudit
import ParleyLog
import Testing

/// Receipts are held against the log that gave them.
struct ReceiptAuditTests {
    private let log = BuiltLog(count: 700)

    private func receipt(
        of log: BuiltLog, for index: Int, name: String = "r", edited: ([UInt8]) -> [UInt8] = { $0 }
    ) throws -> AuditReceipt {
        AuditReceipt(
            name: name, entry: log.entries[index], text: edited(try log.receipt(for: index)))
    }

    @Test(arguments: [(1, 0), (2, 1), (7, 4), (300, 299), (700, 0), (700, 699)])
    func `a receipt of an earlier tree is shown to hold`(size: Int, index: Int) async throws {
        let receipt = try receipt(of: log.prefix(size), for: index)
        let report = try await audit(log.files(), receipts: [receipt])
        #expect(report.listed == [])
        #expect(report.receipts.map(\.holds) == [true])
        #expect(report.receipts.map(\.index) == [UInt64(index)])
    }

    @Test func `an entry that was receipted and is no longer served is a proven omission`()
        async throws
    {
        var entries = log.entries
        entries[270] = [0xff]
        let receipt = try receipt(of: log.prefix(300), for: 270)
        let report = try await audit(BuiltLog(entries: entries).files(), receipts: [receipt])
        #expect(report.reasons == ["receipted-entry-missing", "fork"])
        let finding = try #require(report.listed.first)
        #expect(
            finding
                == .receiptedEntryMissing(
                    name: "r", index: 270, entry: log.entries[270], served: [0xff],
                    signedSize: 300))
        #expect(report.receipts.map(\.holds) == [false])
        #expect(report.evidence.first?.map(\.size) == [300, 700])
    }

    @Test func `a statement's id is told as such when it is missing`() async throws {
        let ids = (0..<3).map { sha([$0]) }
        let receipted = BuiltLog(entries: ids)
        let other = BuiltLog(entries: [ids[0], sha([9]), ids[2], ids[1]])
        let receipt = try receipt(of: receipted, for: 1)
        let report = try await audit(other.files(), receipts: [receipt])
        let explanation = try #require(report.listed.first?.explanation)
        #expect(explanation.contains(try #require(Digest(bytes: ids[1])).text))
        #expect(explanation.contains(try #require(Digest(bytes: sha([9]))).text))
    }

    @Test func `a receipt for the part audited before makes the audit begin at the start`()
        async throws
    {
        let state = MemoryState()
        _ = try await audit(log.files(), state: state)
        let receipt = try receipt(of: log.prefix(300), for: 299)
        let report = try await audit(log.files(), state: state, receipts: [receipt])
        #expect(report.startedAt == 0)
        #expect(report.receipts.map(\.holds) == [true])
    }

    @Test func `a receipt of a larger tree than is shown is not answered for`() async throws {
        let inside = try receipt(of: log, for: 3, name: "inside")
        let beyond = try receipt(of: log, for: 600, name: "beyond")
        let report = try await audit(log.prefix(300).files(), receipts: [inside, beyond])
        #expect(
            report.reasons == [
                "checkpoint-older-than-receipt", "checkpoint-older-than-receipt",
                "receipt-not-covered",
            ])
        #expect(report.receipts.map(\.holds) == [false])
    }

    @Test func `a receipt at the same size with another root is a fork`() async throws {
        let other = BuiltLog(count: 700, salt: 1)
        let report = try await audit(
            log.files(), receipts: [try receipt(of: other, for: 3)])
        #expect(report.reasons == ["fork", "receipted-entry-missing"])
    }

    @Test func `each flipped byte of a receipt is found`() async throws {
        let log = BuiltLog(count: 11)
        let files = try log.files()
        let text = try log.receipt(for: 7)
        for place in text.indices {
            var flipped = text
            flipped[place] ^= 0x01
            let receipt = AuditReceipt(name: "r", entry: log.entries[7], text: flipped)
            let report = try await audit(files, receipts: [receipt])
            #expect(!report.isProven, "at \(place)")
        }
    }

    struct Edit: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reason: String
        let change: @Sendable (String) -> String
    }

    static let edits: [Edit] = [
        .init(testDescription: "no empty line", reason: "receipt-malformed") { text in
            text.replacing("\n\n", with: "\n")
        },
        .init(testDescription: "another first line", reason: "receipt-header-wrong") {
            $0.replacing("@v1", with: "@v2")
        },
        .init(testDescription: "no index", reason: "receipt-index-malformed") {
            $0.replacing("index 7\n", with: "")
        },
        .init(testDescription: "a leading zero", reason: "receipt-index-malformed") {
            $0.replacing("index 7", with: "index 07")
        },
        .init(testDescription: "an extra that is no base 64", reason: "receipt-malformed") {
            $0.replacing("index 7", with: "extra a\nindex 7")
        },
        .init(testDescription: "a hash of 3 bytes", reason: "receipt-hash-malformed") {
            $0.replacing("index 7\n", with: "index 7\nAAAA\n")
        },
        .init(testDescription: "a hash too many", reason: "receipt-proof-length-wrong") {
            $0.replacing("index 7\n", with: "index 7\n\(base64(sha([])))\n")
        },
        .init(testDescription: "64 hashes", reason: "receipt-proof-length-wrong") {
            let line = base64(sha([])) + "\n"
            return $0.replacing("index 7\n", with: "index 7\n" + String(repeating: line, count: 60))
        },
        .init(testDescription: "another index", reason: "receipt-root-differs") {
            $0.replacing("index 7", with: "index 6")
        },
        .init(testDescription: "an index outside", reason: "receipt-index-outside-tree") {
            $0.replacing("index 7", with: "index 11")
        },
        .init(testDescription: "unsigned", reason: "receipt-log-signature-wrong") {
            $0.replacing("\n11\n", with: "\n12\n")
        },
    ]

    @Test(arguments: edits)
    func `a receipt that proves nothing is told why, and the log is audited all the same`(
        edit: Edit
    ) async throws {
        let log = BuiltLog(count: 11)
        let text = String(decoding: try log.receipt(for: 7), as: UTF8.self)
        let receipt = AuditReceipt(
            name: "r", entry: log.entries[7], text: Array(edit.change(text).utf8))
        let report = try await audit(log.files(), receipts: [receipt])
        #expect(report.reasons == [edit.reason])
        #expect(report.reached == 11)
    }

    @Test func `an extra line is passed over, and a receipt one byte too long is refused`()
        async throws
    {
        let log = BuiltLog(count: 11)
        let text = try log.receipt(for: 7, extra: "extra AAAA\n")
        let receipt = AuditReceipt(name: "r", entry: log.entries[7], text: text)
        #expect(try await audit(log.files(), receipts: [receipt]).listed == [])
        let filler = AuditReceipt.limitBytes + 1 - text.count
        let long = AuditReceipt(
            name: "r", entry: log.entries[7], text: text + Array(repeating: 10, count: filler))
        #expect(
            try await audit(log.files(), receipts: [long]).reasons == ["receipt-too-long"])
    }
}
