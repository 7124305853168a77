/// Cuts text into the tokens by which it is found: the same for what is stored and what is asked.
///
/// - Words of scripts that set spaces between words are one token each, in small letters.
/// - Han, kana and Hangul run on without spaces and most of their words have two characters: each
///   pair of neighbours is a token, and the last character of a run is one too. So every pair is
///   found by itself, and every single character as the beginning of a token.
///
/// Cuts fall between scalars of the text's own UTF-8, never within one; a mark that combines with
/// the letter before it belongs to that letter's token. What two spellings of one letter have in
/// common (full width, compatibility forms, composed or not: NFKC) is left to `fold`, because the
/// standard library has no such table: the store hands in Foundation's.
package struct SearchTokens: Sendable {
    /// A longer token is cut there, in the text and in the question alike.
    package static let tokenLimitBytes = 64

    /// Folds one token that is not ASCII to the form in which it is compared.
    private let fold: @Sendable (Substring) -> String

    package init(fold: @escaping @Sendable (Substring) -> String = { $0.lowercased() }) {
        self.fold = fold
    }

    /// One token of a text and where in its UTF-8 it stands.
    package struct Token: Hashable, Sendable {
        package let text: String
        package let range: Range<Int>
        package let kind: TokenKind
    }

    package enum TokenKind: Hashable, Sendable {
        case word
        /// Two neighbours in a run without spaces.
        case pair
        /// The last character of such a run.
        case runEnd
    }

    package func tokens(of text: String) -> [Token] {
        var found: [Token] = []
        scan(text) { token, range, kind in
            found.append(
                Token(text: String(decoding: token, as: UTF8.self), range: range, kind: kind))
        }
        return found
    }

    /// Appends the tokens, each after a space: what a full-text index splits at ASCII spaces.
    package func append(_ text: String, to joined: inout [UInt8]) {
        scan(text) { token, _, _ in
            joined.append(0x20)
            joined.append(contentsOf: token)
        }
    }

    private func scan(
        _ text: String, _ emit: (ArraySlice<UInt8>, Range<Int>, TokenKind) -> Void
    ) {
        let bytes = Array(text.utf8)
        var place = 0
        while place < bytes.count {
            let (kind, next) = Self.kind(at: place, in: bytes)
            switch kind {
            case .other: place = next
            case .word: place = word(from: place, in: bytes, emit)
            case .running: place = run(from: place, in: bytes, emit)
            }
        }
    }

    private func word(
        from start: Int, in bytes: [UInt8],
        _ emit: (ArraySlice<UInt8>, Range<Int>, TokenKind) -> Void
    ) -> Int {
        var end = start
        // Where the token ends when it is too long: after a whole scalar.
        var cut = start
        var isASCII = true
        var isLower = true
        while end < bytes.count {
            let (kind, next) = Self.kind(at: end, in: bytes)
            guard kind == .word else { break }
            if bytes[end] >= 0x80 { isASCII = false }
            if (0x41...0x5A).contains(bytes[end]) { isLower = false }
            end = next
            if end - start <= Self.tokenLimitBytes { cut = end }
        }
        if isASCII {
            emit(
                isLower ? bytes[start..<cut] : bytes[start..<cut].map(Self.small)[...],
                start..<end, .word)
        } else {
            emit(folded(bytes[start..<cut]), start..<end, .word)
        }
        return end
    }

    private func run(
        from start: Int, in bytes: [UInt8],
        _ emit: (ArraySlice<UInt8>, Range<Int>, TokenKind) -> Void
    ) -> Int {
        var first = start
        var (_, second) = Self.kind(at: start, in: bytes)
        while second < bytes.count {
            let (kind, next) = Self.kind(at: second, in: bytes)
            guard kind == .running else { break }
            emit(running(bytes[first..<next]), first..<next, .pair)
            first = second
            second = next
        }
        emit(running(bytes[first..<second]), first..<second, .runEnd)
        return second
    }

    /// Characters of the main blocks are their own folded form; the compatibility forms are not.
    private func running(_ token: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        token.allSatisfy { $0 < 0xEF } ? token : folded(token)
    }

    private func folded(_ token: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let text = fold(String(decoding: token, as: UTF8.self)[...])
        // Folding may leave a space or a sign inside (as of ½): a token has none.
        let kept = text.unicodeScalars.filter { Self.kind(of: $0) != .other }
        return Array(String(String.UnicodeScalarView(kept)).utf8)[...]
    }

    private static func small(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    // MARK: Scalars

    private enum Kind { case other, word, running }

    /// What the scalar at that place is, and where the next one begins. The bytes are a String's,
    /// so they are well formed.
    private static func kind(at place: Int, in bytes: [UInt8]) -> (Kind, next: Int) {
        let lead = bytes[place]
        if lead < 0x80 {
            let isWord =
                (0x61...0x7A).contains(lead) || (0x30...0x39).contains(lead)
                || (0x41...0x5A).contains(lead)
            return (isWord ? .word : .other, place + 1)
        }
        let count = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var value = UInt32(lead) & (count == 2 ? 0x1F : count == 3 ? 0x0F : 0x07)
        let next = min(place + count, bytes.count)
        for byte in bytes[(place + 1)..<next] { value = value << 6 | UInt32(byte & 0x3F) }
        // Most of what is not ASCII is Han; asking Unicode's tables for each would be slow.
        if (0x4E00...0x9FFF).contains(value) { return (.running, next) }
        return (Unicode.Scalar(value).map(kind(of:)) ?? .other, next)
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case ..<0x80: return kind(at: 0, in: [UInt8(scalar.value)]).0
        // Han with its extensions and compatibility forms, 々, kana, Hangul syllables.
        case 0x3005, 0x3007, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF,
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF66...0xFF9F,
            0x20000...0x3FFFD:
            return .running
        default:
            let properties = scalar.properties
            if properties.isAlphabetic || properties.numericType != nil { return .word }
            switch properties.generalCategory {
            case .nonspacingMark, .spacingMark, .enclosingMark: return .word
            default: return .other
            }
        }
    }
}
