/// What a person or program may do at its own node. Which role may use which operation stands in
/// ``Operation``, and nowhere else.
///
/// Roles are a node's own matter: no other party learns of them, and none of them lets anybody say
/// what the agreement does not allow.
package enum Role: String, CaseIterable, Comparable, Sendable {
    /// On duty: sees what is due, acknowledges, drafts.
    case officer
    /// Answers for cases: drafts and says every act.
    case caseOfficer = "case-officer"
    /// The second person: approves or returns what another has drafted.
    case approver
    /// Reads threads' headers and the trail, opens nothing that is sealed, changes nothing.
    case auditor
    /// Writes for a company under a state's node: what it wants said, and what came of it.
    case company
    /// Accounts, tokens and settings; opens nothing that is sealed.
    case administrator

    package static func < (one: Role, other: Role) -> Bool { one.rawValue < other.rawValue }
}

/// The name by which somebody signs in: 2 to 64 of `a-z 0-9 . _ - @`, beginning with a letter. Its
/// holder keeps it for good: an account is disabled, never deleted, so that the trail stays plain.
package struct AccountName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let others = Array("._-@".utf8)
        guard (2...64).contains(text.utf8.count), let first = text.utf8.first,
            letters.contains(first),
            text.utf8.allSatisfy({
                letters.contains($0) || digits.contains($0) || others.contains($0)
            })
        else { return nil }
        self.text = text
    }

    package var description: String { text }

    package static func < (one: AccountName, other: AccountName) -> Bool { one.text < other.text }
}
