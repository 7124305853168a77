import ParleyDialogue
import ParleyLog
import ParleyStatements
import Testing

/// What a vector says of a thread's matter: its points, claims, verdicts and members, and the
/// lines by which two nodes compare. What it does not say is not looked at.
struct DialogueExpectation: Sendable {
    let kind: String?
    let points: [[String: String]]?
    let claims: [[String]]?
    let judged: [String: String]?
    let members: [String: [String]]?
    let commentsUntil: String?
    let lateComments: [String]?
    let date: String?
    let exercise: Bool?
    /// With labels where ids stand.
    let summary: [String]?

    init(_ fields: inout VectorFields) throws {
        kind = try fields.optional("kind")
        points = try fields.optional("points")
        claims = try fields.optional("claims")
        judged = try fields.optional("judged")
        members = try fields.optional("members")
        commentsUntil = try fields.optional("commentsUntil")
        lateComments = try fields.optional("lateComments")
        date = try fields.optional("date")
        exercise = try fields.optional("exercise")
        summary = try fields.optional("summary")
    }
}

struct DialogueVectorTests {
    @Test(arguments: ThreadCase.all)
    func `each point stands as its vector says`(vector: ThreadCase) throws {
        guard let expected = vector.dialogue.points else { return }
        let shown = vector.thread.points.map { point in
            var shown = [
                "id": vector.label(point.id), "kind": point.kind.rawValue,
                "awaits": point.awaited.text, "standing": point.standing.rawValue,
            ]
            switch point.due {
            case .at(let instant)?: shown["due"] = instant.text
            case .unavailable(let party, let refusal)?:
                shown["due"] = "unavailable:\(party):\(refusal.reason)"
            case nil: break
            }
            shown["settledBy"] = (point.settlement?.statement).map(vector.label)
            return shown
        }
        #expect(shown == expected)
    }

    @Test(arguments: ThreadCase.all)
    func `what is said of a thread's matter stands as its vector says`(
        vector: ThreadCase
    ) throws {
        let expected = vector.dialogue
        let thread = vector.thread
        if let kind = expected.kind { #expect(thread.kind.name == kind) }
        if let claims = expected.claims {
            let shown = thread.claims.map { id, claim in
                [
                    vector.label(id), claim.level.rawValue, claim.confidence.rawValue,
                    claim.likelihood.rawValue,
                ]
            }
            #expect(shown == claims)
        }
        if let judged = expected.judged {
            let shown = thread.verdicts.map { ($0.key.text, $0.value.verdict.rawValue) }
            #expect(Dictionary(uniqueKeysWithValues: shown) == judged)
        }
        if let members = expected.members {
            let named = members.map { label, parties in
                (Village.thread(label), parties)
            }
            #expect(
                thread.members.mapValues { $0.map(\.text).sorted() }
                    == Dictionary(uniqueKeysWithValues: named))
        }
        if let until = expected.commentsUntil { #expect(thread.commentsUntil?.text == until) }
        if let late = expected.lateComments {
            let until = try known(thread.commentsUntil, "no end of the time for comments")
            let shown = thread.points.filter { $0.kind == .comment && $0.time > until }
            #expect(shown.map { vector.label($0.id) } == late)
        }
        if let date = expected.date { #expect(thread.date?.text == date) }
        if let exercise = expected.exercise {
            #expect(thread.opening?.isExercise == exercise)
        }
    }

    @Test(arguments: ThreadCase.all)
    func `each summary is written as its vector says, in whatever order statements came`(
        vector: ThreadCase
    ) {
        let summary = vector.thread.canonicalSummary()
        let turned = DialogueThread(
            folding: vector.records.reversed() + vector.records.prefix(2), under: vector.rules)
        #expect(turned.canonicalSummary() == summary)
        guard let expected = vector.dialogue.summary else { return }
        let threads = ["the thread", "an earlier thread"].map {
            (Village.thread($0).text, $0.replacing(" ", with: "-"))
        }
        let named = (vector.labels.map { ($0.key.text, $0.value) } + threads)
            .reduce(summary) { text, label in text.replacing(label.0, with: label.1) }
        #expect(named.split(separator: "\n").map(String.init) == expected)
    }
}
