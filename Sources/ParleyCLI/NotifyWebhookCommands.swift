import ArgumentParser
import ParleyService
import ParleyStatements
import ParleyWeb

struct NotifyWebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Programs that are told over HTTPS.",
        discussion: """
            Of an account, or with --of-node of the node itself (for administrators). \
            Spec/webhook.md says what they are sent and how they know that it is genuine.

            Example:
              parley notify webhook add pager https://hooks.example.org/duty --account duty.one
            """,
        subcommands: [
            NotifyWebhookAddCommand.self, NotifyWebhookListCommand.self,
            NotifyWebhookRemoveCommand.self,
        ])
}

/// Whose webhooks are meant.
struct WebhookOptions: ParsableArguments {
    @OptionGroup var options: NotifyOptions
    @Flag(help: "The node's own.") var ofNode = false

    /// - Parameter tail: behind the place of the list.
    func done<Value>(
        _ operation: String, _ object: String,
        elsewhere: (APIClient, _ place: String) async throws -> Value,
        here: (NotifyDesk, AccountName?) async throws -> Value
    ) async throws -> Value {
        guard ofNode else {
            return try await options.done(operation, object) { client in
                try await elsewhere(client, "/account/webhooks")
            } here: { desk, name in
                try await here(desk, name)
            }
        }
        if let node = NodeElsewhere.current {
            return try await elsewhere(node.client, "/webhooks")
        }
        return try await NotifyOptions.withDesk(
            try Home(options: options.of.home), "node-" + operation, object
        ) { desk in
            try await here(desk, nil)
        }
    }
}

struct NotifyWebhookAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a webhook; its secret is shown this once.",
        discussion: """
            Example:
              parley notify webhook add pager https://hooks.example.org/duty --account duty.one
              parley notify webhook add siem https://siem.example.org/in --of-node --kind account
            """)

    @OptionGroup var options: WebhookOptions
    @Argument(help: "What it is called, each once.") var label: String
    @Argument(help: "Where it is: https://host/place.") var address: String
    @Option(help: "Of the node's own: a kind that it is told; several times.") var kind: [String] =
        []

    func run() async throws {
        try await reporting(json: options.options.flag.json) {
            let kinds = kind.compactMap(NotifyKind.init(rawValue:))
            guard kinds.count == kind.count, kinds.isEmpty != options.ofNode else {
                throw CommandFailure.refused(
                    "kind-unknown",
                    options.ofNode
                        ? "the node's own webhook wants kinds that there are"
                        : "an account's webhook is told what its wishes say",
                    hint: "kinds: " + NotifyKind.wished.map(\.rawValue).joined(separator: ", "))
            }
            let answer = try await options.done("webhook.add", label) { client, place in
                var body: JSONObject = [
                    "label": .string(label), "address": .string(address),
                ]
                if options.ofNode {
                    body = body.adding([
                        "kinds": .array(kinds.map { .string($0.rawValue) })
                    ])
                }
                return try await client.call(.post, place, body) ?? [:]
            } here: { desk, name in
                try await desk.add(label, at: address, kinds: Set(kinds), of: name)
            }
            var secret = ""
            if case .string(let text)? = answer["secret"] { secret = text }
            emit(
                answer, json: options.options.flag.json,
                lines: [secret, "  shown this once; Spec/webhook.md says what it is for"])
        }
    }
}

struct NotifyWebhookListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List webhooks, without their secrets.",
        discussion: "Example:\n  parley notify webhook list --of-node")

    @OptionGroup var options: WebhookOptions

    func run() async throws {
        try await reporting(json: options.options.flag.json) {
            let answer = try await options.done("webhook.list", "") { client, place in
                try await client.call(.get, place) ?? [:]
            } here: { desk, name in
                try await desk.webhooks(of: name)
            }
            let lines = NotifyWords.hooks(answer)
            emit(
                answer, json: options.options.flag.json,
                lines: lines.isEmpty ? ["no webhooks"] : lines)
        }
    }
}

struct NotifyWebhookRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a webhook, with what waits for it.",
        discussion: "Example:\n  parley notify webhook remove pager --account duty.one")

    @OptionGroup var options: WebhookOptions
    @Argument(help: "What it is called.") var label: String

    func run() async throws {
        try await reporting(json: options.options.flag.json) {
            try await options.done("webhook.remove", label) { client, place in
                guard APIToken.isLabel(label) else {
                    let refusal = NotifyRefusal.webhookUnknown(label)
                    throw CommandFailure.refused(refusal.reason, refusal.explanation)
                }
                _ = try await client.call(.delete, place + "/" + label)
            } here: { desk, name in
                try await desk.remove(label, of: name)
            }
            emit(
                ["removed": .string(label)], json: options.options.flag.json,
                lines: ["removed \(label)"])
        }
    }
}
