package import ParleyLog

/// A statement as it came: its envelope and header have the right form, and nothing it says has
/// been checked against an agreement or a key.
package struct UnverifiedStatement: Hashable, Sendable {
    package let id: StatementID
    package let header: Statement
    /// As stored; ``id`` is their SHA-256.
    package let envelopeBytes: [UInt8]
    let envelope: Envelope

    package init(parsing envelopeBytes: [UInt8]) throws(StatementRefusal) {
        do throws(EnvelopeRefusal) {
            // SPEC statement §5: The payloadType of a statement MUST be
            // application/vnd.parley.statement.v1+json.
            envelope = try Envelope(
                parsing: envelopeBytes, payloadType: Statement.payloadType, limits: .statement)
        } catch {
            throw .envelope(error)
        }
        header = try Statement(parsingPayload: envelope.payload)
        id = StatementID(Digest(hashing: envelopeBytes))
        self.envelopeBytes = envelopeBytes
    }
}

/// A statement that its author's organ signed under the agreement, as ``StatementVerifier`` saw.
package struct VerifiedStatement: Hashable, Sendable {
    package let id: StatementID
    package let statement: Statement
    package let envelopeBytes: [UInt8]
    /// SHA-256 of the signed payload, which is the same whatever envelope carries it.
    package let payloadDigest: Digest

    fileprivate init(_ claim: UnverifiedStatement) {
        id = claim.id
        statement = claim.header
        envelopeBytes = claim.envelopeBytes
        payloadDigest = Digest(hashing: claim.envelope.payload)
    }
}

/// Checks statements against one agreement (`Spec/statement.md` §6). Make one and keep it: it holds
/// the parsed keys.
package struct StatementVerifier: Sendable {
    package let agreement: Agreement
    private let organs: [Seat: [OrganKey]]
    private let parties: Set<PartyID>

    private struct OrganKey: Sendable {
        let keys: SignerKeys
        let notBefore: Timestamp
        let notAfter: Timestamp
    }

    package init(agreement: Agreement) {
        self.agreement = agreement
        parties = Set(agreement.parties.map(\.id))
        var organs: [Seat: [OrganKey]] = [:]
        for party in agreement.parties {
            for organ in party.organs {
                organs[Seat(party: party.id, organ: organ.id)] = organ.signingKeys.compactMap {
                    signingKey in
                    // An agreement holds parsed key sets only, so none is left out here.
                    (try? SignerKeys(signingKey.keys)).map {
                        OrganKey(
                            keys: $0, notBefore: signingKey.notBefore,
                            notAfter: signingKey.notAfter)
                    }
                }
            }
        }
        self.organs = organs
    }

    /// Checks what `claim` says and who signed it, `now` being the verifying node's time.
    ///
    /// - Throws: the first ``StatementRefusal``, cheap checks first and signatures last.
    package func verify(
        _ claim: UnverifiedStatement, at now: Timestamp
    ) throws(StatementRefusal) -> VerifiedStatement {
        let keys = try checkParties(claim.header, at: now)
        try checkTerms(claim.header)
        try checkSignatures(of: claim.envelope, by: keys, at: now)
        return VerifiedStatement(claim)
    }

    private func checkParties(
        _ header: Statement, at now: Timestamp
    ) throws(StatementRefusal) -> [OrganKey] {
        // SPEC statement §6: agreement MUST be the digest of the agreement that the verifier
        // holds as adopted.
        guard header.agreement == agreement.id else { throw .agreementOther(header.agreement) }
        // SPEC statement §6: The verifier's time MUST NOT be before the agreement's effectiveFrom.
        guard now >= agreement.effectiveFrom else {
            throw .agreementNotYetEffective(agreement.effectiveFrom)
        }
        // SPEC statement §6: Every party that the header names MUST be a party of the agreement.
        for party in [header.from.party] + header.to + [header.terms.silentParty].compactMap({ $0 })
        where !parties.contains(party) {
            throw .partyUnknown(party)
        }
        // SPEC statement §6: from MUST be an organ of the agreement.
        guard let keys = organs[header.from] else { throw .organUnknown(header.from) }
        return keys
    }

    private func checkTerms(_ header: Statement) throws(StatementRefusal) {
        if let name = header.terms.kind, let urgency = header.terms.urgency {
            // SPEC statement §6: kind MUST be a request kind of the agreement.
            guard let kind = agreement.requestKind(name) else { throw .kindUnknown(name) }
            // SPEC statement §6: urgency MUST be one for which that kind has clocks.
            guard kind.clocks[urgency] != nil else {
                throw .urgencyNotOffered(urgency, kind: name)
            }
        }
        if let ground = header.terms.ground {
            // SPEC statement §6: ground MUST stand in the refusalGrounds (for request.refuse) or
            // the postponementGrounds (for request.postpone) of some request kind.
            // Which kind the thread is about, its fold knows; one statement alone does not.
            let isKnown = agreement.requestKinds.contains {
                let grounds =
                    header.act == .requestRefuse ? $0.refusalGrounds : $0.postponementGrounds
                return grounds.contains(ground)
            }
            guard isKnown else { throw .groundUnknown(ground, header.act) }
        }
        // SPEC statement §6: silentParty MUST NOT be the author's own party.
        if header.terms.silentParty == header.from.party { throw .silentPartyIsAuthor }
        // SPEC statement §6: The sizeBytes of an exhibit MUST be at most the agreement's
        // exhibitLimitBytes.
        for exhibit in header.exhibits where exhibit.sizeBytes > agreement.exhibitLimitBytes {
            throw .exhibitTooLong(
                exhibit.blob, sizeBytes: exhibit.sizeBytes,
                limitBytes: agreement.exhibitLimitBytes)
        }
    }

    /// Checks that an organ of the agreement signed an envelope of another kind than a statement,
    /// such as a refusal, with every algorithm of the agreement.
    package func verify(
        _ envelope: Envelope, by seat: Seat, at now: Timestamp
    ) throws(StatementRefusal) {
        guard let keys = organs[seat] else { throw .organUnknown(seat) }
        try checkSignatures(of: envelope, by: keys, at: now)
    }

    private func checkSignatures(
        of envelope: Envelope, by organKeys: [OrganKey], at now: Timestamp
    ) throws(StatementRefusal) {
        // SPEC statement §6: All signatures MUST be by the keys of one entry of the organ's
        // signingKeys.
        // Key ids are digests of the keys' bytes, so this counts signers by key, not by name.
        guard let first = envelope.signatures.first else { throw .envelope(.unsigned) }
        guard let signer = organKeys.first(where: { $0.keys.keyIDs.contains(first.keyID) }) else {
            throw .signatureUnknown(first.keyID)
        }
        for signature in envelope.signatures where !signer.keys.keyIDs.contains(signature.keyID) {
            throw .signatureUnknown(signature.keyID)
        }
        // SPEC statement §6: There MUST be one signature for each of the agreement's algorithms.
        for algorithm in agreement.algorithms
        where !envelope.signatures.contains(where: { $0.keyID.algorithm == algorithm }) {
            throw .signatureMissing(algorithm)
        }
        // SPEC statement §6: The verifier's time MUST be from notBefore to notAfter of that entry,
        // both included.
        guard now >= signer.notBefore else {
            throw .keyNotYetValid(first.keyID, notBefore: signer.notBefore)
        }
        guard now <= signer.notAfter else {
            throw .keyExpired(first.keyID, notAfter: signer.notAfter)
        }
        // SPEC statement §6: Every signature MUST verify, Ed25519 by RFC 8032 without the cofactor
        // and ML-DSA-65 by FIPS 204 with an empty context.
        let message = envelope.preAuthentication
        for signature in envelope.signatures
        where !signer.keys.isValid(
            signature.bytes, by: signature.keyID.algorithm, over: message)
        {
            throw .signatureWrong(signature.keyID)
        }
    }
}

extension SigningKeyPair {
    /// Signs a statement as its author and returns the envelope's stored bytes.
    ///
    /// - Throws: ``StatementRefusal`` when the draft has not the form its act asks for; what the
    ///   agreement has to say, ``StatementVerifier`` says.
    package func sign(_ statement: Statement) throws(StatementRefusal) -> [UInt8] {
        let payload = statement.payloadBytes()
        // What our own parser would not read must not leave.
        _ = try Statement(parsingPayload: payload)
        do throws(EnvelopeRefusal) {
            return try sign(payloadType: Statement.payloadType, payload: payload).storedBytes
        } catch {
            throw .envelope(error)
        }
    }
}
