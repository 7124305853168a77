import ParleyStatements

/// What is worked out of the record between this party and another.
extension Operation {
    private static let readers = Access.roles([.officer, .caseOfficer, .approver, .auditor])

    private static let between = Field.optional(
        "with", .shaped(.party), "The other party; else the first other state")
    private static let titles = Field.optional(
        "titles", .flag, "With the first words of each thread, for whoever may open bodies")

    static let reports: [Operation] = [
        Operation(
            "report.scorecard", .get, "/reports/scorecard", readers,
            "Count how two parties kept the times they agreed, with those that stand worst",
            fields: [
                between,
                .optional("from", .instant, "What began from then on; else with the agreement"),
                .optional("until", .instant, "And before then; else until now"),
                titles,
            ], trailing: .aMinute),
        Operation(
            "report.agenda", .get, "/reports/agenda", readers,
            "Propose from the record what two parties should speak about, most urgent first",
            fields: [between, titles], trailing: .aMinute),
        Operation(
            "report.cases", .get, "/reports/cases", readers,
            "Say how every case between two parties stands, by when it was opened",
            fields: [
                between,
                .optional("over", .flag, "Those that are over, instead of those that go on"),
                .optional("limit", .number(1...500), "How many at most; 50 if nothing is said"),
                .optional("after", .shaped(.queueCursor), "The cursor `next` of the page before"),
                titles,
            ], trailing: .aMinute),
    ]
}
