import ParleyLog

/// An agreement on its way round the parties: some root keys have signed, perhaps none yet.
package struct UnadoptedAgreement: Hashable, Sendable {
    package let agreement: Agreement
    /// Sorted by key id; each verified.
    fileprivate let signatures: [Envelope.Signature]

    /// An agreement that nobody has signed.
    package init(_ agreement: Agreement) {
        self.agreement = agreement
        signatures = []
    }

    /// Parses the envelope of an agreement and verifies every signature in it.
    package init(parsing envelopeBytes: [UInt8]) throws(AdoptionRefusal) {
        let envelope: Envelope
        do throws(EnvelopeRefusal) {
            // SPEC agreement §10: The payloadType of an agreement MUST be
            // application/vnd.parley.agreement.v1+json.
            envelope = try Envelope(
                parsing: envelopeBytes, payloadType: Agreement.payloadType, limits: .agreement)
        } catch {
            throw .envelope(error)
        }
        do throws(AgreementRefusal) {
            agreement = try Agreement(parsing: envelope.payload)
        } catch {
            throw .agreement(error)
        }
        try Self.verify(envelope, by: agreement)
        signatures = envelope.signatures
    }

    /// The stored form; nil while nobody has signed.
    package var envelopeBytes: [UInt8]? { envelope?.storedBytes }

    /// Parties of which every root key has signed, in the agreement's order.
    package var signers: [PartyID] {
        let signed = Set(signatures.map(\.keyID))
        return agreement.parties.filter { signed.isSuperset(of: $0.rootKey.keyIDs) }.map(\.id)
    }

    /// Parties that have yet to sign, in the agreement's order.
    package var missing: [PartyID] {
        let signers = Set(signers)
        return agreement.parties.map(\.id).filter { !signers.contains($0) }
    }

    /// Signs with a party's root key; signing again changes nothing.
    package func adding(
        signatureOf root: SigningKeyPair
    ) throws(AdoptionRefusal) -> UnadoptedAgreement {
        guard agreement.parties.contains(where: { $0.rootKey == root.publicKeys }) else {
            throw .signatureUnknown(root.publicKeys.keyIDs[0])
        }
        let message = Envelope.preAuthentication(
            payloadType: Agreement.payloadType, payload: agreement.canonicalBytes)
        let added: [Envelope.Signature]
        do throws(EnvelopeRefusal) {
            added = try root.signatures(over: message)
        } catch {
            throw .envelope(error)
        }
        let present = Set(signatures.map(\.keyID))
        return UnadoptedAgreement(
            agreement, signatures + added.filter { !present.contains($0.keyID) })
    }

    /// Adds the signatures that somebody else's copy of the same agreement carries.
    package func merging(_ other: UnadoptedAgreement) throws(AdoptionRefusal) -> UnadoptedAgreement
    {
        guard other.agreement == agreement else { throw .agreementOther(other.agreement.id) }
        let present = Set(signatures.map(\.keyID))
        return UnadoptedAgreement(
            agreement, signatures + other.signatures.filter { !present.contains($0.keyID) })
    }

    fileprivate var envelope: Envelope? {
        // Fails just when there is no signature: sizes and ids were checked on the way in.
        try? Envelope(
            payloadType: Agreement.payloadType, payload: agreement.canonicalBytes,
            signatures: signatures)
    }

    private init(_ agreement: Agreement, _ signatures: [Envelope.Signature]) {
        self.agreement = agreement
        self.signatures = signatures.sorted { $0.keyID < $1.keyID }
    }

    private static func verify(
        _ envelope: Envelope, by agreement: Agreement
    ) throws(AdoptionRefusal) {
        let message = envelope.preAuthentication
        var roots: [KeyID: SignerKeys] = [:]
        for party in agreement.parties {
            guard let keys = try? SignerKeys(party.rootKey) else { continue }
            for keyID in keys.keyIDs { roots[keyID] = keys }
        }
        for signature in envelope.signatures {
            // SPEC agreement §10: Every signature of the envelope MUST be by a root key of a
            // party.
            guard let root = roots[signature.keyID] else {
                throw .signatureUnknown(signature.keyID)
            }
            // SPEC agreement §10: Every signature of the envelope MUST verify.
            guard root.isValid(signature.bytes, by: signature.keyID.algorithm, over: message)
            else { throw .signatureWrong(signature.keyID) }
        }
    }
}

/// An agreement that every party has signed with all of its root keys.
package struct AdoptedAgreement: Hashable, Sendable {
    package let agreement: Agreement
    /// In the stored form.
    package let envelopeBytes: [UInt8]

    package init(parsing envelopeBytes: [UInt8]) throws(AdoptionRefusal) {
        try self.init(try UnadoptedAgreement(parsing: envelopeBytes))
    }

    package init(_ unadopted: UnadoptedAgreement) throws(AdoptionRefusal) {
        let missing = unadopted.missing
        // SPEC agreement §10: An agreement MUST NOT be taken as adopted before every party has
        // signed it with every public key of its rootKey.
        guard missing.isEmpty, let envelopeBytes = unadopted.envelopeBytes else {
            throw .notSignedByAll(missing: missing)
        }
        agreement = unadopted.agreement
        self.envelopeBytes = envelopeBytes
    }
}

/// Why an envelope does not adopt an agreement.
package enum AdoptionRefusal: Error, Hashable, Sendable {
    case envelope(EnvelopeRefusal)
    case agreement(AgreementRefusal)
    case agreementOther(AgreementID)
    case signatureUnknown(KeyID)
    case signatureWrong(KeyID)
    case notSignedByAll(missing: [PartyID])

    package var reason: String {
        switch self {
        case .envelope(let refusal): refusal.reason
        case .agreement(let refusal): refusal.reason
        case .agreementOther: "agreement-other"
        case .signatureUnknown: "signature-unknown"
        case .signatureWrong: "signature-wrong"
        case .notSignedByAll: "not-signed-by-all"
        }
    }

    package var explanation: String {
        switch self {
        case .envelope(let refusal): refusal.explanation
        case .agreement(let refusal): refusal.explanation
        case .agreementOther(let id): "The other copy is of another agreement, \(id)."
        case .signatureUnknown(let keyID): "The key \(keyID) is not a party's root key."
        case .signatureWrong(let keyID): "The signature by \(keyID) does not verify."
        case .notSignedByAll(let missing):
            "These parties have not signed: \(missing.map(\.text).joined(separator: ", "))."
        }
    }
}
