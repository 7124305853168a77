import ArgumentParser
import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements

struct ActCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "act", abstract: "What can be said: each act, what it needs, how to begin.",
        discussion: """
            Example:
              parley act list --thread THREAD
              parley act show request.submit --kind stored-data --to cn
            """,
        subcommands: [ActListCommand.self, ActShowCommand.self])
}

/// Where something would be said: the thread, and the version of the agreement.
private struct ActGround {
    let home: Home
    let record: RecordReader
    let agreement: Agreement
    let thread: DialogueThread?

    init(_ options: HomeOptions, thread text: String?) async throws {
        home = try Home(options: options)
        record = try await home.record()
        guard let text else {
            (agreement, thread) = (home.agreement(in: record), nil)
            return
        }
        let (id, found) = try await openThread(text, in: record)
        guard found.isDialogue, let version = record.versions.version(found.agreement) else {
            throw CommandFailure.refused(
                "thread-not-open", "\(id) is no thread of the dialogue",
                hint: "list them with: parley request list")
        }
        (agreement, thread) = (version, found)
    }

    /// As far as the agreement asks: a node's own policy is known to the node.
    func need(of act: Act) -> ApprovalNeed {
        ApprovalNeed(byAgreement: agreement.needsApproval(act), byNode: false)
    }
}

struct ActListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the acts, or those that are lawful in a thread now.",
        discussion: "Example:\n  parley act list --thread THREAD")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "The thread, or the beginning of its id.") var thread: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let ground = try await ActGround(home, thread: thread)
            let acts = (ground.thread?.lawfulActs(for: ground.home.seat.party) ?? Act.allCases)
                .filter(\.isOfDialogue)
            let width = acts.map(\.rawValue.count).max() ?? 0
            emit(
                [
                    "acts": .array(
                        acts.map { .object(ActTemplate.summary($0, need: ground.need(of: $0))) })
                ], json: flag.json,
                lines: acts.isEmpty
                    ? ["nothing is lawful there now"]
                    : acts.map { act in
                        let gap = String(repeating: " ", count: width - act.rawValue.count + 2)
                        return "  " + act.rawValue + gap + ActWording.of(act).title.english
                            + (ground.need(of: act).isNeeded ? " (needs approval)" : "")
                    })
        }
    }
}

struct ActShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what an act needs and may have, and how to begin.",
        discussion: """
            --json prints the whole template, as the API's GET /acts/ACT does: labels in both \
            languages, limits, allowed values, a draft to begin from and an example.

            Example:
              parley act show request.submit --kind stored-data --to cn
              parley act show allegation.make --json
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The act, such as request.submit.") var act: String
    @Option(help: "The thread, or the beginning of its id.") var thread: String?
    @Option(help: "Of a request: its kind.") var kind: String?
    @Option(help: "Of a request: its basis in law.") var basis: String?
    @Option(help: "Of an opening: who is told.") var to: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            guard let act = Act(rawValue: act), act.isOfDialogue else {
                throw CommandFailure.refused(
                    "act-unknown", "people say no \(act)", hint: "parley act list names the acts")
            }
            let ground = try await ActGround(home, thread: thread)
            let party = ground.home.seat.party
            let other =
                ground.thread?.opening?.others(than: party).first
                ?? to.flatMap { PartyID($0) }
                ?? ground.agreement.parties.map(\.id).first { $0 != party }
            let law = try await HomeLaw(home: ground.home, record: ground.record)
                .data(with: other)
            let template: ActTemplate
            do {
                template = try lawful {
                    try ActTemplate(
                        act, of: party, under: ground.agreement, in: ground.thread,
                        wish: .init(kind: kind, basis: basis, to: to), law: law,
                        need: ground.need(of: act), now: Surroundings.here.clock.now())
                }
            } catch let problem as Problem {
                throw CommandFailure.refused(
                    problem.reason, problem.detail, hint: problem.hint)
            }
            emit(template.json, json: flag.json, lines: TemplateWords(template.json).lines)
        }
    }
}

/// A template in words, from its JSON: what a page shows too.
private struct TemplateWords {
    private let json: JSONObject

    init(_ json: JSONObject) { self.json = json }

    var lines: [String] {
        var lines = [text(json["act"]) + "  " + english(json["title"])]
        for by in objects(json["by"]) {
            lines.append(
                "  by the \(english(by["title"]).lowercased()) in \(names(by["states"]))")
        }
        if case .bool(true)? = json["needsApproval"] {
            lines.append("  leaves only once a second person has approved it")
        }
        for term in objects(json["terms"]) { lines.append("  " + words(term: term)) }
        guard case .object(let body)? = json["body"] else { return lines }
        lines.append("  text (\(text(body["presence"])))")
        if case .object(let texts)? = body["texts"] {
            for skeleton in objects(texts["skeletons"]) {
                lines.append("      \(text(skeleton["language"])): \(text(skeleton["text"]))")
            }
        }
        for field in objects(body["fields"]) { lines += words(field: field) }
        if case .object(let exhibits)? = json["exhibits"], case .bool(true)? = exhibits["allowed"] {
            lines.append("  exhibits may be attached")
        }
        if case .object(let basis)? = json["basis"] {
            lines.append("  basis \(text(basis["basis"])), article \(text(basis["article"]))")
        }
        if case .object(let obstacle)? = json["obstacle"] {
            lines.append("  not possible so: \(text(obstacle["detail"]))")
        }
        return lines
    }

    private func words(term: JSONObject) -> String {
        var words = text(term["term"]) + isRequired(term) + ": " + english(term["label"])
        let values = objects(term["values"]).map { text($0["value"]) }
        if !values.isEmpty { words += "; one of " + values.joined(separator: ", ") }
        if case .bool(true)? = term["filled"] { words += "; filled in for you" }
        return words
    }

    private func words(field: JSONObject) -> [String] {
        var words =
            "  field \(text(field["field"]))\(isRequired(field)): "
            + english(field["label"])
        if field["article"] != nil { words += " (\(text(field["article"])))" }
        if case .object(let when)? = field["requiredWhen"] {
            words += ", required where \(text(when["term"])) is \(text(when["value"]))"
        }
        return field["example"] == nil
            ? [words] : [words, "      such as: \(text(field["example"]))"]
    }

    private func isRequired(_ json: JSONObject) -> String {
        json["required"] == .bool(true) ? " (required)" : ""
    }

    private func text(_ value: JSONValue?) -> String {
        guard case .string(let text)? = value else { return "" }
        return text
    }

    private func english(_ value: JSONValue?) -> String {
        guard case .object(let object)? = value else { return "" }
        return text(object["en"])
    }

    private func names(_ value: JSONValue?) -> String {
        guard case .array(let values)? = value else { return "" }
        return values.map { text($0) }.joined(separator: ", ")
    }

    private func objects(_ value: JSONValue?) -> [JSONObject] {
        guard case .array(let values)? = value else { return [] }
        return values.compactMap { value in
            guard case .object(let object) = value else { return nil }
            return object
        }
    }
}
