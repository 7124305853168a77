import Foundation
import Testing

/// The rules about specification, vectors and documents, each shown an offence.
struct TidyDocumentTests {
    private let page = Markdown(
        path: "Spec/log.md",
        text: """
            The key words MUST and SHOULD are to be read as in RFC 2119.
            ```
            a line in a fence MUST be passed over
            ```
            ## 3. Entries
            A log is a list. An `entry` MUST be at most 65535 bytes (e.g. A). So it is.
            ### 3.1 Sizes
            - **A size MUST NOT shrink**
            | rule | reason |
            | a root MUST be whole | because it MUST |
            """)

    private func offences(_ source: String) -> [Offence] {
        SpecRules.offences(
            sentences: SpecRules.sentences(in: page).filter { $0.section == "3" },
            quotes: SpecRules.quotes(in: SourceFile(path: "Sources/A/A.swift", text: source)))
    }

    @Test func `each sentence with MUST is found with its section`() {
        let sentences = SpecRules.sentences(in: page)
        #expect(sentences.map(\.section) == ["3", "3.1", "3.1", "3.1"])
        #expect(
            sentences.map(\.text) == [
                "an entry must be at most 65535 bytes (e.g. a).", "a size must not shrink.",
                "a root must be whole.", "because it must.",
            ])
    }

    @Test func `a quote may wrap and be followed by a reason`() {
        let quote = """
            // SPEC log §3: An entry MUST be at most
            //   65535 bytes (e.g. A). Tiles count in two bytes.
            guard entry.count <= 65_535
            """
        #expect(offences(quote).isEmpty)
    }

    @Test(arguments: [
        ("", "quoted nowhere"),
        ("// SPEC log §4: An entry MUST be at most 65535 bytes (e.g. A).", "quoted nowhere"),
        ("// SPEC log §3: An entry MUST be at most 65536 bytes (e.g. A).", "quoted nowhere"),
        ("// An entry MUST be at most 65535 bytes (e.g. A).", "quoted nowhere"),
        (
            """
            // SPEC log §3: An entry MUST be at most 65535 bytes (e.g. A).
            a()
            // SPEC log §3: An entry MUST be at most 65535 bytes (e.g. A).
            """, "quoted 2 times"
        ),
    ])
    func `a sentence that is not quoted exactly once is an offence`(source: String, says: String) {
        #expect(offences(source).contains { $0.detail.contains(says) })
    }

    @Test func `a quote of no sentence is an offence`() {
        let source = """
            // SPEC log §3: An entry MUST be at most 65535 bytes (e.g. A).
            // SPEC log §3: An entry MUST be signed.
            """
        #expect(offences(source).map(\.line) == [2])
    }

    // MARK: Vectors

    private func tally(_ json: String) -> VectorRules.Tally {
        VectorRules.tally(path: "Vectors/a/a.json", json: Data(json.utf8))
    }

    @Test func `cases are counted as accepted or refused`() {
        let tally = tally(
            """
            {"about": "a", "cases": [
              {"name": "a", "why": "b", "accept": true},
              {"name": "c", "why": "d", "refuse": "too-long"}]}
            """)
        #expect(tally == VectorRules.Tally(accepted: 1, refused: 1))
        #expect(tally + tally == VectorRules.Tally(accepted: 2, refused: 2))
    }

    @Test(arguments: [
        "[]", "{", #"{"about": "a", "cases": []}"#,
        #"{"cases": [{"name": "a", "why": "b", "accept": true}]}"#,
        #"{"about": "a", "cases": [{"name": "a", "accept": true}]}"#,
        #"{"about": "a", "cases": [{"name": "a", "why": "", "accept": true}]}"#,
        #"{"about": "a", "cases": [{"name": "a", "why": "b"}]}"#,
        #"{"about": "a", "cases": [{"name": "a", "why": "b", "accept": false}]}"#,
        #"{"about": "a", "cases": [{"name": "a", "why": "b", "refuse": ""}]}"#,
        #"{"about": "a", "cases": [{"name": "a", "why": "b", "accept": true, "refuse": "c"}]}"#,
    ])
    func `a vector file that leaves something unsaid is an offence`(json: String) {
        #expect(tally(json).offences.count == 1)
    }

    @Test func `too few cases, and acceptances that outnumber refusals, are offences`() {
        #expect(VectorRules.offences(in: .init(accepted: 20, refused: 130)).isEmpty)
        #expect(VectorRules.offences(in: .init(accepted: 20, refused: 129)).count == 1)
        #expect(VectorRules.offences(in: .init(accepted: 80, refused: 80)).count == 1)
    }

    // MARK: Links

    private func faults(_ text: String) -> [String] {
        let page = Markdown(path: "Spec/log.md", text: text)
        let readme = Markdown(path: "README.md", text: "# Parley\n## The two commands\n")
        let there: Set<String> = ["README.md", "Spec/log.md", "Spec/exchange.md", "Sources/A/"]
        return DocumentRules.offences(
            in: page, pages: ["Spec/log.md": page, "README.md": readme], exists: there.contains
        ).map(\.detail)
    }

    @Test func `a link that leads somewhere is no offence`() {
        #expect(
            faults(
                """
                # Log
                [a](exchange.md), [b](../README.md#the-two-commands), [c](#log), `[d](no.md)`,
                [e](https://example.org/no.md) and `Sources/A/`, `Sources/*/B.swift`
                """) == [])
    }

    @Test(arguments: [
        ("[a](no.md)", "no.md is not there"),
        ("[a](../README.md#no)", "README.md has no #no"),
        ("[a](#no)", "Spec/log.md has no #no"),
        ("[a](../../shared/a.md)", "../../shared/a.md leaves the repository"),
        ("`Sources/B.swift`", "no Sources/B.swift in this house"),
    ])
    func `a link that leads nowhere is an offence`(text: String, fault: String) {
        #expect(faults(text) == [fault])
    }

    @Test func `a changelog needs a section that is unreleased or dated`() {
        let offences: (String) -> Int = {
            DocumentRules.changelogOffences(in: Markdown(path: "CHANGELOG.md", text: $0)).count
        }
        #expect(offences("# Changelog\n## Unreleased: Foundation\n") == 0)
        #expect(offences("# Changelog\n## 0.1.0 · 2026-11-23\n") == 0)
        #expect(offences("# Changelog\n## Things\n") == 1)
    }
}
