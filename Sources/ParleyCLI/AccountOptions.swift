import ArgumentParser
import ParleyService
import ParleyWeb

/// Of whose account a command speaks, and how it answers: with --node one's own, on the node's
/// machine the one that is named.
struct AccountOptions: ParsableArguments {
    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "Whose, on the node's own machine.") var account: String?

    /// Does the work at a node elsewhere, or with this machine's home, where it stands in the
    /// trail.
    func done<Value>(
        _ operation: String, _ object: String = "",
        elsewhere: (APIClient) async throws -> Value,
        here: (HomeDesk, AccountName) async throws -> Value
    ) async throws -> Value {
        if let node = NodeElsewhere.current {
            guard account == nil else {
                throw CommandFailure.refused(
                    "account-elsewhere", "a node elsewhere does this for one's own account alone",
                    hint: "leave out --account")
            }
            return try await elsewhere(node.client)
        }
        guard let account else {
            throw CommandFailure.refused(
                "account-missing", "whose account is meant was not said",
                hint: "name it with --account, or the node with --node before the command")
        }
        let name = try accountArgument(account)
        let object = object.isEmpty ? name.text : "\(name)/\(object)"
        let desk = try HomeDesk(try Home(options: home))
        return try await desk.trailed(operation, object) { try await here(desk, name) }
    }
}
