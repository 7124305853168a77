/// One Swift file, as it stands and with its words taken out.
struct SourceFile: Sendable {
    /// From the root of the repository, such as `Sources/ParleyLog/Hex.swift`.
    let path: String
    let lines: [String]
    /// The same lines with comments, strings and sentence names blanked: what a rule may judge.
    let code: [String]
    /// ``code`` in one piece.
    let codeText: String

    init(path: String, text: String) {
        self.path = path
        lines = Self.split(text)
        codeText = CodeMask.code(of: text)
        code = Self.split(codeText)
    }

    /// `ParleyLog` for `Sources/ParleyLog/Hex.swift`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// `Hex` for `Sources/ParleyLog/Hex.swift`.
    var name: String {
        let last = path.split(separator: "/").last ?? ""
        return String(last.prefix { $0 != "." })
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// What a rule found: where, and what to do about it.
struct Offence: Hashable, CustomStringConvertible {
    /// Short and stable, so that an ``Allowance`` can name it.
    let rule: String
    let file: String
    /// Counted from 1; 0 for the file as a whole.
    let line: Int
    let detail: String

    init(_ rule: String, _ file: String, line: Int = 0, _ detail: String) {
        self.rule = rule
        self.file = file
        self.line = line
        self.detail = detail
    }

    var description: String { "\(file):\(line): \(rule): \(detail)" }
}

extension String {
    /// The identifiers and keywords of a line of code, in order.
    var words: [Substring] {
        split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }

    var indentation: Int { prefix { $0 == " " }.count }

    func trimmed() -> String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
