package import ParleyStatements

/// Where a command of the command line does its work when it is given from elsewhere
/// (`parley --node`), and for whom.
///
/// What is not listed is refused; a test fails for a command that is missing.
package enum RemoteCommand: Hashable, Sendable {
    /// At the node, with its home, for these roles.
    case node(Set<Role>)
    /// Where it was typed: it needs no home.
    case typed
    /// By operations of the API: the command line says it to the node and does nothing itself.
    case api
    /// Only on the node's own machine; why.
    case machine(String)

    /// By the words that name it: `request new`.
    package static let all: [String: RemoteCommand] = {
        var all: [String: RemoteCommand] = [:]
        func add(_ place: RemoteCommand, _ names: [String]) {
            for name in names { all[name] = place }
        }
        for kind in dialogueKinds {
            add(.node(writers), ["\(kind) say"])
            add(.node(readers), ["\(kind) list", "\(kind) show"])
            add(.typed, ["\(kind) table"])
        }
        add(.node(writers), saying)
        add(.node(readers), reading)
        add(.node(openers), opening)
        // What everybody who keeps the node needs, and what opens nothing.
        add(.node(readers.union([.administrator])), ["keys list", "agreement status"])
        add(.node([.auditor, .administrator]), ["trail list", "trail export", "trail check"])
        add(.node([.administrator]), administering)
        add(.typed, needingNoHome)
        add(
            .api,
            ["list", "show", "preview", "send", "approve", "return", "discard"]
                .map { "draft \($0)" })
        add(
            .api,
            ["show", "set", "test", "webhook add", "webhook list", "webhook remove"]
                .map { "notify \($0)" })
        add(.api, ["filter list", "filter save", "filter remove"])
        add(.api, ["list", "show", "write", "hand-in", "withdraw"].map { "filing \($0)" })
        add(.api, ["list", "show", "take", "return"].map { "intake \($0)" })
        add(.machine("it makes or changes what the node runs on"), ofTheMachine)
        add(.machine("a root key signs it, and that is not kept at a node"), ofTheRootKey)
        add(.machine("its files come and go on a medium at the node's machine"), byHand)
        add(
            .machine("it changes on which law everybody's answers rest"),
            ["law overlay share", "law overlay adopt", "law overlay withdraw"])
        return all
    }()

    private static let readers: Set<Role> = [.officer, .caseOfficer, .approver, .auditor]
    private static let openers: Set<Role> = [.officer, .caseOfficer, .approver]
    private static let writers: Set<Role> = [.officer, .caseOfficer]

    private static let dialogueKinds = [
        "incident", "campaign", "allegation", "commitment", "concern", "notice", "session",
        "hotline", "proceeding",
    ]

    private static let saying =
        [
            "new", "acknowledge", "clarify", "accept", "refuse", "postpone", "progress", "answer",
            "review", "authority", "consult", "conditions", "hold", "renew", "withdraw", "close",
        ].map { "request \($0)" } + ["attach", "text publish", "concern pass"]

    private static let reading = [
        "request list", "request show", "request check", "agenda", "report", "scorecard show",
        "scorecard headers", "inbox", "receipt show", "export", "log show",
        "log forks", "log stamps", "queue", "views status", "custody show",
        "law overlay list", "organ list", "act list", "act show",
    ]

    /// What opens seals.
    private static let opening = [
        "fetch", "search", "text show", "notice diff", "custody export", "custody record",
        "custody copy", "agreement copy",
    ]

    private static let administering = [
        "user add", "user list", "user show", "user password", "user disable", "user enable",
        "user forget-factor", "role list", "role set", "token add", "token list", "token revoke",
        "views rebuild", "user link", "user unlink", "user company",
    ]

    private static let needingNoHome = [
        "agreement new", "agreement check", "agreement show", "agreement terms", "verify",
        "receipt verify", "audit", "mirror", "custody check", "custody table", "text check",
        "scorecard compare", "audience", "example generate", "api document", "request table",
        "log check-fork", "log check-stamp", "law status", "law offence", "law basis", "law check",
        "law explain", "law kinds", "law export", "law diff", "law stale", "law pages",
        "law overlay new", "law overlay check", "law overlay show", "law overlay table",
        "keys sign", "config table",
    ]

    private static let ofTheMachine = [
        "init", "serve", "scorecard publish", "agreement adopt", "log recover", "log stamp",
        "config show", "config check", "backup make", "backup check", "backup restore",
        "organ add", "keys unlock", "keys lock", "keys state", "keys passphrase",
    ]

    private static let ofTheRootKey = [
        "agreement sign", "agreement amend", "agreement leave", "keys add", "keys retire",
        "keys revoke", "keys submit",
    ]

    private static let byHand = ["pouch pack", "pouch open"]
}

/// One command line as somebody has given it from elsewhere.
package struct CommandRun: Sendable {
    /// The words that name it.
    package let name: String
    package let words: [String]
    /// What was sent along: each file under the name that the command line has for it.
    package let inputs: [String: DeskFile]
    package let account: AccountName
    package let organ: OrganID
}

/// What came of it.
package struct CommandResult: Sendable {
    package let exitCode: Int
    package let output: String
    package let errorOutput: String
    /// What it wrote, at the desk of who gave it.
    package let files: [Written]
    /// What it would have said.
    package let draft: DraftID?

    package struct Written: Sendable {
        package let file: DeskFile
        /// The place that the command line named.
        package let place: String
        /// Below that place, where it is a folder; else empty.
        package let path: String

        package init(file: DeskFile, place: String, path: String) {
            self.file = file
            self.place = place
            self.path = path
        }
    }

    package init(
        exitCode: Int, output: String, errorOutput: String, files: [Written],
        draft: DraftID?
    ) {
        self.exitCode = exitCode
        self.output = output
        self.errorOutput = errorOutput
        self.files = files
        self.draft = draft
    }

    var json: JSONObject {
        let json: JSONObject = [
            "exitCode": .integer(Int64(exitCode)), "output": .string(output),
            "errorOutput": .string(errorOutput),
            "files": .array(
                files.map {
                    .object(
                        $0.file.json.adding([
                            "place": .string($0.place), "path": .string($0.path),
                        ]))
                }),
        ]
        return draft.map { json.adding(["draft": .string($0.description)]) } ?? json
    }
}

/// Does commands apart from the node's own process.
package protocol CommandRunner: Sendable {
    /// The words that name the command; nil where they name none.
    func name(of words: [String]) -> String?
    /// - Throws: ``Problem`` where it was not done to the end.
    func run(_ run: CommandRun) async throws -> CommandResult
}
