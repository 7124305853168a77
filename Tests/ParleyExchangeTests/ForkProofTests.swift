import Foundation
import ParleyExchange
import ParleyLog
import ParleyTestSupport
import Testing

/// Proofs that a log has signed two histories, made by other software.
@Suite struct ForkProofTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let proof: String
        let sizes: [UInt64]?
        let refuse: String?

        var testDescription: String { name }

        static func load() throws -> [Vector] {
            struct File: Decodable { let cases: [Vector] }
            let file = VectorFolder.root.appending(path: "fork/proofs.json")
            return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
        }
    }

    @Test(arguments: try Vector.load())
    func `a proof of a fork proves it or is refused`(vector: Vector) throws {
        do throws(ForkProofRefusal) {
            let proof = try ForkProof(checking: Array(vector.proof.utf8))
            #expect(vector.refuse == nil)
            let pair = try proof.checkpoints()
            #expect([pair.first, pair.second].map(\.size.entryCount) == vector.sizes)
            #expect(proof.fileBytes == Array(vector.proof.utf8))
        } catch {
            #expect(error.reason == vector.refuse, "\(error.explanation)")
        }
    }

    @Test(arguments: try Vector.load().filter { $0.refuse == nil && $0.name != "cosigned" })
    func `a proof with a byte turned proves nothing`(vector: Vector) {
        let bytes = Array(vector.proof.utf8)
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1
            #expect((try? ForkProof(checking: flipped)) == nil, "byte \(place)")
        }
    }

    @Test func `a witness makes a proof of what it was asked, where there is one`() throws {
        for vector in try Vector.load() where vector.refuse == nil {
            let made = try ForkProof(checking: Array(vector.proof.utf8))
            let (first, second) = try made.checkpoints()
            let body = AddCheckpointRequest.body(
                oldSize: first.size, proof: made.proof, note: second.note)
            let request = try AddCheckpointRequest(parsing: body, logKey: made.log)
            let proof = ForkProof(log: made.log, cosigned: first, contradictedBy: request)
            // A consistency proof from such a size leaves out the root that it starts from.
            let isNamed = vector.name != "power-of-two"
            #expect((proof != nil) == isNamed, "\(vector.name)")
            if vector.name == "growth" { #expect(proof == made) }
        }
    }

    @Test func `growth and nonsense give a witness no proof`() throws {
        let vector = try #require(try Vector.load().first { $0.name == "growth" })
        let made = try ForkProof(checking: Array(vector.proof.utf8))
        let (first, second) = try made.checkpoints()
        for hashes in [[], [made.root], [Digest](repeating: made.root, count: 3)] {
            let body = AddCheckpointRequest.body(
                oldSize: first.size, proof: hashes, note: second.note)
            let request = try AddCheckpointRequest(parsing: body, logKey: made.log)
            #expect(
                ForkProof(log: made.log, cosigned: first, contradictedBy: request) == nil)
        }
        let same = try AddCheckpointRequest(
            parsing: AddCheckpointRequest.body(oldSize: first.size, proof: [], note: first.note),
            logKey: made.log)
        #expect(ForkProof(log: made.log, cosigned: first, contradictedBy: same) == nil)
    }
}
