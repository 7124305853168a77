import ParleyLog
import ParleyNode
import ParleyStore
import ParleyTestSupport
import Testing

/// The small file of what was signed last, stopped at every step and started again, twice.
@Suite struct FileLastSignedCrashTests {
    private static let lastStep = 14

    @Test(arguments: [SimulatedDisk.End.power, .process])
    func `what was noted as signed is there however often its node is stopped`(
        end: SimulatedDisk.End
    ) async throws {
        for first in 1...Self.lastStep {
            for second in 1...Self.lastStep {
                let disk = SimulatedDisk(seed: UInt64(first * 100 + second))
                var known: [Int] = [0]
                for step in [first, second] {
                    disk.end(step % 2 == 0 ? .power : end, at: step)
                    known = try await sign(on: disk, after: known)
                    disk.end(.power)
                    disk.restart()
                }
                disk.mend()
                let found = try await number(on: disk)
                #expect(
                    known.contains(found), "stopped at \(first) and \(second): \(found)")
            }
        }
    }

    @Test func `a flush that fails is made good before the other slot is overwritten`()
        async throws
    {
        for seed in 0..<20 as Range<UInt64> {
            for step in 1...6 {
                let disk = SimulatedDisk(seed: seed)
                let file = FileLastSigned(path: "last-signed", calls: SimulatedFiles(disk))
                try await file.replace(nil, with: state(1))
                disk.fail(.flush, at: 1)
                await #expect(throws: SimulatedDisk.Failure.faulty(.flush)) {
                    try await file.replace(state(1), with: state(2))
                }
                disk.end(.power, at: step)
                let left = try? await file.load()
                try? await file.replace(left, with: state(3))
                disk.end(.power)
                disk.restart()
                #expect(try await number(on: disk) >= 1, "\(seed), stopped at \(step)")
            }
        }
    }

    /// Signs on until it is stopped.
    ///
    /// - Returns: what may be found afterwards: what was noted last, and what was begun.
    private func sign(on disk: SimulatedDisk, after known: [Int]) async throws -> [Int] {
        let file = FileLastSigned(path: "last-signed", calls: SimulatedFiles(disk))
        var known = known
        do {
            let found = try await file.load()
            let start = Int(found?.own?.size.entryCount ?? 0)
            #expect(known.contains(start))
            known = [start]
            for next in (start + 1)..<(start + 5) {
                known.append(next)
                try await file.replace(next == 1 ? nil : state(next - 1), with: state(next))
                known = [next]
            }
        } catch let failure as SimulatedDisk.Failure {
            #expect(failure == .gone)
        }
        return known
    }

    private func number(on disk: SimulatedDisk) async throws -> Int {
        let file = FileLastSigned(path: "last-signed", calls: SimulatedFiles(disk))
        return Int(try await file.load()?.own?.size.entryCount ?? 0)
    }

    private func state(_ number: Int) -> SignedState {
        SignedState(own: .init(size: TreeSize(UInt64(number)), root: Digest(hashing: [])))
    }
}
