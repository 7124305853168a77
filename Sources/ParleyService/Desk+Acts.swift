import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements

/// What can be said, and whether what is going to be said is in due form.
extension Desk {
    /// The acts that people say or, of a thread, those that are lawful now.
    func listActs(_ ask: Ask) async throws -> Answer {
        let (agreement, thread) = try await ground(ask)
        let acts = thread?.lawfulActs(for: party) ?? Act.allCases
        return Answer([
            "acts": .array(
                acts.filter(\.isOfDialogue).map { act in
                    .object(
                        ActTemplate.summary(act, need: fourEyes.need(of: act, under: agreement)))
                })
        ])
    }

    func showAct(_ ask: Ask) async throws -> Answer {
        guard let act = Act(rawValue: ask.parameter("act")), act.isOfDialogue else {
            throw Problem.notFound
        }
        let (agreement, thread) = try await ground(ask)
        let wish = ActTemplate.Wish(
            kind: ask.given.text("kind"), basis: ask.given.text("basis"),
            to: ask.given.text("to"))
        let other =
            thread?.opening?.others(than: party).first ?? wish.to.flatMap { PartyID($0) }
            ?? agreement.parties.map(\.id).first { $0 != party }
        do {
            return Answer(
                try ActTemplate(
                    act, of: party, under: agreement, in: thread, wish: wish,
                    law: try await home.law(with: other),
                    need: fourEyes.need(of: act, under: agreement), now: clock.now()
                ).json)
        } catch let refusal as LawRefusal {
            throw Problem(status: 422, reason: refusal.reason, detail: refusal.explanation)
        }
    }

    /// The thread that is named, and the version under which something would be said.
    private func ground(_ ask: Ask) async throws -> (Agreement, DialogueThread?) {
        let versions = node.record.versions
        guard let text = ask.given.text("thread") else {
            return (versions.version(of: party, at: clock.now()), nil)
        }
        guard let id = ThreadID(text: text) else { throw Problem.notFound }
        let thread = try await node.record.thread(id)
        guard thread.isDialogue, let agreement = versions.version(thread.agreement) else {
            throw Problem.notFound
        }
        return (agreement, thread)
    }

    /// The terms of a submission with its basis in law, once it is in due form. What the agreement
    /// does not have at all is left to the check of the act itself.
    func formed(
        _ wish: DraftWish, to: [PartyID], under agreement: Agreement
    ) async throws -> Terms {
        var terms = wish.terms
        guard wish.act == .requestSubmit else { return terms }
        do {
            try RequestForm.checkEmergency(terms.urgency, fields: wish.fields)
            guard let kind = terms.kind.flatMap(agreement.requestKind), let other = to.first,
                to.count == 1, !kind.bases.isEmpty || terms.basis != nil
            else { return terms }
            let data = try await home.law(with: other)
            let choice = try RequestForm(
                agreement: agreement, data: data, today: clock.now().day
            ).choose(
                kind, named: terms.basis?.text, from: party, to: other, fields: wish.fields)
            terms.basis = choice?.basis
            terms.law = choice == nil ? nil : data.digest
            return terms
        } catch let refusal as RequestFormRefusal {
            throw Problem(refusal)
        } catch let refusal as LawRefusal {
            throw Problem(status: 422, reason: refusal.reason, detail: refusal.explanation)
        }
    }
}

extension DraftWish {
    /// A template's blanks are for its author, and not for the other side.
    func checkFilled() throws(Problem) {
        let named = texts.map { ("the \($0.language.text) text", $0.text) }
        let particulars = fields.sorted { $0.key < $1.key }
            .map { ("the field \($0.key)", $0.value) }
        guard let unfilled = (named + particulars).first(where: { $0.1.contains(ActWording.blank) })
        else { return }
        throw Problem(
            status: 422, reason: "blank-unfilled",
            detail: "\(unfilled.0) has a blank that is not filled in",
            hint: "write something for each \(ActWording.blank) ]")
    }
}
