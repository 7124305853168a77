import ParleyAudit
import ParleyLog
import Testing

/// Audits that go on where an earlier one stopped, and logs that do not.
struct ContinuedAuditTests {
    private func state(after log: BuiltLog) async throws -> MemoryState {
        let state = MemoryState()
        let report = try await audit(log.files(), state: state)
        #expect(report.isProven)
        return state
    }

    @Test(arguments: [(0, 700), (1, 2), (44, 300), (255, 256), (256, 257), (300, 700), (700, 700)])
    func `an audit goes on from the last one, and reads no full tile twice`(
        old: Int, new: Int
    ) async throws {
        let log = BuiltLog(count: new)
        let state = try await state(after: log.prefix(old))
        let source = MemoryLog(try log.files())
        let report = try await audit(source, state: state)
        #expect(report.listed == [])
        #expect(report.startedAt == UInt64(old))
        #expect(report.reached == UInt64(new))
        #expect(report.tally.entries == UInt64(new - old))
        let again = source.paths.filter { path in
            (0..<(old / 256)).contains { path.hasSuffix("/00\($0)") && !path.hasPrefix("tile/1") }
        }
        #expect(again == [])
        let fresh = MemoryState()
        _ = try await audit(log.files(), state: fresh)
        #expect(state.bytes == fresh.bytes, "the state is that of one audit of everything")
    }

    @Test func `an audit may be stopped at any reading, and the next comes to the same end`()
        async throws
    {
        let log = BuiltLog(count: 1100)
        let files = try log.files()
        let whole = MemoryState()
        let source = MemoryLog(files)
        _ = try await audit(source, state: whole)
        for readings in 0..<source.paths.count {
            let state = MemoryState()
            await #expect(throws: MemoryLog.Stopped.self) {
                try await audit(MemoryLog(files, readings: readings), state: state)
            }
            let report = try await audit(files, state: state)
            #expect(report.listed == [], "after \(readings) readings")
            #expect(report.startedAt + report.tally.entries == 1100)
            #expect(state.bytes == whole.bytes, "after \(readings) readings")
        }
    }

    @Test func `a log that has grown while an audit was interrupted is held to what it had signed`()
        async throws
    {
        let state = MemoryState()
        let other = BuiltLog(count: 600, salt: 1)
        // Tiles 0 and 1 alike, so that the way so far fits both histories.
        let signed = BuiltLog(
            entries: BuiltLog(count: 512).entries + other.entries.suffix(88))
        await #expect(throws: MemoryLog.Stopped.self) {
            try await audit(MemoryLog(try signed.files(), readings: 6), state: state)
        }
        let report = try await audit(BuiltLog(count: 700).files(), state: state)
        #expect(report.reasons == ["fork"])
        #expect(report.evidence.map { $0.map(\.size) } == [[600, 700]])
    }

    @Test func `a smaller checkpoint than before is a rollback, and nothing is forgotten`()
        async throws
    {
        let log = BuiltLog(count: 300)
        let state = try await state(after: log)
        let before = state.bytes
        let report = try await audit(log.prefix(299).files(), state: state)
        #expect(report.reasons == ["rollback"])
        #expect(report.evidence.map { $0.map(\.size) } == [[300, 299]])
        #expect(state.bytes == before)
    }

    @Test func `another root at the same size is a fork, proven by two notes`() async throws {
        let state = try await state(after: BuiltLog(count: 300))
        let report = try await audit(BuiltLog(count: 300, salt: 1).files(), state: state)
        #expect(report.reasons == ["fork"])
        #expect(report.evidence.first?.map(\.note).count == 2)
    }

    @Test(arguments: [
        (300, 700, 3), (300, 700, 270), (256, 700, 3), (300, 301, 299), (512, 700, 511),
    ])
    func `a log that has grown and changed its past is told from one that serves wrong bytes`(
        old: Int, new: Int, changed: Int
    ) async throws {
        let state = try await state(after: BuiltLog(count: old))
        let before = state.bytes
        var entries = BuiltLog(count: new).entries
        entries[changed] = [0xff]
        let report = try await audit(BuiltLog(entries: entries).files(), state: state)
        #expect(report.reasons == ["fork"])
        #expect(report.evidence.map { $0.map(\.size) } == [[UInt64(old), UInt64(new)]])
        #expect(state.bytes == before)
    }

    @Test func `a changed bundle of the part audited before is seen when it is read again`()
        async throws
    {
        let log = BuiltLog(count: 400)
        let state = try await state(after: log.prefix(300))
        var files = try log.files()
        let path = "tile/entries/001.p/144"
        var entries = Array(log.entries[256...])
        entries[3] = [0xff]
        files[path] = BuiltLog.bundle(entries)
        let report = try await audit(files, state: state)
        #expect(report.reasons == ["entry-differs", "root-differs"])
    }

    @Test func `from the start everything is read again`() async throws {
        let log = BuiltLog(count: 600)
        let state = try await state(after: log)
        var files = try log.files()
        files["tile/0/000"]?[0] ^= 1
        #expect(try await audit(files, state: state).isProven, "what was verified is believed")
        let report = try await audit(files, state: state, fromStart: true)
        #expect(report.reasons == ["entry-differs"])
        #expect(report.startedAt == 0)
    }

    @Test func `a way that ended in a wrong root is not gone again`() async throws {
        let state = try await state(after: BuiltLog(count: 300))
        var wrong = try BuiltLog(count: 1500, salt: 1).files()
        wrong["checkpoint"] = try BuiltLog(count: 1500).note()
        for path in ["tile/entries/001", "tile/0/001"] {
            wrong[path] = try BuiltLog(count: 1500).files()[path]
        }
        let report = try await audit(wrong, state: state)
        #expect(report.reasons.contains("root-differs"))
        #expect(try await audit(BuiltLog(count: 1500).files(), state: state).listed == [])
    }

    @Test func `a checkpoint known from elsewhere counts like one of the last audit`() async throws
    {
        let note = try BuiltLog(count: 300, salt: 1).note()
        let earlier = try SignedCheckpoint(note: note, log: try BuiltLog.key())
        let report = try await audit(BuiltLog(count: 700).files(), earlier: [earlier])
        #expect(report.reasons == ["fork"])
        let short = try await audit(BuiltLog(count: 200).files(), earlier: [earlier])
        #expect(short.reasons == ["rollback"])
    }

    @Test func `each flipped byte of a state is refused`() async throws {
        let state = try await state(after: BuiltLog(count: 258))
        let bytes = try #require(state.bytes)
        let key = try BuiltLog.key()
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 0x01
            #expect(throws: AuditStateFault.self, "at \(place)") {
                try AuditState(parsing: flipped, log: key)
            }
        }
    }

    @Test func `a state is refused one byte over its limit, and for another log`() async throws {
        let bytes = try #require(try await state(after: BuiltLog(count: 2)).bytes)
        let key = try BuiltLog.key()
        let long = bytes + Array(repeating: 0x20, count: AuditState.limitBytes + 1 - bytes.count)
        #expect(throws: AuditStateFault.tooLong) { try AuditState(parsing: long, log: key) }
        #expect(throws: AuditStateFault.damaged) {
            try AuditState(parsing: Array(long.dropLast()), log: key)
        }
        let other = try VerifierKey(
            BuiltLog.Signer(BuiltLog.origin, type: 0x01, seed: 3).verifierKey)
        #expect(throws: AuditStateFault.otherLog(key.text)) {
            try AuditState(parsing: bytes, log: other)
        }
    }
}
