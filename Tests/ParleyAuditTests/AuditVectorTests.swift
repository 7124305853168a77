import Foundation
import ParleyAudit
import ParleyTestSupport
import Testing

/// A whole log as data: what is served, by whose keys it is judged, and the verdict.
struct AuditVector: CustomTestStringConvertible, Sendable {
    let name: String
    let key: VerifierKey
    let cosigners: [VerifierKey]
    let files: [String: [UInt8]]
    /// The reason of the first finding; nil where the log is proven.
    let refuse: String?

    var testDescription: String { name }

    init(_ fields: [String: Any]) throws {
        let known: Set = ["name", "why", "key", "cosigners", "files", "accept", "refuse"]
        #expect(Set(fields.keys).isSubset(of: known), "an unknown field in \(fields.keys)")
        name = try #require(fields["name"] as? String)
        key = try VerifierKey(try #require(fields["key"] as? String))
        cosigners = try #require(fields["cosigners"] as? [String]).map { try VerifierKey($0) }
        files = try #require(fields["files"] as? [String: String]).mapValues {
            [UInt8](try #require(Data(base64Encoded: $0)))
        }
        refuse = fields["refuse"] as? String
        #expect((fields["accept"] as? Bool == true) == (refuse == nil), "\(name) is either")
    }

    static func all(in name: String) throws -> [AuditVector] {
        let file = VectorFolder.root.appending(path: name)
        let json = try JSONSerialization.jsonObject(with: try Data(contentsOf: file))
        let fields = try #require(json as? [String: Any])
        let cases = try #require(fields["cases"] as? [[String: Any]])
        #expect(!cases.isEmpty)
        return try cases.map(AuditVector.init)
    }
}

struct AuditVectorTests {
    static let vectors: [AuditVector] = {
        let all = try? ["audit/logs.json", "audit/independent.json"].flatMap(AuditVector.all)
        return all ?? []
    }()

    @Test func `the vectors are there`() { #expect(Self.vectors.count > 20) }

    @Test(arguments: vectors)
    func `each log is proven, or found out for the reason it names`(
        vector: AuditVector
    ) async throws {
        let report = try await audit(vector.files, cosigners: vector.cosigners, key: vector.key)
        #expect(report.reasons.first == vector.refuse)
        #expect(report.isProven == (vector.refuse == nil))
        #expect(report.notes == [])
    }

    /// About four hundred bytes of each log: all of the small ones.
    @Test(arguments: vectors.filter { $0.refuse == nil })
    func `a proven log with a byte flipped is found out`(vector: AuditVector) async throws {
        let total = vector.files.values.reduce(0) { $0 + $1.count }
        for (path, bytes) in vector.files {
            for place in stride(from: 0, to: bytes.count, by: max(1, total / 400)) {
                var flipped = vector.files
                flipped[path]?[place] ^= 0x01
                let report = try await audit(
                    flipped, cosigners: vector.cosigners, key: vector.key)
                // A byte beyond the checkpoint's entries is nobody's word yet; a cosigner's name
                // flipped is another cosigner's absence.
                let isBeyond = vector.name == "full-for-partial" && path.hasSuffix("001")
                #expect(!report.listed.isEmpty || isBeyond, "\(path) at \(place)")
            }
        }
    }
}
