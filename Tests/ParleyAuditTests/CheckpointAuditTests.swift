import Foundation
import ParleyAudit
import ParleyLog
import ParleyTestSupport
import Testing

/// Whose signature is believed on a checkpoint, and what is said of the other lines.
struct CheckpointAuditTests {
    private let log = BuiltLog(count: 3)

    private func audit(
        note: [UInt8], cosigners: [VerifierKey] = []
    ) async throws -> AuditReport {
        var files = try log.files()
        files["checkpoint"] = note
        return try await ParleyAuditTests.audit(files, cosigners: cosigners)
    }

    private func note(_ text: String) throws -> [UInt8] {
        Array((text + "\n" + (try BuiltLog.log.line(Array(text.utf8)))).utf8)
    }

    @Test func `a known cosigner's line is told with its time, the earliest of several`()
        async throws
    {
        let note = try log.note(cosigned: 1_767_225_600)
        let more = note + Array(try BuiltLog.cosignature(of: log.text, at: 1_767_225_000).utf8)
        let cosigner = try BuiltLog.cosignerKey()
        let report = try await audit(note: more, cosigners: [cosigner])
        #expect(report.listed == [])
        #expect(report.cosignatures.map(\.name) == [BuiltLog.witness])
        #expect(report.cosignatures.map(\.time.text) == ["2025-12-31T23:50:00Z"])
    }

    @Test func `a line of an unknown key is told and not counted`() async throws {
        let report = try await audit(note: try log.note(cosigned: 1_767_225_600))
        #expect(report.notes == ["signature-line-unknown"])
        #expect(report.cosignatures == [])
        #expect(report.isProven)
    }

    @Test func `a cosigner that has not cosigned is told`() async throws {
        let cosigner = try BuiltLog.cosignerKey()
        let report = try await audit(note: try log.note(), cosigners: [cosigner])
        #expect(report.notes == ["cosigner-absent"])
        #expect(report.isProven)
    }

    @Test func `a known cosigner's line over other bytes is wrong, and the log is not proven`()
        async throws
    {
        let line = try BuiltLog.cosignature(of: BuiltLog(count: 4).text, at: 1_767_225_600)
        let state = MemoryState()
        var files = try log.files()
        files["checkpoint"] = try log.note() + Array(line.utf8)
        let report = try await ParleyAuditTests.audit(
            files, state: state, cosigners: [try BuiltLog.cosignerKey()])
        #expect(report.reasons == ["cosignature-wrong"])
        #expect(report.cosignatures == [])
        let key = try BuiltLog.key()
        let saved = try AuditState(parsing: try #require(state.bytes), log: key)
        #expect(saved.audited == nil, "such a checkpoint is nothing to go on from")
    }

    @Test func `a cosignature after the year 9999 is wrong`() async throws {
        let note = try log.note(cosigned: 253_402_300_800)
        let cosigner = try BuiltLog.cosignerKey()
        #expect(try await audit(note: note, cosigners: [cosigner]).reasons == ["cosignature-wrong"])
    }

    @Test func `another log's checkpoint is refused by its name`() async throws {
        let other = BuiltLog.Signer("log.parley.example/b", type: 0x01, seed: 1)
        let text = Array("log.parley.example/b\n0\n\(base64(sha([])))\n".utf8)
        let note = text + [10] + Array(try other.line(text).utf8)
        #expect(try await audit(note: note).reasons == ["checkpoint-origin-differs"])
    }

    @Test func `a signature by another key of the same name is none by the log`() async throws {
        let other = BuiltLog.Signer(BuiltLog.origin, type: 0x01, seed: 9)
        let report = try await audit(note: try log.note(by: other))
        #expect(report.reasons == ["log-signature-missing"])
        #expect(report.checkpoint == nil)
    }

    @Test func `the log's signature over other bytes is wrong`() async throws {
        let note = log.text + [10] + Array(try BuiltLog.log.line([1]).utf8)
        #expect(try await audit(note: note).reasons == ["log-signature-wrong"])
    }

    @Test func `extension lines are told, and signed with the rest`() async throws {
        let text = String(decoding: log.text, as: UTF8.self) + "more\n"
        let report = try await audit(note: try note(text))
        #expect(report.notes == ["extension-lines"])
        #expect(report.isProven)
    }

    static let root = base64(sha([]))

    @Test(arguments: [
        ("log.parley.example/a\n0\n", "checkpoint-malformed"),
        ("log.parley.example/a\n0\n\(root)\n\nmore\n", "checkpoint-malformed"),
        ("log.parley.example/a\n00\n\(root)\n", "checkpoint-size-malformed"),
        ("log.parley.example/a\n+1\n\(root)\n", "checkpoint-size-malformed"),
        ("log.parley.example/a\n9223372036854775808\n\(root)\n", "checkpoint-size-malformed"),
        ("log.parley.example/a\n0\n\(root.dropLast())\n", "checkpoint-root-malformed"),
        ("log.parley.example/a\n0\nAAAA\n", "checkpoint-root-malformed"),
        ("log.parley.example/a\n0\n\(root)\n\u{7}\n", "checkpoint-not-text"),
    ])
    func `a text that is no checkpoint is refused, signed or not`(
        text: String, reason: String
    ) async throws {
        #expect(try await audit(note: try note(text)).reasons == [reason])
    }

    @Test(arguments: [
        ("", "signatures-missing"), ("\n", "signatures-missing"),
        ("\n\u{2014} a AAAAAAA=", "signatures-missing"),
        ("\n- a AAAAAAA=\n", "signature-malformed"),
        ("\n\u{2014} a  AAAAAAA=\n", "signature-malformed"),
        ("\n\u{2014} a AAAAAA==\n", "signature-malformed"),
        ("\n\u{2014} a AAAAAAB=\n", "signature-malformed"),
        ("\n" + String(repeating: "\u{2014} a AAAAAAA=\n", count: 65), "too-many-signatures"),
        ("\n\u{2014} a AAAAAAA=\n", "log-signature-missing"),
    ])
    func `signature lines have one form`(block: String, reason: String) async throws {
        #expect(try await audit(note: log.text + Array(block.utf8)).reasons == [reason])
    }

    @Test(arguments: [
        ("", "key-text-malformed"), ("a+b", "key-text-malformed"),
        (
            "log.parley.example/a+00000000+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
            "key-id-differs"
        ),
        (
            "log.parley.example/a+320954A7+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
            "key-id-differs"
        ),
        ("log parley+320954a7+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea", "key-text-malformed"),
        ("log.parley.example/a+320954a7+Addam", "key-text-malformed"),
        ("log.parley.example/a+320954a7+AQ==", "key-text-malformed"),
    ])
    func `a text that is no key is refused`(text: String, reason: String) {
        let refusal = #expect(throws: VerifierKeyRefusal.self) { try VerifierKey(text) }
        #expect(refusal?.reason == reason)
    }

    @Test func `another program's receipt holds in its log, and not for another entry`()
        async throws
    {
        let vector = try #require(try AuditVector.all(in: "audit/independent.json").first)
        let folder = VectorFolder.root.appending(path: "receipt/independent")
        func bytes(_ name: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: folder.appending(path: name)))
        }
        let receipt = try bytes("receipt-index-7.tlog-proof")
        let report = try await ParleyAuditTests.audit(
            vector.files,
            receipts: [
                .init(name: "right", entry: try bytes("receipt-index-7.leaf"), text: receipt),
                .init(name: "wrong", entry: try bytes("receipt-wrong.leaf"), text: receipt),
            ], cosigners: vector.cosigners, key: vector.key)
        #expect(report.reasons == ["receipt-root-differs"])
        #expect(report.receipts.map(\.name) == ["right"])
        #expect(report.receipts.map(\.holds) == [true])
        #expect(report.cosignatures.count == 2)
    }

    @Test func `a witness's line in ML-DSA-44 is told to be neither good nor bad`() async throws {
        let folder = VectorFolder.root.appending(path: "receipt/independent")
        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        let keys = try text("ml-dsa-witnesses.vkey").split(separator: "\n")
        let key = try VerifierKey(
            String(try #require(try text("ml-dsa-log.vkey").split(separator: "\n").first)))
        let report = try await ParleyAuditTests.audit(
            ["checkpoint": Array(try text("ml-dsa-checkpoint").utf8)],
            cosigners: try keys.map { try VerifierKey(String($0)) }, key: key)
        #expect(report.notes.contains("cosignature-not-verifiable"))
        #expect(report.reasons == ["tile-missing", "bundle-missing"])
    }
}
