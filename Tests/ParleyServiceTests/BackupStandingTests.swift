import ParleyLog
import ParleyService
import Testing

@Suite struct BackupStandingTests {
    private func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text: text)) }

    @Test func `a backup is due one second after so many days, and where there is none`() throws {
        let standing = BackupStanding(lastAt: try at("2026-11-01T12:00:00Z"), warnDays: 7)
        #expect(!standing.isDue(at: try at("2026-11-08T12:00:00Z")))
        #expect(standing.isDue(at: try at("2026-11-08T12:00:01Z")))
        #expect(BackupStanding(lastAt: nil, warnDays: 7).isDue(at: try at("2026-11-01T12:00:00Z")))
    }

    @Test func `nobody is told where the days are none`() throws {
        let now = try at("2026-11-08T12:00:01Z")
        #expect(!BackupStanding(lastAt: nil, warnDays: 0).isDue(at: now))
        let old = BackupStanding(lastAt: try at("2020-11-01T12:00:00Z"), warnDays: 0)
        #expect(!old.isDue(at: now))
    }
}
