import ParleyStatements

/// What a company without a node of its own asks of its state's organ, and what the organ does
/// with it.
extension Operation {
    private static let company = Access.roles([.company])
    private static let openers = Access.roles([.officer, .caseOfficer, .approver])
    private static let writers = Access.roles([.officer, .caseOfficer])

    static let filings: [Operation] = [
        Operation(
            "filing.list", .get, "/company/filings", company,
            "List what one's company has filed, fifty at once, the latest first",
            fields: [.optional("after", .shaped(.thread), "The last filing of the page before")],
            trailing: .aMinute),
        Operation(
            "filing.add", .post, "/company/filings", company,
            "Begin a filing: a concern, an incident, a comment, or what goes on from one",
            fields: FilingContent.fields, success: 201),
        Operation(
            "filing.show", .get, "/company/filings/{filing}", company,
            "Show a filing and, once it was said, what came of it"),
        Operation(
            "filing.change", .put, "/company/filings/{filing}", company,
            "Write a filing's content anew, until it is handed in and where it was returned",
            fields: FilingContent.fields, needsMatch: true),
        Operation(
            "filing.hand-in", .post, "/company/filings/{filing}/hand-in", company,
            "Hand a filing in, for the organ to say it"),
        Operation(
            "filing.withdraw", .delete, "/company/filings/{filing}", company,
            "Withdraw a filing that nobody has taken up", success: 204),
        Operation(
            "intake.list", .get, "/intake", openers,
            "List what companies have handed in to one's organ: the fifty that wait longest",
            trailing: .aMinute),
        Operation(
            "intake.show", .get, "/intake/{intake}", openers,
            "Show what a company has handed in"),
        Operation(
            "intake.take", .post, "/intake/{intake}/draft", writers,
            "Take it up: makes a draft of it, with the company's words as they stand",
            fields: [
                .optional(
                    "to", .list(.party, most: Statement.addresseeLimit),
                    "Who is told, where it opens a thread")
            ], success: 201),
        Operation(
            "intake.return", .post, "/intake/{intake}/return", writers,
            "Return it to the company",
            fields: [.required("note", .text(Filing.noteCharacters), "Why")]),
    ]
}
