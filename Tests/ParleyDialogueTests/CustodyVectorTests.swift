import ParleyDialogue
import ParleyExample
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// A chain as its vector has it: `us` seals the exhibit `traffic` to `cn`, and rows follow.
struct CustodyCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let expectation: Expectation
    let brokenRow: String?
    /// Breaks by row beside the one that the case is about.
    let breaks: [String: [String]]
    let standing: String
    var rows: [Row]
    let isContentKnown: Bool

    struct Row: Sendable {
        let id: String
        let by: String
        let event: CustodyEvent
        let answers: String
        let recorded: Timestamp?
        /// Nil where the body cannot be read here.
        var fields: [String: String]?
    }

    init(_ name: String, _ fields: inout VectorFields) throws {
        testDescription = name
        expectation = try Expectation(&fields)
        brokenRow = try fields.optional("row")
        let more: [String: [String]]? = try fields.optional("more")
        breaks = try fields.optional("breaks") ?? more ?? [:]
        standing = try fields.optional("standing") ?? "broken"
        isContentKnown = try fields.optional("content") ?? true
        rows = try known(fields.list("rows"), "no rows").map { one in
            var one = one
            let row = try Row(&one)
            try one.done()
            return row
        }
    }

    static let all: [CustodyCase] = {
        do {
            return try cases(in: "custody", except: []) { try CustodyCase($0, &$1) }
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    var records: [RecordedStatement] {
        let carrier = Statement(
            agreement: Village.agreement("the agreement"), thread: Village.thread("the thread"),
            act: .requestSubmit, from: Seat("us/poc")!, to: [PartyID("cn")!], answers: [],
            at: "2026-11-23T01:00:00Z", terms: Terms(kind: "information", urgency: .normal),
            body: nil, exhibits: [Village.exhibit("traffic")])
        return [
            RecordedStatement(
                id: Village.statement("carrier"), statement: carrier, time: carrier.at,
                receipts: [:])
        ] + rows.map(\.record)
    }

    func bodies() throws -> [StatementID: StatementBody] {
        var bodies: [StatementID: StatementBody] = [:]
        let text = StatementBody.Text(
            language: LanguageTag("en")!, text: "Words.", isAuthentic: true)
        for row in rows {
            guard let fields = row.fields else { continue }
            bodies[Village.statement(row.id)] = try StatementBody(
                texts: [text], fields: fields.mapValues(CustodyCase.spelled))
        }
        if isContentKnown {
            bodies[Village.statement("carrier")] = try StatementBody(
                texts: [text],
                exhibits: [
                    .init(
                        name: ExhibitName("traffic.pcap")!, mediaType: "text/plain",
                        sizeBytes: 900, digest: Digest(hashing: "traffic".utf8))
                ])
        }
        return bodies
    }

    func chain(_ records: [RecordedStatement]) throws -> CustodyChain {
        let thread = DialogueThread(folding: records, under: Village.rules)
        let chains = CustodyChain.chains(
            of: thread, bodies: try bodies(), toleranceSeconds: 300)
        return try known(chains.first, "no chain")
    }

    /// `digest of X` and `id of X` as they are written.
    private static func spelled(_ value: String) -> String {
        if value.hasPrefix("digest of ") { return Digest(hashing: value.dropFirst(10).utf8).text }
        if value.hasPrefix("id of ") { return Village.statement(String(value.dropFirst(6))).text }
        return value
    }
}

extension CustodyCase.Row {
    init(_ fields: inout VectorFields) throws {
        id = try fields.required("id")
        by = try fields.required("by")
        let word: String = try fields.required("event")
        event = try known(CustodyEvent(rawValue: word), "\(word) is no event")
        answers = try fields.required("answers")
        recorded = try fields.time("recorded")
        self.fields = try fields.optional("fields")
    }

    var record: RecordedStatement {
        let statement = Statement(
            agreement: Village.agreement("the agreement"), thread: Village.thread("the thread"),
            act: .custodyRecord, from: Seat("\(by)/poc")!,
            to: [PartyID(by == "us" ? "cn" : "us")!],
            answers: [Village.statement(answers)], at: recorded ?? "2026-11-23T01:00:00Z",
            terms: Terms(custody: event, exhibit: Village.exhibit("traffic").blob), body: nil,
            exhibits: [])
        return RecordedStatement(
            id: Village.statement(id), statement: statement, time: recorded, receipts: [:])
    }
}

struct CustodyVectorTests {
    @Test(arguments: CustodyCase.all)
    func `each chain is whole, or broken where and for the reason its vector names`(
        vector: CustodyCase
    ) throws {
        let chain = try vector.chain(vector.records)
        var expected = vector.breaks
        if case .refuse(let reason) = vector.expectation {
            expected[try known(vector.brokenRow, "no row"), default: []].insert(reason, at: 0)
        }
        for (row, shown) in zip(vector.rows, chain.rows) {
            #expect(shown.id == Village.statement(row.id))
            #expect(shown.breaks.map(\.reason) == expected[row.id] ?? [], "\(row.id)")
            #expect(shown.breaks.allSatisfy { !$0.explanation.isEmpty })
        }
        #expect(chain.rows.count == vector.rows.count)
        #expect(chain.standing.rawValue == vector.standing)
        #expect(chain.carriers == [Village.statement("carrier")])
    }

    @Test(arguments: CustodyCase.all)
    func `a chain does not depend on the order in which its statements came`(
        vector: CustodyCase
    ) throws {
        let chain = try vector.chain(vector.records)
        var random = SplitMix64(seed: 27_037)
        for _ in 0..<20 {
            let records =
                vector.records + vector.records.filter { _ in Bool.random(using: &random) }
            #expect(try vector.chain(records.shuffled(using: &random)) == chain)
        }
    }

    @Test(arguments: CustodyCase.all.filter { $0.expectation == .accept && $0.isContentKnown })
    func `any other hash in a sound chain breaks it`(vector: CustodyCase) throws {
        for (place, row) in vector.rows.enumerated() where row.recorded != nil {
            for name in ["hash.before", "hash.after"] where row.fields?[name] != nil {
                var changed = vector
                changed.rows[place].fields?[name] = "digest of something else"
                let chain = try changed.chain(changed.records)
                #expect(chain.rows.contains { !$0.breaks.isEmpty }, "\(row.id) \(name)")
            }
        }
    }

    @Test(arguments: CustodyCase.all)
    func `a row added where the composer puts it makes no gap`(vector: CustodyCase) throws {
        for by in ["us", "cn"] {
            let chain = try vector.chain(vector.records)
            let answers = try known(
                (["carrier"] + vector.rows.map(\.id)).first {
                    Village.statement($0) == chain.predecessor(for: PartyID(by)!)
                }, "an answer that is not there")
            var next = vector
            let row = CustodyCase.Row(
                id: "next", by: by, event: .transferred, answers: answers,
                recorded: "2026-11-30T01:00:00Z", fields: nil)
            next.rows.append(row)
            let added = try next.chain(next.records).rows.first {
                $0.id == Village.statement("next")
            }
            #expect(added?.breaks.contains { $0.reason == "gap" } != true, "\(by)")
        }
    }

    @Test func `what a composer is told is what the row will be judged by`() throws {
        let vector = try known(
            CustodyCase.all.first { $0.testDescription.hasSuffix("to-the-laboratory") }, "no case")
        let chain = try vector.chain(vector.records)
        #expect(chain.hold(of: PartyID("cn")!).holding == .returned)
        #expect(chain.hold(of: PartyID("us")!).holding == .open)
        #expect(chain.hold(of: PartyID("us")!).handler == nil)
        let now: Timestamp = "2026-11-25T01:00:00Z"
        var details = CustodyDetails(handler: "examiner", time: now, purpose: "Again")
        details.hashAfter = Digest(hashing: "something else".utf8)
        let breaks = chain.breaks(
            adding: .opened, by: Seat("cn/poc")!, details: details, at: now,
            toleranceSeconds: 300)
        #expect(
            breaks.map(\.reason) == ["after-return", "hash-differs", "handler-differs"])
    }

    @Test func `the spec's table of events is the rules' own`() throws {
        #expect(try SpecPage.section("3", of: "custody").contains(CustodyRules.table()))
    }

    @Test func `every break has a vector`() {
        var used: Set<String> = []
        for vector in CustodyCase.all {
            if case .refuse(let reason) = vector.expectation { used.insert(reason) }
        }
        #expect(
            used == [
                "not-opened", "collected-by-receiver", "after-return", "after-destruction", "gap",
                "custody-field-missing", "custody-field-malformed", "hash-differs",
                "content-changed", "handler-differs", "time-backwards", "time-ahead",
                "corrects-nothing",
            ])
    }

    @Test func `details come back from the fields that they are written to`() throws {
        var details = CustodyDetails(
            handler: "examiner", time: "2026-11-23T01:00:00Z", purpose: "Search")
        details.place = "Laboratory 2"
        details.authority = "Order 3"
        details.hashBefore = Digest(hashing: "a".utf8)
        details.hashAfter = Digest(hashing: "b".utf8)
        details.seal = "Bag 17"
        details.tool = "tshark"
        details.toolVersion = "4.4.2"
        details.witness = "case officer"
        details.receiver = "contact-point"
        details.copy = Village.exhibit("copy").blob
        details.corrects = Village.statement("another")
        #expect(details.fields.count == CustodyDetails.Field.allCases.count)
        for event in CustodyEvent.allCases {
            #expect(try CustodyDetails(of: event, fields: details.fields) == details)
        }
    }
}
