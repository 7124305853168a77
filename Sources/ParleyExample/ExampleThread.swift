package import ParleyDialogue
package import ParleyLog
package import ParleyStatements

/// One thread of an ``ExampleRecord`` in the making: ask for the next step, say it, take it in.
package struct ExampleThread: Sendable {
    package let id: ThreadID
    package private(set) var records: [RecordedStatement] = []
    package private(set) var thread: DialogueThread
    let record: ExampleRecord
    let subject: ThreadProtocol
    /// More than the agreement's own acts need, and few enough for people to read.
    let stepLimit: Int
    var random: SplitMix64
    /// When the latest thing was said, or the first will be.
    package private(set) var last: Timestamp
    /// The texts that were proposed, by the statement that did.
    private(set) var texts: [StatementID: BoundText] = [:]

    /// How often each kind is opened, in per cent.
    private static let shares: [(kind: ThreadProtocol, percent: Int)] = [
        (.request, 52), (.incident, 12), (.campaign, 3), (.allegation, 7), (.commitment, 3),
        (.concern, 5), (.notice, 3), (.session, 3), (.hotline, 4), (.proceeding, 8),
    ]

    init(_ number: Int, of record: ExampleRecord) {
        self.record = record
        id = record.id(of: number)
        // Mixed twice: streams that begin a few states apart would be one stream.
        var seeds = SplitMix64(seed: record.seed)
        var own = SplitMix64(seed: seeds.next() ^ UInt64(number))
        random = SplitMix64(seed: own.next())
        var share = random.below(100)
        subject =
            Self.shares.first { one in
                share -= one.percent
                return share < 0
            }?.kind ?? .request
        stepLimit = 5 + random.below(5) + (random.chance(25) ? random.below(20) : 4)
        let span = record.period.upperBound.seconds(since: record.period.lowerBound)
        last = record.period.lowerBound.adding(seconds: Int64(random.below(Int(span))))
        thread = DialogueThread(folding: [], under: record.rules)
    }

    /// What is said next; nil when nobody says any more.
    package mutating func next() -> ExampleStep? {
        guard records.count < stepLimit, records.count < 3 || !random.chance(3) else { return nil }
        if let silence = silence() { return silence }
        last = last.adding(seconds: records.isEmpty ? 0 : pause())
        let isAgainstTheTable = !records.isEmpty && random.chance(1)
        for _ in 0..<12 {
            guard let party = speaker() else { return nil }
            guard let act = isAgainstTheTable ? anyAct() : lawfulAct(of: party),
                let step = step(act, by: party, isIrregular: isAgainstTheTable)
            else { continue }
            if isAgainstTheTable { return step }
            do {
                try thread.admit(step.header().statement)
                return step
            } catch {
                continue
            }
        }
        return nil
    }

    /// Takes in what was said: the step with its id, and the times that its proofs give it.
    package mutating func take(_ said: RecordedStatement, content: StatementBody?) {
        records.append(said)
        last = max(last, said.time ?? said.statement.at)
        if let text = content.flatMap({ BoundText(of: $0) }) { texts[said.id] = text }
        thread = DialogueThread(folding: records, under: record.rules)
    }

    /// The time that proofs would give it: seconds later, and sometimes none yet.
    mutating func time(of step: ExampleStep) -> Timestamp? {
        let time = step.at.adding(seconds: Int64(1 + random.below(5)))
        return !records.isEmpty && random.below(400) == 0 ? nil : time
    }

    mutating func receipts(of step: ExampleStep) -> [PartyID: Timestamp] {
        var receipts: [PartyID: Timestamp] = [:]
        for party in step.to where !random.chance(2) {
            receipts[party] = step.at.adding(seconds: Int64(6 + random.below(40)))
        }
        return receipts
    }

    // MARK: Who and what

    private mutating func speaker() -> PartyID? {
        guard let opening = thread.opening else { return opener() }
        if let turn = thread.whoseTurn.first, random.chance(75) { return turn }
        return random.pick([opening.opener] + opening.addressed)
    }

    private mutating func opener() -> PartyID? {
        random.pick(
            record.agreement.parties.filter { subject.openers.contains($0.kind) }.map(\.id))
    }

    private mutating func anyAct() -> Act? { random.pick(subject.moves).map(\.act) }

    private mutating func lawfulAct(of party: PartyID) -> Act? {
        guard thread.opening != nil else { return subject.opening }
        let own = texts.keys.filter { id in
            records.contains { $0.id == id && $0.statement.from.party == party }
        }
        if !own.isEmpty, random.chance(6) { return .textPublish }
        let acts = thread.lawfulActs(for: party)
        let weights = acts.map { weight(of: $0, by: party) }
        var place = random.below(weights.reduce(0, +))
        let act = zip(acts, weights).first { _, weight in
            place -= weight
            return place < 0
        }?.0
        // Whoever has nothing else to say waits, rather than ending what has hardly begun.
        if let act, Self.endings.contains(act), !random.chance(records.count * 5) { return nil }
        return act
    }

    private static let endings: Set<Act> = [
        .requestClose, .requestWithdraw, .incidentClose, .campaignClose, .allegationWithdraw,
        .allegationClose, .allegationLapse, .commitmentEnd, .concernClose, .concernWithdraw,
        .noticeWithdraw, .noticeConclude, .sessionCancel, .sessionClose, .hotlineEnd, .hotlineClose,
        .proceedingClose,
    ]

    private func weight(of act: Act, by party: PartyID) -> Int {
        if Self.endings.contains(act) { return 3 }
        if !thread.settleable(by: act, of: party).isEmpty { return 8 }
        let side: ThreadSide = thread.opener == party ? .opener : .addressed
        return subject.move(act, by: side, in: thread.state)?.next == nil ? 2 : 6
    }

    // MARK: When

    /// How long it is until the next thing is said: mostly within what was agreed, at times late.
    private mutating func pause() -> Int64 {
        let mean: Int
        switch subject {
        case .hotline: mean = 900
        case .request:
            mean = [.emergency: 4000, .urgent: 20_000][thread.urgency ?? .normal] ?? 160_000
        case .session, .commitment, .campaign: mean = 900_000
        default: mean = 200_000
        }
        let part = random.below(1000)
        let late = random.chance(6) ? 6 : 1
        return 60 + Int64(mean * late * part / 1000 * part / 1000 * part / 250)
    }

    /// A silence about the latest statement that an addressee gave no receipt for.
    private mutating func silence() -> ExampleStep? {
        guard let about = records.last, let time = about.time,
            about.statement.act != .deliverySilence,
            let silent = about.statement.to.first(where: { about.receipts[$0] == nil }),
            random.chance(60)
        else { return nil }
        let early: Int64 = random.chance(10) ? -600 : 60
        last = time.adding(seconds: record.agreement.silenceAfterSeconds + early)
        return ExampleStep(
            thread: id, act: .deliverySilence, from: about.statement.from, to: [silent],
            answers: [about.id], at: last, terms: Terms(silentParty: silent), content: nil,
            document: nil, agreement: record.agreement.id, isIrregular: false)
    }
}
