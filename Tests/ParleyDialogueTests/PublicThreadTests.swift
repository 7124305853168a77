import ParleyDialogue
import ParleyExample
import ParleyLog
import ParleyStatements
import Testing

/// What anybody may know of a thread: nothing before something of it was published, and then no
/// statement's id.
struct PublicThreadTests {
    /// A thread that grows by one statement a minute, each after all before it.
    private struct Talk {
        var records: [RecordedStatement] = []
        var time: Timestamp = "2026-03-02T09:00:00Z"

        var thread: DialogueThread { DialogueThread(folding: records, under: Village.rules) }

        @discardableResult
        mutating func say(
            _ act: Act, by party: String, terms: Terms = Terms(), answering: [StatementID] = [],
            publishing label: String? = nil
        ) throws -> StatementID {
            time = time.adding(seconds: 60)
            let us = try Village.party("us")
            let cn = try Village.party("cn")
            let from = party == "us" ? us : cn
            let answers = act.form.opensThread ? [] : Set(thread.heads + answering).sorted()
            let statement = Statement(
                agreement: Village.agreement("the agreement"), thread: Village.thread("the thread"),
                act: act, from: Seat(party: from, organ: try #require(OrganID("poc"))),
                to: [party == "us" ? cn : us], answers: answers, at: time, terms: terms, body: nil,
                exhibits: label.map { [Village.document($0)] } ?? [])
            let id = Village.statement("said \(records.count)")
            records.append(
                RecordedStatement(id: id, statement: statement, time: time, receipts: [:]))
            #expect(thread.entries.last?.effect.code != "untimed")
            return id
        }
    }

    private func made() throws -> (talk: Talk, pledge: StatementID) {
        var talk = Talk()
        let pledge = try talk.say(
            .commitmentMake, by: "us", terms: Terms(text: Village.text("pledge")))
        return (talk, pledge)
    }

    @Test func `before a text of it is published, a thread is told to nobody`() throws {
        var (talk, pledge) = try made()
        #expect(PublicThread(talk.thread) == nil)
        try talk.say(
            .commitmentJoin, by: "cn", terms: Terms(text: Village.text("pledge")),
            answering: [pledge])
        try talk.say(.commitmentJudge, by: "us", terms: Terms(verdict: .no))
        #expect(talk.thread.state.rawValue == "joint" && PublicThread(talk.thread) == nil)
    }

    @Test func `a publication that was not lawful opens nothing`() throws {
        var (talk, pledge) = try made()
        try talk.say(.textPublish, by: "cn", answering: [pledge], publishing: "pledge")
        #expect(talk.thread.entries.last?.effect.code == "irregular:publication-not-agreed")
        #expect(PublicThread(talk.thread) == nil)
    }

    @Test
    func `a text both signed is told with how it stands, and acts after it by party and time`()
        throws
    {
        var (talk, pledge) = try made()
        try talk.say(
            .commitmentJoin, by: "cn", terms: Terms(text: Village.text("pledge")),
            answering: [pledge])
        try talk.say(.textPublish, by: "cn", answering: [pledge], publishing: "pledge")
        try talk.say(.commitmentContest, by: "us")
        try talk.say(.commitmentJudge, by: "us", terms: Terms(verdict: .partly))
        let told = try #require(PublicThread(talk.thread))
        let text = try #require(told.texts.first)
        #expect(told.texts.count == 1 && told.subject == "commitment")
        #expect(text.digest == Village.text("pledge") && text.standing == .agreed)
        #expect([text.by.text, text.settledBy?.text, text.publishedBy.text] == ["us", "cn", "cn"])
        #expect(
            told.words.map { [$0.act.rawValue, $0.by.text, $0.verdict?.rawValue ?? "-"] } == [
                ["commitment.join", "cn", "-"], ["commitment.contest", "us", "-"],
                ["commitment.judge", "us", "partly"],
            ])
        // But for the thread's own id, by which the node finds it again, nothing names a statement.
        var dumped = ""
        dump(told, to: &dumped)
        for record in talk.records { #expect(!dumped.contains("\(record.id.digest)")) }
    }

    @Test func `one's own text is told as nobody else's until the other signs it`() throws {
        var (talk, pledge) = try made()
        try talk.say(.textPublish, by: "us", answering: [pledge], publishing: "pledge")
        #expect(PublicThread(talk.thread)?.texts.first?.standing == .open)
        try talk.say(
            .commitmentJoin, by: "cn", terms: Terms(text: Village.text("pledge")),
            answering: [pledge])
        #expect(PublicThread(talk.thread)?.texts.first?.standing == .agreed)
    }

    @Test func `of three thousand threads without a publication nothing is told`() {
        for generator in ThreadPropertyTests.generators {
            let isPublished = generator.thread.entries.contains {
                $0.statement.act == .textPublish && $0.effect == .applied
            }
            #expect(isPublished || PublicThread(generator.thread) == nil)
        }
    }
}
