import Foundation
import Testing

/// A rule that cannot fail is worse than none: each is shown an offence, and something near it
/// that is none.
struct TidyRuleTests {
    private func file(
        _ text: String, path: String = "Sources/ParleyNode/Some.swift"
    ) -> SourceFile {
        SourceFile(path: path, text: text)
    }

    private func rules(_ text: String, path: String = "Sources/ParleyNode/Some.swift") -> [String] {
        SourceRules.offences(in: file(text, path: path)).map(\.rule)
    }

    // MARK: What is code

    @Test(arguments: [
        ("a // try! b", "a          "),
        ("a /* x /* y */ z */ b", "a                     b"),
        (#"f("try! \(try! g("x")) )")"#, #"f("      (try! g(" ")  "  "#),
        (##"f(#"a " \(b) \#(c) "#)"##, ##"f(#"            (c) "#)"##),
        ("func `a try! b`() {", "func `        `() {"),
        ("case `default`", "case `default`"),
    ])
    func `comments, strings and sentence names are blanked, code within strings stays`(
        text: String, code: String
    ) {
        let masked = CodeMask.code(of: text)
        #expect(masked.utf8.count == text.utf8.count)
        #expect(masked.words == code.words)
    }

    @Test func `a string of many lines is blanked and keeps its lines`() {
        let text = "let a = \"\"\"\n    try! \"b\"\n    \\(try! c)\n    \"\"\"\ntry! d"
        let code = file(text).code
        #expect(code.count == 5)
        #expect(code.map { $0.contains("try!") } == [false, false, true, false, true])
    }

    @Test func `an unclosed quote is forgotten at the end of its line`() {
        #expect(rules("let a = \"\nlet b = try! c") == ["try!"])
    }

    // MARK: Sizes

    @Test func `a file one line too long is an offence`() {
        #expect(rules(String(repeating: "a\n", count: 500)) == [])
        #expect(rules(String(repeating: "a\n", count: 501)) == ["file-length"])
    }

    @Test func `a line one column too wide is an offence, also in a comment`() {
        #expect(rules("// " + String(repeating: "a", count: 97)) == [])
        #expect(rules("// " + String(repeating: "a", count: 98)) == ["line-width"])
    }

    @Test(arguments: [
        "func f() {", "package init(a: Int = 3) throws {", "var reason: String {",
        "static func f(_ body: () -> Void = {}) -> Int {", "subscript(a: Int) -> Int {",
        "private static func f(\n        a: [Int],\n    ) -> Int\n    where A: B {",
    ])
    func `a body that makes its function one line too long is an offence`(opening: String) {
        let head = opening.split(separator: "\n").count
        let body: (Int) -> String = { count in
            "struct A {\n    \(opening)\n" + String(repeating: "        a { b }\n", count: count)
                + "    }\n\n    func g() {\n        c\n    }\n}\n"
        }
        #expect(rules(body(70 - head - 1)) == [])
        #expect(rules(body(70 - head)) == ["function-length"])
    }

    @Test func `a requirement and a body in one line have no length`() {
        let lines = SizeRules.functions(
            in: file("func a()\nfunc b() -> Int { 3 }\nvar c: Int { get }\nfunc d() {\n}\n"))
        #expect(lines.map(\.line) == [4])
        #expect(lines.map(\.lineCount) == [2])
    }

    // MARK: Ambient calls, traps, escapes

    @Test(arguments: [
        ("let a = Date()", "Date()"), ("Date.now", "now"), ("ContinuousClock().now", "now"),
        ("f(at: .now)", "now"), ("UUID()", "UUID()"), ("Int.random(in: 0..<2)", "random"),
        ("a.randomElement()", "randomElement"), ("a.shuffled()", "shuffled"),
        ("a.shuffle()", "shuffle"), ("ProcessInfo.processInfo", "ProcessInfo"),
        ("var a = SystemRandomNumberGenerator()", "SystemRandomNumberGenerator"),
        ("getenv(a)", "getenv("), ("try! a()", "try!"), ("fatalError(a)", "fatalError("),
        ("try await Task.sleep(for: a)", "Task.sleep"), ("Thread.sleep(1)", "Thread.sleep"),
        ("Task.detached { }", "Task.detached"), ("Task { a }", "Task {"),
        ("Task(priority: .low) { a }", "Task {"), ("DispatchQueue.main", "DispatchQueue"),
        ("extension A: @unchecked Sendable {}", "@unchecked Sendable"),
        ("nonisolated(unsafe) var a = 1", "nonisolated(unsafe)"),
        ("public let a = 1", "public"),
    ])
    func `each banned call is caught`(line: String, rule: String) {
        #expect(rules(line) == [rule])
        #expect(rules("// " + line) == [])
        #expect(rules("let text = \"\(line)\"") == [])
    }

    @Test(arguments: [
        "clock.now", "let now = clock.now()", "a.nowhere", "Date(timeIntervalSince1970: a)",
        "Int.random(in: 0..<2, using: &generator)", "a.randomElement(using: &generator)",
        "UUID(uuidString: a)", "MyDate()", "try a()", "struct Task {", "extension Task {",
        "withTaskGroup { b }",
        "logger.info(a, privacy: .public)",
    ])
    func `what merely looks like a banned call is left alone`(line: String) {
        #expect(rules(line) == [])
    }

    @Test func `the main target may make the real clock, and may not trap or publish`() {
        let path = "Sources/parley/main.swift"
        #expect(rules("Date()\nUUID()\nProcessInfo.processInfo", path: path) == [])
        #expect(rules("try! a()\npublic let b = 1", path: path) == ["try!", "public"])
    }

    // MARK: Names and imports

    @Test(arguments: [
        "struct HexUtil {", "enum HTTPCore {", "protocol KeyManager {", "actor A {} ; enum BInfo {",
        "typealias TestHelpers = A",
    ])
    func `a type whose name says nothing is an offence`(line: String) {
        #expect(rules(line) == ["empty-name"])
    }

    @Test func `a file or target whose name says nothing is an offence`() {
        #expect(rules("", path: "Sources/ParleyNode/KeyHelper.swift") == ["empty-name"])
        #expect(rules("", path: "Sources/ParleyCore/Key.swift") == ["empty-name"])
    }

    @Test func `a longer word that begins or ends alike is left alone`() {
        #expect(rules("struct Scorecard {\nstruct Information {\nclass func core() {") == [])
    }

    @Test func `a pure target imports what its row says and nothing else`() {
        let path = "Sources/ParleyLog/Some.swift"
        #expect(rules("package import Crypto", path: path) == [])
        #expect(rules("import Foundation", path: path) == ["import Foundation"])
        #expect(rules("import struct Foundation.Data", path: path) == ["import Foundation"])
        #expect(rules("import ParleyStatements", path: path) == ["import ParleyStatements"])
        #expect(rules("import Foundation", path: "Sources/ParleyStore/Some.swift") == [])
        #expect(rules("import Foundation", path: "Tests/ParleyLogTests/Some.swift") == [])
    }

    // MARK: Allowances

    @Test func `an allowance covers its rule in its file, and must be needed and say why`() {
        let offences = SourceRules.offences(in: file("Date()\nUUID()"))
        let path = "Sources/ParleyNode/Some.swift"
        let needed = Allowance("Date()", in: path, because: "the sentence that says why")
        let unneeded = Allowance("try!", in: path, because: "the sentence that says why")
        let mute = Allowance("UUID()", in: path, because: "needed")
        let settled = SourceRules.settle(offences, with: [needed, unneeded, mute])
        #expect(settled.offences.isEmpty)
        #expect(settled.uselessAllowances == [unneeded, mute])
        #expect(SourceRules.settle(offences, with: [needed]).offences.map(\.rule) == ["UUID()"])
    }
}
