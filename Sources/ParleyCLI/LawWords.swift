import ParleyLaw
import ParleyLog
import ParleyStatements

/// The words of law answers, in one language. A further language is a further column.
struct LawWords {
    /// Words for the codes of the data, named `family.code`.
    enum Family: String, CaseIterable {
        case verdict, standing, outcome, why, confidence, sense, clock, unit, units, channel
        case about, language, instrument, agreement, need, group
    }

    let language: String
    private let column: Int

    init?(language: String) {
        guard let column = ["en", "zh-Hans"].firstIndex(of: language) else { return nil }
        self.language = language
        self.column = column
    }

    var isChinese: Bool { column == 1 }

    func callAsFunction(_ key: String) -> String {
        guard let row = Self.table[key] else { return key }
        return column == 0 ? row.en : row.zh
    }

    /// The word for a code of the data; the code itself where an overlay brought a new one.
    func callAsFunction(_ family: Family, _ code: String) -> String {
        let key = family.rawValue + "." + code
        return Self.table[key] == nil ? code : self(key)
    }

    /// A text of the table with its parts put in: `{party} signed {date}`.
    func callAsFunction(_ key: String, _ parts: [String: String]) -> String {
        filled(self(key), parts)
    }

    func filled(_ text: String, _ parts: [String: String]) -> String {
        parts.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// `1 year`, `2 years`.
    func count(_ number: Int, _ unit: String) -> String {
        let one = number == 1 && !isChinese
        return "\(number) " + self(one ? .unit : .units, unit)
    }

    func list(_ texts: [String]) -> String { texts.joined(separator: isChinese ? "、" : ", ") }

    /// What a row calls itself in this language.
    func title(_ english: String, _ chinese: String?) -> String {
        isChinese ? chinese ?? english : english
    }
}
