import Foundation

/// `Docs/asvs.md` answers every requirement once, and the tests that it names are there.
struct ASVSRules {
    struct Row {
        let line: Int
        let numbers: [String]
        let answer: String
    }

    private static let path = "Docs/asvs.md"
    private static let verdicts = ["**shown**", "**rule**", "**none**", "**missing**"]

    /// The tests of each suite, by their sentences.
    let suites: [String: Set<String>]
    /// Of `Tests/EndToEnd/`, by the names under which they are run.
    let cases: Set<String>
    /// Of `Tests/Outside/`.
    let checks: Set<String>

    static func rows(in text: String) -> [Row] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .compactMap { index, line in
                let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                    .map { $0.trimmingCharacters(in: .whitespaces) }
                guard cells.count == 5, cells[1].first?.isNumber == true else { return nil }
                return Row(
                    line: index + 1, numbers: cells[1].components(separatedBy: ", "),
                    answer: cells[3])
            }
    }

    func offences(in text: String, numbers: [String]) -> [Offence] {
        let rows = Self.rows(in: text)
        let answered = rows.flatMap(\.numbers)
        var found = Set(numbers).subtracting(answered).sorted()
            .map { Offence("asvs", Self.path, "\($0) is not answered") }
        for row in rows {
            for number in row.numbers {
                if !numbers.contains(number) {
                    found.append(Self.offence(row, "there is no \(number) at levels 1 and 2"))
                }
                if answered.count(where: { $0 == number }) > 1 {
                    found.append(Self.offence(row, "\(number) is answered twice"))
                }
            }
            found += faults(of: row).map { Self.offence(row, $0) }
        }
        return found
    }

    private static func offence(_ row: Row, _ detail: String) -> Offence {
        Offence("asvs", path, line: row.line, detail)
    }

    private func faults(of row: Row) -> [String] {
        guard let verdict = Self.verdicts.first(where: { row.answer.hasPrefix($0) }) else {
            return ["begins with no verdict"]
        }
        let quoted = row.answer.split(separator: "`", omittingEmptySubsequences: false)
            .enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        let named = quoted.compactMap(isThere)
        var faults = zip(quoted, quoted.map(isThere)).filter { $0.1 == false }
            .map { "there is no test \($0.0)" }
        if verdict == "**shown**", named.isEmpty { faults.append("is shown by no test") }
        return faults
    }

    /// Nil for what names no test.
    private func isThere(_ name: String) -> Bool? {
        if name.hasPrefix("e2e ") { return cases.contains(String(name.dropFirst(4))) }
        if name.hasPrefix("outside ") { return checks.contains(String(name.dropFirst(8))) }
        let parts = name.components(separatedBy: " › ")
        if parts.count == 2 { return suites[parts[0]]?.contains(parts[1]) ?? false }
        return name.hasSuffix("Tests") ? suites[name] != nil : nil
    }
}

extension ASVSRules {
    /// The tests of the checkout.
    init(swift files: [SourceFile], python: [(path: String, text: String)]) {
        var suites: [String: Set<String>] = [:]
        for file in files where file.path.hasPrefix("Tests/") {
            var suite = ""
            for line in file.lines {
                let words = line.split(separator: " ")
                if let at = words.firstIndex(where: { ["struct", "enum", "class"].contains($0) }),
                    at + 1 < words.count
                {
                    let name = String(words[at + 1].prefix { $0.isLetter || $0.isNumber })
                    if name.hasSuffix("Tests") {
                        suite = name
                        suites[suite, default: []] = suites[suite] ?? []
                    }
                }
                let quoted = line.split(separator: "`", omittingEmptySubsequences: false)
                if quoted.count > 2, quoted[0].hasSuffix("func ") {
                    suites[suite, default: []].insert(String(quoted[1]))
                }
            }
        }
        var cases: Set<String> = []
        for file in python where file.path.hasPrefix("Tests/EndToEnd/case_") {
            guard let list = file.text.range(of: "\nCASES = [") else { continue }
            let names = file.text[list.upperBound...].prefix { $0 != "]" }
                .split(whereSeparator: { ", \n".contains($0) })
            for name in names { cases.insert(String(name).replacing("_", with: "-")) }
        }
        let checks = python.filter { $0.path.hasPrefix("Tests/Outside/check_") }
            .map { String($0.path.dropFirst("Tests/Outside/".count).dropLast(".py".count)) }
        self.init(suites: suites, cases: cases, checks: Set(checks))
    }
}
