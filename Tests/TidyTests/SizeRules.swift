/// Files, functions and lines stay small enough to be read.
enum SizeRules {
    static let fileLimitLines = 500
    static let functionLimitLines = 70
    static let lineLimitColumns = 100

    static func offences(in file: SourceFile) -> [Offence] {
        var found: [Offence] = []
        if file.lines.count > fileLimitLines {
            found.append(
                Offence(
                    "file-length", file.path,
                    "\(file.lines.count) lines; split it by noun, \(fileLimitLines) is the wall"))
        }
        for (index, line) in file.lines.enumerated() where line.count > lineLimitColumns {
            found.append(
                Offence("line-width", file.path, line: index + 1, "\(line.count) columns"))
        }
        for function in functions(in: file) where function.lineCount > functionLimitLines {
            found.append(
                Offence(
                    "function-length", file.path, line: function.line,
                    "\(function.lineCount) lines; \(functionLimitLines) is the wall"))
        }
        return found
    }

    /// Every function, initialiser, subscript and computed property that has a body over more than
    /// one line, from its first line to the line that closes it.
    ///
    /// On formatted code no parser is needed: a body ends at the first line that is the
    /// declaration's own indentation and `}`.
    static func functions(in file: SourceFile) -> [(line: Int, lineCount: Int)] {
        var found: [(line: Int, lineCount: Int)] = []
        for start in file.code.indices where declares(file.code[start]) {
            guard let opening = openingLine(of: start, in: file.code) else { continue }
            let closing = String(repeating: " ", count: file.code[start].indentation) + "}"
            let rest = file.code[(opening + 1)...]
            if let end = rest.firstIndex(where: { $0.hasPrefix(closing) }) {
                found.append((line: start + 1, lineCount: end - start + 1))
            }
        }
        return found
    }

    private static let modifiers: Set<Substring> = [
        "package", "private", "fileprivate", "internal", "static", "class", "final", "override",
        "mutating", "nonisolated", "required", "convenience", "consuming", "borrowing", "lazy",
        "nonsending", "isolated",
    ]

    private static func declares(_ line: String) -> Bool {
        let words = line.words
        if words.contains("func") { return true }
        guard let first = words.first(where: { !modifiers.contains($0) }),
            line.trimmed().first?.isLetter == true
        else { return false }
        switch first {
        case "init", "deinit", "subscript": return true
        case "var": return line.hasSuffix("{") && !line.contains(" = ")
        default: return false
        }
    }

    /// The line on which the body opens; nil for a requirement without one or a body in one line.
    private static func openingLine(of start: Int, in code: [String]) -> Int? {
        var openBrackets = 0
        for index in code[start...].indices {
            if balance(code[index], "{", "}") > 0 { return index }
            openBrackets += balance(code[index], "(", ")") + balance(code[index], "[", "]")
            let next = index + 1 < code.count ? code[index + 1].trimmed() : ""
            let goesOn = ["{", "->", "throws", "async", "where"].contains { next.hasPrefix($0) }
            if openBrackets <= 0, !goesOn { return nil }
        }
        return nil
    }

    private static func balance(_ line: String, _ open: Character, _ close: Character) -> Int {
        line.reduce(0) { $0 + ($1 == open ? 1 : 0) - ($1 == close ? 1 : 0) }
    }
}
