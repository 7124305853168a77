import ParleyDialogue
import ParleyLog
import ParleyStatements
import Testing

struct RequestThreadTests {
    private let us = PartyID("us")!
    private let cn = PartyID("cn")!
    private let corp = PartyID("corp")!

    private func record(
        _ label: String, _ act: Act, by party: String, at time: Timestamp?,
        answers: [String] = [], terms: Terms = Terms(), thread: String = "the thread"
    ) -> RecordedStatement {
        RecordedStatement(
            id: Village.statement(label),
            statement: draft(
                act, by: party, at: time ?? "2026-11-23T01:00:00Z", answers: answers,
                terms: terms, thread: thread), time: time, receipts: [:])
    }

    private func draft(
        _ act: Act, by party: String, at time: Timestamp, answers: [String],
        terms: Terms = Terms(), thread: String = "the thread"
    ) -> Statement {
        Statement(
            agreement: Village.agreement("the agreement"), thread: Village.thread(thread),
            act: act, from: Seat(party + "/poc")!, to: [party == "us" ? cn : us],
            answers: answers.map(Village.statement).sorted(), at: time, terms: terms, body: nil,
            exhibits: [])
    }

    private func thread(_ records: RecordedStatement...) -> DialogueThread {
        DialogueThread(folding: records, under: Village.rules)
    }

    private var submission: RecordedStatement {
        record(
            "submit", .requestSubmit, by: "us", at: "2026-11-23T01:00:00Z",
            terms: Terms(kind: "information", urgency: .normal))
    }

    private var acknowledgement: RecordedStatement {
        record(
            "ack", .requestAcknowledge, by: "cn", at: "2026-11-23T02:00:00Z", answers: ["submit"])
    }

    @Test func `nothing folded is an unopened thread that any party may open`() throws {
        let empty = DialogueThread(folding: [], under: Village.rules)
        #expect(empty.id == nil)
        #expect(empty.state == .unopened)
        #expect(empty.entries.isEmpty)
        #expect(empty.whoseTurn.isEmpty)
        #expect(empty.nextDue == nil)
        #expect(empty.lawfulActs(for: us) == ThreadProtocol.all.map(\.opening))
        #expect(empty.lawfulActs(for: PartyID("stranger")!) == [])
        try empty.admit(submission.statement)
    }

    @Test func `the submission says what the thread is`() {
        let thread = thread(submission)
        #expect(thread.id == Village.thread("the thread"))
        #expect(thread.requestKind == "information")
        #expect(thread.urgency == .normal)
        #expect(thread.opener == us)
        #expect(thread.requested == cn)
        #expect(thread.lawfulActs(for: corp) == [])
        #expect(thread.heads == [submission.id])
    }

    @Test func `an untimed submission can be read, and nobody may submit again meanwhile`() {
        let opening = record(
            "submit", .requestSubmit, by: "us", at: nil,
            terms: Terms(kind: "information", urgency: .urgent))
        let thread = thread(opening)
        #expect(thread.urgency == .urgent)
        #expect(thread.requested == cn)
        #expect(thread.clocks.isEmpty)
        #expect(thread.heads == [])
        #expect(throws: ActRefusal.threadAlreadyOpen) { try thread.admit(submission.statement) }
        #expect(throws: ActRefusal.answersUnsettled(opening.id)) {
            try thread.admit(acknowledgement.statement)
        }
    }

    @Test func `what a party says before its last word has a time answers that word`() {
        let early = record("ack", .requestAcknowledge, by: "cn", at: nil, answers: ["submit"])
        let before = thread(submission, early)
        #expect(before.heads(for: us) == [submission.id])
        #expect(before.heads(for: cn) == [submission.id, early.id].sorted())
        // Receipted at one instant: by id alone they might come the other way round.
        let at: Timestamp = "2026-11-24T09:00:00Z"
        let timed = record("ack", .requestAcknowledge, by: "cn", at: at, answers: ["submit"])
        for name in ["accept", "accept 2", "accept 3", "accept 4"] {
            let accept = record(
                name, .requestAccept, by: "cn", at: at, answers: ["submit", "ack"])
            let after = thread(submission, accept, timed)
            #expect(after.entries.map(\.id) == [submission.id, timed.id, accept.id])
            #expect(after.entries.allSatisfy { $0.effect == .applied })
        }
    }

    @Test func `what a party has said counts for its next act before anybody has receipted it`()
        throws
    {
        let acknowledged = record(
            "ack", .requestAcknowledge, by: "cn", at: nil, answers: ["submit"])
        let thread = thread(submission, acknowledged)
        #expect(thread.state == .submitted)
        #expect(thread.lawfulActs(for: cn).first == .requestClarificationAsk)
        let again = draft(
            .requestAcknowledge, by: "cn", at: "2026-11-23T02:00:00Z", answers: ["submit", "ack"])
        #expect(throws: ActRefusal.self) { try thread.admit(again) }
        try thread.admit(
            draft(
                .requestProgress, by: "cn", at: "2026-11-23T02:00:00Z",
                answers: ["submit", "ack"]))
        // The other side has not seen it, and is not held to it.
        try thread.admit(
            draft(.requestWithdraw, by: "us", at: "2026-11-23T02:00:00Z", answers: ["submit"]))
    }

    @Test func `an untimed submission that would be irregular opens nothing to read`() {
        let opening = record(
            "submit", .requestSubmit, by: "us", at: nil, terms: Terms(kind: "gossip"))
        #expect(thread(opening).opening == nil)
        #expect(
            thread(opening).lawfulActs(for: us) == ThreadProtocol.all.map(\.opening))
    }

    @Test func `the composer is told which acts are lawful instead`() {
        let lawful: [Act] = [
            .requestClarificationAsk, .requestAccept, .requestAcceptPart, .requestRefuse,
            .requestPostpone, .requestProgress, .requestAnswerPart, .requestAnswer,
            .requestAuthorityCheck, .requestConsult, .requestConditionsPropose,
        ]
        let thread = thread(submission, acknowledgement)
        #expect(thread.lawfulActs(for: cn) == lawful)
        #expect(
            throws: ActRefusal.actNotInState(.requestAcknowledge, .acknowledged, lawful: lawful)
        ) {
            try thread.admit(
                draft(
                    .requestAcknowledge, by: "cn", at: "2026-11-24T01:00:00Z", answers: ["ack"]))
        }
        #expect(
            throws: ActRefusal.actNotBySide(.requestAccept, "requester", lawful: [.requestWithdraw])
        ) {
            try thread.admit(
                draft(.requestAccept, by: "us", at: "2026-11-24T01:00:00Z", answers: ["ack"]))
        }
        let grounds = ["sovereignty", "not-an-offence"]
        #expect(throws: ActRefusal.groundNotAgreed("tea", lawful: grounds)) {
            try thread.admit(
                draft(
                    .requestRefuse, by: "cn", at: "2026-11-24T01:00:00Z", answers: ["ack"],
                    terms: Terms(ground: "tea")))
        }
    }

    @Test func `the composer may not answer what is not in the thread`() {
        #expect(throws: ActRefusal.answersNotHeld(Village.statement("elsewhere"))) {
            try thread(submission).admit(
                draft(
                    .requestAccept, by: "cn", at: "2026-11-24T01:00:00Z",
                    answers: ["elsewhere", "submit"]))
        }
    }

    @Test func `the composer may record silence about what nobody has timed`() throws {
        let opening = record(
            "submit", .requestSubmit, by: "us", at: nil,
            terms: Terms(kind: "information", urgency: .normal))
        try thread(opening).admit(
            draft(
                .deliverySilence, by: "us", at: "2026-11-24T01:00:00Z", answers: ["submit"],
                terms: Terms(silentParty: cn)))
    }

    @Test func `a draft for another thread is refused`() {
        #expect(throws: ActRefusal.threadOther(Village.thread("another"))) {
            try thread(submission).admit(
                draft(
                    .requestAccept, by: "cn", at: "2026-11-24T01:00:00Z", answers: ["submit"],
                    thread: "another"))
        }
    }

    @Test func `two records of one statement give the earliest time and earliest receipts`() {
        let early = RecordedStatement(
            id: submission.id, statement: submission.statement, time: "2026-11-23T01:00:00Z",
            receipts: [cn: "2026-11-23T05:00:00Z"])
        let late = RecordedStatement(
            id: submission.id, statement: submission.statement, time: "2026-11-23T03:00:00Z",
            receipts: [cn: "2026-11-23T04:00:00Z", corp: "2026-11-23T09:00:00Z"])
        let untimed = RecordedStatement(
            id: submission.id, statement: submission.statement, time: nil, receipts: [:])
        let joined = thread(untimed, late, early)
        #expect(joined == thread(early, untimed, late))
        #expect(joined.entries.map(\.record.time) == ["2026-11-23T01:00:00Z"])
        #expect(
            joined.entries.first?.record.receipts
                == [cn: "2026-11-23T04:00:00Z", corp: "2026-11-23T09:00:00Z"])
    }

    @Test func `a waiting statement names what it waits for`() {
        let accept = record(
            "accept", .requestAccept, by: "cn", at: "2026-11-24T01:00:00Z",
            answers: ["ack", "submit"])
        let entry = thread(submission, accept).entries.last
        #expect(entry?.effect == .waiting(for: [acknowledgement.id]))
        #expect(entry?.settledTime == nil)
        #expect(thread(submission, accept, acknowledgement).state == .accepted)
    }

    @Test func `statements that answer one another wait for ever`() {
        let one = record(
            "one", .requestAccept, by: "cn", at: "2026-11-24T01:00:00Z", answers: ["two"])
        let two = record(
            "two", .requestAccept, by: "cn", at: "2026-11-24T01:00:00Z", answers: ["one"])
        let folded = thread(submission, one, two)
        #expect(folded.state == .submitted)
        #expect(Set(folded.entries.dropFirst().map(\.effect.code)) == ["waiting"])
    }

    @Test func `a thread ten thousand answers deep folds`() {
        var records = [submission]
        for depth in 0..<10_000 {
            records.append(
                record(
                    "news \(depth)", .requestProgress, by: "cn", at: "2026-11-24T01:00:00Z",
                    answers: [depth == 0 ? "submit" : "news \(depth - 1)"]))
        }
        let folded = DialogueThread(folding: records, under: Village.rules)
        #expect(folded.entries.count == 10_001)
        #expect(folded.entries.last?.id == Village.statement("news 9999"))
    }

    @Test func `the next thing due is the first of the running clocks`() {
        #expect(thread(submission).nextDue?.name == .acknowledge)
        #expect(thread(submission, acknowledgement).nextDue?.name == .decide)
        let ask = record(
            "ask", .requestClarificationAsk, by: "cn", at: "2026-11-24T01:00:00Z",
            answers: ["ack"])
        let accept = record(
            "accept", .requestAccept, by: "cn", at: "2026-11-24T02:00:00Z", answers: ["ask"])
        #expect(thread(submission, acknowledgement, ask).nextDue?.name == .decide)
        #expect(thread(submission, acknowledgement, ask, accept).nextDue == nil)
    }

    @Test func `a clock whose due instant is unknown comes after the others`() {
        let late = record(
            "submit", .requestSubmit, by: "us", at: "2026-12-10T01:00:00Z",
            terms: Terms(kind: "information", urgency: .normal))
        let accept = record(
            "accept", .requestAccept, by: "cn", at: "2026-12-10T02:00:00Z", answers: ["submit"])
        #expect(thread(late).nextDue?.name == .acknowledge)
        #expect(
            thread(late, accept).nextDue?.due
                == .unavailable(party: cn, .yearMissing(year: 2027)))
    }

    @Test func `verdicts say by how much and since when`() {
        let folded = thread(submission)
        let clock = folded.clock(.acknowledge)
        #expect(clock?.verdict(at: "2026-11-24T01:00:10Z") == .overdue(seconds: 10))
        let late = record(
            "ack", .requestAcknowledge, by: "cn", at: "2026-11-24T01:01:00Z", answers: ["submit"])
        #expect(
            thread(submission, late).clock(.acknowledge)?.verdict(at: "2027-01-01T00:00:00Z")
                == .late(seconds: 60))
        #expect(
            thread(submission, acknowledgement).clock(.acknowledge)?
                .verdict(at: "2027-01-01T00:00:00Z") == .met(at: "2026-11-23T02:00:00Z"))
    }

    @Test func `a review names what it judged and nothing else it answers`() {
        let answer = record(
            "answer", .requestAnswer, by: "cn", at: "2026-11-24T01:00:00Z", answers: ["ack"])
        let review = AnswerReview(
            isComplete: true, isUsable: false, isWhole: true, isReasoned: false)
        let judged = record(
            "review", .requestReview, by: "us", at: "2026-11-25T01:00:00Z",
            answers: ["ack", "answer"], terms: Terms(review: review))
        let folded = thread(submission, acknowledgement, answer, judged)
        #expect(folded.reviews.map(\.of) == [[answer.id]])
        #expect(folded.reviews.map(\.review) == [review])
    }

    @Test func `the summary has one line per fact`() {
        let text = thread(submission, acknowledgement).canonicalSummary()
        let ids = [submission.id.text, acknowledgement.id.text]
        let asked = "2026-11-23T01:00:00Z"
        let heard = "2026-11-23T02:00:00Z"
        let due = ["2026-11-24T01:00:00Z", "2026-11-30T15:59:59Z", "2026-12-21T15:59:59Z"]
        #expect(
            text == """
                parley request summary/1
                thread \(Village.thread("the thread").text)
                state acknowledged
                opening \(ids[0]) information normal us cn
                entry \(ids[0]) request.submit us/poc \(asked) \(asked) applied
                entry \(ids[1]) request.acknowledge cn/poc \(heard) \(heard) applied
                clock acknowledge \(asked) \(due[0]) \(due[0]) stopped \(heard)
                clock decide \(asked) \(due[1]) \(due[1]) -
                clock answer \(asked) \(due[2]) \(due[2]) -

                """)
    }
}
