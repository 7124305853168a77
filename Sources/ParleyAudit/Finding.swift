package import ParleyLog

/// One thing that an audit has to tell, with the facts it rests on.
package enum Finding: Hashable, Sendable {
    /// What a finding means for whoever relies on the log.
    package enum Severity: String, Hashable, Sendable, CaseIterable {
        /// What is served contradicts what the log has signed, or two things it has signed
        /// contradict each other.
        case provenMisbehaviour = "proven-misbehaviour"
        /// Something that was to be shown is not: a signature, a receipt.
        case unproven
        /// A file that the checkpoint implies is not there.
        case unavailable
        /// Worth knowing; nothing is wrong for it.
        case note
    }

    case checkpointMissing
    case checkpoint(CheckpointFault)
    case cosignatureWrong(name: String)
    case cosignatureNotVerifiable(name: String)
    case cosignerAbsent(name: String)
    case lineUnknown(name: String)
    case extensionLines(count: Int)

    case rollback(known: UInt64, shown: UInt64)
    /// Two checkpoints, both signed by the log, one of which the other does not continue.
    case fork(size: UInt64, signed: Digest, found: Digest, signedIn: String)
    case rootDiffers(size: UInt64, signed: Digest, found: Digest)

    /// The server keeps the file from whoever asks.
    case fileClosed(path: String)
    case entriesClosed
    case tileMissing(path: String)
    case tileLengthWrong(path: String, sizeBytes: Int?, expectedBytes: Int)
    case tileDiffers(path: String, hash: Int)
    case bundleMissing(path: String)
    case bundleMalformed(path: String, entries: Int)
    case entryDiffers(index: UInt64, path: String, tilePath: String)
    case entryChanged(index: UInt64, path: String)

    case receipt(name: String, ReceiptFault)
    case receiptNotCovered(name: String, index: UInt64, size: UInt64)
    case checkpointOlderThanReceipt(name: String, receipt: UInt64, shown: UInt64)
    case receiptedEntryMissing(
        name: String, index: UInt64, entry: [UInt8], served: [UInt8]?, signedSize: UInt64)
    case moreNotListed(count: Int)

    package var severity: Severity {
        switch self {
        case .rollback, .fork, .rootDiffers, .tileLengthWrong, .tileDiffers, .bundleMalformed,
            .entryDiffers, .entryChanged, .receiptedEntryMissing, .moreNotListed:
            .provenMisbehaviour
        case .checkpoint, .cosignatureWrong, .receipt, .receiptNotCovered,
            .checkpointOlderThanReceipt:
            .unproven
        case .checkpointMissing, .fileClosed, .tileMissing, .bundleMissing: .unavailable
        case .entriesClosed, .cosignatureNotVerifiable, .cosignerAbsent, .lineUnknown,
            .extensionLines:
            .note
        }
    }

    /// A stable short code.
    package var reason: String {
        switch self {
        case .checkpointMissing: "checkpoint-missing"
        case .checkpoint(let fault): fault.reason
        case .cosignatureWrong: "cosignature-wrong"
        case .cosignatureNotVerifiable: "cosignature-not-verifiable"
        case .cosignerAbsent: "cosigner-absent"
        case .lineUnknown: "signature-line-unknown"
        case .extensionLines: "extension-lines"
        case .rollback: "rollback"
        case .fork: "fork"
        case .rootDiffers: "root-differs"
        case .fileClosed: "file-not-open"
        case .entriesClosed: "entries-not-open"
        case .tileMissing: "tile-missing"
        case .tileLengthWrong: "tile-length-wrong"
        case .tileDiffers: "tile-differs"
        case .bundleMissing: "bundle-missing"
        case .bundleMalformed: "bundle-malformed"
        case .entryDiffers: "entry-differs"
        case .entryChanged: "entry-changed"
        case .receipt(_, let fault): fault.reason
        case .receiptNotCovered: "receipt-not-covered"
        case .checkpointOlderThanReceipt: "checkpoint-older-than-receipt"
        case .receiptedEntryMissing: "receipted-entry-missing"
        case .moreNotListed: "more-not-listed"
        }
    }

    /// The file of the log, or of the receipt, that it is about; nil for the log as a whole.
    package var place: String? {
        switch self {
        case .fileClosed(let path), .tileMissing(let path), .tileLengthWrong(let path, _, _),
            .tileDiffers(let path, _),
            .bundleMissing(let path), .bundleMalformed(let path, _), .entryDiffers(_, let path, _),
            .entryChanged(_, let path):
            path
        case .receipt(let name, _), .receiptNotCovered(let name, _, _),
            .checkpointOlderThanReceipt(let name, _, _),
            .receiptedEntryMissing(let name, _, _, _, _):
            name
        case .checkpointMissing, .checkpoint, .cosignatureWrong, .cosignatureNotVerifiable,
            .cosignerAbsent, .lineUnknown, .extensionLines, .rollback:
            LogPath.checkpoint
        case .fork, .rootDiffers, .entriesClosed, .moreNotListed: nil
        }
    }
}

extension Finding {
    /// One sentence with the facts.
    package var explanation: String {
        switch self {
        case .checkpointMissing: "there is no checkpoint"
        case .checkpoint(let fault): fault.explanation
        case .cosignatureWrong(let name): "the line of \(name) does not verify"
        case .cosignatureNotVerifiable(let name):
            "the line of \(name) is of a kind that cannot be verified here: neither good nor bad"
        case .cosignerAbsent(let name): "\(name) has not cosigned"
        case .lineUnknown(let name): "a line by \(name), whose key is not known, is not counted"
        case .extensionLines(let count): "\(count) extension lines, of which nothing is made"
        case .rollback(let known, let shown):
            "the log shows \(shown) entries and has signed \(known) before"
        case .fork(let size, let signed, let found, let signedIn):
            "the log has signed two histories: its first \(size) entries have the root "
                + "\(signed.hex) in \(signedIn), and the root \(found.hex) in what it shows now"
        case .rootDiffers(let size, let signed, let found):
            "the \(size) entries have the root \(found.hex); the checkpoint says \(signed.hex)"
        case .fileClosed: "the server keeps the file from whoever is no party; use --home"
        case .entriesClosed:
            "the entries themselves are for the parties alone: their hashes were audited"
        case .tileMissing: "the tile is not there"
        case .tileLengthWrong(_, let size, let expected):
            "the tile is \(size.map(String.init) ?? "more than 8192") bytes, not \(expected)"
        case .tileDiffers(_, let hash): "hash \(hash) of the tile is not that of the entries below"
        case .bundleMissing: "the entries are not there"
        case .bundleMalformed(_, let entries): "the file is not exactly \(entries) entries"
        case .entryDiffers(let index, _, let tilePath):
            "entry \(index) does not have the hash that \(tilePath) gives it"
        case .entryChanged(let index, _): "entry \(index) is another than at the last audit"
        default: receiptExplanation
        }
    }

    private var receiptExplanation: String {
        switch self {
        case .receipt(_, let fault): "the receipt proves nothing: \(fault.explanation)"
        case .receiptNotCovered(_, let index, let size):
            "the receipt is for entry \(index); the log shows \(size) entries"
        case .checkpointOlderThanReceipt(_, let receipt, let shown):
            "the log shows \(shown) entries and has signed \(receipt) in the receipt"
        case .receiptedEntryMissing(_, let index, let entry, let served, let signedSize):
            "the log has signed, in its checkpoint of \(signedSize) entries, that entry \(index) "
                + "is \(Self.words(entry)); it now serves "
                + (served.map(Self.words) ?? "another entry")
        case .moreNotListed(let count): "\(count) further findings are not listed"
        default: ""
        }
    }

    /// A digest as statements' ids are written, other entries by their digest.
    private static func words(_ entry: [UInt8]) -> String {
        Digest(bytes: entry)?.text
            ?? "\(entry.count) bytes with the digest \(Digest(hashing: entry).text)"
    }
}
