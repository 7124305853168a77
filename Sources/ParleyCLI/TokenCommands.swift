import ArgumentParser
import ParleyService
import ParleyStatements

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "What lets a program act for an account.",
        discussion: """
            A token has some of its account's roles, for one agreement or any, for a time.

            Example:
              parley token add duty.one feed --role officer --days 30
            """,
        subcommands: [TokenAddCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

struct TokenAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a token; its secret is shown this once.",
        discussion: "Example:\n  parley token add duty.one feed --role officer --days 30")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String
    @Argument(help: "What the token is called, each once an account.") var label: String
    @Option(help: "A role of the account that the token has; several times.") var role: [String]
    @Option(help: "For how many days it is good.") var days = 90
    @Flag(help: "For any agreement of this node, not this home's alone.") var anyAgreement = false

    func run() async throws {
        try await reporting(json: flag.json) {
            let desk = try HomeDesk(try Home(options: home))
            let name = try accountArgument(name)
            let roles = try rolesArgument(role)
            let agreement = anyAgreement ? nil : try desk.home.knownVersions().id
            let secret = try await desk.trailed("token.add", "\(name)/\(label)") {
                try await desk.accounts.addToken(
                    label, of: name, roles: roles, agreement: agreement, days: days)
            }
            emit(
                ["label": .string(label), "token": .string(secret.text)], json: flag.json,
                lines: [
                    secret.text, "  shown this once; a program sends it as Authorization: Bearer",
                ])
        }
    }
}

struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List an account's tokens, without their secrets.",
        discussion: "Example:\n  parley token list duty.one --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let desk = try HomeDesk(try Home(options: home))
            let name = try accountArgument(name)
            guard try await desk.store.account(name) != nil else {
                let refusal = AccountRefusal.accountUnknown(name)
                throw CommandFailure.refused(refusal.reason, refusal.explanation)
            }
            let tokens = try await desk.store.tokens(of: name)
            emit(
                ["tokens": .array(tokens.map { .object($0.json) })], json: flag.json,
                lines: tokens.isEmpty ? ["\(name) has no tokens"] : tokens.map(\.line))
        }
    }
}

extension APIToken {
    fileprivate var line: String {
        let state =
            revokedAt.map { "revoked \($0)" } ?? "until \(until)"
        return "\(label)  \(roles.sorted().map(\.rawValue).joined(separator: ", "))  \(state)"
            + (usedAt.map { "  used \($0)" } ?? "  never used")
    }
}

struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Make a token good for nothing.",
        discussion: "Example:\n  parley token revoke duty.one feed")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String
    @Argument(help: "What the token is called.") var label: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let desk = try HomeDesk(try Home(options: home))
            let name = try accountArgument(name)
            try await desk.trailed("token.revoke", "\(name)/\(label)") {
                try await desk.accounts.revokeToken(label, of: name)
            }
            emit(["revoked": .string(label)], json: flag.json, lines: ["revoked \(label)"])
        }
    }
}
