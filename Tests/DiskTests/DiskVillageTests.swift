import ParleyTestSupport
import Testing

/// Nodes whose disks fail, fill up, and lose power or process at any write or flush.
@Suite struct DiskVillageTests {
    @Test func `nothing said or shown is lost or changed, wherever a disk stops`() async throws {
        var tally = SimulatedDisk.Tally()
        var (restarts, notes, played) = (0, 0, 0)
        for seed in try Seeds.chosen(otherwise: 0..<12) {
            let village = try await DiskVillage(seed: seed)
            try await village.run()
            #expect(village.faults == [], "repeat it with PARLEY_SEEDS=\(seed)-\(seed)")
            tally = tally + village.tally
            restarts += village.restarts
            notes += village.evidence.noteCount
            played += 1
        }
        print(
            """
            simulated disks: \(played) seeds, \(tally.steps) steps of a disk, \
            \(tally.ends[.power] ?? 0) losses of power, \(tally.ends[.process] ?? 0) of a process, \
            \(restarts) starts, \(tally.failures) failures, writes lost \(tally.lostWrites) \
            kept \(tally.keptWrites) torn \(tally.tornWrites), names lost \(tally.lostNames), \
            \(notes) trees shown
            """)
        #expect(tally.tornWrites > 0)
    }
}
