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
    package let signingKey: SigningKeyPair

    /// - Throws: ``NodeIdentityRefusal`` when a key is not the one the agreement lists.
    package init(
        agreement: Agreement, seat: Seat, logSigner: NoteSigner, witnessSigner: NoteSigner,
        signingKey: SigningKeyPair
    ) throws(NodeIdentityRefusal) {
        guard let party = agreement.party(seat.party), let organ = agreement.organ(seat) else {
            throw .seatUnknown(seat)
        }
        guard party.node.logKey == logSigner.key.text else { throw .keyNotListed("log") }
        guard party.node.witnessKey == witnessSigner.key.text else {
            throw .keyNotListed("witness")
        }
        guard organ.signingKeys.contains(where: { $0.keys == signingKey.publicKeys }) else {
            throw .keyNotListed("signing")
        }
        self.agreement = agreement
        self.party = party
        self.logSigner = logSigner
        self.witnessSigner = witnessSigner
        self.seat = seat
        self.signingKey = signingKey
    }
}

package enum NodeIdentityRefusal: Error, Hashable, Sendable {
    case seatUnknown(Seat)
    case keyNotListed(String)

    package var explanation: String {
        switch self {
        case .seatUnknown(let seat): "the agreement has no organ \(seat)"
        case .keyNotListed(let key):
            "this home's \(key) key is not the one that the agreement lists for it"
        }
    }
}
