/// What happened to an exhibit, in one word (`Spec/custody.md` §3).
package enum CustodyEvent: String, Hashable, Sendable, CaseIterable {
    /// Taken where it was found, before it was sealed to anybody.
    case collected
    /// Closed, so that a later opening shows.
    case sealed
    /// Handed to another who answers for it from now on.
    case transferred
    /// Its seal was opened.
    case opened
    /// Looked into, by a person or a tool.
    case examined
    /// Made again: a working copy, or a blob sealed to others.
    case copied
    /// Given back; whoever recorded it holds it no more.
    case returned
    case destroyed
    /// A new row that states an earlier one anew; the earlier one stays.
    case corrected
}
