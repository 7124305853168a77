import ArgumentParser
import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import Synchronization

@testable import ParleyCLI

/// One run of a command of `parley law`, by a clock that stands.
struct LawRun: Sendable {
    private struct StillClock: WallClock {
        let instant: Timestamp

        func now() -> Timestamp { instant }
        func sleep(until instant: Timestamp) async {}
    }

    private struct NoRandomness: Randomness {
        func bytes(count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }
    }

    /// Noon on 23 November 2026.
    static var still: any WallClock {
        guard let noon = Timestamp(secondsSinceEpoch: 1_795_435_200) else {
            preconditionFailure("noon is an instant")
        }
        return StillClock(instant: noon)
    }

    static var none: any Randomness { NoRandomness() }

    let lines: [String]
    let errors: [String]
    let exitCode: Int32

    var text: String { lines.joined(separator: "\n") }
    var json: JSONValue {
        get throws { try JSONValue(parsing: Array(text.utf8), limitBytes: 1 << 24) }
    }

    /// Runs `parley law ARGUMENTS` on 23 November 2026.
    static func of(_ arguments: String...) async throws -> LawRun {
        try await of(arguments)
    }

    static func of(_ arguments: [String]) async throws -> LawRun {
        let said = Mutex<[String]>([])
        let complained = Mutex<[String]>([])
        let surroundings = Surroundings(
            clock: still, randomness: none, environment: [:],
            files: .here, behalf: nil, output: { line in said.withLock { $0.append(line) } },
            errorOutput: { line in complained.withLock { $0.append(line) } })
        var code: Int32 = 0
        do {
            try await Surroundings.$current.withValue(surroundings) {
                var command = try LawCommand.parseAsRoot(arguments)
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
            }
        } catch let exit as ExitCode {
            code = exit.rawValue
        }
        let lines = said.withLock { $0 }.flatMap {
            $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        return LawRun(lines: lines, errors: complained.withLock { $0 }, exitCode: code)
    }
}

/// The repository, from where this file lies.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
