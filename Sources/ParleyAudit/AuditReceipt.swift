import ParleyLog

/// A receipt (C2SP tlog-proof) that somebody holds and wants the log to answer for.
package struct AuditReceipt: Hashable, Sendable {
    package static let limitBytes = 128 * 1024

    /// What the report calls it: its file.
    package let name: String
    /// The entry it is said to prove: a statement's id, or the entry's bytes in another log.
    package let entry: [UInt8]
    package let text: [UInt8]

    package init(name: String, entry: [UInt8], text: [UInt8]) {
        self.name = name
        self.entry = entry
        self.text = text
    }
}

/// A receipt whose signature and proof hold.
struct HoldingReceipt: Hashable, Sendable {
    static let hashLimit = 63

    let name: String
    let entry: [UInt8]
    let leaf: Digest
    let index: UInt64
    let checkpoint: SignedCheckpoint

    /// Reads the text, verifies its checkpoint and follows the proof from the entry to the root.
    init(
        _ receipt: AuditReceipt, log: VerifierKey, cosigners: [VerifierKey]
    ) throws(ReceiptFault) {
        guard receipt.text.count <= AuditReceipt.limitBytes else { throw .tooLong }
        let (lines, note) = try Self.cut(receipt.text)
        var rest = lines[...]
        guard rest.popFirst().map({ $0.elementsEqual("c2sp.org/tlog-proof@v1".utf8) }) == true
        else { throw .headerWrong }
        if let extra = rest.first, let text = Self.text(of: extra, after: "extra ") {
            // Nobody has signed it, so that nothing is made of it but that it is well formed.
            guard StrictBase64.decode(text) != nil else { throw .malformed }
            rest.removeFirst()
        }
        guard let line = rest.popFirst(), let digits = Self.text(of: line, after: "index "),
            let index = plainNumber(digits)
        else { throw .indexMalformed }
        guard rest.count <= Self.hashLimit else { throw .proofLengthWrong }
        var path: [Digest] = []
        for line in rest {
            guard let bytes = StrictBase64.decode(line), let hash = Digest(bytes: bytes) else {
                throw .hashMalformed
            }
            path.append(hash)
        }
        do throws(CheckpointFault) {
            checkpoint = try SignedCheckpoint(note: note, log: log)
        } catch {
            throw .checkpoint(error)
        }
        for case .cosignatureWrong(let name) in checkpoint.judge(log: log, cosigners: cosigners)
            .findings
        { throw .cosignatureWrong(name: name) }
        guard index < checkpoint.size else { throw .indexOutsideTree }
        leaf = Digest(hashing: [0x00] + receipt.entry)
        guard let root = Self.root(from: leaf, at: index, in: checkpoint.size, path[...]) else {
            throw .proofLengthWrong
        }
        guard root == checkpoint.root else { throw .rootDiffers }
        name = receipt.name
        entry = receipt.entry
        self.index = index
    }

    /// The root that an audit path leads to, by the definition of RFC 6962 §2.1.1 read backwards:
    /// the last hash stands beside the half of the tree that holds the leaf. Nil when the path is
    /// too short or too long.
    private static func root(
        from leaf: Digest, at index: UInt64, in size: UInt64, _ path: ArraySlice<Digest>
    ) -> Digest? {
        guard size > 1 else { return path.isEmpty ? leaf : nil }
        guard let sibling = path.last else { return nil }
        let split: UInt64 = 1 << UInt64(63 - (size - 1).leadingZeroBitCount)
        if index < split {
            return root(from: leaf, at: index, in: split, path.dropLast())
                .map { pair($0, sibling) }
        }
        return root(from: leaf, at: index - split, in: size - split, path.dropLast())
            .map { pair(sibling, $0) }
    }

    private static func pair(_ left: Digest, _ right: Digest) -> Digest {
        Digest(hashing: [0x01] + left.bytes + right.bytes)
    }

    /// Cuts at the first empty line.
    private static func cut(
        _ text: [UInt8]
    ) throws(ReceiptFault) -> (lines: [ArraySlice<UInt8>], note: [UInt8]) {
        let end = text.indices.dropFirst().first { text[$0] == 0x0a && text[$0 - 1] == 0x0a }
        guard let end else { throw .malformed }
        let lines = text[..<(end - 1)].split(separator: 0x0a, omittingEmptySubsequences: false)
        return (lines, Array(text[(end + 1)...]))
    }

    private static func text(of line: ArraySlice<UInt8>, after word: String) -> ArraySlice<UInt8>? {
        line.starts(with: word.utf8) ? line.dropFirst(word.utf8.count) : nil
    }
}

/// Why a receipt proves nothing as it is.
package enum ReceiptFault: Error, Hashable, Sendable {
    case tooLong
    case malformed
    case headerWrong
    case indexMalformed
    case hashMalformed
    case checkpoint(CheckpointFault)
    case cosignatureWrong(name: String)
    case indexOutsideTree
    case proofLengthWrong
    case rootDiffers

    package var reason: String {
        switch self {
        case .tooLong: "receipt-too-long"
        case .malformed: "receipt-malformed"
        case .headerWrong: "receipt-header-wrong"
        case .indexMalformed: "receipt-index-malformed"
        case .hashMalformed: "receipt-hash-malformed"
        case .checkpoint(let fault): "receipt-" + fault.reason
        case .cosignatureWrong: "receipt-cosignature-wrong"
        case .indexOutsideTree: "receipt-index-outside-tree"
        case .proofLengthWrong: "receipt-proof-length-wrong"
        case .rootDiffers: "receipt-root-differs"
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong: "it is longer than \(AuditReceipt.limitBytes) bytes"
        case .malformed: "it is not lines, an empty line and a checkpoint"
        case .headerWrong: "its first line is not c2sp.org/tlog-proof@v1"
        case .indexMalformed: "it has no line index with a plain number below 2^63"
        case .hashMalformed: "a line of its proof is not the base 64 of 32 bytes"
        case .checkpoint(let fault): fault.explanation
        case .cosignatureWrong(let name): "the line of \(name) on its checkpoint does not verify"
        case .indexOutsideTree: "its index is not below the size of its checkpoint"
        case .proofLengthWrong: "its proof has more or fewer hashes than index and size call for"
        case .rootDiffers: "its proof does not lead from this entry to the root of its checkpoint"
        }
    }
}
