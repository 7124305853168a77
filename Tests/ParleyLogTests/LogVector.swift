import Foundation
import ParleyLog
import ParleyTestSupport
import Testing

/// One case of a vector file: what every case has; each kind of case adds its own fields.
protocol LogVector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String { get }
    var why: String { get }
    var accept: Bool? { get }
    var refuse: String? { get }
}

extension LogVector {
    var testDescription: String { name }

    /// Every case of `Vectors/<path>`. Fails on a field that the case's type does not have.
    static func load(_ path: String) throws -> [Self] {
        let bytes = try Data(contentsOf: VectorFolder.root.appending(path: path))
        let cases = try JSONDecoder().decode(LogVectorFile<Self>.self, from: bytes).cases
        // Read a second time for the names of the fields alone.
        let file = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let objects = try #require(file["cases"] as? [[String: Any]])
        try #require(Set(file.keys) == ["about", "cases"])
        for (found, object) in zip(cases, objects) {
            let fields = Set(Mirror(reflecting: found).children.compactMap(\.label))
            let strangers = Set(object.keys).subtracting(fields)
            try #require(strangers.isEmpty, "\(found.name) has unknown fields \(strangers)")
            try #require((found.accept == true) != (found.refuse != nil), "\(found.name)")
        }
        return cases
    }
}

private struct LogVectorFile<Vector: LogVector>: Decodable {
    let cases: [Vector]
}

/// How many of the texts that differ from `bytes` in one byte, its lowest bit turned, are accepted.
func acceptedFlips(of bytes: [UInt8], isAccepted: ([UInt8]) throws -> Bool) rethrows -> Int {
    var count = 0
    var flipped = bytes
    for place in bytes.indices {
        flipped[place] ^= 1
        if try isAccepted(flipped) { count += 1 }
        flipped[place] ^= 1
    }
    return count
}

/// Who cosigned and when, as the vectors write it.
struct CosignatureField: Decodable, Hashable, Sendable {
    let name: String
    let time: Int64

    init(_ cosignature: Cosignature) {
        name = cosignature.key.name
        time = cosignature.time.secondsSinceEpoch
    }
}

func bytes(hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

func digest(hex: String) throws -> Digest { try #require(Digest(bytes: try bytes(hex: hex))) }

func digests(base64 lines: [String]) throws -> [Digest] {
    try lines.map { try #require(Base64.decode($0).flatMap { Digest(bytes: $0) }) }
}

func number(_ text: String) throws -> UInt64 { try #require(UInt64(text)) }
