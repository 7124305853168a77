/// What a log says of itself: its name, how many entries it holds, and the root over them
/// (C2SP tlog-checkpoint).
package struct Checkpoint: Hashable, Sendable {
    package let origin: String
    package let size: TreeSize
    package let root: Digest
    /// Lines after the root; Parley writes none and keeps what others write.
    package let extensions: [String]

    package init(origin: String, size: TreeSize, root: Digest, extensions: [String] = []) {
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// The text that is signed.
    package var text: [UInt8] {
        let lines = [origin, String(size.entryCount), Base64.encode(root.bytes)] + extensions
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    package init(parsing text: [UInt8]) throws(CheckpointRefusal) {
        guard String(validating: text, as: UTF8.self) != nil, text.last == 0x0a else {
            throw .malformed
        }
        let lines = text.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        // SPEC log §5: A checkpoint's text MUST be at least three lines, none of them empty:
        // origin, size, root, and extension lines.
        guard lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }) else { throw .malformed }
        guard let size = decimal(lines[1]) else { throw .sizeMalformed }
        // SPEC log §5: The third line MUST be the base 64 of exactly 32 bytes.
        guard let bytes = Base64.decode(lines[2]), let root = Digest(bytes: bytes) else {
            throw .rootMalformed
        }
        self.init(
            origin: lines[0], size: TreeSize(size), root: root,
            extensions: Array(lines.dropFirst(3)))
    }
}

/// Why a note is not a checkpoint of the log in question.
package enum CheckpointRefusal: Error, Hashable, Sendable {
    case note(NoteRefusal)
    case malformed
    case sizeMalformed
    case rootMalformed
    case originDiffers(stated: String, expected: String)
    /// What was to be added to a note is not signature lines.
    case additionMalformed

    package var reason: String {
        switch self {
        case .note(let refusal): refusal.reason
        case .malformed: "checkpoint-malformed"
        case .sizeMalformed: "checkpoint-size-malformed"
        case .rootMalformed: "checkpoint-root-malformed"
        case .originDiffers: "checkpoint-origin-differs"
        case .additionMalformed: "cosignature-lines-malformed"
        }
    }

    package var explanation: String {
        switch self {
        case .note(let refusal): refusal.explanation
        case .malformed: "a checkpoint is an origin, a size, a root, and non-empty lines after that"
        case .sizeMalformed:
            "the checkpoint's size is no decimal number below 2^63 without leading zeros"
        case .rootMalformed: "the checkpoint's root is not the base 64 of 32 bytes"
        case .originDiffers(let stated, let expected):
            "the checkpoint is of the log \(stated), not of \(expected)"
        case .additionMalformed: "the lines to add to the note are not signature lines alone"
        }
    }
}
