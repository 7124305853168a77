import ArgumentParser
import Foundation
import ParleyLog
import ParleyService
import ParleyStatements

struct TrailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trail", abstract: "Who did what at this node.",
        discussion: """
            Each entry bears the digest of the one before: none can be changed or taken out \
            without all after it showing that. Keep the head that list prints somewhere else from \
            time to time, and check says whether the trail still leads there.

            Example:
              parley trail list --account duty.one
            """,
        subcommands: [TrailListCommand.self, TrailExportCommand.self, TrailCheckCommand.self])
}

struct TrailListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List entries, oldest first.",
        discussion: "Example:\n  parley trail list --object THREAD --since 2026-12-01T00:00:00Z")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "Of that account.") var account: String?
    @Option(help: "That operation, such as body.show.") var operation: String?
    @Option(help: "Done to that thread, statement or account.") var object: String?
    @Option(help: "From that instant on.") var since: String?
    @Option(help: "Before that instant.") var until: String?
    @Option(help: "From that number on.") var from: Int64 = 1
    @Option(help: "So many at most.") var limit = 100

    func run() async throws {
        try await reporting(json: flag.json) {
            guard (1...10_000).contains(limit), from >= 1 else {
                throw CommandFailure.refused(
                    "limit-malformed", "--limit is from 1 to 10000, --from 1 or more")
            }
            let store = try HomeDesk(try Home(options: home)).store
            var filter = TrailFilter()
            filter.account = account
            filter.operation = operation
            filter.object = object
            filter.since = try since.map(timeArgument)
            filter.until = try until.map(timeArgument)
            let entries = try await store.trail(from: from, limit: limit, matching: filter)
            let head = try await store.trailHead()
            emit(
                [
                    "entries": .array(entries.map { .object($0.json) }),
                    "count": .integer(head?.number ?? 0),
                    "head": .string((head?.digest ?? TrailEntry.beginning).text),
                ], json: flag.json,
                lines: entries.map(\.line) + [
                    "\(head?.number ?? 0) entries; head \(head?.digest ?? TrailEntry.beginning)"
                ])
        }
    }
}

extension TrailEntry {
    fileprivate var line: String {
        "\(number)  \(event.at)  \(event.account.isEmpty ? "-" : event.account)  \(event.means)  "
            + "\(event.operation)  \(event.object)  \(event.outcome)"
    }
}

struct TrailExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the whole trail as lines of JSON.",
        discussion: "Example:\n  parley trail export --out trail.jsonl")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "The file to write.") var out: OutputPlace

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            try await home.trail.record("trail.export", [""])
            let store = try HomeDesk(home).store
            let file = try DraftFile(of: out.file)
            var check = TrailCheck()
            try await checking {
                try await check.follow(store) {
                    try file.write(JSONValue.object($0.json).canonicalBytes + [0x0a])
                }
            }
            try file.finish()
            emit(
                [
                    "file": .string(out.text), "count": .integer(check.count),
                    "head": check.headJSON,
                ],
                json: flag.json,
                lines: ["\(check.count) entries in \(out)", "  head \(check.head)"])
        }
    }
}

struct TrailCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say whether a trail is whole: this home's, or a file's.",
        discussion: """
            Exit code 3 when it is not.

            Example:
              parley trail check trail.jsonl --head sha256:…
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "A file that export wrote; without one, this home's trail.") var file:
        InputFile?
    @Option(help: "A head that was noted before; the trail must lead through it.")
    var head: String?

    static let lineLimitBytes = 16 * 1024
    static let fileLimitBytes = 1 << 30

    func run() async throws {
        try await reporting(json: flag.json) {
            let wanted = try head.map { text in
                guard let digest = Digest(text: text) else {
                    throw CommandFailure.refused("digest-malformed", "\(text) is not a digest")
                }
                return digest
            }
            var check = TrailCheck(through: wanted)
            try await checking {
                if let file {
                    let bytes = try file.read(limitBytes: Self.fileLimitBytes)
                    for line in bytes.split(separator: 0x0a) {
                        try check.add(try Self.entry(Array(line)))
                    }
                } else {
                    try await check.follow(try HomeDesk(try Home(options: home)).store)
                }
                try check.finish()
            }
            emit(
                ["count": .integer(check.count), "head": check.headJSON], json: flag.json,
                lines: ["\(check.count) entries, each in its place", "  head \(check.head)"])
        }
    }

    private static func entry(_ line: [UInt8]) throws -> TrailEntry {
        do {
            return try TrailEntry(JSONValue(parsing: line, limitBytes: lineLimitBytes))
        } catch let refusal as JSONRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        } catch let refusal as FieldRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        }
    }
}

extension TrailCheck {
    fileprivate var headJSON: JSONValue { .string(head.text) }
}

private func checking(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let fault as TrailCheck.Fault {
        throw CommandFailure.notProven(fault.reason, fault.explanation, hint: fault.hint)
    }
}
