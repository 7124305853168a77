import Foundation
import ParleyLaw
import ParleyLog
import ParleyStatements
import Testing

@testable import ParleyCLI

/// A folder of a test's own, removed at its end.
final class LawFolder {
    let url: URL

    init(_ name: String) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "parley-law-\(name)")
        try? FileManager.default.removeItem(at: url)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path() }

    func put(_ text: String, in name: String) throws -> String {
        try Data(text.utf8).write(to: url.appending(path: name))
        return path(name)
    }
}

struct LawMaintenanceTests {
    static let marks = [
        "--set", "source=S-UNTC", "--set", "confidence=high", "--set", "asOf=2026-12-01",
    ]
    static let ratified =
        [
            "--supersede", "treaty-status/CN:un-cybercrime", "--set",
            "status=ratified-not-in-force", "--set", "bound=2026-12-01",
        ] + marks

    private func refused(_ arguments: [String]) async throws -> String {
        let run = try await LawRun.of(arguments + ["--json"])
        #expect(run.exitCode == 2, "\(arguments) \(run.text)")
        let error = try JSONValue(
            parsing: Array(run.errors.joined().utf8), limitBytes: 1 << 20)
        guard case .object(let object) = error, case .string(let reason)? = object["error"] else {
            return "no reason"
        }
        return reason
    }

    @Test func `an overlay is made, checked, shown and answered with`() async throws {
        let folder = try LawFolder("made")
        let file = folder.path("ours.json")
        let made = try await LawRun.of(
            ["overlay", "new", "--party", "cn", "--out", file] + Self.ratified)
        #expect(made.exitCode == 0, "\(made.errors)")
        #expect(made.text.contains("party:CN, 1 rows, sha256:"))
        let checked = try await LawRun.of("overlay", "check", file)
        #expect(checked.lines.last == "it fits the shipped data")
        let shown = try await LawRun.of("overlay", "show", file)
        #expect(shown.lines.first == "superseded: treaty-status/CN:un-cybercrime")
        #expect(shown.lines.contains("  bound: (nothing) → 2026-12-01"))
        #expect(shown.lines.contains("  status: signatory → ratified-not-in-force"))
        let status = try await LawRun.of(
            "status", "us", "cn", "--overlay", file, "--on", "2026-12-24")
        #expect(status.text.contains("CN consented 2026-12-01, not yet in force for it"))
    }

    @Test func `an overlay goes on where another ends`() async throws {
        let folder = try LawFolder("continued")
        let (first, second) = (folder.path("first.json"), folder.path("second.json"))
        _ = try await LawRun.of(["overlay", "new", "--out", first] + Self.ratified)
        let again =
            ["overlay", "new", "--from", first, "--out", second, "--add"]
            + ["glossary/hotline", "--set", "en=hotline", "--set", "zhHans=热线"] + Self.marks
        let run = try await LawRun.of(again)
        #expect(run.text.contains("agreed, 2 rows"), "\(run.errors)")
        #expect(try await refused(again + ["--party", "us"]) == "options-contradict")
        // The same row once more.
        let twice = ["overlay", "new", "--from", first, "--out", second] + Self.ratified
        #expect(try await refused(twice) == "row-twice")
    }

    @Test func `what an overlay may not say is refused by name`() async throws {
        let folder = try LawFolder("refused")
        let out = folder.path("none.json")
        func new(_ arguments: [String]) async throws -> String {
            try await refused(["overlay", "new", "--party", "cn", "--out", out] + arguments)
        }
        let row = ["--supersede", "treaty-status/CN:ets185"]
        #expect(try await new(row + ["--set", "status=party"]) == "marks-missing")
        #expect(try await new(row + Self.marks + ["--set", "status"]) == "field-malformed")
        #expect(
            try await new(row + Self.marks + ["--set", "status=friend"]) == "field-value-wrong")
        #expect(try await new(row + Self.marks + ["--set", "colour=red"]) == "field-unknown")
        #expect(try await new(row + Self.marks + ["--unset", "party"]) == "field-missing")
        #expect(try await new(row + Self.marks + ["--set", "id=CN:x"]) == "id-set")
        #expect(try await new(row + Self.marks + ["--set", "party=ZZ"]) == "reference-dangling")
        #expect(
            try await new(row + Self.marks + ["--set", "reservations:=maybe"]) != "no reason")
        #expect(
            try await new(["--supersede", "treaty-status/CN:x"] + Self.marks) == "row-unknown")
        #expect(try await new(["--supersede", "CN:ets185"] + Self.marks) == "row-malformed")
        #expect(try await new(["--supersede", "treaties/CN"] + Self.marks) == "table-unknown")
        #expect(try await new(Self.marks) == "row-missing")
        #expect(try await new(row + ["--add", "glossary/x"] + Self.marks) == "row-missing")
        #expect(
            try await new(["--add", "treaty-status/CN:ets185"] + Self.marks) == "row-exists")
        #expect(!FileManager.default.fileExists(atPath: out))
        let bad = try folder.put("{}", in: "bad.json")
        #expect(try await refused(["overlay", "check", bad]) == "field-missing")
        let cut = try folder.put("{\"parley\":", in: "cut.json")
        #expect(try await refused(["overlay", "show", cut]) == "unexpected-end")
    }

    @Test func `an export is read back, and what changed is told field by field`() async throws {
        let folder = try LawFolder("export")
        let (overlay, file) = (folder.path("ours.json"), folder.path("law.json"))
        _ = try await LawRun.of(
            ["overlay", "new", "--party", "cn", "--out", overlay] + Self.ratified)
        let written = try await LawRun.of("export", "--overlay", overlay, "--out", file)
        #expect(written.exitCode == 0, "\(written.errors)")
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        let export = try LawExport(parsing: bytes)
        #expect(export.layers.count == 2)
        #expect(export.bytes == bytes)
        let same = try await LawRun.of("diff", file, file)
        #expect(same.lines == ["0 added, 0 superseded, 0 removed"])
        let changed = try await LawRun.of("diff", "shipped", file)
        #expect(changed.exitCode == 0)
        #expect(changed.lines.first == "superseded: treaty-status/CN:un-cybercrime")
        #expect(changed.lines.contains("  status: signatory → ratified-not-in-force"))
        #expect(changed.lines.last == "0 added, 1 superseded, 0 removed")
        let json = try await LawRun.of("diff", file, "shipped", "--json")
        #expect(json.text.contains(#""change":"superseded""#))
    }

    @Test func `an export that was changed after it was written is refused`() async throws {
        let folder = try LawFolder("altered")
        let file = folder.path("law.json")
        _ = try await LawRun.of("export", "--out", file)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for (old, new, reason) in [
            ("\"Andorra\"", "\"Andorre\"", "digest-wrong"),
            ("law-data/1", "law-data/2", "field-value-wrong"),
            ("\"origin\":\"shipped\"", "\"origin\":\"agreed\"", "field-missing"),
            ("\"glossary\":", "\"glossaries\":", "table-unknown"),
            ("\"layers\":", "\"layer\":", "field-missing"),
        ] {
            let altered = try folder.put(text.replacing(old, with: new), in: "altered.json")
            #expect(try await refused(["diff", altered, "shipped"]) == reason, "\(new)")
        }
    }

    @Test func `rows that want checking are counted by table`() async throws {
        let run = try await LawRun.of("stale")
        #expect(run.lines.contains { $0.hasPrefix("bilateral: of 16 rows 16 old") })
        #expect(run.lines.last?.hasPrefix("all: ") == true)
        let never = try await LawRun.of("stale", "--months", "1200")
        #expect(!never.text.contains("16 old"))
        #expect(never.text.contains("on general knowledge"))
        let named = try await LawRun.of("stale", "--rows")
        #expect(named.text.contains("us-cn-mlaa-2000, as of 2025-01-01, S-WORLDJPN"))
        #expect(try await refused(["stale", "--months", "1201"]) == "months-malformed")
    }
}
