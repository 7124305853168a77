import Crypto

@testable import ParleyAudit
@testable import ParleyLog

/// The parsers of ParleyLog, and the auditor's own for the same texts: what one accepts, the other
/// must, and read alike.
enum LogChecks {
    /// The key that the vectors' checkpoints are signed with (RFC 8032, test 1).
    static let seed: [UInt8] = known {
        guard
            let seed = Hex.decode(
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        else { throw NoteKeyRefusal.seedLengthWrong(0) }
        return seed
    }
    static let logKey = known {
        try NoteSigner(name: "log.parley.example/a", seed: seed, type: .log).key
    }
    static let auditorsKey = known { try VerifierKey(logKey.text) }
    private static let privateKey = known {
        try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    }

    static func note(_ bytes: [UInt8]) {
        compareReaders(bytes)
        guard let note = try? SignedNote(parsing: bytes) else { return }
        expect(note.bytes == bytes, "a note keeps its bytes")
        let lines = note.signatures.map { signature in
            let payload = NoteKey.bytes(ofID: signature.keyID) + signature.bytes
            return "\u{2014} \(signature.keyName) \(Base64.encode(payload))\n"
        }
        expect(
            note.text + [0x0a] + Array(lines.joined().utf8) == bytes,
            "a note is written as it was read")
    }

    /// The input is a checkpoint's text; it is signed here, since no mutation finds a signature.
    static func checkpoint(_ text: [UInt8]) {
        let checkpoint = try? Checkpoint(parsing: text)
        if let checkpoint { expect(checkpoint.text == text, "a checkpoint is written as read") }
        guard !text.isEmpty else { return }
        compareReaders(signed(text))
    }

    static func receipt(_ bytes: [UInt8]) {
        let read = try? UnverifiedReceipt(parsing: bytes)
        if let read {
            let plain = Receipt(
                index: read.index, proof: read.proof, checkpointNote: read.checkpointNote
            ).text
            let head = Array(Receipt.header.utf8) + [0x0a]
            let extra = read.extra.map { Array("extra \(Base64.encode($0))\n".utf8) } ?? []
            expect(
                head + extra + plain.dropFirst(head.count) == bytes,
                "a receipt is written as it was read")
        }
        let entry = Digest(hashing: [])
        let auditors = try? HoldingReceipt(
            AuditReceipt(name: "", entry: entry.bytes, text: bytes), log: auditorsKey,
            cosigners: [])
        let ours = try? read?.verify(entry: entry, logKey: logKey, cosigners: [])
        expect((ours == nil) == (auditors == nil), "node and auditor agree on a receipt")
    }

    static func key(_ bytes: [UInt8]) {
        guard let text = utf8(bytes) else { return }
        guard let key = try? NoteKey(text: text) else { return }
        expect(Array(key.text.utf8) == bytes, "a key is written as it was read")
        let auditors = try? VerifierKey(text)
        expect(
            auditors != nil || !key.algorithm.isVerifiedHere,
            "the auditor takes each key that a node verifies by")
        expect(
            auditors.map { $0.kind != .notVerifiable } ?? false == key.algorithm.isVerifiedHere
                || auditors == nil, "node and auditor verify by the same types of key")
    }

    static func tilePath(_ bytes: [UInt8]) {
        guard let text = utf8(bytes), let path = try? TilePath(parsing: text) else { return }
        expect(Array(path.text.utf8) == bytes, "a path has one spelling")
    }

    /// The input is lines, an empty line and a checkpoint's text, which is signed here.
    static func addCheckpoint(_ bytes: [UInt8]) {
        _ = try? AddCheckpointRequest(parsing: bytes, logKey: logKey)
        guard let cut = ProofText(bytes), !cut.note.isEmpty else { return }
        let body = ProofText.bytes(lines: cut.lines, note: signed(cut.note))
        guard let request = try? AddCheckpointRequest(parsing: body, logKey: logKey) else {
            return
        }
        expect(
            AddCheckpointRequest.body(
                oldSize: request.oldSize, proof: request.proof, note: request.checkpoint.note)
                == body, "a request to cosign is written as it was read")
        expect(request.oldSize <= request.checkpoint.size, "the old size is not above the new")
        // Deciding must not trap on any proof that could be parsed.
        _ = WitnessDecision.decide(stored: nil, request: request)
        _ = WitnessDecision.decide(stored: request.checkpoint, request: request)
        if let stored = try? UnverifiedCheckpoint(note: signed(seven)).verify(logKey: logKey) {
            _ = WitnessDecision.decide(stored: stored, request: request)
        }
    }

    private static let seven = Array(
        "log.parley.example/a\n7\n3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=\n".utf8)

    private static func signed(_ text: [UInt8]) -> [UInt8] {
        let signature = known { try privateKey.signature(for: text) }
        let payload = NoteKey.bytes(ofID: logKey.keyID) + signature
        return text + Array("\n\u{2014} \(logKey.name) \(Base64.encode(payload))\n".utf8)
    }

    private static func compareReaders(_ note: [UInt8]) {
        let ours = try? UnverifiedCheckpoint(note: note).verify(logKey: logKey)
        let auditors = try? SignedCheckpoint(note: note, log: auditorsKey)
        expect((ours == nil) == (auditors == nil), "node and auditor agree on a checkpoint")
        guard let ours, let auditors else { return }
        expect(
            ours.size.entryCount == auditors.size && ours.root == auditors.root
                && ours.origin.utf8.elementsEqual(auditors.origin.utf8),
            "node and auditor read a checkpoint alike")
        expect(ours.note == note && auditors.note == note, "a checkpoint keeps its note")
        let judged = auditors.judge(log: auditorsKey, cosigners: [])
        expect(judged.cosignatures.isEmpty, "nobody unknown has cosigned")
    }
}
