import ParleyLog
import Testing

@Suite struct CheckpointVectorTests {
    struct CheckpointVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let logKey: String
        let cosigners: [String]
        let note: String
        let size: String?
        let root: String?
        let cosignatures: [CosignatureField]?
        let notVerifiable: [String]?
        let flipsAccepted: Int?
    }

    @Test(arguments: try CheckpointVector.load("log/checkpoints.json"))
    func `each checkpoint is believed, or refused for the reason it names`(
        vector: CheckpointVector
    ) throws {
        let logKey = try NoteKey(text: vector.logKey)
        let cosigners = try vector.cosigners.map { try NoteKey(text: $0) }
        let verify = { (note: [UInt8]) throws(CheckpointRefusal) in
            try UnverifiedCheckpoint(note: note).verify(logKey: logKey).cosigned(by: cosigners)
        }
        let note = Array(vector.note.utf8)
        if let reason = vector.refuse {
            let refusal = #expect(throws: CheckpointRefusal.self) { try verify(note) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
            return
        }
        let cosigned = try verify(note)
        let checkpoint = cosigned.checkpoint
        #expect(String(checkpoint.size.entryCount) == vector.size)
        #expect(checkpoint.root.hex == vector.root)
        #expect(cosigned.cosignatures.map(CosignatureField.init) == vector.cosignatures)
        #expect(
            checkpoint.linesNotVerifiable(by: cosigners).map(\.name) == vector.notVerifiable ?? [])
        #expect(checkpoint.note == note)
        #expect(note.starts(with: checkpoint.checkpoint.text))
        let flips = acceptedFlips(of: note) { flipped in
            guard let other = try? verify(flipped) else { return false }
            // What is left is the same checkpoint with the same cosigners or fewer.
            #expect(other.checkpoint.checkpoint == checkpoint.checkpoint)
            #expect(
                Set(other.cosignatures.map(\.key))
                    .isSubset(of: cosigned.cosignatures.map(\.key)))
            return true
        }
        #expect(flips == vector.flipsAccepted ?? 0)
    }

    struct WitnessVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let logKey: String
        let stored: String?
        let body: String
        let status: Int
        let known: String?
        let flipsAccepted: Int?
    }

    @Test(arguments: try WitnessVector.load("log/add-checkpoint.json"))
    func `each request to a witness is cosigned, or answered with the status and reason it names`(
        vector: WitnessVector
    ) throws {
        let logKey = try NoteKey(text: vector.logKey)
        let stored = try vector.stored.map {
            try UnverifiedCheckpoint(note: Array($0.utf8)).verify(logKey: logKey)
        }
        let decide = { (body: [UInt8]) -> WitnessDecision in
            do throws(WitnessRefusal) {
                let request = try AddCheckpointRequest(parsing: body, logKey: logKey)
                return WitnessDecision.decide(stored: stored, request: request)
            } catch {
                return .refused(error)
            }
        }
        let body = Array(vector.body.utf8)
        let decision = decide(body)
        #expect(decision.status == vector.status)
        switch decision {
        case .cosign(let checkpoint):
            #expect(vector.accept == true)
            #expect(body.suffix(checkpoint.note.count) == checkpoint.note[...])
            let flips = acceptedFlips(of: body) { flipped in
                guard case .cosign(let other) = decide(flipped) else { return false }
                #expect(other.checkpoint == checkpoint.checkpoint)
                return true
            }
            #expect(flips == vector.flipsAccepted ?? 0)
        case .conflict(let known):
            #expect(vector.refuse == "old-size-differs")
            #expect(String(known.entryCount) == vector.known)
        case .refused(let refusal):
            #expect(refusal.reason == vector.refuse)
            #expect(!refusal.explanation.isEmpty)
        }
    }
}
