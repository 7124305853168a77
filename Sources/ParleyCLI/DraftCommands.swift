import ArgumentParser
import ParleyService
import ParleyStatements
import ParleyWeb

struct DraftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft", abstract: "What lies at a node's desk and has not left yet.",
        discussion: """
            Drafts lie at a running node, for the people of one organ: every command says to which \
            one with --node, before the word draft.

            Example:
              parley --node https://192.0.2.7:8443 --token-file token draft list
            """,
        subcommands: [
            DraftListCommand.self, DraftShowCommand.self, DraftPreviewCommand.self,
            DraftSendCommand.self, DraftApproveCommand.self, DraftReturnCommand.self,
            DraftDiscardCommand.self,
        ])
}

/// A draft at a node elsewhere, and how to answer.
struct DraftOptions: ParsableArguments {
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The draft's id.") var draft: String

    func id() throws -> String {
        guard DraftID(text: draft) != nil else {
            throw CommandFailure.refused(
                "draft-malformed", "\(draft) is no draft's id",
                hint: "parley --node … draft list shows them")
        }
        return draft
    }

    /// Does one thing with the draft at the node.
    func at<Value>(
        _ work: (APIClient, _ draft: String) async throws -> Value
    ) async throws -> Value { try await work(nodeElsewhere().client, id()) }
}

func nodeElsewhere() throws -> NodeElsewhere {
    guard let node = NodeElsewhere.current else {
        throw CommandFailure.refused(
            "node-missing", "this lies at a running node, and none was named",
            hint: "write parley --node https://HOST:PORT --token-file FILE before the command")
    }
    return node
}

private func text(_ json: JSONObject, _ name: String) -> String {
    if case .string(let text)? = json[name] { return text }
    return "-"
}

private func line(_ draft: JSONObject) -> String {
    var content: JSONObject = [:]
    if case .object(let object)? = draft["content"] { content = object }
    var line =
        "\(text(draft, "draft"))  \(text(content, "act"))  by \(text(draft, "editor"))  "
        + "saved \(text(draft, "saved"))"
    if draft["needsApproval"] == .bool(true) { line += "  needs approval" }
    if case .object(let review)? = draft["review"] {
        line += review["approved"] == .bool(true) ? ", approved" : ", returned"
        line += " by \(text(review, "by"))"
    }
    return line
}

struct DraftListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List one's organ's open drafts.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 draft list")

    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let answer = try await nodeElsewhere().client.call(.get, "/drafts") ?? [:]
            var lines: [String] = []
            if case .array(let drafts)? = answer["drafts"] {
                for case .object(let draft) in drafts { lines.append(line(draft)) }
            }
            emit(answer, json: flag.json, lines: lines.isEmpty ? ["no drafts"] : lines)
        }
    }
}

struct DraftShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a draft as it was last saved.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 draft show DRAFT")

    @OptionGroup var options: DraftOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let answer = try await options.at { try await $0.call(.get, "/drafts/\($1)") } ?? [:]
            let content = String(
                decoding: (answer["content"] ?? .object([:])).indentedBytes, as: UTF8.self)
            emit(answer, json: options.flag.json, lines: [line(answer), content])
        }
    }
}

struct DraftPreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Show exactly what would leave, to whom, how sealed.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 draft preview DRAFT")

    @OptionGroup var options: DraftOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let answer =
                try await options.at { try await $0.call(.post, "/drafts/\($1)/preview") } ?? [:]
            emit(answer, json: options.flag.json, lines: DraftsElsewhere.lines(answer))
        }
    }
}

struct DraftSendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Show what would leave, and send it when you say yes.",
        discussion: """
            Example:
              parley --node https://192.0.2.7:8443 --yes draft send DRAFT
            """)

    @OptionGroup var options: DraftOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let node = try nodeElsewhere()
            try await DraftsElsewhere(client: node.client, json: options.flag.json)
                .offer(options.id(), isConfirmed: node.confirms)
        }
    }
}

/// The second person's word.
struct ReviewOptions: ParsableArguments {
    @OptionGroup var options: DraftOptions
    @Option(help: "The revision that you have read.") var revision: Int
    @Option(help: "Why, for whoever wrote it.") var note: String?

    func review(_ verdict: String) async throws {
        try await reporting(json: options.flag.json) {
            var body: JSONObject = [
                "revision": .integer(Int64(revision)), "verdict": .string(verdict),
            ]
            if let note { body = body.adding(["note": .string(note)]) }
            let answer =
                try await options.at {
                    try await $0.call(.post, "/drafts/\($1)/review", body)
                } ?? [:]
            emit(answer, json: options.flag.json, lines: [line(answer)])
        }
    }
}

struct DraftApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve a revision that another has written.",
        discussion: """
            Example:
              parley --node https://192.0.2.7:8443 draft approve DRAFT --revision 3
            """)

    @OptionGroup var review: ReviewOptions

    func run() async throws { try await review.review("approved") }
}

struct DraftReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return", abstract: "Return a revision to whoever wrote it.",
        discussion: """
            Example:
              parley --node https://192.0.2.7:8443 draft return DRAFT --revision 3 --note "Whose?"
            """)

    @OptionGroup var review: ReviewOptions

    func run() async throws { try await review.review("returned") }
}

struct DraftDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Give up a draft.",
        discussion: "Example:\n  parley --node https://192.0.2.7:8443 draft discard DRAFT")

    @OptionGroup var options: DraftOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            _ = try await options.at { try await $0.call(.delete, "/drafts/\($1)") }
            emit(
                ["draft": .string(options.draft)], json: options.flag.json,
                lines: ["\(options.draft) discarded"])
        }
    }
}
