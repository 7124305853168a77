package import ParleyLog
package import ParleyStatements

/// The overlays on the tables of law that are on record: a function of the threads about them.
package struct SharedOverlays: Sendable {
    package struct Overlay: Hashable, Sendable {
        package let thread: ThreadID
        package let author: PartyID
        /// The stored bytes, open to read.
        package let document: BlobID
        package let sharedAt: Timestamp
        /// Who has signed it too, and since when.
        package let adoptions: [PartyID: Timestamp]
        package let isWithdrawn: Bool
    }

    /// In the order in which they were shared.
    package let all: [Overlay]

    /// - Parameter threads: of any kind; those about overlays, opened and with a time, count.
    package init(_ threads: [DialogueThread]) {
        all = threads.compactMap(Overlay.init).sorted {
            ($0.sharedAt, $0.thread) < ($1.sharedAt, $1.thread)
        }
    }

    /// The last that the party has shared, not withdrawn.
    package func latest(of party: PartyID) -> Overlay? {
        all.last { $0.author == party && !$0.isWithdrawn }
    }

    /// The last that both have signed, by its adoption, not withdrawn.
    package func agreed(between one: PartyID, and other: PartyID) -> Overlay? {
        let signed = all.compactMap { overlay -> (overlay: Overlay, time: Timestamp)? in
            guard !overlay.isWithdrawn, [one, other].contains(overlay.author) else { return nil }
            let second = overlay.author == one ? other : one
            return overlay.adoptions[second].map { (overlay, $0) }
        }
        return signed.max { ($0.time, $0.overlay.thread) < ($1.time, $1.overlay.thread) }?.overlay
    }
}

extension SharedOverlays.Overlay {
    fileprivate init?(_ thread: DialogueThread) {
        guard thread.kind == .overlay, thread.state != .unopened, let id = thread.id,
            let opening = thread.opening,
            let entry = thread.entries.first(where: { $0.id == opening.statement }),
            let document = entry.statement.exhibits.first, let time = entry.settledTime
        else { return nil }
        self.thread = id
        author = opening.opener
        self.document = document.blob
        sharedAt = time
        var adoptions: [PartyID: Timestamp] = [:]
        for entry in thread.entries
        where entry.effect == .applied && entry.statement.act == .lawAdopt {
            guard let time = entry.settledTime else { continue }
            let party = entry.statement.from.party
            adoptions[party] = min(adoptions[party] ?? time, time)
        }
        self.adoptions = adoptions
        isWithdrawn = thread.state == .closed
    }
}
