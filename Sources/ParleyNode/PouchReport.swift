package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// What came of opening a pouch, as far as its parts were there.
package struct PouchReport: Sendable {
    package let manifest: PouchManifest
    /// Numbers of the parts from which everything has been taken, now or before.
    package internal(set) var finished: Set<Int> = []
    /// Numbers of the parts that were opened and of which something has to wait.
    package internal(set) var waiting: Set<Int> = []
    package internal(set) var tally = Tally()

    /// Numbers of the parts that nobody has given yet.
    package var missing: [Int] {
        (1...manifest.parts.count).filter { !finished.contains($0) && !waiting.contains($0) }
    }

    package var isComplete: Bool { finished.count == manifest.parts.count }

    init(manifest: PouchManifest) { self.manifest = manifest }

    /// What became of the single things in it.
    package struct Tally: Sendable {
        package internal(set) var taken: Set<StatementID> = []
        package internal(set) var known: Set<StatementID> = []
        package internal(set) var refused: [StatementID: Words] = [:]
        package internal(set) var waiting: [StatementID: Wait] = [:]
        package internal(set) var blobsTaken: Set<BlobID> = []
        /// Blobs whose bytes were not what their name says; what had come of them is thrown away.
        package internal(set) var blobsSpoiled: Set<BlobID> = []
        package internal(set) var answers = AnswersStored()

        /// A later word on a statement replaces the wait for it.
        mutating func note(_ ids: [StatementID], known isKnown: Bool) {
            for id in ids {
                waiting[id] = nil
                if !isKnown {
                    taken.insert(id)
                } else if !taken.contains(id) {
                    known.insert(id)
                }
            }
        }
    }

    package struct Words: Hashable, Sendable {
        package let reason: String
        package let explanation: String
    }

    /// Why a statement could not be taken yet.
    package enum Wait: String, Hashable, Sendable {
        /// Some of its blobs are in parts that are not here, or were spoilt.
        case blobs
        /// The sender's growth is in part 1, and that is not here.
        case growth
        /// A newer pouch or delivery was taken before, and this one cannot be fitted in; the
        /// statement is in the newer pouch too.
        case newerPouch = "newer-pouch"
    }
}

/// Why one of the parts that were given is refused; nothing of the others was taken either.
package struct PouchPartRefusal: Error, Sendable {
    package let name: String
    package let refusal: PouchRefusal
}
