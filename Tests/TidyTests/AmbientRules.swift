/// Nothing is ambient, nothing traps by habit, nothing escapes the compiler.
///
/// `Sources/parley` is the one place that makes the real clock, randomness and environment.
enum AmbientRules {
    struct Ban: Sendable {
        let name: String
        /// Stands in every line that breaks the rule; a file without it is not looked at closer.
        let needle: String
        let instead: String
        /// Also in `Sources/parley`.
        var isForEveryTarget = false
        let isIn: @Sendable (_ line: String) -> Bool
    }

    static func offences(in file: SourceFile) -> [Offence] {
        let isMain = file.path.hasPrefix("Sources/parley/")
        var found: [Offence] = []
        for ban in bans where !isMain || ban.isForEveryTarget {
            guard file.codeText.contains(ban.needle) else { continue }
            for (index, line) in file.code.enumerated() where ban.isIn(line) {
                found.append(Offence(ban.name, file.path, line: index + 1, ban.instead))
            }
        }
        return found
    }

    static let bans: [Ban] =
        clockAndRandomness + traps + concurrency + [
            Ban(
                name: "public", needle: "public ", instead: "package or internal",
                isForEveryTarget: true
            ) {
                mentions("public", in: $0) && !$0.contains(".public")
            }
        ]

    private static let clockAndRandomness = [
        calls("Date()", instead: "take the time as a parameter"),
        Ban(
            name: "now", needle: ".now", instead: "take the time, or a clock, as a parameter",
            isIn: readsAClock),
        calls("UUID()", instead: "take the id or the randomness as a parameter"),
        seeded(".random(", name: "random"),
        seeded("randomElement(", name: "randomElement"),
        seeded(".shuffle(", name: "shuffle"),
        seeded(".shuffled(", name: "shuffled"),
        calls("SystemRandomNumberGenerator", instead: "take the randomness as a parameter"),
        calls("ProcessInfo", instead: "take the value as a parameter"),
        calls("getenv(", instead: "take the value as a parameter"),
    ]

    private static let traps = [
        calls("try!", instead: "throw on, or handle it", everywhere: true),
        calls("fatalError(", instead: "a precondition with a sentence", everywhere: true),
    ]

    private static let concurrency = [
        calls("Task.sleep", instead: "wait on an injected clock"),
        calls("Thread.sleep", instead: "wait on an injected clock", everywhere: true),
        calls("Task.detached", instead: "async let or a task group", everywhere: true),
        Ban(
            name: "Task {", needle: "Task", instead: "async let or a task group",
            isForEveryTarget: true, isIn: startsALooseTask),
        calls("DispatchQueue", instead: "an actor", everywhere: true),
        calls("@unchecked Sendable", instead: "a value or an actor", everywhere: true),
        calls("nonisolated(unsafe)", instead: "a value or an actor", everywhere: true),
    ]

    private static func calls(
        _ text: String, instead: String, everywhere: Bool = false
    ) -> Ban {
        let word = text.prefix { $0.isLetter }
        return Ban(
            name: text, needle: text, instead: instead, isForEveryTarget: everywhere
        ) { line in
            line.contains(text) && (word.isEmpty || mentions(word, in: line))
        }
    }

    /// Random choices are fine when the caller hands in the generator.
    private static func seeded(_ text: String, name: String) -> Ban {
        Ban(name: name, needle: text, instead: "hand in the generator (using:)") {
            $0.contains(text) && !$0.contains("using:")
        }
    }

    /// `Date.now`, `ContinuousClock().now` and a bare `.now` ask the machine; `clock.now` asks
    /// whoever handed the clock in, and is the point of the rule.
    private static func readsAClock(_ line: String) -> Bool {
        var rest = line[...]
        while let dot = rest.firstRange(of: ".now") {
            let before = line[..<dot.lowerBound]
            let receiver = before.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.last
            rest = line[dot.upperBound...]
            let isLongerName = rest.first.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
            if !isLongerName, receiver?.isLowercase != true { return true }
        }
        return false
    }

    private static func startsALooseTask(_ line: String) -> Bool {
        guard line.contains("Task {") || line.contains("Task(") else { return false }
        return mentions("Task", in: line) && !line.contains(".Task")
            && !["struct Task", "extension Task", "func Task"].contains(where: line.contains)
    }

    private static func mentions(_ word: some StringProtocol, in line: String) -> Bool {
        line.contains(word) && line.words.contains { $0 == word }
    }
}
