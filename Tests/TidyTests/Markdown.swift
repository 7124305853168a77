/// A Markdown file cut into what the rules need: its lines outside code fences, each with the
/// numbered section it stands in.
struct Markdown {
    struct Line {
        /// Counted from 1.
        let number: Int
        /// `3.2` under `## 3.2 Limits`; empty above the first numbered heading.
        let section: String
        let text: String
    }

    /// From the root of the repository.
    let path: String
    let lines: [Line]
    /// The anchors that headings give, spelled as code hosts spell them.
    let anchors: Set<String>

    init(path: String, text: String) {
        self.path = path

        var lines: [Line] = []
        var anchors: Set<String> = []
        var section = ""
        var fence: String?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let trimmed = String(line).trimmed()
            if let open = fence {
                if trimmed.hasPrefix(open) { fence = nil }
                continue
            }
            if trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") {
                fence = String(trimmed.prefix(3))
                continue
            }
            if line.hasPrefix("#") {
                let title = String(line.drop { $0 == "#" }).trimmed()
                section = Self.number(of: title) ?? section
                anchors.insert(Self.anchor(of: title))
            }
            lines.append(Line(number: index + 1, section: section, text: String(line)))
        }
        self.lines = lines
        self.anchors = anchors
    }

    /// `3.2` of `3.2 Limits`, `§3.2 Limits` and `3.2. Limits`.
    private static func number(of title: String) -> String? {
        var digits = title.drop { $0 == "§" }.prefix { $0.isNumber || $0 == "." }
        while digits.last == "." { digits.removeLast() }
        return digits.first?.isNumber == true ? String(digits) : nil
    }

    private static func anchor(of title: String) -> String {
        let kept = title.lowercased().filter {
            $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == " "
        }
        return String(kept.map { $0 == " " ? "-" : $0 })
    }
}
