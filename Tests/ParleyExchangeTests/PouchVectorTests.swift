import Foundation
import ParleyExchange
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// Bytes of labels, manifests and contents of pouches, and what they say or why they are refused.
@Suite struct PouchVectorTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let why: String
        let bytes: String
        let zeros: Int?
        let number: Int?
        let envelopeBytes: Int?
        let parts: Int?
        let pouch: String?
        let to: String?
        let events: [String]?
        let refuse: String?

        var testDescription: String { name }
        var wire: [UInt8] {
            (Hex.decode(bytes) ?? []) + Array(repeating: 0, count: zeros ?? 0)
        }

        static func load(_ path: String) throws -> [Vector] {
            struct File: Decodable { let cases: [Vector] }
            let bytes = try Data(contentsOf: VectorFolder.root.appending(path: path))
            return try JSONDecoder().decode(File.self, from: bytes).cases
        }
    }

    @Test(arguments: try Vector.load("pouch/labels.json"))
    func `a label is read or refused`(vector: Vector) throws {
        do throws(PouchRefusal) {
            let label = try PouchLabel(parsing: vector.wire)
            #expect(vector.refuse == nil)
            #expect(label.number == vector.number)
            #expect(label.envelope.count == vector.envelopeBytes)
            if (1...PouchManifest.partLimit).contains(label.number) {
                #expect(label.bytes == vector.wire)
            }
        } catch {
            #expect(error.reason == vector.refuse, "\(error.explanation)")
        }
    }

    @Test func `an envelope may fill its label`() throws {
        let full = Array(repeating: UInt8(ascii: "x"), count: PouchLabel.sizeBytes - 21)
        let label = PouchLabel(number: 256, envelope: full)
        #expect(label.bytes.count == PouchLabel.sizeBytes)
        #expect(try PouchLabel(parsing: label.bytes) == label)
    }

    @Test(arguments: try Vector.load("pouch/manifests.json"))
    func `a manifest is read or refused`(vector: Vector) throws {
        do throws(PouchRefusal) {
            let manifest = try PouchManifest(recorded: vector.wire)
            #expect(vector.refuse == nil)
            #expect(manifest.parts.count == vector.parts)
            #expect(manifest.id.text == vector.pouch)
            #expect(manifest.to.text == vector.to)
        } catch {
            #expect(error.reason == vector.refuse, "\(error.explanation)")
        }
    }

    @Test(arguments: try Vector.load("pouch/contents.json"), [1, 7, 1 << 20])
    func `contents are taken apart or refused, however they come`(
        vector: Vector, pieceBytes: Int
    ) throws {
        do throws(PouchRefusal) {
            let events = try Self.events(of: vector.wire, pieceBytes: pieceBytes)
            #expect(vector.refuse == nil)
            #expect(events.map(Self.words) == vector.events)
            #expect(events.flatMap(Self.frames) == vector.wire)
        } catch {
            #expect(error.reason == vector.refuse, "\(error.explanation)")
        }
    }

    /// A turned byte may make other contents, never another spelling of the same ones.
    @Test(arguments: try Vector.load("pouch/contents.json").filter { $0.refuse == nil })
    func `contents with a byte turned are refused or say something else`(vector: Vector) throws {
        for place in vector.wire.indices {
            var bytes = vector.wire
            bytes[place] ^= 1
            guard let events = try? Self.events(of: bytes, pieceBytes: 1 << 20) else { continue }
            #expect(events.flatMap(Self.frames) == bytes, "byte \(place)")
        }
    }

    private static func events(
        of bytes: [UInt8], pieceBytes: Int
    ) throws(PouchRefusal) -> [PouchEvent] {
        var reader = PouchReader()
        var events: [PouchEvent] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            events += try reader.take(Array(rest.prefix(pieceBytes)))
            rest = rest.dropFirst(pieceBytes)
        }
        try reader.finish()
        return events
    }

    private static func words(_ event: PouchEvent) -> String {
        switch event {
        case .growth(let growth):
            "growth \(growth.base.entryCount) \(growth.size.entryCount) \(growth.edge.count)"
        case .leafHashes(let hashes): "hashes \(hashes.count)"
        case .answer(let answer):
            if case .refused = answer.outcome { "refused" } else { "receipted" }
        case .guide(let bytes): "guide \(bytes.count)"
        case .piece(let piece): "piece \(piece.sizeBytes) \(piece.offset) \(piece.length)"
        case .data(let bytes, let isLast): "data \(bytes.count)" + (isLast ? " last" : "")
        case .delivery(let bytes): "delivery \(bytes.count)"
        }
    }

    private static func frames(_ event: PouchEvent) -> [UInt8] {
        switch event {
        case .growth(let growth): growth.frame
        case .leafHashes(let hashes): PouchFrame.bytes(.leafHashes, hashes.flatMap(\.bytes))
        case .answer(let answer): answer.frames
        case .guide(let bytes): PouchFrame.bytes(.guide, bytes)
        case .piece(let piece): piece.frame
        case .data(let bytes, _): PouchFrame.bytes(.data, bytes)
        case .delivery(let bytes): PouchFrame.bytes(.delivery, bytes)
        }
    }
}
