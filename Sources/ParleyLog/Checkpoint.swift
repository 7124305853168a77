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
        guard let whole = String(validating: text, as: UTF8.self), whole.utf8.last == 0x0a else {
            throw .malformed
        }
        let lines = whole.utf8.dropLast().split(
            separator: 0x0a, omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 3, NoteKey.isName(lines[0]) else { throw .malformed }
        // SPEC log §5: A checkpoint's size MUST be a decimal number without leading zeros.
        guard let size = decimal(lines[1]) else { throw .sizeMalformed }
        guard let bytes = Base64.decode(lines[2]), let root = Digest(bytes: bytes) else {
            throw .rootMalformed
        }
        let extensions = Array(lines.dropFirst(3))
        guard extensions.allSatisfy({ !$0.isEmpty }) else { throw .malformed }
        self.init(
            origin: lines[0], size: TreeSize(size), root: root, extensions: extensions)
    }
}

/// A decimal number without leading zeros, as C2SP texts write it.
func decimal(_ text: some StringProtocol) -> UInt64? {
    guard !text.isEmpty, text.utf8.count <= 20, text == "0" || text.utf8.first != 0x30,
        text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return UInt64(text)
}

/// A cosigner's word that, at that time, the checkpoint was the latest it had seen and consistent.
package struct Cosignature: Hashable, Sendable {
    package let key: NoteKey
    package let time: Timestamp

    /// `cosignature/v1`, the time, and the checkpoint's text (tlog-cosignature).
    static func message(over checkpointText: [UInt8], at time: Timestamp) -> [UInt8] {
        Array("cosignature/v1\ntime \(time.secondsSinceEpoch)\n".utf8) + checkpointText
    }
}

/// A checkpoint note as it came from somebody.
package struct UnverifiedCheckpoint: Hashable, Sendable {
    package let note: [UInt8]

    package init(note: [UInt8]) { self.note = note }

    /// Checks that the note is this log's checkpoint, signed by its key.
    package func verify(logKey: NoteKey) throws(CheckpointRefusal) -> VerifiedCheckpoint {
        let signed: SignedNote
        do throws(NoteRefusal) {
            signed = try SignedNote(parsing: note)
        } catch {
            throw .note(error)
        }
        let checkpoint = try Checkpoint(parsing: signed.text)
        // SPEC log §5: A verifier MUST refuse a checkpoint whose origin is not the name of the log's key.
        guard checkpoint.origin == logKey.name else {
            throw .originDiffers(stated: checkpoint.origin, expected: logKey.name)
        }
        do throws(NoteRefusal) {
            _ = try signed.verify(by: [logKey])
        } catch {
            throw .note(error)
        }
        return VerifiedCheckpoint(checkpoint: checkpoint, signed: signed)
    }
}

/// A checkpoint that its log has signed.
package struct VerifiedCheckpoint: Hashable, Sendable {
    package let checkpoint: Checkpoint
    private let signed: SignedNote

    fileprivate init(checkpoint: Checkpoint, signed: SignedNote) {
        self.checkpoint = checkpoint
        self.signed = signed
    }

    package var origin: String { checkpoint.origin }
    package var size: TreeSize { checkpoint.size }
    package var root: Digest { checkpoint.root }
    /// The note with every line it came with.
    package var note: [UInt8] { signed.bytes }

    /// The cosignatures of known cosigners, each key's earliest.
    ///
    /// Lines of other keys, and of algorithms not verified here, are passed over: they never count.
    /// - Throws: ``CheckpointRefusal/note(_:)`` when a known key's line does not verify.
    package func cosignatures(by keys: [NoteKey]) throws(CheckpointRefusal) -> [Cosignature] {
        var found: [NoteKey: Timestamp] = [:]
        for key in keys where key.algorithm == .ed25519Cosignature {
            for line in signed.signatures(by: key) {
                let seconds = line.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
                // SPEC log §6: A verifier MUST refuse the whole note when a known cosigner's line does not verify.
                guard line.bytes.count == 72, let signedSeconds = Int64(exactly: seconds),
                    let time = Timestamp(secondsSinceEpoch: signedSeconds),
                    key.isValid(
                        Array(line.bytes.dropFirst(8)),
                        over: Cosignature.message(over: signed.text, at: time))
                else { throw .note(.signatureWrong(keyName: key.name)) }
                found[key] = min(found[key] ?? time, time)
            }
        }
        return found.map { Cosignature(key: $0.key, time: $0.value) }
            .sorted { ($0.time, $0.key.name) < ($1.time, $1.key.name) }
    }
}

package enum CheckpointRefusal: Error, Hashable, Sendable {
    case note(NoteRefusal)
    case malformed
    case sizeMalformed
    case rootMalformed
    case originDiffers(stated: String, expected: String)

    package var reason: String {
        switch self {
        case .note(let refusal): refusal.reason
        case .malformed: "checkpoint-malformed"
        case .sizeMalformed: "checkpoint-size-malformed"
        case .rootMalformed: "checkpoint-root-malformed"
        case .originDiffers: "checkpoint-origin-differs"
        }
    }

    package var explanation: String {
        switch self {
        case .note(let refusal): refusal.explanation
        case .malformed: "a checkpoint is an origin, a size, a root, and non-empty lines after that"
        case .sizeMalformed: "the checkpoint's size is no decimal number without leading zeros"
        case .rootMalformed: "the checkpoint's root is not the base 64 of 32 bytes"
        case .originDiffers(let stated, let expected):
            "the checkpoint is of the log \(stated), not of \(expected)"
        }
    }
}
