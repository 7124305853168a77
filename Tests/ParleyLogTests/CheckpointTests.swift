import ParleyLog
import Testing

@Suite struct CheckpointTests {
    @Test func `what a log and a witness here write is the note that others computed`() throws {
        // The keys of RFC 8032 §7.1, tests 1 and 2; the note is the case cosigned of
        // Vectors/log/checkpoints.json.
        let log = try NoteSigner(
            name: "log.parley.example/a",
            seed: bytes(hex: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
            type: .log)
        let witness = try NoteSigner(
            name: "wit.parley.example/b",
            seed: bytes(hex: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
            type: .cosigner)
        let vector = try #require(
            try CheckpointVectorTests.CheckpointVector.load("log/checkpoints.json")
                .first { $0.name == "cosigned" })
        #expect([log.key.text, witness.key.text] == [vector.logKey, vector.cosigners[0]])
        let checkpoint = Checkpoint(
            origin: log.key.name, size: TreeSize(7), root: try digest(hex: vector.root ?? ""))
        let time = try #require(Timestamp(secondsSinceEpoch: 1_767_225_600))
        let note = try log.note(over: checkpoint)
        let line = try witness.cosignatureLine(over: checkpoint, at: time)
        let verified = try UnverifiedCheckpoint(note: note).verify(logKey: log.key)
            .adding(Array(line.utf8))
        #expect(try verified.cosignatures(by: [witness.key]).map(\.time) == [time])
        // RFC 8032 signatures are deterministic; a platform that adds randomness is no less right.
        let theirs = Array(vector.note.utf8)
        #expect(verified.note == theirs || verified.note.count == theirs.count)
    }

    @Test func `a note can be handed on with the lines of some keys alone`() throws {
        let log = try TestLog(entryCount: 3)
        let note = try log.note(of: 3)
        let verified = try UnverifiedCheckpoint(note: note + stranger).verify(
            logKey: log.signer.key)
        #expect(verified.note == note + stranger)
        #expect(verified.note(keeping: [log.signer.key, log.witness.key]) == note)
        #expect(
            try verified.note(keeping: [log.signer.key])
                == log.signer.note(over: log.checkpoint(of: 3)))
    }

    private let stranger = Array("\u{2014} stranger.example.org AAAAAAE=\n".utf8)

    @Test func `only signature lines can be added to a note`() throws {
        let log = try TestLog(entryCount: 3)
        let verified = try UnverifiedCheckpoint(note: log.note(of: 3))
            .verify(logKey: log.signer.key)
        #expect(try verified.adding(stranger).note == verified.note + stranger)
        #expect(throws: CheckpointRefusal.additionMalformed) { try verified.adding([]) }
        #expect(throws: CheckpointRefusal.note(.signatureMalformed)) {
            try verified.adding(Array("more text\n".utf8))
        }
        #expect(throws: CheckpointRefusal.additionMalformed) {
            try verified.adding([0x0a] + stranger)
        }
        #expect(throws: CheckpointRefusal.note(.signaturesMissing)) {
            try verified.adding(stranger.dropLast())
        }
    }

    @Test func `a seed that is not 32 bytes makes no signer`() {
        #expect(throws: NoteKeyRefusal.seedLengthWrong(31)) {
            try NoteSigner(name: "a", seed: Array(repeating: 1, count: 31), type: .log)
        }
    }

    @Test func `a body one byte above its limit is refused`() throws {
        let limit = AddCheckpointRequest.sizeLimitBytes
        let refusal = WitnessRefusal.tooLong(sizeBytes: limit + 1, limitBytes: limit)
        #expect(refusal.status == 400)
        let key = try TestLog(entryCount: 0).signer.key
        #expect(throws: refusal) {
            try AddCheckpointRequest(
                parsing: Array(repeating: 0x61, count: limit + 1), logKey: key)
        }
    }

    @Test func `a witness that follows a growing log cosigns each step, and none twice`() throws {
        let log = try TestLog(entryCount: 40)
        var reader = LeafReader(log.leaves)
        var stored: VerifiedCheckpoint?
        for size in [0, 1, 1, 2, 7, 8, 9, 33, 40] {
            let old = stored?.size ?? TreeSize(0)
            let new = TreeSize(UInt64(size))
            let proof = try Merkle.consistencyProof(from: old, to: new, reading: &reader)
            let request = try AddCheckpointRequest(
                parsing: AddCheckpointRequest.body(
                    oldSize: old, proof: proof, note: log.note(of: size)),
                logKey: log.signer.key)
            #expect(
                WitnessDecision.decide(stored: stored, request: request)
                    == .cosign(request.checkpoint))
            stored = request.checkpoint
            // What was cosigned before is never cosigned again as a new step.
            if old < new {
                #expect(
                    WitnessDecision.decide(stored: stored, request: request)
                        == .conflict(known: new))
            }
        }
    }
}
