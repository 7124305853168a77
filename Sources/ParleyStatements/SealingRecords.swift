import Crypto
import Foundation

import struct ParleyLog.Digest

/// Seals and opens the records of one file.
///
/// The record key comes from the content key and everything in the header before the key
/// commitment: records of another header never open, and a content key that a caller hands in
/// twice by mistake still gives two record keys.
///
/// - SeeAlso: `Spec/sealing.md` §5 and §6.
struct SealRecords: Sendable {
    /// The last byte of a record's nonce.
    enum Kind: UInt8 { case data, lastData, trailer }

    /// A record before its ciphertext: what it says it is.
    struct Head {
        let plainSizeBytes: Int
        let number: UInt64
        let kind: Kind
    }

    let keyCommitment: [UInt8]
    private let recordKey: SymmetricKey
    private let headDigest: [UInt8]

    init(contentKey: SymmetricKey, headDigest: Digest) {
        self.headDigest = headDigest.bytes
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: contentKey, salt: self.headDigest,
            info: Array("parley-seal/1 records".utf8), outputByteCount: 64)
        (recordKey, keyCommitment) = derived.withUnsafeBytes {
            (SymmetricKey(data: $0.prefix(32)), Array($0.suffix(32)))
        }
    }

    /// Appends one record to `sealed`.
    func seal(
        _ plain: [UInt8], kind: Kind, number: UInt64, into sealed: inout [UInt8]
    ) {
        let nonce = Self.nonce(kind: kind, number: number)
        do {
            let box = try AES.GCM.seal(
                plain, using: recordKey, nonce: AES.GCM.Nonce(data: nonce),
                authenticating: headDigest)
            sealed += SealFormat.bigEndian(UInt64(plain.count), byteCount: 4)
            sealed += nonce
            sealed += box.ciphertext
            sealed += box.tag
        } catch {
            preconditionFailure("AES-GCM fails only for a key or nonce of another size")
        }
    }

    /// Opens what follows a record's size: nonce, ciphertext, tag.
    func open(
        _ bytes: ArraySlice<UInt8>, number: UInt64
    ) throws(SealRefusal) -> Data {
        // SPEC sealing §6: A reader MUST NOT give out any byte of a record that does not open with
        // the record key, the nonce it carries and the header's digest.
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(box, using: recordKey, authenticating: headDigest)
        else { throw .recordNotAuthentic(number: number) }
        return plain
    }

    private static func nonce(kind: Kind, number: UInt64) -> [UInt8] {
        SealFormat.bigEndian(number, byteCount: 8) + [0, 0, 0, kind.rawValue]
    }
}

extension SealRecords.Head {
    /// Reads the size and nonce of the record that should be number `expected`.
    init(parsing bytes: ArraySlice<UInt8>, expected: UInt64) throws(SealRefusal) {
        let nonce = bytes.dropFirst(4)
        // SPEC sealing §6: A nonce MUST be the record's number in 8 bytes, three zero bytes, and
        // the
        // kind: 0, 1 or 2.
        guard nonce.dropFirst(8).prefix(3).allSatisfy({ $0 == 0 }),
            let kind = nonce.dropFirst(11).first.flatMap(SealRecords.Kind.init)
        else { throw .recordKindUnknown(expectedNumber: expected) }
        // SPEC sealing §6: Records MUST be numbered from 0 without a gap, the trailer after the
        // last
        // data record.
        let number = SealFormat.number(bigEndian: nonce.prefix(8))
        guard number == expected else {
            throw .recordOutOfPlace(expectedNumber: expected, foundNumber: number)
        }
        let sizeBytes = Int(SealFormat.number(bigEndian: bytes.prefix(4)))
        // SPEC sealing §6: A data record MUST hold 65536 plain bytes, the last data record at most
        // as
        // many, the trailer 40.
        guard kind.sizesBytes.contains(sizeBytes) else {
            throw .recordSizeWrong(number: number, sizeBytes: sizeBytes)
        }
        // SPEC sealing §6: A last data record MUST NOT be empty unless it is record 0.
        guard kind != .lastData || sizeBytes > 0 || number == 0 else {
            throw .lastRecordEmpty(number: number)
        }
        plainSizeBytes = sizeBytes
        self.number = number
        self.kind = kind
    }
}

extension SealRecords.Kind {
    fileprivate var sizesBytes: ClosedRange<Int> {
        let full = SealFormat.recordPlainSizeBytes
        let trailer = SealFormat.trailerPlainSizeBytes
        return switch self {
        case .data: full...full
        case .lastData: 0...full
        case .trailer: trailer...trailer
        }
    }
}
