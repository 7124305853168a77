/// Each MUST of the specification stands once above the check that keeps it.
enum SpecRules {
    struct Sentence: Hashable {
        let spec: String
        let section: String
        /// As ``plain(_:)`` spells it.
        let text: String
        let line: Int
    }

    struct Quote: Hashable {
        let spec: String
        let section: String
        /// As ``plain(_:)`` spells it; may hold more words after the quoted sentence.
        let text: String
        let file: String
        let line: Int
    }

    static func offences(sentences: [Sentence], quotes: [Quote]) -> [Offence] {
        var found: [Offence] = []
        for sentence in sentences {
            let keepers = quotes.filter { holds($0, sentence) }
            guard keepers.count != 1 else { continue }
            let places = keepers.map { "\($0.file):\($0.line)" }.joined(separator: ", ")
            found.append(
                Offence(
                    "spec-quote", "Spec/\(sentence.spec).md", line: sentence.line,
                    keepers.isEmpty
                        ? "§\(sentence.section) is quoted nowhere in Sources: \(sentence.text)"
                        : "§\(sentence.section) is quoted \(keepers.count) times: \(places)"))
        }
        for quote in quotes where !sentences.contains(where: { holds(quote, $0) }) {
            found.append(
                Offence(
                    "spec-quote", quote.file, line: quote.line,
                    "Spec/\(quote.spec).md §\(quote.section) has no such sentence: \(quote.text)"))
        }
        return found
    }

    /// The sentences with MUST in them, outside code fences and the paragraph that says what MUST
    /// means. In a table each cell is a text of its own.
    static func sentences(in page: Markdown) -> [Sentence] {
        let spec = String(page.path.split(separator: "/").last?.prefix { $0 != "." } ?? "")
        return page.lines.flatMap { line -> [Sentence] in
            let isAboutTheWord = ["RFC 2119", "RFC 8174", "BCP 14"].contains(
                where: line.text.contains)
            guard line.text.words.contains("MUST"), !isAboutTheWord, !line.text.hasPrefix("#")
            else {
                return []
            }
            let texts = line.text.trimmed().hasPrefix("|") ? cells(of: line.text) : [line.text]
            return texts.flatMap { split($0) }.filter { $0.words.contains("MUST") }.map {
                Sentence(
                    spec: spec, section: line.section, text: plain($0), line: line.number)
            }
        }
    }

    /// The `// SPEC <spec> §<n>: …` comments of a file, each up to the end of its comment lines.
    static func quotes(in file: SourceFile) -> [Quote] {
        var found: [Quote] = []
        for (index, line) in file.lines.enumerated() {
            guard let opening = quoteOpening(line) else { continue }
            var text = opening.text
            for next in file.lines[(index + 1)...] {
                guard let more = comment(next), quoteOpening(next) == nil, !more.isEmpty else {
                    break
                }
                text += " " + more
            }
            found.append(
                Quote(
                    spec: opening.spec, section: opening.section, text: plain(text),
                    file: file.path, line: index + 1))
        }
        return found
    }

    /// The words alone: no list mark, no emphasis, no case, one space, a full stop at the end.
    static func plain(_ text: String) -> String {
        var words = text.lowercased().split { $0.isWhitespace }.map { word in
            String(word.filter { $0 != "`" && $0 != "*" && $0 != "_" })
        }.filter { !$0.isEmpty }
        let isListMark: (String) -> Bool = {
            $0 == "-" || $0 == ">" || $0 == "+"
                || $0.hasSuffix(".") && $0.dropLast().allSatisfy(\.isNumber)
        }
        while let first = words.first, isListMark(first) { words.removeFirst() }
        var sentence = words.joined(separator: " ")
        if let last = sentence.last, !".!?:;".contains(last) { sentence.append(".") }
        return sentence
    }

    private static func holds(_ quote: Quote, _ sentence: Sentence) -> Bool {
        quote.spec == sentence.spec && quote.section == sentence.section
            && (" " + quote.text).contains(" " + sentence.text)
    }

    /// Cuts at a full stop, question or exclamation mark before a space and a new beginning.
    private static func split(_ line: String) -> [String] {
        var sentences: [String] = []
        var words: [Substring] = []
        let all = line.split(separator: " ")
        for (index, word) in all.enumerated() {
            words.append(word)
            let mark = word.last { !"`*_)\"".contains($0) }
            let next = index + 1 < all.count ? all[index + 1].first { !"`*_(\"".contains($0) } : nil
            let isShortening = ["e.g.", "i.e.", "cf.", "vs."].contains { word.hasSuffix($0) }
            let isListMark = word.dropLast().allSatisfy(\.isNumber)
            if let mark, ".!?".contains(mark), next?.isUppercase == true, !isShortening, !isListMark
            {
                sentences.append(words.joined(separator: " "))
                words = []
            }
        }
        return sentences + [words.joined(separator: " ")]
    }

    private static func cells(of row: String) -> [String] {
        row.split(separator: "|").map { String($0).trimmed() }
    }

    private static func comment(_ line: String) -> String? {
        let trimmed = line.trimmed()
        guard trimmed.hasPrefix("//") else { return nil }
        return String(trimmed.drop { $0 == "/" }).trimmed()
    }

    private static func quoteOpening(
        _ line: String
    ) -> (spec: String, section: String, text: String)? {
        guard let comment = comment(line), comment.hasPrefix("SPEC "),
            let colon = comment.firstIndex(of: ":")
        else { return nil }
        let place = comment[..<colon].split(separator: " ")
        guard place.count == 3, place[2].hasPrefix("§") else { return nil }
        return (
            String(place[1]), String(place[2].dropFirst()),
            String(comment[comment.index(after: colon)...])
        )
    }
}
