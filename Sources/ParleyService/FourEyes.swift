import ParleyDialogue
import ParleyLog
import ParleyNode
package import ParleyStatements

/// Which acts a second person approves before they leave, as this node wants it beside what the
/// agreement says.
package struct FourEyes: Hashable, Sendable {
    /// Accusing another party, and refusing it help.
    package static let usual = FourEyes(
        patterns: ["allegation.*", "request.refuse"].compactMap(ActPattern.init))

    package let patterns: [ActPattern]

    private init(patterns: [ActPattern]) { self.patterns = patterns }

    /// Nil where a pattern fits no act.
    package init?(checking texts: [String]) {
        let patterns = texts.compactMap(ActPattern.init)
        guard patterns.count == texts.count else { return nil }
        self.init(patterns: patterns)
    }

    /// What either asks for is asked for: a node adds to what its party has undertaken, and takes
    /// nothing from it.
    package func need(of act: Act, under agreement: Agreement?) -> ApprovalNeed {
        ApprovalNeed(
            byAgreement: agreement?.needsApproval(act) ?? false,
            byNode: patterns.contains { $0.fits(act) })
    }
}

/// Whether something leaves only once a second person has approved it, and who wants that.
package struct ApprovalNeed: Hashable, Sendable {
    package static let none = ApprovalNeed(byAgreement: false, byNode: false)

    package let byAgreement: Bool
    package let byNode: Bool

    package var isNeeded: Bool { byAgreement || byNode }

    package init(byAgreement: Bool, byNode: Bool) {
        self.byAgreement = byAgreement
        self.byNode = byNode
    }

    package var json: JSONObject {
        let asking = (byAgreement ? ["agreement"] : []) + (byNode ? ["node"] : [])
        return [
            "needsApproval": .bool(isNeeded),
            "approvalAskedBy": .array(asking.map { .string($0) }),
        ]
    }
}

extension Desk {
    /// Of a draft, complete or not: by the version of the agreement under which it would stand.
    func approvalNeed(_ draft: Draft) async throws -> ApprovalNeed {
        guard case .string(let text)? = draft.content["act"], let act = Act(rawValue: text) else {
            return .none
        }
        let versions = node.record.versions
        let asking = versions.all.filter { $0.needsApproval(act) }
        // Most often all versions are of one mind, and no thread need be read.
        if asking.isEmpty || asking.count == versions.all.count {
            return fourEyes.need(of: act, under: versions.first)
        }
        var version = versions.version(of: node.identity.party.id, at: clock.now())
        if case .string(let text)? = draft.content["thread"], let id = ThreadID(text: text) {
            let thread = try await node.record.thread(id, opening: version.id)
            version = versions.version(thread.agreement) ?? version
        }
        return fourEyes.need(of: act, under: version)
    }
}
