/// The sizes and fixed bytes of `parley-seal/1` (`Spec/sealing.md`).
package enum SealFormat {
    /// `parley-seal/1` and a line feed: a sealed file says what it is in its first line.
    static let magic = Array("parley-seal/1\n".utf8)

    package static let contentKeySizeBytes = 32
    package static let recipientLimitCount = 64
    /// Plain bytes of every data record but the last. Not more: buffers above 128 KiB are mapped
    /// anew for each call, which costs several times the cipher.
    package static let recordPlainSizeBytes = 65_536

    /// Magic, agreement and recipient count.
    static let openingSizeBytes = magic.count + 32 + 2
    static let encapsulatedKeySizeBytes = 1120
    static let wrappedKeySizeBytes = contentKeySizeBytes + tagSizeBytes
    /// Key digest, encapsulated key and wrapped content key.
    static let wrapSizeBytes = 32 + encapsulatedKeySizeBytes + wrappedKeySizeBytes
    static let keyCommitmentSizeBytes = 32
    /// The longest header there can be: 64 recipients.
    package static let headerLimitBytes = headerSizeBytes(recipientCount: recipientLimitCount)

    static let nonceSizeBytes = 12
    static let tagSizeBytes = 16
    /// The plain size (UInt32) and the nonce.
    static let recordHeadSizeBytes = 4 + nonceSizeBytes
    static let recordOverheadBytes = recordHeadSizeBytes + tagSizeBytes
    /// SHA-256 of the whole plaintext and its size (UInt64).
    static let trailerPlainSizeBytes = 32 + 8

    static func headerSizeBytes(recipientCount: Int) -> Int {
        openingSizeBytes + recipientCount * wrapSizeBytes + keyCommitmentSizeBytes
    }

    /// How many data records hold `plainSizeBytes`: one even for none.
    static func dataRecordCount(plainSizeBytes: UInt64) -> UInt64 {
        let full = plainSizeBytes / UInt64(recordPlainSizeBytes)
        let isUneven = plainSizeBytes % UInt64(recordPlainSizeBytes) != 0
        return max(1, full + (isUneven ? 1 : 0))
    }

    /// `number` as `byteCount` bytes, most significant first.
    static func bigEndian(_ number: UInt64, byteCount: Int) -> [UInt8] {
        (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }

    static func number(bigEndian bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
