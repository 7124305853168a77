import ParleyDialogue
import ParleyLog
import ParleyStatements
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
    let turn: [String]?
    let lawful: [String: [String]]
    let silences: [[String: String]]?
    let openQuestions: [String]?
    let conditions: [[String: String]]?
    let consultations: [[String: String]]?
    let authority: [String]?
    let hold: [String: String]?
    let outcome: String?
    let rules: ThreadRules
    let dialogue: DialogueExpectation

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
        turn = try fields.words("turn")
        lawful = try fields.optional("lawful") ?? [:]
        silences = try fields.optional("silences")
        openQuestions = try fields.optional("openQuestions")
        conditions = try fields.optional("conditions")
        consultations = try fields.optional("consultations")
        authority = try fields.optional("authority")
        hold = try fields.optional("hold")
        outcome = try fields.optional("outcome")
        let named: String = try fields.optional("rules") ?? "rules"
        rules = try known(Village.allRules[named], "no rules \(named)")
        dialogue = try DialogueExpectation(&fields)
    }

    var thread: DialogueThread { DialogueThread(folding: records, under: rules) }

    /// Ids are long: each is shown by its label.
    func label(_ id: StatementID?) -> String { id.flatMap { labels[$0] } ?? "" }

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
        let document = try fields.optional("document", String.self).map(Village.document)
        let statement = Statement(
            agreement: Village.agreement(try fields.optional("agreement") ?? "the agreement"),
            thread: Village.thread(try fields.optional("thread") ?? "the thread"),
            act: try known(Act(rawValue: act), "\(act) is no act"),
            from: try known(Seat(from + "/poc"), "\(from) is no party"),
            to: try to.map(Village.party), answers: answers.map(Village.statement).sorted(),
            at: time ?? "2026-11-23T01:00:00Z", terms: try Terms(vector: fields.fields("terms")),
            body: nil,
            exhibits: exhibits.map(Village.exhibit) + [document].compactMap { $0 })
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
        try dialogue(&fields)
        try fields.done()
    }

    private mutating func dialogue(_ fields: inout VectorFields) throws {
        text = try fields.optional("text", String.self).map(Village.text)
        claims = try (fields.list("claims") ?? []).map { one in
            var one = one
            let claim = try Claim(vector: &one)
            try one.done()
            return claim
        }
        threads = try (fields.optional("threads", [String].self) ?? []).map(Village.thread)
            .sorted()
        counters = try fields.optional("counters", String.self).map(Village.thread)
        verdict = try fields.optional("verdict", String.self).map {
            try known(Verdict(rawValue: $0), "\($0) is no verdict")
        }
        round = try fields.optional("round")
        date = try fields.time("date")
        owner = try fields.optional("owner", String.self).map(Village.party)
        isAdReferendum = try fields.optional("adReferendum") ?? false
        post = try fields.optional("post")
        isExercise = try fields.optional("exercise") ?? false
    }
}

extension Claim {
    fileprivate init(vector fields: inout VectorFields) throws {
        let level: String = try fields.required("level")
        let confidence: String = try fields.required("confidence")
        let likelihood: String = try fields.required("likelihood")
        self.init(
            level: try known(.init(rawValue: level), "\(level) is no level"),
            confidence: try known(.init(rawValue: confidence), "\(confidence) is none"),
            likelihood: try known(.init(rawValue: likelihood), "\(likelihood) is none"))
    }
}
