import Foundation
import ParleyLog
import ParleyTestSupport
import Testing

/// Cases that others wrote for their own verifier.
@Suite struct PublishedProofTests {
    struct InclusionVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let leafHash: String
        let index: String
        let size: String
        let root: String
        let proof: [String]
    }

    @Test(arguments: try InclusionVector.load("log/published-inclusion.json"))
    func `each published inclusion proof is judged as its publishers judge it`(
        vector: InclusionVector
    ) throws {
        let index = EntryIndex(try number(vector.index))
        let size = TreeSize(try number(vector.size))
        let hashes =
            [try digest(hex: vector.leafHash), try digest(hex: vector.root)]
            + (try digests(base64: vector.proof))
        try judge(hashes, refuse: vector.refuse) { hashes throws(ProofRefusal) in
            try Merkle.checkInclusion(
                of: hashes[0], at: index, in: size, root: hashes[1],
                proof: Array(hashes.dropFirst(2)))
        }
    }

    struct ConsistencyVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let from: String
        let fromRoot: String
        let to: String
        let toRoot: String
        let proof: [String]
    }

    @Test(arguments: try ConsistencyVector.load("log/published-consistency.json"))
    func `each published consistency proof is judged as its publishers judge it`(
        vector: ConsistencyVector
    ) throws {
        let old = TreeSize(try number(vector.from))
        let new = TreeSize(try number(vector.to))
        let hashes =
            [try digest(hex: vector.fromRoot), try digest(hex: vector.toRoot)]
            + (try digests(base64: vector.proof))
        try judge(hashes, refuse: vector.refuse) { hashes throws(ProofRefusal) in
            try Merkle.checkConsistency(
                from: old, root: hashes[0], to: new, root: hashes[1],
                proof: Array(hashes.dropFirst(2)))
        }
    }

    private func judge(
        _ hashes: [Digest], refuse reason: String?,
        by check: ([Digest]) throws(ProofRefusal) -> Void
    ) throws {
        if let reason {
            let refusal = #expect(throws: ProofRefusal.self) { try check(hashes) }
            #expect(refusal?.reason == reason)
            return
        }
        try check(hashes)
        let flips = try acceptedFlips(of: hashes.flatMap(\.bytes)) { bytes in
            let flipped = try stride(from: 0, to: bytes.count, by: 32).map {
                try #require(Digest(bytes: bytes[$0..<$0 + 32]))
            }
            return (try? check(flipped)) != nil
        }
        #expect(flips == 0)
    }
}

@Suite struct VectorFileTests {
    @Test(arguments: [
        (
            "log",
            [
                "add-checkpoint", "checkpoints", "consistency", "inclusion",
                "published-consistency", "published-inclusion", "roots", "tile-paths",
            ]
        ),
        ("note", ["keys", "notes"]),
        ("receipt", ["receipts"]),
    ])
    func `every file of vectors is one that a test reads`(folder: String, read: [String]) throws {
        let names = try VectorFolder.files(in: folder).map {
            $0.deletingPathExtension().lastPathComponent
        }
        #expect(names == read)
    }
}
