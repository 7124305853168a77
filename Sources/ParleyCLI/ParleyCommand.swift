package import ArgumentParser

/// The command `parley`.
package struct ParleyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "The shared, provable record between parties that do not trust one another.",
        discussion: """
            Begin with: parley init, parley agreement new, parley serve, parley request new.

            A node elsewhere does a command for its own people through its API: parley --node \
            https://HOST:PORT --token-file FILE [--node-pin sha256:…] [--yes] COMMAND …, or \
            PARLEY_NODE, PARLEY_TOKEN_FILE and PARLEY_NODE_PIN. Files that the command names are \
            sent along and fetched back; what it would say is shown first, and sent when you say \
            yes.

            Exit codes: 0 done; 1 could not be done; 2 refused, the input is not lawful or valid; \
            3 not proven; 64 the command line itself is wrong.
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, OrganCommand.self, AgreementCommand.self, ServeCommand.self,
            RequestCommand.self,
            IncidentCommand.self, CampaignCommand.self, AllegationCommand.self,
            CommitmentCommand.self, ConcernCommand.self, NoticeCommand.self, SessionCommand.self,
            HotlineCommand.self, ProceedingCommand.self, TextCommand.self,
            AgendaCommand.self, CaseReportCommand.self, ScorecardCommand.self,
            AttachCommand.self, FetchCommand.self, InboxCommand.self, ReceiptCommand.self,
            ExportCommand.self, VerifyCommand.self, PouchCommand.self, AuditCommand.self,
            MirrorCommand.self, LogCommand.self, KeysCommand.self, CustodyCommand.self,
            LawCommand.self, QueueCommand.self, SearchCommand.self, ViewsCommand.self,
            AudienceCommand.self, ExampleCommand.self, UserCommand.self, RoleCommand.self,
            TokenCommand.self, TrailCommand.self, APICommand.self, DraftCommand.self,
            ConfigCommand.self, ActCommand.self, NotifyCommand.self, FilterCommand.self,
            FilingCommand.self, IntakeCommand.self, BackupCommand.self,
        ])

    package init() {}
}
