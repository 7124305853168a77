import Foundation
import Testing

struct TidyASVSTests {
    private let rules = ASVSRules(
        swift: [
            SourceFile(
                path: "Tests/A/LockTests.swift",
                text: "struct LockTests {\n    @Test func `it holds`() {}\n}\n")
        ],
        python: [
            ("Tests/EndToEnd/case_door.py", "X = 1\n\nCASES = [\n    front_door, back_door]\n"),
            ("Tests/Outside/check_door.py", ""),
        ])

    private func details(_ rows: String) -> [String] {
        rules.offences(in: "| a | b | c |\n" + rows, numbers: ["1.1.1", "1.1.2"]).map(\.detail)
    }

    @Test func `each number is answered once, by tests that there are`() {
        #expect(
            details(
                """
                | 1.1.1 | a | **shown** `e2e front-door`, `LockTests`, `LockTests › it holds` |
                | 1.1.2 | b | **none** |
                """
            ).isEmpty)
        #expect(details("| 1.1.1, 1.1.2 | a | **shown** `outside check_door` |").isEmpty)
    }

    @Test(arguments: [
        ("| 1.1.1 | a | **rule** |", "1.1.2 is not answered"),
        ("| 1.1.1, 1.1.1 | a | **rule** |", "1.1.1 is answered twice"),
        ("| 1.1.3 | a | **rule** |", "there is no 1.1.3 at levels 1 and 2"),
        ("| 1.1.1 | a | yes |", "begins with no verdict"),
        ("| 1.1.1 | a | **shown** by somebody |", "is shown by no test"),
        ("| 1.1.1 | a | **shown** `e2e side-door` |", "there is no test e2e side-door"),
        ("| 1.1.1 | a | **shown** `KeyTests` |", "there is no test KeyTests"),
        (
            "| 1.1.1 | a | **shown** `LockTests › it breaks` |",
            "there is no test LockTests › it breaks"
        ),
    ])
    func `a row that shows nothing is an offence`(row: String, says: String) {
        #expect(details(row).contains(says))
    }

    @Test func `the checklist answers every requirement, and names tests that there are`() throws {
        struct Numbers: Decodable {
            let level1: [String]
            let level2: [String]
        }
        let numbers = try JSONDecoder().decode(
            Numbers.self, from: try Repository.data(of: "Docs/asvs.json"))
        #expect(numbers.level1.count == 70 && numbers.level2.count == 183)
        let python = try Repository.files(in: "Tests").filter { $0.hasSuffix(".py") }
            .map { ($0, String(decoding: try Repository.data(of: $0), as: UTF8.self)) }
        let rules = ASVSRules(swift: try Repository.swiftFiles(), python: python)
        let text = String(decoding: try Repository.data(of: "Docs/asvs.md"), as: UTF8.self)
        let offences = rules.offences(in: text, numbers: numbers.level1 + numbers.level2)
        #expect(offences.isEmpty, "\(offences.map(\.description).joined(separator: "\n"))")
    }
}
