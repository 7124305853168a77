/// What an audit has looked at and found.
package struct AuditReport: Sendable {
    static let findingLimit = 100

    package struct Tally: Hashable, Sendable {
        package internal(set) var entries: UInt64 = 0
        package internal(set) var bundles: UInt64 = 0
        package internal(set) var tiles: UInt64 = 0
    }

    package struct ReceiptVerdict: Hashable, Sendable {
        package let name: String
        package let index: UInt64
        /// The log still holds the entry at that index, under a root that fits the receipt's.
        package let holds: Bool
    }

    /// The checkpoint that was audited; nil when none was believed.
    package internal(set) var checkpoint: SignedCheckpoint?
    package internal(set) var cosignatures: [AuditedCosignature] = []
    /// Entries that an earlier audit vouches for and this one did not read again.
    package internal(set) var startedAt: UInt64 = 0
    /// Entries that are now known to be under the checkpoint's root, or were before it failed.
    package internal(set) var reached: UInt64 = 0
    package internal(set) var tally = Tally()
    package internal(set) var receipts: [ReceiptVerdict] = []
    package fileprivate(set) var findings: [Finding] = []
    /// Pairs of notes, both signed by the log, that contradict each other.
    package internal(set) var evidence: [[SignedCheckpoint]] = []
    private var notListed = 0

    /// Nothing was found that is more than a note.
    package var isProven: Bool {
        checkpoint != nil && notListed == 0 && findings.allSatisfy { $0.severity == .note }
    }

    /// What to tell, with the number of what is not listed at its end.
    package var listed: [Finding] {
        notListed == 0 ? findings : findings + [.moreNotListed(count: notListed)]
    }

    mutating func add(_ finding: Finding) {
        guard !findings.contains(finding) else { return }
        if findings.count < Self.findingLimit { findings.append(finding) } else { notListed += 1 }
    }

    mutating func add(_ more: [Finding]) { for finding in more { add(finding) } }

    func holds(_ isSought: (Finding) -> Bool) -> Bool { findings.contains(where: isSought) }
}
