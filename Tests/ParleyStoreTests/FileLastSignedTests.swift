import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyStore

/// The one small file that a ledger may not stand behind.
@Suite struct FileLastSignedTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("last-signed")
    }

    @Test func `what was never signed is nothing, and leaves no file`() async throws {
        #expect(try await FileLastSigned(path: path).load() == nil)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `what was stored is there for the next process`() async throws {
        let states = try (1...5).map { try state($0) }
        var last: SignedState?
        for state in states {
            try await FileLastSigned(path: path).replace(last, with: state)
            last = state
            #expect(try await FileLastSigned(path: path).load() == state)
        }
    }

    @Test func `a state that is not the stored one is not replaced`() async throws {
        let file = FileLastSigned(path: path)
        try await file.replace(nil, with: try state(1))
        for old in [nil, try state(2)] {
            await #expect(throws: LastSignedFault.changedMeanwhile) {
                try await file.replace(old, with: try state(3))
            }
        }
        #expect(try await file.load() == (try state(1)))
    }

    @Test func `a write torn at any byte leaves the state before`() async throws {
        let file = FileLastSigned(path: path)
        try await file.replace(nil, with: try state(1))
        try await file.replace(try state(1), with: try state(2))
        let before = try Data(contentsOf: URL(filePath: path))
        try await file.replace(try state(2), with: try state(3))
        let after = try Data(contentsOf: URL(filePath: path))
        let offset = FileLastSigned.slotSizeBytes
        let lastDifference = try #require(
            (0..<after.count).last { $0 >= before.count || before[$0] != after[$0] })
        for place in offset...lastDifference {
            var torn = before
            torn.replaceSubrange(offset..<place, with: after[offset..<place])
            try torn.write(to: URL(filePath: path))
            let loaded = try await FileLastSigned(path: path).load()
            #expect(loaded == (try state(2)), "torn at byte \(place)")
        }
        try after.write(to: URL(filePath: path))
        #expect(try await FileLastSigned(path: path).load() == (try state(3)))
    }

    @Test func `a file with no slot that can be read is damage, not a beginning`() async throws {
        for bytes in [Data(), Data(repeating: 0, count: 8192), Data("parley".utf8)] {
            try bytes.write(to: URL(filePath: path))
            await #expect(throws: LastSignedFault.damaged(path: path)) {
                try await FileLastSigned(path: path).load()
            }
        }
    }

    @Test func `the largest agreement fits a slot`() async throws {
        var most = try state(1)
        for number in 0..<16 {
            let name = "party-\(number)" + String(repeating: "x", count: 22)
            let party = try #require(PartyID(name))
            most.witnessed[party] = .init(
                size: TreeSize(UInt64(Int64.max)), root: Digest(hashing: [UInt8(number)]))
        }
        let file = FileLastSigned(path: path)
        try await file.replace(nil, with: most)
        #expect(try await file.load() == most)
    }

    @Test func `only the one spelling of a state is read`() throws {
        let bytes = try state(7).bytes
        #expect(SignedState(bytes: bytes) == (try state(7)))
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1
            let read = SignedState(bytes: flipped)
            #expect(read == nil || read?.bytes == flipped, "byte \(place)")
        }
        #expect(SignedState(bytes: bytes + [0x0a]) == nil)
        #expect(SignedState(bytes: []) == nil)
    }

    private func state(_ number: Int) throws -> SignedState {
        let tree = SignedState.Tree(
            size: TreeSize(UInt64(number)), root: Digest(hashing: [UInt8(number)]))
        return SignedState(
            own: tree, witnessed: [try #require(PartyID("cn")): tree],
            time: Timestamp(secondsSinceEpoch: Int64(1_790_000_000 + number)))
    }
}
