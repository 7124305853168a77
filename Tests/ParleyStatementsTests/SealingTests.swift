import ParleyLog
import Testing

@testable import ParleyStatements

@Suite struct SealingTests {
    private let agreement = AgreementID(Digest(hashing: Array("an agreement".utf8)))
    private let contentKey = [UInt8](repeating: 0xC0, count: 32)
    private let keys: [SealingPrivateKey]

    init() throws {
        keys = try (1...3).map { try SealingPrivateKey(seed: Array(repeating: $0, count: 32)) }
    }

    private func plain(_ sizeBytes: Int) -> [UInt8] {
        (0..<sizeBytes).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001])
    func `what is sealed in any chunks opens in any chunks, for each recipient`(
        sizeBytes: Int
    ) throws {
        let plain = plain(sizeBytes)
        for (sealChunk, openChunk) in [(1 << 20, 1 << 20), (65_536, 65_568), (1009, 70_001)] {
            var writer = try SealWriter(
                agreement: agreement, recipients: keys.map(\.publicKey), contentKey: contentKey)
            var sealed = writer.header
            for start in stride(from: 0, to: plain.count, by: sealChunk) {
                sealed += writer.seal(plain[start..<min(start + sealChunk, plain.count)])
            }
            sealed += writer.finish()
            #expect(writer.plainDigest == Digest(hashing: plain))
            #expect(
                UInt64(sealed.count)
                    == SealWriter.sealedSize(
                        ofPlainSize: UInt64(sizeBytes), recipientCount: keys.count))
            for key in keys {
                var reader = SealReader(agreement: agreement, key: key)
                var opened: [UInt8] = []
                for start in stride(from: 0, to: sealed.count, by: openChunk) {
                    opened += try reader.open(sealed[start..<min(start + openChunk, sealed.count)])
                }
                let end = try reader.finish()
                #expect(opened == plain)
                #expect(end.plainDigest == writer.plainDigest)
                #expect(end.sizeBytes == UInt64(sizeBytes))
            }
        }
    }

    @Test func `recipients stand in the order of their digests, whatever order they came in`()
        throws
    {
        let sorted = keys.map(\.publicKey.digest).sorted()
        for recipients in [keys, keys.reversed()] {
            let sealed = try SealWriter.sealed(
                [1], agreement: agreement, recipients: recipients.map(\.publicKey),
                contentKey: contentKey)
            var reader = SealReader(agreement: agreement, key: keys[0])
            #expect(reader.recipients.isEmpty)
            _ = try reader.open(sealed)
            #expect(reader.recipients == sorted)
        }
    }

    @Test func `64 recipients are the limit, and their header the longest`() throws {
        let many = try (0..<65).map { number in
            try SealingPrivateKey(seed: Array(repeating: 100 + number, count: 32))
        }
        let writer = try SealWriter(
            agreement: agreement, recipients: many.prefix(64).map(\.publicKey),
            contentKey: contentKey)
        #expect(writer.header.count == 76_880)
        #expect(SealFormat.headerLimitBytes == 76_880)
        #expect(throws: SealRefusal.recipientCountWrong(count: 65)) {
            try SealWriter(
                agreement: agreement, recipients: many.map(\.publicKey), contentKey: contentKey)
        }
    }

    @Test func `nothing is sealed to nobody, to one key twice, or with a short content key`()
        throws
    {
        let key = keys[0].publicKey
        #expect(throws: SealRefusal.recipientCountWrong(count: 0)) {
            try SealWriter(agreement: agreement, recipients: [], contentKey: contentKey)
        }
        #expect(throws: SealRefusal.recipientTwice(key.digest)) {
            try SealWriter(agreement: agreement, recipients: [key, key], contentKey: contentKey)
        }
        #expect(throws: SealRefusal.contentKeySizeWrong(sizeBytes: 31)) {
            try SealWriter(
                agreement: agreement, recipients: [key], contentKey: Array(contentKey.dropLast()))
        }
    }

    @Test func `a content key used twice by mistake does not repeat a key stream`() throws {
        let text = plain(100)
        let pair = try (0..<2).map { _ in
            try SealWriter.sealed(
                text, agreement: agreement, recipients: [keys[0].publicKey],
                contentKey: contentKey)
        }
        let ciphertexts = pair.map { Array($0.dropFirst(1296).prefix(100)) }
        #expect(ciphertexts[0] != ciphertexts[1])
    }

    @Test func `a private key comes from a seed of 32 bytes and shows no secret`() throws {
        for count in [0, 31, 33] {
            #expect(throws: SealRefusal.privateKeySizeWrong(sizeBytes: count)) {
                try SealingPrivateKey(seed: Array(repeating: 7, count: count))
            }
        }
        #expect("\(keys[0])" == "the private key of \(keys[0].publicKey.digest)")
        var dumped = ""
        dump(keys[0], to: &dumped)
        #expect(!dumped.contains("XWING"))
        #expect(dumped.utf8.count < 300)
    }

    @Test func `the first refusal stays, and a byte after the end is one`() throws {
        let sealed = try SealWriter.sealed(
            [1, 2, 3], agreement: agreement, recipients: [keys[0].publicKey],
            contentKey: contentKey)
        var reader = SealReader(agreement: agreement, key: keys[0])
        #expect(try reader.open(sealed) == [1, 2, 3])
        #expect(try reader.open([UInt8]()).isEmpty)
        #expect(try reader.finish().sizeBytes == 3)
        #expect(throws: SealRefusal.trailingBytes) { try reader.open([0]) }
        #expect(throws: SealRefusal.trailingBytes) { try reader.open(sealed) }
        #expect(throws: SealRefusal.trailingBytes) { try reader.finish() }
    }

    @Test func `an early end says after how many bytes, at every place`() throws {
        let sealed = try SealWriter.sealed(
            plain(20), agreement: agreement, recipients: [keys[0].publicKey],
            contentKey: contentKey)
        var reader = SealReader(agreement: agreement, key: keys[0])
        for place in sealed.indices {
            var copy = reader
            #expect(throws: SealRefusal.truncated(afterBytes: UInt64(place))) {
                try copy.finish()
            }
            _ = try reader.open(sealed[place...place])
        }
        #expect(try reader.finish().sizeBytes == 20)
    }

    // Pieces of a good file cut out, repeated and moved, 400 times from one seed: only the good
    // file itself opens, and nothing traps.
    @Test func `no rearrangement of a good file opens`() throws {
        let plain = plain(65_540)
        let sealed = try SealWriter.sealed(
            plain, agreement: agreement, recipients: [keys[0].publicKey], contentKey: contentKey)
        var fresh = SealReader(agreement: agreement, key: keys[0])
        _ = try fresh.open(sealed.prefix(1280))
        let body = Array(sealed.dropFirst(1280))
        var state: UInt64 = 20_261_123
        func place() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Half of them near the ends of records.
            let edges = [0, 4, 16, 65_568, 65_572, 65_604, body.count - 72, body.count]
            let number = Int(state >> 33)
            return number % 2 == 0 ? edges[number / 2 % edges.count] : number / 2 % body.count
        }
        for _ in 0..<400 {
            let (first, second, third) = (place(), place(), place())
            let piece = body[min(first, second)..<max(first, second)]
            let changed = Array(body[..<third]) + piece + body[max(first, third)...]
            guard changed != body else { continue }
            var reader = fresh
            #expect(throws: SealRefusal.self) {
                _ = try reader.open(changed)
                _ = try reader.finish()
            }
        }
    }

    @Test func `the size of a sealed file never overflows`() {
        #expect(SealWriter.sealedSize(ofPlainSize: 0, recipientCount: 1) == 1384)
        #expect(SealWriter.sealedSize(ofPlainSize: .max, recipientCount: 64) == .max)
    }

    @Test func `each refusal has a code of its own and a sentence`() {
        let digest = Digest(hashing: [])
        let refusals: [SealRefusal] = [
            .publicKeySizeWrong(sizeBytes: 1), .publicKeyNotCanonical, .publicKeySmallOrder,
            .privateKeySizeWrong(sizeBytes: 1), .contentKeySizeWrong(sizeBytes: 1),
            .encapsulationFailed(recipient: digest), .formatUnknown,
            .agreementWrong(expected: digest, found: digest), .recipientCountWrong(count: 0),
            .recipientTwice(digest), .recipientsUnsorted(position: 1), .notARecipient(key: digest),
            .keyWrapDamaged(recipient: digest), .keyCommitmentWrong,
            .recordKindUnknown(expectedNumber: 0),
            .recordOutOfPlace(expectedNumber: 0, foundNumber: 1),
            .recordSizeWrong(number: 0, sizeBytes: 1), .recordNotAuthentic(number: 0),
            .lastRecordEmpty(number: 1), .lastRecordMissing(recordCount: 1),
            .recordAfterLast(number: 1), .plainDigestWrong,
            .plainSizeWrong(statedBytes: 1, foundBytes: 2), .truncated(afterBytes: 1),
            .trailingBytes,
        ]
        #expect(Set(refusals.map(\.reason)).count == refusals.count)
        for refusal in refusals {
            #expect(refusal.explanation.hasSuffix("."))
            #expect(refusal.explanation != refusal.reason)
        }
    }
}
