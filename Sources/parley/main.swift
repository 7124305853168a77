import ArgumentParser
import Dispatch
import Foundation
import ParleyCLI
import ParleyLog
import ParleyNode

// The only place with the real clock, randomness, environment and standard streams; everything
// else is given them.

struct SystemClock: WallClock {
    func now() -> Timestamp {
        let seconds = Int64(Date().timeIntervalSince1970)
        guard let now = Timestamp(secondsSinceEpoch: seconds) else {
            preconditionFailure("the machine's clock stands outside the years 1970 to 9999")
        }
        return now
    }

    func sleep(until instant: Timestamp) async {
        let seconds = max(0, instant.seconds(since: now()))
        // The one place that sleeps by the machine's clock; tests pass another in.
        // Cancelled early is what the callers expect when they stop.
        try? await Task.sleep(for: .seconds(seconds))
    }
}

struct SystemRandomness: Randomness {
    func bytes(count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// Writes a line; a reader that has gone away is its own business, and no reason to trap.
@Sendable func write(_ line: String, to handle: FileHandle) {
    try? handle.write(contentsOf: Data((line + "\n").utf8))
}

let surroundings = Surroundings(
    clock: SystemClock(), randomness: SystemRandomness(),
    environment: ProcessInfo.processInfo.environment, files: .here,
    behalf: nil,
    output: { write($0, to: .standardOutput) },
    errorOutput: { write($0, to: .standardError) },
    uptime: { DispatchTime.now().uptimeNanoseconds })
await Surroundings.$current.withValue(surroundings) {
    await ParleyCommand.start(Array(CommandLine.arguments.dropFirst()))
}
