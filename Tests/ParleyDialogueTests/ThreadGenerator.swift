import ParleyDialogue
import ParleyExample
import ParleyLog
import ParleyStatements

/// Makes threads in which lawful acts outweigh unlawful ones, so that they get somewhere.
struct ThreadGenerator {
    private static let parties = ["us", "cn", "corp"].compactMap { PartyID($0) }
    private static let stranger = PartyID("stranger")!

    private var random: SplitMix64
    private var now: Timestamp
    private(set) var records: [RecordedStatement] = []
    private(set) var thread = DialogueThread(folding: [], under: Village.rules)

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        let starts: [Timestamp] = [
            "2026-02-12T02:00:00Z", "2026-03-06T15:00:00Z", "2026-10-30T15:00:00Z",
            "2026-11-23T01:00:00Z", "2026-12-18T01:00:00Z", "2026-12-30T20:00:00Z",
        ]
        now = starts[Int(seed % 6)]
        let count = Int.random(in: 1...14, using: &random)
        for _ in 0..<count {
            records.append(record())
            thread = DialogueThread(folding: records, under: Village.rules)
        }
    }

    /// The same records in another order, some of them twice, some repeats knowing less.
    mutating func shuffledWithRepeats() -> [RecordedStatement] {
        var all = records
        for record in records where chance(30) {
            all.append(
                RecordedStatement(
                    id: record.id, statement: record.statement,
                    time: chance(50) ? nil : record.time?.adding(seconds: 60),
                    receipts: chance(50) ? [:] : record.receipts))
        }
        return all.shuffled(using: &random)
    }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    mutating func place(below count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    /// A next record; its time is not before the last one's, but for a few.
    mutating func record() -> RecordedStatement {
        let steps: [Int64] = [0, 0, 1, 600, 3600, 40_000, 86_400, 300_000]
        now = now.adding(seconds: steps.randomElement(using: &random) ?? 0)
        let early: [Int64] = [-1, -3600, -86_400]
        let time =
            chance(10) ? now.adding(seconds: early.randomElement(using: &random) ?? 0) : now
        let statement = draft(at: time)
        let receipts = statement.to.filter { _ in chance(50) }.map { party in
            (party, now.adding(seconds: Int64.random(in: 0...200_000, using: &random)))
        }
        return RecordedStatement(
            id: Village.statement("\(random.next())"), statement: statement,
            time: chance(4) ? nil : time,
            receipts: Dictionary(receipts, uniquingKeysWith: { one, _ in one }))
    }

    mutating func draft(at time: Timestamp) -> Statement {
        let party = pickParty()
        let openings = ThreadProtocol.all.map(\.opening)
        let lawful = thread.lawfulActs(for: party).filter {
            ($0 != .requestClose || chance(30)) && ($0 == .requestSubmit || !openings.contains($0))
        }
        let isEmpty = thread.opening == nil
        let act =
            (isEmpty && chance(30) ? (chance(60) ? Act.proceedingOpen : Act.lawShare) : nil)
            ?? (chance(80) ? lawful.randomElement(using: &random) : nil)
            ?? Act.allCases.randomElement(using: &random) ?? .requestSubmit
        let answers = pickAnswers(of: act, by: party)
        var to = [pickOther(than: party)]
        if act == .deliverySilence { to = silentTo(answers, else: to) }
        var exhibits =
            act.form.allowsExhibits && chance(50) ? [Village.exhibit("\(random.next() % 4)")] : []
        if act.form.document != nil { exhibits = [Village.exhibit(chance(90) ? "rows" : "others")] }
        return Statement(
            agreement: Village.agreement(chance(1) ? "another" : "the agreement"),
            thread: Village.thread(chance(1) ? "a second" : "the thread"), act: act,
            from: Seat(party: party, organ: OrganID("poc")!), to: to, answers: answers, at: time,
            terms: pickTerms(of: act, to: to, answers: answers, at: time), body: nil,
            exhibits: exhibits)
    }

    private mutating func pickParty() -> PartyID {
        if chance(2) { return Self.stranger }
        if chance(85), let requester = thread.opener, let requested = thread.requested {
            return chance(35) ? requester : requested
        }
        return Self.parties.randomElement(using: &random) ?? Self.stranger
    }

    private mutating func pickOther(than party: PartyID) -> PartyID {
        if chance(95), let requester = thread.opener, let requested = thread.requested {
            return party == requester ? requested : requester
        }
        return Self.parties.filter { $0 != party }.randomElement(using: &random) ?? Self.stranger
    }

    private mutating func pickAnswers(of act: Act, by party: PartyID) -> [StatementID] {
        if act.form.opensThread, chance(90) { return [] }
        if chance(4) { return [Village.statement("unknown \(random.next())")] }
        if act == .deliverySilence, chance(80) {
            let own = records.filter { $0.statement.from.party == party }
            return own.randomElement(using: &random).map { [$0.id] } ?? []
        }
        if act == .custodyRecord, chance(80) {
            let about = records.filter {
                !$0.statement.exhibits.isEmpty || $0.statement.act == .custodyRecord
            }
            return about.randomElement(using: &random).map { [$0.id] } ?? []
        }
        if chance(15) {
            return Set(records.filter { _ in chance(30) }.map(\.id)).sorted()
        }
        var answers = Set(thread.heads(for: party))
        switch act {
        case .requestClarificationGive, .proceedingReport:
            answers.formUnion(thread.openQuestions.filter { _ in chance(70) })
        case .requestConsultReply:
            answers.formUnion(thread.openConsultations.filter { _ in chance(70) })
        case .requestConditionsAccept, .requestConditionsDecline:
            answers.formUnion(thread.openConditions.filter { _ in chance(70) })
        case .requestReview:
            answers.formUnion(
                thread.entries.filter { $0.statement.act == .requestAnswer }.map(\.id))
        default: break
        }
        return answers.sorted()
    }

    private func silentTo(_ answers: [StatementID], else to: [PartyID]) -> [PartyID] {
        records.first { answers.contains($0.id) }?.statement.to ?? to
    }

    private mutating func pickTerms(
        of act: Act, to: [PartyID], answers: [StatementID], at time: Timestamp
    ) -> Terms {
        var terms = Terms()
        switch act {
        case .requestSubmit:
            let kinds = ["information", "information", "preservation", "grounded"]
            terms.kind = chance(5) ? "gossip" : kinds.randomElement(using: &random)
            terms.urgency = Urgency.allCases.randomElement(using: &random)
            if terms.kind == "grounded", chance(95) {
                terms.basis = BasisID(chance(5) ? "grounded:air" : "grounded:ets185")
            }
        case .proceedingCharge, .proceedingSanction: terms.provisions = ["285"]
        case .proceedingDecide:
            terms.outcome =
                chance(50) ? .convicted : ProceedingOutcome.allCases.randomElement(using: &random)
        case .requestAuthorityCheck:
            terms.authority = AuthorityVerdict.allCases.randomElement(using: &random)
        case .requestConditionsPropose:
            terms.conditions = ["use-only-for-case"]
        case .requestHold, .requestRenew:
            let days = [1, 59, 60, 61, 90, 200].randomElement(using: &random) ?? 60
            terms.until = chance(5) ? nil : time.adding(seconds: Int64(days) * 86_400)
        case .requestRefuse, .requestConsult:
            terms.ground = chance(10) ? nil : chance(10) ? "tea" : "sovereignty"
        case .requestPostpone:
            terms.ground = chance(5) ? nil : "ongoing-investigation"
            terms.until = time.adding(
                seconds: chance(10) ? 0 : Int64.random(in: 1...3_000_000, using: &random))
        case .requestReview:
            let answers = (0..<4).map { _ in chance(50) }
            terms.review = AnswerReview(
                isComplete: answers[0], isUsable: answers[1], isWhole: answers[2],
                isReasoned: answers[3])
        case .deliverySilence:
            terms.silentParty = to.first
        case .custodyRecord:
            terms.custody = CustodyEvent.allCases.randomElement(using: &random)
            let answered = records.first { answers.contains($0.id) }?.statement
            terms.exhibit =
                chance(90)
                ? answered?.exhibits.first?.blob ?? answered?.terms.exhibit
                : Village.exhibit("another").blob
        default: break
        }
        return terms
    }
}
