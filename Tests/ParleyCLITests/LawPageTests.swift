import ParleyLaw
import ParleyStatements
import Testing

@testable import ParleyCLI

struct LawPageTests {
    private func rowTables(_ run: LawRun) throws -> Set<String> {
        guard case .object(let object) = try run.json, case .array(let rows)? = object["rows"]
        else { return [] }
        return Set(
            rows.compactMap { row in
                guard case .object(let row) = row, case .string(let name)? = row["row"] else {
                    return nil
                }
                return name.split(separator: "/").first.map(String.init)
            })
    }

    @Test func `an answer names the rows that it shows, and no others`() async throws {
        let status = try await LawRun.of("status", "us", "cn", "--json")
        #expect(
            try rowTables(status)
                == ["bilateral", "instruments", "reservations", "treaty-status"])
        let offence = try await LawRun.of("offence", "us", "cn", "--fact", "access", "--json")
        #expect(try rowTables(offence) == ["offence-conditions", "offence-map"])
        let basis = try await LawRun.of("basis", "us", "cn", "--kind", "stored-data", "--json")
        #expect(try !rowTables(basis).contains("request-bases"), "all are closed by standing")
    }

    @Test func `doubt is summed up for people, and listed when asked for`() async throws {
        let short = try await LawRun.of("status", "us", "cn")
        #expect(short.lines.count < 45)
        #expect(short.text.contains("rows are older than 18 months, the oldest of 2022-09-04"))
        let long = try await LawRun.of("status", "us", "cn", "--rows")
        #expect(long.lines.count > short.lines.count + 30)
        #expect(long.text.contains("instruments/cn-edata-2016: high confidence, as of 2022-09-04"))
    }

    @Test func `what stands is told in groups, and why something does not in words`() async throws {
        let run = try await LawRun.of("status", "us", "cn")
        let heads = run.lines.filter { !$0.hasPrefix(" ") && !$0.isEmpty }
        #expect(
            heads.prefix(6) == [
                "What stands between US and CN on 2026-11-23", "In force",
                "A promise, not binding", "Home law of CN", "Not in force between the two",
                "Not known whether in force",
            ])
        #expect(run.text.contains("CN signed 2025-10-25, not ratified"))
        #expect(run.text.contains("whether CN and US are bound by: ets189, malabo, uncac"))
    }

    @Test func `every way in which a conduct is an offence on both sides is shown`() async throws {
        let run = try await LawRun.of(
            "offence", "us", "cn", "--fact", "access", "--fact", "data-obtained")
        #expect(
            run.lines.prefix(3) == [
                "US and CN, 2026-11-23: dual criminality met only on conditions",
                "  met if the circumstances are serious [serious-circumstances]",
                "  or if the system is one of state affairs, defence or advanced science "
                    + "[state-system]",
            ])
        #expect(run.text.contains("maximum 1 year, up to 10 years"))
    }

    @Test func `a field whose label is its key is not said twice`() async throws {
        let run = try await LawRun.of("basis", "us", "cn", "--kind", "mla-general")
        #expect(run.lines.contains("    - authority (4)"))
        #expect(
            run.lines.contains(
                "    - written confirmation of an urgent request: at most 15 days, "
                    + "from the sending (4)"))
        let closed = try #require(run.lines.firstIndex(of: "Closed"))
        #expect(run.lines[..<closed].contains { $0.contains("channel: central authority") })
        #expect(run.lines.filter { $0.contains("Budapest") }.count == 1)
    }

    @Test func `an answer in Chinese has no English words beside names`() async throws {
        let run = try await LawRun.of(
            "basis", "us", "cn", "--kind", "mla-general", "--fact", "access", "--language",
            "zh-Hans")
        for word in ["must say", "confidence", "met if", "authority", "law", "not known"] {
            let lines = run.lines.filter { line in
                // Ids of rows stay as they are.
                line.replacing(/\[[^\]]*\]/, with: "").contains(word)
            }
            #expect(lines == [], "\(word)")
        }
    }

    @Test func `what cannot be answered is refused with a hint`() async throws {
        for (arguments, reason) in [
            (["status", "us", "xx"], "party-unknown"), (["status", "us", "us"], "same-party"),
            (["offence", "us", "cn"], "conduct-missing"),
            (["offence", "us", "cn", "--fact", "hacking"], "fact-unknown"),
            (["basis", "us", "cn", "--kind", "favour"], "kind-unknown"),
            (["status", "us", "cn", "--on", "yesterday"], "date-malformed"),
            (["status", "us", "cn", "--language", "tlh"], "language-unknown"),
        ] {
            let run = try await LawRun.of(arguments + ["--json"])
            #expect(run.exitCode == 2, "\(arguments)")
            #expect(run.errors.joined().contains("\"\(reason)\""), "\(run.errors)")
        }
    }
}
