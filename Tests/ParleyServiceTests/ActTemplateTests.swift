import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyService

/// Every act's template, in whatever place of a thread, gives a draft that can be said there.
struct ActTemplateTests {
    private let law: LawData
    private let agreement: Agreement
    private let us = PartyID("us")!
    private let jp = PartyID("jp")!
    private let start = Timestamp(text: "2026-03-02T09:00:00Z")!

    init() throws {
        let law = try ShippedLaw.data()
        let sides = try ["us", "jp"].map(law.party(named:))
        let kinds = try AgreedKinds(
            between: sides, on: try #require(CivilDate(text: "2026-03-02")), in: law
        ).kinds
        agreement = try TestAgreement(["us", "jp", "corp"], companies: ["corp"]) {
            $0.requestKinds = kinds
        }.agreement
        self.law = law
    }

    private func template(
        _ act: Act, of party: PartyID? = nil, in thread: DialogueThread? = nil,
        wish: ActTemplate.Wish = .init(), at now: Timestamp? = nil
    ) throws -> ActTemplate {
        try ActTemplate(
            act, of: party ?? us, under: agreement, in: thread, wish: wish, law: law, need: .none,
            now: now ?? start)
    }

    private func reason(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch let problem as Problem {
            return problem.reason
        } catch {
            return "\(error)"
        }
    }

    // MARK: Words

    @Test(arguments: Act.allCases.filter(\.isOfDialogue))
    func `an act has a title and a skeleton with blanks, in both languages`(act: Act) throws {
        let wording = ActWording.of(act)
        for text in [wording.skeleton.english, wording.skeleton.chinese] {
            #expect(text.contains(ActWording.blank), "\(text)")
            #expect(!ActWording.filled(text).contains(ActWording.blank), "\(text)")
            #expect(!text.contains("\n"))
        }
        for one in [wording.title, wording.skeleton] {
            #expect(one.english.unicodeScalars.allSatisfy { $0.isASCII || $0 == "…" })
            #expect(one.chinese.unicodeScalars.contains { $0.value >= 0x4E00 }, "\(one.chinese)")
        }
        let json = try template(act).json
        #expect(json["title"] == wording.title.json && json["terms"] != nil)
    }

    @Test func `no act but those that people say has words`() {
        #expect(Set(ActWording.all.keys) == Set(Act.allCases.filter(\.isOfDialogue)))
    }

    // MARK: Terms

    private static let said = Act.allCases.filter(\.isOfDialogue).reduce(into: Set<Act.Term>()) {
        $0.formUnion($1.form.terms.union($1.form.optionalTerms))
    }

    private func isRead(_ term: Act.Term, _ value: JSONValue) -> Bool {
        let object = JSONObject([.init(name: term.rawValue, value: value)])
        return (try? JSONFields.reading(.object(object), Terms.read)) != nil
    }

    @Test(arguments: said.sorted { $0.rawValue < $1.rawValue })
    func `a term is taken as its shape says, and not one past its limits`(term: Act.Term) throws {
        let thread = { (number: Int) in
            JSONValue.string(ThreadID(Digest(hashing: [UInt8(number)])).text)
        }
        func sorted(_ count: Int, _ text: (Int) -> JSONValue) -> JSONValue {
            .array((0..<count).map(text).sorted { "\($0)" < "\($1)" })
        }
        let name = { (number: Int) in JSONValue.string("name-\(number + 100)") }
        switch term.shape {
        case .shortName, .party:
            #expect(isRead(term, .string("duty-officer")) && !isRead(term, .string("Duty")))
        case .shortNames(let most):
            #expect(isRead(term, sorted(most, name)) && !isRead(term, sorted(most + 1, name)))
            #expect(!isRead(term, .array([])))
        case .word(let words):
            #expect(words.allSatisfy { isRead(term, .string($0)) } && words.count > 1)
            #expect(!isRead(term, .string("king")))
        case .number(let range):
            for number in [range.lowerBound, range.upperBound] {
                #expect(isRead(term, .integer(number)))
            }
            for number in [range.lowerBound - 1, range.upperBound + 1] {
                #expect(!isRead(term, .integer(number)))
            }
        case .instant:
            #expect(isRead(term, .string(start.text)) && !isRead(term, .string("tomorrow")))
        case .thread: #expect(isRead(term, thread(1)) && !isRead(term, .string("x")))
        case .threads(let most):
            let ids = (0...most).map { ThreadID(Digest(hashing: [UInt8($0)])) }.sorted()
                .map { JSONValue.string($0.text) }
            #expect(isRead(term, .array(Array(ids.dropLast()))) && !isRead(term, .array(ids)))
        case .digest:
            let digest = Digest(hashing: [1]).text
            #expect(isRead(term, .string(digest)) && !isRead(term, .string(digest + "0")))
        case .basis: #expect(isRead(term, .string("aa:bb")) && !isRead(term, .string("aa")))
        case .provisions(let most, let characters):
            #expect(isRead(term, sorted(most, name)) && !isRead(term, sorted(most + 1, name)))
            let long = String(repeating: "x", count: characters)
            #expect(isRead(term, .array([.string(long)])))
            #expect(!isRead(term, .array([.string(long + "x")])))
        case .claims(let parts, let most):
            for part in parts {
                for word in part.words + ["king"] {
                    let claim = JSONObject(
                        parts.map {
                            .init(
                                name: $0.name,
                                value: .string($0 == part ? word : $0.words[0]))
                        })
                    let many = Array(repeating: JSONValue.object(claim), count: most)
                    #expect(isRead(term, .array(many)) == (word != "king"), "\(word)")
                    #expect(!isRead(term, .array(many + [.object(claim)])))
                }
            }
        case .judgements(let names):
            let members = names.map { JSONObject.Member(name: $0, value: .bool(false)) }
            #expect(isRead(term, .object(JSONObject(members))))
            #expect(!isRead(term, .object(JSONObject(Array(members.dropFirst())))))
        case .mark: #expect(isRead(term, .bool(true)) && !isRead(term, .bool(false)))
        case .other: Issue.record("people say \(term.rawValue)")
        }
        // Also that it has words.
        #expect(!TermWording.term(term).chinese.isEmpty)
    }

    // MARK: Threads

    private struct Walk {
        var records: [RecordedStatement] = []
        var time: Timestamp
    }

    /// What `parley` makes of a draft: the same as the desk, without sealing.
    private func statement(
        _ content: JSONObject, by party: PartyID, in thread: DialogueThread, at time: Timestamp
    ) throws -> Statement {
        _ = try Given(content, fields: try #require(Operation.named("draft.add")).fields)
        let wish = try DraftWish(content)
        try wish.checkFilled()
        var terms = wish.terms
        var reference: BlobReference?
        if !wish.texts.isEmpty {
            let body = try StatementBody(
                texts: wish.texts, fields: wish.fields,
                salt: wish.act.proposesText ? Array(repeating: 7, count: 16) : nil)
            terms.text = BoundText(of: body)?.digest ?? terms.text
            let bytes = body.canonicalBytes
            reference = BlobReference(
                blob: BlobID(Digest(hashing: bytes)), sizeBytes: UInt64(bytes.count),
                mediaType: StatementBody.mediaType, isSealed: true)
        }
        let answers = wish.thread == nil ? [] : wish.answers + thread.heads(for: party)
        let statement = Statement(
            agreement: agreement.id, thread: try #require(ThreadID(bytes: Self.threadBytes)),
            act: wish.act, from: Seat(party: party, organ: try #require(OrganID("poc"))),
            to: wish.thread == nil ? wish.to : thread.opening?.others(than: party) ?? [],
            answers: Set(answers).sorted(), at: time, terms: terms, body: reference, exhibits: [])
        return try Statement(parsingPayload: statement.payloadBytes())
    }

    private static let threadBytes = Array(repeating: UInt8(5), count: ThreadID.byteCount)

    /// The example, and with what further acts wait for.
    private func variants(_ example: JSONObject, _ act: Act) -> [JSONObject] {
        func with(_ term: Act.Term, _ value: JSONValue) -> JSONObject {
            var terms: [JSONObject.Member] = []
            if case .object(let object)? = example["terms"] { terms = object.members }
            terms =
                terms.filter { $0.name != term.rawValue }
                + [.init(name: term.rawValue, value: value)]
            return JSONObject(example.members.filter { $0.name != "terms" })
                .adding(["terms": .object(JSONObject(terms))])
        }
        if act == .proceedingDecide { return [example, with(.outcome, .string("settled"))] }
        return act.form.optionalTerms.contains(.adReferendum)
            ? [example, with(.adReferendum, .bool(true))] : [example]
    }

    private func place(_ thread: DialogueThread) -> String {
        let points = thread.points.filter { $0.standing != .superseded }
            .map { "\($0.kind.rawValue) \($0.standing.rawValue) \($0.awaited)" }
        return """
            \(thread.state.rawValue) \(Set(points).sorted()) \(thread.openConsultations.count) \
            \(thread.consultations.count) \(thread.openConditions.count) \(thread.hold != nil) \
            \(thread.proceeding.outcome?.rawValue ?? "")
            """
    }

    @Test(arguments: ThreadProtocol.all.filter { $0 != .overlay })
    func `wherever an act is lawful, its template's example is admitted`(
        kind: ThreadProtocol
    ) throws {
        var said: Set<Act> = []
        var seen: Set<String> = []
        var edge = [Walk(time: start)]
        for _ in 0..<7 {
            // What led to a new act is gone on with first, and little of the rest.
            var (next, others): ([Walk], [Walk]) = ([], [])
            for walk in edge {
                for (party, act) in try lawful(walk, kind) {
                    for further in try after(walk, act, by: party) {
                        let thread = DialogueThread(folding: further.records, under: agreement)
                        #expect(thread.entries.last?.effect == .applied, "\(act.rawValue)")
                        let isNew = seen.insert(place(thread)).inserted
                        if said.insert(act).inserted {
                            next.append(further)
                        } else if isNew {
                            others.append(further)
                        }
                    }
                }
            }
            edge = next + others.prefix(12)
        }
        let left = Set(kind.moves.map(\.act)).subtracting(said)
        #expect(left.isEmpty, "never said: \(left.map(\.rawValue).sorted())")
    }

    private func lawful(_ walk: Walk, _ kind: ThreadProtocol) throws -> [(PartyID, Act)] {
        guard !walk.records.isEmpty else { return [(us, kind.opening)] }
        let thread = DialogueThread(folding: walk.records, under: agreement)
        return [us, jp].flatMap { party in thread.lawfulActs(for: party).map { (party, $0) } }
    }

    private func wish(_ opening: Act) -> ActTemplate.Wish {
        .init(kind: opening == .requestSubmit ? "preservation" : nil, to: "jp")
    }

    private func after(_ walk: Walk, _ act: Act, by party: PartyID) throws -> [Walk] {
        let thread = DialogueThread(folding: walk.records, under: agreement)
        let opening = walk.records.isEmpty
        // What lapses is overdue.
        let days: Int64 = act == .allegationLapse ? 60 : 0
        let time = walk.time.adding(seconds: 3600 + days * 86_400)
        let template = try template(
            act, of: party, in: opening ? nil : thread,
            wish: opening ? wish(act) : .init(), at: time)
        #expect(reason { try checkContent(template.content, template) } == nil)
        return try variants(template.example, act).compactMap { content in
            let statement = try statement(content, by: party, in: thread, at: time)
            let told = reason { try thread.admit(statement) }
            // A refusal on a ground comes after a consultation on that ground.
            if act == .requestRefuse, told?.hasPrefix("consultation") == true { return nil }
            #expect(told == nil, "\(act.rawValue) in \(thread.state.rawValue): \(told ?? "")")
            guard told == nil else { return nil }
            let id = StatementID(Digest(hashing: statement.payloadBytes()))
            return Walk(
                records: walk.records + [
                    RecordedStatement(
                        id: id, statement: statement, time: time.adding(seconds: 1), receipts: [:])
                ], time: time.adding(seconds: 1))
        }
    }

    /// What is to be filled in can be kept as a draft, and does not leave with its blanks.
    private func checkContent(_ content: JSONObject, _ template: ActTemplate) throws {
        _ = try Given(content, fields: try #require(Operation.named("draft.change")).fields)
        guard content["texts"] != nil else { return }
        let told = reason { try DraftWish(content).checkFilled() }
        #expect(told == "blank-unfilled", "\(template.act.rawValue): \(told ?? "nothing")")
    }

    // MARK: Requests

    @Test func `each agreed kind's template asks what the law's basis asks`() throws {
        #expect(agreement.requestKinds.count > 5)
        let form = RequestForm(agreement: agreement, data: law, today: start.day)
        for kind in agreement.requestKinds where !kind.bases.isEmpty {
            let template = try template(
                .requestSubmit, wish: .init(kind: kind.name, to: "jp"))
            let row = try #require(template.choice).row
            guard case .object(let body)? = template.json["body"],
                case .array(let fields)? = body["fields"],
                case .object(let given)? = template.example["fields"]
            else {
                Issue.record("\(kind.name) asks for nothing")
                continue
            }
            #expect(fields.count >= row.fields.count)
            for field in row.fields where field.isRequired {
                #expect(given[field.key] == .string(field.example), "\(field.key)")
            }
            let wish = try DraftWish(template.example)
            #expect(wish.terms.basis == template.choice?.basis)
            #expect(
                try form.choose(
                    kind, named: nil, from: us, to: jp, fields: wish.fields)?.basis
                    == template.choice?.basis)
            let missing = reason {
                do {
                    _ = try form.choose(kind, named: nil, from: us, to: jp, fields: [:])
                } catch let refusal as RequestFormRefusal {
                    throw Problem(refusal)
                }
            }
            #expect(missing == "fields-missing", "\(kind.name)")
        }
    }

    @Test func `what the agreement does not have is told, with what it has`() throws {
        #expect(
            reason { _ = try template(.requestSubmit, wish: .init(kind: "king")) }
                == "kind-unknown")
        #expect(
            reason { _ = try template(.requestSubmit, wish: .init(to: "zz")) }
                == "party-not-told")
        // A company is told of no allegation.
        #expect(
            reason { _ = try template(.allegationMake, wish: .init(to: "corp")) }
                == "party-not-told")
        let wish = ActTemplate.Wish(kind: "preservation", basis: "x:y", to: "jp")
        let json = try template(.requestSubmit, wish: wish).json
        guard case .object(let obstacle)? = json["obstacle"] else {
            Issue.record("there should be no such basis")
            return
        }
        #expect(obstacle["reason"] == .string("basis-not-agreed"))
        #expect(json["basis"] == nil)
    }

    @Test func `in a thread there are templates of what is lawful there now, and of nothing else`()
        throws
    {
        let opened = try after(Walk(time: start), .requestSubmit, by: us)
        let thread = DialogueThread(folding: try #require(opened.first).records, under: agreement)
        #expect(reason { _ = try template(.requestAnswer, of: us, in: thread) } == "act-not-lawful")
        let answer = try template(.requestAnswer, of: jp, in: thread)
        #expect(answer.content["to"] == .array([.string("us")]))
        #expect(answer.content["thread"] == .string(try #require(thread.id).text))
        let refuse = try template(.requestRefuse, of: jp, in: thread)
        let grounds = try #require(refuse.values(of: .ground))
        #expect(grounds.isClosed && !grounds.values.isEmpty)
        #expect(
            grounds.values
                == thread.opening?.basis.flatMap {
                    agreement.requestKind("preservation")?.basis($0)?.refusalGrounds
                })
    }
}
