import ParleyLaw
import ParleyStatements

/// The words of law answers, in one language. A further language is a further column.
struct LawWords {
    let language: String
    private let column: Int

    init?(language: String) {
        guard let column = ["en", "zh-Hans"].firstIndex(of: language) else { return nil }
        self.language = language
        self.column = column
    }

    func callAsFunction(_ key: String) -> String {
        guard let row = Self.table[key] else { return key }
        return column == 0 ? row.en : row.zh
    }

    /// A term of the glossary in this language; `otherwise` where it has none.
    func term(_ id: RowID, _ otherwise: String, in data: LawData) -> String {
        guard column == 1,
            case .string(let text)? = data.standing[RowReference(.glossary, id)]?.row["zhHans"]
        else { return otherwise }
        return text
    }

    private static let table: [String: (en: String, zh: String)] = [
        "not-advice": (
            "This is not legal advice: it says what the rows named here say.",
            "本回答不构成法律意见：仅陈述所列数据条目的内容。"
        ),
        "in-force": ("in force", "有效"),
        "not-in-force": ("not in force between the two", "双方之间未生效"),
        "suspended": ("suspended", "中止"),
        "political": ("a promise, not binding", "政治承诺，无约束力"),
        "home-law": ("home law of the requested side", "被请求方国内法"),
        "unknown": ("unknown", "未知"),
        "met": ("met", "满足"),
        "met-if": ("met if", "有条件满足"),
        "not-met": ("not met", "不满足"),
        "not-required": ("not required", "不要求"),
        "dual": ("dual criminality", "双重犯罪"),
        "low-confidence": (" (rests on rows of low confidence)", "（所依据条目可信度低）"),
        "if": ("if", "条件"),
        "not-in-data": ("not in the data", "数据中没有"),
        "maximum": ("maximum", "最高刑"),
        "years": ("years", "年"),
        "life": ("life", "无期徒刑"),
        "up-to": ("up to", "最高可至"),
        "fine": ("fine only", "仅罚金"),
        "fields": ("must say", "必须写明"),
        "limit": ("time", "时限"),
        "grounds": ("may be refused for", "可据以拒绝的理由"),
        "no-grounds": ("may not be refused for", "不得据以拒绝的理由"),
        "channel": ("channel", "渠道"),
        "closed": ("closed", "不可用"),
        "gaps": ("not known", "未知事项"),
        "doubt": ("read with care", "须谨慎对待"),
        "stale": ("stale", "过时"),
        "rows": ("rows used", "所用条目"),
        "data": ("data", "数据"),
        "languages": ("languages", "文字"),
        "none": ("none", "无"),
    ]
}
