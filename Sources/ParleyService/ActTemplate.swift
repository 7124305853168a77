package import ParleyDialogue
package import ParleyLaw
package import ParleyLog
package import ParleyStatements

/// What can be said with one act: who may, what it must and may have, and a draft to begin from.
/// A form is built from this and nothing else; whatever checks what was filled in has its own
/// rules, from which this is made.
package struct ActTemplate: Sendable {
    /// What is known already of what is going to be said.
    package struct Wish: Sendable {
        /// Of a request.
        package var kind: String?
        package var basis: String?
        /// Of an opening.
        package var to: String?

        package init(kind: String? = nil, basis: String? = nil, to: String? = nil) {
            self.kind = kind
            self.basis = basis
            self.to = to
        }
    }

    let act: Act
    let subject: ThreadProtocol
    let party: PartyID
    let agreement: Agreement
    /// The one it goes on in; nil for an opening, or as long as none is named.
    let thread: DialogueThread?
    let law: LawData
    let now: Timestamp
    private let need: ApprovalNeed
    /// Of a request that it opens, or goes on in.
    let kind: RequestKind?
    /// Of an opening, once one is named or there is but one.
    let addressee: PartyID?
    /// On which it is asked.
    let choice: RequestForm.Choice?
    /// Why there is no such basis.
    private let obstacle: Problem?

    /// - Parameters:
    ///   - agreement: the version under which it would stand.
    ///   - law: the tables of law as they are between the party and whom it addresses.
    /// - Throws: ``Problem`` for an act that is not lawful in the thread, and for a wish that the
    ///   agreement does not have.
    package init(
        _ act: Act, of party: PartyID, under agreement: Agreement, in thread: DialogueThread?,
        wish: Wish, law: LawData, need: ApprovalNeed, now: Timestamp
    ) throws {
        precondition(act.isOfDialogue, "people say no \(act.rawValue)")
        guard let subject = Self.subject(of: act) else {
            preconditionFailure("\(act.rawValue) stands in no table")
        }
        if let thread { try Self.check(act, isLawfulFor: party, in: thread) }
        self.act = act
        self.subject = subject
        self.party = party
        self.agreement = agreement
        self.thread = thread
        self.law = law
        self.need = need
        self.now = now
        kind = try Self.kind(wish.kind ?? thread?.requestKind, of: agreement)
        let others = Self.others(than: party, of: agreement, told: subject)
        addressee = try Self.addressee(wish.to, among: others)
        (choice, obstacle) = try Self.chosen(
            act, kind, named: wish.basis, from: party, to: addressee,
            by: RequestForm(agreement: agreement, data: law, today: now.day))
    }

    package static func subject(of act: Act) -> ThreadProtocol? {
        ThreadProtocol.all.first { $0.moves.contains { $0.act == act } }
    }

    private static func check(
        _ act: Act, isLawfulFor party: PartyID, in thread: DialogueThread
    ) throws(Problem) {
        let lawful = thread.lawfulActs(for: party).filter(\.isOfDialogue)
        guard !lawful.contains(act) else { return }
        let names = lawful.map(\.rawValue).joined(separator: ", ")
        throw Problem(
            status: 409, reason: "act-not-lawful",
            detail: "\(act.rawValue) is not lawful for \(party) in this thread now",
            hint: lawful.isEmpty ? "nothing is lawful for you there now" : "lawful now: " + names)
    }

    private static func kind(
        _ name: String?, of agreement: Agreement
    ) throws(Problem) -> RequestKind? {
        guard let name else { return nil }
        guard let kind = agreement.requestKind(name) else {
            throw Problem(
                status: 422, reason: "kind-unknown",
                detail: "the agreement has no request kind \(name)",
                hint: "one of " + agreement.requestKinds.map(\.name).joined(separator: ", "))
        }
        return kind
    }

    private static func others(
        than party: PartyID, of agreement: Agreement, told subject: ThreadProtocol
    ) -> [PartyID] {
        agreement.parties.filter { $0.id != party && subject.addressees.contains($0.kind) }
            .map(\.id).sorted()
    }

    private static func addressee(
        _ text: String?, among others: [PartyID]
    ) throws(Problem) -> PartyID? {
        guard let text else { return others.count == 1 ? others[0] : nil }
        guard let party = others.first(where: { $0.text == text }) else {
            throw Problem(
                status: 422, reason: "party-not-told", detail: "\(text) cannot be told of this",
                hint: "one of " + others.map(\.text).joined(separator: ", "))
        }
        return party
    }

    private static func chosen(
        _ act: Act, _ kind: RequestKind?, named: String?, from: PartyID, to: PartyID?,
        by form: RequestForm
    ) throws -> (RequestForm.Choice?, Problem?) {
        guard act == .requestSubmit, let kind, let to else { return (nil, nil) }
        do {
            return (try form.basis(kind, named: named, from: from, to: to), nil)
        } catch let refusal as RequestFormRefusal {
            return (nil, Problem(refusal))
        }
    }

    /// Whom it is told, in the order of names.
    var addressees: [PartyID] {
        thread?.opening?.others(than: party)
            ?? Self.others(than: party, of: agreement, told: subject)
    }

    var isToOne: Bool { subject.isBilateral }

    // MARK: As JSON

    /// What a list of acts says of it.
    package static func summary(_ act: Act, need: ApprovalNeed) -> JSONObject {
        guard let subject = subject(of: act) else {
            preconditionFailure("\(act.rawValue) stands in no table")
        }
        var json: JSONObject = [
            "act": .string(act.rawValue), "title": ActWording.of(act).title.json,
            "subject": .string(subject.name),
            "subjectTitle": TermWording.subject(subject.name).json,
            "opens": .bool(act.form.opensThread), "by": .array(by(act, subject)),
        ]
        if act.form.opensThread {
            json = json.adding(["openers": words(subject.openers)])
        }
        return json.adding(need.json)
    }

    private static func by(_ act: Act, _ subject: ThreadProtocol) -> [JSONValue] {
        ThreadSide.allCases.compactMap { side in
            let moves = subject.moves.filter { $0.act == act && $0.side == side }
            guard !moves.isEmpty else { return nil }
            let states = subject.states.filter { state in
                moves.contains { $0.states.contains(state) }
            }
            let next = subject.states.filter { state in moves.contains { $0.next == state } }
            return .object([
                "side": .string(side == .opener ? "opener" : "addressed"),
                "title": TermWording.side(subject.title(of: side)).json,
                "states": .array(states.map { .string($0.rawValue) }),
                "becomes": .array(next.map { .string($0.rawValue) }),
            ])
        }
    }

    package var json: JSONObject {
        var json = Self.summary(act, need: need).adding([
            "to": .object(to), "terms": .array(terms), "body": .object(body),
            "exhibits": .object([
                "allowed": .bool(act.form.allowsExhibits),
                "most": .integer(Int64(Statement.exhibitLimit)),
                "limitBytes": .integer(Int64(clamping: agreement.exhibitLimitBytes)),
            ]),
            "content": .object(content), "example": .object(example),
        ])
        if let thread { json = json.adding(["settles": .array(settles(in: thread))]) }
        if let choice { json = json.adding(["basis": .object(self.json(of: choice))]) }
        if let obstacle {
            json = json.adding([
                "obstacle": .object([
                    "reason": .string(obstacle.reason), "detail": .string(obstacle.detail),
                    "hint": .string(obstacle.hint ?? ""),
                ])
            ])
        }
        return json
    }

    private static func words(_ kinds: Set<Party.Kind>) -> JSONValue {
        .array(Party.Kind.allCases.filter(kinds.contains).map { .string($0.rawValue) })
    }

    private var to: JSONObject {
        [
            "parties": .array(addressees.map { .object(json(of: $0)) }),
            "least": .integer(1),
            "most": .integer(Int64(isToOne ? 1 : Statement.addresseeLimit)),
            "fixed": .bool(thread != nil),
        ]
    }

    func json(of party: PartyID) -> JSONObject {
        let names = agreement.party(party)?.name ?? [:]
        return [
            "party": .string(party.text),
            "name": .object(
                JSONObject(
                    names.map { .init(name: $0.key.text, value: .string($0.value)) })),
        ]
    }

    private func settles(in thread: DialogueThread) -> [JSONValue] {
        thread.settleable(by: act, of: party).map { point in
            var json: JSONObject = [
                "statement": .string(point.id.text), "point": .string(point.kind.rawValue),
                "by": .string(point.by.text), "time": .string(point.time.text),
            ]
            if let text = point.text { json = json.adding(["text": .string(text.text)]) }
            if let due = point.due?.instant { json = json.adding(["due": .string(due.text)]) }
            return .object(json)
        }
    }

    private func json(of choice: RequestForm.Choice) -> JSONObject {
        [
            "basis": .string(choice.basis.text), "article": .string(choice.row.article),
            "law": .string(law.digest.text),
            "others": .array(choice.others.map { .string($0.text) }),
        ]
    }
}

extension Problem {
    /// Of a request in a draft.
    package init(_ refusal: RequestFormRefusal) {
        let words = RequestFormWords(
            basis: "terms.basis", field: { "fields.\($0)" }, urgency: "urgent",
            whole: "GET /acts/request.submit?kind=…&to=…")
        self.init(
            status: 422, reason: refusal.reason, detail: refusal.explanation(in: words),
            hint: refusal.hint(in: words))
    }
}

extension Timestamp {
    /// The day in UTC.
    var day: CivilDate { CivilDate(daysSinceEpoch: Int(secondsSinceEpoch / 86_400)) }
}
