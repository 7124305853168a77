/// What somebody looks for: words that must all stand in a text, in any order.
package struct SearchQuestion: Hashable, Sendable {
    package static let limitBytes = 512
    package static let termLimit = 32

    /// A token, or what a token begins with.
    package struct Term: Hashable, Sendable {
        package let text: String
        package let isPrefix: Bool
    }

    package let terms: [Term]
    /// Runs of three characters and more: their pairs must stand one after another.
    private let chains: [[String]]

    package init(_ text: String, using tokens: SearchTokens) throws(SearchRefusal) {
        let sizeBytes = text.utf8.count
        guard sizeBytes <= Self.limitBytes else {
            throw .questionTooLong(sizeBytes: sizeBytes, limitBytes: Self.limitBytes)
        }
        var terms: [Term] = []
        var chains: [[String]] = []
        var chain: [String] = []
        for token in tokens.tokens(of: text) {
            switch token.kind {
            case .word: terms.append(Term(text: token.text, isPrefix: false))
            case .pair:
                terms.append(Term(text: token.text, isPrefix: false))
                chain.append(token.text)
            case .runEnd:
                // The last character of a longer run stands in the pair before it.
                if chain.isEmpty { terms.append(Term(text: token.text, isPrefix: true)) }
                if chain.count > 1 { chains.append(chain) }
                chain = []
            }
        }
        terms = terms.enumerated().filter { place, term in
            terms.firstIndex(of: term) == place && !term.text.isEmpty
        }.map(\.element)
        guard !terms.isEmpty else { throw .questionEmpty }
        guard terms.count <= Self.termLimit else {
            throw .questionTooManyTerms(count: terms.count, limit: Self.termLimit)
        }
        self.terms = terms
        self.chains = chains
    }

    /// Whether a text has all the terms.
    package func hasTerms(_ text: String, using tokens: SearchTokens) -> Bool {
        let found = tokens.tokens(of: text).map(\.text)
        return terms.allSatisfy { term in
            found.contains { term.isPrefix ? $0.hasPrefix(term.text) : $0 == term.text }
        }
    }

    /// Whether a text that has all the terms has the longer runs too, each in one piece.
    package func isFound(in text: String, using tokens: SearchTokens) -> Bool {
        guard !chains.isEmpty else { return true }
        let found = tokens.tokens(of: text).map(\.text)
        return chains.allSatisfy { chain in
            found.indices.contains { found[$0...].starts(with: chain) }
        }
    }

    /// Some characters around the first place where a term stands, never a part of a character.
    package func snippet(
        of text: String, using tokens: SearchTokens, before: Int = 24, after: Int = 72
    ) -> String {
        let place =
            tokens.tokens(of: text).first { token in
                terms.contains {
                    $0.isPrefix ? token.text.hasPrefix($0.text) : token.text == $0.text
                }
            }?.range.lowerBound ?? 0
        let characters = Array(text)
        var bytes = 0
        let middle = characters.firstIndex { character in
            bytes += character.utf8.count
            return bytes > place
        }
        let first = max(0, (middle ?? 0) - before)
        let last = min(characters.count, (middle ?? 0) + after)
        let words = characters[first..<last].map { $0.isWhitespace ? " " : $0 }
        return (first > 0 ? "…" : "") + String(words)
            + (last < characters.count ? "…" : "")
    }
}

package enum SearchRefusal: Error, Hashable, Sendable {
    case questionTooLong(sizeBytes: Int, limitBytes: Int)
    case questionTooManyTerms(count: Int, limit: Int)
    case questionEmpty

    package var reason: String {
        switch self {
        case .questionTooLong: "search-too-long"
        case .questionTooManyTerms: "search-too-many-words"
        case .questionEmpty: "search-empty"
        }
    }

    package var explanation: String {
        switch self {
        case .questionTooLong(let sizeBytes, let limitBytes):
            "what is looked for has \(sizeBytes) bytes; it may have \(limitBytes)"
        case .questionTooManyTerms(let count, let limit):
            "what is looked for has \(count) words; it may have \(limit)"
        case .questionEmpty: "there is no letter or digit in what is looked for"
        }
    }
}
