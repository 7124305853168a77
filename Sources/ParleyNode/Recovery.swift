package import ParleyLog
package import ParleyStatements

/// Finds out, for a home that was moved or restored, whether its ledger is the newest: its peers
/// say what they have cosigned of its log.
///
/// What it cannot find out is what this node has cosigned of its peers' logs since the copy was
/// made; a peer that showed two histories in that time could have both cosigned.
package struct Recovery: Sendable {
    private let ledger: any Ledger
    private let lastSigned: any LastSigned
    private let identity: NodeIdentity

    package init(ledger: any Ledger, lastSigned: any LastSigned, identity: NodeIdentity) {
        self.ledger = ledger
        self.lastSigned = lastSigned
        self.identity = identity
    }

    /// Notes the ledger's state as the one signed last, if no peer has cosigned anything beyond it.
    ///
    /// - Parameter cosigned: a peer's latest cosigned note of our log, nil when it has none.
    /// - Returns: for each peer what it has cosigned.
    /// - Throws: ``LogFailure`` when a peer has cosigned more than the ledger leads to, or when
    ///   there is a note of what was signed last already; and what `cosigned` throws.
    package func run(
        asking peers: [PartyID], _ cosigned: (PartyID) async throws -> [UInt8]?
    ) async throws -> [PartyID: TreeSize] {
        var state = try LogState(
            tail: try await ledger.tail(), ledger: ledger, identity: identity)
        if let signed = try await lastSigned.load() {
            try state.check(against: signed)
            return [:]
        }
        var sizes: [PartyID: TreeSize] = [:]
        for peer in peers {
            sizes[peer] = TreeSize(0)
            guard let note = try await cosigned(peer) else { continue }
            let checkpoint = try UnverifiedCheckpoint(note: note)
                .verify(logKey: identity.logSigner.key)
            var seen = SignedState()
            seen.own = .init(size: checkpoint.size, root: checkpoint.root)
            do {
                try state.check(against: seen)
            } catch is LogFailure {
                throw LogFailure.peerIsAhead(
                    party: peer, theirs: checkpoint.size,
                    ours: state.own?.checkpoint.size ?? TreeSize(0))
            }
            sizes[peer] = checkpoint.size
        }
        try await lastSigned.replace(nil, with: state.signed)
        return sizes
    }
}
