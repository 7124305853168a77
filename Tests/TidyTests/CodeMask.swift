/// Blanks what is not code, so that a rule about calls never trips over a sentence about them.
///
/// Comments, string contents and raw identifiers become spaces; newlines stay, so that line
/// numbers hold; code inside `\( )` stays code. Regex literals are not recognised.
struct CodeMask {
    private enum Frame {
        /// Code, and how many parentheses it has open; the first frame is the file itself.
        case code(openParens: Int)
        case string(hashCount: Int, isMultiline: Bool)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    private var frames: [Frame] = [.code(openParens: 0)]

    static func code(of text: String) -> String {
        var mask = CodeMask(bytes: Array(text.utf8))
        while mask.position < mask.bytes.count { mask.step() }
        return String(decoding: mask.output, as: UTF8.self)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func step() {
        switch frames.last {
        case .string(let hashCount, let isMultiline):
            stepInString(hashCount: hashCount, isMultiline: isMultiline)
        case .code(let openParens): stepInCode(openParens: openParens)
        case nil: preconditionFailure("the first frame is never left")
        }
    }

    private mutating func stepInCode(openParens: Int) {
        if follows("//") {
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { blank(1) }
        } else if follows("/*") {
            blankBlockComment()
        } else if let (hashCount, isMultiline) = openingQuote() {
            keep(hashCount + (isMultiline ? 3 : 1))
            frames.append(.string(hashCount: hashCount, isMultiline: isMultiline))
        } else if follows("`") {
            blankRawIdentifier()
        } else {
            if follows("(") {
                frames[frames.count - 1] = .code(openParens: openParens + 1)
            } else if follows(")") {
                if openParens == 1, frames.count > 1 {
                    frames.removeLast()
                } else {
                    frames[frames.count - 1] = .code(openParens: max(0, openParens - 1))
                }
            }
            keep(1)
        }
    }

    private mutating func stepInString(hashCount: Int, isMultiline: Bool) {
        let hashes = String(repeating: "#", count: hashCount)
        let closing = (isMultiline ? "\"\"\"" : "\"") + hashes
        if follows(closing) {
            keep(closing.utf8.count)
            frames.removeLast()
        } else if follows("\\" + hashes + "(") {
            blank(1 + hashCount)
            keep(1)
            frames.append(.code(openParens: 1))
        } else if follows("\\" + hashes) {
            blank(2 + hashCount)
        } else {
            // A one-line string never outlives its line, whatever we failed to understand.
            if follows("\n"), !isMultiline { frames.removeLast() }
            blank(1)
        }
    }

    private func openingQuote() -> (hashCount: Int, isMultiline: Bool)? {
        let hashCount = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
        guard follows("\"", after: hashCount) else { return nil }
        return (hashCount, follows("\"\"\"", after: hashCount))
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if follows("/*") {
                depth += 1
                blank(2)
            } else if follows("*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && position < bytes.count
    }

    /// A plain escaped word (`` `default` ``) stays, a sentence goes.
    private mutating func blankRawIdentifier() {
        let inside = bytes[(position + 1)...].prefix {
            $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "\n")
        }
        keep(1)
        if inside.contains(UInt8(ascii: " ")) { blank(inside.count) } else { keep(inside.count) }
        keep(1)
    }

    private func follows(_ text: String, after skipped: Int = 0) -> Bool {
        let start = position + skipped
        // Asked at every byte of every file: nearly always the first byte answers.
        guard start < bytes.count, bytes[start] == text.utf8.first else { return false }
        return bytes[start...].starts(with: text.utf8)
    }

    private mutating func keep(_ count: Int) {
        output += bytes[position...].prefix(count)
        position += count
    }

    private mutating func blank(_ count: Int) {
        for byte in bytes[min(position, bytes.count)...].prefix(count) {
            output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        }
        position += count
    }
}
