import Foundation
import ParleyLog
import ParleyTestSupport
import Testing

@Suite struct ReceiptTests {
    struct ReceiptVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let entry: String
        let logKey: String
        let cosigners: [String]
        let receipt: String
        let cosignatures: [CosignatureField]?
        let flipsAccepted: Int?
    }

    @Test(arguments: try ReceiptVector.load("receipt/receipts.json"))
    func `each receipt is believed, or refused for the reason it names`(
        vector: ReceiptVector
    ) throws {
        let entry = try digest(hex: vector.entry)
        let logKey = try NoteKey(text: vector.logKey)
        let cosigners = try vector.cosigners.map { try NoteKey(text: $0) }
        let verify = { (receipt: [UInt8]) throws(ReceiptRefusal) in
            try UnverifiedReceipt(parsing: receipt)
                .verify(entry: entry, logKey: logKey, cosigners: cosigners)
        }
        let receipt = Array(vector.receipt.utf8)
        if let reason = vector.refuse {
            let refusal = #expect(throws: ReceiptRefusal.self) { try verify(receipt) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
            return
        }
        let verified = try verify(receipt)
        #expect(verified.cosignatures.map(CosignatureField.init) == vector.cosignatures)
        let unverified = try UnverifiedReceipt(parsing: receipt)
        if unverified.extra == nil {
            let written = Receipt(
                index: verified.index, proof: unverified.proof,
                checkpointNote: verified.checkpoint.note)
            #expect(written.text == receipt)
        }
        let flips = acceptedFlips(of: receipt) { flipped in
            guard let other = try? verify(flipped) else { return false }
            #expect(other.index == verified.index)
            #expect(other.checkpoint.checkpoint == verified.checkpoint.checkpoint)
            #expect(other.cosignatures.count <= verified.cosignatures.count)
            return true
        }
        #expect(flips == vector.flipsAccepted)
    }

    @Test func `a receipt one byte above its limit is refused, and one at it is read`() throws {
        let whole = try Independent.file("receipt-index-7.tlog-proof")
        let limit = UnverifiedReceipt.sizeLimitBytes
        #expect(throws: ReceiptRefusal.tooLong(sizeBytes: limit + 1, limitBytes: limit)) {
            try UnverifiedReceipt(parsing: Array(repeating: 0x61, count: limit + 1))
        }
        let padded = whole + Array(repeating: 0x61, count: limit - whole.count)
        #expect(try UnverifiedReceipt(parsing: padded).index == EntryIndex(7))
    }

    @Test func `many receipts are checked under one note, and only under that note`() throws {
        let log = try TestLog(entryCount: 300)
        let note = try log.note(of: 300)
        let cosigned = try UnverifiedCheckpoint(note: note).verify(logKey: log.signer.key)
            .cosigned(by: [log.witness.key])
        for index in [0, 1, 255, 256, 299] {
            let receipt = try UnverifiedReceipt(
                parsing: try log.receipt(of: UInt64(index), in: 300, note: note).text)
            let verified = try receipt.verify(entry: log.entries[index], under: cosigned)
            #expect(verified.cosignatures == cosigned.cosignatures)
            #expect(throws: ReceiptRefusal.self) {
                try receipt.verify(entry: log.entries[(index + 1) % 300], under: cosigned)
            }
        }
        let longer = try cosigned.checkpoint.adding(
            Array(
                log.witness.cosignatureLine(
                    over: cosigned.checkpoint.checkpoint, at: TestLog.time.adding(seconds: 1)
                ).utf8))
        let other = try UnverifiedReceipt(
            parsing: try log.receipt(of: 7, in: 300, note: longer.note).text)
        #expect(throws: ReceiptRefusal.noteDiffers) {
            try other.verify(entry: log.entries[7], under: cosigned)
        }
        #expect(ReceiptRefusal.noteDiffers.reason == "receipt-note-differs")
    }
}

/// Files made by other people's programs.
enum Independent {
    static func file(_ name: String) throws -> [UInt8] {
        Array(
            try Data(
                contentsOf: VectorFolder.root.appending(path: "receipt/independent/\(name)")))
    }

    static func keys(_ name: String) throws -> [NoteKey] {
        try String(decoding: file(name), as: UTF8.self).split(separator: "\n")
            .map { try NoteKey(text: String($0)) }
    }

    static func key(_ name: String) throws -> NoteKey { try #require(try keys(name).first) }
}

@Suite struct IndependentLogTests {
    @Test func `a receipt made by another log and other witnesses is believed`() throws {
        let receipt = try UnverifiedReceipt(
            parsing: Independent.file("receipt-index-7.tlog-proof"))
        let witnesses = try Independent.keys("witnesses.vkey")
        let verified = try receipt.verify(
            leafHash: Merkle.leafHash(of: Independent.file("receipt-index-7.leaf")),
            logKey: Independent.key("log.vkey"), cosigners: witnesses)
        #expect(verified.index == EntryIndex(7))
        #expect(verified.checkpoint.size == TreeSize(620))
        #expect(Set(verified.cosignatures.map(\.key)) == Set(witnesses))
        let times = verified.cosignatures.map(\.time.secondsSinceEpoch)
        #expect(times == [1_795_389_189, 1_795_389_189])
    }

    @Test func `it is no receipt for another entry`() throws {
        let receipt = try UnverifiedReceipt(
            parsing: Independent.file("receipt-index-7.tlog-proof"))
        let wrong = Merkle.leafHash(of: try Independent.file("receipt-wrong.leaf"))
        let refusal = #expect(throws: ReceiptRefusal.self) {
            try receipt.verify(
                leafHash: wrong, logKey: Independent.key("log.vkey"), cosigners: [])
        }
        #expect(refusal?.reason == "root-differs")
    }

    @Test func `the tree over its 620 entries has its root and its tiles`() throws {
        let checkpoint = try UnverifiedCheckpoint(note: Independent.file("checkpoint-620"))
            .verify(logKey: Independent.key("log.vkey"))
        #expect(try checkpoint.cosignatures(by: Independent.keys("witnesses.vkey")).count == 2)
        let store = TileStore()
        var tree = TileTree(size: TreeSize(0)) { try store.load($0) }
        let entries = try Independent.file("entries-620.txt").split(separator: 0x0a)
        store.save(try tree.append(entries.map { Merkle.leafHash(of: Array($0)) }))
        #expect(tree.size == checkpoint.size)
        #expect(try tree.root() == checkpoint.root)
        // SHA-256 of the files tile/0/000, tile/0/001, tile/0/002.p/108 and tile/1/000.p/2.
        for (level, number, fileDigest) in [
            (0, 0, "f50bea273ec8902250ad22141402b817e67711a52021b320b31c8834ecd2ca45"),
            (0, 1, "8c22b14eee8c8eeeabdc4ef16dec0be858a42f3f02de869fc889dd60b05d394b"),
            (0, 2, "aeed0e1f8b2f6e834419576e90bb77f2f152c08e6267144c580a9168cb6caa96"),
            (1, 0, "7b0c82c3104b4a4aa6c4fd4a19cd6f84ccf12fb0107193f2a46a41d059d16f18"),
        ] as [(Int, UInt64, String)] {
            let hashes = try store.load(TileID(level: level, number: number))
            #expect(Digest(hashing: hashes.flatMap(\.bytes)).hex == fileDigest)
        }
    }

    @Test func `an ML-DSA-44 cosignature is told, and does not count`() throws {
        let checkpoint = try UnverifiedCheckpoint(note: Independent.file("ml-dsa-checkpoint"))
            .verify(logKey: Independent.key("ml-dsa-log.vkey"))
        let witnesses = try Independent.keys("ml-dsa-witnesses.vkey")
        #expect(witnesses.map(\.algorithm) == [.mlDSA44Cosignature])
        #expect(try checkpoint.cosignatures(by: witnesses).isEmpty)
        #expect(checkpoint.linesNotVerifiable(by: witnesses) == witnesses)
    }
}
