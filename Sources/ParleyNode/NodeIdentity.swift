package import ParleyLog
package import ParleyStatements

/// Who this node is under its agreement, and the keys it works with.
package struct NodeIdentity: Sendable {
    /// When this was worked out.
    package let madeAt: Timestamp
    /// The agreement's versions as the record then had them.
    package let versions: AgreementVersions
    /// The version under which this party stood.
    package let agreement: Agreement
    package let party: Party
    /// Every party of any version, this one too: threads of a version that is past go on.
    package let parties: [Party]
    /// Signs this log's checkpoints (type 0x01).
    package let logSigner: NoteSigner
    /// Cosigns checkpoints, its own and its peers' (type 0x04).
    package let witnessSigner: NoteSigner
    /// The organ in whose name the node itself speaks: silences and refusals.
    package let seat: Seat
    /// Those of the seat's organ that this node holds; which of them speak, the record says.
    package let signingKeys: [SigningKeyPair]

    /// For an agreement that nobody has amended.
    package init(
        agreement: Agreement, seat: Seat, logSigner: NoteSigner, witnessSigner: NoteSigner,
        signingKeys: [SigningKeyPair]
    ) throws(NodeIdentityRefusal) {
        try self.init(
            versions: AgreementVersions(agreement), at: agreement.effectiveFrom, seat: seat,
            logSigner: logSigner, witnessSigner: witnessSigner, signingKeys: signingKeys)
    }

    /// - Parameter now: decides under which version the party stands.
    /// - Throws: ``NodeIdentityRefusal`` when a key is not the one the agreement lists.
    package init(
        versions: AgreementVersions, at now: Timestamp, seat: Seat, logSigner: NoteSigner,
        witnessSigner: NoteSigner, signingKeys: [SigningKeyPair]
    ) throws(NodeIdentityRefusal) {
        guard let party = versions.party(seat.party, at: now),
            versions.all.contains(where: { $0.organ(seat) != nil })
        else { throw .seatUnknown(seat) }
        guard party.node.logKey == logSigner.key.text else { throw .keyNotListed("log") }
        guard party.node.witnessKey == witnessSigner.key.text else {
            throw .keyNotListed("witness")
        }
        madeAt = now
        self.versions = versions
        agreement = versions.version(of: seat.party, at: now)
        parties = versions.parties(at: now)
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
        in directory: Directory, at now: Timestamp
    ) throws(NodeIdentityRefusal) -> SigningKeyPair {
        guard let key = directory.newestLive(of: seat, at: now, among: signingKeys) else {
            throw .noLiveKey(seat)
        }
        return key
    }

    /// Refuses a node whose keys nobody has ever heard of; keys that have ended are its own all the
    /// same, and such a node still takes in what others say.
    func checkSigningKeys(in directory: Directory) throws(NodeIdentityRefusal) {
        let entries = directory.entries(of: seat) ?? []
        guard entries.contains(where: { signingKey($0) != nil }) else {
            throw .keyNotListed("signing")
        }
    }

    /// The private part of that entry, if this node holds it.
    func signingKey(_ entry: Directory.Entry) -> SigningKeyPair? {
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
