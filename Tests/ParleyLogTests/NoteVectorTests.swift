import ParleyLog
import Testing

@Suite struct NoteVectorTests {
    struct KeyVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let key: String
        let type: UInt8?
        let keyID: String?
        let flipsAccepted: Int?
    }

    @Test(arguments: try KeyVector.load("note/keys.json"))
    func `each verifier key is read, or refused for the reason it names`(
        vector: KeyVector
    ) throws {
        if let reason = vector.refuse {
            let refusal = #expect(throws: NoteKeyRefusal.self) { try NoteKey(text: vector.key) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
            return
        }
        let key = try NoteKey(text: vector.key)
        #expect(key.text == vector.key)
        #expect(key.algorithm.type == vector.type)
        #expect(String(key.keyID, radix: 16).leftPadded(to: 8) == vector.keyID)
        let flips = acceptedFlips(of: Array(vector.key.utf8)) { flipped in
            guard let text = String(validating: flipped, as: UTF8.self) else { return false }
            return (try? NoteKey(text: text)) != nil
        }
        #expect(flips == vector.flipsAccepted ?? 0)
    }

    struct NoteVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let keys: [String]
        let note: String?
        let noteHex: String?
        let signedBy: [String]?
        let flipsAccepted: Int?
    }

    @Test(arguments: try NoteVector.load("note/notes.json"))
    func `each note is believed, or refused for the reason it names`(vector: NoteVector) throws {
        let keys = try vector.keys.map { try NoteKey(text: $0) }
        let note =
            try vector.noteHex.map { try bytes(hex: $0) } ?? Array((vector.note ?? "").utf8)
        let signers = { (note: [UInt8]) throws(NoteRefusal) in
            try SignedNote(parsing: note).verify(by: keys).map(\.name)
        }
        if let reason = vector.refuse {
            let refusal = #expect(throws: NoteRefusal.self) { try signers(note) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
            return
        }
        #expect(try signers(note) == vector.signedBy)
        let flips = acceptedFlips(of: note) { (try? signers($0)) != nil }
        #expect(flips == vector.flipsAccepted ?? 0)
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: "0", count: max(0, count - self.count)) + self
    }
}
