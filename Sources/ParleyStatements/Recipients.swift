package import ParleyLog

extension AgreementVersions {
    /// To whom what a party says is sealed: every organ, as it now is, of the parties addressed and
    /// of the party itself, which must be able to read what it said.
    ///
    /// - Returns: at least one key for each party, in the order of the agreement's organs.
    package func recipients(
        of author: PartyID, to parties: [PartyID], at now: Timestamp
    ) throws(RecipientsRefusal) -> [SealingPublicKey] {
        // SPEC audience §2: A body MUST be sealed to the organs of its author's party and of the
        // parties in to, and to nobody else.
        var keys: [SealingPublicKey] = []
        for id in parties + [author] {
            guard let party = party(id, at: now) else { throw .partyNotInAgreement(id) }
            for organ in party.organs {
                do throws(SealRefusal) {
                    keys.append(try SealingPublicKey(bytes: organ.sealingKey))
                } catch {
                    throw .keyUnfit(id, organ.id)
                }
            }
        }
        return keys
    }
}

package enum RecipientsRefusal: Error, Hashable, Sendable {
    case partyNotInAgreement(PartyID)
    case keyUnfit(PartyID, OrganID)

    package var reason: String {
        switch self {
        case .partyNotInAgreement: "party-not-in-agreement"
        case .keyUnfit: "sealing-key-unfit"
        }
    }

    package var explanation: String {
        switch self {
        case .partyNotInAgreement(let id): "the agreement does not list the party \(id)"
        case .keyUnfit(let party, let organ): "\(party)/\(organ) has no key to seal to"
        }
    }
}
