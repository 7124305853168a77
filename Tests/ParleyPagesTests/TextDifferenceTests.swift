import Testing

@testable import ParleyPages

@Suite struct TextDifferenceTests {
    private func shown(_ old: String, _ new: String) -> String {
        TextDifference(from: old, to: new).pieces.map { piece in
            switch piece.kind {
            case .kept: piece.text
            case .new: "[+" + piece.text + "]"
            case .gone: "[-" + piece.text + "]"
            }
        }.joined()
    }

    @Test func `a word is changed by itself, and a Han character is a word`() {
        #expect(
            shown("Code is deposited.", "Code is deposited for ten years.")
                == "Code is deposited[+ for ten years].")
        #expect(shown("保存十年。", "保存五年。") == "保存[-十][+五]年。")
        #expect(shown("", "new") == "[+new]")
        #expect(shown("same", "same") == "same")
    }

    @Test(arguments: [
        ("one two three", "three two one"), ("a\nb\nc", "a\nc\nb\n"), ("“引号”", "'引号'"),
        (String(repeating: "word ", count: 4000), String(repeating: "line\n", count: 2000)),
        (String(repeating: "x\n", count: 3500), String(repeating: "y\n", count: 3500)),
    ])
    func `what is kept and new is the second text, what is kept and gone the first`(
        old: String, new: String
    ) {
        let pieces = TextDifference(from: old, to: new).pieces
        #expect(pieces.filter { $0.kind != .gone }.map(\.text).joined() == new)
        #expect(pieces.filter { $0.kind != .new }.map(\.text).joined() == old)
    }
}
