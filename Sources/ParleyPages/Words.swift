package import ParleyStatements

/// The words of the pages in one language: one file of `Data`, `en.json` for `/en/`.
///
/// A text may hold parts in braces. Of a text that counts there is one for each form that the
/// language's plural has: `threads#one`, `threads#other`.
package struct Words: Sendable {
    /// As an address has it.
    package let code: String
    /// As HTML has it (BCP 47).
    package let tag: String
    private let texts: [String: String]

    /// Every language there is, English first, the others by their codes.
    package static let all: [Words] = {
        var all: [Words] = []
        for (name, text) in EmbeddedFiles.all where name.hasSuffix(".json") {
            let bytes = text.withUTF8Buffer { Array($0) }
            all.append(Words(code: String(name.dropLast(5)), parsing: bytes))
        }
        return all.sorted { ($0.code == "en" ? "" : $0.code) < ($1.code == "en" ? "" : $1.code) }
    }()

    package static func named(_ code: String) -> Words? { all.first { $0.code == code } }

    /// Traps on a file that is not one object of texts: it is compiled in, and a test reads it.
    private init(code: String, parsing bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes, limitBytes: 1 << 20),
            case .object(let object) = value
        else { preconditionFailure("\(code).json is no object") }
        var texts: [String: String] = [:]
        for member in object.members {
            guard case .string(let text) = member.value else {
                preconditionFailure("\(code).json: \(member.name) is no text")
            }
            texts[member.name] = text
        }
        self.code = code
        self.texts = texts
        guard let tag = texts["language.tag"] else { preconditionFailure("\(code) has no tag") }
        self.tag = tag
    }

    package var keys: Set<String> { Set(texts.keys) }

    /// Nil where there is none; for codes that may be newer than the words.
    package func known(_ key: String) -> String? { texts[key] }

    /// The key itself where there is no text, which a test finds out: a page with an odd word is
    /// better than none.
    package func callAsFunction(_ key: String) -> String { texts[key] ?? key }

    /// With its parts put in: `{party} has answered`. A part's own braces are left alone.
    package func callAsFunction(_ key: String, _ parts: (name: String, text: String)...) -> String {
        Self.filled(self(key), parts)
    }

    /// A text that counts, with `{n}` for the number.
    package func count(
        _ key: String, _ number: Int, _ parts: (name: String, text: String)...
    ) -> String {
        let form = isPlural && number == 1 ? "#one" : "#other"
        return Self.filled(self(key + form), [("n", self.number(number))] + parts)
    }

    /// Whether one and many are told apart.
    private var isPlural: Bool { texts["language.plural"] == "one-other" }

    /// In groups of three, as the language groups them.
    package func number(_ number: Int) -> String {
        let digits = String(number.magnitude)
        guard digits.count > 4 else { return String(number) }
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += self("language.group") }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    package func list(_ texts: [String]) -> String {
        texts.joined(separator: self("language.comma"))
    }

    /// What a party calls something, in this language where it says so, else in its first.
    package func choose(_ texts: [LanguageTag: String]) -> (tag: String, text: String)? {
        let sorted = texts.sorted { $0.key.text < $1.key.text }
        let main = tag.prefix { $0 != "-" }
        let best =
            sorted.first { $0.key.text == tag }
            ?? sorted.first { $0.key.text.prefix { $0 != "-" } == main } ?? sorted.first
        return best.map { ($0.key.text, $0.value) }
    }

    private static func filled(
        _ text: String, _ parts: [(name: String, text: String)]
    ) -> String {
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let end = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<end]
            filled += rest[..<open]
            filled += parts.first { $0.name == name }?.text ?? String(rest[open...end])
            rest = rest[rest.index(after: end)...]
        }
        return filled + rest
    }
}
