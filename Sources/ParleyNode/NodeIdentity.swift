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
    /// Those of the organs that this node speaks for; which of them speak, the record says.
    package let keys: KeyRing

    /// For an agreement that nobody has amended, with keys that are never locked.
    package init(
        agreement: Agreement, seat: Seat, logSigner: NoteSigner, witnessSigner: NoteSigner,
        signingKeys: [SigningKeyPair]
    ) throws(NodeIdentityRefusal) {
        try self.init(
            versions: AgreementVersions(agreement), at: agreement.effectiveFrom, seat: seat,
            logSigner: logSigner, witnessSigner: witnessSigner,
            keys: KeyRing(holding: [(seat.organ, .init(signing: signingKeys, sealing: nil))]))
    }

    /// - Parameter now: decides under which version the party stands.
    /// - Throws: ``NodeIdentityRefusal`` when a key is not the one the agreement lists.
    package init(
        versions: AgreementVersions, at now: Timestamp, seat: Seat, logSigner: NoteSigner,
        witnessSigner: NoteSigner, keys: KeyRing
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
        self.keys = keys
    }

    /// One of the party's organs, perhaps another than the node's own.
    package func seat(of organ: OrganID) -> Seat { Seat(party: party.id, organ: organ) }

    /// The newest of its keys that speaks for the node's own organ at `now`.
    ///
    /// - Throws: as ``signingKey(of:in:at:)`` does.
    package func signingKey(
        in directory: Directory, at now: Timestamp
    ) throws(NodeIdentityRefusal) -> SigningKeyPair {
        try signingKey(of: seat.organ, in: directory, at: now)
    }

    /// - Throws: ``NodeIdentityRefusal/keysLocked(_:)``, or ``NodeIdentityRefusal/noLiveKey(_:)``
    ///   when all have expired, been retired or revoked, or are not on the record yet.
    package func signingKey(
        of organ: OrganID, in directory: Directory, at now: Timestamp
    ) throws(NodeIdentityRefusal) -> SigningKeyPair {
        let seat = seat(of: organ)
        guard let held = keys.keys(of: organ, at: now) else { throw .keysLocked(seat) }
        guard let key = directory.newestLive(of: seat, at: now, among: held.signing) else {
            throw .noLiveKey(seat)
        }
        return key
    }

    /// Whether anybody has ever heard of one of these keys as that organ's; keys that have ended
    /// are its own all the same.
    package func isListed(
        _ signing: [SigningKeyPair], of organ: OrganID, in directory: Directory
    ) -> Bool {
        (directory.entries(of: seat(of: organ)) ?? []).contains { entry in
            signing.contains { $0.publicKeys == entry.key.keys }
        }
    }

    /// Refuses a node whose own keys nobody has ever heard of; one whose keys have ended still
    /// takes in what others say, and so does one whose keys are locked.
    func checkSigningKeys(in directory: Directory) throws(NodeIdentityRefusal) {
        guard let held = keys.keys(of: seat.organ, at: madeAt) else { return }
        guard isListed(held.signing, of: seat.organ, in: directory) else {
            throw .keyNotListed("signing")
        }
    }

    /// The private part of that entry of the node's own organ, if it is held now.
    func signingKey(_ entry: Directory.Entry, at now: Timestamp) -> SigningKeyPair? {
        keys.keys(of: seat.organ, at: now)?.signing.first { $0.publicKeys == entry.key.keys }
    }
}

package enum NodeIdentityRefusal: Error, Hashable, Sendable {
    case seatUnknown(Seat)
    case keyNotListed(String)
    case noLiveKey(Seat)
    case keysLocked(Seat)

    package var reason: String {
        switch self {
        case .seatUnknown: "seat-unknown"
        case .keyNotListed: "key-not-listed"
        case .noLiveKey: "no-live-key"
        case .keysLocked: "keys-locked"
        }
    }

    package var explanation: String {
        switch self {
        case .seatUnknown(let seat): "the agreement has no organ \(seat)"
        case .keyNotListed(let key):
            "this home's \(key) key is not the one that the agreement lists for it"
        case .noLiveKey(let seat):
            "none of this home's signing keys speaks for \(seat) now"
        case .keysLocked(let seat):
            "the keys of \(seat) are locked until somebody unlocks them for a shift"
        }
    }
}
