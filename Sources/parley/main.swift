import ArgumentParser
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

let surroundings = Surroundings(
    clock: SystemClock(), randomness: SystemRandomness(),
    environment: ProcessInfo.processInfo.environment,
    output: { FileHandle.standardOutput.write(Data(($0 + "\n").utf8)) },
    errorOutput: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) })
await Surroundings.$current.withValue(surroundings) { await ParleyCommand.main() }
