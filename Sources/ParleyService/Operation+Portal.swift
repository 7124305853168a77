import ParleyStatements

/// What anybody may ask for, without an account: small, and only what is public.
extension Operation {
    static let portal: [Operation] = [
        Operation(
            "portal.show", .get, "/portal", .anybody,
            "Say whose node this is, under which agreement, and how much was published",
            trailing: .nothing),
        Operation(
            "portal.agreement", .get, "/portal/agreement", .anybody,
            "Give a version of the agreement as its parties signed it",
            fields: [
                .optional("version", .shaped(.statement), "Its digest; else the one in force")
            ], trailing: .nothing),
        Operation(
            "portal.threads", .get, "/portal/threads", .anybody,
            "List what was published: commitments, notices, sessions, findings; latest first",
            fields: [
                .optional(
                    "subject", .word(["allegation", "commitment", "notice", "session"]),
                    "Only of that kind"),
                .optional("limit", .number(1...100), "How many at most; 20 if nothing is said"),
                .optional("after", .shaped(.statement), "The cursor `next` of the page before"),
            ], trailing: .nothing),
        Operation(
            "portal.thread", .get, "/portal/threads/{text}", .anybody,
            "Show what is public of the thread in which a text was published", trailing: .nothing),
        Operation(
            "portal.text", .get, "/portal/texts/{text}", .anybody,
            "Give a published text in all its languages", trailing: .nothing),
        Operation(
            "portal.feed", .get, "/portal/feed", .anybody,
            "List texts as they became public, the latest first",
            fields: [
                .optional("limit", .number(1...200), "How many at most; 50 if nothing is said")
            ], trailing: .nothing),
        Operation(
            "portal.scorecard", .get, "/portal/scorecard", .anybody,
            "Count how two parties kept the times they agreed, as of a while ago",
            fields: [
                .optional("with", .shaped(.party), "The other party; else the first other state")
            ], trailing: .nothing),
        Operation(
            "portal.record", .get, "/portal/record", .anybody,
            "Say how large each party's log is, and who has cosigned it when",
            trailing: .nothing),
        Operation(
            "receipt.check", .post, "/portal/receipt", .anybody,
            "Say step by step what a receipt, or a thread's export, proves",
            fields: [
                .required("text", .text(1...200_000), "The file's text, byte for byte"),
                .optional("statement", .shaped(.statement), "Which statement it is to prove"),
            ], trailing: .nothing),
    ]
}
