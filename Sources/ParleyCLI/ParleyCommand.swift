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
            IncidentCommand.self, CampaignCommand.self, AllegationCommand.self,
            CommitmentCommand.self, ConcernCommand.self, NoticeCommand.self, SessionCommand.self,
            HotlineCommand.self, ProceedingCommand.self, TextCommand.self,
            AgendaCommand.self, CaseReportCommand.self, ScorecardCommand.self,
            AttachCommand.self, FetchCommand.self, InboxCommand.self, ReceiptCommand.self,
            ExportCommand.self, VerifyCommand.self, PouchCommand.self, AuditCommand.self,
            MirrorCommand.self, LogCommand.self, KeysCommand.self, CustodyCommand.self,
            LawCommand.self, QueueCommand.self, SearchCommand.self, ViewsCommand.self,
            AudienceCommand.self, ExampleCommand.self, UserCommand.self, RoleCommand.self,
            TokenCommand.self, TrailCommand.self, APICommand.self,
            ConfigCommand.self,
        ])

    package init() {}

    /// Runs the command that the arguments name, and ends the process with its exit code.
    ///
    /// A command line that is itself wrong is reported as the other failures are: as JSON to a
    /// machine that asked for it.
    package static func start(_ arguments: [String]) async {
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            exit()
        } catch  where exitCode(for: error) == .validationFailure && arguments.contains("--json") {
            let failure = CommandFailure.usage(message(for: error))
            Surroundings.here.errorOutput(failure.printed(asJSON: true))
            exit(withError: ExitCode(failure.kind.rawValue))
        } catch {
            exit(withError: error)
        }
    }
}
