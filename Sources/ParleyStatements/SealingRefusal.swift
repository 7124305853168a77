package import ParleyLog

/// Why something cannot be sealed, or why sealed bytes are not opened. No case holds a secret or
/// a digest of plain text.
package enum SealRefusal: Error, Hashable, Sendable {
    case publicKeySizeWrong(sizeBytes: Int)
    case publicKeyNotCanonical
    case publicKeySmallOrder
    case privateKeySizeWrong(sizeBytes: Int)
    case contentKeySizeWrong(sizeBytes: Int)
    /// The cryptographic library would not encapsulate to this key.
    case encapsulationFailed(recipient: Digest)

    case formatUnknown
    case agreementWrong(expected: Digest, found: Digest)
    case recipientCountWrong(count: Int)
    case recipientTwice(Digest)
    /// Counted from 0: this recipient's digest is below the one before it.
    case recipientsUnsorted(position: Int)
    case notARecipient(key: Digest)
    case keyWrapDamaged(recipient: Digest)
    case keyCommitmentWrong

    /// The last byte of the nonce names no kind, or the three before it are not zero.
    case recordKindUnknown(expectedNumber: UInt64)
    case recordOutOfPlace(expectedNumber: UInt64, foundNumber: UInt64)
    case recordSizeWrong(number: UInt64, sizeBytes: Int)
    case recordNotAuthentic(number: UInt64)
    case lastRecordEmpty(number: UInt64)
    case lastRecordMissing(recordCount: UInt64)
    case recordAfterLast(number: UInt64)
    case plainDigestWrong
    case plainSizeWrong(statedBytes: UInt64, foundBytes: UInt64)
    case truncated(afterBytes: UInt64)
    case trailingBytes

    package var reason: String {
        switch self {
        case .publicKeySizeWrong: "public-key-size-wrong"
        case .publicKeyNotCanonical: "public-key-not-canonical"
        case .publicKeySmallOrder: "public-key-small-order"
        case .privateKeySizeWrong: "private-key-size-wrong"
        case .contentKeySizeWrong: "content-key-size-wrong"
        case .encapsulationFailed: "encapsulation-failed"
        case .formatUnknown: "format-unknown"
        case .agreementWrong: "agreement-wrong"
        case .recipientCountWrong: "recipient-count-wrong"
        case .recipientTwice: "recipient-twice"
        case .recipientsUnsorted: "recipients-unsorted"
        case .notARecipient: "not-a-recipient"
        case .keyWrapDamaged: "key-wrap-damaged"
        case .keyCommitmentWrong: "key-commitment-wrong"
        case .recordKindUnknown: "record-kind-unknown"
        case .recordOutOfPlace: "record-out-of-place"
        case .recordSizeWrong: "record-size-wrong"
        case .recordNotAuthentic: "record-not-authentic"
        case .lastRecordEmpty: "last-record-empty"
        case .lastRecordMissing: "last-record-missing"
        case .recordAfterLast: "record-after-last"
        case .plainDigestWrong: "plain-digest-wrong"
        case .plainSizeWrong: "plain-size-wrong"
        case .truncated: "truncated"
        case .trailingBytes: "trailing-bytes"
        }
    }

    package var explanation: String {
        switch self {
        case .publicKeySizeWrong, .publicKeyNotCanonical, .publicKeySmallOrder,
            .privateKeySizeWrong, .contentKeySizeWrong, .encapsulationFailed:
            keyExplanation
        case .formatUnknown, .agreementWrong, .recipientCountWrong, .recipientTwice,
            .recipientsUnsorted, .notARecipient, .keyWrapDamaged, .keyCommitmentWrong:
            headerExplanation
        default: recordExplanation
        }
    }

    private var keyExplanation: String {
        switch self {
        case .publicKeySizeWrong(let sizeBytes):
            "A sealing public key of \(sizeBytes) bytes was given; it has 1216."
        case .publicKeyNotCanonical:
            "The sealing public key is not in its canonical encoding."
        case .publicKeySmallOrder:
            "The X25519 part of the sealing public key is a point of small order."
        case .privateKeySizeWrong(let sizeBytes):
            "The seed of a sealing private key has \(sizeBytes) bytes; it needs 32."
        case .contentKeySizeWrong(let sizeBytes):
            "A content key of \(sizeBytes) bytes was given; it has 32."
        case .encapsulationFailed(let recipient):
            "Nothing can be sealed to the key \(recipient)."
        default: reason
        }
    }

    private var headerExplanation: String {
        switch self {
        case .formatUnknown: "These bytes do not begin with the line parley-seal/1."
        case .agreementWrong(let expected, let found):
            "This was sealed under agreement \(found), not \(expected)."
        case .recipientCountWrong(let count):
            "A sealed file has 1 to 64 recipients; this one has \(count)."
        case .recipientTwice(let recipient): "The recipient \(recipient) is named twice."
        case .recipientsUnsorted(let position):
            "Recipient \(position) stands out of order; recipients are sorted by key digest."
        case .notARecipient(let key): "This is not sealed to the key \(key)."
        case .keyWrapDamaged(let recipient):
            "The content key wrapped for \(recipient) does not open."
        case .keyCommitmentWrong:
            "The header does not belong to the content key that it wraps."
        default: reason
        }
    }

    private var recordExplanation: String {
        switch self {
        case .recordKindUnknown(let number): "Record \(number) is of a kind that does not exist."
        case .recordOutOfPlace(let expected, let found):
            "Record \(found) stands where record \(expected) belongs."
        case .recordSizeWrong(let number, let sizeBytes):
            "Record \(number) states a size of \(sizeBytes) bytes, which its kind cannot have."
        case .recordNotAuthentic(let number): "Record \(number) was changed after it was sealed."
        case .lastRecordEmpty(let number):
            "Record \(number) is an empty last record after others."
        case .lastRecordMissing(let count):
            "The trailer follows \(count) data records, none of which is the last."
        case .recordAfterLast(let number): "Data record \(number) follows the last one."
        case .plainDigestWrong: "The plain text is not the one whose digest stands in the trailer."
        case .plainSizeWrong(let stated, let found):
            "The trailer states \(stated) plain bytes; there are \(found)."
        case .truncated(let afterBytes): "The sealed bytes end after \(afterBytes), too early."
        case .trailingBytes: "Bytes follow the trailer."
        default: reason
        }
    }
}
