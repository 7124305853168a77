import Crypto
import Foundation

import struct ParleyLog.Digest

/// What stands before the records: for whom this is sealed, and the content key for each of them.
///
/// Layout: magic, agreement (32 bytes), recipient count (UInt16), one wrap for each recipient, key
/// commitment (32 bytes).
///
/// - SeeAlso: `Spec/sealing.md` §3.
struct SealHeader: Sendable {
    struct Wrap: Sendable {
        let recipient: Digest
        let encapsulatedKey: [UInt8]
        let wrappedKey: [UInt8]
    }

    let agreement: AgreementID
    let wraps: [Wrap]
    let keyCommitment: [UInt8]

    /// Wraps `contentKey` to each of `recipients`. The encapsulations are random.
    init(
        agreement: AgreementID, recipients: [SealingPublicKey], contentKey: SymmetricKey
    ) throws(SealRefusal) {
        let sorted = recipients.sorted { $0.digest < $1.digest }
        try Self.check(sorted.map(\.digest))
        let associated = Self.wrapAssociatedData(sorted.map(\.digest))
        var wraps: [Wrap] = []
        for recipient in sorted {
            wraps.append(
                try Self.wrapped(
                    contentKey, to: recipient, agreement: agreement, associated: associated))
        }
        self.agreement = agreement
        self.wraps = wraps
        keyCommitment = Self.records(agreement, wraps, contentKey).keyCommitment
    }

    /// Reads a whole header of `recipientCount` recipients; ``checkOpening(_:agreement:)`` has
    /// judged its first bytes.
    init(
        parsing bytes: ArraySlice<UInt8>, agreement: AgreementID, recipientCount: Int
    ) throws(SealRefusal) {
        var rest = bytes.dropFirst(SealFormat.openingSizeBytes)
        func next(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        var wraps: [Wrap] = []
        for _ in 0..<recipientCount {
            guard let recipient = Digest(bytes: next(Digest.byteCount)) else {
                throw .truncated(afterBytes: UInt64(bytes.count))
            }
            wraps.append(
                Wrap(
                    recipient: recipient,
                    encapsulatedKey: next(SealFormat.encapsulatedKeySizeBytes),
                    wrappedKey: next(SealFormat.wrappedKeySizeBytes)))
        }
        self.agreement = agreement
        self.wraps = wraps
        keyCommitment = next(SealFormat.keyCommitmentSizeBytes)
        try Self.check(wraps.map(\.recipient))
    }

    var bytes: [UInt8] { Self.headBytes(agreement, wraps) + keyCommitment }

    /// Finds and opens the wrap for `key`, and holds the content key against the header.
    func records(for key: SealingPrivateKey) throws(SealRefusal) -> SealRecords {
        let recipient = key.publicKey.digest
        guard let wrap = wraps.first(where: { $0.recipient == recipient }) else {
            throw .notARecipient(key: recipient)
        }
        // SPEC sealing §4: A reader MUST refuse a wrap that does not open with that `info` and that
        // additional data.
        guard let contentKey = try? unwrap(wrap, with: key) else {
            throw .keyWrapDamaged(recipient: recipient)
        }
        let records = records(contentKey: contentKey)
        // SPEC sealing §5: A reader MUST compute the key commitment and refuse a header that holds
        // another.
        guard records.keyCommitment == keyCommitment else { throw .keyCommitmentWrong }
        return records
    }

    /// For who has the content key already: the writer.
    func records(contentKey: SymmetricKey) -> SealRecords {
        Self.records(agreement, wraps, contentKey)
    }

    /// Judges as much of a header's beginning as `bytes` hold.
    ///
    /// - Returns: the recipient count, or nil when more bytes are needed.
    static func checkOpening(
        _ bytes: ArraySlice<UInt8>, agreement: AgreementID
    ) throws(SealRefusal) -> Int? {
        // SPEC sealing §3: A sealed file MUST begin with the 14 bytes `parley-seal/1` and a line
        // feed.
        let magic = SealFormat.magic
        guard bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count)) else {
            throw .formatUnknown
        }
        guard bytes.count >= SealFormat.openingSizeBytes,
            let found = Digest(bytes: bytes.dropFirst(magic.count).prefix(Digest.byteCount))
        else { return nil }
        // SPEC sealing §3: A reader MUST know under which agreement a file was sent, and refuse one
        // that names another.
        guard found == agreement.digest else {
            throw .agreementWrong(expected: agreement.digest, found: found)
        }
        let countBytes = bytes.dropFirst(magic.count + Digest.byteCount).prefix(2)
        let count = Int(SealFormat.number(bigEndian: countBytes))
        try checkCount(count)
        return count
    }

    private static func checkCount(_ count: Int) throws(SealRefusal) {
        // SPEC sealing §3: A sealed file MUST have 1 to 64 recipients.
        guard (1...SealFormat.recipientLimitCount).contains(count) else {
            throw .recipientCountWrong(count: count)
        }
    }

    private static func check(_ recipients: [Digest]) throws(SealRefusal) {
        try checkCount(recipients.count)
        // SPEC sealing §3: Recipients MUST be sorted by key digest, and none named twice.
        for (position, pair) in zip(recipients, recipients.dropFirst()).enumerated() {
            if pair.0 == pair.1 { throw .recipientTwice(pair.0) }
            guard pair.0 < pair.1 else { throw .recipientsUnsorted(position: position + 1) }
        }
    }

    private static func headBytes(_ agreement: AgreementID, _ wraps: [Wrap]) -> [UInt8] {
        var bytes = SealFormat.magic + agreement.digest.bytes
        bytes += SealFormat.bigEndian(UInt64(wraps.count), byteCount: 2)
        for wrap in wraps {
            bytes += wrap.recipient.bytes + wrap.encapsulatedKey + wrap.wrappedKey
        }
        return bytes
    }

    private static func records(
        _ agreement: AgreementID, _ wraps: [Wrap], _ contentKey: SymmetricKey
    ) -> SealRecords {
        SealRecords(
            contentKey: contentKey, headDigest: Digest(hashing: headBytes(agreement, wraps)))
    }
}

// HPKE (RFC 9180) in base mode: it keeps the content key secret and says nothing about who sealed
// it. That is said by the signature of the statement that names the sealed bytes.
extension SealHeader {
    private static let suite = HPKE.Ciphersuite.XWingMLKEM768X25519_SHA256_AES_GCM_256

    private static func wrapContext(_ agreement: AgreementID) -> Data {
        Data(Array("parley-seal/1".utf8) + [0] + agreement.digest.bytes)
    }

    /// The count and all digests: a wrap cannot be moved to a file with other recipients.
    private static func wrapAssociatedData(_ recipients: [Digest]) -> [UInt8] {
        SealFormat.bigEndian(UInt64(recipients.count), byteCount: 2) + recipients.flatMap(\.bytes)
    }

    private static func wrapped(
        _ contentKey: SymmetricKey, to recipient: SealingPublicKey, agreement: AgreementID,
        associated: [UInt8]
    ) throws(SealRefusal) -> Wrap {
        do {
            var sender = try HPKE.Sender(
                recipientKey: XWingMLKEM768X25519.PublicKey(rawRepresentation: recipient.bytes),
                ciphersuite: suite, info: wrapContext(agreement))
            var plain = contentKey.withUnsafeBytes { Data($0) }
            defer { plain.resetBytes(in: plain.startIndex..<plain.endIndex) }
            let wrapped = try sender.seal(plain, authenticating: associated)
            return Wrap(
                recipient: recipient.digest, encapsulatedKey: Array(sender.encapsulatedKey),
                wrappedKey: Array(wrapped))
        } catch {
            throw .encapsulationFailed(recipient: recipient.digest)
        }
    }

    private func unwrap(_ wrap: Wrap, with key: SealingPrivateKey) throws -> SymmetricKey {
        var recipient = try HPKE.Recipient(
            privateKey: key.xWing, ciphersuite: Self.suite, info: Self.wrapContext(agreement),
            encapsulatedKey: Data(wrap.encapsulatedKey))
        var plain = try recipient.open(
            wrap.wrappedKey,
            authenticating: Self.wrapAssociatedData(wraps.map(\.recipient)))
        defer { plain.resetBytes(in: plain.startIndex..<plain.endIndex) }
        return SymmetricKey(data: plain)
    }
}
