import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyStatements

/// Drafts to begin from.
extension ActTemplate {
    /// What is known already, with blanks to be filled in: a draft as it is.
    var content: JSONObject {
        var terms: [JSONObject.Member] = []
        for term in Act.Term.allCases where isRequired(term) && !isFilled(term) {
            if let value = settled(term) {
                terms.append(.init(name: term.rawValue, value: value))
            }
        }
        return draft(
            terms: terms, texts: act.form.body == .required ? skeletons : [],
            fields: asked.map {
                .init(name: $0.key, value: .string("\(ActWording.blank) \($0.label)]"))
            })
    }

    /// The same with made-up values: what such a statement looks like. It would be lawful.
    var example: JSONObject {
        var terms: [JSONObject.Member] = []
        for term in Act.Term.allCases where isRequired(term) && !isFilled(term) {
            if let value = settled(term) ?? example(of: term) {
                terms.append(.init(name: term.rawValue, value: value))
            }
        }
        let texts = skeletons.map { skeleton in
            JSONObject(
                skeleton.members.map { member in
                    guard case .string(let text) = member.value else { return member }
                    return .init(
                        name: member.name, value: .string(ActWording.filled(text)))
                })
        }
        return draft(
            terms: terms, texts: act.form.body == .none ? [] : texts,
            fields: asked.map { .init(name: $0.key, value: .string($0.example)) })
    }

    /// The particulars without which it does not leave.
    private var asked: [(key: String, label: String, example: String)] {
        guard act == .requestSubmit else { return [] }
        var asked = (choice?.row.fields ?? []).filter(\.isRequired)
            .map { (key: $0.key, label: $0.label, example: $0.example) }
        let key = RequestForm.emergencyField
        if values(of: .urgency)?.values == [Urgency.emergency.rawValue],
            !asked.contains(where: { $0.key == key })
        {
            asked.append((key, TermWording.emergency.english, "patients of a hospital, today"))
        }
        return asked
    }

    private func draft(
        terms: [JSONObject.Member], texts: [JSONObject], fields: [JSONObject.Member]
    ) -> JSONObject {
        var draft: JSONObject = ["act": .string(act.rawValue)]
        if let id = thread?.id { draft = draft.adding(["thread": .string(id.text)]) }
        let to = thread == nil ? addressee.map { [$0] } ?? [] : addressees
        if !to.isEmpty { draft = draft.adding(["to": .array(to.map { .string($0.text) })]) }
        let answers = thread?.answered(by: act, of: party) ?? []
        if !answers.isEmpty {
            let most = answers.prefix(Statement.answerLimit)
            draft = draft.adding(["answers": .array(most.map { .string($0.text) })])
        }
        if !terms.isEmpty { draft = draft.adding(["terms": .object(JSONObject(terms))]) }
        if !texts.isEmpty {
            draft = draft.adding(["texts": .array(texts.map { .object($0) })])
        }
        if !fields.isEmpty { draft = draft.adding(["fields": .object(JSONObject(fields))]) }
        return draft
    }

    /// What it can only be.
    private func settled(_ term: Act.Term) -> JSONValue? {
        switch term {
        case .kind where kind != nil: return kind.map { .string($0.name) }
        case .basis where choice != nil: return choice.map { .string($0.basis.text) }
        default:
            guard let choice = values(of: term), choice.isClosed,
                let only = choice.values.first, choice.values.count == 1 || term == .text
            else { return nil }
            return .string(only)
        }
    }

    private func example(of term: Act.Term) -> JSONValue? {
        if let first = values(of: term)?.values.first {
            // A judgement of guilt comes after a charge, and not as an example.
            return .string(term == .outcome ? ProceedingOutcome.dismissed.rawValue : first)
        }
        switch term.shape {
        case .shortName: return .string("duty-officer")
        case .shortNames: return .array([.string("use-only-for-case")])
        case .number(let range): return .integer(range.lowerBound)
        case .instant: return .string(exampleInstant(term).text)
        case .thread: return .string(Self.exampleThread)
        case .threads: return .array([.string(Self.exampleThread)])
        case .provisions: return .array([.string("18 USC 1030(a)(2)")])
        case .claims(let parts, _):
            return .array([
                .object(
                    JSONObject(
                        parts.map {
                            .init(name: $0.name, value: .string($0.words[$0.words.count / 2]))
                        }))
            ])
        case .judgements(let names):
            return .object(JSONObject(names.map { .init(name: $0, value: .bool(true)) }))
        case .word, .party, .digest, .basis, .mark, .other: return nil
        }
    }

    private static let exampleThread =
        ThreadID(Digest(hashing: Array("a thread of an example".utf8))).text

    /// Late enough for whatever the act asks of it.
    private func exampleInstant(_ term: Act.Term) -> Timestamp {
        guard term == .until else { return now.adding(seconds: 30 * 86_400) }
        let held =
            [
                kind?.holdDays, thread?.opening?.basis.flatMap { kind?.basis($0)?.holdDays },
            ].compactMap { $0 }.max() ?? 0
        let comment = agreement.dialogue.clocks["notice"]?[.comment].map(Self.days) ?? 0
        let from = max(now, thread?.hold?.until ?? now)
        return from.adding(seconds: Int64(max(90, held + 1, comment + 1)) * 86_400)
    }

    /// At the most.
    private static func days(_ limit: TimeLimit) -> Int {
        switch limit {
        case .minutes: 1
        case .hours(let count): count / 24 + 1
        case .calendarDays(let count): count
        case .workingDays(let count): count * 3 + 14
        }
    }
}
