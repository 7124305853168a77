package import ParleyLog
package import ParleyStatements

/// Where a chain of custody does not hold.
package enum CustodyBreak: Hashable, Sendable {
    /// What no new row can mend: it is about what was done.
    /// The content was looked into, copied or closed again by a party that had not opened the seal.
    case notOpened
    case collectedByReceiver
    case afterReturn
    case afterDestruction
    /// The row does not follow on its party's row before it: a history beside the history.
    case gap(previous: StatementID)
    /// What a new row can state anew: it is about what was written.
    case detailsUnfit(CustodyDetailsRefusal)
    case hashDiffers(expected: Digest, found: Digest)
    case contentChanged(before: Digest, after: Digest)
    case handlerDiffers(expected: String, found: String)
    case timeBackwards(previous: Timestamp, found: Timestamp)
    case timeAhead(found: Timestamp, recorded: Timestamp)
    case correctsNothing(StatementID)

    /// Whether a later row of the same party can put it right.
    package var isCorrectable: Bool {
        switch self {
        case .notOpened, .collectedByReceiver, .afterReturn, .afterDestruction, .gap: false
        case .detailsUnfit, .hashDiffers, .contentChanged, .handlerDiffers, .timeBackwards,
            .timeAhead, .correctsNothing:
            true
        }
    }

    package var reason: String {
        switch self {
        case .notOpened: "not-opened"
        case .collectedByReceiver: "collected-by-receiver"
        case .afterReturn: "after-return"
        case .afterDestruction: "after-destruction"
        case .gap: "gap"
        case .detailsUnfit(let refusal): refusal.reason
        case .hashDiffers: "hash-differs"
        case .contentChanged: "content-changed"
        case .handlerDiffers: "handler-differs"
        case .timeBackwards: "time-backwards"
        case .timeAhead: "time-ahead"
        case .correctsNothing: "corrects-nothing"
        }
    }

    package var explanation: String {
        switch self {
        case .notOpened: "no opening of the seal by this party was recorded before"
        case .collectedByReceiver: "a party that was sent the exhibit cannot have collected it"
        case .afterReturn: "this party had recorded that it gave the exhibit back"
        case .afterDestruction: "this party had recorded that it destroyed the exhibit"
        case .gap(let previous):
            "the row does not follow on this party's row before it, \(previous)"
        case .detailsUnfit(let refusal): refusal.explanation
        case .hashDiffers(let expected, let found):
            "the content was \(expected) and is said to be \(found)"
        case .contentChanged(let before, let after):
            "the content was \(before) before the event and \(after) after it"
        case .handlerDiffers(let expected, let found):
            "it was in the hands of \(expected), and no transfer to \(found) was recorded"
        case .timeBackwards(let previous, let found):
            "it is said to have happened at \(found), before the row above at \(previous)"
        case .timeAhead(let found, let recorded):
            "it is said to have happened at \(found), and was recorded at \(recorded)"
        case .correctsNothing(let id):
            "it corrects \(id), which is no earlier row of its party in this chain"
        }
    }
}
