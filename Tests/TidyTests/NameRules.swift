/// A name says what a thing is; these words say that nobody decided.
enum NameRules {
    static let emptyWords: Set<String> = [
        "Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Manager", "Managers",
        "Core", "Info",
    ]

    static func offences(in file: SourceFile) -> [Offence] {
        var found: [Offence] = []
        for word in camelWords(file.name) where emptyWords.contains(word) {
            found.append(Offence("empty-name", file.path, "a file named \(word)"))
        }
        for word in camelWords(file.target) where emptyWords.contains(word) {
            found.append(Offence("empty-name", file.path, "a target named \(word)"))
        }
        for (index, line) in file.code.enumerated() {
            for type in declaredTypes(in: line) {
                for word in camelWords(type) where emptyWords.contains(word) {
                    found.append(
                        Offence("empty-name", file.path, line: index + 1, "\(type) says \(word)"))
                }
            }
        }
        return found
    }

    /// `Core` in `ParleyCore` and in `HTTPCore`, but not in `Scorecard`.
    static func camelWords(_ name: String) -> [String] {
        var words: [String] = []
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            let next = index + 1 < letters.count ? letters[index + 1] : nil
            let startsWord =
                index == 0 || !letter.isLetter
                || letter.isUppercase
                    && (letters[index - 1].isLowercase || next?.isLowercase == true)
            if startsWord { words.append("") }
            words[words.count - 1].append(letter)
        }
        return words
    }

    private static let keywords: Set<Substring> = [
        "struct", "class", "enum", "actor", "protocol", "typealias",
    ]

    private static func declaredTypes(in line: String) -> [String] {
        let words = line.words
        return zip(words, words.dropFirst()).compactMap { keyword, name in
            keywords.contains(keyword) && name.first?.isUppercase == true ? String(name) : nil
        }
    }
}
