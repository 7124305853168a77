import ArgumentParser
import Foundation
import ParleyService
import ParleyStatements

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "The accounts of the people who use this node.",
        discussion: """
            An account is disabled, never deleted. No other party learns of accounts.

            Example:
              parley user add duty.one --role officer --password-file password.txt
            """,
        subcommands: [
            UserAddCommand.self, UserListCommand.self, UserShowCommand.self,
            UserPasswordCommand.self, UserDisableCommand.self, UserEnableCommand.self,
            UserFactorCommand.self, UserLinkCommand.self, UserUnlinkCommand.self,
            UserCompanyCommand.self,
        ])
}

struct PasswordOptions: ParsableArguments {
    @Option(
        name: .customLong("password-file"),
        help: "File whose first line is the account's password (else asked at the terminal).")
    var passwordFile: InputFile?

    func password() throws -> String {
        if let passwordFile {
            let bytes = try passwordFile.read(limitBytes: 4096)
            return String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
        }
        return try Self.asked("New password: ")
    }

    /// What a person types twice alike.
    static func asked(_ prompt: String) throws -> String {
        guard isatty(STDIN_FILENO) == 1, let line = getpass(prompt) else {
            throw CommandFailure.failed(
                "password-missing", "no password was given",
                hint: "give it in a file, or run in a terminal")
        }
        let first = String(cString: line)
        guard let line = getpass("The same again: "), String(cString: line) == first else {
            throw CommandFailure.refused("password-differs", "the two are not the same")
        }
        return first
    }
}

struct UserAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make an account.",
        discussion: """
            Example:
              parley user add case.two --role case-officer --role approver --password-file p.txt
              parley user add alert.one --role officer --organ csirt --password-file q.txt
              parley user add acme.one --role company --company "Acme Corp" --password-file r.txt
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @OptionGroup var password: PasswordOptions
    @Argument(help: "The name to sign in with.") var name: String
    @Option(help: "A role that it has; several times. See parley role list.") var role: [String]
    @Option(help: "For which of the home's organs it acts (default: the home's own).")
    var organ: String?
    @Option(help: "The company for which it writes, for the role company.") var company: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let desk = try HomeDesk(try Home(options: home))
            let company = try company.map(companyArgument)
            let organ = try organ.map(desk.home.organ(named:)) ?? desk.home.seat.organ
            let name = try accountArgument(name)
            let roles = try rolesArgument(role)
            let password = try password.password()
            try await desk.trailed("account.add", name.text) {
                try await desk.accounts.add(
                    name, organ: organ, roles: roles, password: password, company: company)
            }
            try await printAccount(name, desk, json: flag.json)
        }
    }
}

struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the accounts.",
        discussion: "Example:\n  parley user list --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let accounts = try await HomeDesk(try Home(options: home)).store.accounts()
            emit(
                ["accounts": .array(accounts.map { .object($0.json) })], json: flag.json,
                lines: accounts.isEmpty
                    ? ["no accounts yet; parley serve --api prints an address for the first"]
                    : accounts.map(\.line))
        }
    }
}

struct UserShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an account.",
        discussion: "Example:\n  parley user show duty.one")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String

    func run() async throws {
        try await reporting(json: flag.json) {
            try await printAccount(
                try accountArgument(name), try HomeDesk(try Home(options: home)),
                json: flag.json)
        }
    }
}

struct UserPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Give an account another password.",
        discussion: """
            Ends its sessions, and the wait after wrong tries.

            Example:
              parley user password duty.one --password-file password.txt
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @OptionGroup var password: PasswordOptions
    @Argument(help: "The account.") var name: String

    func run() async throws {
        try await changeAccount(name, "password.set", home, flag) { desk, name in
            try await desk.accounts.setPassword(try password.password(), of: name)
        }
    }
}

struct UserDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Let an account in no more, and end its sessions.",
        discussion: "Example:\n  parley user disable duty.one")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String

    func run() async throws {
        try await changeAccount(name, "account.disable", home, flag) { desk, name in
            try await desk.accounts.change(name, AccountChange(isDisabled: true))
        }
    }
}

struct UserEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a disabled account in again.",
        discussion: "Example:\n  parley user enable duty.one")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String

    func run() async throws {
        try await changeAccount(name, "account.enable", home, flag) { desk, name in
            try await desk.accounts.change(name, AccountChange(isDisabled: false))
        }
    }
}

struct UserFactorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget-factor",
        abstract: "Take an account's second factor away, for whoever lost it and the codes.",
        discussion: "Example:\n  parley user forget-factor duty.one")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String

    func run() async throws {
        try await changeAccount(name, "factor.remove", home, flag) { desk, name in
            try await desk.accounts.removeFactor(of: name)
        }
    }
}

struct RoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "What accounts may do.",
        discussion: "Example:\n  parley role set duty.one officer approver",
        subcommands: [RoleListCommand.self, RoleSetCommand.self])
}

struct RoleListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print each role with what it may do.",
        discussion: "Example:\n  parley role list --json")

    @OptionGroup var flag: JSONFlag

    func run() {
        let roles = Role.allCases.map { role in
            (role, Operation.all.filter { $0.isAllowed(to: .having(role)) })
        }
        emit(
            [
                "roles": .array(
                    roles.map { role, operations in
                        .object([
                            "role": .string(role.rawValue),
                            "operations": .array(operations.map { .string($0.id) }),
                        ])
                    })
            ], json: flag.json,
            lines: roles.flatMap { role, operations in
                [role.rawValue] + operations.map { "  \($0.id)  \($0.summary)" }
            })
    }
}

extension Caller {
    /// Somebody with one role, signed in.
    fileprivate static func having(_ role: Role) -> Caller {
        Caller(account: nil, organ: nil, roles: [role], means: .session)
    }
}

struct RoleSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Give an account these roles in place of those it has.",
        discussion: "Example:\n  parley role set duty.one officer approver")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String
    @Argument(help: "Its roles.") var roles: [String]

    func run() async throws {
        try await changeAccount(name, "account.roles", home, flag) { desk, name in
            try await desk.accounts.change(
                name, AccountChange(roles: try rolesArgument(roles)))
        }
    }
}

func changeAccount(
    _ text: String, _ operation: String, _ options: HomeOptions, _ flag: JSONFlag,
    _ change: (HomeDesk, AccountName) async throws -> Void
) async throws {
    try await reporting(json: flag.json) {
        let desk = try HomeDesk(try Home(options: options))
        let name = try accountArgument(text)
        try await desk.trailed(operation, name.text) { try await change(desk, name) }
        try await printAccount(name, desk, json: flag.json)
    }
}

private func printAccount(_ name: AccountName, _ desk: HomeDesk, json: Bool) async throws {
    guard let account = try await desk.store.account(name) else {
        let refusal = AccountRefusal.accountUnknown(name)
        throw CommandFailure.refused(refusal.reason, refusal.explanation)
    }
    emit(account.json, json: json, lines: [account.line])
}

extension Account {
    fileprivate var line: String {
        "\(name)  \(organ)  \(roles.sorted().map(\.rawValue).joined(separator: ", "))"
            + (isDisabled ? "  disabled" : "") + (secondFactor == nil ? "" : "  second factor")
            + (company.map { "  for \($0)" } ?? "")
    }
}
