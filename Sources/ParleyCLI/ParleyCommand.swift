package import ArgumentParser

/// The command `parley`.
package struct ParleyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "The shared, provable record between parties that do not trust one another.",
        discussion: """
            Begin with: parley init, parley agreement new, parley serve, parley request new.

            Exit codes: 0 done; 1 could not be done; 2 refused, the input is not lawful or valid; \
            3 not proven; 64 the command line itself is wrong.
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, AgreementCommand.self, ServeCommand.self, RequestCommand.self,
            AttachCommand.self, FetchCommand.self, InboxCommand.self, ReceiptCommand.self,
            ExportCommand.self, VerifyCommand.self,
        ])

    package init() {}
}
