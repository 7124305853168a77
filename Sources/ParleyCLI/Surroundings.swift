package import ParleyNode

/// What commands need of the world; made for real in `parley` alone, by tests otherwise.
package struct Surroundings: Sendable {
    @TaskLocal package static var current: Surroundings?

    package let clock: any WallClock
    package let randomness: any Randomness
    package let environment: [String: String]
    package let output: @Sendable (String) -> Void
    package let errorOutput: @Sendable (String) -> Void

    package init(
        clock: any WallClock, randomness: any Randomness, environment: [String: String],
        output: @escaping @Sendable (String) -> Void,
        errorOutput: @escaping @Sendable (String) -> Void
    ) {
        self.clock = clock
        self.randomness = randomness
        self.environment = environment
        self.output = output
        self.errorOutput = errorOutput
    }

    /// The surroundings that the command was started in.
    static var here: Surroundings {
        guard let current else { preconditionFailure("commands run inside Surroundings") }
        return current
    }
}
