import ParleyDialogue
import ParleyExample
import ParleyLog
import ParleyStatements
import Testing

@testable import ParleyDialogue

/// Walks through every kind of the dialogue, act by act, beside a plain reading of the
/// specification's tables: state, points, and what is allowed must come out alike.
struct DialogueWalkTests {
    static let kinds: [ThreadProtocol] = [
        .incident, .campaign, .allegation, .commitment, .concern, .notice, .session, .hotline,
    ]
    static let depth = 8
    /// Points beyond these are not raised: two of a kind, or two kinds, show all that they do.
    static let pointLimit = 2

    @Test(arguments: kinds)
    func `to depth eight, the fold allows what the specification's table allows and no more`(
        kind: ThreadProtocol
    ) throws {
        let (page, section) = try #require(ThreadProtocolTests.pages[kind.name])
        let model = try TableModel(section: try SpecPage.section(section, of: page))
        var seen: Set<Walked> = []
        var edge = [Walk()]
        var tried = 0
        for _ in 0..<Self.depth {
            var next: [Walk] = []
            for walk in edge {
                for act in Set(model.moves.map(\.act)).sorted() where act != "allegation.lapse" {
                    for side in 0...1 {
                        for isAdReferendum in [false, true] {
                            tried += 1
                            guard
                                let further = try step(
                                    walk, act, side, isAdReferendum, model, kind)
                            else { continue }
                            if seen.insert(further.walked).inserted { next.append(further) }
                        }
                    }
                }
            }
            edge = next
        }
        #expect(
            Set(seen.map(\.state)).union(["unopened"]) == Set(model.states).subtracting(["lapsed"]))
        #expect(tried > 50)
    }

    /// The walk one act further; nil where that is not allowed, and the fold says so too.
    private func step(
        _ walk: Walk, _ text: String, _ side: Int, _ isAdReferendum: Bool, _ model: TableModel,
        _ kind: ThreadProtocol
    ) throws -> Walk? {
        let act = try #require(Act(rawValue: text))
        let form = act.form
        if isAdReferendum, !form.optionalTerms.contains(.adReferendum) { return nil }
        // Whoever opens is the opener: the walk's first side.
        if form.opensThread, walk.records.isEmpty, side == 1 { return nil }
        let party = walk.parties[side]
        let thread = DialogueThread(folding: walk.records, under: Village.rules)
        let time = walk.time.adding(seconds: 60)
        let statement = statement(act, side, isAdReferendum, walk, at: time)
        let expected = walk.after(
            text, side: side, isAdReferendum: isAdReferendum, in: model, id: "\(walk.records.count)"
        )
        var isAllowed = true
        do {
            try thread.admit(statement)
        } catch {
            isAllowed = false
        }
        #expect(
            isAllowed == (expected != nil),
            "\(walk.walked.state): \(text) by \(party), \(walk.walked)")
        guard isAllowed, var further = expected, further.walked.points.count <= Self.pointLimit
        else { return nil }
        further.records.append(
            RecordedStatement(
                id: Village.statement("walk \(walk.records.count)"), statement: statement,
                time: time, receipts: [:]))
        further.time = time
        let folded = DialogueThread(folding: further.records, under: Village.rules)
        #expect(folded.kind == kind && folded.state.rawValue == further.walked.state)
        #expect(
            folded.points.map { "\($0.kind.rawValue) \($0.standing.rawValue)" }
                == further.walked.points.map { "\($0.kind) \($0.standing)" }, "\(text)")
        return further
    }

    private func statement(
        _ act: Act, _ side: Int, _ isAdReferendum: Bool, _ walk: Walk, at time: Timestamp
    ) -> Statement {
        let party = walk.parties[side]
        var terms = Terms()
        terms.isAdReferendum = isAdReferendum
        for term in act.form.terms { fill(&terms, term, act: act, party, walk, time) }
        return Statement(
            agreement: Village.agreement("the agreement"), thread: Village.thread("the thread"),
            act: act, from: Seat(party: party, organ: OrganID("poc")!),
            to: [walk.parties[1 - side]],
            answers: act.form.opensThread ? [] : walk.records.suffix(32).map(\.id).sorted(),
            at: time, terms: terms, body: nil, exhibits: [])
    }

    @Test(arguments: kinds, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as [UInt64])
    func `in any order of arrival a thread is the same, and what is irregular moves nothing`(
        kind: ThreadProtocol, seed: UInt64
    ) throws {
        var random = SplitMix64(seed: seed)
        let acts = Set(kind.moves.map(\.act)).sorted { $0.rawValue < $1.rawValue }
        for _ in 0..<4 {
            var walk = Walk()
            var thread = DialogueThread(folding: [], under: Village.rules)
            for place in 0..<18 {
                let side = Int.random(in: 0...1, using: &random)
                let lawful = thread.lawfulActs(for: walk.parties[side]).filter(acts.contains)
                let isLawful = Int.random(in: 0..<100, using: &random) < 80
                let act =
                    place == 0
                    ? kind.opening
                    : (isLawful ? lawful : acts).randomElement(using: &random) ?? kind.opening
                walk.time = walk.time.adding(
                    seconds: [0, 1, 600, 90_000].randomElement(using: &random) ?? 0)
                let statement = statement(act, place == 0 ? 0 : side, false, walk, at: walk.time)
                // Some have no time yet: they are shown, and move nothing.
                let isTimed = place == 0 || Int.random(in: 0..<100, using: &random) < 92
                walk.records.append(
                    RecordedStatement(
                        id: Village.statement("\(kind.name) \(seed) \(place)"),
                        statement: statement, time: isTimed ? walk.time : nil, receipts: [:]))
                let further = DialogueThread(folding: walk.records, under: Village.rules)
                let last = further.entries.first { $0.id == walk.records.last?.id }
                if last?.effect != .applied {
                    #expect(trace(further) == trace(thread), "\(act) changed something")
                }
                thread = further
            }
            for _ in 0..<3 {
                // The other node: in another order, some twice, some at first without their time.
                let late = walk.records.map { record in
                    RecordedStatement(
                        id: record.id, statement: record.statement, time: nil, receipts: [:])
                }
                let arrived = (walk.records + late.prefix(6)).shuffled(using: &random)
                let other = DialogueThread(folding: arrived, under: Village.rules)
                #expect(other.canonicalSummary() == thread.canonicalSummary())
            }
        }
    }

    /// State, points, clocks: everything but the statements themselves.
    private func trace(_ thread: DialogueThread) -> [Substring] {
        thread.canonicalSummary().split(separator: "\n").filter { !$0.hasPrefix("entry") }
    }

    private func fill(
        _ terms: inout Terms, _ term: Act.Term, act: Act, _ party: PartyID, _ walk: Walk,
        _ time: Timestamp
    ) {
        switch term {
        case .text: terms.text = Digest(hashing: [1])
        case .claims:
            terms.claims = [Claim(level: .machine, confidence: .high, likelihood: .likely)]
        case .threads: terms.threads = [Village.thread("another")]
        case .verdict: terms.verdict = .partly
        case .round: terms.round = 1
        case .date: terms.date = time
        case .owner: terms.owner = party == walk.parties[0] ? walk.parties[1] : walk.parties[0]
        case .post: terms.post = "duty-officer"
        case .until: terms.until = time.adding(seconds: 3_456_000)
        default: break
        }
    }
}

/// Where a walk has got to, as the model has it: what two walks must share to go on alike.
private struct Walked: Hashable {
    struct Point: Hashable {
        let kind: String
        let by: Int
        let awaited: Int
        var standing = "open"
        var settler: Int?
    }

    var state = "unopened"
    var points: [Point] = []
}

private struct Walk {
    let parties = [PartyID("us")!, PartyID("cn")!]
    var walked = Walked()
    var records: [RecordedStatement] = []
    var time = Timestamp(text: "2026-03-02T09:00:00Z")!

    /// What the table says: nil where it does not allow the act.
    func after(
        _ act: String, side: Int, isAdReferendum: Bool, in model: TableModel, id: String
    ) -> Walk? {
        guard
            let move = model.moves.first(where: {
                $0.act == act && $0.side == side && $0.state == walked.state
            })
        else { return nil }
        var next = self
        next.walked.state = move.next
        guard move.points != "(none)" else { return next }
        if let raised = move.points.split(separator: "raises ").first,
            move.points.hasPrefix("raises")
        {
            let kind = String(raised.split(separator: " ")[0])
            if move.points.hasSuffix("(the only one open)") {
                for place in next.walked.points.indices
                where next.walked.points[place].kind == kind
                    && next.walked.points[place].standing == "open"
                {
                    next.walked.points[place].standing = "superseded"
                }
            }
            next.walked.points.append(.init(kind: kind, by: side, awaited: 1 - side))
            return next
        }
        return next.settle(move.points, side: side, isAdReferendum) ? next : nil
    }

    /// `settles minutes, agenda (open): agreed, by other`.
    private mutating func settle(_ text: String, side: Int, _ isAdReferendum: Bool) -> Bool {
        let parts = text.dropFirst("settles ".count).split(separator: " (")
        let kinds = parts[0].split(separator: ", ").map(String.init)
        let rest = parts[1].split(separator: "): ")
        let from = rest[0].split(separator: ", ").map(String.init)
        let words = rest[1].split(separator: ", by ").map(String.init)
        var isAny = false
        for place in walked.points.indices {
            let point = walked.points[place]
            guard kinds.contains(point.kind), from.contains(point.standing) else { continue }
            let isMeant =
                switch words[1] {
                case "other": point.by != side
                case "raiser": point.by == side
                case "awaited": point.awaited == side
                case "not-awaited": point.awaited != side
                default: point.settler == side
                }
            guard isMeant else { continue }
            walked.points[place].standing = isAdReferendum ? "ad-referendum" : words[0]
            walked.points[place].settler = side
            isAny = true
        }
        return isAny
    }
}
