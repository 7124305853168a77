import ParleyStatements

/// Commands given from elsewhere. What they say is not signed: it becomes a draft, that is looked
/// at, approved where it must be, and sent as any other.
extension Desk {
    func runCommand(_ ask: Ask) async throws -> Answer {
        guard let account = ask.caller.account, let organ = ask.caller.organ else {
            throw Problem.signInNeeded
        }
        let words = ask.given.texts("words") ?? []
        guard let name = commands.name(of: words), let place = RemoteCommand.all[name] else {
            throw Problem(
                status: 422, reason: "command-unknown", detail: "these words name no command",
                hint: "parley --help lists them")
        }
        switch place {
        case .node(let roles):
            guard !roles.isDisjoint(with: ask.caller.roles) else { throw Problem.notAllowed }
        case .typed, .api:
            throw Problem(
                status: 422, reason: "command-elsewhere",
                detail: "\(name) is done where it is typed, not at the node")
        case .machine(let why):
            throw Problem(
                status: 422, reason: "command-on-machine",
                detail: "\(name) is given on the node's own machine: \(why)")
        }
        let result = try await commands.run(
            CommandRun(
                name: name, words: words, inputs: try await inputs(ask), account: account,
                organ: organ))
        return Answer(result.json)
    }

    private func inputs(_ ask: Ask) async throws -> [String: DeskFile] {
        var inputs: [String: DeskFile] = [:]
        guard case .object(let given)? = ask.given.object["files"] else { return [:] }
        for member in given.members {
            guard inputs.count < DeskFile.countLimit, case .string(let id) = member.value else {
                throw Problem(
                    status: 400, reason: "field-wrong",
                    detail: "files should be at most \(DeskFile.countLimit), each a file's id")
            }
            let file = try await ownFile(id, ask)
            guard file.isWhole else { throw Self.incomplete(file) }
            inputs[member.name] = file
        }
        return inputs
    }
}
