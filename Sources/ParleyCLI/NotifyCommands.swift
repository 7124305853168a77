import ArgumentParser
import ParleyService
import ParleyStatements
import ParleyWeb

struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Of what somebody is told outside the desk, and how.",
        discussion: """
            With --node before the word notify, one's own account; on the node's machine, the one \
            that --account names. What is told is that something waits, and where; never what was \
            said.

            Example:
              parley --node https://192.0.2.7:8443 --token-file token notify show
              parley notify set --account duty.one --mail duty@example.org --mail-kind overdue
            """,
        subcommands: [
            NotifyShowCommand.self, NotifySetCommand.self, NotifyTestCommand.self,
            NotifyWebhookCommand.self,
        ])
}

/// Whose, and how to answer.
struct NotifyOptions: ParsableArguments {
    @OptionGroup var of: AccountOptions

    var flag: JSONFlag { of.flag }

    /// Does the work at a node elsewhere, or with this machine's home.
    func done<Value>(
        _ operation: String, _ object: String = "",
        elsewhere: (APIClient) async throws -> Value,
        here: (NotifyDesk, AccountName) async throws -> Value
    ) async throws -> Value {
        try await of.done(operation, object, elsewhere: elsewhere) { desk, name in
            try await here(Self.desk(desk), name)
        }
    }

    static func withDesk<Value>(
        _ home: Home, _ operation: String, _ object: String,
        _ work: (NotifyDesk) async throws -> Value
    ) async throws -> Value {
        let desk = try HomeDesk(home)
        return try await desk.trailed(operation, object) { try await work(Self.desk(desk)) }
    }

    private static func desk(_ desk: HomeDesk) -> NotifyDesk {
        NotifyDesk(
            desk.accounts, means: .unknown, clock: Surroundings.here.clock,
            randomness: Surroundings.here.randomness)
    }
}

struct NotifyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what somebody wants to be told, and whether it arrives.",
        discussion: "Example:\n  parley notify show --account duty.one")

    @OptionGroup var options: NotifyOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let answer = try await options.done("notify.show") { client in
                try await client.call(.get, "/account/notifications") ?? [:]
            } here: { desk, name in
                try await desk.show(name)
            }
            emit(answer, json: options.flag.json, lines: NotifyWords.lines(answer))
        }
    }
}

struct NotifySetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Say what somebody wants to be told, how and when.",
        discussion: """
            Writes all of it anew: what is not named is not wanted. Kinds: \
            \(NotifyKind.wished.map(\.rawValue).joined(separator: ", ")).

            Example:
              parley notify set --account duty.one --mail duty@example.org --mail-kind hotline \
            --mail-kind overdue --quiet-from 22:00 --quiet-until 07:00 --offset-minutes 480 --ladder
            """)

    @OptionGroup var options: NotifyOptions
    @Option(help: "The mailbox.") var mail: String?
    @Option(help: "A kind that is told by mail; several times.") var mailKind: [String] = []
    @Option(help: "A kind that webhooks are told; several times.") var webhookKind: [String] = []
    @Option(help: "All but the hotline together, each so many hours (1 to 168).")
    var digestHours: Int64?
    @Option(help: "From when only the hotline is told, such as 22:00.") var quietFrom: String?
    @Option(help: "Until when.") var quietUntil: String?
    @Option(help: "How far the holder's clock is ahead of UTC.") var offsetMinutes: Int64?
    @Option(help: "en or zh.") var language: String?
    @Flag(help: "A call over the hotline reaches them until it is acknowledged.") var ladder = false

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let given = try checked()
            let answer = try await options.done("notify.set") { client in
                try await client.call(.put, "/account/notifications", given.object) ?? [:]
            } here: { desk, name in
                try await desk.set(try NotifyWishes(given), of: name)
            }
            emit(answer, json: options.flag.json, lines: NotifyWords.lines(answer))
        }
    }

    /// As the API takes it, whichever way it goes.
    private func checked() throws -> Given {
        var members: [JSONObject.Member] = []
        func add(_ name: String, _ value: JSONValue?) {
            if let value { members.append(.init(name: name, value: value)) }
        }
        func list(_ texts: [String]) -> JSONValue? {
            texts.isEmpty ? nil : .array(texts.map(JSONValue.string))
        }
        add("mail", mail.map(JSONValue.string))
        add("mailKinds", list(mailKind))
        add("webhookKinds", list(webhookKind))
        add("digestHours", digestHours.map(JSONValue.integer))
        add("quietFrom", quietFrom.map(JSONValue.string))
        add("quietUntil", quietUntil.map(JSONValue.string))
        add("offsetMinutes", offsetMinutes.map(JSONValue.integer))
        add("language", language.map(JSONValue.string))
        add("ladder", .bool(ladder))
        do throws(Problem) {
            return try Given(
                JSONObject(members), fields: Operation.named("notify.set")?.fields ?? [])
        } catch {
            throw CommandFailure(error)
        }
    }
}

struct NotifyTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Have a test told by every channel that somebody has.",
        discussion: """
            The node that serves sends it; parley notify show says whether it was taken.

            Example:
              parley notify test --account duty.one
            """)

    @OptionGroup var options: NotifyOptions

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let answer = try await options.done("notify.test") { client in
                try await client.call(.post, "/account/notifications/test") ?? [:]
            } here: { desk, name in
                ["targets": .integer(Int64(try await desk.test(name)))] as JSONObject
            }
            emit(
                answer, json: options.flag.json,
                lines: ["a test is on its way", "  parley notify show says whether it was taken"])
        }
    }
}

/// An account's wishes, and how its targets stand, in lines.
enum NotifyWords {
    static func lines(_ answer: JSONObject) -> [String] {
        guard case .object(let wishes)? = answer["wishes"] else { return [] }
        var lines = ["mail      " + (text(wishes, "mail") ?? "none")]
        if case .object(let mail)? = answer["mail"], text(wishes, "mail") != nil {
            lines += standing(mail).map { "            " + $0 }
        }
        for (name, title) in [("mailKinds", "by mail "), ("webhookKinds", "webhooks")] {
            let kinds = texts(wishes, name)
            lines.append(
                title + "  " + (kinds.isEmpty ? "nothing" : kinds.joined(separator: ", ")))
        }
        lines.append(
            "when      "
                + (number(wishes, "digestHours").map { "together, each \($0) hours" }
                    ?? "at once"))
        if let from = text(wishes, "quietFrom"), let until = text(wishes, "quietUntil") {
            let offset = number(wishes, "offsetMinutes") ?? 0
            lines.append("quiet     \(from) to \(until), \(offset) minutes ahead of UTC")
        }
        lines.append("ladder    " + (wishes["ladder"] == .bool(true) ? "yes" : "no"))
        return lines + hooks(answer)
    }

    static func hooks(_ answer: JSONObject) -> [String] {
        guard case .array(let hooks)? = answer["webhooks"] else { return [] }
        return hooks.flatMap { value -> [String] in
            guard case .object(let hook) = value else { return [] }
            var line =
                "webhook   \(text(hook, "label") ?? "")  https://\(text(hook, "host") ?? "")"
                + ":\(number(hook, "port") ?? 443)"
            let kinds = texts(hook, "kinds")
            if !kinds.isEmpty { line += "  " + kinds.joined(separator: ", ") }
            return [line] + standing(hook).map { "            " + $0 }
        }
    }

    private static func standing(_ json: JSONObject) -> [String] {
        var lines: [String] = []
        if let arrived = text(json, "arrived") { lines.append("last taken \(arrived)") }
        if let waiting = number(json, "waiting"), waiting > 0 { lines.append("\(waiting) wait") }
        if let fault = text(json, "fault") {
            lines.append("not taken \(text(json, "faultAt") ?? ""): \(fault)")
        }
        return lines
    }

    private static func text(_ json: JSONObject, _ name: String) -> String? {
        if case .string(let text)? = json[name] { return text }
        return nil
    }

    private static func number(_ json: JSONObject, _ name: String) -> Int64? {
        if case .integer(let number)? = json[name] { return number }
        return nil
    }

    private static func texts(_ json: JSONObject, _ name: String) -> [String] {
        guard case .array(let values)? = json[name] else { return [] }
        return values.compactMap { value in
            if case .string(let text) = value { return text }
            return nil
        }
    }
}
