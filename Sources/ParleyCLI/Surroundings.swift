package import ParleyNode

/// What commands need of the world; made for real in `parley` alone, by tests otherwise.
package struct Surroundings: Sendable {
    @TaskLocal package static var current: Surroundings?

    package let clock: any WallClock
    package let randomness: any Randomness
    package let environment: [String: String]
    package let files: CommandFiles
    /// For whom a node does this command; nil for one that was typed on this machine.
    package let behalf: CommandOrder.Behalf?
    package let output: @Sendable (String) -> Void
    package let errorOutput: @Sendable (String) -> Void
    /// Nanoseconds of a clock that only goes forward, for measuring how long things take.
    package let uptime: @Sendable () -> UInt64

    package init(
        clock: any WallClock, randomness: any Randomness, environment: [String: String],
        files: CommandFiles, behalf: CommandOrder.Behalf?,
        output: @escaping @Sendable (String) -> Void,
        errorOutput: @escaping @Sendable (String) -> Void,
        uptime: @escaping @Sendable () -> UInt64 = { 0 }
    ) {
        self.clock = clock
        self.randomness = randomness
        self.environment = environment
        self.files = files
        self.behalf = behalf
        self.output = output
        self.errorOutput = errorOutput
        self.uptime = uptime
    }

    /// The same, for a command whose files lie elsewhere.
    func with(
        _ files: CommandFiles, behalf: CommandOrder.Behalf?
    ) -> Surroundings {
        Surroundings(
            clock: clock, randomness: randomness, environment: environment, files: files,
            behalf: behalf, output: output, errorOutput: errorOutput)
    }

    /// The surroundings that the command was started in.
    static var here: Surroundings {
        guard let current else { preconditionFailure("commands run inside Surroundings") }
        return current
    }
}
