import Crypto

package import struct ParleyLog.Digest

/// Seals one plaintext of any size to up to 64 keys, as it comes.
///
/// Send ``header`` first, then all that ``seal(_:)`` and ``finish()`` return, in order. Needs a
/// fixed amount of memory beside the chunks themselves; chunks of 64 KiB are the fastest.
///
/// - SeeAlso: `Spec/sealing.md`.
package struct SealWriter: Sendable {
    package let header: [UInt8]

    private let records: SealRecords
    /// Taken and not yet sealed. A full record waits here until it is known not to be the last.
    private var pending: [UInt8] = []
    private var recordCount: UInt64 = 0
    private var plainSizeBytes: UInt64 = 0
    private var hasher = SHA256()
    private var isFinished = false

    /// Wraps `contentKey` for `recipients`, which may come in any order.
    ///
    /// - Parameter contentKey: 32 random bytes, fresh for each file.
    /// - Throws: ``SealRefusal/recipientCountWrong(count:)``,
    ///   ``SealRefusal/recipientTwice(_:)``, ``SealRefusal/contentKeySizeWrong(sizeBytes:)``, or
    ///   ``SealRefusal/encapsulationFailed(recipient:)``.
    package init(
        agreement: AgreementID, recipients: [SealingPublicKey], contentKey: [UInt8]
    ) throws(SealRefusal) {
        guard contentKey.count == SealFormat.contentKeySizeBytes else {
            throw .contentKeySizeWrong(sizeBytes: contentKey.count)
        }
        let key = SymmetricKey(data: contentKey)
        let header = try SealHeader(
            agreement: agreement, recipients: recipients, contentKey: key)
        self.header = header.bytes
        records = header.records(contentKey: key)
        pending.reserveCapacity(SealFormat.recordPlainSizeBytes)
    }

    /// SHA-256 of the plaintext taken so far; of all of it after ``finish()``.
    package var plainDigest: Digest {
        var whole = hasher
        whole.update(data: pending)
        return Digest(whole.finalize())
    }

    /// Takes the next plain bytes, any number of them.
    ///
    /// - Returns: the records that are now complete, often none.
    package mutating func seal(_ plain: some Collection<UInt8>) -> [UInt8] {
        precondition(!isFinished, "nothing can be sealed after the trailer")
        var sealed: [UInt8] = []
        let recordCount = max(0, pending.count + plain.count - 1) / SealFormat.recordPlainSizeBytes
        sealed.reserveCapacity(
            recordCount * (SealFormat.recordPlainSizeBytes + SealFormat.recordOverheadBytes))
        var rest = plain[...]
        while !rest.isEmpty {
            if pending.count == SealFormat.recordPlainSizeBytes {
                sealPending(as: .data, into: &sealed)
            }
            let piece = rest.prefix(SealFormat.recordPlainSizeBytes - pending.count)
            pending.append(contentsOf: piece)
            rest = rest.dropFirst(piece.count)
        }
        return sealed
    }

    /// Seals what is left, and the trailer.
    package mutating func finish() -> [UInt8] {
        precondition(!isFinished, "a sealed file has one trailer")
        var sealed: [UInt8] = []
        sealed.reserveCapacity(
            pending.count + SealFormat.trailerPlainSizeBytes + 2 * SealFormat.recordOverheadBytes)
        sealPending(as: .lastData, into: &sealed)
        isFinished = true
        let trailer =
            plainDigest.bytes + SealFormat.bigEndian(plainSizeBytes, byteCount: 8)
        records.seal(trailer, kind: .trailer, number: recordCount, into: &sealed)
        return sealed
    }

    /// The size of the whole sealed file; the largest number there is when it would not fit one.
    package static func sealedSize(
        ofPlainSize plainSizeBytes: UInt64, recipientCount: Int
    ) -> UInt64 {
        let recordCount = SealFormat.dataRecordCount(plainSizeBytes: plainSizeBytes) + 1
        let added =
            UInt64(SealFormat.headerSizeBytes(recipientCount: recipientCount))
            + recordCount * UInt64(SealFormat.recordOverheadBytes)
            + UInt64(SealFormat.trailerPlainSizeBytes)
        let (sum, overflow) = plainSizeBytes.addingReportingOverflow(added)
        return overflow ? .max : sum
    }

    /// Seals a small body in one call.
    package static func sealed(
        _ plain: [UInt8], agreement: AgreementID, recipients: [SealingPublicKey],
        contentKey: [UInt8]
    ) throws(SealRefusal) -> [UInt8] {
        var writer = try SealWriter(
            agreement: agreement, recipients: recipients, contentKey: contentKey)
        return writer.header + writer.seal(plain) + writer.finish()
    }

    private mutating func sealPending(as kind: SealRecords.Kind, into sealed: inout [UInt8]) {
        pending.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        plainSizeBytes += UInt64(pending.count)
        records.seal(pending, kind: kind, number: recordCount, into: &sealed)
        recordCount += 1
        pending.removeAll(keepingCapacity: true)
    }
}
