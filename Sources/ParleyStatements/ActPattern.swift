/// One act, or all that begin with the words before `.*`.
package struct ActPattern: Hashable, Sendable {
    package let text: String

    /// Nil where it fits no act.
    package init?(_ text: String) {
        self.text = text
        guard Act.allCases.contains(where: fits) else { return nil }
    }

    package func fits(_ act: Act) -> Bool {
        text.hasSuffix(".*")
            ? act.rawValue.hasPrefix(text.dropLast()) : act.rawValue == text
    }

    /// Whether it fits no act but those that people say.
    package var isOfDialogue: Bool { Act.allCases.filter(fits).allSatisfy(\.isOfDialogue) }
}

extension Act {
    /// Whether people say it, in a thread of a request, a proceeding or a kind of the dialogue; all
    /// else nodes record, or has rules of its own.
    package var isOfDialogue: Bool {
        !changesDirectory && !concernsOverlay && !isBesideProtocols
    }
}

extension Agreement {
    /// Whether each party has undertaken to let the act leave only once a second person at its own
    /// node has approved it.
    package func needsApproval(_ act: Act) -> Bool { approvals.contains { $0.fits(act) } }
}

extension AgreementReader {
    /// Empty where the agreement has none: an empty list is refused, so that there is one spelling.
    mutating func approvals(_ object: JSONObject) -> [ActPattern]? {
        guard let value = object["approvals"] else { return [] }
        // SPEC agreement §16: approvals MUST hold from 1 to 64 patterns.
        return names(
            value, at: "/approvals", count: 1...AgreementTerms.approvalLimit,
            "a pattern of acts that people say"
        ) { text in
            // SPEC agreement §16: A pattern MUST fit at least one act, and no other than those of
            // requests, proceedings and the kinds of the dialogue.
            ActPattern(text).flatMap { $0.isOfDialogue ? $0 : nil }
        }
    }
}
