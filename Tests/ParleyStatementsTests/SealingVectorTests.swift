import Foundation
import ParleyLog
import ParleyTestSupport
import Testing

@testable import ParleyStatements

@Suite struct SealingVectorTests {
    @Test(arguments: try SealedCase.load())
    func `each sealed vector is opened, or refused for the reason it names`(
        one: SealedCase
    ) throws {
        // Whole, in pieces that fit no boundary, and one byte at a time.
        let chunkSizes = [one.sealed.count, 1000, one.sealed.count < 5000 ? 1 : 40_009]
        for chunkSize in chunkSizes {
            let outcome = open(one, chunkSizeBytes: max(1, chunkSize))
            if let reason = one.vector.refuse {
                #expect(outcome.refusal?.reason == reason, "chunks of \(chunkSize)")
            } else {
                #expect(outcome.refusal == nil, "chunks of \(chunkSize)")
                #expect(outcome.plainDigest?.text == one.vector.plainDigest)
                #expect(outcome.plainDigest == Digest(hashing: outcome.plain))
                #expect(outcome.sizeBytes == one.vector.plainSizeBytes)
            }
        }
    }

    // Every byte of a short file, every 97th of a long one.
    @Test(arguments: try SealedCase.load().filter { $0.vector.accept == true })
    func `a sealed vector with one byte flipped is refused`(one: SealedCase) throws {
        let reader = try makeReader(one)
        let headerSizeBytes = SealFormat.headerSizeBytes(
            recipientCount: try recipientCount(of: one))
        var afterHeader = reader
        _ = try afterHeader.open(one.sealed.prefix(headerSizeBytes))
        let step = one.sealed.count <= 2700 ? 1 : 97
        for place in stride(from: 0, to: one.sealed.count, by: step) {
            var flipped = one.sealed
            flipped[place] ^= 1
            // A reader is a value: one that has read the header is copied for all the rest.
            let isInHeader = place < headerSizeBytes
            var copy = isInHeader ? reader : afterHeader
            let rest = isInHeader ? flipped[...] : flipped.dropFirst(headerSizeBytes)
            let refusal = refusal(of: &copy, rest)
            #expect(refusal != nil, "byte \(place) of \(one.vector.name)")
        }
    }

    @Test(arguments: try SealingVector.load("sealing-keys"))
    func `each public key vector is taken, or refused for the reason it names`(
        vector: SealingVector
    ) throws {
        let bytes = try #require(Base64.decode(vector.publicKey ?? ""))
        guard vector.refuse == nil else {
            let refusal = #expect(throws: SealRefusal.self) {
                _ = try SealingPublicKey(bytes: bytes)
            }
            #expect(refusal?.reason == vector.refuse)
            return
        }
        let key = try SealingPublicKey(bytes: bytes)
        #expect(key.digest.text == vector.digest)
        // Most neighbours of a key are keys as well; each of them has another name.
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1
            let other = try? SealingPublicKey(bytes: flipped)
            #expect(other?.digest != key.digest)
        }
    }

    @Test func `the example in the specification is the vector it names`() throws {
        let one = try #require(
            try SealedCase.load().first { $0.vector.name == "one-recipient" })
        let page = VectorFolder.root.deletingLastPathComponent().appending(path: "Spec/sealing.md")
        let text = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        let ranges = [
            0..<14, 14..<34, 46..<48, 48..<68, 80..<100, 1200..<1220, 1248..<1268, 1280..<1284,
            1284..<1296, 1296..<1316, 1358..<1374, 1374..<1378, 1378..<1390, 1390..<1410,
            1430..<1446,
        ]
        for range in ranges {
            let offset = String(repeating: " ", count: 5 - String(range.lowerBound).count)
            let line = offset + "\(range.lowerBound)  " + Hex.encode(one.sealed[range])
            #expect(text.contains("\n" + line), "\(line)")
        }
        #expect(one.sealed.count == 1446)
    }

    private struct Outcome {
        var plain: [UInt8] = []
        var plainDigest: Digest?
        var sizeBytes: UInt64?
        var refusal: SealRefusal?
    }

    private func open(_ one: SealedCase, chunkSizeBytes: Int) -> Outcome {
        var outcome = Outcome()
        do throws(SealRefusal) {
            var reader = try makeReader(one)
            var rest = one.sealed[...]
            while !rest.isEmpty {
                outcome.plain += try reader.open(rest.prefix(chunkSizeBytes))
                rest = rest.dropFirst(chunkSizeBytes)
            }
            (outcome.plainDigest, outcome.sizeBytes) = try reader.finish()
        } catch {
            outcome.refusal = error
        }
        return outcome
    }

    private func makeReader(_ one: SealedCase) throws(SealRefusal) -> SealReader {
        guard let agreement = AgreementID(text: one.vector.agreement ?? "") else {
            preconditionFailure("\(one.vector.name) names no agreement")
        }
        return SealReader(
            agreement: agreement, key: try SealingPrivateKey(seed: hexBytes(one.vector.seed ?? "")))
    }

    private func recipientCount(of one: SealedCase) throws -> Int {
        try #require(one.sealed.count > 48)
        return Int(one.sealed[46]) << 8 | Int(one.sealed[47])
    }

    private func refusal(
        of reader: inout SealReader, _ sealed: ArraySlice<UInt8>
    ) -> SealRefusal? {
        do throws(SealRefusal) {
            _ = try reader.open(sealed)
            _ = try reader.finish()
            return nil
        } catch {
            return error
        }
    }
}
