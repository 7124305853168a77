import ParleyStatements

/// What people ask of how they are told of things outside the desk.
extension Operation {
    private static let everybody = Access.roles(Set(Role.allCases))
    private static let administrators = Access.roles([.administrator])
    private static let kindWords = Field.Kind.words(NotifyKind.wished.map(\.rawValue))

    static let telling: [Operation] = [
        Operation(
            "notify.show", .get, "/account/notifications", everybody,
            "Show of what one is told, how, and whether it arrives", trailing: .aMinute),
        Operation(
            "notify.set", .put, "/account/notifications", everybody,
            "Say of what one wants to be told, how and when: what is not named is not wanted",
            fields: [
                .optional(
                    "language", .word(NotifyWishes.languages), "Of the words; en if not said"),
                .optional("mail", .ascii(3...254), "One's mailbox"),
                .optional("mailKinds", kindWords, "Of what one is told by mail"),
                .optional("webhookKinds", kindWords, "Of what one's webhooks are told"),
                .optional(
                    "digestHours", .number(NotifyWishes.digestHours),
                    "All but the hotline together, each so many hours; else at once"),
                .optional("quietFrom", .ascii(5...5), "From when nothing is told, such as 22:00"),
                .optional(
                    "quietUntil", .ascii(5...5), "Until when; the hotline is told all the same"),
                .optional(
                    "offsetMinutes", .number(NotifyWishes.offsetMinutes),
                    "How far one's clock is ahead of UTC"),
                .optional(
                    "ladder", .flag,
                    "Whether a call over the hotline reaches one until it is acknowledged"),
            ]),
        Operation(
            "notify.test", .post, "/account/notifications/test", everybody,
            "Have a test told by every channel one has", success: 202),
        Operation(
            "webhook.list", .get, "/account/webhooks", everybody, "List one's webhooks",
            trailing: .aMinute),
        Operation(
            "webhook.add", .post, "/account/webhooks", everybody,
            "Add a webhook of one's own: returns its secret, this once",
            fields: hook, success: 201),
        Operation(
            "webhook.remove", .delete, "/account/webhooks/{hook}", everybody,
            "Remove a webhook of one's own, with what waits for it", success: 204),
        Operation(
            "node-webhook.list", .get, "/webhooks", administrators, "List the node's webhooks"),
        Operation(
            "node-webhook.add", .post, "/webhooks", administrators,
            "Add a webhook of the node: returns its secret, this once",
            fields: hook + [.required("kinds", kindWords, "Of what it is told, at once")],
            success: 201),
        Operation(
            "node-webhook.remove", .delete, "/webhooks/{webhook}", administrators,
            "Remove a webhook of the node, with what waits for it", success: 204),
    ]

    private static let hook: [Field] = [
        .required("label", .shaped(.label), "What it is called, each once"),
        .required(
            "address", .ascii(9...Webhook.addressLimitBytes),
            "An https address that the node's operator allows"),
    ]
}
