import ArgumentParser
import ParleyService

struct UserLinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Link an account to whom the identity provider names so.",
        discussion: """
            Its holder can then sign in there (parley serve --oidc-issuer …). With --only the \
            password is taken away.

            Example:
              parley user link duty.one --subject 24400320 --only
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String
    @Option(help: "What the provider's claim says of its holder.") var subject: String
    @Flag(help: "Take the password away.") var only = false

    func run() async throws {
        try await changeAccount(name, "account.link", home, flag) { desk, name in
            try await desk.accounts.change(
                name, AccountChange(subject: subject, forgetsPassword: only))
        }
    }
}

struct UserCompanyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "company", abstract: "Say for which company an account writes.",
        discussion: """
            With the role company it writes and follows what that company wants said, and what no \
            other has filed.

            Example:
              parley user company acme.one "Acme Corp"
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String
    @Argument(help: "The company.") var company: String

    func run() async throws {
        let company = company
        try await changeAccount(name, "account.company", home, flag) { desk, name in
            try await desk.accounts.change(
                name, AccountChange(company: try companyArgument(company)))
        }
    }
}

func companyArgument(_ text: String) throws -> CompanyName {
    guard let company = CompanyName(text) else {
        let refusal = AccountRefusal.companyMalformed
        throw CommandFailure.refused(refusal.reason, refusal.explanation)
    }
    return company
}

struct UserUnlinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink", abstract: "Take an account's link to the identity provider away.",
        discussion: "Example:\n  parley user unlink duty.one")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The account.") var name: String

    func run() async throws {
        try await changeAccount(name, "account.unlink", home, flag) { desk, name in
            try await desk.accounts.change(name, AccountChange(forgetsSubject: true))
        }
    }
}
