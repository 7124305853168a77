package import ParleyLog
package import ParleyStatements

/// Why a pouch, or a part of one, is not opened.
package enum PouchRefusal: Error, Hashable, Sendable {
    case formatUnknown
    case labelTruncated(sizeBytes: Int)
    case labelMalformed
    case manifestMalformed(reason: String, explanation: String)
    case partCountWrong(limit: Int)
    case agreementOther(AgreementID)
    case addressedToOther(PartyID)
    case ownPouch
    case notSigned(StatementRefusal)
    case manifestDiffers(PouchID)
    case partNumberWrong(number: Int, count: Int)
    case partTruncated(number: Int, sizeBytes: UInt64, statedBytes: UInt64)
    case partTooLong(number: Int, statedBytes: UInt64)
    case partAltered(number: Int)
    case seal(SealRefusal)
    /// The medium, or the home, could not be read or written.
    case unreadable(String)

    case kindUnknown(UInt8)
    case frameTooLong(kind: PouchFrame.Kind, sizeBytes: Int, limitBytes: Int)
    case orderWrong(kind: PouchFrame.Kind)
    case contentMalformed(kind: PouchFrame.Kind)
    case pieceOutsideBlob(BlobID)
    case contentsTruncated

    case delivery(FrameRefusal)
    /// The sender's checkpoint in a delivery.
    case checkpoint(WitnessRefusal)
    /// What the node said of a whole delivery.
    case deliveryRefused(reason: String, explanation: String)
    /// The sender says that this node has cosigned more of its log than the node knows of.
    case growthBeginsBeyond(base: TreeSize, cosigned: TreeSize)

    package var reason: String {
        switch self {
        case .formatUnknown: "pouch-format-unknown"
        case .labelTruncated: "pouch-label-truncated"
        case .labelMalformed: "pouch-label-malformed"
        case .manifestMalformed(let reason, _): reason
        case .partCountWrong: "pouch-part-count-wrong"
        case .agreementOther: "pouch-of-another-agreement"
        case .addressedToOther: "pouch-to-another-party"
        case .ownPouch: "pouch-of-this-party"
        case .notSigned(let refusal): refusal.reason
        case .manifestDiffers: "pouch-manifest-differs"
        case .partNumberWrong: "pouch-part-number-wrong"
        case .partTruncated: "pouch-part-truncated"
        case .partTooLong: "pouch-part-too-long"
        case .partAltered: "pouch-part-altered"
        case .seal(let refusal): refusal.reason
        case .unreadable: "pouch-unreadable"
        case .kindUnknown: "frame-kind-unknown"
        case .frameTooLong: "frame-too-long"
        case .orderWrong: "frame-order-wrong"
        case .contentMalformed: "frame-content-malformed"
        case .pieceOutsideBlob: "piece-outside-blob"
        case .contentsTruncated: "pouch-contents-truncated"
        case .delivery(let refusal): refusal.reason
        case .checkpoint(let refusal): refusal.reason
        case .deliveryRefused(let reason, _): reason
        case .growthBeginsBeyond: "growth-begins-beyond"
        }
    }

    package var explanation: String {
        switch self {
        case .formatUnknown: "it does not begin with the line parley-pouch/1"
        case .labelTruncated(let size):
            "the label is \(size) bytes; it has \(PouchLabel.sizeBytes)"
        case .labelMalformed: "the label is not a number, a manifest and zeros"
        case .manifestMalformed(_, let explanation): "the manifest is malformed: \(explanation)"
        case .partCountWrong(let limit): "a pouch has 1 to \(limit) parts"
        case .agreementOther(let agreement): "it was packed under the agreement \(agreement)"
        case .addressedToOther(let party): "it is addressed to \(party)"
        case .ownPouch: "it was packed by this party itself"
        case .notSigned(let refusal): "its manifest does not verify: \(refusal.explanation)"
        case .manifestDiffers(let id): "the pouch \(id) has two manifests"
        case .partNumberWrong(let number, let count):
            "it says that it is part \(number) of a pouch of \(count)"
        case .partTruncated(let number, let size, let stated):
            "part \(number) is cut short: \(size) of \(stated) sealed bytes"
        case .partTooLong(let number, let stated):
            "part \(number) has more than its \(stated) sealed bytes"
        case .partAltered(let number): "part \(number) has another digest than its manifest states"
        default: contentsExplanation
        }
    }

    private var contentsExplanation: String {
        switch self {
        case .seal(let refusal): refusal.explanation
        case .unreadable(let words): "it could not be read: \(words)"
        case .kindUnknown(let kind): "no frame has the kind \(kind)"
        case .frameTooLong(let kind, let size, let limit):
            "a \(kind) frame is \(size) bytes; it may have \(limit)"
        case .orderWrong(let kind): "a \(kind) frame stands where it may not"
        case .contentMalformed(let kind): "the content of a \(kind) frame is malformed"
        case .pieceOutsideBlob(let blob): "a piece reaches beyond the end of the blob \(blob)"
        case .contentsTruncated: "the contents end inside a frame or a group of frames"
        case .delivery(let refusal): "a delivery in it is malformed: \(refusal.explanation)"
        case .checkpoint(let refusal): "its checkpoint is wrong: \(refusal.explanation)"
        case .deliveryRefused(_, let explanation): explanation
        case .growthBeginsBeyond(let base, let cosigned):
            "its sender believes that this node has cosigned \(base.entryCount) of its entries; "
                + "this home knows of \(cosigned.entryCount)"
        default: reason
        }
    }
}
