import ArgumentParser
import ParleyNode
import ParleyStatements
import ParleyStore

struct ViewsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "views", abstract: "The folds that queue and search read.",
        discussion: """
            They can be deleted at any time: views.sqlite is made from the ledger and the bodies.

            Example:
              parley views rebuild
            """,
        subcommands: [ViewsRebuildCommand.self, ViewsStatusCommand.self])
}

struct ViewsRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Delete the views and fold them anew.",
        discussion: "Example:\n  parley views rebuild --no-texts")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Flag(help: "Leave the words of bodies to the next search; needs no passphrase.")
    var noTexts = false

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let status = try await HomeViews.reading(
                home, json: flag.json, rebuilding: true
            ) { held in
                if !noTexts { _ = try await BodyTexts(held).bringUpToDate(json: flag.json) }
                return try await held.views.status()
            }
            emit(
                status.json, json: flag.json,
                lines: ["the views are folded anew"] + status.lines)
        }
    }
}

struct ViewsStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how far the views go and what they hold.",
        discussion: "Example:\n  parley views status --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let status = try await SQLiteViews(path: HomeViews.path(home)).status()
            let size = try await home.ledger().touched(since: .end).mark
            let behind = status.cursor?.record != size
            emit(
                status.json.adding(["behind": .bool(behind)]), json: flag.json,
                lines: status.lines
                    + [
                        behind
                            ? "  behind the record; the next command that reads them catches up"
                            : "  as new as the record"
                    ])
        }
    }
}

extension ViewStatus {
    fileprivate var json: JSONObject {
        [
            "version": .integer(Int64(version)), "threads": .integer(Int64(threads)),
            "clocks": .integer(Int64(clocks)), "texts": .integer(Int64(texts)),
            "awaitedTexts": .integer(Int64(awaitedTexts)),
            "sizeBytes": .integer(Int64(sizeBytes)),
            "entries": .integer(cursor?.record.entries ?? 0),
        ]
    }

    fileprivate var lines: [String] {
        [
            "  threads \(threads), clocks \(clocks), of \(cursor?.record.entries ?? 0) statements",
            "  bodies' texts \(texts)"
                + (awaitedTexts > 0 ? ", \(awaitedTexts) not arrived yet" : ""),
            "  \(sizeBytes) bytes",
        ]
    }
}
