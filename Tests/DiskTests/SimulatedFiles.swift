import ParleyStore
import ParleyTestSupport

/// One process's small files on a simulated disk.
struct SimulatedFiles: FileCalls {
    private let disk: SimulatedDisk
    private let era: Int

    init(_ disk: SimulatedDisk) {
        self.disk = disk
        era = disk.era
    }

    func contents(of path: String) throws -> [UInt8]? {
        try disk.contents(of: path, era: era)
    }

    func create(_ path: String) throws { try disk.create(path, era: era) }

    func write(_ bytes: [UInt8], to path: String, at offset: Int) throws {
        try disk.write(bytes, to: path, at: offset, era: era)
    }

    func flush(_ path: String) throws { try disk.flush(path, era: era) }

    func rename(_ path: String, to name: String) throws {
        try disk.rename(path, to: name, era: era)
    }

    func flushFolder(of path: String) throws { try disk.flushFolder(era: era) }
}
