import ParleyLog
import Testing

@Suite struct TreeVectorTests {
    struct RootVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let entries: [String]
        let root: String
    }

    @Test(arguments: try RootVector.load("log/roots.json"))
    func `each root is the one that others compute`(vector: RootVector) throws {
        let leaves = try vector.entries.map { Merkle.leafHash(of: try bytes(hex: $0)) }
        var reader = LeafReader(leaves)
        let root = try Merkle.root(
            of: TreeSize(UInt64(leaves.count)), reading: &reader)
        #expect(root.hex == vector.root)
        for (place, entry) in vector.entries.enumerated() {
            let flips = acceptedFlips(of: try bytes(hex: entry)) { flipped in
                var changed = leaves
                changed[place] = Merkle.leafHash(of: flipped)
                return Plain.root(changed[...]) == root
            }
            #expect(flips == 0)
        }
    }

    struct InclusionVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let entry: String
        let index: String
        let size: String
        let root: String
        let proof: [String]
    }

    @Test(arguments: try InclusionVector.load("log/inclusion.json"))
    func `each inclusion proof holds, or is refused for the reason it names`(
        vector: InclusionVector
    ) throws {
        let leaf = Merkle.leafHash(of: try bytes(hex: vector.entry))
        let index = EntryIndex(try number(vector.index))
        let size = TreeSize(try number(vector.size))
        let root = try digest(hex: vector.root)
        let proof = try digests(base64: vector.proof)
        let check = { (leaf: Digest, root: Digest, proof: [Digest]) throws(ProofRefusal) in
            try Merkle.checkInclusion(of: leaf, at: index, in: size, root: root, proof: proof)
        }
        if let reason = vector.refuse {
            let refusal = #expect(throws: ProofRefusal.self) { try check(leaf, root, proof) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
            return
        }
        try check(leaf, root, proof)
        let flips = try acceptedHashFlips(of: [leaf, root] + proof) {
            (try? check($0[0], $0[1], Array($0.dropFirst(2)))) != nil
        }
        #expect(flips == 0)
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

    @Test(arguments: try ConsistencyVector.load("log/consistency.json"))
    func `each consistency proof holds, or is refused for the reason it names`(
        vector: ConsistencyVector
    ) throws {
        let old = TreeSize(try number(vector.from))
        let new = TreeSize(try number(vector.to))
        let hashes =
            [try digest(hex: vector.fromRoot), try digest(hex: vector.toRoot)]
            + (try digests(base64: vector.proof))
        let check = { (hashes: [Digest]) throws(ProofRefusal) in
            try Merkle.checkConsistency(
                from: old, root: hashes[0], to: new, root: hashes[1],
                proof: Array(hashes.dropFirst(2)))
        }
        if let reason = vector.refuse {
            let refusal = #expect(throws: ProofRefusal.self) { try check(hashes) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
            return
        }
        try check(hashes)
        let flips = try acceptedHashFlips(of: hashes) { (try? check($0)) != nil }
        // From the empty tree every tree follows: there the new root is not looked at.
        #expect(flips == (old < new && old.entryCount == 0 ? 32 : 0))
    }

    private func acceptedHashFlips(
        of hashes: [Digest], isAccepted: ([Digest]) -> Bool
    ) throws -> Int {
        try acceptedFlips(of: hashes.flatMap(\.bytes)) { bytes in
            isAccepted(
                try stride(from: 0, to: bytes.count, by: 32).map {
                    try #require(Digest(bytes: bytes[$0..<$0 + 32]))
                })
        }
    }

    struct PathVector: LogVector {
        let name: String
        let why: String
        let accept: Bool?
        let refuse: String?
        let path: String
        let level: String?
        let number: String?
        let width: Int?
        let flipsAccepted: Int?
    }

    @Test(arguments: try PathVector.load("log/tile-paths.json"))
    func `each tile path is read, or refused for the reason it names`(
        vector: PathVector
    ) throws {
        if let reason = vector.refuse {
            let refusal = #expect(throws: TilePathRefusal.self) {
                try TilePath(parsing: vector.path)
            }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
            return
        }
        let path = try TilePath(parsing: vector.path)
        let level =
            switch path.content {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        #expect(level == vector.level)
        #expect(String(path.number) == vector.number)
        #expect(path.width == vector.width)
        #expect(path.text == vector.path)
        let flips = acceptedFlips(of: Array(vector.path.utf8)) { flipped in
            let text = String(decoding: flipped, as: UTF8.self)
            guard let other = try? TilePath(parsing: text) else { return false }
            #expect(other != path && other.text == text)
            return true
        }
        #expect(flips == vector.flipsAccepted)
    }
}
