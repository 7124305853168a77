package import ParleyLog
package import ParleyStatements

/// 16 random bytes that name a pouch, written as 32 lower-case hexadecimal digits.
package struct PouchID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let byteCount = 16

    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    package init?(text: String) {
        guard let bytes = Hex.decode(text[...]) else { return nil }
        self.init(bytes: bytes)
    }

    package var text: String { Hex.encode(bytes) }
    package var description: String { text }

    package static func < (one: PouchID, other: PouchID) -> Bool {
        one.bytes.lexicographicallyPrecedes(other.bytes)
    }
}

/// What a pouch is, whose, for whom, and of which parts: signed by the organ that packed it.
///
/// - SeeAlso: `Spec/pouch.md` §3.
package struct PouchManifest: Hashable, Sendable {
    package static let version = "pouch/1"
    package static let payloadType = "application/vnd.parley.pouch.v1+json"
    package static let partLimit = 256
    static let limits = Envelope.Limits(
        payloadSizeBytes: 40_960, envelopeSizeBytes: PouchLabel.envelopeLimitBytes,
        signatureCount: 2)

    /// The sealed bytes of one part, as they lie behind its label.
    package struct Part: Hashable, Sendable {
        package let sizeBytes: UInt64
        package let digest: Digest

        package init(sizeBytes: UInt64, digest: Digest) {
            self.sizeBytes = sizeBytes
            self.digest = digest
        }
    }

    package let agreement: AgreementID
    package let id: PouchID
    package let from: Seat
    package let to: PartyID
    package let packedAt: Timestamp
    package let parts: [Part]

    package init(
        agreement: AgreementID, id: PouchID, from: Seat, to: PartyID, packedAt: Timestamp,
        parts: [Part]
    ) {
        precondition(
            (1...Self.partLimit).contains(parts.count), "a pouch has between 1 and 256 parts")
        self.agreement = agreement
        self.id = id
        self.from = from
        self.to = to
        self.packedAt = packedAt
        self.parts = parts
    }

    /// The DSSE envelope that carries it.
    package func signed(with key: SigningKeyPair) throws -> [UInt8] {
        let parts = parts.map { part in
            JSONValue.object([
                "digest": .string(part.digest.text),
                "sizeBytes": .integer(Int64(clamping: part.sizeBytes)),
            ])
        }
        let document = JSONValue.object([
            "parley": .string(Self.version),
            "agreement": .string(agreement.text),
            "pouch": .string(id.text),
            "from": .object(["party": .string(from.party.text), "organ": .string(from.organ.text)]),
            "to": .string(to.text),
            "packedAt": .string(packedAt.text),
            "parts": .array(parts),
        ])
        return try key.sign(
            payloadType: Self.payloadType, payload: document.canonicalBytes
        ).storedBytes
    }

    /// Reads a manifest and checks that it is for `party` under the verifier's agreement, and that
    /// an organ of another party of it has signed.
    package init(
        checking bytes: [UInt8], for party: PartyID, verifier: StatementVerifier,
        at now: Timestamp
    ) throws(PouchRefusal) {
        let envelope = try Self.envelope(bytes)
        self = try Self.parse(envelope.payload)
        // SPEC pouch §3: A node MUST refuse a pouch of another agreement than the one it holds.
        guard agreement == verifier.versions.id else { throw .agreementOther(agreement) }
        // SPEC pouch §3: A node MUST refuse a pouch that is not addressed to its own party by
        // another.
        guard to == party else { throw .addressedToOther(to) }
        guard from.party != party else { throw .ownPouch }
        do throws(StatementRefusal) {
            // SPEC pouch §3: A node MUST refuse a manifest that the organ in `from` has not signed
            // with a key that the agreement lists.
            try verifier.verify(envelope, by: from, at: now)
        } catch {
            throw .notSigned(error)
        }
    }

    /// Reads a manifest that this node verified when it came and kept.
    package init(recorded bytes: [UInt8]) throws(PouchRefusal) {
        self = try Self.parse(try Self.envelope(bytes).payload)
    }

    private static func envelope(_ bytes: [UInt8]) throws(PouchRefusal) -> Envelope {
        do throws(EnvelopeRefusal) {
            return try Envelope(parsing: bytes, payloadType: payloadType, limits: limits)
        } catch {
            throw .manifestMalformed(reason: error.reason, explanation: error.explanation)
        }
    }

    private static func parse(_ payload: [UInt8]) throws(PouchRefusal) -> PouchManifest {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(
                parsingCanonical: payload, limitBytes: limits.payloadSizeBytes)
        } catch {
            throw .manifestMalformed(reason: error.reason, explanation: error.explanation)
        }
        let read: PouchManifest?
        do throws(FieldRefusal) {
            read = try JSONFields.reading(value, Self.read)
        } catch {
            throw .manifestMalformed(reason: error.reason, explanation: error.explanation)
        }
        // SPEC pouch §3: A pouch MUST have 1 to 256 parts.
        guard let read else { throw .partCountWrong(limit: partLimit) }
        return read
    }

    private static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> PouchManifest? {
        _ = try fields.parsed("parley", version) { $0 == version ? true : nil }
        let agreement = try fields.parsed("agreement", "a digest", AgreementID.init(text:))
        let id = try fields.parsed("pouch", "32 hexadecimal digits", PouchID.init(text:))
        let from = try fields.object("from") { fields throws(FieldRefusal) in
            Seat(
                party: try fields.parsed("party", "a party", PartyID.init),
                organ: try fields.parsed("organ", "an organ", OrganID.init))
        }
        let to = try fields.parsed("to", "a party", PartyID.init)
        let packedAt = try fields.parsed("packedAt", "a time", Timestamp.init(text:))
        let parts = try fields.array("parts") { value throws(FieldRefusal) in
            try JSONFields.reading(value) { fields throws(FieldRefusal) in
                Part(
                    sizeBytes: UInt64(
                        try fields.integer("sizeBytes", in: 1...JSONValue.integerLimit)),
                    digest: try fields.parsed("digest", "a digest", Digest.init(text:)))
            }
        }
        guard (1...partLimit).contains(parts.count) else { return nil }
        return PouchManifest(
            agreement: agreement, id: id, from: from, to: to, packedAt: packedAt, parts: parts)
    }
}
