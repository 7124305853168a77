/// What a simulated disk holds.
struct DiskState: Sendable {
    typealias Step = SimulatedDisk.Step
    typealias Failure = SimulatedDisk.Failure

    struct File: Sendable {
        /// What a reader sees.
        var cached: [UInt8] = []
        /// What is there after a loss of power, whatever becomes of `changes`.
        var durable: [UInt8] = []
        /// Since the last flush, in order.
        var changes: [Change] = []
        var locks = FileLocks()
        var sharedMemory: SharedMemory?
    }

    enum Change: Sendable {
        case written([UInt8], at: Int)
        case truncated(to: Int)
    }

    enum NameChange: Sendable {
        case named(String, Int)
        case removed(String)
        case renamed(from: String, to: String, Int)
    }

    struct Ending: Sendable {
        let end: SimulatedDisk.End
        /// Only steps of this kind count, where one is given.
        let kind: Step?
        var stepsLeft: Int
    }

    struct Failing: Sendable {
        var after: Int
        var times: Int

        /// Whether this time is one of them.
        mutating func isDue() -> Bool {
            if after > 0 {
                after -= 1
                return false
            }
            times -= 1
            return times >= 0
        }
    }

    var generator: SeededGenerator
    var files: [Int: File] = [:]
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]
    var nameChanges: [NameChange] = []
    private var fileCount = 0
    var handleCount = 0
    /// Counts restarts: what was opened in an earlier one no longer works.
    var era = 0
    var gone: SimulatedDisk.End?
    var ending: Ending?
    var failing: [Step: Failing] = [:]
    var failingReads: Failing?
    var fullSteps = 0
    var forgetsFlushes = false
    /// A flush has failed since the power came: the cache may hold what will never be durable, and
    /// a process that ends is started again with the machine, not alone.
    private var hasForgotten = false
    var isSpared = false
    var tally = SimulatedDisk.Tally()
    var trace: UInt64 = 0xcbf2_9ce4_8422_2325

    init(generator: SeededGenerator) { self.generator = generator }

    init(copying other: DiskState, generator: SeededGenerator) {
        self.generator = generator
        fileCount = other.fileCount
        durableNames = other.durableNames
        names = durableNames
        for file in names.values {
            guard let stored = other.files[file] else { continue }
            files[file] = File(cached: stored.durable, durable: stored.durable)
        }
    }

    // MARK: Steps

    func checkAlive(era: Int) throws(Failure) {
        guard gone == nil, era == self.era else { throw .gone }
    }

    mutating func checkReading(era: Int) throws(Failure) {
        try checkAlive(era: era)
        guard !isSpared, failingReads?.isDue() ?? false else { return }
        tally.failures += 1
        throw .unreadable
    }

    /// Counts a step.
    ///
    /// - Returns: how all ends at this step, if it does.
    private mutating func begin(
        _ step: Step, era: Int, place: Int = 0, size: Int = 0
    ) throws(Failure) -> SimulatedDisk.End? {
        try checkAlive(era: era)
        if isSpared { return nil }
        tally.steps += 1
        for value in [Step.allCases.firstIndex(of: step) ?? 0, place, size] {
            trace = (trace ^ UInt64(value)) &* 0x100_0000_01b3
        }
        if fullSteps > 0 { fullSteps -= 1 }
        if let next = ending, next.kind == nil || next.kind == step {
            ending?.stepsLeft -= 1
            if next.stepsLeft <= 1 {
                ending = nil
                return next.end
            }
        }
        if failing[step]?.isDue() ?? false {
            tally.failures += 1
            // Linux forgets after a failed flush what it could not write, and keeps it in the
            // cache as if it had.
            if step == .flush { return nil }
            throw .faulty(step)
        }
        return nil
    }

    mutating func stop(_ end: SimulatedDisk.End) {
        guard gone == nil else { return }
        let real = hasForgotten ? .power : end
        gone = real
        ending = nil
        tally.ends[real, default: 0] += 1
    }

    private mutating func finish(_ end: SimulatedDisk.End?) throws(Failure) {
        guard let end else { return }
        stop(end)
        throw .gone
    }

    mutating func write(_ bytes: [UInt8], to file: Int, at offset: Int, era: Int) throws(Failure) {
        let end = try begin(.write, era: era, place: offset, size: bytes.count)
        let size = files[file]?.cached.count ?? 0
        if fullSteps > 0, offset + bytes.count > size {
            tally.failures += 1
            throw .full
        }
        // A process that dies may have handed over the half of it.
        let isWhole = end != .process || generator.chance(50)
        let written = isWhole ? bytes : Array(bytes.prefix(bytes.count / 2))
        files[file, default: File()].cached.overwrite(with: written, at: offset)
        files[file]?.changes.append(.written(written, at: offset))
        try finish(end)
    }

    mutating func truncate(_ file: Int, to size: Int, era: Int) throws(Failure) {
        let end = try begin(.truncate, era: era, size: size)
        files[file, default: File()].cached.resize(to: size)
        files[file]?.changes.append(.truncated(to: size))
        try finish(end)
    }

    mutating func flush(_ file: Int, era: Int) throws(Failure) {
        let failures = tally.failures
        // Stopped before it had any effect: what it would have flushed may be there all the same.
        try finish(try begin(.flush, era: era))
        guard var stored = files[file], !forgetsFlushes else { return }
        if tally.failures > failures {
            settle(&stored)
            files[file] = stored
            hasForgotten = true
            throw .faulty(.flush)
        }
        for change in stored.changes { stored.durable.apply(change) }
        stored.changes = []
        files[file] = stored
    }

    func file(_ name: String) throws(Failure) -> Int {
        guard let file = names[name] else { throw .noSuchFile }
        return file
    }

    mutating func create(_ name: String, era: Int) throws(Failure) -> Int {
        fileCount += 1
        let file = fileCount
        if fullSteps > 1 {
            tally.failures += 1
            throw .full
        }
        files[file] = File()
        try change(.named(name, file), era: era)
        return file
    }

    mutating func change(_ change: NameChange, era: Int) throws(Failure) {
        let end = try begin(.name, era: era)
        Self.apply(change, to: &names)
        nameChanges.append(change)
        try finish(end)
    }

    mutating func flushFolder(era: Int) throws(Failure) {
        try finish(try begin(.flushFolder, era: era))
        guard !forgetsFlushes else { return }
        for change in nameChanges { Self.apply(change, to: &durableNames) }
        nameChanges = []
    }

    // MARK: After the end

    mutating func restart() {
        era += 1
        if gone == .power {
            losePower()
            hasForgotten = false
        }
        gone = nil
        for file in files.keys {
            files[file]?.locks = FileLocks()
            files[file]?.sharedMemory = nil
        }
    }

    mutating func losePower() {
        for file in files.keys.sorted() {
            guard var stored = files[file] else { continue }
            settle(&stored)
            stored.cached = stored.durable
            files[file] = stored
        }
        for change in nameChanges {
            if generator.chance(50) {
                Self.apply(change, to: &durableNames)
            } else {
                tally.lostNames += 1
            }
        }
        nameChanges = []
        names = durableNames
        let named = Set(names.values)
        files = files.filter { named.contains($0.key) }
    }

    mutating func rot(_ name: String) -> Int? {
        guard let file = names[name], var stored = files[file], !stored.durable.isEmpty else {
            return nil
        }
        let place = generator.place(below: stored.durable.count)
        let bit = UInt8(1) << UInt8(generator.place(below: 8))
        stored.durable[place] ^= bit
        if place < stored.cached.count { stored.cached[place] ^= bit }
        files[file] = stored
        return place
    }

    private static func apply(_ change: NameChange, to names: inout [String: Int]) {
        switch change {
        case .named(let name, let file): names[name] = file
        case .removed(let name): names[name] = nil
        case .renamed(let from, let to, let file):
            names[from] = nil
            names[to] = file
        }
    }
}
