import ParleyLog
package import ParleyService
import ParleyStatements

/// What somebody is told outside the desk, in their language: that something waits, where, whose it
/// is and until when. What was said is read at the desk, by who has signed in there.
package struct NotifyText: NotifyWriting {
    /// Where browsers reach the desk: `https://host:port`.
    private let origin: String

    package init(origin: String) {
        self.origin = origin.hasSuffix("/") ? String(origin.dropLast()) : origin
    }

    private func words(_ language: String) -> Words { Words.named(language) ?? Words.all[0] }

    /// The most pressing of them, and how many there are besides.
    package func subject(_ facts: [NotifyFact], language: String) -> String {
        let words = words(language)
        guard let first = Self.sorted(facts).first else { return "Parley" }
        let head = "Parley" + words("language.colon") + line(first, words)
        guard facts.count > 1 else { return head }
        return words("told.more", ("first", head), ("n", words.number(facts.count - 1)))
    }

    package func text(_ facts: [NotifyFact], language: String) -> String {
        let words = words(language)
        var lines: [String] = []
        for fact in Self.sorted(facts) {
            lines.append(line(fact, words))
            if let due = fact.due {
                lines.append("  " + words("told.due", ("due", Self.instant(due))))
            }
            lines.append("  " + words("told.at", ("at", Self.instant(fact.at))))
            lines += ["  " + link(fact, language: language), ""]
        }
        lines += [
            "-- ", words("told.foot"),
            "  " + address("desk", "account", "notifications", words.code),
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    package func link(_ fact: NotifyFact, language: String) -> String {
        let language = words(language).code
        if let thread = fact.thread { return address("desk", "threads", thread.text, language) }
        if let draft = fact.draft { return address("desk", "drafts", draft.description, language) }
        if let filing = fact.filing {
            return address("desk", "intake", filing.description, language)
        }
        switch fact.kind {
        case .account: return origin + Address("desk", "accounts").text(in: language)
        case .peer: return origin + Address("desk", "health").text(in: language)
        default: return address("desk", "account", "notifications", language)
        }
    }

    private func address(
        _ one: String, _ two: String, _ three: String, _ language: String
    ) -> String {
        origin + Address(one, two, three).text(in: language)
    }

    private func line(_ fact: NotifyFact, _ words: Words) -> String {
        var key = "told.\(fact.kind.rawValue)"
        if let page = fact.page { key = page == 0 ? "told.call" : "told.call-again" }
        if let answers = fact.answers { key += answers ? "-yes" : "-no" }
        return words(key, ("party", fact.party?.text ?? ""))
    }

    /// As everywhere in the world: whoever reads it may be anywhere.
    private static func instant(_ instant: Timestamp) -> String {
        let text = instant.text
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
    }

    private static let rank: [NotifyKind] = [
        .hotline, .silence, .overdue, .draft, .filing, .statement, .receipt, .peer, .account,
        .test,
    ]

    private static func sorted(_ facts: [NotifyFact]) -> [NotifyFact] {
        rank.flatMap { kind in facts.filter { $0.kind == kind } }
    }
}
