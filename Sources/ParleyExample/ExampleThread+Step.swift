import ParleyDialogue
import ParleyLog
import ParleyStatements

/// What a step says: addressees, answers, terms and words.
extension ExampleThread {
    mutating func step(_ act: Act, by party: PartyID, isIrregular: Bool) -> ExampleStep? {
        guard let author = record.agreement.parties.first(where: { $0.id == party }),
            let organ = author.organs.first?.id
        else { return nil }
        let to = act.form.opensThread ? addressees(of: party) : thread.opening?.others(than: party)
        guard let to, !to.isEmpty else { return nil }
        let publication = act == .textPublish ? publishable(by: party) : nil
        if act == .textPublish, publication == nil { return nil }
        let answers =
            publication.map { Set([$0.id] + thread.heads(for: party)).sorted() }
            ?? answers(of: act, by: party)
        var terms = terms(of: act, by: party, answers: answers)
        let content = content(of: act)
        if act.proposesText { terms.text = content.flatMap { BoundText(of: $0)?.digest } }
        return ExampleStep(
            thread: id, act: act, from: Seat(party: party, organ: organ), to: to, answers: answers,
            at: last, terms: terms, content: content, document: publication?.text,
            agreement: record.agreement.id, isIrregular: isIrregular)
    }

    private mutating func addressees(of party: PartyID) -> [PartyID] {
        var others = record.agreement.parties.filter {
            $0.id != party && subject.addressees.contains($0.kind)
        }
        let isToOne = subject.isBilateral || random.chance(60)
        while isToOne, others.count > 1 { others.remove(at: random.below(others.count)) }
        return others.map(\.id).sorted()
    }

    private mutating func publishable(by party: PartyID) -> (id: StatementID, text: BoundText)? {
        let own = records.filter { $0.statement.from.party == party }.map(\.id)
        return random.pick(own.filter { texts[$0] != nil }).flatMap { id in
            texts[id].map { (id, $0) }
        }
    }

    private mutating func answers(of act: Act, by party: PartyID) -> [StatementID] {
        guard !act.form.opensThread else { return [] }
        var answers = Set(thread.heads(for: party))
        let settleable = thread.settleable(by: act, of: party).map(\.id)
        if act.form.terms.contains(.text), !act.proposesText {
            // One text is agreed to at a time.
            answers.subtract(settleable)
            if let one = random.pick(settleable) { answers.insert(one) }
        } else if !settleable.isEmpty {
            let chosen = settleable.filter { _ in random.chance(80) }
            answers.formUnion(chosen.isEmpty ? Array(settleable.prefix(1)) : chosen)
        }
        switch act {
        case .requestConsultReply: answers.formUnion(thread.openConsultations)
        case .requestConditionsAccept, .requestConditionsDecline:
            answers.formUnion(thread.openConditions)
        case .requestReview:
            let reviewable: [Act] = [.requestAnswer, .requestAnswerPart, .requestRefuse]
            answers.formUnion(
                thread.entries.filter {
                    $0.effect == .applied && reviewable.contains($0.statement.act)
                }.suffix(2).map(\.id))
        default: break
        }
        return Array(answers.sorted().prefix(Statement.answerLimit))
    }

    private mutating func terms(
        of act: Act, by party: PartyID, answers: [StatementID]
    ) -> Terms {
        var terms = Terms()
        let form = act.form
        // In the order of their declaration: a set's own is another each time.
        for term in Act.Term.allCases
        where form.terms.contains(term)
            || form.optionalTerms.contains(term) && isGiven(term, of: act)
        {
            fill(&terms, term, of: act, by: party, answers)
        }
        return terms
    }

    private mutating func isGiven(_ term: Act.Term, of act: Act) -> Bool {
        switch term {
        case .basis: true
        case .exercise: random.chance(act == .hotlineCall ? 60 : 2)
        case .adReferendum, .threads, .provisions: random.chance(25)
        case .until: act == .noticeRevise && random.chance(40)
        // Other threads' laws and openings are not here to be looked at.
        default: false
        }
    }

    private mutating func fill(
        _ terms: inout Terms, _ term: Act.Term, of act: Act, by party: PartyID,
        _ answers: [StatementID]
    ) {
        switch term {
        case .kind, .urgency, .basis, .ground, .conditions, .authority, .review, .provisions,
            .outcome:
            fillRequest(&terms, term, of: act)
        case .until: terms.until = until(act)
        case .text:
            // Where there is nothing to agree to, it is irregular anyway.
            terms.text =
                thread.points.last { answers.contains($0.id) }?.text
                ?? Digest(hashing: Array("no text of \(id)".utf8))
        case .claims:
            terms.claims = (0...random.below(3)).map { _ in
                Claim(
                    level: random.pick(Claim.Level.allCases) ?? .machine,
                    confidence: random.pick(Claim.Confidence.allCases) ?? .low,
                    likelihood: random.pick(Claim.Likelihood.allCases) ?? .even)
            }
        case .threads:
            terms.threads = Set(
                (0...random.below(3)).map { _ in record.id(of: random.below(5000)) }
            )
            .sorted()
        case .verdict: terms.verdict = random.pick(Verdict.allCases)
        case .round: terms.round = 1 + random.below(6)
        case .date: terms.date = last.adding(seconds: Int64(86_400 * random.below(20)))
        case .owner:
            terms.owner = random.pick([party] + (thread.opening?.others(than: party) ?? []))
        case .post: terms.post = random.pick(["duty-officer", "head-of-centre", "minister"])
        case .adReferendum: terms.isAdReferendum = true
        case .exercise: terms.isExercise = true
        default: break
        }
    }

    private mutating func fillRequest(_ terms: inout Terms, _ term: Act.Term, of act: Act) {
        let kinds = record.agreement.requestKinds
        let kind = (terms.kind ?? thread.requestKind).flatMap { name in
            kinds.first { $0.name == name }
        }
        let basis = thread.opening?.basis.flatMap { kind?.basis($0) }
        switch term {
        case .kind: terms.kind = random.pick(kinds.map(\.name))
        case .urgency:
            let urgencies = Urgency.allCases.filter { kind?.clocks[$0] != nil }
            terms.urgency = random.chance(70) ? urgencies.first : random.pick(urgencies)
        case .basis: terms.basis = random.pick((kind?.bases ?? []).map(\.id))
        case .ground:
            terms.ground =
                random.pick(
                    act == .requestPostpone
                        ? kind?.postponementGrounds ?? []
                        : basis?.refusalGrounds ?? kind?.refusalGrounds ?? []) ?? "other-case"
        case .conditions: terms.conditions = ["use-only-for-case"]
        case .authority:
            terms.authority =
                random.chance(80)
                ? .confirmed : random.pick(AuthorityVerdict.allCases)
        case .review:
            terms.review = AnswerReview(
                isComplete: random.chance(80), isUsable: random.chance(85),
                isWhole: random.chance(95), isReasoned: random.chance(75))
        case .provisions:
            terms.provisions = [random.pick(["18 USC 1030(a)(2)", "Criminal Law art. 285"]) ?? ""]
        case .outcome: terms.outcome = random.pick(ProceedingOutcome.allCases)
        default: break
        }
    }

    private mutating func until(_ act: Act) -> Timestamp {
        let days: Int
        switch act {
        case .requestHold:
            let kind = record.agreement.requestKinds.first { $0.name == thread.requestKind }
            let least =
                [kind?.holdDays, thread.opening?.basis.flatMap { kind?.basis($0)?.holdDays }]
                .compactMap { $0 }.max() ?? 60
            days = least + 1 + random.below(60) + (thread.hold == nil ? 0 : 90)
        case .requestRenew: days = 100 + random.below(100)
        case .noticePublish: days = 35 + random.below(60)
        default: days = 2 + random.below(25)
        }
        return last.adding(seconds: Int64(days) * 86_400 - Int64(random.below(7200)))
    }
}
