import ParleyTestSupport
import Testing

/// Nodes whose disks fail, fill up, and lose power or process at any write or flush.
@Suite struct DiskVillageTests {
    @Test func `nothing said or shown is lost or changed, wherever a disk stops`() async throws {
        var tally = SimulatedDisk.Tally()
        var (restarts, notes, played) = (0, 0, 0)
        var traces: [UInt64] = []
        for seed in try Seeds.chosen(otherwise: 0..<3) {
            let village = try await DiskVillage(seed: seed)
            try await village.run()
            #expect(village.faults == [], "repeat it with PARLEY_SEEDS=\(seed)-\(seed)")
            tally = tally + village.tally
            restarts += village.restarts
            notes += village.evidence.noteCount
            played += 1
            traces = village.trace
        }
        print(
            """
            simulated disks: \(played) seeds, \(tally.steps) steps of a disk, \
            \(tally.ends[.power] ?? 0) losses of power, \(tally.ends[.process] ?? 0) of a process, \
            \(restarts) starts, \(tally.failures) failures, writes lost \(tally.lostWrites) \
            kept \(tally.keptWrites) torn \(tally.tornWrites), names lost \(tally.lostNames), \
            \(notes) trees shown; the last seed's trace is \(traces)
            """)
        #expect(played < 3 || tally.tornWrites > 0)
    }

    @Test func `a seed tells all that happens`() async throws {
        let (one, two) = (try await DiskVillage(seed: 3), try await DiskVillage(seed: 3))
        try await one.run(steps: 12)
        try await two.run(steps: 12)
        #expect(one.trace == two.trace)
        #expect(one.tally == two.tally)
    }

    @Test func `a disk that forgets what was flushed is noticed`() async throws {
        let village = try await DiskVillage(seed: 1)
        for disk in village.disks.values { disk.forgetFlushes() }
        try await village.run(steps: 25)
        #expect(village.faults != [])
    }
}
