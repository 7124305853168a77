import Crypto
import Foundation

package import struct ParleyLog.Digest

/// Opens sealed bytes as they come, in chunks of any size.
///
/// Plain bytes given out before ``finish()`` returns are authentic, each record of them, but it is
/// not yet known whether they are all of it: keep them aside until then. Holds at most one header
/// (``SealFormat/headerLimitBytes``) and two records beside the chunk; chunks of 64 KiB are the
/// fastest. Who sealed them is not said here but by the statement that names the sealed bytes.
///
/// - SeeAlso: `Spec/sealing.md`.
package struct SealReader: Sendable {
    /// The digests of the keys this is sealed to, in order; empty until the header has been read.
    package private(set) var recipients: [Digest] = []

    private let agreement: AgreementID
    private let key: SealingPrivateKey
    private var stage = Stage.opening
    private var pending: [UInt8] = []
    private var receivedBytes: UInt64 = 0
    private var plainSizeBytes: UInt64 = 0
    private var hasher = SHA256()

    private enum Stage {
        /// Becomes `header`.
        case opening
        /// Becomes `records`.
        case header(recipientCount: Int)
        /// Stays, with the next number, or becomes `ended`.
        case records(SealRecords, nextNumber: UInt64, hasLast: Bool)
        /// The trailer was right. Becomes `refused` if another byte comes.
        case ended(plainDigest: Digest)
        /// Any stage becomes this; it never changes again.
        case refused(SealRefusal)
    }

    package init(agreement: AgreementID, key: SealingPrivateKey) {
        self.agreement = agreement
        self.key = key
    }

    /// Takes the next sealed bytes and returns the plain bytes of the records they complete.
    ///
    /// - Throws: the first refusal, and the same at each call after it. How the bytes are cut into
    ///   chunks does not change which.
    package mutating func open(
        _ sealed: some Collection<UInt8>
    ) throws(SealRefusal) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(pending.count + sealed.count)
        var rest = sealed[...]
        do throws(SealRefusal) {
            while !rest.isEmpty {
                if case .refused(let refusal) = stage { throw refusal }
                let piece = rest.prefix(SealFormat.recordPlainSizeBytes)
                rest = rest.dropFirst(piece.count)
                receivedBytes += UInt64(piece.count)
                pending.append(contentsOf: piece)
                try readPending(into: &plain)
            }
        } catch {
            stage = .refused(error)
            pending = []
            throw error
        }
        return plain
    }

    /// Says that no more bytes come.
    ///
    /// - Returns: the digest and size of the whole plaintext, which is now known to be complete.
    package mutating func finish() throws(SealRefusal) -> (plainDigest: Digest, sizeBytes: UInt64) {
        switch stage {
        case .ended(let plainDigest): return (plainDigest, plainSizeBytes)
        case .refused(let refusal): throw refusal
        case .opening, .header, .records:
            // SPEC sealing §7: A reader MUST refuse a file that ends before its trailer does.
            let refusal = SealRefusal.truncated(afterBytes: receivedBytes)
            stage = .refused(refusal)
            throw refusal
        }
    }

    /// Opens a small body in one call; the plaintext is complete when it returns.
    package static func opened(
        _ sealed: [UInt8], agreement: AgreementID, key: SealingPrivateKey
    ) throws(SealRefusal) -> [UInt8] {
        var reader = SealReader(agreement: agreement, key: key)
        let plain = try reader.open(sealed)
        _ = try reader.finish()
        return plain
    }

    private mutating func readPending(into plain: inout [UInt8]) throws(SealRefusal) {
        var usedCount = 0
        while let count = try step(pending.dropFirst(usedCount), into: &plain) {
            usedCount += count
        }
        pending.removeFirst(usedCount)
    }

    /// Reads one thing from the front of `bytes`.
    ///
    /// - Returns: how many bytes it took, or nil when more must come first.
    private mutating func step(
        _ bytes: ArraySlice<UInt8>, into plain: inout [UInt8]
    ) throws(SealRefusal) -> Int? {
        switch stage {
        case .opening:
            guard let count = try SealHeader.checkOpening(bytes, agreement: agreement) else {
                return nil
            }
            stage = .header(recipientCount: count)
            return 0
        case .header(let recipientCount):
            return try readHeader(bytes, recipientCount: recipientCount)
        case .records(let records, let number, let hasLast):
            return try readRecord(
                bytes, with: records, number: number, hasLast: hasLast, into: &plain)
        case .ended:
            // SPEC sealing §7: A reader MUST refuse a file in which any byte follows the trailer.
            guard bytes.isEmpty else { throw .trailingBytes }
            return nil
        case .refused(let refusal): throw refusal
        }
    }

    private mutating func readHeader(
        _ bytes: ArraySlice<UInt8>, recipientCount: Int
    ) throws(SealRefusal) -> Int? {
        let sizeBytes = SealFormat.headerSizeBytes(recipientCount: recipientCount)
        guard bytes.count >= sizeBytes else { return nil }
        let header = try SealHeader(
            parsing: bytes.prefix(sizeBytes), agreement: agreement,
            recipientCount: recipientCount)
        recipients = header.wraps.map(\.recipient)
        stage = .records(try header.records(for: key), nextNumber: 0, hasLast: false)
        return sizeBytes
    }

    private mutating func readRecord(
        _ bytes: ArraySlice<UInt8>, with records: SealRecords, number: UInt64, hasLast: Bool,
        into plain: inout [UInt8]
    ) throws(SealRefusal) -> Int? {
        guard bytes.count >= SealFormat.recordHeadSizeBytes else { return nil }
        let head = try SealRecords.Head(parsing: bytes, expected: number)
        // SPEC sealing §6: The data records MUST end with exactly one last data record, and the
        // trailer follows it.
        if head.kind == .trailer {
            guard hasLast else { throw .lastRecordMissing(recordCount: number) }
        } else if hasLast {
            throw .recordAfterLast(number: number)
        }
        let sizeBytes = head.plainSizeBytes + SealFormat.recordOverheadBytes
        guard bytes.count >= sizeBytes else { return nil }
        let opened = try records.open(bytes.prefix(sizeBytes).dropFirst(4), number: number)
        if head.kind == .trailer {
            try end(trailer: Array(opened))
        } else {
            hasher.update(data: opened)
            plainSizeBytes += UInt64(opened.count)
            plain += opened
            stage = .records(records, nextNumber: number + 1, hasLast: head.kind == .lastData)
        }
        return sizeBytes
    }

    private mutating func end(trailer: [UInt8]) throws(SealRefusal) {
        let plainDigest = Digest(hasher.finalize())
        // SPEC sealing §7: A reader MUST refuse a trailer whose digest or size is not that of the
        // plaintext it has opened.
        guard trailer.starts(with: plainDigest.bytes) else { throw .plainDigestWrong }
        let stated = SealFormat.number(bigEndian: trailer.dropFirst(Digest.byteCount))
        guard stated == plainSizeBytes else {
            throw .plainSizeWrong(statedBytes: stated, foundBytes: plainSizeBytes)
        }
        stage = .ended(plainDigest: plainDigest)
    }
}
