import ParleyDialogue
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

struct ThreadVectorTests {
    @Test(arguments: ThreadCase.all)
    func `each thread stands as its vector says`(vector: ThreadCase) throws {
        let thread = vector.thread
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
                under: vector.rules)
            expectSame(thread, without)
        }
        if let turn = vector.turn { #expect(thread.whoseTurn.map(\.text) == turn) }
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
        let thread = vector.thread
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
        let thread = vector.thread
        for (name, expected) in vector.clocks {
            let clock = try known(clock(name, of: thread), "no clock \(name)")
            var shown = ["due": shown(clock.due)]
            if clock.agreedDue != clock.due { shown["agreedDue"] = self.shown(clock.agreedDue) }
            shown["stopped"] = clock.stoppedAt?.text
            if expected["party"] != nil { shown["party"] = clock.party.text }
            shown["pausedSince"] = clock.pausedSince?.text
            #expect(shown == expected, "\(name)")
        }
        for verdict in vector.verdicts {
            let now = try known(verdict["now"].flatMap { Timestamp(text: $0) }, "no now")
            for (name, expected) in verdict where name != "now" {
                let verdict = clock(name, of: thread)?.verdict(at: now).code
                #expect(verdict ?? "none" == expected, "\(name) at \(now)")
            }
        }
    }

    /// `answer`; `answer 2` is the second of that name.
    private func clock(_ text: String, of thread: DialogueThread) -> ThreadClock? {
        let words = text.split(separator: " ")
        let place = words.count > 1 ? Int(words[1]) ?? 0 : 1
        let named = thread.clocks.filter { $0.name.rawValue == words[0] }
        return named.indices.contains(place - 1) ? named[place - 1] : nil
    }

    // What flipping a byte is to a signed vector, changing sides is to a statement.
    @Test(arguments: ThreadCase.all.filter { $0.expectation == .accept })
    func `a statement by the wrong side is never applied`(vector: ThreadCase) throws {
        let us = try Village.party("us")
        let cn = try Village.party("cn")
        let kind = vector.thread.kind
        for record in vector.records where !record.statement.act.form.opensThread {
            // Either side may record custody of what it holds, and has acts in common.
            let act = record.statement.act
            guard act != .custodyRecord, !kind.isOfBoth(act, answers: record.statement.answers)
            else { continue }
            let turned = record.changing(
                from: record.statement.from.party == us ? cn : us, to: [record.statement.from.party]
            )
            let thread = DialogueThread(
                folding: vector.records.map { $0.id == record.id ? turned : $0 },
                under: vector.rules)
            let entry = thread.entries.first { $0.id == record.id }
            #expect(entry?.effect != .applied, "\(vector.labels[record.id] ?? "")")
        }
    }

    @Test func `every reason of the spec's table has a vector, and no vector another`() throws {
        let composerOnly: Set<String> = ["answers-not-held", "answers-unsettled"]
        let section =
            try SpecPage.section("10") + SpecPage.section("3", of: "proceeding")
            + SpecPage.section("10", of: "law") + SpecPage.section("14", of: "dialogue")
        let named = section.matches(of: /\| `([a-z-]+)` \|/).map { String($0.output.1) }
        let points = Set(ThreadProtocol.all.flatMap { $0.moves.compactMap(\.point?.settled) })
            .map { "no-open-\($0)-answered" }
        let table = named + points.filter { !named.contains($0) }
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
        #expect(one.points == other.points)
        #expect(one.verdicts == other.verdicts && one.members == other.members)
        #expect(one.commentsUntil == other.commentsUntil && one.whoseTurn == other.whoseTurn)
        #expect(one.claims.map(\.claim) == other.claims.map(\.claim))
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

extension ThreadProtocol {
    /// What either side may say, about whatever it likes or about points of both.
    fileprivate func isOfBoth(_ act: Act, answers: [StatementID]) -> Bool {
        let isOfOnePoint =
            answers.count == 1 && moves.contains { $0.act == act && $0.point?.settled != nil }
        return !isOfOnePoint && isActOf(.opener, act) && isActOf(.addressed, act)
    }
}

extension PointEffect {
    /// By which kind a refusal names what is not open.
    fileprivate var settled: String? {
        guard case .settle(let kinds, _, _, _) = self else { return nil }
        return kinds.first?.rawValue
    }
}
