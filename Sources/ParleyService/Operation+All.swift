import ParleyStatements

extension Operation {
    private static let readers = Access.roles([.officer, .caseOfficer, .approver, .auditor])
    /// Who may see what was sealed to this party.
    private static let openers = Access.roles([.officer, .caseOfficer, .approver])
    private static let administrators = Access.roles([.administrator])

    private static let roleWords = Field.Kind.words(Role.allCases.map(\.rawValue))
    private static let passwords = Field.Kind.text(1...PasswordRule.limitBytes)
    private static let newPasswords = Field.Kind.text(
        PasswordRule.leastCharacters...PasswordRule.limitBytes)

    private static func pages(_ cursor: Field.Shape) -> [Field] {
        [
            .optional("limit", .number(1...500), "How many at most; 50 if nothing is said"),
            .optional("after", .shaped(cursor), "The cursor `next` of the page before"),
        ]
    }

    package static let all =
        people + provider + administration + record + acts + drafts + files + commands + keys
        + portal + telling + filters + filings + reports

    private static let people: [Operation] = [
        Operation(
            "document.show", .get, "/openapi.json", .anybody, "This document",
            trailing: .nothing),
        Operation(
            "first.add", .post, "/first", .anybody,
            "Make the first administrator, with what the node printed at its start",
            fields: [
                .required("first", .text(1...128), "What was printed, from `first_` on"),
                .required("name", .shaped(.account), "The name to sign in with"),
                .required("password", newPasswords, "Twelve characters or more"),
            ], success: 201),
        Operation(
            "session.begin", .post, "/session", .anybody, "Sign in: sets the session's cookie",
            fields: [
                .required("name", .text(1...64), "The account"),
                .required("password", passwords, "Its password"),
                .optional("code", .text(1...32), "Of the second factor, or a recovery code"),
            ], success: 201),
        Operation(
            "session.show", .get, "/session", .person, "Say who is signed in",
            trailing: .nothing),
        Operation(
            "session.end", .delete, "/session", .person, "Sign out", success: 204),
        Operation("session.list", .get, "/account/sessions", .person, "List one's sessions"),
        Operation(
            "session.end-all", .delete, "/account/sessions", .person,
            "Sign out everywhere: ends all one's sessions", success: 204),
        Operation(
            "password.set", .put, "/account/password", .person,
            "Change one's password: ends all one's sessions",
            fields: [
                .required("old", passwords, "The password until now"),
                .required("password", newPasswords, "The new one, twelve characters or more"),
            ], success: 204),
        Operation(
            "factor.begin", .post, "/account/factor", .person,
            "Begin a second factor: returns what an authenticator reads",
            fields: [.required("password", passwords, "One's password")]),
        Operation(
            "factor.confirm", .put, "/account/factor", .person,
            "Confirm the second factor with a code of it: returns recovery codes, this once",
            fields: [.required("code", .text(6...6), "What the authenticator shows")]),
        Operation(
            "factor.remove", .post, "/account/factor/removal", .person,
            "Give up the second factor: ends all one's sessions",
            fields: [.required("password", passwords, "One's password")], success: 204),
        Operation("token.list", .get, "/account/tokens", .person, "List one's tokens"),
        Operation(
            "token.add", .post, "/account/tokens", .person,
            "Make a token for a program: returns its secret, this once",
            fields: [
                .required("label", .shaped(.label), "What it is called, each once an account"),
                .required("roles", roleWords, "Those of one's roles that it has"),
                .optional(
                    "days", .number(1...Int64(APIToken.limitDays)),
                    "How long it is good; 90 if nothing is said"),
                .optional("anyAgreement", .flag, "For every agreement of this node"),
            ], success: 201),
        Operation(
            "token.revoke", .delete, "/account/tokens/{label}", .person, "Revoke a token",
            success: 204),
    ]

    private static let provider: [Operation] = [
        Operation(
            "oidc.begin", .get, "/session/oidc", .anybody,
            "Begin to sign in at the identity provider: returns the address to go to",
            trailing: .nothing),
        Operation(
            "oidc.end", .get, "/session/oidc/callback", .anybody,
            "End it: the provider sends the browser here; sets the session's cookie",
            fields: [
                .optional("code", .ascii(1...2048), "What the provider gives for a token"),
                .optional("state", .ascii(1...512), "Which sign-in it belongs to"),
                .optional("iss", .ascii(1...512), "Which provider answers (RFC 9207)"),
            ]
                // Of no use here; providers send them.
                + [
                    "error", "error_description", "error_uri", "session_state", "scope", "authuser",
                    "hd", "prompt",
                ].map { .optional($0, .ascii(0...512), "Not looked at") }),
    ]

    private static let administration: [Operation] = [
        Operation("account.list", .get, "/accounts", administrators, "List the accounts"),
        Operation(
            "account.add", .post, "/accounts", administrators, "Make an account",
            fields: [
                .required("name", .shaped(.account), "The name to sign in with"),
                .required("roles", roleWords, "Its roles"),
                .required("password", newPasswords, "Twelve characters or more"),
                .optional(
                    "organ", .text(2...32), "For which of the node's organs; else for its own"),
                .optional(
                    "company", .text(CompanyName.characters),
                    "The company for which it writes, for the role company"),
            ], success: 201),
        Operation("account.show", .get, "/accounts/{name}", administrators, "Show an account"),
        Operation(
            "account.change", .patch, "/accounts/{name}", administrators,
            "Change an account: what is not named stays",
            fields: [
                .optional("roles", roleWords, "Its roles from now on"),
                .optional("password", newPasswords, "Its password from now on"),
                .optional("disabled", .flag, "Whether it is let in no more"),
                .optional("forgetFactor", .flag, "Takes its second factor away"),
                .optional("signOut", .flag, "Ends all its sessions"),
                .optional(
                    "subject", .text(AccountChange.subjectCharacters),
                    "As the identity provider names its holder"),
                .optional("forgetSubject", .flag, "Takes that link away"),
                .optional(
                    "company", .text(CompanyName.characters),
                    "The company for which it writes, for the role company"),
                .optional(
                    "forgetPassword", .flag, "Lets its holder in by the provider's word alone"),
            ]),
        Operation(
            "trail.list", .get, "/trail", .roles([.auditor, .administrator]),
            "Read the trail of what was done at this node, the oldest first",
            fields: [
                .optional("account", .text(1...64), "Of that account"),
                .optional("operation", .text(1...64), "That operation"),
                .optional("object", .text(1...128), "Done to that thread, statement or account"),
                .optional("since", .instant, "From that instant on"),
                .optional("until", .instant, "Before that instant"),
                .optional("newest", .flag, "The newest first"),
            ] + pages(.number)),
        Operation(
            "trail.export", .get, "/trail/export", .roles([.auditor, .administrator]),
            "Read the whole trail, an entry a line, as parley trail check reads it",
            produces: .lines),
        Operation(
            "trail.check", .get, "/trail/check", .roles([.auditor, .administrator]),
            "Say whether the trail is whole: each entry in its place, none changed",
            fields: [
                .optional(
                    "head", .shaped(.statement), "A head noted before, through which it must lead")
            ]),
        Operation(
            "node.show", .get, "/node",
            .roles([.officer, .caseOfficer, .approver, .auditor, .administrator]),
            "Say how the node does: agreement, parties, clocks, witnesses", trailing: .aMinute),
    ]

    private static let writers = Access.roles([.officer, .caseOfficer])

    /// The acts that people say; keys, versions, custody and silence have ways of their own.
    private static let actWords = Act.allCases.filter(\.isOfDialogue).map(\.rawValue)

    private static let inThread = Field.optional(
        "thread", .shaped(.thread), "In that thread, as things stand now")

    private static let acts: [Operation] = [
        Operation(
            "act.list", .get, "/acts", readers,
            "List the acts that people say, or those that are lawful in a thread now",
            fields: [inThread], trailing: .aMinute),
        Operation(
            "act.show", .get, "/acts/{act}", readers,
            "Show what an act needs and may have, with a draft to begin from",
            fields: [
                inThread, .optional("kind", .text(1...64), "Of a request: its kind"),
                .optional("basis", .text(1...130), "Of a request: its basis in law"),
                .optional("to", .shaped(.party), "Who is told, by an opening"),
            ], trailing: .aMinute),
    ]

    private static let content: [Field] = [
        .optional("act", .word(actWords), "What it does"),
        .optional("thread", .shaped(.thread), "The thread it goes on in; none opens one"),
        .optional(
            "to", .list(.party, most: Statement.addresseeLimit),
            "Who is told, by an opening; else it is everybody in the thread"),
        .optional(
            "answers", .list(.statement, most: Statement.answerLimit),
            "What it settles, beside the latest statements of the thread"),
        .optional("terms", .object, "As the statement's header has them"),
        .optional("texts", .texts, "One text in several languages"),
        .optional("fields", .object, "Particulars of the body, each a text"),
        .optional(
            "exhibits", .list(.statement, most: Statement.exhibitLimit),
            "Files sealed before, as `exhibit` of POST /files/{file}/exhibit names them"),
        .optional("document", .shaped(.statement), "The open document that the act is about"),
    ]

    private static let drafts: [Operation] = [
        Operation("draft.list", .get, "/drafts", openers, "List one's organ's open drafts"),
        Operation(
            "draft.add", .post, "/drafts", writers, "Begin a draft; it may be incomplete",
            fields: content, success: 201),
        Operation("draft.show", .get, "/drafts/{draft}", openers, "Show a draft"),
        Operation(
            "draft.change", .put, "/drafts/{draft}", writers,
            "Write a draft's content anew; every revision is kept", fields: content,
            needsMatch: true),
        Operation(
            "draft.discard", .delete, "/drafts/{draft}", writers, "Give up a draft",
            success: 204),
        Operation(
            "draft.revisions", .get, "/drafts/{draft}/revisions", openers,
            "Show what a draft was at every step"),
        Operation(
            "draft.review", .post, "/drafts/{draft}/review", .roles([.approver]),
            "Approve a revision, or return it",
            fields: [
                .required("revision", .number(1...1_000_000), "The one that was read"),
                .required("verdict", .word(["approved", "returned"]), "What comes of it"),
                .optional("note", .text(1...2000), "Why"),
            ]),
        Operation(
            "draft.preview", .post, "/drafts/{draft}/preview", writers,
            "Show what would leave: the exact header, the body, and to whom it is sealed"),
        Operation(
            "draft.send", .post, "/drafts/{draft}/statement", writers,
            "Sign what the preview showed and hand it to the log; again, gives the same statement",
            fields: [.required("preview", .shaped(.statement), "The preview's digest")]),
    ]

    private static let keys: [Operation] = [
        Operation(
            "keys.show", .get, "/keys", readers,
            "Say whether one's organ's keys are unlocked, and until when", trailing: .nothing),
        Operation(
            "keys.unlock", .post, "/keys/unlock", writers,
            "Unlock one's organ's keys for a shift, where they are locked by the node's policy",
            fields: [.required("passphrase", passwords, "The one of the key files")]),
        Operation(
            "keys.lock", .delete, "/keys/unlock", writers,
            "Lock one's organ's keys: nothing is sent or opened until they are unlocked",
            success: 204),
    ]

    private static let titles = Field.optional(
        "titles", .flag, "With the first words of each thread, for whoever may open bodies")

    private static let record: [Operation] = [
        Operation(
            "event.follow", .get, "/events",
            .roles([.officer, .caseOfficer, .approver, .auditor, .administrator]),
            "Hear of changes as they happen: what changed, and never the words of it",
            fields: [
                .optional(
                    "after", .shaped(.eventCursor),
                    "The id of the last event that was heard; a Last-Event-ID goes before it")
            ], trailing: .aMinute, produces: .events),
        Operation(
            "queue.list", .get, "/queue", readers,
            "List what is to be done, by either side, the next due first",
            fields: QueueFilter.fields + [titles] + pages(.queueCursor), trailing: .aMinute),
        Operation(
            "queue.count", .get, "/queue/count", readers,
            "Count what is ours to act in, theirs, silent and overdue, up to 1000 of each; and the "
                + "filings of companies that wait",
            trailing: .aMinute),
        Operation(
            "thread.list", .get, "/threads", readers, "List all threads, by their ids",
            fields: [
                .optional("kind", .text(1...64), "A kind of request, or of thread"),
                .optional("party", .shaped(.party), "Only with that party"),
                .optional("state", .text(1...32), "Only in that state"), titles,
            ] + pages(.thread), trailing: .aMinute),
        Operation(
            "thread.show", .get, "/threads/{thread}", readers,
            "Show a thread: statements, clocks, points, and what is lawful now"),
        Operation(
            "body.show", .get, "/statements/{statement}/body", openers,
            "Open the sealed body of a statement"),
        Operation(
            "text.search", .get, "/search", openers, "Search the words of bodies, newest first",
            fields: [
                .required("text", .text(1...512), "What to look for"),
                .optional("limit", .number(1...200), "How many at most; 20 if nothing is said"),
            ]),
    ]

    /// Whoever may do anything at all has files of their own and reaches nobody else's.
    private static let everyRole = Access.roles(Set(Role.allCases))

    private static let files: [Operation] = [
        Operation(
            "file.list", .get, "/files", everyRole, "List one's files at the desk",
            trailing: .aMinute),
        Operation(
            "file.add", .post, "/files", everyRole,
            "Say what file is brought; its bytes come after",
            fields: [
                .required("name", .text(1...200), "Its name, without folders"),
                .required(
                    "sizeBytes", .number(0...Int64(DeskFile.sizeLimitBytes)), "When it is whole"),
                .optional("digest", .shaped(.statement), "Of its bytes; they are compared"),
            ], success: 201),
        Operation(
            "file.show", .get, "/files/{file}", everyRole, "Say how much of a file is here",
            trailing: .aMinute),
        Operation(
            "file.discard", .delete, "/files/{file}", everyRole, "Discard a file", success: 204),
        Operation(
            "file.append", .patch, "/files/{file}/content", everyRole,
            "Send a file's bytes, or more of them from where they were cut off",
            takesBytes: true),
        Operation(
            "file.content", .get, "/files/{file}/content", everyRole,
            "Fetch a file's bytes, or a range of them", produces: .bytes),
        Operation(
            "exhibit.prepare", .post, "/files/{file}/exhibit", writers,
            "Seal a file to parties, for a draft to name",
            fields: [
                .required(
                    "to", .list(.party, least: 1, most: Statement.addresseeLimit),
                    "Who may open it"),
                .optional("mediaType", .shaped(.mediaType), "Of the plain file"),
            ], success: 201),
    ]

    private static let commands: [Operation] = [
        Operation(
            "command.run", .post, "/commands", everyRole,
            "Do a command of the command line; what it would say becomes a draft",
            fields: [
                .required(
                    "words", .strings(least: 1, most: 256, longest: 65_536),
                    "As they are typed after `parley`"),
                .optional(
                    "files", .object,
                    "For each file that the words name, the id of what was brought"),
            ])
    ]
}
