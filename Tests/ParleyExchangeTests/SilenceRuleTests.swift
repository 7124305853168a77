import ParleyExchange
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

@Suite struct SilenceRuleTests {
    private static let sent = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest
    private static let due = sent.adding(seconds: TestAgreement.silenceAfter)

    private let terms: TestAgreement
    private let rule: SilenceRule

    init() throws {
        terms = try TestAgreement(["us", "cn", "corp"])
        rule = SilenceRule(terms.agreement)
    }

    @Test func `a receipt is missing from the agreed second on, and no earlier`() throws {
        let waiting = [try undelivered("a", since: Self.sent)]
        #expect(rule.due(among: waiting, now: Self.due.adding(seconds: -1)) == [])
        #expect(rule.due(among: waiting, now: Self.due) == waiting)
    }

    @Test func `only those whose time has passed are due, in the order given`() throws {
        let waiting = [
            try undelivered("late", since: Self.sent.adding(seconds: 1)),
            try undelivered("early", since: Self.sent),
            try undelivered("earlier", since: Self.sent.adding(seconds: -9)),
        ]
        #expect(rule.due(among: waiting, now: Self.due) == Array(waiting[1...]))
        #expect(rule.next(among: waiting) == Self.due.adding(seconds: -9))
    }

    @Test func `when nothing waits, nothing is next`() {
        #expect(rule.next(among: []) == nil)
        #expect(rule.due(among: [], now: .latest) == [])
    }

    @Test func `a silence answers the statement, names the party and can be signed`() throws {
        let us = try terms.party("us")
        let waiting = try undelivered("a", since: Self.sent)
        let statement = rule.statement(
            for: waiting, under: terms.agreement.id, by: us.seat, now: Self.due)
        #expect(statement.act == .deliverySilence)
        #expect(statement.thread == waiting.thread)
        #expect(statement.answers == [waiting.statement])
        #expect(statement.to == [waiting.party])
        #expect(statement.terms == Terms(silentParty: waiting.party))
        #expect(statement.from == us.seat)
        #expect(statement.at == Self.due)
        let claim = try UnverifiedStatement(parsing: try us.signingKey.sign(statement))
        let verified = try StatementVerifier(agreement: terms.agreement)
            .verify(claim, at: Self.due, place: nil)
        #expect(verified.statement == statement)
    }

    @Test func `the time of a statement is the earliest one by a cosigner outside its party`()
        throws
    {
        let keys = try AgreementKeys(terms.agreement)
        let us = try terms.party("us")
        let cn = try terms.party("cn")
        let corp = try terms.party("corp")
        let times = [
            us.witnessSigner.key.name: Self.sent,
            cn.witnessSigner.key.name: Self.sent.adding(seconds: 20),
            corp.witnessSigner.key.name: Self.sent.adding(seconds: 10),
        ]
        #expect(keys.earliestOutside(us.id, in: times) == Self.sent.adding(seconds: 10))
        #expect(keys.earliestOutside(cn.id, in: times) == Self.sent)
        let own = [us.witnessSigner.key.name: Self.sent]
        #expect(keys.earliestOutside(us.id, in: own) == nil)
        #expect(keys.party(ofWitness: cn.witnessSigner.key.name) == cn.id)
        #expect(keys.log(of: corp.id) == corp.logSigner.key)
        #expect(keys.cosigners.count == 3)
    }

    private func undelivered(_ label: String, since: Timestamp) throws -> Undelivered {
        Undelivered(
            statement: StatementID(Digest(hashing: Array(label.utf8))),
            thread: try TestAgreement.thread(label), party: try terms.party("cn").id,
            since: since)
    }
}
