import ParleyService

/// A desk's commands where none is given.
struct NoCommands: CommandRunner {
    func name(of words: [String]) -> String? { nil }

    func run(_ run: CommandRun) async throws -> CommandResult { throw Problem.notFound }
}
