/// What a page points at is there.
enum DocumentRules {
    /// `exists` is asked for paths from the root of the repository.
    static func offences(
        in page: Markdown, pages: [String: Markdown], exists: (String) -> Bool
    ) -> [Offence] {
        var found: [Offence] = []
        for line in page.lines {
            for target in links(in: line.text) {
                if let fault = fault(of: target, on: page, pages: pages, exists: exists) {
                    found.append(Offence("link", page.path, line: line.number, fault))
                }
            }
            for path in quotedPaths(in: line.text) where !exists(path) {
                found.append(
                    Offence("path", page.path, line: line.number, "no \(path) in this house"))
            }
        }
        return found
    }

    static func changelogOffences(in page: Markdown) -> [Offence] {
        let headings = page.lines.map(\.text).filter { $0.hasPrefix("## ") }
        let isDated: (String) -> Bool = { heading in
            heading.words.count >= 3
                && heading.words.contains { $0.count == 4 && $0.allSatisfy(\.isNumber) }
        }
        if headings.contains(where: { $0.contains("Unreleased") || isDated($0) }) { return [] }
        return [Offence("changelog", page.path, "no Unreleased and no dated section")]
    }

    /// The target of each `[words](target)` on a line, code spans aside.
    static func links(in line: String) -> [String] {
        let text = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset % 2 == 0 ? String($0.element) : "" }.joined()
        return text.ranges(of: "](").compactMap { range in
            let rest = text[range.upperBound...]
            guard let end = rest.firstIndex(of: ")") else { return nil }
            return rest[..<end].split(separator: " ").first.map(String.init)
        }
    }

    /// Code spans that name a place in the repository, such as `Sources/ParleyLog/`.
    static func quotedPaths(in line: String) -> [String] {
        let tops = [
            "Sources/", "Tests/", "Spec/", "Vectors/", "Examples/", "Benchmarks/", "run.d/",
        ]
        return line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            .filter { span in
                tops.contains(where: span.hasPrefix)
                    && span.allSatisfy { $0.isLetter || $0.isNumber || "/.-_+".contains($0) }
            }
    }

    private static func fault(
        of target: String, on page: Markdown, pages: [String: Markdown], exists: (String) -> Bool
    ) -> String? {
        if ["https://", "http://", "mailto:"].contains(where: target.hasPrefix) { return nil }
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        var path = page.path
        if !parts[0].isEmpty {
            guard let resolved = resolve(String(parts[0]), from: page.path) else {
                return "\(target) leaves the repository"
            }
            path = resolved
        }
        guard exists(path) else { return "\(target) is not there" }
        guard parts.count == 2, let other = pages[path] else { return nil }
        return other.anchors.contains(String(parts[1])) ? nil : "\(path) has no #\(parts[1])"
    }

    private static func resolve(_ relative: String, from page: String) -> String? {
        var place = page.split(separator: "/").dropLast().map(String.init)
        for part in relative.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": if place.popLast() == nil { return nil }
            default: place.append(String(part))
            }
        }
        return place.joined(separator: "/")
    }
}
