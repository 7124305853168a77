/// What became of one text in another: word by word, where a Han character is a word, or line by
/// line where that would take too long.
package struct TextDifference: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case kept, gone, new }

    package struct Piece: Hashable, Sendable {
        package let kind: Kind
        package let text: String
    }

    /// The second text with what is gone of the first, in order; neighbours of a kind together.
    package let pieces: [Piece]

    /// The work grows with the product of both texts' words.
    static let wordLimit = 3000
    static let lineLimit = 3000

    package init(from old: String, to new: String) {
        let words = (Self.words(old), Self.words(new))
        if words.0.count <= Self.wordLimit, words.1.count <= Self.wordLimit {
            pieces = Self.pieces(words.0, words.1)
            return
        }
        let lines = (Self.lines(old), Self.lines(new))
        guard lines.0.count <= Self.lineLimit, lines.1.count <= Self.lineLimit else {
            pieces = [Piece(kind: .gone, text: old), Piece(kind: .new, text: new)]
            return
        }
        pieces = Self.pieces(lines.0, lines.1)
    }

    private static func pieces(_ old: [Substring], _ new: [Substring]) -> [Piece] {
        var (gone, came): (Set<Int>, Set<Int>) = ([], [])
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): gone.insert(offset)
            case .insert(let offset, _, _): came.insert(offset)
            }
        }
        var pieces: [Piece] = []
        func add(_ kind: Kind, _ text: Substring) {
            if let last = pieces.last, last.kind == kind {
                pieces[pieces.count - 1] = Piece(kind: kind, text: last.text + text)
            } else {
                pieces.append(Piece(kind: kind, text: String(text)))
            }
        }
        var (before, after) = (0, 0)
        while before < old.count || after < new.count {
            if before < old.count, gone.contains(before) {
                add(.gone, old[before])
                before += 1
            } else if after < new.count, came.contains(after) {
                add(.new, new[after])
                after += 1
            } else {
                add(.kept, new[after])
                before += 1
                after += 1
            }
        }
        return pieces
    }

    private static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var rest = text[...]
        while let end = rest.firstIndex(of: "\n") {
            lines.append(rest[...end])
            rest = rest[rest.index(after: end)...]
        }
        return rest.isEmpty ? lines : lines + [rest]
    }

    /// Runs of letters and digits, and each other character, such as a Han one, by itself.
    private static func words(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            let end =
                isOfWord(first)
                ? rest.firstIndex { !isOfWord($0) } ?? rest.endIndex
                : rest.index(after: rest.startIndex)
            words.append(rest[..<end])
            rest = rest[end...]
        }
        return words
    }

    private static func isOfWord(_ character: Character) -> Bool {
        guard character.isLetter || character.isNumber, let scalar = character.unicodeScalars.first
        else { return false }
        return !scalar.properties.isIdeographic
    }
}
