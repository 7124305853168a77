import Foundation
import ParleyExchange
import ParleyLog
import ParleyTestSupport
import Testing

/// Bytes of a delivery or a response, and what they hold or why they are refused.
@Suite struct DeliveryVectorTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        struct Item: Decodable, Hashable, Sendable {
            let index: String
            let hashes: Int
            let proofs: Int
            let blobs: Int
        }

        let name: String
        let why: String
        let bytes: String
        let knownSize: String?
        let items: [Item]?
        let outcomes: [String]?
        let refuse: String?

        var testDescription: String { name }
        var wire: [UInt8] { Hex.decode(bytes) ?? [] }

        static func load(_ path: String) throws -> [Vector] {
            struct File: Decodable { let cases: [Vector] }
            let bytes = try Data(contentsOf: VectorFolder.root.appending(path: path))
            return try JSONDecoder().decode(File.self, from: bytes).cases
        }
    }

    @Test(arguments: try Vector.load("delivery/requests.json"))
    func `a delivery is taken apart or refused`(vector: Vector) throws {
        do throws(FrameRefusal) {
            let request = try DeliveryRequest(parsing: vector.wire)
            #expect(vector.refuse == nil)
            #expect(String(request.knownSize.entryCount) == vector.knownSize)
            let items = request.items.map {
                Vector.Item(
                    index: String($0.place.index.position), hashes: $0.place.proof.count,
                    proofs: $0.cosignedProofs.count, blobs: $0.blobs.count)
            }
            #expect(items == vector.items)
            #expect(request.wireBytes == vector.wire)
        } catch {
            #expect(error.reason == vector.refuse, "\(error.explanation)")
        }
    }

    @Test(arguments: try Vector.load("delivery/responses.json"))
    func `a response is taken apart or refused`(vector: Vector) throws {
        do throws(FrameRefusal) {
            let response = try DeliveryResponse(parsing: vector.wire)
            #expect(vector.refuse == nil)
            #expect(response.outcomes.map(Self.words) == vector.outcomes)
            #expect(response.wireBytes == vector.wire)
        } catch {
            #expect(error.reason == vector.refuse, "\(error.explanation)")
        }
    }

    /// A turned byte may make another delivery, never another spelling of the same one.
    @Test(arguments: try Vector.load("delivery/requests.json").filter { $0.refuse == nil })
    func `a delivery with a byte turned is refused or says something else`(vector: Vector) throws {
        for (bytes, place) in Self.flips(of: vector.wire) {
            guard let read = try? DeliveryRequest(parsing: bytes) else { continue }
            #expect(read.wireBytes == bytes, "byte \(place)")
        }
    }

    @Test(arguments: try Vector.load("delivery/responses.json").filter { $0.refuse == nil })
    func `a response with a byte turned is refused or says something else`(vector: Vector) throws {
        for (bytes, place) in Self.flips(of: vector.wire) {
            guard let read = try? DeliveryResponse(parsing: bytes) else { continue }
            #expect(read.wireBytes == bytes, "byte \(place)")
        }
    }

    @Test func `a delivery may hold 512 statements and not one more`() throws {
        let item = DeliveryRequest.Item(
            envelope: [1], place: LogPlace(index: EntryIndex(0), proof: []), cosignedProofs: [],
            blobs: [])
        let most = DeliveryRequest(
            checkpoint: [], knownSize: TreeSize(0),
            items: Array(repeating: item, count: DeliveryLimits.statementCount))
        #expect(try DeliveryRequest(parsing: most.wireBytes) == most)
        let more = DeliveryRequest(
            checkpoint: [], knownSize: TreeSize(0), items: most.items + [item])
        #expect(throws: FrameRefusal.tooManyStatements(limit: 512)) {
            try DeliveryRequest(parsing: more.wireBytes)
        }
    }

    @Test func `a delivery may have 8 MiB and not one byte more`() throws {
        let limit = DeliveryLimits.requestBytes
        #expect(throws: FrameRefusal.deliveryTooLong(limitBytes: limit)) {
            try DeliveryRequest(parsing: Array(repeating: 0, count: limit + 1))
        }
        #expect(throws: FrameRefusal.deliveryTooLong(limitBytes: limit)) {
            try DeliveryResponse(parsing: Array(repeating: 0, count: limit + 1))
        }
        #expect(throws: FrameRefusal.kindUnknown(0)) {
            try DeliveryRequest(parsing: Array(repeating: 0, count: limit))
        }
    }

    private static func words(_ outcome: DeliveryResponse.Outcome) -> String {
        switch outcome {
        case .receipted(let place): "receipted \(place.index.position) \(place.proof.count)"
        case .known: "known"
        case .blobsMissing(let blobs): "missing \(blobs.count)"
        case .refused: "refused"
        }
    }

    private static func flips(of bytes: [UInt8]) -> [(bytes: [UInt8], place: Int)] {
        bytes.indices.map { place in
            var flipped = bytes
            flipped[place] ^= 1
            return (flipped, place)
        }
    }
}
