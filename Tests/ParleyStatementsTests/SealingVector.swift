import Foundation
import ParleyLog
import ParleyTestSupport
import Testing

/// One case of a vector file about sealing, with every field that such a case may have.
struct SealingVector: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let why: String
    let accept: Bool?
    let refuse: String?

    // Vectors/sealing
    let agreement: String?
    let seed: String?
    let sealed: String?
    let from: String?
    let pieces: [Piece]?
    let plainDigest: String?
    let plainSizeBytes: UInt64?

    // Vectors/sealing-keys
    let publicKey: String?
    let digest: String?

    // Vectors/crypto
    let scheme: String?
    let pk: String?
    let ct: String?
    let ss: String?
    let kem: UInt16?
    let kdf: UInt16?
    let aead: UInt16?
    let info: String?
    let skRm: String?
    let pkRm: String?
    let enc: String?
    let messages: [Message]?

    /// Bytes given in full, or a range of another case's sealed bytes.
    struct Piece: Decodable, Sendable {
        let hex: String?
        let range: [Int]?
    }

    struct Message: Decodable, Sendable {
        let aad: String
        let ct: String
        let pt: String
    }

    private struct File: Decodable {
        let about: String
        let cases: [SealingVector]
    }

    var testDescription: String { name }

    /// Every case of every file in `Vectors/<folder>`, with `sealed` filled in. Throws for a case
    /// with a field that this type does not name, or with not just one verdict.
    static func load(_ folder: String) throws -> [SealingVector] {
        let known = [
            "name", "why", "accept", "refuse", "agreement", "seed", "sealed", "from", "pieces",
            "plainDigest", "plainSizeBytes", "publicKey", "digest", "scheme", "pk", "ct", "ss",
            "kem", "kdf", "aead", "info", "skRm", "pkRm", "enc", "messages",
        ]
        return try VectorFolder.files(in: folder).flatMap { url in
            let data = try Data(contentsOf: url)
            let raw = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            for one in raw?["cases"] as? [[String: Any]] ?? [] {
                let unknown = Set(one.keys).subtracting(known)
                guard unknown.isEmpty, (one["accept"] == nil) != (one["refuse"] == nil) else {
                    throw Fault(file: url.lastPathComponent, fields: unknown.sorted())
                }
            }
            return try JSONDecoder().decode(File.self, from: data).cases
        }
    }

    struct Fault: Error {
        let file: String
        let fields: [String]
    }
}

/// Sealed bytes with what a reader needs for them.
struct SealedCase: Sendable, CustomTestStringConvertible {
    let vector: SealingVector
    let sealed: [UInt8]

    var testDescription: String { vector.name }

    static func load() throws -> [SealedCase] {
        let vectors = try SealingVector.load("sealing")
        var whole: [String: [UInt8]] = [:]
        for vector in vectors {
            if let text = vector.sealed { whole[vector.name] = Base64.decode(text) }
        }
        return vectors.map { vector in
            guard let pieces = vector.pieces, let base = whole[vector.from ?? ""] else {
                return SealedCase(vector: vector, sealed: whole[vector.name] ?? [])
            }
            let sealed = pieces.flatMap { piece in
                piece.hex.map { Array(hexBytes($0)) }
                    ?? piece.range.map { Array(base[$0[0]..<$0[1]]) } ?? []
            }
            return SealedCase(vector: vector, sealed: sealed)
        }
    }
}

/// Test data is ours: text that is not hexadecimal stops the run.
func hexBytes(_ hex: String) -> [UInt8] {
    guard let bytes = Hex.decode(hex) else { preconditionFailure("\(hex) is not hexadecimal") }
    return bytes
}
