import Testing

/// The rules of the house, held against the house.
struct TidyTests {
    @Test func `every source file keeps the rules of the house`() throws {
        let files = try Repository.swiftFiles()
        #expect(files.count > 20, "the sources were not found")
        let settled = SourceRules.settle(
            files.flatMap(SourceRules.offences), with: Allowance.all)
        expectNone(settled.offences)
        #expect(
            settled.uselessAllowances.isEmpty,
            "each allowance is needed, and says why: \(settled.uselessAllowances)")
    }

    @Test func `every MUST of the specification is quoted once above the check that keeps it`()
        throws
    {
        let sentences = try Repository.pages().filter { $0.path.hasPrefix("Spec/") }
            .flatMap(SpecRules.sentences)
        #expect(!sentences.isEmpty, "the specification was not found")
        let quotes = try Repository.swiftFiles().filter { $0.path.hasPrefix("Sources/") }
            .flatMap(SpecRules.quotes)
        expectNone(SpecRules.offences(sentences: sentences, quotes: quotes))
    }

    @Test func `vectors say why they exist, most are refusals, and there are enough of them`()
        throws
    {
        let total = try Repository.files(in: "Vectors").filter { $0.hasSuffix(".json") }
            .map { VectorRules.tally(path: $0, json: try Repository.data(of: $0)) }
            .reduce(VectorRules.Tally(), +)
        expectNone(VectorRules.offences(in: total))
    }

    @Test func `no folder of vectors is empty or read by no test`() throws {
        let tests = try Repository.swiftFiles().filter { $0.path.hasPrefix("Tests/") }
        for folder in try Repository.folders(in: "Vectors") {
            let cases = try Repository.files(in: "Vectors/" + folder)
            #expect(cases.contains { $0.hasSuffix(".json") }, "Vectors/\(folder) is empty")
            let isRead = tests.contains { test in
                test.lines.contains {
                    $0.contains("\"\(folder)\"") || $0.contains("\"\(folder)/")
                }
            }
            #expect(isRead, "no test names Vectors/\(folder)")
        }
    }

    @Test func `every link and path in the documents leads somewhere`() throws {
        let pages = try Repository.pages()
        let byPath = Dictionary(uniqueKeysWithValues: pages.map { ($0.path, $0) })
        expectNone(
            pages.flatMap {
                DocumentRules.offences(in: $0, pages: byPath, exists: Repository.exists)
            })
    }

    @Test func `the changelog has a section for what is coming or a dated one`() throws {
        let page = try #require(try Repository.pages().first { $0.path == "CHANGELOG.md" })
        expectNone(DocumentRules.changelogOffences(in: page))
    }

    private func expectNone(
        _ offences: [Offence], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard !offences.isEmpty else { return }
        let list = offences.map { "\n  \($0)" }.joined()
        Issue.record("\(offences.count) offences:\(list)", sourceLocation: sourceLocation)
    }
}
