package import ParleyLog
package import ParleyStatements

/// Who this node is under its agreement, and the keys it works with.
package struct NodeIdentity: Sendable {
    package let agreement: Agreement
    package let party: Party
    /// Signs this log's checkpoints (type 0x01).
    package let logSigner: NoteSigner
    /// Cosigns checkpoints, its own and its peers' (type 0x04).
    package let witnessSigner: NoteSigner
    /// The organ in whose name the node itself speaks: silences and refusals.
    package let seat: Seat
    /// Those of the seat's organ that this node holds; which of them speak, the record says.
    package let signingKeys: [SigningKeyPair]

    /// - Throws: ``NodeIdentityRefusal`` when a key is not the one the agreement lists.
    package init(
        agreement: Agreement, seat: Seat, logSigner: NoteSigner, witnessSigner: NoteSigner,
        signingKeys: [SigningKeyPair]
    ) throws(NodeIdentityRefusal) {
        guard let party = agreement.party(seat.party), agreement.organ(seat) != nil else {
            throw .seatUnknown(seat)
        }
        guard party.node.logKey == logSigner.key.text else { throw .keyNotListed("log") }
        guard party.node.witnessKey == witnessSigner.key.text else {
            throw .keyNotListed("witness")
        }
        self.agreement = agreement
        self.party = party
        self.logSigner = logSigner
        self.witnessSigner = witnessSigner
        self.seat = seat
        self.signingKeys = signingKeys
    }

    /// The newest of its keys that speaks for the organ at `now`.
    ///
    /// - Throws: ``NodeIdentityRefusal/noLiveKey(_:)`` when all have expired, been retired or
    ///   revoked, or are not on the record yet.
    package func signingKey(
        in directory: KeyDirectory, at now: Timestamp
    ) throws(NodeIdentityRefusal) -> SigningKeyPair {
        guard let key = directory.newestLive(of: seat, at: now, among: signingKeys) else {
            throw .noLiveKey(seat)
        }
        return key
    }

    /// Refuses a node whose keys nobody has ever heard of; keys that have ended are its own all the
    /// same, and such a node still takes in what others say.
    func checkSigningKeys(in directory: KeyDirectory) throws(NodeIdentityRefusal) {
        let entries = directory.entries(of: seat) ?? []
        guard entries.contains(where: { signingKey($0) != nil }) else {
            throw .keyNotListed("signing")
        }
    }

    /// The private part of that entry, if this node holds it.
    func signingKey(_ entry: KeyDirectory.Entry) -> SigningKeyPair? {
        signingKeys.first { $0.publicKeys == entry.key.keys }
    }
}

package enum NodeIdentityRefusal: Error, Hashable, Sendable {
    case seatUnknown(Seat)
    case keyNotListed(String)
    case noLiveKey(Seat)

    package var reason: String {
        switch self {
        case .seatUnknown: "seat-unknown"
        case .keyNotListed: "key-not-listed"
        case .noLiveKey: "no-live-key"
        }
    }

    package var explanation: String {
        switch self {
        case .seatUnknown(let seat): "the agreement has no organ \(seat)"
        case .keyNotListed(let key):
            "this home's \(key) key is not the one that the agreement lists for it"
        case .noLiveKey(let seat):
            "none of this home's signing keys speaks for \(seat) now"
        }
    }
}
