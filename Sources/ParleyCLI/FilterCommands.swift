import ArgumentParser
import ParleyService
import ParleyStatements
import ParleyWeb

struct FilterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter", abstract: "Filters of the queue that somebody keeps.",
        discussion: """
            With --node before the word filter, one's own; on the node's machine, those of the \
            account that --account names. The queue's page has the same ones beside its tabs.

            Example:
              parley --node https://192.0.2.7:8443 --token-file token filter list
              parley filter save "cn, overdue" --overdue --party cn --account duty.one
              parley queue --filter "cn, overdue" --account duty.one
            """,
        subcommands: [
            FilterListCommand.self, FilterSaveCommand.self, FilterRemoveCommand.self,
        ])
}

/// What of the queue is asked for, by flags.
struct QueueFilterOptions: ParsableArguments {
    @Flag(help: "Only threads in which this home's party is to act.") var ours = false
    @Flag(help: "Only threads in which another party is to act.") var theirs = false
    @Flag(help: "Only threads with a promise whose time has run out.") var overdue = false
    @Flag(help: "Only threads with a silence that no receipt has ended.") var silent = false
    @Option(help: "Only this kind of request, or kind of thread: information, proceeding.")
    var kind: String?
    @Option(help: "Only threads with this party.") var party: String?

    func validate() throws {
        guard !(ours && theirs) else {
            throw ValidationError("--ours and --theirs exclude each other")
        }
    }

    var isEmpty: Bool {
        !ours && !theirs && !overdue && !silent && kind == nil && party == nil
    }

    func filter() throws -> QueueFilter {
        var filter = QueueFilter()
        filter.turn = ours ? .ours : theirs ? .theirs : nil
        filter.isOverdue = overdue
        filter.isSilent = silent
        filter.kind = kind
        filter.party = try party.map(partyArgument)
        return filter
    }
}

extension AccountOptions {
    /// The same with what this machine's home keeps.
    func filtered<Value>(
        _ operation: String, _ object: String = "",
        elsewhere: (APIClient) async throws -> Value,
        here: (FilterDesk, AccountName) async throws -> Value
    ) async throws -> Value {
        try await done(operation, object, elsewhere: elsewhere) { desk, name in
            try await here(FilterDesk(desk.store), name)
        }
    }
}

struct FilterListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the filters that somebody keeps.",
        discussion: "Example:\n  parley filter list --account duty.one")

    @OptionGroup var of: AccountOptions

    func run() async throws {
        try await reporting(json: of.flag.json) {
            let answer = try await of.filtered("filter.list") { client in
                try await client.call(.get, "/account/filters") ?? [:]
            } here: { desk, name in
                ["filters": .array(try await desk.list(name).map { .object($0.json) })]
                    as JSONObject
            }
            let lines = FilterWords.lines(answer)
            emit(answer, json: of.flag.json, lines: lines.isEmpty ? ["no filters"] : lines)
        }
    }
}

struct FilterSaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: "Keep a filter of the queue under a name, in place of the one of that name.",
        discussion: """
            A name has \(FilterName.characters.lowerBound) to \(FilterName.characters.upperBound) \
            characters of any script; there may be \(SavedFilter.most) filters.

            Example:
              parley filter save "requests of cn" --ours --kind information --party cn \
            --account duty.one
            """)

    @OptionGroup var of: AccountOptions
    @OptionGroup var options: QueueFilterOptions
    @Argument(help: "What it is called.") var name: String

    func run() async throws {
        try await reporting(json: of.flag.json) {
            let filter = try options.filter()
            let given: Given
            do throws(Problem) {
                given = try Given(
                    filter.json, fields: Operation.named("filter.add")?.fields ?? [])
            } catch {
                throw CommandFailure(error)
            }
            let answer = try await of.filtered("filter.add", name) { client in
                try await client.call(
                    .put, "/account/filters/" + APIClient.step(name), given.object) ?? [:]
            } here: { desk, account in
                try await desk.save(filter, as: name, of: account).json
            }
            emit(answer, json: of.flag.json, lines: ["kept \(name)"])
        }
    }
}

struct FilterRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a filter that somebody keeps.",
        discussion: "Example:\n  parley filter remove \"cn, overdue\" --account duty.one")

    @OptionGroup var of: AccountOptions
    @Argument(help: "What it is called.") var name: String

    func run() async throws {
        try await reporting(json: of.flag.json) {
            try await of.filtered("filter.remove", name) { client in
                _ = try await client.call(.delete, "/account/filters/" + APIClient.step(name))
            } here: { desk, account in
                try await desk.remove(name, of: account)
            }
            emit(["removed": .string(name)], json: of.flag.json, lines: ["removed \(name)"])
        }
    }
}

/// Kept filters in lines: the name, and how the queue is asked for the same.
enum FilterWords {
    static func lines(_ answer: JSONObject) -> [String] {
        guard case .array(let filters)? = answer["filters"] else { return [] }
        return filters.compactMap { value in
            guard case .object(let one) = value, case .string(let name)? = one["name"],
                case .object(let json)? = one["filter"], let filter = try? QueueFilter(json: json)
            else { return nil }
            var words = [name]
            if let turn = filter.turn { words.append("--\(turn.rawValue)") }
            if filter.isOverdue { words.append("--overdue") }
            if filter.isSilent { words.append("--silent") }
            if let kind = filter.kind { words.append("--kind \(kind)") }
            if let party = filter.party { words.append("--party \(party)") }
            return words.joined(separator: "  ")
        }
    }
}
