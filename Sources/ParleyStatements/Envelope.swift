import ParleyLog

/// A DSSE envelope: bytes, what they are, and signatures over both
/// (https://github.com/secure-systems-lab/dsse, version 1.0.2).
///
/// DSSE leaves the JSON around the payload free. Parley's stored form has one spelling only
/// (`Spec/statement.md` §3), because the digest of the stored bytes is what the log holds.
package struct Envelope: Hashable, Sendable {
    package struct Signature: Hashable, Sendable {
        package let keyID: KeyID
        package let bytes: [UInt8]

        package init(keyID: KeyID, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// How much an envelope of one payload type may hold.
    package struct Limits: Hashable, Sendable {
        package let payloadSizeBytes: Int
        package let envelopeSizeBytes: Int
        package let signatureCount: Int

        package init(payloadSizeBytes: Int, envelopeSizeBytes: Int, signatureCount: Int) {
            self.payloadSizeBytes = payloadSizeBytes
            self.envelopeSizeBytes = envelopeSizeBytes
            self.signatureCount = signatureCount
        }

        package static let statement = Limits(
            payloadSizeBytes: 16_384, envelopeSizeBytes: 49_152, signatureCount: 16)
        package static let agreement = Limits(
            payloadSizeBytes: 1_048_576, envelopeSizeBytes: 2_097_152, signatureCount: 64)
    }

    package let payloadType: String
    package let payload: [UInt8]
    /// Sorted by key id, each once, at least one.
    package let signatures: [Signature]

    /// Puts signatures in order; refuses none, or two by one key.
    package init(
        payloadType: String, payload: [UInt8], signatures: [Signature]
    ) throws(EnvelopeRefusal) {
        try self.init(
            payloadType: payloadType, payload: payload,
            sorted: signatures.sorted { $0.keyID < $1.keyID })
    }

    /// Parses the stored form and nothing else.
    package init(
        parsing bytes: [UInt8], payloadType: String, limits: Limits
    ) throws(EnvelopeRefusal) {
        let (type, payload, signatures) = try Self.read(bytes, limits: limits)
        guard isSameASCII(type, payloadType) else { throw .payloadTypeWrong(expected: payloadType) }
        // SPEC statement §3: The payload of a statement MUST be at most 16384 bytes, and its
        // envelope at most 49152.
        guard payload.count <= limits.payloadSizeBytes else {
            throw .payloadTooLong(
                sizeBytes: payload.count, limitBytes: limits.payloadSizeBytes)
        }
        // SPEC statement §3: The envelope of a statement MUST have at most 16 signatures, the
        // envelope of an agreement at most 64.
        guard signatures.count <= limits.signatureCount else {
            throw .tooManySignatures(
                count: signatures.count, limitCount: limits.signatureCount)
        }
        try self.init(payloadType: type, payload: payload, sorted: signatures)
    }

    /// The one JSON text of this envelope.
    package var storedBytes: [UInt8] {
        let signatures = signatures.map { signature in
            JSONValue.object([
                "keyid": .string(signature.keyID.text),
                "sig": .string(Base64.encode(signature.bytes)),
            ])
        }
        let value = JSONValue.object([
            "payload": .string(Base64.encode(payload)), "payloadType": .string(payloadType),
            "signatures": .array(signatures),
        ])
        return value.canonicalBytes
    }

    /// The bytes that are signed:
    /// `DSSEv1 SP LEN(type) SP type SP LEN(payload) SP payload`, lengths in decimal bytes.
    package static func preAuthentication(payloadType: String, payload: [UInt8]) -> [UInt8] {
        // SPEC statement §3: What is signed MUST be the DSSE pre-authentication encoding of
        // payloadType and payload.
        let head = "DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) "
        return Array(head.utf8) + payload
    }

    package var preAuthentication: [UInt8] {
        Self.preAuthentication(payloadType: payloadType, payload: payload)
    }

    private init(
        payloadType: String, payload: [UInt8], sorted signatures: [Signature]
    ) throws(EnvelopeRefusal) {
        // SPEC statement §3: There MUST be at least one signature.
        guard !signatures.isEmpty else { throw .unsigned }
        for signature in signatures {
            // SPEC statement §3: A signature MUST have the size of its algorithm, 64 bytes for
            // ed25519 and 3309 bytes for ml-dsa-65.
            guard signature.bytes.count == signature.keyID.algorithm.signatureSizeBytes else {
                throw .signatureSizeWrong(signature.keyID, sizeBytes: signature.bytes.count)
            }
        }
        // SPEC statement §3: Signatures MUST be sorted by keyid.
        // SPEC statement §3: A keyid MUST NOT come twice.
        for (one, next) in zip(signatures, signatures.dropFirst()) {
            guard one.keyID != next.keyID else { throw .keyTwice(one.keyID) }
            guard one.keyID < next.keyID else { throw .signaturesNotSorted }
        }
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    private static func read(
        _ bytes: [UInt8], limits: Limits
    ) throws(EnvelopeRefusal) -> (type: String, payload: [UInt8], signatures: [Signature]) {
        // SPEC statement §3: The stored form of an envelope MUST be the canonical JSON of the
        // fields payload, payloadType and signatures.
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsingCanonical: bytes, limitBytes: limits.envelopeSizeBytes)
        } catch {
            throw .json(error)
        }
        do throws(FieldRefusal) {
            return try JSONFields.reading(value) { fields throws(FieldRefusal) in
                // SPEC statement §3: payload and sig MUST be standard base64 (RFC 4648 §4) with
                // padding, with unused bits zero.
                let payload = try fields.parsed("payload", base64, Base64.decode)
                let type = try fields.string("payloadType")
                let signatures = try fields.array("signatures") { element throws(FieldRefusal) in
                    try JSONFields.reading(element) { fields throws(FieldRefusal) in
                        // SPEC statement §3: A keyid MUST be the algorithm's name, a colon and
                        // the SHA-256 of the raw public key in lower-case hexadecimal.
                        let keyID = try fields.parsed("keyid", "a key id", KeyID.init(text:))
                        return Signature(
                            keyID: keyID, bytes: try fields.parsed("sig", base64, Base64.decode))
                    }
                }
                return (type, payload, signatures)
            }
        } catch {
            throw .field(error)
        }
    }

    private static let base64 = "standard base64 with padding"
}

/// Why bytes are not an envelope in Parley's stored form.
package enum EnvelopeRefusal: Error, Hashable, Sendable {
    case json(JSONRefusal)
    case field(FieldRefusal)
    case payloadTypeWrong(expected: String)
    case payloadTooLong(sizeBytes: Int, limitBytes: Int)
    case tooManySignatures(count: Int, limitCount: Int)
    case unsigned
    case signatureSizeWrong(KeyID, sizeBytes: Int)
    case signaturesNotSorted
    case keyTwice(KeyID)
    /// The cryptographic library gave no signature; never for outside bytes.
    case signingFailed(KeyID)

    package var reason: String {
        switch self {
        case .json(let refusal): refusal.reason
        case .field(let refusal): refusal.reason
        case .payloadTypeWrong: "payload-type-wrong"
        case .payloadTooLong: "payload-too-long"
        case .tooManySignatures: "too-many-signatures"
        case .unsigned: "unsigned"
        case .signatureSizeWrong: "signature-size-wrong"
        case .signaturesNotSorted: "signatures-not-sorted"
        case .keyTwice: "key-twice"
        case .signingFailed: "signing-failed"
        }
    }

    package var explanation: String {
        switch self {
        case .json(let refusal): "Envelope: \(refusal.explanation)"
        case .field(let refusal): "Envelope: \(refusal.explanation)"
        case .payloadTypeWrong(let expected): "The payload type is not \(expected)."
        case .payloadTooLong(let sizeBytes, let limitBytes):
            "The payload is \(sizeBytes) bytes; it may have \(limitBytes)."
        case .tooManySignatures(let count, let limitCount):
            "The envelope has \(count) signatures; it may have \(limitCount)."
        case .unsigned: "The envelope has no signature."
        case .signatureSizeWrong(let keyID, let sizeBytes):
            "The signature by \(keyID) is \(sizeBytes) bytes."
        case .signaturesNotSorted: "The signatures are not sorted by key id."
        case .keyTwice(let keyID): "The key \(keyID) has signed twice."
        case .signingFailed(let keyID): "No signature could be made with the key \(keyID)."
        }
    }
}
