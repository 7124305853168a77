import ParleyLog
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

struct DraftTests {
    private let folder: TemporaryFolder
    private let store: SQLiteDesk
    private let start = Timestamp(text: "2026-11-24T03:00:00Z")!
    private let first: Draft

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteDesk(path: folder.path("desk.sqlite"))
        first = Draft(
            id: DraftID(randomness: SeededRandomness(seed: 3)), organ: OrganID("poc")!,
            revision: 1, editor: AccountName("ann")!, savedAt: start,
            content: ["act": .string("request.refuse")])
        #expect(try await store.add(first))
    }

    private func next(_ draft: Draft, by name: String, _ text: String) -> Draft {
        var next = draft
        next.revision += 1
        next.editor = AccountName(name)!
        next.content = ["act": .string("request.refuse"), "note": .string(text)]
        return next
    }

    @Test func `of writers at the same time one is kept, and the others are told`() async throws {
        let kept = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let draft = next(first, by: "writer\(number)", "text \(number)")
                    return (try? await store.save(draft, after: 1)) ?? false
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(kept == 1)
        #expect(try await store.revisions(of: first.id).map(\.revision) == [1, 2])
    }

    @Test func `an organ has so many open drafts, and one more when one is done with`() async throws
    {
        func another(_ number: UInt64, of organ: String) -> Draft {
            Draft(
                id: DraftID(randomness: SeededRandomness(seed: number + 100)),
                organ: OrganID(organ)!, revision: 1, editor: AccountName("ann")!, savedAt: start,
                content: [:])
        }
        for number in 1..<UInt64(Draft.openLimit) {
            #expect(try await store.add(another(number, of: "poc")))
        }
        #expect(try await store.add(another(5000, of: "poc")) == false)
        #expect(try await store.draft(another(5000, of: "poc").id, of: first.organ) == nil)
        #expect(try await store.add(another(5001, of: "csirt")))
        var done = first
        done.state = .discarded
        #expect(try await store.mark(done))
        #expect(try await store.add(another(5000, of: "poc")))
    }

    @Test func `every revision stays as it was`() async throws {
        var draft = first
        for number in 0..<5 {
            draft = next(draft, by: "ann", "text \(number)")
            #expect(try await store.save(draft, after: draft.revision - 1))
        }
        let revisions = try await store.revisions(of: first.id)
        #expect(revisions.map(\.revision) == [1, 2, 3, 4, 5, 6])
        #expect(revisions[0].content == first.content && revisions[5].content == draft.content)
        #expect(try await store.draft(first.id, of: first.organ)?.content == draft.content)
    }

    @Test func `a word on an earlier revision is no word on a later one`() async throws {
        var reviewed = first
        reviewed.review = Draft.Review(
            revision: 1, by: AccountName("bob")!, isApproved: true, note: "", at: start)
        reviewed.preview = Draft.Preview(revision: 1, payload: [1, 2, 3], at: start)
        #expect(try await store.mark(reviewed))
        #expect(try await store.draft(first.id, of: first.organ)?.review == reviewed.review)
        #expect(try await store.draft(first.id, of: first.organ)?.preview == reviewed.preview)
        #expect(try await store.save(next(first, by: "ann", "later"), after: 1))
        #expect(try await store.mark(reviewed) == false)
        let json = try #require(try await store.draft(first.id, of: first.organ)).json(
            approval: ApprovalNeed(byAgreement: false, byNode: true))
        #expect(json["review"] == nil && json["needsApproval"] == .bool(true))
    }

    @Test func `a draft is another organ's as little as if there were none`() async throws {
        #expect(try await store.draft(first.id, of: first.organ) == first)
        #expect(try await store.draft(first.id, of: OrganID("csirt")!) == nil)
    }

    @Test func `what was sent or given up is written no more`() async throws {
        var sent = first
        sent.state = .sent
        sent.statement = StatementID(Digest(hashing: [1]))
        #expect(try await store.mark(sent))
        #expect(try await store.draft(first.id, of: first.organ) == sent)
        #expect(try await store.drafts(of: first.organ).isEmpty)
        #expect(try await store.save(next(sent, by: "ann", "later"), after: 1) == false)
        #expect(try await store.mark(sent) == false)
    }

    @Test func `a policy names acts that there are, and fits no others`() {
        let usual = FourEyes.usual
        for act: Act in [.allegationMake, .allegationDeny, .requestRefuse] {
            #expect(usual.need(of: act, under: nil).byNode)
        }
        for act: Act in [.requestAccept, .hotlineCall, .deliverySilence] {
            #expect(usual.need(of: act, under: nil) == .none)
        }
        let other = FourEyes(checking: ["hotline.*", "text.publish"])
        #expect(other?.need(of: .hotlineCall, under: nil).isNeeded == true)
        for wrong in ["hotline", "king.*", "request.refuse.*", "*", ""] {
            #expect(FourEyes(checking: [wrong]) == nil, "\(wrong)")
        }
    }

    @Test func `a node's policy adds to what the agreement asks and takes nothing from it`() throws
    {
        let patterns = try #require(FourEyes(checking: ["request.answer", "session.*"])).patterns
        let agreement = try TestAgreement(changing: { $0.approvals = patterns }).agreement
        let needs = { (policy: [String], act: Act) in
            FourEyes(checking: policy).map { policy in
                let json = policy.need(of: act, under: agreement).json["approvalAskedBy"]
                guard case .array(let names)? = json else { return ["no list"] }
                return names.map { $0 == .string("node") ? "node" : "agreement" }
            }
        }
        #expect(needs([], .requestAnswer) == ["agreement"])
        #expect(needs([], .sessionMinutesAgree) == ["agreement"])
        #expect(needs(["request.*"], .requestAnswer) == ["agreement", "node"])
        #expect(needs(["request.*"], .requestRefuse) == ["node"])
        #expect(needs(["request.answer"], .requestAnswerPart) == [])
    }
}
