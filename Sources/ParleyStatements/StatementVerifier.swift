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

/// Checks statements against the agreement (`Spec/statement.md` §6). Make one and keep it: it holds
/// the parsed keys.
package struct StatementVerifier: Sendable {
    /// The agreement's versions and the organs' keys as the record has changed them so far.
    package var directory: Directory

    /// For an agreement that nobody has amended, with the keys that it lists.
    package init(agreement: Agreement) { self.init(directory: Directory(agreement)) }

    package init(directory: Directory) { self.directory = directory }

    package var versions: AgreementVersions { directory.versions }

    /// Checks what `claim` says and who signed it, `now` being the verifying node's time.
    ///
    /// - Parameter place: Its index in its author's log; nil for what stands in no log yet.
    /// - Throws: the first ``StatementRefusal``, cheap checks first and signatures last.
    package func verify(
        _ claim: UnverifiedStatement, at now: Timestamp, place: EntryIndex?
    ) throws(StatementRefusal) -> VerifiedStatement {
        let header = claim.header
        // SPEC statement §6: agreement MUST be a version of the agreement that the verifier holds
        // as adopted.
        guard let version = versions.version(header.agreement) else {
            throw .agreementOther(header.agreement)
        }
        try checkParties(header, under: version)
        try checkVersion(header, under: version, at: now, place: place)
        try checkTerms(header, under: version)
        try checkSignatures(of: claim.envelope, at: now) { keyID throws(StatementRefusal) in
            header.act.isSignedByRoot
                ? try directory.root(keyID, of: header.from.party)
                : try directory.signer(keyID, of: header.from, at: place)
        }
        if header.act.changesDirectory { try directory.check(header, id: claim.id, at: place) }
        return VerifiedStatement(claim)
    }

    private func checkParties(
        _ header: Statement, under version: Agreement
    ) throws(StatementRefusal) {
        // SPEC statement §6: Every party that the header names MUST be a party of that version; a
        // change of keys or versions may be addressed to a party of another version too.
        for party in [header.from.party] + header.to + [header.terms.silentParty].compactMap({ $0 })
        where version.party(party) == nil {
            let isTold =
                header.act.changesDirectory && party != header.from.party
                && versions.all.contains { $0.party(party) != nil }
            guard isTold else { throw .partyUnknown(party) }
        }
        // SPEC statement §6: from MUST be an organ of that version.
        guard version.organ(header.from) != nil else { throw .organUnknown(header.from) }
    }

    private func checkVersion(
        _ header: Statement, under version: Agreement, at now: Timestamp, place: EntryIndex?
    ) throws(StatementRefusal) {
        if header.act == .agreementAmend { return }
        // SPEC statement §6: The verifier's time MUST NOT be before that version's effectiveFrom.
        guard now >= version.effectiveFrom else {
            throw .agreementNotYetEffective(version.effectiveFrom)
        }
        guard header.act.form.opensThread else { return }
        // SPEC agreement §12: A statement that opens a thread MUST stand under the version that its
        // author's party has last put on record before it, of those whose effectiveFrom is not
        // after its at.
        let expected = versions.version(of: header.from.party, before: place, at: header.at)
        guard version.id == expected.id else {
            throw .versionOther(version.id, expected: expected.id)
        }
        guard !header.act.changesDirectory else { return }
        for party in [header.from.party] + header.to {
            // SPEC agreement §13: A statement that opens a thread MUST NOT be from or to a party
            // that has said that it leaves, once its until has passed by the verifier's time.
            let own = party == header.from.party ? place : nil
            if let until = versions.departure(of: party, before: own, at: now) {
                throw .partyHasLeft(party, until)
            }
        }
    }

    private func checkTerms(
        _ header: Statement, under agreement: Agreement
    ) throws(StatementRefusal) {
        if let name = header.terms.kind, let urgency = header.terms.urgency {
            // SPEC statement §6: kind MUST be a request kind of the agreement.
            guard let kind = agreement.requestKind(name) else { throw .kindUnknown(name) }
            // SPEC statement §6: urgency MUST be one for which that kind has clocks.
            guard kind.clocks[urgency] != nil else {
                throw .urgencyNotOffered(urgency, kind: name)
            }
        }
        if let ground = header.terms.ground {
            // SPEC statement §6: ground MUST stand in the refusalGrounds (for request.refuse and
            // request.consult) or the postponementGrounds (for request.postpone) of some request
            // kind.
            // Which kind the thread is about, its fold knows; one statement alone does not.
            let isKnown = agreement.requestKinds.contains {
                let isPostponed = header.act == .requestPostpone
                let grounds = isPostponed ? $0.postponementGrounds : $0.refusalGrounds
                return grounds.contains(ground)
            }
            guard isKnown else { throw .groundUnknown(ground, header.act) }
        }
        // SPEC statement §6: silentParty MUST NOT be the author's own party.
        if header.terms.silentParty == header.from.party { throw .silentPartyIsAuthor }
        if header.act.changesDirectory {
            // SPEC keys §3: A key change MUST be addressed to every other party of the agreement.
            // SPEC agreement §12: agreement.amend and agreement.leave MUST be addressed to every
            // other party of the version that they name.
            let missing = Set(agreement.parties.map(\.id))
                .subtracting(header.to + [header.from.party])
            guard missing.isEmpty else { throw .addresseesNotAll(missing: missing.sorted()) }
        }
        // SPEC statement §6: The sizeBytes of an exhibit MUST be at most the agreement's
        // exhibitLimitBytes.
        for exhibit in header.exhibits
        where header.act.form.document == nil && exhibit.sizeBytes > agreement.exhibitLimitBytes {
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
        guard directory.entries(of: seat) != nil else { throw .organUnknown(seat) }
        try checkSignatures(of: envelope, at: now) { keyID throws(StatementRefusal) in
            try directory.signer(keyID, of: seat, at: nil)
        }
    }

    private func checkSignatures(
        of envelope: Envelope, at now: Timestamp,
        find: (KeyID) throws(StatementRefusal) -> Directory.Entry
    ) throws(StatementRefusal) {
        // SPEC statement §6: All signatures MUST be by the keys of one entry of the organ's
        // signingKeys.
        // Key ids are digests of the keys' bytes, so this counts signers by key, not by name.
        guard let first = envelope.signatures.first else { throw .envelope(.unsigned) }
        let entry = try find(first.keyID)
        let signer = entry.signer
        for signature in envelope.signatures where !signer.keyIDs.contains(signature.keyID) {
            throw .signatureUnknown(signature.keyID)
        }
        // SPEC statement §6: There MUST be one signature for each of the agreement's algorithms.
        for algorithm in versions.first.algorithms
        where !envelope.signatures.contains(where: { $0.keyID.algorithm == algorithm }) {
            throw .signatureMissing(algorithm)
        }
        // SPEC statement §6: The verifier's time MUST be from notBefore to notAfter of that entry,
        // both included.
        guard now >= entry.key.notBefore else {
            throw .keyNotYetValid(first.keyID, notBefore: entry.key.notBefore)
        }
        guard now <= entry.key.notAfter else {
            throw .keyExpired(first.keyID, notAfter: entry.key.notAfter)
        }
        // SPEC statement §6: Every signature MUST verify, Ed25519 by RFC 8032 without the cofactor
        // and ML-DSA-65 by FIPS 204 with an empty context.
        let message = envelope.preAuthentication
        for signature in envelope.signatures
        where !signer.isValid(
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
