import Foundation
import ParleyTestSupport
import Testing

@testable import ParleyStore

struct OwnFileTests {
    private let folder: TemporaryFolder
    private let path: String
    /// Asks whose lock stands in the way, those of this process too, which others do not say.
    private static let openFileLock: Int32 = 36

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("desk.sqlite")
    }

    @Test func `it is its owner's alone, and once it is there it is left as it is`() throws {
        try OwnFile.make(path)
        let made = try FileManager.default.attributesOfItem(atPath: path)
        #expect(made[.posixPermissions] as? Int == 0o600)
        try Data([1, 2, 3]).write(to: URL(filePath: path))
        try OwnFile.make(path)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data([1, 2, 3]))
    }

    @Test func `making it again takes no lock of this process away`() throws {
        try OwnFile.make(path)
        let held = open(path, O_RDWR | O_CLOEXEC)
        defer { close(held) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        #expect(fcntl(held, F_SETLK, &lock) == 0)
        try OwnFile.make(path)
        let other = open(path, O_RDWR | O_CLOEXEC)
        defer { close(other) }
        var found = flock()
        found.l_type = Int16(F_WRLCK)
        found.l_whence = Int16(SEEK_SET)
        #expect(fcntl(other, Self.openFileLock, &found) == 0)
        #expect(found.l_type == Int16(F_WRLCK), "the lock stands")
    }
}
