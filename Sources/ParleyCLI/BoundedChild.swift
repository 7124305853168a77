import Foundation
import ParleyLog
import ParleyNode
import ParleyService
import Subprocess
import SystemPackage

/// A process that is ended where it prints more or takes longer than it may, or whoever waits for
/// it is gone.
struct BoundedChild: Sendable {
    let executable: String
    let arguments: [String]
    /// Of what it prints, and of what it prints as errors.
    var outputLimitBytes = 4 << 20
    var secondsLimit: Int64 = 600
    let clock: any WallClock

    struct Ended: Hashable, Sendable {
        let exitCode: Int
        let output: String
        let errorOutput: String
    }

    /// - Throws: ``Problem`` where it did not come to its own end; by then there is no process.
    func run(in place: URL, _ environment: [String: String]) async throws -> Ended {
        try await withThrowingTaskGroup(of: Ended?.self) { group in
            group.addTask { try await ended(place, environment) }
            group.addTask {
                await clock.sleep(until: clock.now().adding(seconds: secondsLimit))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let ended = first else {
                throw Problem(
                    status: 503, reason: "command-too-long",
                    detail: "the command did not end within \(secondsLimit) seconds")
            }
            return ended
        }
    }

    private func ended(_ place: URL, _ environment: [String: String]) async throws -> Ended {
        let given = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        do {
            let result = try await Subprocess.run(
                .path(FilePath(executable)), arguments: Arguments(arguments),
                environment: .custom(Dictionary(uniqueKeysWithValues: given)),
                workingDirectory: FilePath(place.path()), input: .none,
                output: .string(limit: outputLimitBytes),
                error: .string(limit: outputLimitBytes))
            guard case .exited(let code) = result.terminationStatus else {
                throw Problem(
                    status: 503, reason: "command-broken-off",
                    detail: "the command ended before it was done")
            }
            return Ended(
                exitCode: Int(code), output: result.standardOutput,
                errorOutput: result.standardError)
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            throw Problem(
                status: 422, reason: "output-too-long",
                detail: "the command printed more than \(outputLimitBytes) bytes",
                hint: "have it write a file, or ask for less")
        }
    }
}
