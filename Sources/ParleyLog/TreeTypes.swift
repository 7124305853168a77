/// How many entries a tree holds.
package struct TreeSize: Hashable, Comparable, Sendable {
    package let entryCount: UInt64

    package init(_ entryCount: UInt64) { self.entryCount = entryCount }

    /// The index the next entry will have.
    package var nextIndex: EntryIndex { EntryIndex(entryCount) }

    package static func < (one: TreeSize, other: TreeSize) -> Bool {
        one.entryCount < other.entryCount
    }
}

/// The place of one entry in a log, counted from 0.
package struct EntryIndex: Hashable, Comparable, Sendable {
    package let position: UInt64

    package init(_ position: UInt64) { self.position = position }

    package static func < (one: EntryIndex, other: EntryIndex) -> Bool {
        one.position < other.position
    }
}
