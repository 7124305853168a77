import Synchronization

/// One node's disk, in memory: what is durable, what is only in the cache, and what a loss of power
/// leaves of it.
///
/// A flush that answers and does nothing is not among what it plays, since no program recovers from
/// that; ``forgetFlushes()`` is there to show that the checks notice.
package final class SimulatedDisk: Sendable {
    /// What counts as a step of the disk, at which it can stop or fail.
    package enum Step: Hashable, Sendable, CaseIterable {
        case write, truncate, flush, name, flushFolder
    }

    package enum End: Hashable, Sendable {
        /// The process dies; what it wrote stays in the cache.
        case process
        /// The power goes; of what was not flushed anything may be there or not.
        case power
    }

    package enum Failure: Error, Hashable, Sendable {
        /// The process or the power is gone; nothing works until it is started again.
        case gone
        case faulty(Step)
        case unreadable
        case full
        case noSuchFile
    }

    /// What was played, for the report.
    package struct Tally: Hashable, Sendable {
        package var steps = 0
        package var ends: [End: Int] = [:]
        package var lostWrites = 0
        package var keptWrites = 0
        package var tornWrites = 0
        package var lostNames = 0
        package var failures = 0

        package static func + (one: Tally, other: Tally) -> Tally {
            Tally(
                steps: one.steps + other.steps,
                ends: one.ends.merging(other.ends, uniquingKeysWith: +),
                lostWrites: one.lostWrites + other.lostWrites,
                keptWrites: one.keptWrites + other.keptWrites,
                tornWrites: one.tornWrites + other.tornWrites,
                lostNames: one.lostNames + other.lostNames,
                failures: one.failures + other.failures)
        }

        package init() {}

        private init(
            steps: Int, ends: [End: Int], lostWrites: Int, keptWrites: Int, tornWrites: Int,
            lostNames: Int, failures: Int
        ) {
            self.steps = steps
            self.ends = ends
            self.lostWrites = lostWrites
            self.keptWrites = keptWrites
            self.tornWrites = tornWrites
            self.lostNames = lostNames
            self.failures = failures
        }
    }

    /// The name of its mount point; no two disks of a process share one.
    package let mount: String
    private let state: Mutex<DiskState>

    package init(seed: UInt64) {
        mount = DiskMounts.newName()
        state = Mutex(DiskState(generator: SeededGenerator(seed: seed)))
        DiskMounts.add(self)
    }

    /// Another disk that holds what is durable on this one.
    package init(copying other: SimulatedDisk, seed: UInt64) {
        mount = DiskMounts.newName()
        state = Mutex(
            other.withState { DiskState(copying: $0, generator: SeededGenerator(seed: seed)) })
        DiskMounts.add(self)
    }

    deinit { DiskMounts.remove(mount) }

    /// What SQLite opens as the file of that name on this disk.
    package func databasePath(_ name: String) -> String {
        precondition(SimulatedVFS.isRegistered, "SQLite has taken the simulated disks")
        return "file:///\(mount)/\(name)?vfs=\(SimulatedVFS.name)"
    }

    func withState<Value: Sendable, Fault: Error>(
        _ body: (inout DiskState) throws(Fault) -> Value
    ) throws(Fault) -> Value {
        try state.withLock { state throws(Fault) in try body(&state) }
    }

    // MARK: What happens to it

    /// The process or the power will go at the step of that number from now on, counted from 1.
    ///
    /// - Parameter kind: where given, only such steps count.
    package func end(_ end: End, at step: Int, of kind: Step? = nil) {
        withState { $0.ending = .init(end: end, kind: kind, stepsLeft: step) }
    }

    /// Steps of that kind fail, beginning with the one of that number from now on.
    package func fail(_ step: Step, at number: Int, times: Int = 1) {
        withState { $0.failing[step] = DiskState.Failing(after: number - 1, times: times) }
    }

    /// So many of the next reads fail, after others that do not.
    package func failReads(after count: Int, times: Int = 1) {
        withState { $0.failingReads = DiskState.Failing(after: count, times: times) }
    }

    /// Nothing grows for so many steps.
    package func fill(forSteps count: Int) {
        withState { $0.fullSteps = count }
    }

    /// Whatever was to happen does not, and nothing fails any more.
    package func mend() {
        withState { state in
            state.ending = nil
            state.failing = [:]
            state.failingReads = nil
            state.fullSteps = 0
        }
    }

    /// Looks at the disk without anything failing or happening that was to fail or happen.
    package func sparing<Value>(_ body: () throws -> Value) rethrows -> Value {
        withState { $0.isSpared = true }
        defer { withState { $0.isSpared = false } }
        return try body()
    }

    /// From now on a flush answers and does nothing.
    package func forgetFlushes() { withState { $0.forgetsFlushes = true } }

    /// Whether the process or the power has gone.
    package var isGone: Bool { withState { $0.gone != nil } }

    /// Ends it here and now.
    package func end(_ end: End) { withState { $0.stop(end) } }

    /// What the next process finds: everything that was open is not, and after a loss of power the
    /// cache is empty.
    package func restart() { withState { $0.restart() } }

    /// Flips one bit of what is durable of a file.
    ///
    /// - Returns: where; nil when there is no such byte.
    package func rot(_ name: String) -> Int? { withState { $0.rot(name) } }

    package var tally: Tally { withState { $0.tally } }

    /// A number over the kind, place and length of every step: equal for equal runs.
    package var trace: UInt64 { withState { $0.trace } }

    /// The names and sizes of what is there.
    package var files: [String: Int] {
        withState { state in state.names.mapValues { state.files[$0]?.cached.count ?? 0 } }
    }

    /// Counts restarts: who began before the last is a process that is gone.
    package var era: Int { withState { $0.era } }

    // MARK: Whole files, for what is no SQLite

    package func contents(of name: String, era: Int) throws -> [UInt8]? {
        try withState { state in
            try state.checkReading(era: era)
            return state.names[name].flatMap { state.files[$0]?.cached }
        }
    }

    package func create(_ name: String, era: Int) throws {
        try withState { state in
            if let file = state.names[name] {
                try state.truncate(file, to: 0, era: era)
            } else {
                _ = try state.create(name, era: era)
            }
        }
    }

    package func write(_ bytes: [UInt8], to name: String, at offset: Int, era: Int) throws {
        try withState { try $0.write(bytes, to: try $0.file(name), at: offset, era: era) }
    }

    package func flush(_ name: String, era: Int) throws {
        try withState { try $0.flush(try $0.file(name), era: era) }
    }

    package func rename(_ name: String, to other: String, era: Int) throws {
        try withState { state in
            try state.change(.renamed(from: name, to: other, try state.file(name)), era: era)
        }
    }

    package func flushFolder(era: Int) throws {
        try withState { try $0.flushFolder(era: era) }
    }
}

/// The disks there are, by mount point, for calls that bring nothing but a path.
enum DiskMounts {
    private struct Mount {
        weak var disk: SimulatedDisk?
    }

    private struct Mounts {
        var count = 0
        var disks: [String: Mount] = [:]
    }

    private static let mounts = Mutex(Mounts())

    static func newName() -> String {
        mounts.withLock { mounts in
            mounts.count += 1
            return "disk-\(mounts.count)"
        }
    }

    static func add(_ disk: SimulatedDisk) {
        mounts.withLock { $0.disks[disk.mount] = Mount(disk: disk) }
    }

    static func remove(_ mount: String) {
        mounts.withLock { $0.disks[mount] = nil }
    }

    /// The disk and file name that `/disk-1/ledger.sqlite` means.
    static func find(_ path: String) -> (disk: SimulatedDisk, name: String)? {
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let disk = mounts.withLock({ $0.disks[parts[0]]?.disk }) else {
            return nil
        }
        return (disk, parts[1])
    }
}
