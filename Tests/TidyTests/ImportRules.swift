/// The pure targets import no way to do anything but think.
enum ImportRules {
    static let allowed: [String: Set<String>] = [
        "ParleyLog": ["Crypto"],
        "ParleyStatements": ["Crypto", "ParleyLog"],
        "ParleyAudit": ["Crypto", "ParleyLog", "ParleyStatements"],
        "ParleyDialogue": ["ParleyLog", "ParleyStatements"],
        "ParleyLaw": ["ParleyLog", "ParleyStatements"],
        "ParleyExchange": ["ParleyDialogue", "ParleyLog", "ParleyStatements"],
        "ParleyExample": ["ParleyDialogue", "ParleyLog", "ParleyStatements"],
    ]

    static func offences(in file: SourceFile) -> [Offence] {
        guard file.path.hasPrefix("Sources/"), let allowed = allowed[file.target] else {
            return []
        }
        return file.code.enumerated().compactMap { index, line in
            guard let module = importedModule(in: line), !allowed.contains(module) else {
                return nil
            }
            return Offence(
                "import \(module)", file.path, line: index + 1, "\(file.target) is pure")
        }
    }

    static func importedModule(in line: String) -> String? {
        let words = line.words
        guard let place = words.firstIndex(of: "import") else { return nil }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
        ]
        let before: Set<Substring> = [
            "package", "private", "fileprivate", "internal", "public", "testable", "preconcurrency",
        ]
        guard words[..<place].allSatisfy(before.contains) else { return nil }
        return words[(place + 1)...].first { !kinds.contains($0) }.map(String.init)
    }
}
