import Foundation
import ParleyLog
import ParleyNode
import ParleyService
import ParleyTestSupport
import Synchronization
import Testing

@testable import ParleyCLI

/// What a command that a node does for somebody may print, and how long it may take.
struct BoundedChildTests {
    private let folder: TemporaryFolder
    private let clock = ManualClock(Timestamp(text: "2026-11-24T03:00:00Z")!)

    init() throws { folder = try TemporaryFolder() }

    private func child(
        _ script: String, limitBytes: Int = 10, clock: (any WallClock)? = nil
    ) -> BoundedChild {
        BoundedChild(
            executable: "/bin/sh", arguments: ["-c", "echo $$ > pid; " + script],
            outputLimitBytes: limitBytes, secondsLimit: 60, clock: clock ?? self.clock)
    }

    private func run(_ child: BoundedChild) async throws -> BoundedChild.Ended {
        try await child.run(
            in: URL(filePath: folder.path("."), directoryHint: .isDirectory), ["PATH": "/bin"])
    }

    private func reason(_ child: BoundedChild) async throws -> String? {
        do {
            _ = try await run(child)
            return nil
        } catch let problem as Problem {
            return problem.reason
        }
    }

    /// Whether the process that wrote down its number is there no more.
    private func isGone() throws -> Bool {
        let text = try String(contentsOfFile: folder.path("pid"), encoding: .utf8)
        let number = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        return kill(number, 0) == -1 && errno == ESRCH
    }

    @Test func `what a command prints is given back, up to the limit and not a byte beyond it`()
        async throws
    {
        let whole = try await run(child("printf 0123456789; printf abcdefghij >&2; exit 3"))
        #expect(
            whole == .init(exitCode: 3, output: "0123456789", errorOutput: "abcdefghij"))
        #expect(try await reason(child("printf 0123456789x")) == "output-too-long")
        #expect(try await reason(child("printf 0123456789x >&2")) == "output-too-long")
        #expect(try await run(child("printf 0123456789x", limitBytes: 11)).exitCode == 0)
    }

    @Test func `a command that prints without end is ended`() async throws {
        #expect(try await reason(child("exec cat /dev/zero")) == "output-too-long")
        #expect(try isGone())
    }

    @Test func `a command that is killed was broken off`() async throws {
        #expect(try await reason(child("kill -9 $$")) == "command-broken-off")
    }

    @Test func `a command that takes longer than it may is ended`() async throws {
        #expect(mkfifo(folder.path("begun"), 0o600) == 0)
        let passing = PassingClock(clock, once: folder.path("begun"))
        let slow = child("echo > begun; exec sleep infinity", clock: passing)
        #expect(try await reason(slow) == "command-too-long")
        #expect(passing.asked == clock.now().adding(seconds: 60))
        #expect(try isGone())
    }

    @Test func `a command ends with whoever waits for it`() async throws {
        #expect(mkfifo(folder.path("begun"), 0o600) == 0)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await run(child("echo > begun; exec sleep infinity")) }
            _ = await Self.line(of: folder.path("begun"))
            group.cancelAll()
        }
        #expect(try isGone())
    }

    /// What is written to a pipe, read on a thread of its own since that waits.
    static func line(of path: String) async -> Data? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: FileManager.default.contents(atPath: path))
            }
        }
    }
}

/// A clock whose time passes as soon as the child has begun.
private final class PassingClock: WallClock {
    private let clock: ManualClock
    private let pipe: String
    private let instant = Mutex<Timestamp?>(nil)

    var asked: Timestamp? { instant.withLock { $0 } }

    init(_ clock: ManualClock, once pipe: String) {
        self.clock = clock
        self.pipe = pipe
    }

    func now() -> Timestamp { clock.now() }

    func sleep(until instant: Timestamp) async {
        self.instant.withLock { $0 = instant }
        _ = await BoundedChildTests.line(of: pipe)
    }
}
