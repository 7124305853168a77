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
        // SPEC log §5: A verifier MUST refuse a checkpoint whose origin is not, byte for byte, the
        // name of the log's key.
        guard checkpoint.origin.isSpelled(logKey.name) else {
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

    /// The note with the lines of these keys alone, so that nobody's stray line is handed on.
    package func note(keeping keys: [NoteKey]) -> [UInt8] {
        let kept = signed.signatures.filter { line in keys.contains(where: line.isBy) }
        return signed.text + [0x0a] + Array(kept.map(\.line).joined().utf8)
    }

    /// The same checkpoint with more signature lines, such as a witness's answer; the lines are not
    /// verified.
    package func adding(_ lines: [UInt8]) throws(CheckpointRefusal) -> VerifiedCheckpoint {
        let longer: SignedNote
        do throws(NoteRefusal) {
            longer = try SignedNote(parsing: signed.bytes + lines)
        } catch {
            throw .note(error)
        }
        // An empty line among them would turn the lines before it into text.
        guard longer.text == signed.text, longer.signatures.count > signed.signatures.count
        else { throw .additionMalformed }
        return VerifiedCheckpoint(checkpoint: checkpoint, signed: longer)
    }

    /// The cosignatures of known cosigners, one for each key that has signed, earliest first.
    ///
    /// Lines of other keys, and of algorithms not verified here, are passed over: they never count.
    /// - Throws: ``CheckpointRefusal/note(_:)`` when a known key's line does not verify.
    package func cosignatures(by keys: [NoteKey]) throws(CheckpointRefusal) -> [Cosignature] {
        var found: [Cosignature] = []
        // SPEC log §6: A verifier MUST NOT count a line of a signature type it cannot verify.
        for key in keys where key.algorithm == .ed25519Cosignature {
            var earliest: Timestamp?
            for line in signed.signatures where line.isBy(key) {
                do throws(NoteRefusal) {
                    let time = try Cosignature.time(line, by: key, over: signed.text)
                    // SPEC log §6: A verifier MUST take the earliest time where one cosigner has
                    // several lines.
                    earliest = min(earliest ?? time, time)
                } catch {
                    throw .note(error)
                }
            }
            if let earliest, !found.contains(where: { $0.key == key }) {
                found.append(Cosignature(key: key, time: earliest))
            }
        }
        return found.sorted {
            ($0.time, $0.key.name, $0.key.keyID) < ($1.time, $1.key.name, $1.key.keyID)
        }
    }

    /// This checkpoint together with its cosignatures, to check many receipts under.
    package func cosigned(by keys: [NoteKey]) throws(CheckpointRefusal) -> CosignedCheckpoint {
        CosignedCheckpoint(checkpoint: self, cosignatures: try cosignatures(by: keys))
    }

    /// Those of the keys that have a line here in an algorithm not verified here: neither good nor
    /// bad, and to be told to whoever asked.
    package func linesNotVerifiable(by keys: [NoteKey]) -> [NoteKey] {
        keys.filter { key in
            !key.algorithm.isVerifiedHere && signed.signatures.contains { $0.isBy(key) }
        }
    }
}

/// A verified checkpoint and the verified cosignatures on it.
package struct CosignedCheckpoint: Hashable, Sendable {
    package let checkpoint: VerifiedCheckpoint
    package let cosignatures: [Cosignature]

    fileprivate init(checkpoint: VerifiedCheckpoint, cosignatures: [Cosignature]) {
        self.checkpoint = checkpoint
        self.cosignatures = cosignatures
    }
}

/// A cosigner's word that, at that time, the checkpoint was the latest it had seen and consistent;
/// verified.
package struct Cosignature: Hashable, Sendable {
    package let key: NoteKey
    package let time: Timestamp

    fileprivate init(key: NoteKey, time: Timestamp) {
        self.key = key
        self.time = time
    }

    /// What a cosigner signs: `cosignature/v1`, the time, and the checkpoint's text
    /// (tlog-cosignature, type 0x04).
    static func message(over checkpointText: [UInt8], at time: Timestamp) -> [UInt8] {
        // SPEC log §6: A cosigner MUST sign the line `cosignature/v1`, the line `time` with the
        // time in decimal POSIX seconds, and the checkpoint's text as it received it.
        Array("cosignature/v1\ntime \(time.secondsSinceEpoch)\n".utf8) + checkpointText
    }

    /// Verifies one line: 8 bytes of time, 64 of signature.
    fileprivate static func time(
        _ line: SignedNote.Signature, by key: NoteKey, over text: [UInt8]
    ) throws(NoteRefusal) -> Timestamp {
        guard line.bytes.count == 72 else { throw .signatureWrong(keyName: key.name) }
        let seconds = line.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        // SPEC log §6: A verifier MUST refuse a cosignature whose time lies after the year 9999.
        guard let signed = Int64(exactly: seconds), let time = Timestamp(secondsSinceEpoch: signed)
        else { throw .cosignatureTimeUnfit(keyName: key.name) }
        // SPEC log §6: A verifier MUST refuse the whole note when a known cosigner's line does not
        // verify.
        guard key.isValid(Array(line.bytes.dropFirst(8)), over: message(over: text, at: time))
        else { throw .signatureWrong(keyName: key.name) }
        return time
    }
}
