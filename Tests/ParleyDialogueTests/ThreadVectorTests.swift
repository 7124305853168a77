import ParleyDialogue
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

struct ThreadCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let expectation: Expectation
    let records: [RecordedStatement]
    let labels: [StatementID: String]
    let state: String
    let effects: [String: String]
    let clocks: [String: [String: String]]
    let verdicts: [[String: String]]
    let turn: String?
    let lawful: [String: [String]]
    let silences: [[String: String]]?
    let openQuestions: [String]?
    let conditions: [[String: String]]?
    let consultations: [[String: String]]?
    let authority: [String]?
    let hold: [String: String]?
    let outcome: String?

    init(_ name: String, _ fields: inout VectorFields) throws {
        testDescription = name
        expectation = try Expectation(&fields)
        var labels: [StatementID: String] = [:]
        records = try known(fields.list("statements"), "no statements").map { one in
            var one = one
            let label: String = try one.required("id")
            labels[Village.statement(label)] = label
            let record = try RecordedStatement(vector: &one, label: label)
            try one.done()
            return record
        }
        self.labels = labels
        state = try fields.required("state")
        effects = try fields.optional("effects") ?? [:]
        clocks = try fields.optional("clocks") ?? [:]
        verdicts = try fields.optional("verdicts") ?? []
        turn = try fields.optional("turn")
        lawful = try fields.optional("lawful") ?? [:]
        silences = try fields.optional("silences")
        openQuestions = try fields.optional("openQuestions")
        conditions = try fields.optional("conditions")
        consultations = try fields.optional("consultations")
        authority = try fields.optional("authority")
        hold = try fields.optional("hold")
        outcome = try fields.optional("outcome")
    }

    static let all: [ThreadCase] = {
        do {
            return try cases(in: "thread", except: ["rules.json"]) { try ThreadCase($0, &$1) }
        } catch {
            preconditionFailure("\(error)")
        }
    }()
}

extension RecordedStatement {
    init(vector fields: inout VectorFields, label: String) throws {
        let act: String = try fields.required("act")
        let from: String = try fields.required("from")
        let to: [String] = try fields.required("to")
        let answers: [String] = try fields.required("answers")
        let time = try fields.time("time")
        let receipts: [String: String] = try fields.optional("receipts") ?? [:]
        let exhibits: [String] = try fields.optional("exhibits") ?? []
        let statement = Statement(
            agreement: Village.agreement(try fields.optional("agreement") ?? "the agreement"),
            thread: Village.thread(try fields.optional("thread") ?? "the thread"),
            act: try known(Act(rawValue: act), "\(act) is no act"),
            from: try known(Seat(from + "/poc"), "\(from) is no party"),
            to: try to.map(Village.party), answers: answers.map(Village.statement).sorted(),
            at: time ?? "2026-11-23T01:00:00Z", terms: try Terms(vector: fields.fields("terms")),
            body: nil, exhibits: exhibits.map(Village.exhibit))
        self.init(
            id: Village.statement(label), statement: statement, time: time,
            receipts: Dictionary(
                uniqueKeysWithValues: try receipts.map {
                    (try Village.party($0.key), try known(Timestamp(text: $0.value), "no instant"))
                }))
    }
}

extension Terms {
    fileprivate init(vector fields: VectorFields?) throws {
        self.init()
        guard var fields else { return }
        kind = try fields.optional("kind")
        urgency = try fields.optional("urgency", String.self).map {
            try known(Urgency(rawValue: $0), "\($0) is no urgency")
        }
        until = try fields.time("until")
        ground = try fields.optional("ground")
        basis = try fields.optional("basis", String.self).map {
            try known(BasisID($0), "\($0) is no basis")
        }
        law = try fields.optional("law", String.self).map { Digest(hashing: Array($0.utf8)) }
        follows = try fields.optional("follows", String.self).map(Village.thread)
        conditions = try fields.optional("conditions") ?? []
        authority = try fields.optional("authority", String.self).map {
            try known(AuthorityVerdict(rawValue: $0), "\($0) is no verdict")
        }
        provisions = try fields.optional("provisions") ?? []
        outcome = try fields.optional("outcome", String.self).map {
            try known(ProceedingOutcome(rawValue: $0), "\($0) is no outcome")
        }
        silentParty = try fields.optional("silentParty", String.self).map(Village.party)
        custody = try fields.optional("custody", String.self).map {
            try known(CustodyEvent(rawValue: $0), "\($0) is no custody event")
        }
        exhibit = try fields.optional("exhibit", String.self).map { Village.exhibit($0).blob }
        if var review = try fields.fields("review") {
            self.review = AnswerReview(
                isComplete: try review.required("complete"),
                isUsable: try review.required("usable"), isWhole: try review.required("whole"),
                isReasoned: try review.required("reasoned"))
            try review.done()
        }
        try fields.done()
    }
}

struct ThreadVectorTests {
    @Test(arguments: ThreadCase.all)
    func `each thread stands as its vector says`(vector: ThreadCase) throws {
        let thread = DialogueThread(folding: vector.records, under: Village.rules)
        #expect(thread.state.rawValue == vector.state)
        var unexpected: [ThreadEntry] = []
        for entry in thread.entries {
            let expected = vector.effects[vector.labels[entry.id] ?? ""] ?? "applied"
            if entry.effect.code != expected { unexpected.append(entry) }
        }
        switch vector.expectation {
        case .accept: #expect(unexpected.map(\.effect.code) == [])
        case .refuse(let reason):
            #expect(unexpected.map(\.effect.code) == ["irregular:" + reason])
            let without = DialogueThread(
                folding: vector.records.filter { $0.id != unexpected.first?.id },
                under: Village.rules)
            expectSame(thread, without)
        }
        if let turn = vector.turn { #expect(thread.whoseTurn.map(\.text) == [turn]) }
        for (party, acts) in vector.lawful {
            let lawful = thread.lawfulActs(for: try Village.party(party))
            #expect(lawful.map(\.rawValue) == acts, "\(party)")
        }
        if let questions = vector.openQuestions {
            #expect(thread.openQuestions.map { vector.labels[$0] } == questions)
        }
        if let silences = vector.silences {
            #expect(thread.silences.map { shown($0, vector.labels) } == silences)
        }
    }

    @Test(arguments: ThreadCase.all)
    func `each undertaking stands as its vector says`(vector: ThreadCase) throws {
        let thread = DialogueThread(folding: vector.records, under: Village.rules)
        let label = { (id: StatementID?) in id.flatMap { vector.labels[$0] } }
        if let expected = vector.consultations {
            let shown = thread.consultations.map { one in
                var shown = ["id": label(one.id) ?? "", "ground": one.ground]
                shown["due"] = one.due.map(self.shown)
                shown["reply"] = label(one.reply)
                return shown
            }
            #expect(shown == expected)
        }
        if let expected = vector.conditions {
            let shown = thread.conditions.map { one in
                var shown = [
                    "id": label(one.id) ?? "", "standing": one.standing.rawValue,
                    "conditions": one.conditions.joined(separator: ","),
                ]
                let bound = thread.entries.filter { entry in
                    (thread.bindings()[entry.id] ?? []).contains { $0.id == one.id }
                }
                if !bound.isEmpty {
                    shown["binds"] = bound.compactMap { label($0.id) }.joined(separator: ",")
                }
                return shown
            }
            #expect(shown == expected)
        }
        if let outcome = vector.outcome {
            #expect(thread.proceeding.outcome?.rawValue == outcome)
        }
        if let expected = vector.authority {
            #expect(thread.authorityChecks.map(\.verdict.rawValue) == expected)
        }
        if let expected = vector.hold {
            let hold = try known(thread.hold, "nothing is held")
            var shown = ["until": hold.until.text]
            if !hold.renewals.isEmpty {
                shown["asked"] = hold.renewals.map(\.until.text).joined(separator: ",")
            }
            #expect(shown == expected)
        }
    }

    @Test(arguments: ThreadCase.all.filter { !$0.clocks.isEmpty || !$0.verdicts.isEmpty })
    func `each clock runs as its vector says`(vector: ThreadCase) throws {
        let thread = DialogueThread(folding: vector.records, under: Village.rules)
        for (name, expected) in vector.clocks {
            let clock = try known(
                thread.clocks.first { $0.name.rawValue == name }, "no clock \(name)")
            var shown = ["due": shown(clock.due)]
            if clock.agreedDue != clock.due { shown["agreedDue"] = self.shown(clock.agreedDue) }
            shown["stopped"] = clock.stoppedAt?.text
            shown["pausedSince"] = clock.pausedSince?.text
            #expect(shown == expected, "\(name)")
        }
        for verdict in vector.verdicts {
            let now = try known(verdict["now"].flatMap { Timestamp(text: $0) }, "no now")
            for (name, expected) in verdict where name != "now" {
                let clock = thread.clocks.first { $0.name.rawValue == name }
                #expect(clock?.verdict(at: now).code == expected, "\(name) at \(now)")
            }
        }
    }

    // What flipping a byte is to a signed vector, changing sides is to a statement.
    @Test(arguments: ThreadCase.all.filter { $0.expectation == .accept })
    func `a statement by the wrong side is never applied`(vector: ThreadCase) throws {
        let us = try Village.party("us")
        let cn = try Village.party("cn")
        // Either side may record custody of what it holds.
        for record in vector.records
        where !record.statement.act.form.opensThread && record.statement.act != .custodyRecord {
            let turned = record.changing(
                from: record.statement.from.party == us ? cn : us, to: [record.statement.from.party]
            )
            let thread = DialogueThread(
                folding: vector.records.map { $0.id == record.id ? turned : $0 },
                under: Village.rules)
            let entry = thread.entries.first { $0.id == record.id }
            #expect(entry?.effect != .applied, "\(vector.labels[record.id] ?? "")")
        }
    }

    @Test func `every reason of the spec's table has a vector, and no vector another`() throws {
        let composerOnly: Set<String> = ["answers-not-held", "answers-unsettled"]
        let section =
            try SpecPage.section("10") + SpecPage.section("3", of: "proceeding")
            + SpecPage.section("10", of: "law")
        let table = section.matches(of: /\| `([a-z-]+)` \|/).map { String($0.output.1) }
        var used: Set<String> = []
        for vector in ThreadCase.all {
            if case .refuse(let reason) = vector.expectation { used.insert(reason) }
        }
        #expect(Set(table) == used.union(composerOnly))
        #expect(table.count == Set(table).count)
    }

    /// Whatever an irregular statement is, nothing but the entries may show that it came.
    private func expectSame(_ one: DialogueThread, _ other: DialogueThread) {
        #expect(one.state == other.state)
        #expect(one.opening == other.opening)
        #expect(one.clocks == other.clocks)
        #expect(one.openQuestions == other.openQuestions)
        #expect(one.reviews == other.reviews)
        #expect(one.silences == other.silences)
        #expect(one.consultations == other.consultations)
        #expect(one.conditions == other.conditions)
        #expect(one.authorityChecks == other.authorityChecks)
        #expect(one.hold == other.hold)
        #expect(one.heads == other.heads)
    }

    private func shown(_ due: Due) -> String {
        switch due {
        case .at(let instant): instant.text
        case .unavailable(let party, let refusal): "unavailable:\(party):\(refusal.reason)"
        }
    }

    private func shown(
        _ silence: ThreadSilence, _ labels: [StatementID: String]
    ) -> [String: String] {
        var shown = ["about": labels[silence.about] ?? "", "party": silence.party.text]
        shown["receipt"] = silence.receipt?.text
        if !silence.isWitnessed { shown["witnessed"] = "no" }
        return shown
    }
}

extension RecordedStatement {
    func changing(from party: PartyID, to: [PartyID]) -> RecordedStatement {
        RecordedStatement(
            id: id,
            statement: Statement(
                agreement: statement.agreement, thread: statement.thread, act: statement.act,
                from: Seat(party: party, organ: statement.from.organ), to: to,
                answers: statement.answers, at: statement.at, terms: statement.terms, body: nil,
                exhibits: []), time: time, receipts: receipts)
    }
}
