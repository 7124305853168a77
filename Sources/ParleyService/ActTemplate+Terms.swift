import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyStatements

/// The small facts and the body: what each may be.
extension ActTemplate {
    private var form: Act.Form { act.form }

    var terms: [JSONValue] {
        Act.Term.allCases
            .filter { form.terms.contains($0) || form.optionalTerms.contains($0) }
            .map { .object(json(of: $0)) }
    }

    /// What the node fills in: digests, from the words and from the tables of law.
    func isFilled(_ term: Act.Term) -> Bool {
        term == .law || term == .text && act.proposesText
    }

    /// Whether it must be given.
    func isRequired(_ term: Act.Term) -> Bool {
        form.terms.contains(term)
            || term == .basis && act == .requestSubmit && kind?.bases.isEmpty == false
    }

    private func json(of term: Act.Term) -> JSONObject {
        var json: JSONObject = limits(of: term.shape).adding([
            "term": .string(term.rawValue), "label": TermWording.term(term).json,
            "required": .bool(isRequired(term)),
        ])
        if isFilled(term) { json = json.adding(["filled": .bool(true)]) }
        guard let choice = values(of: term) else { return json }
        return json.adding([
            "values": .array(choice.values.map { .object(self.json($0, of: term)) }),
            "closed": .bool(choice.isClosed),
        ])
    }

    private func limits(of shape: Act.Term.Shape) -> JSONObject {
        func named(_ name: String, most: Int) -> JSONObject {
            [
                "shape": .string(name), "least": .integer(1), "most": .integer(Int64(most)),
            ]
        }
        switch shape {
        case .shortName: return ["shape": .string("short-name")]
        case .shortNames(let most): return named("short-names", most: most)
        case .word: return ["shape": .string("word")]
        case .number(let range):
            return [
                "shape": .string("number"), "least": .integer(range.lowerBound),
                "most": .integer(range.upperBound),
            ]
        case .instant: return ["shape": .string("instant")]
        case .party: return ["shape": .string("party")]
        case .thread: return ["shape": .string("thread")]
        case .threads(let most): return named("threads", most: most)
        case .digest: return ["shape": .string("digest")]
        case .basis: return ["shape": .string("basis")]
        case .provisions(let most, let characters):
            return named("provisions", most: most).adding([
                "characters": .integer(Int64(characters))
            ])
        case .claims(let parts, let most):
            return named("claims", most: most).adding(["parts": .array(parts.map(Self.json))])
        case .judgements(let names):
            let parts = names.map { name in
                JSONValue.object([
                    "name": .string(name),
                    "label": (TermWording.value(name, of: "review") ?? Wording(name, nil)).json,
                ])
            }
            return ["shape": .string("judgements"), "parts": .array(parts)]
        case .mark: return ["shape": .string("mark")]
        case .other: return ["shape": .string("other")]
        }
    }

    private static func json(of part: Act.Term.Part) -> JSONValue {
        .object([
            "name": .string(part.name),
            "label": (TermWording.name(part.name) ?? Wording(part.name, nil)).json,
            "values": .array(
                part.words.map { word in
                    .object([
                        "value": .string(word),
                        "title": (TermWording.value(word, of: part.name) ?? Wording(word, nil))
                            .json,
                    ])
                }),
        ])
    }

    /// What it may be; nil where that is not a matter of choice.
    ///
    /// - Returns: not closed where another value may be given too.
    func values(of term: Act.Term) -> (values: [String], isClosed: Bool)? {
        switch term {
        case .kind: return (agreement.requestKinds.map(\.name), true)
        case .urgency:
            return (
                Urgency.allCases.filter { kind.map { $0.clocks }?[$0] != nil || kind == nil }
                    .map(\.rawValue), true
            )
        case .basis:
            let standing = choice.map { [$0.basis] + $0.others }
            return ((standing ?? kind?.bases.map(\.id) ?? []).map(\.text), true)
        case .ground: return (grounds, true)
        case .owner: return ((addressees + [party]).sorted().map(\.text), true)
        case .post: return (posts, false)
        case .text:
            guard !act.proposesText else { return nil }
            let texts = thread?.settleable(by: act, of: party).compactMap(\.text?.text) ?? []
            return (texts, true)
        default:
            guard case .word(let words) = term.shape else { return nil }
            return (words, true)
        }
    }

    private var grounds: [String] {
        guard let kind else { return [] }
        let basis = thread?.opening?.basis.flatMap { kind.basis($0) }
        return act == .requestPostpone
            ? kind.postponementGrounds : basis?.refusalGrounds ?? kind.refusalGrounds
    }

    /// Those of whoever is called.
    private var posts: [String] {
        let called = thread?.requested ?? addressee
        return called.flatMap { agreement.dialogue.ladders[$0] }?.map(\.post) ?? []
    }

    private func json(_ value: String, of term: Act.Term) -> JSONObject {
        let title: Wording? =
            switch term {
            case .kind: law.kind(RowID(value)).map { Wording($0.title, $0.marks.zh) }
            case .basis:
                BasisID(value).flatMap(law.row).flatMap { law.instrument($0.instrument) }
                    .map { Wording($0.short, $0.marks.zh) }
            case .ground:
                law.grounds.first { $0.name == value }.map { Wording($0.title, $0.marks.zh) }
            case .owner: nil
            default: TermWording.value(value, of: term.rawValue)
            }
        let json: JSONObject = ["value": .string(value)]
        return title.map { json.adding(["title": $0.json]) } ?? json
    }

    // MARK: The body

    var body: JSONObject {
        let presence =
            switch form.body {
            case .required: "required"
            case .optional: "optional"
            case .none: "none"
            }
        return [
            "presence": .string(presence),
            "texts": .object([
                "most": .integer(Int64(StatementBody.textLimit)),
                // Whether others can sign the same words.
                "bound": .bool(act.proposesText),
                "skeletons": .array(skeletons.map { .object($0) }),
            ]),
            "sizeLimitBytes": .integer(Int64(StatementBody.sizeLimitBytes)),
            "fields": .array(fields.map { .object($0) }),
            "mostFields": .integer(Int64(StatementBody.fieldLimit)),
        ]
    }

    /// In each language of the agreement that Parley speaks; in English where there is none.
    var skeletons: [JSONObject] {
        let wording = ActWording.of(act).skeleton
        let texts = agreement.languages.compactMap { language in
            wording.text(in: language).map { (language.text, $0) }
        }
        return (texts.isEmpty ? [("en", wording.english)] : texts).map {
            ["language": .string($0.0), "text": .string($0.1)]
        }
    }

    /// The particulars that are asked for; others may be given too.
    private var fields: [JSONObject] {
        guard act == .requestSubmit else { return [] }
        var fields = (choice?.row.fields ?? []).map { field -> JSONObject in
            [
                "field": .string(field.key), "label": Wording(field.label, field.labelZh).json,
                "article": .string(field.article), "required": .bool(field.isRequired),
                "example": .string(field.example),
            ]
        }
        let isAsked = choice?.row.fields.contains { $0.key == RequestForm.emergencyField } ?? false
        if !isAsked, kind?.clocks[.emergency] != nil || kind == nil {
            fields.append([
                "field": .string(RequestForm.emergencyField),
                "label": TermWording.emergency.json, "required": .bool(false),
                "requiredWhen": .object([
                    "term": .string(Act.Term.urgency.rawValue),
                    "value": .string(Urgency.emergency.rawValue),
                ]),
            ])
        }
        return fields
    }
}
